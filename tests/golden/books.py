"""Three simulators with one set of books, into which every golden order written for these books is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from golden.calendar import YEAR
from golden.papers import AccountView, Exact
from golden.shorthand import COPIES, order_id, order_node
from koppel.actions.flows import save_flow
from koppel.demo.build import read_plan
from koppel.documents import CREDITS
from koppel.store.models import DebtorRule, TableRow
from support.pour import COUNTER, DIVISION, ledger_states, shop_state
from support.trio import Trio

HERE = Path(__file__).parent
LEDGERS = ("exactonline", "accountview")
TITLES = {"exactonline": "Exact Online", "accountview": "AccountView"}
DOCUMENTS = {"exactonline": ["sales_order", "sales_invoice"], "accountview": ["sales_order", "sales_invoice"]}
ACCOUNTS = {"1650": "Cadeaubonnen", "8030": "Omzet EU", "8040": "Omzet export", "8050": "Omzet OSS", "8090": "Verzendkosten",
            "8095": "Kortingen", "8096": "Toeslagen", "8097": "Fooien", "8099": "Afronding", "8100": "Diensten", "8200": "Zakelijk"}  # fmt: skip
Row = dict[str, Any]


@dataclass
class Group:
    """Orders that share their settings, and the papers that they become."""

    name: str
    books: str
    rows: list[Row]
    settings: Row = field(default_factory=dict)
    tables: Row = field(default_factory=dict)
    debtors: list[Row] = field(default_factory=list)
    documents: Mapping[str, list[str]] = field(default_factory=dict)
    credit: Mapping[str, str] = field(default_factory=dict)

    def jobs(self) -> Iterator[tuple[str, str, list[Row]]]:
        """(ledger, document, orders) of every flow that this group runs."""
        for ledger in LEDGERS:
            for document in (self.documents or DOCUMENTS)[ledger]:
                yield ledger, document, self.rows
            entered = [row for row in self.rows if "entry" in told(row, ledger, "sales_entry")]
            if entered:
                yield ledger, "sales_entry", entered

    def credited(self, ledger: str) -> str:
        """What a refund becomes there."""
        return self.credit.get(ledger, "credit_note")

    def refunded(self) -> list[Row]:
        """The orders of which something was given back; it is credited where they are invoices."""
        return [row for row in self.rows if "refunds" in row]

    def kinds(self) -> list[str]:
        """The kinds of paper that any flow of this group makes."""
        return [document for document in COPIES if any(document == one for _, one, _ in self.jobs())]

    def flow(self, ledger: str, document: str) -> str:
        """The name of that flow."""
        return f"{self.name}-{ledger}-{document.replace('_', '-')}"


class Written(yaml.SafeLoader):
    """Amounts stay as they were written: 12.10 is no float."""


Written.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag not in ("tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp")]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def base() -> Row:
    """The shared settings, people and books."""
    return dict(yaml.load((HERE / "base.yaml").read_text(encoding="utf-8"), Written))


def groups() -> list[Group]:
    """Every group of every file, in the order of their names."""
    made = []
    for file in sorted((HERE / "orders").glob("*.yaml")):
        for place, one in enumerate(yaml.load_all(file.read_text(encoding="utf-8"), Written), 1):
            made.append(Group(f"{file.stem.replace('_', '-')}-{place}", one.pop("books", "dutch_with_vat"), one.pop("orders"), **one))
    return made


def told(row: Row, ledger: str, document: str) -> Row:
    """What a golden order says of one paper in one ledger: `exactonline` before what it says of both."""
    own = row.get(ledger) or {}
    return {**row, **own, **(row.get(document) or {}), **(own.get(document) or {})}


class Books:
    """A site between the shop with all its golden orders and the ledgers; every flow has run."""

    def __init__(self, folder: Path, name: str) -> None:
        self.base, self.name = base(), name
        self.books = self.base["books"][name]
        self.groups = [one for one in groups() if one.books == name]
        orders = [order_node(row, self.base["people"], paper) for group in self.groups for row in group.rows for paper in group.kinds()]
        states = {"shopify": shop_state(orders=orders), **self._ledgers()}
        net = "gross" if self.books["basis"] == "incl" else "net"
        self.trio = Trio(folder, states=states, options={"accountview": {"gross_prices": net}}, plan=self._plan())
        self.papers: dict[tuple[str, str], Any] = {}
        self.fates: dict[str, dict[str, Any]] = {}
        for group in self.groups:
            for ledger, document, rows in group.jobs():
                self._run(group, ledger, document, rows)
        for group in self.groups:
            for ledger in LEDGERS if group.refunded() else ():
                self._run(group, ledger, group.credited(ledger), group.refunded())
        for ledger, reader in (("exactonline", Exact), ("accountview", AccountView)):
            wanted = {document for group in self.groups for one, document, _ in group.jobs() if one == ledger}
            wanted |= {group.credited(ledger) for group in self.groups if group.refunded()}
            read = reader(self.trio, {vat: codes[ledger][0] for vat, codes in self.books["vat"].items()})
            self.papers |= {(ledger, document): read.papers(document) for document in sorted(wanted)}

    def _plan(self) -> Any:
        plan = read_plan()
        systems = {name: {**one, "settings": {**one["settings"], **self._settings(name)}} for name, one in plan.systems.items()}
        return replace(plan, systems=systems, flows=(), tables={ledger: self._tables(ledger) for ledger in LEDGERS})

    def _settings(self, system: str) -> Row:
        more = {"exactonline": {}, "accountview": {"entry_split": "extreme"}}
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
        save_flow(self.trio.site, name, "shopify", ledger, "credit_note" if credit else "sales_order", settings={**settings, **more})
        self._furnish(group, name, ledger)
        result = self.trio.run(name, ids=tuple(order_id(row["number"], "sales_invoice" if credit else document) for row in rows))
        assert result.summary.outcome == "done", result.reason
        self.fates[name] = {row.label: row for row in self.trio.inbox(name)}

    def _furnish(self, group: Group, name: str, ledger: str) -> None:
        flow = self.trio.site.flow(name)
        with self.trio.site.db.write() as session:
            for table, rows in group.tables.items():
                for row in rows:
                    made = self._vat(row, ledger) if "is" in row else _of(row, ledger)
                    value, conditions = made.pop("value"), {key: str(one) for key, one in made.items() if key != "force"}
                    session.add(TableRow(connection_id=flow.target_id, flow_id=flow.id, table=table, conditions=conditions, value=value,
                                         force=bool(row.get("force"))))  # fmt: skip
            for place, rule in enumerate(group.debtors):
                session.add(DebtorRule(connection_id=flow.target_id, flow_id=flow.id, position=place, **{"debtor": COUNTER, **rule}))

    def close(self) -> None:
        """Stop all of it."""
        self.trio.close()


def _of(row: Row, ledger: str) -> Row:
    made = {name: value for name, value in row.items() if name not in (*LEDGERS, "only")}
    return {**made, "value": row[ledger]} if ledger in row else made
