"""What somebody does in a Shopify shop when goods come back: a parcel left, a return is made and processed, money moves."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

SHIP = "mutation Ship($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { fulfillment { id } userErrors { message } } }"
CREATE = "mutation Make($given: ReturnInput!) { returnCreate(returnInput: $given) { return { id } userErrors { field message code } } }"
PROCESS = "mutation Process($given: ReturnProcessInput!) { returnProcess(input: $given) { return { id status } userErrors { field message code } } }"
BACK = """mutation Back($given: ReturnRefundInput!) {
  returnRefund(returnRefundInput: $given) { refund { id } userErrors { field message code } }
}"""
PAY = "mutation Pay($id: ID!) { orderMarkAsPaid(input: {id: $id}) { order { id } userErrors { message } } }"
REFUND = """mutation Back($given: RefundInput!, $key: String!) {
  refundCreate(input: $given) @idempotent(key: $key) { refund { id } userErrors { field message } }
}"""


class Counter:
    """The counter of a shop in a garden (see support.garden), over HTTP."""

    def __init__(self, garden: Any) -> None:
        self.garden = garden

    def order(self, number: Any) -> Any:
        """The order as the shop has it now."""
        return next(one for one in self.garden.state("shopify")["orders"] if one["name"] == f"#{number}")

    def ask(self, query: str, **variables: Any) -> Any:
        """Do it; it is accepted."""
        body = {"query": query, "variables": variables}
        answer = self.garden.ask("shopify", "POST", "/admin/api/2026-10/graphql.json", json=body).json()
        assert "errors" not in answer, answer
        (told,) = answer["data"].values()
        assert not any(errors for name, errors in told.items() if name.endswith("rrors")), answer
        return told

    def send_parcel(self, number: Any) -> None:
        """All that waits is sent."""
        open_parts = [one for one in rows(self.order(number)["fulfillmentOrders"]) if one["status"] == "OPEN"]
        self.ask(SHIP, f={"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": one["id"]} for one in open_parts]})

    def take_back(self, number: Any, *back: tuple[str, int], out: tuple[Any, ...] = (), fee: Any = None, **more: Any) -> str:
        """A return of (SKU, pieces), each piece at a restocking `fee` of so many percent, for `out`: (SKU, pieces) or (SKU, pieces, discount as the service takes it). Gives its id."""
        order = self.order(number)
        skus = {line["id"]: line["sku"] for line in rows(order["lineItems"])}
        sent = {skus[line["lineItem"]["id"]]: line["id"] for parcel in rows(order["fulfillments"]) for line in rows(parcel["fulfillmentLineItems"])}
        kept = {"restockingFee": {"percentage": float(fee)}} if fee else {}
        lines = [{"fulfillmentLineItemId": sent[sku], "quantity": count, "returnReason": "UNWANTED", **kept} for sku, count in back]
        given = {
            "orderId": order["id"], "returnLineItems": lines,
            "exchangeLineItems": [self._out(*one) for one in out], **more,
        }  # fmt: skip
        return str(self.ask(CREATE, given=given)["return"]["id"])

    def process(
        self, number: Any, gid: str, money: str = "", currency: str = "EUR", parts: tuple[str, ...] = ("returnLineItems", "exchangeLineItems"),
        pieces: int = 0, **more: Any,
    ) -> None:  # fmt: skip
        """Of this return everything, or so many pieces of each line, came back and goes out, with this much money given back."""
        order = self.order(number)
        made = next(one for one in rows(order["returns"]) if one["id"] == gid)
        given: dict[str, Any] = {"returnId": gid, **more}
        for name in parts:
            given[name] = [{"id": one["id"], "quantity": pieces or one["unprocessedQuantity"]} for one in rows(made[name]) if one["unprocessedQuantity"]]
        if money:
            paid = next(one for one in rows(order["transactions"]) if one["kind"] == "SALE")
            transfer = {"parentId": paid["id"], "transactionAmount": {"amount": money, "currencyCode": currency}}
            given["financialTransfer"] = {"issueRefund": {"orderTransactions": [transfer]}}
        self.ask(PROCESS, given=given)

    def refund_return(self, number: Any, gid: str, money: str, currency: str = "EUR") -> None:
        """All of this return is refunded with this much money."""
        order = self.order(number)
        made = next(one for one in rows(order["returns"]) if one["id"] == gid)
        paid = next(one for one in rows(order["transactions"]) if one["kind"] == "SALE")
        lines = [{"returnLineItemId": one["id"], "quantity": one["quantity"]} for one in rows(made["returnLineItems"])]
        transfer = {"parentId": paid["id"], "transactionAmount": {"amount": money, "currencyCode": currency}}
        self.ask(BACK, given={"returnId": gid, "returnRefundLineItems": lines, "orderTransactions": [transfer]})

    def exchange(self, number: Any, *back: tuple[str, int], out: tuple[Any, ...] = (), money: str = "", **more: Any) -> str:
        """The parcel arrived, and what was in it is exchanged."""
        if not rows(self.order(number).get("fulfillments") or []):
            self.send_parcel(number)
        gid = self.take_back(number, *back, out=out)
        self.process(number, gid, money, **more)
        return gid

    def pay(self, number: Any) -> None:
        """The customer pays what is left."""
        self.ask(PAY, id=self.order(number)["id"])

    def give_back(self, number: Any, amount: str) -> None:
        """Money goes back, for nothing in particular."""
        order = self.order(number)
        paid = next(one for one in rows(order["transactions"]) if one["kind"] == "SALE")
        transfer = {"amount": amount, "gateway": paid["gateway"], "kind": "REFUND", "orderId": order["id"], "parentId": paid["id"]}
        self.ask(REFUND, given={"orderId": order["id"], "transactions": [transfer]}, key=str(uuid4()))

    def take_off(self, number: Any, sku: str, count: int) -> None:
        """Pieces are taken off the order; no money moves."""
        order = self.order(number)
        line = next(one for one in rows(order["lineItems"]) if one["sku"] == sku)
        chosen = [{"lineItemId": line["id"], "quantity": count, "restockType": "CANCEL"}]
        self.ask(REFUND, given={"orderId": order["id"], "refundLineItems": chosen, "transactions": []}, key=str(uuid4()))

    def _out(self, sku: str, count: int, discount: Any = None) -> dict[str, Any]:
        variants = [one for product in self.garden.state("shopify")["products"] for one in rows(product["variants"])]
        found = next(one["id"] for one in variants if one["sku"] == sku)
        return {"variantId": found, "quantity": count, **({"appliedDiscount": {"value": discount}} if discount else {})}


def rows(connection: Any) -> list[Any]:
    """The rows of a connection, or of a plain list."""
    found: list[Any] = connection["nodes"] if isinstance(connection, dict) else connection
    return found
