"""What is sent in exchange: a line of the order like any other, at the price of today, with the VAT of its article."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.money import Bag, Purse, add, minus, parse, plus
from koppel_shopify.sandbox.orderfill import fill_line
from koppel_shopify.sandbox.reckoning import Pair, purse_of, rate_of, worth
from koppel_shopify.sandbox.shapes import Node


def add_line(order: Node, made: Node, row: Node, count: int, context: Context) -> Node:
    """A new line of the order for these pieces of an exchange."""
    purse, variant = purse_of(order), context.store.node(row["variantId"], "ProductVariant") or {}
    title, form = row.get("title") or "", row.get("variantTitle")
    name = f"{title} - {form}" if form and form != "Default Title" else title
    price = _price(order, variant, purse)
    line: Node = {
        "id": context.store.new_id("LineItem"), "title": title, "name": name, "variantTitle": None if form == "Default Title" else form,
        "sku": row.get("variantSku"), "quantity": count, "originalUnitPriceSet": price, "requiresShipping": True, "taxable": True,
        "isGiftCard": False, "variant": {"id": row["variantId"]}, "product": {"id": row["productId"]} if row.get("productId") else None,
        "vendor": (context.store.parent(row["variantId"]) or {}).get("vendor"), "discountAllocations": _discount(row, price, count, purse),
    }  # fmt: skip
    fill_line(line, purse, bool(order["taxesIncluded"]))
    _tax(line, order, made, purse, context)
    order["lineItems"].append(line)
    context.store.learn(line, "LineItem", order["id"])
    if context.switches.exchange_in_total:
        _into_total(order, line, purse)
    return line


def await_parcel(order: Node, lines: list[Node], context: Context) -> None:
    """A fulfilment order for what has to be sent (schema: returnProcess)."""
    place = context.store.records["locations"][0]
    rows = [{"id": context.store.new_id("FulfillmentOrderLineItem"), "lineItem": {"id": line["id"]}, "totalQuantity": line["quantity"],
             "remainingQuantity": line["quantity"], "productTitle": line["title"], "sku": line["sku"]} for line in lines]  # fmt: skip
    part: Node = {
        "id": context.store.new_id("FulfillmentOrder"), "status": "OPEN", "requestStatus": "UNSUBMITTED", "createdAt": context.stamp,
        "updatedAt": context.stamp, "lineItems": rows, "assignedLocation": {"name": place.get("name"), "countryCode": "NL", "location": {"id": place["id"]}},
    }  # fmt: skip
    order.setdefault("fulfillmentOrders", []).append(part)
    context.store.learn(part, "FulfillmentOrder", order["id"])
    if order["displayFulfillmentStatus"] == "FULFILLED":
        order["displayFulfillmentStatus"] = "PARTIALLY_FULFILLED"


def _price(order: Node, variant: Node, purse: Purse) -> Bag:
    """The article's price, in the customer's currency at the rate of the order."""
    price = parse(variant.get("price") or 0)
    shop, theirs = add([order["originalTotalPriceSet"]])
    return purse.bag((price, price * theirs / shop if shop else price))


def _discount(row: Node, price: Bag, count: int, purse: Purse) -> list[Node]:
    value: dict[str, Any] = (row.get("appliedDiscount") or {}).get("value") or {}
    if not value:
        return []
    whole = _times(add([price]), Decimal(count))
    if value.get("percentage") is not None:
        off = _times(whole, Decimal(str(value["percentage"])) / 100)
    else:
        shown = min(parse(value["amount"]["amount"]), whole[1])
        off = (shown * whole[0] / whole[1] if whole[1] else shown, shown)
    text = (row.get("appliedDiscount") or {}).get("description")
    applied = {"__typename": "ManualDiscountApplication", "allocationMethod": "EACH", "index": 0, "targetSelection": "EXPLICIT",
               "targetType": "LINE_ITEM", "title": text or "Exchange", "description": text,
               "value": {"__typename": "MoneyV2", **purse.bag(off)["presentmentMoney"]}}  # fmt: skip
    return [{"allocatedAmountSet": purse.bag(off), "discountApplication": applied}]


def _tax(line: Node, order: Node, made: Node, purse: Purse, context: Context) -> None:
    """The rates at which this article was last sold to that country, else those of what came back."""
    rates = _rates(line, order, context) or _rates_back(order, made)
    left = minus(add([line["originalTotalSet"]]), add(one["allocatedAmountSet"] for one in line["discountAllocations"]))
    whole = 1 + sum((rate_of(row) for row in rates), Decimal(0)) if order["taxesIncluded"] else Decimal(1)
    line["taxLines"] = [{**row, "priceSet": purse.bag(_times(left, rate_of(row) / whole))} for row in rates]


def _rates(line: Node, order: Node, context: Context) -> list[Node]:
    country = _country(order)
    sold = (row for one in reversed(context.store.records["orders"]) if _country(one) == country for row in one.get("lineItems") or ())
    return _first_taxes(row for row in sold if row.get("sku") == line["sku"] and row["id"] != line["id"])


def _rates_back(order: Node, made: Node) -> list[Node]:
    back = {row["fulfillmentLineItem"]["lineItem"]["id"] for row in made["returnLineItems"]}
    return _first_taxes(row for row in order["lineItems"] if row["id"] in back)


def _first_taxes(lines: Iterable[Node]) -> list[Node]:
    return next((list(row["taxLines"]) for row in lines if row.get("taxLines")), [])


def _country(order: Node) -> str:
    place = order.get("shippingAddress") or order.get("billingAddress") or {}
    return str(place.get("countryCodeV2") or "")


def _into_total(order: Node, line: Node, purse: Purse) -> None:
    """As with a line that an edit adds: it is in the order's total before returns (recorded: order edits)."""
    value = worth(line, line["quantity"], bool(order["taxesIncluded"]), purse)
    vat = add(row["priceSet"] for row in value["taxLines"])
    whole = add([value["goods"]])
    changes = {"subtotalPriceSet": whole, "totalTaxSet": vat, "totalPriceSet": whole if order["taxesIncluded"] else plus(whole, vat)}
    for name, change in changes.items():
        order[name] = purse.bag(plus(add([order[name]]), change))


def _times(amounts: Pair, factor: Decimal) -> Pair:
    return amounts[0] * factor, amounts[1] * factor
