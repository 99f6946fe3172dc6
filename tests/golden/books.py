"""Three simulators with one set of books, into which every golden order written for these books is sent."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from pathlib import Path
from typing import Any

from golden.calendar import YEAR
from golden.groups import BACK, LEDGERS, Group, Row, base, groups
from golden.later import change
from golden.papers import AccountView, Exact
from golden.shorthand import order_id, order_node
from koppel.actions.flows import save_flow
from koppel.demo.build import read_plan
from koppel.documents import CREDITS
from koppel.store.models import DebtorRule, Link, TableRow
from support.pour import COUNTER, DIVISION, ledger_states, shop_state
from support.register import Register
from support.trio import Trio

UNREGISTERED = "DE136695976"
"""A number that VIES does not know."""
ACCOUNTS = {"1650": "Cadeaubonnen", "1655": "Statiegeld", "8030": "Omzet EU", "8040": "Omzet export", "8050": "Omzet OSS", "8090": "Verzendkosten",
            "8095": "Kortingen", "8096": "Toeslagen", "8097": "Fooien", "8099": "Afronding", "8100": "Diensten", "8200": "Zakelijk"}  # fmt: skip


class Books:
    """A site between the shop with all its golden orders and the ledgers; every flow has run."""

    def __init__(self, folder: Path, name: str) -> None:
        self.base, self.name = base(), name
        self.books = self.base["books"][name]
        self.groups = [one for one in groups() if one.books == name]
        self.closed, groups_of_goods = int(self.books.get("closed", 0)), self.base["groups"]
        orders = [order_node(_tagged(row, group), self.base["people"], paper, groups_of_goods) for group in self.groups for row in group.rows for paper in group.kinds()]
        states = {"shopify": shop_state(orders=orders), **self._ledgers()}
        net = "gross" if self.books["basis"] == "incl" else "net"
        shut = f"{YEAR}-{self.closed:02}-{monthrange(YEAR, self.closed)[1]}" if self.closed else ""
        options = {"accountview": {"gross_prices": net}, "exactonline": {"closed_until": shut}}
        self.trio = Trio(folder, states=states, options=options, plan=self._plan())
        self.register = Register({UNREGISTERED})
        self.trio.site.config = replace(self.trio.site.config, vies_url=self.register.url)
        self.papers: dict[tuple[str, str], Any] = {}
        self.fates: dict[str, dict[str, Any]] = {}
        for group in self.groups:
            for ledger, document, rows in group.jobs():
                self._run(group, ledger, document, rows)
        for group in self.groups:
            for ledger in LEDGERS if group.refunded() else ():
                self._run(group, ledger, group.credited(ledger), group.refunded())
        self._live_on()
        for ledger, reader in (("exactonline", Exact), ("accountview", AccountView)):
            wanted = {document for group in self.groups for one, document, _ in group.jobs() if one == ledger}
            wanted |= {group.credited(ledger) for group in self.groups if group.refunded()}
            wanted |= {BACK[document] for group in self.groups if group.changed() for document in group.kinds() if document in BACK}
            read = reader(self.trio, {vat: codes[ledger][0] for vat, codes in self.books["vat"].items()})
            self.papers |= {(ledger, document): read.papers(document) for document in sorted(wanted)}

    def _live_on(self) -> None:
        """What is changed in the shop, and the same flows once more."""
        self.later: dict[str, dict[str, Any]] = {}
        for group in self.groups:
            for row in group.changed():
                for document in group.kinds():
                    change(self.trio, row, document)
        for group in self.groups:
            for ledger, document, rows in group.jobs() if group.changed() else ():
                name, again = group.flow(ledger, document), [row for row in rows if "then" in row]
                self.trio.run(name, ids=tuple(order_id(row["number"], document) for row in again))
                self.later[name] = {row.label: row for row in self.trio.inbox(name)}

    def day_paper(self, group: Group, ledger: str, document: str, day: Row) -> str:
        """The reference of the one paper that exactly these orders of a day are part of."""
        with self.trio.site.db.read() as session:
            rows = session.query(Link).filter_by(resource="day_part", target_id=self.trio.site.connection(ledger).id).all()
        wanted = {order_id(number, document) for number in day["of"]}
        (key,) = {row.label for row in rows if row.source_key in wanted}
        assert {row.source_key for row in rows if row.label == key} == wanted
        _, flow, date, serial = key.split(":")
        return f"D{flow}-{date}-{serial}"

    def rates(self, label: str) -> set[str]:
        """What was written down of the currency of this order or credit note, whatever ledger it went to."""
        return {step.text for step in self.trio.steps(kind="found", label=label) if re.match(r"1 [A-Z]{3} was ", step.text)}

    def _plan(self) -> Any:
        plan = read_plan()
        systems = {name: {**one, "settings": {**one["settings"], **self._settings(name)}} for name, one in plan.systems.items()}
        return replace(plan, systems=systems, flows=(), tables={ledger: self._tables(ledger) for ledger in LEDGERS})

    def _settings(self, system: str) -> Row:
        more = {"exactonline": {}, "accountview": {"entry_split": "extreme", "counter_invoice_object": "CI1"}}
        if system == "shopify":
            return {"order_money": self.books.get("money", "shop")}
        return {"price_basis": self.books["basis"], "home_country": self.books["home"], **more[system]}

    def _tables(self, ledger: str) -> Row:
        made: Row = {"vat_code": [self._vat(row, ledger) for row in self.books["vat_code"]], "revenue_account": self.books["revenue_account"]}
        for table, rows in self.base["tables"].items():
            made[table] = [_of(row, ledger) for row in rows if row.get("only", ledger) == ledger]
        return made

    def _vat(self, row: Row, ledger: str) -> Row:
        return {**{name: value for name, value in row.items() if name != "is"}, "value": self.books["vat"][row["is"]][ledger][0]}

    def _ledgers(self) -> Row:
        states = ledger_states(self.base["items"])
        tables = states["accountview"]["companies"][0]["administrations"][-1]["tables"]
        data = states["exactonline"]["data"][DIVISION]
        states["accountview"]["companies"][0]["administrations"][-1]["settings"]["closed_periods"] = str(self.closed or "")
        known = {row["ACCT_NR"] for row in tables["LEDGER"]}
        tables["LEDGER"] += [{"ACCT_NR": code, "ACCT_NAME": name, "ACCT_TYPE": 2} for code, name in ACCOUNTS.items() if code not in known]
        for codes in self.books["vat"].values():
            self._add_vat(tables["VAT"], data, codes)
        held = {row["Code"] for row in data["financial/GLAccounts"]}
        data["financial/GLAccounts"] += [
            {"Code": code, "Description": name, "Type": 110, "BalanceSide": "C", "BalanceType": "W", "IsBlocked": False}
            for code, name in ACCOUNTS.items() if code not in held
        ]  # fmt: skip
        return states

    def _add_vat(self, rows: list[Row], data: Row, codes: Row) -> None:
        for code, rate in [codes["accountview"]] if len(codes["accountview"]) > 1 else []:
            rows.append({"VAT_CODE": code, "VAT_NAME": code, "VAT_PCT": rate, "VAT_TYPE": 1, "CALC_TYPE": 1, "VAT_ACCT": "1600"})
        for code, kind, rate in [codes["exactonline"]] if len(codes["exactonline"]) > 1 else []:
            some = next(row for row in data["vat/VATCodes"] if row["Code"].strip() == "3")
            mine = {**some, "ID": f"00000000-0000-4000-8000-{len(data['vat/VATCodes']):012}", "Code": code.ljust(3), "Type": kind,
                    "Description": code, "Percentage": rate / 100}  # fmt: skip
            data["vat/VATCodes"].append(mine)
            data["vat/VatPercentages"].append({**data["vat/VatPercentages"][0], "VATCodeID": mine["ID"], "Percentage": rate / 100,
                                               "ID": mine["ID"].replace("8000-", "9000-")})  # fmt: skip

    def _run(self, group: Group, ledger: str, document: str, rows: list[Row]) -> None:
        settings = {**self.base["settings"], "oss_since": f"{YEAR}-{self.books['oss_since']}", **group.settings}
        name = group.flow(ledger, document)
        credit = document in CREDITS
        more = {"document": document, **({"adjustment_sku": "GOODWILL"} if credit else {})}
        ids = tuple(order_id(row["number"], "sales_invoice" if credit else document) for row in rows)
        if group.per_day:  # orders that are asked for by their id are booked by themselves
            more |= {"filters": {"tag": group.name}, "condition": f"record.source_id in {list(ids)}"}
        save_flow(self.trio.site, name, "shopify", ledger, "credit_note" if credit else "sales_order", settings={**settings, **more})
        self._furnish(group, name, ledger)
        result = self.trio.run(name, ids=() if group.per_day else ids)
        assert result.summary.outcome == "done", result.reason
        self.fates[name] = {row.label: row for row in self.trio.inbox(name)}

    def _furnish(self, group: Group, name: str, ledger: str) -> None:
        flow = self.trio.site.flow(name)
        with self.trio.site.db.write() as session:
            for table, rows in group.tables.items():
                for row in (one for one in rows if one.get("only", ledger) == ledger):
                    made = self._vat(row, ledger) if "is" in row else _of(row, ledger)
                    value, conditions = made.pop("value"), {key: str(one) for key, one in made.items() if key != "force"}
                    session.add(TableRow(connection_id=flow.target_id, flow_id=flow.id, table=table, conditions=conditions, value=value,
                                         force=bool(row.get("force"))))  # fmt: skip
            for place, rule in enumerate(group.debtors):
                session.add(DebtorRule(connection_id=flow.target_id, flow_id=flow.id, position=place, **{"debtor": COUNTER, **rule}))

    def close(self) -> None:
        """Stop all of it."""
        self.trio.close()
        self.register.stop()


def _of(row: Row, ledger: str) -> Row:
    made = {name: value for name, value in row.items() if name not in (*LEDGERS, "only")}
    return {**made, "value": row[ledger]} if ledger in row else made


def _tagged(row: Row, group: Group) -> Row:
    return {**row, "tags": [group.name]} if group.per_day else row
