"""Orders: lists, searches, sort orders and the fields that follow from other fields."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from koppel_shopify.sandbox.connections import connection
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.fields.common import by_id, count, searched
from koppel_shopify.sandbox.fields.products import at, number
from koppel_shopify.sandbox.money import Purse, add, minus, shop_amount
from koppel_shopify.sandbox.orderfill import is_line_level
from koppel_shopify.sandbox.registry import Resolver, resolves
from koppel_shopify.sandbox.searching import Field, Search
from koppel_shopify.sandbox.shapes import Node

_FINANCIAL = ("paid", "pending", "authorized", "partially_paid", "partially_refunded", "refunded", "voided", "expired", "unpaid", "any")
_FULFILLED = ("unshipped", "shipped", "fulfilled", "partial", "scheduled", "on_hold", "unfulfilled", "request_declined", "any")
_SHIPPED = {
    "FULFILLED": ["shipped", "fulfilled"], "UNFULFILLED": ["unshipped", "unfulfilled"], "PARTIALLY_FULFILLED": ["partial", "unshipped"],
    "IN_PROGRESS": ["unshipped", "unfulfilled"], "ON_HOLD": ["on_hold"], "SCHEDULED": ["scheduled"],
    "REQUEST_DECLINED": ["request_declined"],
}


def _financial(order: Node) -> list[str]:
    status = (order.get("displayFinancialStatus") or "").lower()
    return [status, "any", *(["unpaid"] if status in ("pending", "authorized", "partially_paid") else [])]


def _status(order: Node) -> list[str]:
    if order.get("cancelledAt"):
        return ["cancelled", "any", *(["closed"] if order.get("closedAt") else [])]
    return ["closed", "any"] if order.get("closedAt") else ["open", "not_closed", "any"]


def _name(order: Node) -> list[str]:
    return [order["name"], order["name"].lstrip("#")]


def _skus(order: Node) -> list[Any]:
    return [line.get("sku") for line in order.get("lineItems") or ()]


_ORDERS = Search(
    {
        "id": Field("id", lambda one: one["id"]),
        "name": Field("list", _name),
        "email": Field("exact", lambda one: one.get("email")),
        "customer_id": Field("id", lambda one: (one.get("customer") or {}).get("id")),
        "created_at": Field("time", lambda one: one["createdAt"]),
        "processed_at": Field("time", lambda one: one["processedAt"]),
        "updated_at": Field("time", lambda one: one["updatedAt"]),
        "financial_status": Field("enum", _financial, _FINANCIAL),
        "fulfillment_status": Field(
            "enum", lambda one: [*_SHIPPED.get(one["displayFulfillmentStatus"], []), "any"], _FULFILLED
        ),
        "status": Field("enum", _status, ("open", "closed", "cancelled", "not_closed", "any")),
        "tag": Field("list", lambda one: one["tags"]), "tag_not": Field("unlist", lambda one: one["tags"]),
        "sku": Field("list", _skus),
        "gateway": Field("list", lambda one: one["paymentGatewayNames"]),
        "discount_code": Field("list", lambda one: one["discountCodes"]),
        "po_number": Field("exact", lambda one: one.get("poNumber")),
        "source_name": Field("exact", lambda one: one.get("sourceName")),
        "source_identifier": Field("exact", lambda one: one.get("sourceIdentifier")),
        "confirmation_number": Field("exact", lambda one: one.get("confirmationNumber")),
        "cart_token": Field("exact", lambda one: one.get("cartToken")),
        "checkout_token": Field("exact", lambda one: one.get("checkoutToken")),
        "payment_id": Field("list", lambda one: [paid.get("paymentId") for paid in one.get("transactions") or ()]),
        "current_total_price": Field("number", lambda one: shop_amount(one["currentTotalPriceSet"])),
        "subtotal_line_items_quantity": Field("number", lambda one: one["subtotalLineItemsQuantity"]),
        "total_weight": Field("number", lambda one: one.get("totalWeight") or 0),
        "return_status": Field("enum", lambda one: [(one.get("returnStatus") or "NO_RETURN").lower()], (
            "inspection_complete", "in_progress", "no_return", "returned", "return_failed", "return_requested")),
        "test": Field("bool", lambda one: one.get("test")),
        "metafields.": Field("exact", lambda one: None),
    },
    lambda one: (*_name(one), one.get("email"), one.get("poNumber"), _who(one), *_skus(one), *_titles(one)),
)


def _who(order: Node) -> str:
    place = order.get("billingAddress") or order.get("shippingAddress") or {}
    return " ".join(filter(None, (place.get("firstName"), place.get("lastName"))))


def _titles(order: Node) -> list[Any]:
    return [line.get("title") for line in order.get("lineItems") or ()]


_SORTS: dict[str, Callable[[Any], Any]] = {
    "CREATED_AT": lambda one: at(one["createdAt"]), "UPDATED_AT": lambda one: at(one["updatedAt"]),
    "PROCESSED_AT": lambda one: at(one["processedAt"]), "ORDER_NUMBER": lambda one: one["number"],
    "TOTAL_PRICE": lambda one: float(shop_amount(one["totalPriceSet"])),
    "CURRENT_TOTAL_PRICE": lambda one: float(shop_amount(one["currentTotalPriceSet"])),
    "CUSTOMER_NAME": lambda one: _who(one).lower(), "PO_NUMBER": lambda one: one.get("poNumber") or "",
    "FINANCIAL_STATUS": lambda one: one.get("displayFinancialStatus") or "",
    "FULFILLMENT_STATUS": lambda one: one["displayFulfillmentStatus"],
    "TOTAL_ITEMS_QUANTITY": lambda one: one["subtotalLineItemsQuantity"],
    "DESTINATION": lambda one: (one.get("shippingAddress") or {}).get("city") or "",
}


def orders_page(rows: list[Node], args: dict[str, Any], path: str, context: Context) -> Any:
    """A page of orders, searched and sorted."""
    found = searched(rows, args, _ORDERS, path, context)
    return connection(found, args, _SORTS.get(args.get("sortKey") or "ID", number))


@resolves("QueryRoot", "order")
def order(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.order`."""
    return by_id(args["id"], "Order", context)


