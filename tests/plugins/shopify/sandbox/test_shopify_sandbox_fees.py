"""Money that goes back: in the customer's currency, and less the fees of a return."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from support.shared import shared

CREATE = """mutation($given: ReturnInput!) { returnCreate(returnInput: $given) { userErrors { message } return { id
  returnShippingFees { amountSet { shopMoney { amount } } }
  returnLineItems(first: 5) { nodes { id ... on ReturnLineItem { restockingFee { percentage amountSet { shopMoney { amount } } } } } } } } }"""
PROCESS = "mutation($given: ReturnProcessInput!) { returnProcess(input: $given) { userErrors { message } } }"
REFUND = """mutation($given: ReturnRefundInput!) { returnRefund(returnRefundInput: $given) {
  userErrors { field message code } refund { return { id } totalRefundedSet { shopMoney { amount } } } } }"""
SHIP = "mutation($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { userErrors { message } } }"
ORDER = """query($id: ID!) { order(id: $id) {
  totalOutstandingSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } } totalReceivedSet { shopMoney { amount } }
  transactions(first: 9) { id kind }
  fulfillmentOrders(first: 5) { nodes { id } }
  fulfillments(first: 5) { fulfillmentLineItems(first: 5) { nodes { id } } }
  refunds(first: 9) { totalRefundedSet { shopMoney { amount } } orderAdjustments(first: 5) { nodes { reason } }
    refundLineItems(first: 5) { nodes { quantity subtotalSet { shopMoney { amount } } } } } } }"""


def euros(bag: Any) -> Decimal:
    """The shop's side of an amount."""
    return Decimal(bag["shopMoney"]["amount"])


