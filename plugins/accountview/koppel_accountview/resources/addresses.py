"""Delivery addresses: found under their debtor, made where they are not there yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.filters import Filter
from koppel_accountview.fitting import fit
from koppel_accountview.objects import ADDRESSES, DEBTORS, Kind
from koppel_accountview.paging import read_all
from koppel_accountview.resources.reading import key_field, rows_by_key
from koppel_accountview.resources.writing import insert, number_of

FEW = 36
"""Up to so many debtors are asked by number; for more it is cheaper to read the table once."""

_PLACE = ("ADDRESS1", "POST_CODE", "CITY", "CNT_CODE")
Values = Mapping[str, Any]


def rows_under(talk: Conversation, kind: Kind, debtors: Sequence[str]) -> dict[str, list[Row]]:
    """The rows of a table that belong to these debtors, by debtor number; none where the table is not there."""
    if not debtors or "SUB_NR" not in talk.dictionary.table(kind.table):
        return {}
    rows = talk.all_rows(kind) if len(debtors) > FEW else talk.rows_with(kind, ["SUB_NR"], debtors)
    made: dict[str, list[Row]] = {}
    for row in rows:
        made.setdefault(str(row.get("SUB_NR") or "").strip(), []).append(row)
    return made


def ensure_address(talk: Conversation, debtor: str, draft: Values, warnings: list[str]) -> tuple[str, bool]:
    """The code of this delivery address under the debtor, and whether it was made now.

    "" for an empty address and for where the debtor itself lives. Safe to repeat: the same name at the same
    place is taken, not doubled."""
    if not draft.get("ADDRESS1"):
        return "", False
    table = talk.dictionary.need("DEL_ADDR", "SUB_NR", "ADDRESS1")
    fitted = fit(table, {"SUB_NR": debtor, **draft}, ("SUB_NR",))
    if _key(fitted.values, _PLACE) == _key(_debtor(talk, debtor), _PLACE):
        return "", False
    warnings += fitted.warnings
    name = key_field(talk, ADDRESSES)
    for row in _near(talk, fitted.values):
        if _key(row, ("DEL_NAME", *_PLACE)) == _key(fitted.values, ("DEL_NAME", *_PLACE)):
            return number_of(row, ADDRESSES, name), False
    return number_of(insert(talk, ADDRESSES, table, fitted.values), ADDRESSES, name), True


def _near(talk: Conversation, values: Values) -> list[Row]:
    """The debtor's addresses with this postcode: a debtor for a whole shop may have thousands."""
    filters = [Filter(name, str(values[name])) for name in ("SUB_NR", "POST_CODE") if values.get(name)]
    rows = read_all(talk.client, ADDRESSES.ask(filters))
    return [row for row in rows if _key(row, ("SUB_NR",)) == _key(values, ("SUB_NR",))]


def _debtor(talk: Conversation, number: str) -> Row:
    if number not in talk.places:
        talk.places[number] = next(iter(rows_by_key(talk, DEBTORS, [number])), {})
    return talk.places[number]


def _key(row: Values, names: Sequence[str]) -> tuple[str, ...]:
    """Some fields in any case of letters and with or without blanks: 1234AB is 1234 AB."""
    return tuple("".join(str(row.get(name) or "").casefold().split()) for name in names)
