"""Business objects that no list tells the code of: a person picks them, their tables and fields are learned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from koppel import ConfigurationError, Page, Query, Record

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.dictionary import Table
from koppel_accountview.objects import Kind
from koppel_accountview.resources.reading import fetch_rows

CHOSEN = {
    "price_list": ("price_list_object", "price lists", ("APX_LIST", "PX_LIST", "LIST_CODE")),
    "shipping_method": ("shipping_method_object", "shipping methods", ("SHIP_MTH", "SHIP_CODE", "MTH_CODE")),
}
"""Lists by name: the setting that names their object, what they are called, and their likely code fields."""

_CODE_LABEL = r"^(code )?(prijslijst|verzendwijze|verzendmethode|vervoersmethode)(code)?$"
_TITLE_LABEL = r"omschrijving|^naam"
_TITLES = ("APX_DESC", "SHIP_DESC", "MTH_DESC", "LIST_DESC")


@dataclass(frozen=True, slots=True)
class Learned:
    """A chosen object as the dictionary describes it; `lines` is the table of its lines, "" where it has none."""

    kind: Kind
    table: Table
    lines: str


def object_of(talk: Conversation, setting: str, title: str) -> Learned | None:
    """The object that a person chose for this, None where none is chosen. ConfigurationError when this
    installation does not open it or does not say in which table it is."""
    code = talk.settings.text(setting).upper()
    if not code:
        return None
    if not talk.dictionary.may(code, "read"):
        raise no_object(code, setting, title)
    header, lines = talk.dictionary.tables_of(code) or (talk.dictionary.base_of(code), "")
    table = talk.dictionary.table(header) if header else Table("", ())
    if not table:
        raise _unreadable(code, setting, title, "does not say which fields it has")
    return Learned(Kind(code, header, (), title), table, lines)


def fetch_list(talk: Conversation, query: Query) -> Page:
    """One page of a list whose object was chosen; an empty one where none is."""
    setting, title, codes = CHOSEN[query.resource]
    found = object_of(talk, setting, title)
    if found is None:
        return Page(())
    code, name = found.table.first(codes, _CODE_LABEL), found.table.first(_TITLES, _TITLE_LABEL)
    if not code:
        raise _unreadable(found.kind.object, setting, title, f"has no field with a code among {_some(found.table)}")
    kind = Kind(found.kind.object, found.kind.table, (code,), title)
    return fetch_rows(talk, kind, query, lambda rows: _records(rows, code, name), dated=False)


def no_object(code: str, setting: str, title: str) -> ConfigurationError:
    """For an object that is not chosen, or that this installation does not open."""
    return ConfigurationError(
        f"This AccountView has no business object {code} for {title}." if code
        else f"Which business object holds {title} is not chosen yet.",
        field=setting,
        cause=f"accountview.object:{setting}",
        resolution=f"Open the connection and choose the business object for {title} from the list.",
    )  # fmt: skip


def lacking(found: Learned, setting: str, what: str) -> ConfigurationError:
    """For a chosen object in which something that cannot be done without is not recognised."""
    return _unreadable(found.kind.object, setting, found.kind.title, f"has no field for {what} among {_some(found.table)}")


def _records(rows: Sequence[Row], code: str, name: str) -> Iterable[Record]:
    for row in rows:
        key, title = (str(row.get(one) or "").strip() for one in (code, name))
        if key:
            yield Record(key, {**row, "code": key, "title": title}, f"{key} {title}".strip())


def _some(table: Table) -> str:
    names = list(table)
    return ", ".join(names[:8]) + (" and more" if len(names) > 8 else "")


def _unreadable(code: str, setting: str, title: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"The business object {code}, which was chosen for {title}, {why}.",
        field=setting,
        cause=f"accountview.object:{setting}",
        resolution=f"Open the connection and choose another business object for {title}, or none.",
    )
