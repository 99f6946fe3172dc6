"""Orders as the REST API, webhooks and the admin's export write them, told as GraphQL nodes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

Node = dict[str, Any]
_FINANCIAL = {"partially_refunded", "partially_paid", "refunded", "voided", "paid", "pending", "authorized", "expired"}
_FULFILMENT = {"fulfilled": "FULFILLED", "partial": "PARTIALLY_FULFILLED", "restocked": "RESTOCKED", "pending": "OPEN"}
_ADDRESS = {
    "first_name": "firstName", "last_name": "lastName", "name": "name", "company": "company", "address1": "address1",
    "address2": "address2", "zip": "zip", "city": "city", "province": "province", "phone": "phone",
    "country_code": "countryCodeV2",
}  # fmt: skip


def rest_orders(documents: Iterable[Any]) -> Iterator[Node]:
    """Every order in REST's shape, wherever it stands in these documents."""
    for document in documents:
        yield from map(node_of, _orders(document))


def _orders(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if "line_items" in value and "financial_status" in value:
            yield value
        for one in value.values():
            yield from _orders(one)
    elif isinstance(value, list):
        for one in value:
            yield from _orders(one)


def node_of(order: Mapping[str, Any]) -> Node:
    """One order of REST as GraphQL shows it."""
    currency = str(order["currency"])
    lines = [_line(one, order, currency) for one in order["line_items"]]
    return {
        "id": f"gid://shopify/Order/{order['id']}", "name": order["name"], "email": order.get("email"),
        "createdAt": order["created_at"], "processedAt": order.get("processed_at"), "updatedAt": order.get("updated_at"),
        "cancelledAt": order.get("cancelled_at"), "currencyCode": currency, "sourceName": order.get("source_name"),
        "taxesIncluded": bool(order.get("taxes_included")), "note": order.get("note"),
        "displayFinancialStatus": _status(order), "tags": [one.strip() for one in (order.get("tags") or "").split(",") if one.strip()],
        "displayFulfillmentStatus": _FULFILMENT.get(order.get("fulfillment_status") or "", "UNFULFILLED"),
        "totalPriceSet": bag(order["total_price"], currency), "totalTaxSet": bag(order.get("total_tax") or "0", currency),
        "lineItems": {"nodes": lines}, "discountCodes": [one["code"] for one in order.get("discount_codes") or ()],
        "shippingLines": {"nodes": [_shipping(one, order, currency) for one in order.get("shipping_lines") or ()]},
        "billingAddress": _address(order.get("billing_address")), "shippingAddress": _address(order.get("shipping_address")),
        "customer": _customer(order.get("customer")),
        "paymentGatewayNames": order.get("payment_gateway_names") or [],
    }  # fmt: skip


def _status(order: Mapping[str, Any]) -> str | None:
    status = str(order.get("financial_status") or "")
    return status.upper() if status in _FINANCIAL else None


def bag(amount: Any, currency: str) -> Node:
    """An amount as GraphQL shows it."""
    return {"shopMoney": {"amount": str(amount), "currencyCode": currency}}


def _line(line: Mapping[str, Any], order: Mapping[str, Any], currency: str) -> Node:
    return {
        "id": f"gid://shopify/LineItem/{line['id']}", "title": line.get("title"), "name": line.get("name"),
        "variantTitle": line.get("variant_title"), "sku": line.get("sku"), "quantity": int(line["quantity"]),
        "originalUnitPriceSet": bag(line["price"], currency), "isGiftCard": bool(line.get("gift_card")),
        "taxLines": [_tax(one, currency) for one in line.get("tax_lines") or ()], **_discounts(line, order, currency),
    }  # fmt: skip


def _discounts(line: Mapping[str, Any], order: Mapping[str, Any], currency: str) -> Node:
    """Allocations with the kind of discount each belongs to; it is named by its place in the order's list."""
    applied = order.get("discount_applications") or []
    made = []
    for one in line.get("discount_allocations") or ():
        kind = applied[int(one["discount_application_index"])] if applied else {}
        application = {"allocationMethod": str(kind.get("allocation_method") or "across").upper(), "code": kind.get("code")}
        made.append({"allocatedAmountSet": bag(one["amount"], currency), "discountApplication": application})
    return {"discountAllocations": made}


def _shipping(line: Mapping[str, Any], order: Mapping[str, Any], currency: str) -> Node:
    tax = [_tax(one, currency) for one in line.get("tax_lines") or ()]
    return {"title": line.get("title"), "code": line.get("code"), "originalPriceSet": bag(line["price"], currency),
            "taxLines": tax, **_discounts(line, order, currency)}  # fmt: skip


def _tax(tax: Mapping[str, Any], currency: str) -> Node:
    rate = Decimal(str(tax["rate"]))
    return {"title": tax.get("title"), "rate": str(rate), "ratePercentage": str(rate * 100), "priceSet": bag(tax["price"], currency)}


def _address(address: Mapping[str, Any] | None) -> Node | None:
    return {ours: address.get(theirs) for theirs, ours in _ADDRESS.items()} if address else None


def _customer(customer: Mapping[str, Any] | None) -> Node | None:
    if not customer:
        return None
    return {"id": f"gid://shopify/Customer/{customer['id']}", "firstName": customer.get("first_name"),
            "lastName": customer.get("last_name"), "email": customer.get("email"), "phone": customer.get("phone"),
            "defaultAddress": _address(customer.get("default_address"))}  # fmt: skip


def exported_orders(file: Path) -> Iterator[Node]:
    """The orders of the admin's export: a row per line, the order itself on its first row."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        for name, rows in groupby(list(csv.DictReader(text)), lambda row: row["Name"]):
            yield _exported(name, list(rows))


def _exported(name: str, rows: list[dict[str, str]]) -> Node:
    first, currency = rows[0], rows[0]["Currency"]
    shipping = {"title": first["Shipping Method"], "originalPriceSet": bag(first["Shipping"], currency), "taxLines": []}
    return {
        "id": f"gid://shopify/Order/{first['Id']}", "name": name, "email": first["Email"] or None, "currencyCode": currency,
        "createdAt": _moment(first["Created at"]), "cancelledAt": _moment(first["Cancelled at"]),
        "displayFinancialStatus": first["Financial Status"].upper(), "taxesIncluded": True, "note": first["Notes"] or None,
        "displayFulfillmentStatus": _FULFILMENT.get(first["Fulfillment Status"], "UNFULFILLED"),
        "sourceName": first["Source"], "tags": [], "totalPriceSet": bag(first["Total"], currency),
        "paymentGatewayNames": [first["Payment Method"]] if first["Payment Method"] else [],
        "lineItems": {"nodes": [_exported_line(row, currency) for row in rows]},
        "shippingLines": {"nodes": [shipping] if Decimal(first["Shipping"] or 0) else []},
        "billingAddress": _exported_place(first, "Billing"), "shippingAddress": _exported_place(first, "Shipping"),
    }  # fmt: skip


def _exported_line(row: Mapping[str, str], currency: str) -> Node:
    off = [{"allocatedAmountSet": bag(row["Lineitem discount"], currency)}] if Decimal(row["Lineitem discount"] or 0) else []
    return {"title": row["Lineitem name"], "name": row["Lineitem name"], "quantity": int(row["Lineitem quantity"]),
            "sku": row["Lineitem sku"] or None, "originalUnitPriceSet": bag(row["Lineitem price"], currency),
            "isGiftCard": row["Lineitem name"].startswith("Gift Card"), "taxLines": [], "discountAllocations": off}  # fmt: skip


def _exported_place(row: Mapping[str, str], which: str) -> Node | None:
    names = {"Name": "name", "Company": "company", "Address1": "address1", "Address2": "address2", "Zip": "zip",
             "City": "city", "Province": "province", "Country": "countryCodeV2", "Phone": "phone"}  # fmt: skip
    place = {ours: row[f"{which} {theirs}"] or None for theirs, ours in names.items()}
    return place if any(place.values()) else None


def _moment(text: str) -> str | None:
    """2025-05-11 09:55:16 -0400 as ISO writes it."""
    if not text:
        return None
    day, clock, zone = text.split()
    return f"{day}T{clock}{zone[:3]}:{zone[3:]}"
