"""What the shop holds after Koppel cancelled an order there: stock and money as the connection says, once."""

from decimal import Decimal

import pytest
from koppel.actions.connections import save_connection
from koppel.actions.flows import save_flow
from support.garden import POT, Garden, purchase, shop_of, shopper, states_of
from support.returns import rows

pytestmark = pytest.mark.walk
PIECES = 3
CHOICES = {8101: ("yes", "no"), 8102: ("no", "no"), 8103: ("yes", "yes"), 8104: ("no", "yes")}
"""Back to stock and give back the money, by order."""
LOST = {"match": "graphql.json", "containing": "mutation CancelOrder", "kind": "drop_after"}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """Four paid orders of the shop, booked in Exact Online; the shop cancels at once."""
    orders = [purchase(number, shopper(number), *[POT] * 2) for number in CHOICES]
    made = Garden(tmp_path_factory.mktemp("choices"), states_of(shop_of(*orders)))
    assert made.send(made.flow("booked", "shopify", "exactonline"), *CHOICES).created == len(CHOICES)
    save_flow(made.site, "news", "exactonline", "shopify", "order_status", settings={"cancellations": "cancel_all", "settle_seconds": 0})
    yield made
    made.close()


def cancel_in_books(garden, number):
    """Somebody closes the order in Exact Online, for which its API has no call; gives its id."""
    division = garden.servers["exactonline"].shell.sandbox.state.divisions[3012345]
    orders = division.table("salesorder/SalesOrders")
    row = next(one for one in orders if one["YourRef"] == f"#{number}")
    division.touch(orders.put({**row, "Status": 45}))
    return row["OrderID"]


def in_shop(garden, number):
    return next(one for one in garden.state("shopify")["orders"] if one["name"] == f"#{number}")


def stock(garden):
    """How many pots the shop can sell."""
    (form,) = [form for one in garden.state("shopify")["products"] for form in rows(one["variants"]) if form["sku"] == POT.sku]
    (level,) = rows(form["inventoryItem"]["inventoryLevels"])
    return next(one["quantity"] for one in level["quantities"] if one["name"] == "available")


def amount(bag):
    return Decimal(bag["shopMoney"]["amount"])


@pytest.mark.parametrize(("number", "restock", "refund"), [(number, *choice) for number, choice in CHOICES.items()])
def test_ord_10_stock_and_money_go_back_as_the_connection_says_and_once_though_the_answer_got_lost(garden, number, restock, refund):
    shopify = garden.site.connection("shopify")
    save_connection(garden.site, "shopify", "shopify", {**shopify.settings, "cancel_restock": restock, "cancel_refund": refund})
    before, there = in_shop(garden, number), stock(garden)
    paid, key = amount(before["totalReceivedSet"]), cancel_in_books(garden, number)
    assert paid == amount(before["totalPriceSet"]) > 0
    garden.faults("shopify", LOST)
    for _ in range(3):
        garden.run("news", ids=(key,))
    assert [one.times for one in garden.servers["shopify"].shell.faults] == [0], "no answer was lost"

    after = in_shop(garden, number)
    assert after["cancelledAt"]
    assert after["cancelReason"] == "OTHER"
    assert stock(garden) - there == (PIECES if restock == "yes" else 0)
    back = [one for one in rows(after["transactions"]) if one["kind"] == "REFUND"]
    assert [(one["status"], one["gateway"], amount(one["amountSet"])) for one in back] == ([("SUCCESS", "iDEAL", paid)] if refund == "yes" else [])
    assert amount(after["totalRefundedSet"]) == (paid if refund == "yes" else 0)
    refunds = after.get("refunds") or []
    assert len(refunds) == (1 if refund == "yes" else 0)
    kinds = {line["restockType"] for one in refunds for line in rows(one["refundLineItems"])}
    assert kinds == ({"CANCEL" if restock == "yes" else "NO_RESTOCK"} if refund == "yes" else set())
    assert after["displayFinancialStatus"] == ("REFUNDED" if refund == "yes" else "PAID")
    assert {row.state for row in garden.inbox("news") if row.external_id == key} == {"done"}
