"""Making an order with its own prices (reference: sections 4 and 12)."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.money import parse, rounded
from koppel_shopify.sandbox.mutations.metafields import tag_list, write_all
from koppel_shopify.sandbox.mutations.orders import address
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

_PLAIN = ("email", "phone", "note", "poNumber", "sourceIdentifier", "sourceName", "customAttributes", "closedAt", "taxesIncluded", "test")


@resolves("Mutation", "orderCreate")
def create(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """A new order; nothing is computed that the caller did not say."""
    given = args["order"]
    problem = _problem(given, context)
    if problem:
        return {"order": None, "userErrors": [problem]}
    made = context.store.add("orders", _order(given, context), context.now)
    write_all(made, given.get("metafields"), context)
    if (args.get("options") or {}).get("inventoryBehaviour", "BYPASS") != "BYPASS":
        _take_stock(made, context)
    return {"order": made, "userErrors": []}


def _problem(given: dict[str, Any], context: Context) -> dict[str, Any] | None:
    if not given.get("lineItems"):
        return user_error(["order", "lineItems"], "Line items must have at least one line item", "INVALID")
    for place, line in enumerate(given["lineItems"]):
        at = ["order", "lineItems", str(place)]
        if line["quantity"] < 1:
            return user_error([*at, "quantity"], "Quantity must be greater than 0", "INVALID")
        if line.get("variantId") and context.store.node(line["variantId"], "ProductVariant") is None:
            return user_error([*at, "variantId"], "Variant does not exist", "INVALID")
        if not line.get("variantId") and not line.get("title"):
            return user_error([*at, "title"], "Title can't be blank", "INVALID")
        if line.get("taxLines") and given.get("taxLines"):
            return user_error(["order", "taxLines"], "Tax lines can be specified on the order or the line items but not both", "INVALID")
    wanted = _chosen(given).get("id")
    if wanted and context.store.node(wanted, "Customer") is None:
        return user_error(["order", "customer"], "Customer does not exist", "INVALID")
    if given.get("companyLocationId") and context.store.node(given["companyLocationId"], "CompanyLocation") is None:
        return user_error(["order", "companyLocationId"], "Company location does not exist", "INVALID")
    return None


def _order(given: dict[str, Any], context: Context) -> Node:
    number = max((one["number"] for one in context.store.records["orders"]), default=1000) + 1
    currency = given.get("currency") or context.store.currency
    prefix = context.store.shop["orderNumberFormatPrefix"]
    lines = [_line(one, currency, context) for one in given["lineItems"]]
    node: Node = {
        **{name: given[name] for name in _PLAIN if given.get(name) is not None},
        "number": number, "name": given.get("name") or f"{prefix}{number}", "currencyCode": currency, "createdAt": context.stamp,
        "updatedAt": context.stamp, "processedAt": given.get("processedAt") or context.stamp, "tags": tag_list(given.get("tags") or []),
        "displayFinancialStatus": given.get("financialStatus") or ("PAID" if given.get("transactions") else "PENDING"),
        "presentmentCurrencyCode": given.get("presentmentCurrency") or currency, "lineItems": lines,
        "shippingLines": [_shipping(one, currency) for one in given.get("shippingLines") or ()],
        "transactions": [_transaction(one, currency, context) for one in given.get("transactions") or ()],
        "displayFulfillmentStatus": given.get("fulfillmentStatus") or "UNFULFILLED", "fulfillmentOrders": [_part(lines, context)],
        "customer": _customer(given, context),
    }
    for name in ("billingAddress", "shippingAddress"):
        if given.get(name):
            node[name] = address(given[name], None, context, "Address")
    company = context.store.parent(given.get("companyLocationId") or "")
    if company is not None:
        person = next((one for one in company["contacts"] if one["customer"] == node["customer"]), None)
        node["purchasingEntity"] = {"company": {"id": company["id"]}, "location": {"id": given["companyLocationId"]},
                                    "contact": {"id": person["id"]} if person else None}
    return node


def _chosen(given: dict[str, Any]) -> dict[str, Any]:
    """Who is named as the customer, in the newer way or the older one."""
    return (given.get("customer") or {}).get("toAssociate") or {"id": given.get("customerId")}


def _customer(given: dict[str, Any], context: Context) -> Node | None:
    wanted = _chosen(given)
    if wanted.get("id"):
        return {"id": wanted["id"]}
    email = wanted.get("email") or given.get("email")
    known = next((one for one in context.store.records["customers"] if email and one.get("email") == email), None)
    return {"id": known["id"]} if known else None


def _line(given: dict[str, Any], currency: str, context: Context) -> Node:
    variant = context.store.node(given.get("variantId") or "", "ProductVariant") or {}
    product = context.store.parent(variant["id"]) if variant else None
    priced = given.get("priceSet") or {"shopMoney": {"amount": variant.get("price") or 0, "currencyCode": currency}}
    title = (product or {}).get("title") or given.get("title")
    form = variant.get("title") if variant and variant.get("title") != "Default Title" else given.get("variantTitle")
    return {
        "id": context.store.new_id("LineItem"), "title": title, "name": " - ".join(filter(None, (title, form))), "variantTitle": form,
        "sku": variant.get("sku") or given.get("sku"), "quantity": given["quantity"], "originalUnitPriceSet": _bag(priced, currency),
        "requiresShipping": bool(given.get("requiresShipping") or variant), "taxable": given.get("taxable", True),
        "isGiftCard": given.get("giftCard", False), "vendor": given.get("vendor") or (product or {}).get("vendor"),
        "taxLines": _taxes(given, currency), "variant": {"id": variant["id"]} if variant else None,
        "product": {"id": product["id"]} if product else None,
    }


def _taxes(given: dict[str, Any], currency: str) -> list[Node]:
    return [{"title": one["title"], "rate": float(one["rate"]), "priceSet": _bag(one.get("priceSet"), currency)}
            for one in given.get("taxLines") or ()]


def _shipping(given: dict[str, Any], currency: str) -> Node:
    return {"title": given["title"], "code": given.get("code") or given["title"], "source": given.get("source"),
            "originalPriceSet": _bag(given["priceSet"], currency), "taxLines": _taxes(given, currency)}


def _transaction(given: dict[str, Any], currency: str, context: Context) -> Node:
    return {"id": context.store.new_id("OrderTransaction"), "kind": given.get("kind") or "SALE", "status": given.get("status") or "SUCCESS",
            "gateway": given.get("gateway") or "manual", "amountSet": _bag(given["amountSet"], currency), "createdAt": context.stamp,
            "processedAt": given.get("processedAt") or context.stamp}


def _part(lines: list[Node], context: Context) -> Node:
    place = context.store.records["locations"][0]
    rows = [{"id": context.store.new_id("FulfillmentOrderLineItem"), "lineItem": {"id": line["id"]}, "totalQuantity": line["quantity"],
             "remainingQuantity": line["quantity"]} for line in lines]
    return {"id": context.store.new_id("FulfillmentOrder"), "status": "OPEN", "createdAt": context.stamp, "updatedAt": context.stamp,
            "assignedLocation": {"name": place.get("name"), "countryCode": "NL", "location": {"id": place["id"]}}, "lineItems": rows}


def _bag(given: dict[str, Any] | None, currency: str) -> Node:
    """Amounts are kept to the currency's own decimals, whatever was asked."""
    shop = (given or {}).get("shopMoney") or {"amount": 0, "currencyCode": currency}
    shown = (given or {}).get("presentmentMoney") or shop
    return {side: {"amount": str(rounded(parse(one["amount"]), one["currencyCode"])), "currencyCode": one["currencyCode"]}
            for side, one in (("shopMoney", shop), ("presentmentMoney", shown))}


def _take_stock(order: Node, context: Context) -> None:
    for line in order["lineItems"]:
        move_stock(line, line["quantity"], context)


def move_stock(line: Node, count: int, context: Context) -> None:
    """So many pieces of a line from what is available to what is committed; back where `count` is below zero."""
    place = context.store.records["locations"][0]["id"]
    variant = context.store.node((line.get("variant") or {}).get("id") or "", "ProductVariant")
    for level in ((variant or {}).get("inventoryItem") or {}).get("inventoryLevels") or ():
        if (level.get("location") or {}).get("id") == place:
            for row in level.get("quantities") or ():
                row["quantity"] += {"available": -count, "committed": count}.get(row["name"], 0)
