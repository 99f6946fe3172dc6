"""Real orders that got into a ledger are read back from it and made in a second, empty shop: the same to the cent."""

from collections import Counter, defaultdict
from decimal import Decimal

import pytest
from koppel.actions.flows import save_flow
from support.captured import orders_in
from support.pour import DIVISION, EXTRAS, TARGETS, extras, fates, flow_to, ledger_states, pour, shop_state
from support.restorders import exported_orders, rest_orders
from support.shared import documents, shared
from support.trio import Trio

pytestmark = pytest.mark.walk
BALIE = "balie@winkel.example"
PLACE = ("address1", "zip", "city", "countryCodeV2")


@pytest.fixture(scope="module")
def nodes():
    """Every recorded order that has a number and lines: of the captures, the REST fixtures and the admin's export."""
    told = [
        *orders_in(documents(shared("shopify", "graphql-captures"))), *rest_orders(documents(shared("shopify", "rest-fixtures"))),
        *exported_orders(next(shared("shopify", "order-export-csv").glob("*.csv"))),
    ]  # fmt: skip
    return list({one["name"]: one for one in told if one.get("name") and one.get("lineItems")}.values())


@pytest.fixture(scope="module")
def first(nodes, tmp_path_factory):
    """The first shop with these orders, which have been sent into both ledgers."""
    trio = pour(tmp_path_factory.mktemp("first"), {"orders": nodes}, ledger_states(skus(nodes)), **extras())
    for target in TARGETS:
        assert trio.run(flow_to(target)).summary.outcome == "done"
    yield trio
    trio.close()


def skus(nodes):
    """Name by code of everything that was ordered."""
    return {row["sku"]: row.get("title") or row["sku"] for node in nodes for row in rows_of(node["lineItems"]) if row.get("sku")}


def rows_of(lines):
    return lines if isinstance(lines, list) else lines.get("nodes") or []


def with_mail(states):
    """The debtor of those who left no e-mail address has one itself: a shop knows nobody without."""
    for row in states["accountview"]["companies"][0]["administrations"][-1]["tables"]["CONTACT"]:
        row["MAIL_BUS"] = row.get("MAIL_BUS") or BALIE
    for row in states["exactonline"]["data"][DIVISION]["crm/Accounts"]:
        row["Email"] = row.get("Email") or BALIE
    return states


def money(node, name):
    return Decimal(((node.get(name) or {}).get("shopMoney") or {}).get("amount") or 0)


def amounts(order):
    """What an order comes to, and its VAT."""
    return money(order, "totalPriceSet"), order["currencyCode"], money(order, "totalTaxSet")


def lines(order):
    """Quantity and what was paid, per line of goods (what Shopify had to split over two lines counts as one price each) and per shipping line."""
    goods: Counter = Counter()
    for row in rows_of(order["lineItems"]):
        off = sum((money(one, "allocatedAmountSet") for one in row.get("discountAllocations") or ()), Decimal(0))
        goods["pieces"] += int(row["quantity"])
        goods["goods"] += money(row, "originalUnitPriceSet") * int(row["quantity"]) - off
    for row in rows_of(order.get("shippingLines") or []):
        off = sum((money(one, "allocatedAmountSet") for one in row.get("discountAllocations") or ()), Decimal(0))
        goods["shipping"] += money(row, "originalPriceSet") - off
    return {name: value for name, value in goods.items() if value}


def codes(order):
    """Pieces by article; AccountView writes codes in capitals, and a line without a code stands on the article that the flow
    names for it: the one difference that the lines may show."""
    found: Counter = Counter()
    for row in rows_of(order["lineItems"]):
        sku = (row.get("sku") or "").upper()
        found["" if sku in EXTRAS else sku] += int(row["quantity"])
    return found


def place(address):
    """Where it is, postcode without spaces; None for an address that says nothing."""
    told = tuple("".join(str((address or {}).get(name) or "").split()).casefold() for name in PLACE)
    return told if any(told) else None


def debtor(order):
    return (order.get("email") or "").casefold() or BALIE


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_ledger_holds_of_real_orders_is_made_in_an_empty_shop_the_same_to_the_cent(first, tmp_path, target):
    there = {one.label for one in fates(first, target) if one.state == "done"}
    books = with_mail({name: first.state(name) for name in TARGETS})
    second = Trio(tmp_path, {**books, "shopify": shop_state()})
    try:
        save_flow(second.site, "back", target, "shopify", "sales_order", settings={"release": []})
        assert second.run("back").summary.outcome == "done"
        waiting = {row.label: row.reason for row in second.inbox("back") if row.state != "done"}
        assert waiting == {}
        made = {one["sourceIdentifier"]: one for one in second.state("shopify")["orders"]}
        assert set(made) == there
        assert len(there) >= 23
        compare({one["name"]: one for one in first.state("shopify")["orders"] if one["name"] in there}, made)
        assert second.run("back").summary.created == 0
        assert len(second.state("shopify")["orders"]) == len(there)
    finally:
        second.close()


def compare(before, after):
    """Amounts, VAT, lines and places are equal, but for what a ledger keeps otherwise: one address per debtor."""
    homes = defaultdict(set)
    for one in before.values():
        homes[debtor(one)].add(place(one.get("billingAddress")))
    off = []
    for number, one in before.items():
        other, known = after[number], debtor(one) != BALIE
        pairs = {
            "amounts": (amounts(one), amounts(other)), "lines": (lines(one), lines(other)), "articles": (codes(one), codes(other)),
            "customer": (debtor(one), debtor(other)),
        }  # fmt: skip
        if known and place(one.get("shippingAddress")):
            pairs["delivery"] = (place(one["shippingAddress"]), place(other.get("shippingAddress")))
        if known and place(other.get("billingAddress")) not in homes[debtor(one)]:
            pairs["address"] = (homes[debtor(one)], place(other.get("billingAddress")))
        off += [(number, name, was, now) for name, (was, now) in pairs.items() if was != now]
    assert off == []
