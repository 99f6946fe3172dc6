"""Amounts, taxes and discounts as the service writes them, as exact numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from koppel.documents.money import round_money, to_decimal

ZERO = Decimal(0)


def shop_money(bag: Any) -> Decimal | None:
    """The amount in the shop's own currency; None when there is none. ValueError for what is no amount."""
    money = bag.get("shopMoney") if isinstance(bag, Mapping) else None
    return to_decimal(money.get("amount")) if isinstance(money, Mapping) else None


def amount(bag: Any) -> Decimal:
    """The amount in the shop's own currency, zero when there is none."""
    return shop_money(bag) or ZERO


def add(bags: Iterable[Any]) -> Decimal:
    """The sum of these amounts."""
    return sum(map(amount, bags), ZERO)


def currency_of(order: Mapping[str, Any]) -> str:
    """The shop's currency when the order was placed."""
    total = (order.get("totalPriceSet") or order.get("currentTotalPriceSet") or {}).get("shopMoney") or {}
    return str(order.get("currencyCode") or total.get("currencyCode") or "EUR")


def share(value: Decimal, part: int, whole: int, currency: str) -> Decimal:
    """What `part` pieces of `whole` have of an amount, to the cent."""
    return value if part == whole or not whole else round_money(value * part / whole, currency)


def taxes(row: Mapping[str, Any], part: int, whole: int, currency: str) -> list[dict[str, Any]]:
    """The VAT on a row, per rate. An empty list of the service means that none was charged: zero percent;
    no list at all means that nothing is known."""
    lines = row.get("taxLines")
    if lines is None:
        return []
    made = [
        {
            "rate": percent(line),
            "amount": share(amount(line.get("priceSet")), part, whole, currency),
            "title": line.get("title"),
        }
        for line in lines
    ]
    return made or [{"rate": ZERO, "amount": ZERO, "title": ""}]


def percent(line: Mapping[str, Any]) -> Decimal:
    """The rate of a tax line in percent: 21."""
    written = line.get("ratePercentage")
    value = Decimal(str(written)) if written is not None else Decimal(str(line.get("rate") or 0)) * 100
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def allocated(row: Mapping[str, Any]) -> Decimal:
    """The whole discount on a row. Discounts on the order are in here and nowhere else (reference: Orders)."""
    return add(one.get("allocatedAmountSet") for one in row.get("discountAllocations") or ())
