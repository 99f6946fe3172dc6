"""The exchange rate of a page in another currency: told as this AccountView wants it, and proved by what it counted.

Which way round EXCH_RATE is, is documented nowhere. A page has its total in the currency of the administration
(PAGE_AMT, Bladsaldo) and in its own (CUR_AMT, Totaal valuta), so both together show how the rate was taken
(reference: 4.5 Sales entries, and the captured dictionary of DJ_PAGE)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from koppel import BookedWrong
from koppel.documents.money import to_decimal

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation

SETTING = "exchange_rate"
_RATE, _DIGITS = "EXCH_RATE", Decimal("0.00000001")
_TOLERANCE = Decimal("0.05")
"""What lines that are rounded each by themselves may differ together."""


def as_told(talk: Conversation, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The draft with its rate as the connection says that AccountView wants it; rows give what one unit of the currency
    is worth at home."""
    rate = to_decimal(fields.get(_RATE))
    if not rate or not _turned(talk):
        return dict(fields)
    return {**fields, _RATE: (1 / rate).quantize(_DIGITS)}


def prove_rate(talk: Conversation, sent: Mapping[str, Any], page: Row) -> tuple[str, ...]:
    """Compare what a page in another currency came to at home with its rate; a warning where it does not tell.

    BookedWrong when they differ: this page is to be corrected, and no other is booked."""
    rate, currency = to_decimal(sent.get(_RATE)), str(sent.get("CUR_CODE") or "")
    if not rate or not currency:
        return ()
    foreign, home = (abs(to_decimal(page.get(name)) or Decimal(0)) for name in ("CUR_AMT", "PAGE_AMT"))
    if not foreign or not home or (foreign == home and rate != 1):  # then both are in one currency, whichever that is
        return (f"AccountView does not tell what this page in {currency} comes to at home, so its rate was not compared.",)
    ways = (foreign / rate, foreign * rate) if _turned(talk) else (foreign * rate, foreign / rate)
    wanted, other = (round(way, 2) for way in ways)
    if abs(home - wanted) > _TOLERANCE:
        raise _otherwise(page, f"{foreign:.2f} {currency}", home, wanted, turned=abs(home - other) <= _TOLERANCE)
    return ()


def _turned(talk: Conversation) -> bool:
    return talk.settings.text(SETTING, "home_per_foreign") == "foreign_per_home"


def _otherwise(page: Row, foreign: str, home: Decimal, wanted: Decimal, turned: bool) -> BookedWrong:
    name = str(page.get("HDR_DESC") or page.get("INV_NR") or "").strip()
    what = "Exchange rate on the connection, which is the other way round here" if turned else "its rate, or Exchange rate on the connection"
    return BookedWrong(
        f"AccountView counted the {foreign} of {name} as {home:.2f}, where the rate makes it {wanted:.2f}.",
        field=SETTING, cause="accountview.exchange_rate",
        resolution=f"Correct that page in AccountView, and {what}; then resume the flow. Nothing more is booked by it until then.",
    )  # fmt: skip
