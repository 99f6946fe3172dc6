"""Orders that come to nothing: made, left out or put aside, in every paper of both ledgers; their delivery costs are no nothing."""

import pytest
from support.garden import POT, ROSE, Garden, bare_plan, purchase, shop_of, shop_order, shopper, states_of

pytestmark = pytest.mark.walk
FORMS = [
    (system, document)
    for system in ("exactonline", "accountview") for document in ("sales_order", "sales_invoice", "direct_invoice", "sales_entry")
]  # fmt: skip
EACH = pytest.mark.parametrize(("system", "document"), FORMS)
FREE, SENT, GIFT, SKIPPED, HELD = range(5)
"""All off by a code; all off but the delivery; a replacement at no price; and two that the settings keep out."""
PAPERS = {
    ("exactonline", "sales_order"): "salesorder/SalesOrders", ("exactonline", "sales_invoice"): "salesinvoice/SalesInvoices",
    ("exactonline", "direct_invoice"): "salesinvoice/SalesInvoices", ("exactonline", "sales_entry"): "salesentry/SalesEntries",
    ("accountview", "sales_order"): "SO_HDR", ("accountview", "sales_invoice"): "SOI_HDR", ("accountview", "direct_invoice"): "CI_HDR",
    ("accountview", "sales_entry"): "DJ_PAGE",
}  # fmt: skip


def number(place, what):
    return 9000 + place * 10 + what


def nothing(node):
    """Everything off by a code of a hundred percent."""
    for line in node["lineItems"]["nodes"]:
        whole = str(float(line["originalUnitPriceSet"]["shopMoney"]["amount"]) * line["quantity"])
        off = {"allocatedAmountSet": bag(whole), "discountApplication": {"__typename": "DiscountCodeApplication", "allocationMethod": "ACROSS",
               "targetSelection": "ALL", "targetType": "LINE_ITEM", "code": "ALLES", "index": 0, "value": {"percentage": 100.0}}}  # fmt: skip
        line |= {"discountAllocations": [off], "taxLines": [{**one, "priceSet": bag("0.00")} for one in line["taxLines"]]}


def replacement(node):
    """Sent again for nothing: the price itself is zero, and nobody paid."""
    for line in node["lineItems"]["nodes"]:
        line |= {"originalUnitPriceSet": bag("0.00"), "taxLines": [{**one, "priceSet": bag("0.00")} for one in line["taxLines"]]}


def bag(amount):
    return {side: {"amount": amount, "currencyCode": "EUR"} for side in ("shopMoney", "presentmentMoney")}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """Five such orders for each of the papers: a ledger books an order once."""
    orders = [
        purchase(number(place, what), shopper(place + 1), POT, ROSE, shipping=POT.price if what == SENT else 0 * POT.price)
        for place in range(len(FORMS)) for what in range(5)
    ]  # fmt: skip
    states = states_of(shop_of(*orders))
    for one in orders:
        node, what = shop_order(states, one.number), one.number % 10
        (replacement if what == GIFT else nothing)(node)
        left = str(POT.price) if what == SENT else "0.00"
        for name in [name for name in node if name.endswith("Set")]:
            del node[name]
        for line in [*node["lineItems"]["nodes"], *node["shippingLines"]["nodes"]]:
            for name in [name for name in line if name.endswith("Set") and name not in ("originalUnitPriceSet", "originalPriceSet")]:
                del line[name]
        node |= {"totalPriceSet": bag(left), "shippingLines": node["shippingLines"] if what == SENT else []}
        node["transactions"] = [{**paid, "amountSet": bag(left)} for paid in node["transactions"]] if what == SENT else []
    made = Garden(tmp_path_factory.mktemp("zero"), states, bare_plan(accountview={"counter_invoice_object": "CI1"}))
    yield made
    made.close()


def flow(garden, system, document, choice):
    name = garden.flow(f"{system}-{document}-{choice or 'default'}".replace("_", "-"), "shopify", system, document=document, zero_orders=choice)
    garden.add_row(name, "revenue_account", "8000")
    garden.add_row(name, "payment_term", "30")
    garden.add_row(name, "journal", "71" if system == "exactonline" else "")
    return name


def held(garden, system, document, order):
    """The papers of this order in the ledger."""
    rows = garden.exact(PAPERS[system, document]) if system == "exactonline" else garden.accountview(PAPERS[system, document])
    return [row for row in rows if f"#{order}" in map(str, row.values())]


@EACH
@pytest.mark.parametrize(("what", "choice", "total"), [(FREE, "", "0.00"), (GIFT, "create", "0.00"), (SENT, "skip", "12.10")],
                         ids=["all-off", "replacement", "delivery-is-paid"])  # fmt: skip
def test_ord_16_an_order_of_nothing_is_made_to_the_cent_and_one_of_delivery_alone_is_none(garden, system, document, what, choice, total):
    order = number(FORMS.index((system, document)), what)
    name = flow(garden, system, document, choice)
    assert garden.send(name, order).created == 1, garden.waiting(name)
    assert len(held(garden, system, document, order)) == 1
    (told,) = [step.text for step in garden.steps(kind="checked", flow_id=garden.site.flow(name).id, label=f"#{order}")]
    assert told.startswith(f"Equal to the cent: {total} here")


@EACH
@pytest.mark.parametrize(("choice", "what", "state"), [("skip", SKIPPED, "skipped"), ("park", HELD, "parked")])
def test_ord_16_an_order_of_nothing_is_left_out_or_put_aside_where_that_was_chosen(garden, system, document, choice, what, state):
    order = number(FORMS.index((system, document)), what)
    name = flow(garden, system, document, choice)
    garden.send(name, order)
    (row,) = [row for row in garden.inbox(name) if row.label == f"#{order}"]
    assert (row.state, row.reason, held(garden, system, document, order)) == (state, f"#{order} comes to nothing.", [])
