"""Returns and exchanges: their states, what they refuse in the words that were recorded, and what the order comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

ORDER = """query Order($id: ID!) { order(id: $id) {
  id displayFinancialStatus displayFulfillmentStatus returnStatus
  totalPriceSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } } totalOutstandingSet { shopMoney { amount } }
  currentTaxLines { rate priceSet { shopMoney { amount } } } transactions(first: 9) { id kind amountSet { shopMoney { amount } } }
  lineItems(first: 9) { nodes { id sku quantity currentQuantity refundableQuantity } }
  fulfillmentOrders(first: 9) { nodes { id status lineItems(first: 9) { nodes { id remainingQuantity } } } }
  fulfillments(first: 9) { fulfillmentLineItems(first: 9) { nodes { id quantity lineItem { sku } } } }
  refunds(first: 9) { id return { id } totalRefundedSet { shopMoney { amount } } refundLineItems(first: 9) { nodes { quantity } } orderAdjustments(first: 5) { nodes { reason } } }
  returns(first: 9) { nodes { id name status
    returnLineItems(first: 9) { nodes { id quantity processedQuantity unprocessedQuantity } }
    exchangeLineItems(first: 9) { nodes { id quantity processedQuantity lineItems { id sku quantity } } } } }
} }"""
SHIP = "mutation Ship($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { userErrors { message } } }"


def mutation(name: str, kind: str, argument: str = "input") -> str:
    """One mutation on returns."""
    return f"mutation M(${argument}: {kind}!) {{ {name}({argument}: ${argument}) {{ return {{ id name status closedAt }} userErrors {{ field message code }} }} }}"


CREATE, PROCESS = mutation("returnCreate", "ReturnInput", "returnInput"), mutation("returnProcess", "ReturnProcessInput")
CLOSE, REOPEN, CANCEL = (mutation(name, "ID", "id") for name in ("returnClose", "returnReopen", "returnCancel"))


class Desk:
    """A paid order of the shop that was sent whole, and what is done with it."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        found = [one for one in shop.sandbox.dump()["orders"] if one["displayFinancialStatus"] == "PAID" and one["displayFulfillmentStatus"] == "UNFULFILLED"]
        self.id = found[-1]["id"]
        parts = [{"fulfillmentOrderId": one["id"]} for one in self.order()["fulfillmentOrders"]["nodes"]]
        assert self.data(SHIP, f={"lineItemsByFulfillmentOrder": parts})["fulfillmentCreate"]["userErrors"] == []

    def data(self, query: str, **variables: Any) -> Any:
        """The data of an operation."""
        return self.shop.data(query, variables)

    def order(self) -> Any:
        """The order now."""
        return self.data(ORDER, id=self.id)["order"]

    def sent(self) -> Any:
        """The lines of its parcel."""
        return [line for parcel in self.order()["fulfillments"] for line in parcel["fulfillmentLineItems"]["nodes"]]

    def do(self, query: str, **variables: Any) -> Any:
        """A mutation that is accepted; gives the return."""
        (told,) = self.data(query, **variables).values()
        assert told["userErrors"] == []
        return told["return"]

    def refused(self, query: str, **variables: Any) -> Any:
        """A mutation that is refused; gives field, message and code."""
        (told,) = self.data(query, **variables).values()
        assert told["return"] is None
        (error,) = told["userErrors"]
        return error["field"], error["message"], error["code"]

    def back(self, count: int = 1, **more: Any) -> Any:
        """Goods of the first line come back."""
        line = self.sent()[0]
        given = {"orderId": self.id, "returnLineItems": [{"fulfillmentLineItemId": line["id"], "quantity": count, "returnReason": "UNWANTED"}], **more}
        return self.do(CREATE, returnInput=given)

    def process(self, made: Any, money: str = "") -> Any:
        """All of it came back and goes out."""
        row = next(one for one in self.order()["returns"]["nodes"] if one["id"] == made["id"])
        given: dict[str, Any] = {"returnId": made["id"]}
        for name in ("returnLineItems", "exchangeLineItems"):
            given[name] = [{"id": one["id"], "quantity": one["quantity"] - one["processedQuantity"]} for one in row[name]["nodes"]]
        if money:
            (paid,) = [one for one in self.order()["transactions"] if one["kind"] == "SALE"]
            amount = {"amount": money, "currencyCode": "EUR"}
            given["financialTransfer"] = {"issueRefund": {"orderTransactions": [{"parentId": paid["id"], "transactionAmount": amount}]}}
        return self.do(PROCESS, input=given)


def euros(bag: Any) -> Decimal:
    """The shop's side of an amount."""
    return Decimal(bag["shopMoney"]["amount"])


@pytest.fixture
def desk(shop: Any) -> Desk:
    """An order that was sent."""
    return Desk(shop)


