"""Bundles: one line on their own article or their parts, to the cent in both ledgers, also when they come back; no stock of their own."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from support.garden import POT, ROSE, SHIPPING, Garden, purchase, shop_of, shop_order, shopper, states_of
from support.ledgers import ledger

pytestmark = pytest.mark.walk
BOTH = pytest.mark.parametrize("system", ["exactonline", "accountview"])
CANDLE = replace(POT, sku="KAARS-1", title="Kaars", price=Decimal("9.95"), ean="8710000000080", stock=30)
BOX = replace(POT, sku="PAKKET-1", title="Tuinpakket", price=Decimal("29.99"), ean="8710000000097", stock=12)
ARTICLES = (POT, ROSE, CANDLE, BOX)
REFUND = """mutation Back($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { field message } }
}"""
KEPT, MIXED, WHOLE, PLAIN, BACK, PARTLY = range(8101, 8107)
ORDERS = (
    purchase(KEPT, shopper(1), POT, CANDLE), purchase(MIXED, shopper(2), POT, ROSE), purchase(WHOLE, shopper(3), BOX),
    purchase(PLAIN, shopper(4), POT, CANDLE), purchase(BACK, shopper(5), POT, CANDLE), purchase(PARTLY, shopper(6), POT, CANDLE),
)  # fmt: skip
TOTALS = {one.number: one.total for one in ORDERS}


def variant(states, sku):
    return next(one for product in states["shopify"]["products"] for one in rows(product["variants"]) if one["sku"] == sku)


def rows(connection):
    return connection["nodes"] if isinstance(connection, dict) else connection


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """A box of one pot and two candles; every order but that of the box itself has the parts of one as its lines."""
    states = states_of(shop_of(*ORDERS, articles=ARTICLES), articles=ARTICLES)
    parts = [{"quantity": count, "productVariant": {"id": variant(states, one.sku)["id"]}} for one, count in ((POT, 1), (CANDLE, 2))]
    variant(states, BOX.sku)["productVariantComponents"] = parts
    for article in (BOX, CANDLE):
        (level,) = rows(variant(states, article.sku)["inventoryItem"]["inventoryLevels"])
        next(row for row in level["quantities"] if row["name"] == "available")["quantity"] = 3
    for number in set(TOTALS) - {WHOLE}:
        group = {"id": f"gid://shopify/LineItemGroup/{number}", "title": BOX.title, "quantity": 1, "variantSku": BOX.sku}
        for line in rows(shop_order(states, number)["lineItems"]):
            line["lineItemGroup"] = group
    made = Garden(tmp_path_factory.mktemp("bundles"), states)
    yield made
    made.close()


def booked(garden, system, number):
    """(article, pieces, price) of the goods of an order."""
    order = ledger(garden, system).orders()[f"#{number}"]
    assert order.total == TOTALS[number]
    return [(sku, pieces, price) for sku, pieces, price, _ in order.lines if sku != SHIPPING]


@BOTH
def test_prd_09_the_parts_of_a_bundle_become_one_line_on_its_own_article(garden, system):
    flow = garden.flow(f"keep-{system}", "shopify", system, bundles="keep")
    assert garden.send(flow, KEPT).created == 1, garden.waiting(flow)
    assert booked(garden, system, KEPT) == [("PAKKET-1", 1, Decimal("32.00"))]


@BOTH
def test_prd_09_a_bundle_of_two_vat_rates_is_booked_in_its_parts_and_says_why(garden, system):
    flow = garden.flow(f"mixed-{system}", "shopify", system, bundles="keep")
    assert garden.send(flow, MIXED).created == 1, garden.waiting(flow)
    assert booked(garden, system, MIXED) == [("POT-1", 1, POT.price), ("ROOS-1", 2, ROSE.price)]
    told = [one.text for one in garden.steps(flow_id=garden.site.flow(flow).id, label=f"#{MIXED}")]
    assert "The bundle PAKKET-1 is booked in its parts: their VAT is 9 % and 21 %." in told


@BOTH
def test_prd_09_a_bundle_that_was_sold_as_one_line_is_booked_in_its_parts_by_their_prices(garden, system):
    flow = garden.flow(f"explode-{system}", "shopify", system, bundles="explode")
    assert garden.send(flow, WHOLE).created == 1, garden.waiting(flow)
    goods = booked(garden, system, WHOLE)  # 29.99 over one of 12.10 and two of 9.95: 11.34 and 18.65, which is no whole price for two
    assert goods == [("POT-1", 1, Decimal("11.34")), ("KAARS-1", 1, Decimal("9.32")), ("KAARS-1", 1, Decimal("9.33"))]


@BOTH
def test_prd_09_without_a_choice_the_parts_are_booked_as_the_shop_tells_them(garden, system):
    flow = garden.flow(f"plain-{system}", "shopify", system)
    assert garden.send(flow, PLAIN).created == 1, garden.waiting(flow)
    assert booked(garden, system, PLAIN) == [("POT-1", 1, POT.price), ("KAARS-1", 2, CANDLE.price)]


def give_back(garden, number, amount, *pieces):
    """Somebody refunds (place of the line, pieces) in the shop."""
    order = shop_order({"shopify": garden.state("shopify")}, number)
    lines, (paid, *_) = rows(order["lineItems"]), rows(order["transactions"])
    given = {
        "orderId": order["id"],
        "refundLineItems": [{"lineItemId": lines[place]["id"], "quantity": many, "restockType": "NO_RESTOCK"} for place, many in pieces],
        "transactions": [{"amount": str(amount), "gateway": "iDEAL", "kind": "REFUND", "orderId": order["id"], "parentId": paid["id"]}],
    }  # fmt: skip
    body = {"query": REFUND, "variables": {"input": given, "key": str(uuid4())}}
    answer = garden.ask("shopify", "POST", "/admin/api/2026-10/graphql.json", json=body).json()
    assert answer["data"]["refundCreate"]["userErrors"] == [], answer


@BOTH
@pytest.mark.parametrize(
    ("number", "amount", "pieces", "wanted"),
    [(BACK, "32.00", [(0, 1), (1, 2)], [("PAKKET-1", -1)]), (PARTLY, "9.95", [(1, 1)], [("KAARS-1", -1)])],
    ids=["whole", "part"],
)
def test_prd_09_a_whole_bundle_that_comes_back_is_credited_as_one_and_a_part_as_that_part(garden, system, number, amount, pieces, wanted):
    document = {"exactonline": "sales_invoice", "accountview": "sales_entry"}[system]
    flow = garden.flow(f"sold-{number}-{system}", "shopify", system, document=document, bundles="keep")
    credits = garden.flow(f"back-{number}-{system}", "shopify", system, "credit_note", bundles="keep")
    for name in (flow, credits):
        garden.add_row(name, "journal", "71" if system == "exactonline" else "")
        garden.add_row(name, "revenue_account", "8000")
    assert garden.send(flow, number).created == 1, garden.waiting(flow)
    if system == "exactonline":
        give_back(garden, number, amount, *pieces)
    assert garden.send(credits, number).created == 1, garden.waiting(credits)
    (told,) = [one.text for one in garden.steps(kind="checked", flow_id=garden.site.flow(credits).id)]
    assert told.startswith(f"Equal to the cent: {amount} here")
    if system == "exactonline":  # a page of AccountView's journal names no articles
        codes = {row["ID"]: row["Code"].strip() for row in garden.exact("logistics/Items")}
        (note,) = [one for one in garden.exact("salesinvoice/SalesInvoices") if one["YourRef"].startswith(f"#{number}-")]
        lines = [one for one in garden.exact("salesinvoice/SalesInvoiceLines") if one["InvoiceID"] == note["InvoiceID"]]
        assert [(codes[one["Item"]], one["Quantity"]) for one in lines] == wanted


def test_prd_09_the_stock_of_a_bundle_is_left_to_the_shop_which_reckons_it_from_its_parts(garden):
    flow = garden.flow("stock", "accountview", "shopify", "stock")
    before = stock(garden)
    summary = garden.run(flow).summary
    assert summary.parked == 0
    reasons = [one.reason for one in garden.inbox(flow, state="skipped")]
    assert "PAKKET-1 is a bundle; Shopify reckons its stock from its parts." in reasons
    assert (before["PAKKET-1"], before["KAARS-1"]) == (3, 3)
    after = stock(garden)
    assert (after["PAKKET-1"], after["KAARS-1"]) == (3, CANDLE.stock)


def stock(garden):
    """What the shop keeps of each article."""
    found = {}
    for product in garden.state("shopify")["products"]:
        for one in rows(product["variants"]):
            (level,) = rows(one["inventoryItem"]["inventoryLevels"])
            found[one["sku"]] = next(row["quantity"] for row in level["quantities"] if row["name"] == "available")
    return found
