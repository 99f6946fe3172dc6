"""The first entry of a conversation proves the conventions: it is read back as the item that is open by it."""

from __future__ import annotations

from decimal import Decimal

from koppel import BookedWrong

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.objects import items_of


def prove_once(talk: Conversation, page: Row, owed: Decimal) -> None:
    """Compare what the debtor now owes with the journal. BookedWrong pauses the flow after this one entry
    when sides, sign or gross and net are set otherwise here; the entry itself is found again, never doubled.

    Where open items cannot be read, or none is there yet, nothing is proved and the next entry is looked at."""
    if talk.proved or not talk.dictionary.may(items_of(talk.settings).object, "read"):
        return
    number, debtor = str(page.get("INV_NR") or "").strip(), str(page.get("SUB_NR") or "").strip()
    rows = talk.rows_with(items_of(talk.settings), ["INV_NR"], [number]) if number else []
    mine = [row for row in rows if str(row.get("SUB_INV") or "")[:10].strip() == debtor]
    if len(mine) != 1:
        return
    booked = _amount(mine[0].get("DR_AMT")) - _amount(mine[0].get("CR_AMT"))
    if booked != owed:
        raise _otherwise(number, booked, owed)
    talk.proved = True


def _amount(value: object) -> Decimal:
    return Decimal(0) if value in (None, "") else Decimal(str(value))


def _otherwise(number: str, booked: Decimal, owed: Decimal) -> BookedWrong:
    turned = booked == -owed
    return BookedWrong(
        f"AccountView booked {booked} for {number} where Koppel's journal says {owed}.",
        field="entry_sign" if turned else "entry_amounts",
        cause="accountview.conventions",
        resolution="Correct that entry in AccountView, and the "
        + ("sign" if turned else "gross or net amounts")
        + " of entries on the connection; then resume the flow. Nothing more is booked by it until then.",
    )
