"""Sales orders and invoices: looked up by reference, written once, read back with what AccountView computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from koppel import (
    ConfigurationError,
    Found,
    Lookup,
    Match,
    Page,
    Query,
    Receipt,
    Record,
    RejectedError,
    Write,
    basis_of,
)

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.dictionary import Table
from koppel_accountview.fitting import fit, same
from koppel_accountview.objects import ADDRESSES, ARTICLES, DEBTORS, Kind
from koppel_accountview.payload import Lines
from koppel_accountview.resources.addresses import ensure_address
from koppel_accountview.resources.papers import CREDIT, LINE_NEEDS, Paper, paper_of, tables_of
from koppel_accountview.resources.reading import fetch_rows, find_rows, key_field, rows_by_key
from koppel_accountview.resources.vat import rate_of, vat_rows
from koppel_accountview.resources.writing import current_of, insert, number_of, put_if_changed

_CURRENCY = "CUR_CODE"
_HEADER_KEYS = ("RPL_INV", "RPL_DEL", "DEL_CODE", "DISC_CODE", "SHIP_MTH", _CURRENCY)
_LINE_KEYS = ("ART_CODE", "VAT_CODE")

# Where AccountView keeps the total of an order is not known, so it is looked for in the dictionary.
_TOTAL_NAMES = ("TOT_INCL", "AMT_INCL", "INCL_AMT", "ORD_INCL")
_TOTAL_LABEL = r"(bedrag|totaal|total|amount)\b.*\bincl"


def fetch(talk: Conversation, query: Query) -> Page:
    """Papers that changed, each with its lines, its debtor and its delivery address."""
    paper = paper_of(talk, query.resource)
    return fetch_rows(talk, paper.kind, query, lambda rows: _records(talk, paper, rows))


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which papers exist already, by the field that holds the shop's order number."""
    kind = paper_of(talk, lookup.resource).kind
    name = lookup.field.upper() or (reference_field(talk) if lookup.key == "reference" else lookup.key)
    return find_rows(talk, kind, lookup, name, lambda row: _match(talk, kind, row), is_key=True)


def upsert(talk: Conversation, write: Write) -> Receipt:
    """Write one paper. Only its header can be changed afterwards."""
    paper = paper_of(talk, write.draft.resource)
    header, lines = tables_of(talk, paper, reference_field(talk))
    draft = _with_reference(talk, dict(write.draft.fields))
    _refuse_as_euros(header, draft)
    warnings: list[str] = []
    values = _lines(lines, draft.pop(paper.lines, None) or draft.pop("lines", None), warnings)
    place = draft.pop("DEL_ADDR", None)
    if isinstance(place, Mapping) and "DEL_CODE" in header:
        draft["DEL_CODE"] = ensure_address(talk, str(draft.get("RPL_INV") or ""), place, warnings)[0] or None
    fitted = fit(header, draft, (*_HEADER_KEYS, reference_field(talk)))
    warnings += fitted.warnings
    if write.id:
        row, action = _change(talk, paper, fitted.values, values, write)
    else:
        row, action = insert(talk, paper.kind, header, fitted.values, Lines(lines, values)), "created"
    return _receipt(talk, paper.kind, write, row, action, warnings)


def reference_field(talk: Conversation) -> str:
    """The field that holds the shop's order number (reference: 4.3 Sales orders)."""
    return talk.settings.text("reference_field", "COMMENT1").upper()


def total_field(talk: Conversation, table: str = "SO_HDR") -> str:
    """The field with the paper's total including VAT, "" when this installation shows none."""
    chosen = talk.settings.text("total_field").upper()
    return chosen or talk.dictionary.table(table).first(_TOTAL_NAMES, _TOTAL_LABEL)


def _with_reference(talk: Conversation, draft: dict[str, Any]) -> dict[str, Any]:
    """An order without its reference could never be looked up again, so it is not sent."""
    name = reference_field(talk)
    value = draft.get(name) or draft.get("COMMENT1")
    if not value:
        raise ConfigurationError(
            f"No mapping row fills {name}, by which orders are recognised.",
            field="reference_field",
            cause="accountview.reference",
            resolution=f"Add a row for {name} to the entity mapping of sales orders.",
        )
    return {**draft, name: value}


def _refuse_as_euros(header: Table, draft: Mapping[str, Any]) -> None:
    """Without a field for the currency, the amounts of a foreign order would be booked as euros."""
    if draft.get(_CURRENCY) and _CURRENCY not in header:
        raise RejectedError(
            f"The order is in {draft[_CURRENCY]}, and orders in this AccountView have no field for a currency.",
            field=_CURRENCY,
            cause=f"accountview.currency:{draft[_CURRENCY]}",
            resolution="Enter this order in AccountView by hand, then skip it here.",
        )