@resolves("QueryRoot", "orderByIdentifier")
def by_identifier(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.orderByIdentifier`."""
    return by_id(args["identifier"].get("id") or "", "Order", context)


@resolves("QueryRoot", "orders")
def orders(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.orders`."""
    return orders_page(context.orders(), args, "orders", context)


@resolves("QueryRoot", "ordersCount")
def orders_count(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.ordersCount`."""
    return count(len(searched(context.orders(), args, _ORDERS, "ordersCount", context)), args.get("limit"))


@resolves("QueryRoot", "fulfillmentOrder")
def fulfillment_order(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.fulfillmentOrder`."""
    return by_id(args["id"], "FulfillmentOrder", context)


@resolves("Order", "customer")
def customer(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Order.customer`."""
    return context.store.node(str((one.get("customer") or {}).get("id") or ""), "Customer")


@resolves("Order", "purchasingEntity")
def purchasing_entity(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Order.purchasingEntity`."""
    given = one.get("purchasingEntity")
    if given and (given.get("company") or given.get("location")):
        return given
    return customer(one, context, {})


@resolves("Order", "closed")
def closed(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Order.closed`."""
    return one.get("closedAt") is not None


@resolves("Order", "displayAddress")
def display_address(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Order.displayAddress`."""
    return one.get("shippingAddress") or one.get("billingAddress")


@resolves("Order", "billingAddressMatchesShippingAddress")
def same_address(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Order.billingAddressMatchesShippingAddress`."""
    billing, shipping = one.get("billingAddress") or {}, one.get("shippingAddress") or {}
    return all(billing.get(name) == shipping.get(name) for name in ("address1", "address2", "zip", "city", "lastName"))


@resolves("Order", "shippingLine")
def shipping_line(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Order.shippingLine`."""
    return next((line for line in one.get("shippingLines") or () if not line.get("isRemoved")), None)


@resolves("Order", "shippingLines")
def shipping_lines(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Order.shippingLines`."""
    rows = [line for line in one.get("shippingLines") or () if args.get("includeRemovals") or not line.get("isRemoved")]
    return connection(rows, args)


@resolves("Order", "discountCode")
def discount_code(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Order.discountCode`."""
    return next(iter(one["discountCodes"]), None)


@resolves("Order", "fullyPaid")
def fully_paid(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Order.fullyPaid`."""
    return shop_amount(one["totalOutstandingSet"]) <= 0


@resolves("Order", "unpaid", "canMarkAsPaid")
def unpaid(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Order.unpaid` and `Order.canMarkAsPaid`."""
    return shop_amount(one["totalOutstandingSet"]) > 0


@resolves("Order", "refundable")
def refundable(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Order.refundable`."""
    return shop_amount(one["netPaymentSet"]) > 0


@resolves("Order", "fulfillable")
def fulfillable(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Order.fulfillable`."""
    return any(part["status"] == "OPEN" for part in one.get("fulfillmentOrders") or ())


@resolves("Order", "requiresShipping")
def requires_shipping(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Order.requiresShipping`."""
    return any(line["requiresShipping"] for line in one.get("lineItems") or ())


@resolves("Order", "returnStatus")
def return_status(one: Node, context: Context, args: dict[str, Any]) -> str:
    """Answers `Order.returnStatus`."""
    return one.get("returnStatus") or ("IN_PROGRESS" if one.get("returns") else "NO_RETURN")


@resolves("Order", "transactionsCount")
def transactions_count(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Order.transactionsCount`."""
    return {"count": len(one.get("transactions") or ()), "precision": "EXACT"}


@resolves("Order", "fulfillmentsCount")
def fulfillments_count(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Order.fulfillmentsCount`."""
    return {"count": len(one.get("fulfillments") or ()), "precision": "EXACT"}


def _plain(name: str) -> Resolver:
    """The older scalar beside a money set: the shop's side of it."""
    return lambda one, context, args: shop_amount(one.get(name))


for _scalar in ("subtotalPrice", "totalDiscounts", "totalPrice", "totalTax"):
    resolves("Order", _scalar)(_plain(f"{_scalar}Set"))


@resolves("LineItem", "discountedTotalSet")
def discounted_total(line: Node, context: Context, args: dict[str, Any]) -> Any:
    """Without code discounts unless asked for; order-level ones never (reference: section 12)."""
    if not args.get("withCodeDiscounts"):
        return line["discountedTotalSet"]
    money = line["originalTotalSet"]
    purse = Purse(money["shopMoney"]["currencyCode"], money["presentmentMoney"]["currencyCode"])
    off = add(one["allocatedAmountSet"] for one in line["discountAllocations"] if is_line_level(one, codes=True))
    return purse.bag(minus(add([money]), off))


@resolves("LineItem", "fulfillableQuantity")
def to_send(line: Node, context: Context, args: dict[str, Any]) -> int:
    """Answers `LineItem.fulfillableQuantity`: what is still to be sent (recorded)."""
    return int(line["unfulfilledQuantity"])


@resolves("LineItem", "unfulfilledOriginalTotalSet")
def unfulfilled_original(line: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `LineItem.unfulfilledOriginalTotalSet`."""
    return _share(line, "originalUnitPriceSet")


@resolves("LineItem", "unfulfilledDiscountedTotalSet")
def unfulfilled_discounted(line: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `LineItem.unfulfilledDiscountedTotalSet`."""
    return _share(line, "discountedUnitPriceSet")


def _share(line: Node, name: str) -> Any:
    money = line[name]
    purse = Purse(money["shopMoney"]["currencyCode"], money["presentmentMoney"]["currencyCode"])
    unit = add([money])
    return purse.bag((unit[0] * line["unfulfilledQuantity"], unit[1] * line["unfulfilledQuantity"]))


@resolves("TaxLine", "ratePercentage")
def rate_percentage(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `TaxLine.ratePercentage`."""
    if one.get("ratePercentage") is not None:
        return one["ratePercentage"]
    return None if one.get("rate") is None else float(Decimal(str(one["rate"])) * 100)


@resolves("TaxLine", "price")
def tax_price(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `TaxLine.price`."""
    return shop_amount(one.get("priceSet"))


@resolves("FulfillmentOrder", "orderId")
def its_order_id(one: Node, context: Context, args: dict[str, Any]) -> str:
    """Answers `FulfillmentOrder.orderId`."""
    return str((context.store.parent(one["id"]) or {}).get("id") or "")


@resolves("FulfillmentOrder", "orderName")
def its_order_name(one: Node, context: Context, args: dict[str, Any]) -> str:
    """Answers `FulfillmentOrder.orderName`."""
    return str((context.store.parent(one["id"]) or {}).get("name") or "")


@resolves("FulfillmentOrder", "orderProcessedAt")
def its_order_moment(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `FulfillmentOrder.orderProcessedAt`."""
    return (context.store.parent(one["id"]) or {}).get("processedAt") or one["createdAt"]


@resolves("FulfillmentOrder", "supportedActions")
def supported_actions(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `FulfillmentOrder.supportedActions`."""
    actions = ["CREATE_FULFILLMENT", "HOLD"] if one["status"] in ("OPEN", "IN_PROGRESS") else []
    return [{"action": action, "externalUrl": None} for action in actions]


