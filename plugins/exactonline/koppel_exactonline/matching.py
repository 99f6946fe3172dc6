"""Finding many records by a natural key in few calls, and pairing the answers with what was asked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from koppel import ConfigurationError, Found, Lookup, Match

from koppel_exactonline import dates, odata
from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.codes import bare, padded
from koppel_exactonline.conversation import Conversation

NUMBERS = ("OrderNumber", "InvoiceNumber", "EntryNumber")
"""Fields that hold a whole number and are asked for without quotes."""

_NAME = re.compile(r"[A-Za-z]\w{0,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Key:
    """A natural key here: the field that holds it, how long it can be there, and whether capitals may differ.

    What is longer is cut there; a `whole` key is not, so that a longer value cannot exist."""

    field: str
    length: int = 0
    both_cases: bool = False
    whole: bool = False

    def kept(self, value: str) -> str:
        """The value as the service would keep it."""
        clean = " ".join(value.split()) if self.both_cases else value.strip()
        if self.whole and len(clean) > self.length:
            return ""
        return clean[: self.length].strip() if self.length else clean


def find_rows(
    talk: Conversation, lookup: Lookup, entity: str, select: Sequence[str], keys: Mapping[str, Key], also: str = ""
) -> tuple[Key, list[Row]]:
    """The rows that have one of the asked values, and the key they were found by. `also` must hold for all of them."""
    key = _key(lookup, keys)
    literals = [literal for value in lookup.values for literal in _literals(entity, key, value)]
    wanted = tuple(dict.fromkeys((*select, key.field)))
    return key, talk.client.rows_where(entity, wanted, key.field, literals, also)


def found(lookup: Lookup, key: Key, rows: Sequence[Row], match: Callable[[Row], Match]) -> Found:
    """Per asked value its matches in the order of `rows`; equal capitals come first. Padding never matters."""
    by_value: dict[str, list[tuple[str, Match]]] = defaultdict(list)
    seen: set[str] = set()
    for row in rows:
        one = match(row)
        if one.id not in seen:
            seen.add(one.id)
            value = bare(row.get(key.field))
            by_value[value.casefold()].append((value, one))
    answers = {}
    for asked in lookup.values:
        kept = key.kept(asked)
        hits = by_value.get(kept.casefold(), []) if kept else []
        if hits:
            alike = [one for value, one in hits if value == kept]
            answers[asked] = (*alike, *(one for value, one in hits if value != kept))
    return Found(answers)


def readable(value: Any) -> Any:
    """A row as drafts write it: without the envelope, days as 2026-06-25."""
    if isinstance(value, dict):
        return {name: readable(one) for name, one in own_fields(value).items()}
    if isinstance(value, list):
        return [readable(one) for one in value]
    return dates.plain(value)


def shown(row: Row) -> Row:
    """A row for the activity log: readable, without the fields that are empty."""
    return {name: value for name, value in readable(row).items() if value is not None}


def _key(lookup: Lookup, keys: Mapping[str, Key]) -> Key:
    default = keys.get(lookup.key)
    if default is None and not lookup.field:
        raise ConfigurationError(
            f"Exact Online cannot look up a {lookup.resource.replace('_', ' ')} by {lookup.key}.",
            field="match_key",
            resolution=f"Choose {', '.join(keys)}.",
        )
    if lookup.field and not _NAME.fullmatch(lookup.field):
        raise ConfigurationError(f"{lookup.field!r} is no field of Exact Online.", field="match_field")
    same = default is not None and lookup.field in ("", default.field)
    return default if default is not None and same else replace(default or Key(""), field=lookup.field, length=0, whole=False)


def _literals(entity: str, key: Key, value: str) -> list[str]:
    kept = key.kept(value)
    if not kept:
        return []
    if key.field in NUMBERS:
        return [str(int(kept))] if kept.isascii() and kept.isdigit() and len(kept) < 10 else []
    forms = (kept, kept.lower()) if key.both_cases else (kept,)
    return [odata.text(padded(entity, key.field, form)) for form in dict.fromkeys(forms)]
