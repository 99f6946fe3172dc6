"""The VAT codes of this administration with their rates, read once per conversation."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.objects import VAT_CODES


def vat_rows(talk: Conversation) -> dict[str, Row]:
    """Every VAT code's row by code."""
    return {str(row.get("VAT_CODE") or "").strip(): row for row in talk.all_rows(VAT_CODES)}


def rate_of(row: Row) -> Decimal | None:
    """The rate in percent; None when the code says none."""
    value = row.get("VAT_PCT")
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None
