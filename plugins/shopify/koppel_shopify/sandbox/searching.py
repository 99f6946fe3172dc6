"""Applying a search tree to rows: which fields a resource knows, how each compares, and what is warned of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from koppel_shopify.sandbox import searchtext
from koppel_shopify.sandbox.errors import bad_request
from koppel_shopify.sandbox.gids import number_of, tail_of
from koppel_shopify.sandbox.scalars import moment
from koppel_shopify.sandbox.searchtext import Term, Tree

Row = dict[str, Any]
Getter = Callable[[Row], Any]


@dataclass(frozen=True)
class Field:
    """How one search field compares: `kind` is id, exact, text, list, unlist, time, number, bool
    or enum."""

    kind: str
    get: Getter
    allowed: tuple[str, ...] = ()


@dataclass
class Search:
    """The search of one resource: its fields by name, and what a term without a field looks at."""

    fields: Mapping[str, Field]
    free: Callable[[Row], Iterable[Any]] = field(default=lambda row: ())


@dataclass(frozen=True)
class Setting:
    """What a comparison needs to know: the shop's zone, and what a value outside its list does."""

    zone: tzinfo
    wrong_enum: str = "ignore"


def find(rows: Sequence[Row], text: str | None, search: Search, setting: Setting) -> tuple[list[Row], dict[str, Any]]:
    """The rows that match, and the warning block of `extensions.search` (empty when there is nothing to warn of)."""
    tree = searchtext.read(text or "")
    if tree is None:
        return list(rows), {}
    warnings = list(_warnings(tree, search))
    test = _test(tree, search, setting)
    found = [row for row in rows if test is None or test(row)]
    if not warnings:
        return found, {}
    return found, {"query": text, "parsed": searchtext.shown(tree), "warnings": warnings}


def _warnings(tree: Tree, search: Search) -> Iterable[dict[str, str]]:
    for term in searchtext.terms(tree):
        known = _field(term.field, search)
        if term.field and known is None:
            yield {"field": term.field, "message": "Invalid search field for this query.", "code": "invalid_field"}
        elif known is not None and _outside(known, term):
            text = f"Input `{term.value}` is not an accepted value."
            yield {"field": term.field, "message": text, "code": "invalid_value"}


def _field(name: str, search: Search) -> Field | None:
    if name.startswith("metafields.") and "metafields." in search.fields:
        return Field("exact", lambda row: _metafield(row, name))
    return search.fields.get(name.lower())


def _metafield(row: Row, name: str) -> Any:
    _, namespace, key = [*name.split(".", 2), "", ""][:3]
    for one in row.get("metafields") or ():
        if (one["namespace"], one["key"]) == (namespace, key):
            return one["value"]
    return None


def _outside(known: Field, term: Term) -> bool:
    return known.kind == "enum" and term.value != "*" and term.value.lower() not in known.allowed


def _test(tree: Tree, search: Search, setting: Setting) -> Callable[[Row], bool] | None:
    """A test for rows, None for what cannot be asked and therefore restricts nothing."""
    if isinstance(tree, Term):
        return _term_test(tree, search, setting)
    if isinstance(tree, searchtext.Negated):
        inner = _test(tree.part, search, setting)
        return None if inner is None else lambda row: not inner(row)
    tests = [test for test in (_test(part, search, setting) for part in tree.parts) if test is not None]
    if not tests:
        return None
    if tree.how == "or":
        return lambda row: any(test(row) for test in tests)
    return lambda row: all(test(row) for test in tests)


def _term_test(term: Term, search: Search, setting: Setting) -> Callable[[Row], bool] | None:
    if not term.field:
        return (lambda row: any(_contains(value, term) for value in search.free(row))) if term.value else None
    known = _field(term.field, search)
    if known is None:
        return None
    if _outside(known, term):
        return None if setting.wrong_enum == "ignore" else lambda row: False
    if term.value == "*" and not term.quoted:
        return lambda row: known.get(row) not in (None, "", [], ())
    match = _KINDS[known.kind](term, setting)
    return lambda row: match(known.get(row))


Match = Callable[[Any], bool]


def _exact(term: Term, setting: Setting) -> Match:
    wanted = term.value.casefold()
    if wanted.endswith("*") and not term.quoted:
        return lambda value: value is not None and str(value).casefold().startswith(wanted[:-1])
    return lambda value: value is not None and str(value).casefold() == wanted


def _listed(term: Term, setting: Setting) -> Match:
    match = _exact(term, setting)
    return lambda value: any(match(one) for one in value or ())


def _one_of(term: Term, setting: Setting) -> Match:
    """A row may answer to several values of a list, or to one."""
    match = _exact(term, setting)
    return lambda value: any(match(one) for one in (value if isinstance(value, list) else [value]))


def _unlisted(term: Term, setting: Setting) -> Match:
    match = _listed(term, setting)
    return lambda value: not match(value)


def _text(term: Term, setting: Setting) -> Match:
    return lambda value: _contains(value, term)


def _contains(value: Any, term: Term) -> bool:
    """Whole words in their order; a trailing `*` stands for the rest of a word."""
    if not value:
        return False
    have, want = _words(str(value)), _words(term.value.rstrip("*"))
    if not want:
        return False
    starts = range(len(have) - len(want) + 1)
    if term.value.endswith("*"):
        return any(have[i : i + len(want) - 1] == want[:-1] and have[i + len(want) - 1].startswith(want[-1]) for i in starts)
    return any(have[i : i + len(want)] == want for i in starts)


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.casefold()).split()


def _id(term: Term, setting: Setting) -> Match:
    wanted = number_of(term.value) or _number(tail_of(term.value))
    if wanted is None:
        return lambda value: False
    return lambda value: bool(value) and _ordered(Decimal(number_of(str(value))), Decimal(wanted), term.op)


def _numeric(term: Term, setting: Setting) -> Match:
    wanted = _number(term.value)
    if wanted is None:
        return lambda value: False
    return lambda value: value is not None and _ordered(Decimal(str(value)), wanted, term.op)


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _boolean(term: Term, setting: Setting) -> Match:
    return lambda value: bool(value) is (term.value.lower() == "true")


def _time(term: Term, setting: Setting) -> Match:
    start = _instant(term, setting.zone)
    if term.op != "=":
        return lambda value: bool(value) and _ordered(moment(value), start, term.op)
    end = start + timedelta(days=1) if len(term.value) <= len("2026-01-01") else start + timedelta(seconds=1)
    return lambda value: bool(value) and start <= moment(value) < end


def _instant(term: Term, zone: tzinfo) -> datetime:
    """The moment in a search value; without a zone of its own it is the shop's."""
    try:
        found = datetime.fromisoformat(term.value)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise bad_request(f"Invalid timestamp for query filter `{term.field}`.") from None


def _ordered(value: Any, wanted: Any, op: str) -> bool:
    if op == "=":
        return bool(value == wanted)
    if op[0] == "<":
        return bool(value < wanted) or (op == "<=" and bool(value == wanted))
    return bool(value > wanted) or (op == ">=" and bool(value == wanted))


_KINDS: dict[str, Callable[[Term, Setting], Match]] = {
    "id": _id,
    "exact": _exact,
    "enum": _one_of,
    "text": _text,
    "list": _listed,
    "unlist": _unlisted,
    "time": _time,
    "number": _numeric,
    "bool": _boolean,
}