def _lines(table: Table, drafts: Any, warnings: list[str]) -> list[dict[str, Any]]:
    made = []
    for number, draft in enumerate(drafts or [], 1):
        fitted = fit(table, draft, _LINE_KEYS)
        missing = [name for name in LINE_NEEDS if fitted.values.get(name) in (None, "")]
        if missing:
            raise RejectedError(
                f"Line {number} has no {', '.join(missing)}, without which AccountView takes no order line.",
                field=missing[0],
                cause=f"accountview.line:{missing[0]}",
            )
        warnings += fitted.warnings
        made.append(fitted.values)
    if not made:
        raise RejectedError("The order has no lines to send to AccountView.", cause="accountview.no_lines")
    return made


def _change(
    talk: Conversation, paper: Paper, values: Mapping[str, Any], wanted: Sequence[Mapping[str, Any]], write: Write
) -> tuple[Row, str]:
    """No client was seen changing the lines of an order (reference: 6 What remains unknown), so that waits."""
    header, lines = tables_of(talk, paper)
    current = current_of(talk, paper.kind, write, (paper.lines, *values))
    held = current.get(paper.lines) or []
    if len(held) != len(wanted) or not all(same(lines, one, row) for one, row in zip(wanted, held, strict=True)):
        raise RejectedError(
            f"The lines of {write.id} changed after it was made, and AccountView takes no other lines for an order.",
            cause="accountview.lines_changed",
            resolution="Change the order in AccountView by hand, or delete it there and retry.",
        )
    row, sent = put_if_changed(talk, paper.kind, header, values, write)
    return {**row, key_field(talk, paper.kind): write.id}, "updated" if sent else "unchanged"


def _receipt(
    talk: Conversation, kind: Kind, write: Write, row: Row, action: str, warnings: Sequence[str]
) -> Receipt:
    number, total = number_of(row, kind, key_field(talk, kind)), _total(talk, kind, row)
    if total is None and total_field(talk, kind.table):
        row = {**row, **next(iter(rows_by_key(talk, kind, [number])), {})}
        total = _total(talk, kind, row)
    data = {**row, "warnings": list(dict.fromkeys(warnings))} if warnings else row
    if total is not None and write.draft.resource == CREDIT:
        total = -total
    return Receipt(write.key, number, number, action, data, total)  # type: ignore[arg-type]


def _total(talk: Conversation, kind: Kind, row: Row) -> Decimal | None:
    value = row.get(total_field(talk, kind.table))
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None


def _match(talk: Conversation, kind: Kind, row: Row) -> Match:
    number = str(row.get(key_field(talk, kind)) or "").strip()
    return Match(number, number, row)


def _records(talk: Conversation, paper: Paper, rows: Sequence[Row]) -> Iterable[Record]:
    """Papers with everything that a document needs, read in bulk; their lines are called SO_LINE whatever they are."""
    debtors = _by_key(talk, DEBTORS, "SUB_NR", (row.get("RPL_INV") for row in rows))
    places = _by_key(talk, ADDRESSES, key_field(talk, ADDRESSES), (row.get("DEL_CODE") for row in rows))
    codes = (line.get("ART_CODE") for row in rows for line in row.get(paper.lines) or [])
    articles = _by_key(talk, ARTICLES, "ART_CODE", codes, ("ART_CODE", "ART_DESC1", "VAT_CODE"))
    key, reference = key_field(talk, paper.kind), reference_field(talk)
    for row in rows:
        total = _total(talk, paper.kind, row)
        if total is not None and total < 0:
            continue  # it gives back, and is no sale
        lines = [_priced(talk, line, articles) for line in row.get(paper.lines) or []]
        extra = {
            "SO_LINE": lines,
            "CONTACT": debtors.get(str(row.get("RPL_INV") or "").strip(), {}),
            "DEL_ADDR": places.get(str(row.get("DEL_CODE") or "").strip()),
            "number": row.get(key),
            "reference": str(row.get(reference) or "").strip() or row.get(key),
            "total": total,
            "price_basis": basis_of(talk.settings),
        }
        yield Record(str(row.get(key) or ""), {**row, **extra}, str(extra["reference"]))


def _priced(talk: Conversation, line: Row, articles: Mapping[str, Row]) -> Row:
    """A line with its article and the rate of its VAT code, its own or else the article's."""
    article = articles.get(str(line.get("ART_CODE") or "").strip(), {})
    code = str(line.get("VAT_CODE") or article.get("VAT_CODE") or "").strip()
    rate = rate_of(vat_rows(talk).get(code, {})) if code else None
    return {**line, "ARTICLE": {name: article.get(name) for name in ("ART_DESC1", "VAT_CODE")}, "vat_rate": rate}


def _by_key(
    talk: Conversation, kind: Kind, name: str, values: Iterable[Any], columns: Sequence[str] = ()
) -> dict[str, Row]:
    wanted = sorted({str(value).strip() for value in values if value not in (None, "")})
    table = talk.dictionary.table(kind.table)
    if not wanted or not table:
        return {}
    asked = tuple(one for one in columns if one in table)
    return {str(row.get(name) or "").strip(): row for row in talk.rows_with(kind, [name], wanted, asked)}
