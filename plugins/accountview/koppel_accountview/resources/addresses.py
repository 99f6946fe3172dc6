"""Delivery addresses: found under their debtor, made where they are not there yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.fitting import fit
from koppel_accountview.objects import ADDRESSES, Kind
from koppel_accountview.resources.reading import key_field
from koppel_accountview.resources.writing import insert, number_of

FEW = 36
"""Up to so many debtors are asked by number; for more it is cheaper to read the table once."""

_PLACE = ("ADDRESS1", "POST_CODE", "CITY", "CNT_CODE")


def rows_under(talk: Conversation, kind: Kind, debtors: Sequence[str]) -> dict[str, list[Row]]:
    """The rows of a table that belong to these debtors, by debtor number; none where the table is not there."""
    if not debtors or "SUB_NR" not in talk.dictionary.table(kind.table):
        return {}
    rows = talk.all_rows(kind) if len(debtors) > FEW else talk.rows_with(kind, ["SUB_NR"], debtors)
    made: dict[str, list[Row]] = {}
    for row in rows:
        made.setdefault(str(row.get("SUB_NR") or "").strip(), []).append(row)
    return made


def ensure_address(talk: Conversation, debtor: str, draft: Mapping[str, Any], warnings: list[str]) -> tuple[str, bool]:
    """The code of this delivery address under the debtor ("" for an empty one), and whether it was made now.

    Safe to repeat: an address at the same place is taken, not doubled."""
    if not draft.get("ADDRESS1"):
        return "", False
    table = talk.dictionary.need("DEL_ADDR", "SUB_NR", "ADDRESS1")
    fitted = fit(table, {"SUB_NR": debtor, **draft}, ("SUB_NR",))
    warnings += fitted.warnings
    name = key_field(talk, ADDRESSES)
    for row in rows_under(talk, ADDRESSES, [debtor]).get(debtor, []):
        if _place(row) == _place(fitted.values):
            return number_of(row, ADDRESSES, name), False
    return number_of(insert(talk, ADDRESSES, table, fitted.values), ADDRESSES, name), True


def _place(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Where it is, in any case of letters and with or without blanks: 1234AB is 1234 AB."""
    return tuple("".join(str(row.get(name) or "").casefold().split()) for name in _PLACE)
