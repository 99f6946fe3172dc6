"""The word `exchange` of a golden order turned into the shop's own records. It reckons with no amount at all."""

from __future__ import annotations

from typing import Any

from golden.calendar import moment
from golden.shorthand import LINE, Node, Till, _add, order_node

_IDS = 90_000_000_000


def exchange_node(row: Node, people: Node, document: str = "sales_order", groups: Node | None = None) -> Node:
    """The order as the shop keeps it once the exchange was processed.

    `back` is [article, pieces, amount, VAT] and `sent` are lines as in `sold`; `whole` is the total before returns, `now`
    what the order comes to, `rates` its VAT then, and `money` what was given back with it."""
    node, told = order_node(row, people, document, groups), row["exchange"]
    till = Till(row.get("currency", "EUR"), row.get("theirs") or row.get("currency", "EUR"))
    sent = [_sent(text, node, node["number"] * 100 + place, till) for place, text in enumerate(told.get("sent") or (), 50)]
    back = [_back(text, node, node["number"] * 100 + place, till) for place, text in enumerate(told.get("back") or (), 1)]
    day = moment(told.get("day", "01-25"))
    made: Node = {
        "id": f"gid://shopify/Return/{_IDS + node['number']}", "name": f"{node['name']}-R1", "status": "CLOSED", "createdAt": day, "closedAt": day,
        "returnLineItems": [one["line"] for one in back], "refunds": [],
        "exchangeLineItems": [{"id": f"gid://shopify/ExchangeLineItem/{_IDS + node['number'] * 10 + place}", "quantity": line["quantity"],
                               "processedQuantity": line["quantity"], "lineItems": [{"id": line["id"]}]} for place, line in enumerate(sent)],
    }  # fmt: skip
    if "money" in told:
        node["refunds"].append(_refund(told, node, [one["refund"] for one in back], day, till))
        node["transactions"] += [{**one} for one in node["refunds"][-1]["transactions"]]
        made["refunds"] = [{"id": node["refunds"][-1]["id"]}]
    rates = [text.split() for text in told.get("rates") or ()]
    return {
        **node, "returns": [made], "returnStatus": "RETURNED", "originalTotalPriceSet": till.bag(row["total"]), "totalPriceSet": till.bag(told["whole"]),
        "currentTotalPriceSet": till.bag(told["now"]), "updatedAt": day,
        "currentTaxLines": [{"title": "VAT", "ratePercentage": rate.rstrip("%"), "priceSet": till.bag(vat)} for rate, vat in rates],
    }  # fmt: skip


def _sent(text: str, node: Node, key: int, till: Till) -> Node:
    line = LINE.fullmatch(text)
    assert line is not None, text
    _add(node, line, key, till)
    return dict(node["lineItems"][-1])


def _back(text: str, node: Node, key: int, till: Till) -> Node:
    sku, pieces, amount, vat = text.split()
    line = next(one for one in node["lineItems"] if one["sku"] == sku)
    line["currentQuantity"] = line["quantity"] - int(pieces)
    return {
        "line": {"__typename": "ReturnLineItem", "id": f"gid://shopify/ReturnLineItem/{_IDS + key}", "quantity": int(pieces),
                 "processedQuantity": int(pieces), "fulfillmentLineItem": {"quantity": int(pieces), "lineItem": {"id": line["id"]}}},
        "refund": {"id": f"gid://shopify/RefundLineItem/{_IDS + key}", "lineItem": {"id": line["id"]}, "quantity": int(pieces),
                   "subtotalSet": till.bag(amount), "totalTaxSet": till.bag(vat), "restockType": "RETURN", "restocked": True},
    }  # fmt: skip


def _refund(told: Node, node: Node, lines: list[Any], day: str, till: Till) -> Node:
    first = node["transactions"][0]
    money = {"id": f"gid://shopify/OrderTransaction/{_IDS + node['number']}", "kind": "REFUND", "status": "SUCCESS", "gateway": first["gateway"],
             "amountSet": till.bag(told["money"])}  # fmt: skip
    return {"id": f"gid://shopify/Refund/{_IDS + node['number']}", "createdAt": day, "refundLineItems": lines, "refundShippingLines": [],
            "transactions": [money], "return": {"id": f"gid://shopify/Return/{_IDS + node['number']}"}}  # fmt: skip
