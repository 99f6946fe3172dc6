"""What somebody does in the shop with an order that was booked already, told to the shop by its own interface."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from golden.shorthand import order_id

EDIT = """mutation Edit($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { message } }
}"""
CANCEL = """mutation Cancel($id: ID!) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: true, notifyCustomer: false) { orderCancelUserErrors { message } }
}"""


def change(trio: Any, row: dict[str, Any], document: str) -> None:
    """`then: cancelled`, or `then: off POT-1 1`: so many pieces are taken off, and no money moves."""
    key, what = order_id(row["number"], document), row["then"].split()
    if what == ["cancelled"]:
        _ask(trio, CANCEL, id=key)
        return
    _, sku, pieces = what
    order = next(one for one in trio.state("shopify")["orders"] if one["id"] == key)
    line = next(one for one in _nodes(order["lineItems"]) if one["sku"] == sku)
    off = {"lineItemId": line["id"], "quantity": int(pieces), "restockType": "CANCEL"}
    _ask(trio, EDIT, input={"orderId": key, "refundLineItems": [off], "transactions": []}, key=str(uuid4()))


def _ask(trio: Any, query: str, **variables: Any) -> None:
    opened = trio.site.converse(trio.site.connection("shopify"))
    try:
        answer = opened.client.request("POST", "/admin/api/2026-10/graphql.json", json={"query": query, "variables": variables}).json()
    finally:
        opened.close()
    assert "errors" not in answer, answer
    assert not any(errors for told in answer["data"].values() for name, errors in told.items() if name.endswith("rrors")), answer


def _nodes(rows: Any) -> list[Any]:
    return list(rows["nodes"] if isinstance(rows, dict) else rows)
