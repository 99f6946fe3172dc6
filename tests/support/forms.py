"""Real invoices told as a shop's orders and sent into both ledgers in each form of paper; what became of them is counted.

What a paper comes to is read from the ledger and compared with the invoice itself, not with what Koppel says of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from golden.calendar import YEAR
from golden.papers import AccountView, Exact
from koppel.actions.flows import save_flow
from koppel.demo.build import read_plan
from koppel.store.models import Rule, TableRow
from support.pour import DIVISION, TARGETS, counter, extras, kind_of, ledger_states, shop_state
from support.restorders import bag
from support.retail import CURRENCY, Node
from support.trio import Trio

FORMS = ("sales_order", "sales_invoice", "direct_invoice", "sales_entry")
RATE = 20
"""What is within the prices where these invoices are given VAT."""
CODES = {"exactonline": {"incl": ("GBI", "I"), "excl": ("GBX", "E")}, "accountview": {"incl": ("GB", ""), "excl": ("GB", "")}}
NO_GOODS = {
    "lines[].kind": {"expr": "'shipping' if item.sku in ('POST', 'DOT', 'C2') else 'fee' if item.sku in ('BANK CHARGES', 'AMAZONFEE') else item.kind"},
    "lines[].sku": {"expr": "none if item.sku in ('POST', 'DOT', 'C2', 'BANK CHARGES', 'AMAZONFEE', 'M', 'D', 'S') else item.sku"},
}
"""Mapping rows of a bookkeeper: postage is shipping, bank charges are a fee, and what was typed by hand has no article."""


@dataclass
class Tally:
    """What became of the invoices in one form: `exact` to the cent, `corrected` with a line for rounding, held with why."""

    seen: int = 0
    exact: int = 0
    corrected: int = 0
    held: Counter[str] = field(default_factory=Counter)
    off: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """As plain values."""
        return {"seen": self.seen, "exact": self.exact, "corrected": self.corrected, "held": dict(self.held.most_common()), "off": self.off}


def copies(nodes: list[Node], forms: tuple[str, ...] = FORMS) -> list[Node]:
    """Each order once per form, since a ledger books an order once; of this year, since books take no other."""
    return [_copy(node, form) for form in forms for node in nodes]


def _copy(node: Node, form: str) -> Node:
    place = FORMS.index(form)
    lines = [{**line, "id": f"{line['id']}{place}"} for line in node["lineItems"]["nodes"]]
    made = f"{YEAR}-01{node['createdAt'][7:]}"
    return {**node, "id": order_id(node, form), "name": node["name"] + "OFDB"[place], "lineItems": {"nodes": lines}, "createdAt": made}


def order_id(node: Node, form: str) -> str:
    """The id of the copy for this form."""
    return f"{node['id']}{FORMS.index(form)}"


def with_vat(node: Node) -> Node:
    """The same order with VAT in its prices, rounded on each line as a shop does."""
    return {**node, "lineItems": {"nodes": [{**line, "taxLines": [_tax(line)]} for line in node["lineItems"]["nodes"]]}}


def _tax(line: Node) -> Node:
    amount = Decimal(line["originalUnitPriceSet"]["shopMoney"]["amount"]) * line["quantity"]
    vat = (amount * RATE / (100 + RATE)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {"title": "VAT", "ratePercentage": str(RATE), "priceSet": bag(vat, CURRENCY)}


def send(folder: Any, nodes: list[Node], articles: dict[str, str], forms: tuple[str, ...] = FORMS, basis: str = "incl", rows: Any = None) -> dict[str, dict[str, Tally]]:
    """Send them all, and count by ledger and form. `rows` are mapping rows of the merchant's own for the shop."""
    states = ledger_states(articles)
    _add_rate(states, basis)
    plan = read_plan()
    own = {"price_basis": basis, "counter_invoice_object": "CI1"}
    settings = {"accountview": own, "exactonline": {"price_basis": basis}}
    systems = {name: {**one, "settings": {**one["settings"], **settings.get(name, {})}} for name, one in plan.systems.items()}
    net = {"accountview": {"gross_prices": "gross" if basis == "incl" else "net"}}
    trio = Trio(folder, {"shopify": shop_state(orders=copies(nodes, forms)), **states}, net, plan=replace(plan, systems=systems, flows=(), tables={}))
    try:
        counter(trio.site)
        return {target: {form: _one(trio, nodes, target, form, basis, rows or {}) for form in forms} for target in TARGETS}
    finally:
        trio.close()


