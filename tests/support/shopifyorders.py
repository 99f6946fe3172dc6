"""Orders, lines and taxes as Shopify writes them, to read without a shop."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def money(amount: Any, currency: str = "EUR") -> dict[str, Any]:
    """An amount as the service writes it."""
    return {"shopMoney": {"amount": str(Decimal(amount)), "currencyCode": currency}}


def tax(amount: Any, percent: Any = 21) -> dict[str, Any]:
    """One tax line."""
    rate = Decimal(percent)
    return {"title": "BTW", "rate": rate / 100, "ratePercentage": rate, "priceSet": money(amount)}


def line(
    number: int, price: Any, quantity: int, vat: list[Any], discounts: tuple[Any, ...] = (), **more: Any
) -> dict[str, Any]:
    """One order line; `discounts` are the allocations."""
    return {
        "id": f"gid://shopify/LineItem/{number}",
        "sku": f"SKU-{number}",
        "title": "Lavendel",
        "name": "Lavendel - P9",
        "quantity": quantity,
        "currentQuantity": quantity,
        "isGiftCard": False,
        "originalUnitPriceSet": money(price),
        "originalTotalSet": money(Decimal(price) * quantity),
        "discountAllocations": [{"allocatedAmountSet": money(one)} for one in discounts],
        "taxLines": vat,
        "variant": {"id": f"gid://shopify/ProductVariant/{number}"},
        **more,
    }


def shipping(price: Any, vat: list[Any], discounts: tuple[Any, ...] = (), **more: Any) -> dict[str, Any]:
    """One shipping line."""
    return {
        "id": "gid://shopify/ShippingLine/1",
        "title": "PostNL pakket",
        "originalPriceSet": money(price),
        "discountedPriceSet": money(Decimal(price) - sum(map(Decimal, discounts))),
        "discountAllocations": [{"allocatedAmountSet": money(one)} for one in discounts],
        "taxLines": vat,
        **more,
    }


def order(total: Any, lines: list[Any], ways: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    """A whole order."""
    return {
        "id": "gid://shopify/Order/1",
        "name": "#1001",
        "createdAt": "2026-11-01T10:00:00Z",
        "processedAt": "2026-11-01T09:59:00Z",
        "updatedAt": "2026-11-01T10:05:00Z",
        "cancelledAt": None,
        "currencyCode": "EUR",
        "taxesIncluded": True,
        "displayFinancialStatus": "PARTIALLY_PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "sourceName": "web",
        "tags": ["wholesale"],
        "email": "emma@example.nl",
        "discountCodes": [],
        "totalPriceSet": money(total),
        "currentTotalPriceSet": money(total),
        "totalRefundedSet": money(0),
        "totalTipReceivedSet": money(0),
        "transactions": [
            {"kind": "SALE", "status": "FAILURE", "gateway": "paypal"},
            {"kind": "SALE", "status": "SUCCESS", "gateway": "iDEAL"},
        ],
        "paymentGatewayNames": ["paypal", "iDEAL"],
        "customer": None,
        "lineItems": {"nodes": lines},
        "shippingLines": {"nodes": ways or []},
        "shop": {"ianaTimezone": "Europe/Amsterdam"},
        **more,
    }