class Back:
    """A sent order of two pieces at 10.00, of which both come back at a fee of a tenth, with 3.00 for the parcel."""

    def __init__(self, shop: Any, **more: Any) -> None:
        self.shop = shop
        line = {"title": "Pot", "quantity": 2, "priceSet": {"shopMoney": {"amount": "10.00", "currencyCode": "EUR"}}}
        paid = [{"kind": "SALE", "status": "SUCCESS", "gateway": "iDEAL", "amountSet": {"shopMoney": {"amount": "20.00", "currencyCode": "EUR"}}}]
        text = "mutation($o: OrderCreateOrderInput!) { orderCreate(order: $o) { order { id } userErrors { message } } }"
        order = {"lineItems": [line], "transactions": paid, "taxesIncluded": True, "financialStatus": "PAID"}
        self.id = shop.data(text, {"o": order})["orderCreate"]["order"]["id"]
        shop.data(SHIP, {"f": {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": one["id"]} for one in self.order()["fulfillmentOrders"]["nodes"]]}})
        (sent,) = self.order()["fulfillments"][0]["fulfillmentLineItems"]["nodes"]
        lines = [{"fulfillmentLineItemId": sent["id"], "quantity": 2, "returnReason": "UNWANTED", "restockingFee": {"percentage": 10.0}}]
        given = {"orderId": self.id, "returnLineItems": lines, "returnShippingFee": {"amount": {"amount": "3.00", "currencyCode": "EUR"}}, **more}
        told = shop.data(CREATE, {"given": given})["returnCreate"]
        assert told["userErrors"] == []
        self.made = told["return"]
        (self.line,) = self.made["returnLineItems"]["nodes"]

    def order(self) -> Any:
        """The order now."""
        return self.shop.data(ORDER, {"id": self.id})["order"]

    def transfer(self, amount: str) -> Any:
        """Money by the way it was paid."""
        (paid,) = [one for one in self.order()["transactions"] if one["kind"] == "SALE"]
        return [{"parentId": paid["id"], "transactionAmount": {"amount": amount, "currencyCode": "EUR"}}]

    def process(self, count: int, money: str = "") -> None:
        """So many pieces came back, with this much money for them."""
        given: dict[str, Any] = {"returnId": self.made["id"], "returnLineItems": [{"id": self.line["id"], "quantity": count}]}
        if money:
            given["financialTransfer"] = {"issueRefund": {"orderTransactions": self.transfer(money)}}
        assert self.shop.data(PROCESS, {"given": given})["returnProcess"]["userErrors"] == []

    def refund(self, count: int, money: str) -> Any:
        """The same, asked for as a refund."""
        lines = [{"returnLineItemId": self.line["id"], "quantity": count}]
        given = {"returnId": self.made["id"], "returnRefundLineItems": lines, "orderTransactions": self.transfer(money)}
        return self.shop.data(REFUND, {"given": given})["returnRefund"]


def test_fees_of_a_return_are_told_with_it(shop: Any) -> None:
    back = Back(shop)
    assert back.line["restockingFee"]["percentage"] == 10.0
    assert euros(back.line["restockingFee"]["amountSet"]) == Decimal("2.00")
    assert [euros(one["amountSet"]) for one in back.made["returnShippingFees"]] == [Decimal("3.00")]


@pytest.mark.parametrize("way", ["process", "refund"])
def test_what_is_kept_as_a_fee_is_not_due_and_no_discrepancy(shop: Any, way: str) -> None:
    back = Back(shop)
    getattr(back, way)(1, "6.00")  # 10.00 less its half of 2.00 and the 3.00 for the parcel
    getattr(back, way)(1, "9.00")  # 10.00 less the other half
    order = back.order()
    assert euros(order["totalOutstandingSet"]) == 0
    assert [euros(one["totalRefundedSet"]) for one in order["refunds"]] == [Decimal("6.00"), Decimal("9.00")]
    assert [one["orderAdjustments"]["nodes"] for one in order["refunds"]] == [[], []]
    assert [row["quantity"] for one in order["refunds"] for row in one["refundLineItems"]["nodes"]] == [1, 1]


def test_a_fee_that_is_waived_is_a_discrepancy_in_the_customers_favour(shop: Any) -> None:
    back = Back(shop)
    back.process(2, "20.00")
    (refund,) = back.order()["refunds"]
    assert [one["reason"] for one in refund["orderAdjustments"]["nodes"]] == ["REFUND_DISCREPANCY"]
    assert euros(back.order()["totalOutstandingSet"]) == 0


def test_pieces_that_were_processed_without_money_are_refunded_afterwards_once(shop: Any) -> None:
    back = Back(shop)
    back.process(2)
    assert euros(back.order()["totalOutstandingSet"]) == Decimal("-15.00")
    told = back.refund(2, "15.00")
    assert (told["userErrors"], euros(told["refund"]["totalRefundedSet"]), told["refund"]["return"]["id"]) == ([], 15, back.made["id"])
    assert euros(back.order()["totalOutstandingSet"]) == 0
    again = back.refund(1, "1.00")["userErrors"]
    assert [one["code"] for one in again] == ["INVALID"]


def test_fees_count_in_the_total_where_the_shop_is_made_so(open_shop: Any, few: Any) -> None:
    back = Back(open_shop(few, fees_in_total=True))
    back.process(2, "15.00")
    assert (euros(back.order()["currentTotalPriceSet"]), euros(back.order()["totalOutstandingSet"])) == (Decimal("5.00"), 0)


def test_a_refund_is_asked_for_in_the_customers_currency_and_told_in_both_as_recorded(shop: Any) -> None:
    recorded = json.loads((shared("shopify", "graphql-captures") / "2025-01/orders/money-bag-presentment-parity.json").read_text())

    def again(name: str, version: str = "2026-01", **variables: Any) -> Any:
        return shop.ask(recorded[name]["query"], {**recorded[name]["variables"], **variables}, version=version)["data"]

    made = again("orderCreate")["orderCreate"]["order"]
    assert made["totalPriceSet"] == recorded["orderCreate"]["response"]["payload"]["data"]["orderCreate"]["order"]["totalPriceSet"]
    paid = again("markAsPaid", input={"id": made["id"]})["orderMarkAsPaid"]["order"]["transactions"][0]
    asked = recorded["refund"]["variables"]["input"]
    back = {**asked, "orderId": made["id"], "transactions": [{**asked["transactions"][0], "orderId": made["id"], "parentId": paid["id"]}]}
    ours, real = again("refund", input=back)["refundCreate"], recorded["refund"]["response"]["payload"]["data"]["refundCreate"]
    assert ours["userErrors"] == real["userErrors"] == []
    for side in ("refund", "order"):
        told, theirs = ours[side]["totalRefundedSet"], real[side]["totalRefundedSet"]
        assert told["presentmentMoney"] == theirs["presentmentMoney"] == {"amount": "5.0", "currencyCode": "USD"}
        assert told["shopMoney"]["currencyCode"] == theirs["shopMoney"]["currencyCode"] == "CAD"
        rate = Decimal(paid["amountSet"]["shopMoney"]["amount"]) / Decimal(paid["amountSet"]["presentmentMoney"]["amount"])
        assert Decimal(told["shopMoney"]["amount"]) == 5 * rate != 5