def _one(trio: Trio, nodes: list[Node], target: str, form: str, basis: str, rows: Any) -> Tally:
    name = f"{target}-{form.replace('_', '-')}"
    save_flow(trio.site, name, "shopify", target, "sales_order", settings={**extras(), "document": form, "correction_sku": "DIVERS"})
    _furnish(trio, name, target, basis, rows)
    result = trio.run(name, ids=tuple(order_id(node, form) for node in nodes))
    assert result.summary.outcome == "done", result.reason
    reader = {"exactonline": Exact, "accountview": AccountView}[target](trio, {})
    papers = reader.papers(form)
    corrected = {row.label for row in trio.steps(kind="found", flow_id=trio.site.flow(name).id) if " would come to " in row.text}
    made = Tally(len(nodes))
    totals = {_copy(node, form)["name"]: Decimal(node["totalPriceSet"]["shopMoney"]["amount"]) for node in nodes}
    for row in trio.inbox(name):
        if row.state != "done":
            made.held[f"{kind_of(row.cause) or row.state}: {row.reason}" if not row.cause else kind_of(row.cause)] += 1
            continue
        (paper,) = papers[row.label]
        if Decimal(paper["total"]) != totals[row.label]:
            made.off.append(f"{row.label}: {paper['total']} there, {totals[row.label]} in the shop")
        elif row.label in corrected:
            made.corrected += 1
        else:
            made.exact += 1
    return made


def _furnish(trio: Trio, name: str, target: str, basis: str, rows: Any) -> None:
    flow = trio.site.flow(name)
    zero, code = {"exactonline": "1", "accountview": "0"}[target], CODES[target][basis][0]
    table = [("vat_code", {"rate": "0"}, zero), ("vat_code", {"rate": str(RATE)}, code), ("revenue_account", {}, "8000"), ("payment_term", {}, "30")]
    with trio.site.db.write() as session:
        for one, conditions, value in [*table, ("journal", {}, "71")] if target == "exactonline" else table:
            session.add(TableRow(connection_id=flow.target_id, flow_id=flow.id, table=one, conditions=conditions, value=value))
        for place, (field_, spec) in enumerate(rows.items()):
            session.add(Rule(system="shopify", direction="inbound", resource="sales_order", target=field_, position=place, spec=spec, flow_id=flow.id, origin="site"))


def _add_rate(states: Any, basis: str) -> None:
    """A VAT code of this rate in both ledgers."""
    tables, data = states["accountview"]["companies"][0]["administrations"][-1]["tables"], states["exactonline"]["data"][DIVISION]
    tables["VAT"].append({"VAT_CODE": "GB", "VAT_NAME": "GB", "VAT_PCT": RATE, "VAT_TYPE": 1, "CALC_TYPE": 1, "VAT_ACCT": "1600"})
    code, kind = CODES["exactonline"][basis]
    some = next(row for row in data["vat/VATCodes"] if row["Code"].strip() == "3")
    mine = {**some, "ID": "00000000-0000-4000-8000-000000000020", "Code": code, "Type": kind, "Description": code, "Percentage": RATE / 100}
    data["vat/VATCodes"].append(mine)
    data["vat/VatPercentages"].append({**data["vat/VatPercentages"][0], "VATCodeID": mine["ID"], "Percentage": RATE / 100, "ID": "00000000-0000-4000-9000-000000000020"})
