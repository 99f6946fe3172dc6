"""The lists that people choose from: VAT codes, payment terms, ledger accounts and the like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from koppel import Page, Query, Record

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.objects import (
    COST_CENTRES,
    COUNTRIES,
    CURRENCIES,
    GROUPS,
    JOURNALS,
    LEDGER,
    TERMS,
    VAT_CODES,
    Kind,
)
from koppel_accountview.resources.reading import fetch_rows


@dataclass(frozen=True, slots=True)
class Choices:
    """A list: where it comes from, and which fields are its code and its name, the likeliest first."""

    kind: Kind
    codes: tuple[str, ...]
    titles: tuple[str, ...]


LISTS = {
    "vat_code": Choices(VAT_CODES, ("VAT_CODE",), ("VAT_NAME",)),
    "payment_term": Choices(TERMS, ("DISC_CODE", "PAY_CODE"), ("DISC_DESC", "PAY_DESC", "DISC_NAME")),
    "ledger_account": Choices(LEDGER, ("ACCT_NR",), ("ACCT_NAME",)),
    "journal": Choices(JOURNALS, ("DJ_CODE",), ("DJ_NAME",)),
    "item_group": Choices(GROUPS, ("AG_CODE",), ("AG_DESC",)),
    "country": Choices(COUNTRIES, ("CNT_CODE", "ISO_CODE"), ("CNT_NAME", "CNT_DESC", "COUNTRY")),
    "currency": Choices(CURRENCIES, ("CUR_CODE",), ("CUR_DESC", "CUR_NAME")),
    "cost_center": Choices(COST_CENTRES, ("COST_CODE",), ("COST_DESC",)),
}


def fetch(talk: Conversation, query: Query) -> Page:
    """One page of a list; each record has a code, a title and AccountView's own fields."""
    if query.resource == "administration":
        return Page(tuple(_administrations(talk)))
    if query.resource in _TOLD:
        return Page(tuple(_TOLD[query.resource](talk)))
    choices = LISTS[query.resource]
    return fetch_rows(talk, choices.kind, query, lambda rows: _records(choices, rows), dated=False)


def _objects(talk: Conversation) -> Iterable[Record]:
    """The installation's own list of business objects, with what the user may do with each."""
    for code, row in sorted(talk.dictionary.objects().items()):
        rights = " + ".join(["read", *(what for what in ("insert", "update") if talk.dictionary.may(code, what))])
        title = f"{row.get('description') or code} ({rights})"
        yield Record(code, {"code": code, "title": title}, title)


def _fields(talk: Conversation) -> Iterable[Record]:
    """Every field of the tables that Koppel writes to or reads, as the installation's dictionary describes it."""
    for name in dict.fromkeys((*_TABLES, *_chosen_tables(talk))):
        for column in talk.dictionary.table(name).values():
            code = f"{name}.{column.name}"
            yield Record(code, {"code": code, "title": column.about}, code)


def _chosen_tables(talk: Conversation) -> Iterable[str]:
    """The tables behind the objects that a person chose on the connection."""
    for setting in ("sales_invoice_object", "counter_invoice_object", "delivery_object"):
        code = talk.settings.text(setting).upper()
        if code and talk.dictionary.may(code, "read"):
            yield from filter(None, talk.dictionary.tables_of(code) or (talk.dictionary.base_of(code),))


_TABLES = ("CONTACT", "DEL_ADDR", "PEOPLE", "CON_PP", "ARTICLE", "ART_GRP", "SO_HDR", "SO_LINE", "SOI_HDR", "SOI_LINE",
           "DJ_PAGE", "DJ_LINE", "OPENITEM")  # fmt: skip
_TOLD: dict[str, Callable[[Conversation], Iterable[Record]]] = {"business_object": _objects, "field": _fields}
TOLD = tuple(_TOLD)
"""Lists that the installation tells of itself."""


def _administrations(talk: Conversation) -> Iterable[Record]:
    for one in talk.client.companies():
        code = one.code or one.id
        data = {"code": code, "title": one.name, "Id": one.id, "Code": one.code, "Description": one.name}
        yield Record(one.id, data, one.label)


def _records(choices: Choices, rows: Sequence[Row]) -> Iterable[Record]:
    for row in rows:
        code = _first(row, choices.codes, ("_CODE", "_NR"))
        title = _first(row, choices.titles, ("_DESC", "_NAME", "_TXT"))
        if code:
            yield Record(code, {**row, "code": code, "title": title}, f"{code} {title}".strip())


def _first(row: Row, names: Sequence[str], endings: tuple[str, ...]) -> str:
    """The first field that is there; for a table whose fields are not known, one that is named like it."""
    name = next((name for name in names if name in row), "")
    name = name or next((name for name in row if name.endswith(endings)), "")
    value = row.get(name)
    return "" if value is None else str(value).strip()
