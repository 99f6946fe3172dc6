"""An order taken apart into what it comes to on each ledger account, coarse or fine."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from koppel import MappingError

_CENT, _NOTHING, _HUNDRED = Decimal("0.01"), Decimal(0), Decimal(100)
_TITLES = {"shipping": "Verzendkosten", "discount": "Korting", "fee": "Toeslag", "tip": "Fooi", "gift_card": "Cadeaubon",
           "duty": "Invoerrechten", "deposit": "Statiegeld",
           "correction": "Afronding"}


@dataclass(frozen=True, slots=True)
class Part:
    """What one thing brings in: `net` without VAT and the `vat` on it, both below zero for what is given away.

    `kind` is revenue, shipping, discount, fee, tip, duty, deposit, gift_card or correction."""

    kind: str
    account: str
    net: Decimal
    vat: Decimal = _NOTHING
    vat_code: str = ""
    text: str = ""
    cost_centre: str = ""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts for what is no article, by kind; where one is empty, the line's own account counts."""

    by_kind: Mapping[str, str]

    def of(self, kind: str, line: str) -> str:
        """The account for a part of this kind on a line with that revenue account."""
        return self.by_kind.get(kind) or line


def parts_of(lines: Iterable[Mapping[str, Any]], accounts: Accounts) -> list[Part]:
    """Every part of every line, the discount apart from what it is off; their sum is the order to the cent.

    A line has kind, text, net, vat, discount (with VAT when `including`), rate, vat_code, account and
    cost_centre. MappingError for a line without a revenue account, or with VAT but no VAT code."""
    made = [part for number, line in enumerate(lines, 1) for part in _of_line(line, number, accounts)]
    return [part for part in made if part.net or part.vat] or made[:1]


def split(parts: Sequence[Part], how: str) -> list[Part]:
    """The parts put together as the setting says: simple, recommended, complex or extreme.

    MappingError when the order does not fit in one line with one VAT code, as simple asks."""
    if how == "simple":
        return _one_line(parts)
    return _together(parts, _KEYS[how]) if how in _KEYS else list(parts)


_KEYS: Mapping[str, Callable[[Part], Hashable]] = {
    "recommended": lambda part: (part.kind, part.vat_code, part.account),
    "complex": lambda part: (part.kind, part.vat_code, part.account, part.cost_centre),
}


def _of_line(line: Mapping[str, Any], number: int, accounts: Accounts) -> Iterable[Part]:
    kind = "revenue" if line.get("kind") in (None, "", "article") else str(line["kind"])
    account, code = str(line.get("account") or "").strip(), str(line.get("vat_code") or "").strip()
    net, vat = _amount(line.get("net")), _amount(line.get("vat"))
    if not accounts.of(kind, account):
        raise _lacking(number, "revenue account", "revenue_account", line)
    if vat and not code:
        raise _lacking(number, "VAT code", "vat_code", line)
    text = str(line.get("text") or "").strip() or _TITLES.get(kind, "")
    more = {"vat_code": code, "cost_centre": str(line.get("cost_centre") or "").strip()}
    off, vat_off = _discount(line)
    yield Part(kind, accounts.of(kind, account), net + off, vat + vat_off, text=text, **more)
    if off or vat_off:
        title = f"{_TITLES['discount']} {text}".strip()
        yield Part("discount", accounts.of("discount", account), -off, -vat_off, text=title, **more)


def _discount(line: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    """What was taken off, without VAT, and the VAT on it. A line without VAT has none on its discount either."""
    discount, rate = _amount(line.get("discount")), _amount(line.get("rate"))
    if not discount or not rate or not _amount(line.get("vat")):
        return discount, _NOTHING
    if line.get("including"):
        off = (discount * _HUNDRED / (_HUNDRED + rate)).quantize(_CENT, ROUND_HALF_UP)
        return off, discount - off
    return discount, (discount * rate / _HUNDRED).quantize(_CENT, ROUND_HALF_UP)


def _together(parts: Sequence[Part], key: Callable[[Part], Hashable]) -> list[Part]:
    made: dict[Hashable, Part] = {}
    for part in parts:
        old = made.get(key(part))
        made[key(part)] = _bare(part) if old is None else _sum(old, part)
    return [part for part in made.values() if part.net or part.vat] or list(made.values())[:1]


def _bare(part: Part) -> Part:
    """A part that stands for several has the name of its kind."""
    return replace(part, text=_TITLES.get(part.kind, "Omzet"))


def _sum(one: Part, other: Part) -> Part:
    centre = one.cost_centre if one.cost_centre == other.cost_centre else ""
    return replace(one, net=one.net + other.net, vat=one.vat + other.vat, cost_centre=centre)


def _one_line(parts: Sequence[Part]) -> list[Part]:
    codes = sorted({part.vat_code for part in parts if part.vat_code or part.net})
    if len(codes) > 1:
        raise _too_many("VAT code", codes)
    accounts = dict.fromkeys(part.account for part in parts if part.kind == "revenue")
    if len(accounts) > 1:
        raise _too_many("revenue account", accounts)
    first = next((part for part in parts if part.kind == "revenue"), parts[0])
    total = Part("revenue", first.account, _NOTHING, vat_code=codes[0] if codes else "", text="Omzet",
                 cost_centre=first.cost_centre)  # fmt: skip
    for part in parts:
        total = _sum(total, part)
    return [total]


def _too_many(what: str, values: Iterable[str]) -> MappingError:
    return MappingError(
        f"The order has more than one {what} ({', '.join(one or 'none' for one in values)}), "
        "which does not fit in the one line of the simple split.",
        field="DJ_LINE",
        cause="accountview.split.simple",
        resolution="Choose the recommended split on the connection of AccountView; then retry.",
    )


def _amount(value: Any) -> Decimal:
    return _NOTHING if value in (None, "") else Decimal(str(value))


def _lacking(number: int, what: str, table: str, line: Mapping[str, Any]) -> MappingError:
    name = str(line.get("text") or "").strip()
    return MappingError(
        f"Line {number}{f' ({name})' if name else ''} has no {what}, so it cannot be booked.",
        field="DJ_LINE",
        cause=f"accountview.entry.{table}",
        resolution=f"Add a row to the value table {what.capitalize()}s, or a default row; then retry.",
    )
