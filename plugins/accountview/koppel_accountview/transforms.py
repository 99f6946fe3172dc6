"""Functions that mapping rows of AccountView call: pure, one value in, one value out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from koppel_accountview.times import ZONE, read_moment

_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)


def search_code(value: Any) -> str:
    """The search code of a name: its first ten letters and digits, in capitals and without accents."""
    plain = unicodedata.normalize("NFKD", str(value)).upper()
    code = "".join(sign for sign in plain if sign.isascii() and sign.isalnum())[:10]
    return code or "-"


def moment(value: Any) -> Any:
    """A moment of AccountView, which has no zone, as the moment it is in the Netherlands."""
    found = read_moment(value)
    return None if found is None else found.replace(tzinfo=ZONE)


def whole_line(address: Any) -> str:
    """The street line of an address and what stands under it, as the one line that AccountView keeps."""
    if not isinstance(address, Mapping):
        return ""
    line = address.get("line") or " ".join(
        str(address.get(name) or "") for name in ("street", "house_number", "addition")
    )
    parts = (" ".join(str(part or "").split()) for part in (line, address.get("line2")))
    return ", ".join(part for part in parts if part)


def lines(value: Any) -> list[dict[str, Any]]:
    """The lines of an AccountView order as plain rows: sku, description, quantity, unit_price, discount, total, taxes.

    Where the order's total is known and VAT comes on top, a difference of cents goes to the largest VAT amount."""
    order = value if isinstance(value, Mapping) else {}
    including = order.get("price_basis") != "excl"
    made = [_line(row, including) for row in order.get("SO_LINE") or [] if isinstance(row, Mapping)]
    known = _amount(order.get("total"))
    taxed = [tax for line in made for tax in line["taxes"]]
    if known is not None and taxed and not including:
        rest = known - _sum(made, including)
        if abs(rest) <= _CENT * len(made):
            largest = max(taxed, key=lambda tax: abs(tax["amount"]))
            largest["amount"] += rest
    return made


def total(value: Any) -> Decimal:
    """The total of an AccountView order including VAT: what AccountView says, else the sum of its lines."""
    order = value if isinstance(value, Mapping) else {}
    known = _amount(order.get("total"))
    return known if known is not None else _sum(lines(order), order.get("price_basis") != "excl")


def _line(row: Mapping[str, Any], including: bool) -> dict[str, Any]:
    quantity, price = _amount(row.get("ORD_QTY")) or Decimal(0), _amount(row.get("ART_PX")) or Decimal(0)
    gross = quantity * price
    discount = _amount(row.get("DISC_AMT")) or gross * (_amount(row.get("DISC_PCT")) or Decimal(0)) / _HUNDRED
    sum_ = (gross - discount).quantize(_CENT, ROUND_HALF_UP)
    article = row.get("ARTICLE") or {}
    return {
        "sku": str(row.get("ART_CODE") or "").strip(),
        "description": str(row.get("ART_DESC1") or article.get("ART_DESC1") or "").strip(),
        "quantity": quantity,
        "unit_price": price,
        "discount": gross - sum_ if discount else Decimal(0),
        "total": sum_,
        "vat_code": str(row.get("VAT_CODE") or article.get("VAT_CODE") or "").strip(),
        "revenue_account": str(row.get("ACCT_NR") or "").strip(),
        "taxes": _taxes(sum_, _amount(row.get("vat_rate")), including, _amount(row.get("vat"))),
    }


def _taxes(sum_: Decimal, rate: Decimal | None, including: bool, known: Decimal | None) -> list[dict[str, Any]]:
    """The VAT of a line: as AccountView holds it where it does, else by its rate."""
    if rate is None:
        return []
    if known is not None:
        return [{"rate": rate, "amount": known}]
    amount = sum_ * rate / (_HUNDRED + rate if including else _HUNDRED)
    return [{"rate": rate, "amount": amount.quantize(_CENT, ROUND_HALF_UP)}]


def _sum(made: list[dict[str, Any]], including: bool) -> Decimal:
    goods = sum((line["total"] for line in made), Decimal(0))
    vat = sum((tax["amount"] for line in made for tax in line["taxes"]), Decimal(0))
    return goods if including else goods + vat


def _amount(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{str(value)[:40]!r} is no amount") from None


TRANSFORMS: Mapping[str, Callable[..., Any]] = {
    "accountview_search_code": search_code,
    "accountview_moment": moment,
    "accountview_line": whole_line,
    "accountview_lines": lines,
    "accountview_total": total,
}