def dearer(shop: Any) -> tuple[str, Decimal]:
    """The dearest variant of the shop."""
    variants = [one for product in shop.sandbox.dump()["products"] for one in product["variants"]["nodes"]]
    best = max(variants, key=lambda one: Decimal(one["price"]))
    return best["id"], Decimal(best["price"])


def test_a_return_changes_nothing_on_the_order_before_it_is_processed(desk: Desk) -> None:
    before = desk.order()
    made = desk.back()
    after = desk.order()
    assert (made["status"], made["name"][-3:]) == ("OPEN", "-R1")
    assert after["currentTotalPriceSet"] == before["currentTotalPriceSet"]
    assert after["lineItems"] == before["lineItems"]
    assert after["returnStatus"] == "IN_PROGRESS"
    desk.process(made)
    line = desk.order()["lineItems"]["nodes"][0]
    assert (line["currentQuantity"], line["refundableQuantity"]) == (line["quantity"] - 1, line["quantity"] - 1)
    assert desk.do(CLOSE, id=made["id"])["status"] == "CLOSED"
    assert desk.order()["returnStatus"] == "RETURNED"


def test_an_exchange_becomes_a_line_and_a_balance_that_the_customer_owes(desk: Desk) -> None:
    before = desk.order()
    variant, price = dearer(desk.shop)
    made = desk.back(exchangeLineItems=[{"variantId": variant, "quantity": 1}])
    desk.process(made)
    after = desk.order()
    line, new = after["lineItems"]["nodes"][0], after["lineItems"]["nodes"][-1]
    assert len(after["lineItems"]["nodes"]) == len(before["lineItems"]["nodes"]) + 1
    (exchanged,) = after["returns"]["nodes"][0]["exchangeLineItems"]["nodes"]
    assert [one["id"] for one in exchanged["lineItems"]] == [new["id"]]
    assert euros(after["totalPriceSet"]) == euros(before["totalPriceSet"]) + price
    gone = euros(before["currentTotalPriceSet"]) + price - euros(after["currentTotalPriceSet"])
    assert euros(after["totalOutstandingSet"]) == price - gone
    assert after["displayFinancialStatus"] == ("PARTIALLY_PAID" if price > gone else "PAID")
    assert after["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    assert line["currentQuantity"] == line["quantity"] - 1
    (left,) = after["refunds"]
    assert (left["return"]["id"], euros(left["totalRefundedSet"]), left["orderAdjustments"]["nodes"]) == (made["id"], 0, [])
    vat = sum(euros(row["priceSet"]) for row in after["currentTaxLines"])
    assert vat > 0


def test_the_balance_of_a_cheaper_exchange_is_given_back_at_once(desk: Desk) -> None:
    before = desk.order()
    cheap = min((one for product in desk.shop.sandbox.dump()["products"] for one in product["variants"]["nodes"]), key=lambda one: Decimal(one["price"]))
    made = desk.back(exchangeLineItems=[{"variantId": cheap["id"], "quantity": 1, "appliedDiscount": {"value": {"percentage": 1.0}}}])
    desk.process(made)
    balance = -euros(desk.order()["totalOutstandingSet"])
    assert balance > 0
    assert euros(before["currentTotalPriceSet"]) - balance == euros(desk.order()["currentTotalPriceSet"])
    again = desk.back(0 + 1) if desk.sent()[0]["quantity"] > 1 else None
    assert again is None or again["name"].endswith("-R2")


def test_money_that_goes_back_with_a_return_settles_it(desk: Desk) -> None:
    before = desk.order()
    made = desk.back()
    worth = euros(before["totalPriceSet"])
    assert desk.refused(PROCESS, input={"returnId": made["id"], "financialTransfer": {"issueRefund": {"orderTransactions": [
        {"parentId": before["transactions"][0]["id"], "transactionAmount": {"amount": str(worth + 1), "currencyCode": "EUR"}}]}}})[2] == "INVALID"  # fmt: skip
    desk.process(made, "0.01")
    after = desk.order()
    (refund,) = after["refunds"]
    assert euros(refund["totalRefundedSet"]) == Decimal("0.01")
    assert [one["reason"] for one in refund["orderAdjustments"]["nodes"]] == ["REFUND_DISCREPANCY"]
    assert euros(after["totalOutstandingSet"]) == 0
    assert after["displayFinancialStatus"] == "PARTIALLY_REFUNDED"


def test_returns_are_refused_in_the_words_that_were_recorded(desk: Desk) -> None:
    line = desk.sent()[0]
    given = {"orderId": desk.id, "returnLineItems": [{"fulfillmentLineItemId": line["id"], "quantity": line["quantity"] + 1}]}
    at = ["returnInput", "returnLineItems", "0"]
    assert desk.refused(CREATE, returnInput=given) == ([*at, "quantity"], "Return line item has an invalid quantity.", "INVALID")
    given["returnLineItems"] = [{"fulfillmentLineItemId": "gid://shopify/FulfillmentLineItem/9", "quantity": 1}]
    assert desk.refused(CREATE, returnInput=given) == ([*at, "fulfillmentLineItemId"], "Fulfillment Line Item was not found.", "NOT_FOUND")
    gone = "gid://shopify/Return/9"
    for query in (CLOSE, REOPEN, CANCEL):
        assert desk.refused(query, id=gone) == (["id"], "Return not found.", "NOT_FOUND")
    assert desk.refused(PROCESS, input={"returnId": gone}) == (["input", "returnId"], "Return not found.", "NOT_FOUND")
    made = desk.back()
    wrong = [{"id": "gid://shopify/ReturnLineItem/9", "quantity": 1}]
    place = ["input", "returnLineItems", "0", "id"]
    assert desk.refused(PROCESS, input={"returnId": made["id"], "returnLineItems": wrong}) == (place, "Return line item was not found.", "NOT_FOUND")
    desk.process(made)
    assert desk.refused(CANCEL, id=made["id"]) == (["id"], "Return is not cancelable.", "INVALID_STATE")


def test_a_request_is_approved_or_declined_once(desk: Desk) -> None:
    line = desk.sent()[0]
    ask = mutation("returnRequest", "ReturnRequestInput")
    given = {"orderId": desk.id, "returnLineItems": [{"fulfillmentLineItemId": line["id"], "quantity": 1, "customerNote": "Stuk"}]}
    made = desk.do(ask, input=given)
    assert (made["status"], desk.order()["returnStatus"]) == ("REQUESTED", "RETURN_REQUESTED")
    assert desk.refused(CLOSE, id=made["id"]) == (["id"], "Return status is invalid.", "INVALID_STATE")
    assert desk.refused(PROCESS, input={"returnId": made["id"]})[2] == "INVALID_STATE"
    declined = desk.do(mutation("returnDeclineRequest", "ReturnDeclineRequestInput"), input={"id": made["id"], "declineReason": "OTHER"})
    assert declined["status"] == "DECLINED"
    made = desk.do(ask, input=given)
    approve = mutation("returnApproveRequest", "ReturnApproveRequestInput")
    assert desk.do(approve, input={"id": made["id"]})["status"] == "OPEN"
    assert desk.refused(approve, input={"id": made["id"]})[2] == "INVALID_STATE"
    assert desk.do(CLOSE, id=made["id"])["status"] == "CLOSED"
    assert desk.do(CLOSE, id=made["id"])["status"] == "CLOSED"
    assert desk.do(REOPEN, id=made["id"])["closedAt"] is None
    assert desk.do(CANCEL, id=made["id"])["status"] == "CANCELED"
    assert desk.order()["returnStatus"] == "NO_RETURN"


def test_lines_are_taken_out_of_a_return(desk: Desk) -> None:
    made = desk.back(exchangeLineItems=[{"variantId": dearer(desk.shop)[0], "quantity": 2}])
    (row,) = desk.order()["returns"]["nodes"][0]["exchangeLineItems"]["nodes"]
    out = """mutation Out($id: ID!, $rows: [ExchangeLineItemRemoveFromReturnInput!]) {
      removeFromReturn(returnId: $id, exchangeLineItems: $rows) { return { id name status closedAt } userErrors { field message code } } }"""
    for count, code in ((3, "INVALID"), (0, "GREATER_THAN")):
        assert desk.refused(out, id=made["id"], rows=[{"exchangeLineItemId": row["id"], "quantity": count}])[2] == code
    desk.do(out, id=made["id"], rows=[{"exchangeLineItemId": row["id"], "quantity": 2}])
    assert desk.order()["returns"]["nodes"][0]["exchangeLineItems"]["nodes"] == []


@pytest.mark.parametrize(("leaves", "counts"), [(False, False), (True, False)])
def test_what_is_not_known_of_the_service_is_a_switch(open_shop: Any, few: Any, leaves: bool, counts: bool) -> None:
    desk = Desk(open_shop(few, returns_leave_refund=leaves, exchange_in_total=counts))
    before = desk.order()
    desk.process(desk.back(exchangeLineItems=[{"variantId": dearer(desk.shop)[0], "quantity": 1}]))
    after = desk.order()
    assert after["totalPriceSet"] == before["totalPriceSet"]
    assert len(after["refunds"]) == leaves
    assert after["currentTotalPriceSet"] != before["currentTotalPriceSet"]


def test_a_shop_with_returns_is_loaded_as_it_was_dumped(desk: Desk, open_shop: Any) -> None:
    desk.process(desk.back(exchangeLineItems=[{"variantId": dearer(desk.shop)[0], "quantity": 1}]))
    again = open_shop(desk.shop.sandbox.dump())
    assert again.data(ORDER, {"id": desk.id})["order"] == desk.order()
