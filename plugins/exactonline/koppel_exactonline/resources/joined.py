"""Rows that belong together, read in bulk: what hangs below documents, and what documents point at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from koppel_exactonline import odata
from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation


def grouped(talk: Conversation, entity: str, select: Sequence[str], rows: Sequence[Row], key: str) -> defaultdict[str, list[Row]]:
    """The rows below these documents by document, in their order; all pages are read. `key` names the document in both."""
    below: defaultdict[str, list[Row]] = defaultdict(list)
    literals = [odata.guid(str(row[key])) for row in rows]
    for row in talk.client.rows_where(entity, select, key, literals):
        below[str(row[key])].append(own_fields(row))
    for lines in below.values():
        lines.sort(key=lambda row: int(row.get("LineNumber") or 0))
    return below


def rows_by_id(talk: Conversation, entity: str, select: Sequence[str], rows: Sequence[Row], name: str) -> dict[str, Row]:
    """The rows that the property `name` of these rows points at, by id."""
    ids = dict.fromkeys(str(row.get(name)) for row in rows if odata.is_guid(row.get(name)))
    found_rows = talk.client.rows_where(entity, select, select[0], [odata.guid(one) for one in ids])
    return {str(row[select[0]]): own_fields(row) for row in found_rows}


def any_field(row: Row, *names: str) -> str:
    """The first of these fields that is filled in."""
    return next((bare(row.get(name)) for name in names if bare(row.get(name))), "")


def amount(value: Any) -> Decimal:
    """A number of an answer as Decimal, zero where there is none."""
    return value if isinstance(value, Decimal) else Decimal(str(value or 0))


def one_of(name: str, values: Iterable[int]) -> str:
    """A condition that this whole number is one of these."""
    return "(" + " or ".join(f"{name} eq {value}" for value in values) + ")"
