"""Amounts, taxes and discounts as the service writes them, as exact numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from koppel.documents.money import round_money, to_decimal

ZERO = Decimal(0)
_RATE, _CENT = Decimal("0.00000001"), Decimal("0.01")


SIDES = ("shopMoney", "presentmentMoney")
"""The two sides of every amount: the shop's own currency, and the one that the customer saw."""


def chosen_money(raw: Any) -> Any:
    """The record with each amount marked as to be read in the customer's currency; amounts without one stay the shop's."""
    if isinstance(raw, list):
        return [chosen_money(one) for one in raw]
    if not isinstance(raw, Mapping):
        return raw
    made = {name: value if name in SIDES else chosen_money(value) for name, value in raw.items()}
    return {**made, "money": raw[SIDES[1]]} if isinstance(raw.get(SIDES[1]), Mapping) else made


def _money(bag: Any) -> Mapping[str, Any]:
    money = (bag.get("money") or bag.get("shopMoney")) if isinstance(bag, Mapping) else None
    return money if isinstance(money, Mapping) else {}


def shop_money(bag: Any) -> Decimal | None:
    """The amount, in the shop's own currency unless the record is to be read in the customer's; None when there is
    none. ValueError for what is no amount."""
    money = _money(bag)
    return to_decimal(money.get("amount")) if money else None


def amount(bag: Any) -> Decimal:
    """The amount as `shop_money` gives it, zero when there is none."""
    return shop_money(bag) or ZERO


def add(bags: Iterable[Any]) -> Decimal:
    """The sum of these amounts."""
    return sum(map(amount, bags), ZERO)


def currency_of(order: Mapping[str, Any]) -> str:
    """The currency of the order's amounts: the shop's when it was placed, or the customer's where those are read."""
    money = _total(order)
    chosen = (money.get("money") or {}).get("currencyCode")
    return str(chosen or order.get("currencyCode") or (money.get("shopMoney") or {}).get("currencyCode") or "EUR")


def shopify_currency(order: Any) -> str:
    """The currency of the order's amounts."""
    return currency_of(order)


def shopify_exchange_rate(order: Any) -> Decimal | None:
    """What one unit of the order's currency was worth in the shop's own when the order was placed."""
    bag = _total(order)
    shop, ours = to_decimal((bag.get("shopMoney") or {}).get("amount")), shop_money(bag)
    if not bag.get("money"):
        return Decimal(1)
    return (shop / ours).quantize(_RATE) if shop and ours else None


def _total(order: Mapping[str, Any]) -> Mapping[str, Any]:
    return order.get("totalPriceSet") or order.get("currentTotalPriceSet") or {}


def share(value: Decimal, part: int, whole: int, currency: str) -> Decimal:
    """What `part` pieces of `whole` have of an amount, to the cent."""
    return value if part == whole or not whole else round_money(value * part / whole, currency)


def shared(whole: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """`whole` divided by weight, to the coin; the heaviest takes what rounding leaves."""
    heavy = max(range(len(weights)), key=lambda at: weights[at])
    total = sum(weights, ZERO) or Decimal(1)
    parts = [round_money(whole * weight / total, currency) for weight in weights]
    parts[heavy] += whole - sum(parts, ZERO)
    return parts


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


def taxes_left(vat: list[dict[str, Any]], total: Decimal, currency: str, included: bool) -> list[dict[str, Any]]:
    """The VAT of what is left of a row, reckoned anew at its rates, as the service does after an edit: a share of a
    rounded amount may be a cent beside it. One that is further off had another reason and stays a share."""
    whole = 100 + sum((one["rate"] for one in vat), ZERO) if included else Decimal(100)
    anew = [round_money(total * one["rate"] / whole, currency) for one in vat]
    return [{**one, "amount": new if abs(new - one["amount"]) <= _CENT else one["amount"]} for one, new in zip(vat, anew, strict=True)]


def percent(line: Mapping[str, Any]) -> Decimal:
    """The rate of a tax line in percent: 21."""
    written = line.get("ratePercentage")
    value = Decimal(str(written)) if written is not None else Decimal(str(line.get("rate") or 0)) * 100
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def allocated(row: Mapping[str, Any]) -> Decimal:
    """The whole discount on a row. Discounts on the order are in here and nowhere else (reference: Orders)."""
    return add(one.get("allocatedAmountSet") for one in row.get("discountAllocations") or ())
