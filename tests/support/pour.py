"""Pour records into the shop's simulator, run a flow to both ledgers, and say what became of each record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

from babel import Locale
from koppel.actions.flows import save_flow
from koppel.demo.build import read_plan
from koppel.demo.webshop import Webshop
from koppel.store.models import Connection, DebtorRule
from koppel.testing.serving import simulator
from support.trio import Trio

TARGETS = ("accountview", "exactonline")
EXTRAS = {"VERZENDKOSTEN": "shipping", "TOESLAG": "fee", "FOOI": "tip", "CADEAUBON": "gift_card", "DIVERS": "fallback"}
COUNTER = "9999"
"""The debtor that takes the orders of people who left no e-mail address."""
DIVISION = "3012345"
_STEPS = {"accountview": "koppel_accountview.sandbox", "exactonline": "koppel_exactonline.sandbox", "shopify": "koppel_shopify.sandbox"}


@dataclass(frozen=True)
class Fate:
    """What became of one record: `state` done or anything else, and the sentence that says why."""

    label: str
    source_id: str
    state: str
    outcome: str
    cause: str
    reason: str
    resolution: str
    detail: str


def shop_state(**records):
    """The demo's shop with these records instead of its own."""
    state = simulator(_STEPS["shopify"]).demo_state(_empty())
    return {**state, "customers": [], "products": [], "orders": [], **records}


def ledger_states(articles, groups=()):
    """The demo's ledgers, holding these articles (name by code), item groups, a counter debtor and every country."""
    wanted = {**articles, **dict.fromkeys(EXTRAS, "Extra")}
    books = simulator(_STEPS["accountview"]).demo_state(_empty())
    tables = books["companies"][0]["administrations"][-1]["tables"]
    tables["ARTICLE"] = [
        {"ART_CODE": code.upper(), "ART_DESC1": name[:40], "AG_CODE": "DIENS", "VAT_CODE": "1", "UNT_CODE": "ST"}
        for code, name in _one_case(wanted).items() if len(code) <= 15
    ]  # fmt: skip
    tables["CONTACT"] = [{"SUB_NR": COUNTER, "ACCT_NAME": "Balie", "ACCT_NR": "1210", "ACCT_LINK": 2, "DEB_SHOW": True}]
    known = {row["CNT_CODE"] for row in tables["ISO_CNT"]}
    tables["ISO_CNT"] += [{"CNT_CODE": code, "COUNTRY": name[:30]} for code, name in _countries() if code not in known]
    exact = simulator(_STEPS["exactonline"]).demo_state(_empty())
    exact["data"][DIVISION]["logistics/Items"] = [
        {"Code": code, "Description": name[:60] or code, "Unit": "stuk", "SalesVatCode": "3", "IsSalesItem": True}
        for code, name in wanted.items() if len(code) <= 30
    ]  # fmt: skip
    exact["data"][DIVISION]["logistics/ItemGroups"] += [
        {"Code": f"WEB{number}", "Description": name[:60]} for number, name in enumerate(sorted(groups), 1)
    ]  # fmt: skip
    exact["data"][DIVISION]["crm/Accounts"] = [{"Code": COUNTER.rjust(18), "Name": "Balie", "Status": "C", "IsSales": True}]
    return {"accountview": books, "exactonline": exact}


def _countries():
    return [(code, name) for code, name in Locale("nl").territories.items() if len(code) == 2 and code.isalpha()]


def _one_case(articles):
    return {code.upper(): name for code, name in articles.items()}


def _empty():
    return Webshop((), (), ())


def pour(folder, records, ledgers, resource="sales_order", connections=None, **settings):
    """A site whose shop holds these records, with one flow per ledger; `connections`: further settings by system."""
    plan = read_plan()
    systems = {name: {**one, "settings": {**one["settings"], **(connections or {}).get(name, {})}} for name, one in plan.systems.items()}
    trio = Trio(folder, states={"shopify": shop_state(**records), **ledgers}, plan=replace(plan, systems=systems))
    for target in TARGETS:
        save_flow(trio.site, flow_to(target), "shopify", target, resource, settings=settings)
    counter(trio.site)
    return trio


def counter(site):
    """Book the orders of people who left no e-mail address on the counter debtor."""
    with site.db.write() as session:
        for row in session.query(Connection).filter(Connection.system.in_(TARGETS)):
            session.add(DebtorRule(connection_id=row.id, debtor=COUNTER, condition="not record.customer.email"))


def flow_to(target):
    """The name of the flow into this ledger."""
    return f"pour-{target}"


def extras(fallback=True):
    """Flow settings that name an article for every kind of line without one."""
    return {f"{kind}_sku": sku for sku, kind in EXTRAS.items() if fallback or kind != "fallback"}


def fates(trio, target):
    """What became of every record that was read."""
    return [
        Fate(row.label, row.external_id, row.state, row.outcome, row.cause, row.reason, row.resolution, row.detail)
        for row in trio.inbox(flow_to(target))
    ]  # fmt: skip


def arrived(trio, target):
    """The orders a ledger holds: per reference the total that its own lines come to and the total it says."""
    return _in_accountview(trio.state(target)) if target == "accountview" else _in_exact(trio.state(target))


def _in_accountview(state):
    tables = state["companies"][0]["administrations"][-1]["tables"]
    lines = _by(tables.get("SO_LINE", []), "HDR_ID")
    return [
        (row.get("COMMENT1"), sum((_d(one.get("ORD_QTY")) * _d(one.get("ART_PX")) for one in lines.get(row["REC_ID"], [])), Decimal(0)),
         _d(row.get("ORD_TOT")), row.get("CUR_CODE") or "EUR")
        for row in tables.get("SO_HDR", [])
    ]  # fmt: skip


def _in_exact(state):
    books = state["data"][DIVISION]
    lines = _by(books.get("salesorder/SalesOrderLines", []), "OrderID")
    return [
        (row["YourRef"], sum((_d(one.get("Quantity")) * _d(one.get("NetPrice")) for one in lines.get(row["OrderID"], [])), Decimal(0)),
         _d(row.get("AmountFC")), row["Currency"].strip())
        for row in books.get("salesorder/SalesOrders", [])
    ]  # fmt: skip


def _by(rows, name):
    found = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found


def _d(value):
    return Decimal(str(value or 0))


def table(source, target, told):
    """Print how many were seen, how many arrived, and why the others wait."""
    waiting = [one for one in told if one.state != "done"]
    print(f"\n{source} → {target}: {len(told)} seen, {len(told) - len(waiting)} arrived, {len(waiting)} waiting")
    causes = Counter((one.state, kind_of(one.cause)) for one in waiting)
    for (state, cause), count in causes.most_common():
        example = next(one for one in waiting if (one.state, kind_of(one.cause)) == (state, cause))
        print(f"  {count:5} {state:8} {cause or '-':32} {example.label}: {example.reason[:300]} → {example.resolution[:200]}")


def kind_of(cause):
    """A cause without the value it is about, so that equal kinds count together."""
    kind, _, _value = cause.partition(":")
    return cause if kind in ("mapping.required", "vat.basis") else kind
