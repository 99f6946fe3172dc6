"""Article groups as categories: read, found by name or code, made and renamed."""

from __future__ import annotations

from koppel import Found, Lookup, Match, Page, Query, Receipt, Record, Write

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.fitting import fit
from koppel_accountview.objects import GROUPS
from koppel_accountview.resources.reading import fetch_rows, find_rows
from koppel_accountview.resources.writing import insert, number_of, put_if_changed
from koppel_accountview.transforms import search_code

_FIELDS = {"name": "AG_DESC", "code": "AG_CODE"}


def fetch(talk: Conversation, query: Query) -> Page:
    """Article groups that changed."""
    return fetch_rows(talk, GROUPS, query, lambda rows: [Record(_code(row), row, str(row.get("AG_DESC"))) for row in rows])


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which groups exist already."""
    name = lookup.field.upper() or _FIELDS.get(lookup.key, lookup.key)
    return find_rows(talk, GROUPS, lookup, name, lambda row: Match(_code(row), _code(row), row), is_key=name == "AG_CODE")


def upsert(talk: Conversation, write: Write) -> Receipt:
    """Make or rename one group."""
    table = talk.dictionary.need("ART_GRP", "AG_CODE", "AG_DESC")
    draft = dict(write.draft.fields)
    if not write.id and not draft.get("AG_CODE"):
        draft["AG_CODE"] = _free_code(talk, str(draft.get("AG_DESC") or ""), table["AG_CODE"].length)
    fitted = fit(table, draft, ("AG_CODE",))
    if write.id:
        row, sent = put_if_changed(talk, GROUPS, table, fitted.values, write)
        code, action = write.id, "updated" if sent else "unchanged"
    else:
        row = insert(talk, GROUPS, table, fitted.values)
        talk.all_rows(GROUPS).append(row)  # the next new code must differ from this one
        code, action = number_of(row, GROUPS, "AG_CODE"), "created"
    data = {**row, "warnings": fitted.warnings} if fitted.warnings else row
    return Receipt(write.key, code, code, action, data)  # type: ignore[arg-type]


def _free_code(talk: Conversation, name: str, length: int) -> str:
    """A code of the first letters of the name, with a number behind it where that is taken."""
    taken = {_code(row).upper() for row in talk.all_rows(GROUPS)}
    base = search_code(name)
    codes = (base[: length - len(end)] + end for end in ("", *(str(number) for number in range(2, 1000))))
    return next((code for code in codes if code not in taken), base[:length])


def _code(row: Row) -> str:
    return str(row.get("AG_CODE") or "").strip()
