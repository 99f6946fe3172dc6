"""Amounts as the Admin API writes them, and sums over its money bags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

Bag = dict[str, dict[str, str]]
CENT = Decimal("0.01")
_WHOLE = {"JPY": Decimal(1), "KRW": Decimal(1), "VND": Decimal(1), "CLP": Decimal(1), "ISK": Decimal(1)}


def decimal_text(value: Decimal) -> str:
    """A decimal as `MoneyV2.amount` shows it: no trailing zeros but one place at least (reference: section 5)."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0")
    return text + "0" if text.endswith(".") else text if "." in text else text + ".0"


def money_text(value: Decimal) -> str:
    """A decimal as the scalar `Money` shows it: two places."""
    return f"{value.quantize(CENT, ROUND_HALF_UP):f}"


def parse(value: Any) -> Decimal:
    """The amount in `value`; ValueError when it is none."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not an amount") from None
    if not amount.is_finite():
        raise ValueError(f"{value!r} is not an amount")
    return amount


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """A `MoneyV2`."""
    return {"amount": decimal_text(amount), "currencyCode": currency}


def bag(amount: Decimal, currency: str, presentment: tuple[Decimal, str] | None = None) -> Bag:
    """A `MoneyBag`; the customer's money is the shop's unless given."""
    theirs = presentment or (amount, currency)
    return {"shopMoney": money(amount, currency), "presentmentMoney": money(*theirs)}


def pair(value: Mapping[str, Any] | None) -> tuple[Decimal, Decimal]:
    """The amounts of a bag in shop and in presentment money; zeros for none."""
    if not value:
        return Decimal(0), Decimal(0)
    return parse(value["shopMoney"]["amount"]), parse(value["presentmentMoney"]["amount"])


def shop_amount(value: Mapping[str, Any] | None) -> Decimal:
    """The shop's side of a bag; zero for none."""
    return pair(value)[0]


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` to the smallest coin of `currency`."""
    return amount.quantize(_WHOLE.get(currency, CENT), ROUND_HALF_UP)


class Purse:
    """Adds bags of one order, both currencies side by side."""

    def __init__(self, currency: str, presentment: str) -> None:
        self.currency, self.presentment = currency, presentment

    def bag(self, amounts: tuple[Decimal, Decimal]) -> Bag:
        """The amounts as a bag of this order's currencies, rounded to the coin."""
        theirs = rounded(amounts[1], self.presentment)
        return bag(rounded(amounts[0], self.currency), self.currency, (theirs, self.presentment))

    @property
    def zero(self) -> Bag:
        """Nothing, in both currencies."""
        return self.bag((Decimal(0), Decimal(0)))


def add(bags: Iterable[Mapping[str, Any] | None]) -> tuple[Decimal, Decimal]:
    """The sum of `bags`."""
    shop = theirs = Decimal(0)
    for one in bags:
        ours, presented = pair(one)
        shop, theirs = shop + ours, theirs + presented
    return shop, theirs


def minus(left: tuple[Decimal, Decimal], right: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal]:
    """`left` less `right`, per currency."""
    return left[0] - right[0], left[1] - right[1]


def plus(*sums: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal]:
    """The sums together, per currency."""
    return sum((one[0] for one in sums), Decimal(0)), sum((one[1] for one in sums), Decimal(0))
