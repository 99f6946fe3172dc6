"""A refund becomes the chosen kind of credit note in Exact Online: in draft, with its goods back in stock, or as an entry."""

from decimal import Decimal
from uuid import uuid4

import pytest
from koppel.actions.flows import save_flow
from koppel.errors import ConfigurationError
from support.garden import POT, ROSE, SHIPPING, Garden, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
REFUND = """mutation Back($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { field message } }
}"""
BACK = Decimal("21.90")
FORMS = {
    "credit_note": ("sales_invoice", 5101, "salesinvoice/SalesInvoices", 8021),
    "direct_credit": ("direct_invoice", 5102, "salesinvoice/SalesInvoices", 8024),
    "credit_entry": ("sales_entry", 5103, "salesentry/SalesEntries", 21),
}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """Three orders that are paid."""
    orders = [purchase(number, shopper(number), POT, ROSE) for _, number, _, _ in FORMS.values()]
    made = Garden(tmp_path_factory.mktemp("credits"), states_of(shop_of(*orders)))
    yield made
    made.close()


def flow_of(garden, name, resource="sales_order", **settings):
    made = garden.flow(name, "shopify", "exactonline", resource, settle_seconds=0, **settings)
    garden.add_row(made, "journal", "71")
    for rate, ledger in (("21", "8000"), ("9", "8010")):
        garden.add_row(made, "revenue_account", ledger, rate=rate)
    return made


def give_back(garden, number):
    """Both roses come back."""
    order = next(one for one in garden.state("shopify")["orders"] if one["name"] == f"#{number}")
    (paid,) = [one for one in nodes(order["transactions"]) if one["kind"] != "REFUND"]
    given = {
        "orderId": order["id"], "refundLineItems": [{"lineItemId": nodes(order["lineItems"])[1]["id"], "quantity": 2, "restockType": "RETURN"}],
        "transactions": [{"amount": str(BACK), "gateway": "iDEAL", "kind": "REFUND", "orderId": order["id"], "parentId": paid["id"]}],
    }  # fmt: skip
    answer = garden.ask("shopify", "POST", "/admin/api/2026-10/graphql.json", json={"query": REFUND, "variables": {"input": given, "key": str(uuid4())}})
    assert answer.json()["data"]["refundCreate"]["userErrors"] == [], answer.text
    return order["id"]


def nodes(rows):
    """The rows of a connection of the shop."""
    return rows["nodes"] if isinstance(rows, dict) else rows


@pytest.mark.parametrize("form", FORMS)
def test_fin_10_and_sys_05_a_refund_becomes_the_chosen_credit_once_and_to_the_cent(garden, form):
    document, number, entity, kind = FORMS[form]
    orders = flow_of(garden, f"orders-{number}", document=document, release=["paid"], shipping_sku=SHIPPING)
    assert garden.send(orders, number).created == 1
    order = give_back(garden, number)
    credits = flow_of(garden, f"credits-{number}", "credit_note", document=form, shipping_sku=SHIPPING)
    assert garden.run(credits, ids=(order,)).summary.created == 1
    rows = garden.ask("exactonline", "GET", f"/api/v1/3012345/{entity}", headers={"Accept": "application/json"},
                      params={"$filter": f"YourRef eq '#{number}-C1'"}).json()["d"]["results"]  # fmt: skip
    assert [(Decimal(str(row["AmountFC"])), row["Type"]) for row in rows] == [(-BACK, kind)]
    (checked,) = garden.steps(kind="checked", flow_id=garden.site.flow(credits).id)
    assert checked.text.startswith("Equal to the cent")
    assert garden.run(credits, ids=(order,)).summary.created == 0


def test_sys_05_an_order_cannot_become_a_credit_note(garden):
    with pytest.raises(ConfigurationError, match="is not what an order can become"):
        save_flow(garden.site, "wrong", "shopify", "exactonline", "sales_order", settings={"document": "credit_note"})
