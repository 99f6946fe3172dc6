"""From parameters to one page of rows: filter, order, cut (reference: 2.3 Paging)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from operator import ge, gt

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.query.filters import passes, read_filters
from koppel_accountview.sandbox.query.selection import Selection, base_field, select
from koppel_accountview.sandbox.query.telling import told_rows
from koppel_accountview.sandbox.schema import Table
from koppel_accountview.sandbox.switches import Switches
from koppel_accountview.sandbox.values import Row, Value, order_of
from koppel_accountview.sandbox.web import Params, whole_number


def read_rows(desk: Desk, params: Params) -> tuple[list[Row], Selection]:
    """The wanted page of the base table's rows, and the columns asked for."""
    table, view = desk.table, desk.business_object.view
    selection = select(desk.dictionary, desk.business_object, params.get("Fields", ""), desk.switches)
    filters = read_filters(table, view, params, desk.switches)
    match_any = _truth(params, "matchAnyFilter")
    order = _order(table, view, params)
    size = _page_size(params, desk.switches)
    rows = [row for row in _all(desk) if passes(row, filters, match_any)]
    if filters and not rows and desk.switches.nothing_found == "404":
        raise AccountViewError("Er zijn geen gegevens gevonden.", 404)
    return _page(rows, table, order, size, params, desk.switches), selection


def _all(desk: Desk) -> list[Row]:
    one = desk.business_object
    if desk.table.virtual:
        return told_rows(desk)
    rows = desk.records(one.table).in_order()
    if not one.only:
        return rows
    return [row for row in rows if all(row[name] == value for name, value in one.only.items())]


def _truth(params: Params, name: str) -> bool:
    text = params.get(name, "false").strip().lower()
    if text not in ("true", "false", ""):
        raise AccountViewError(f"Parameter {name} moet true of false zijn.")
    return text == "true"


def _page_size(params: Params, switches: Switches) -> int:
    size = whole_number(params, "PageSize", switches.default_page_size)
    if size > switches.max_page_size:
        if switches.page_size_over_max == "error":
            raise AccountViewError(f"PageSize mag niet groter zijn dan {switches.max_page_size}.")
        size = switches.max_page_size
    return size


def _order(table: Table, view: str, params: Params) -> list[tuple[str, bool]]:
    """(field, descending) pairs; empty means the default order, the key as text."""
    way = params.get("SortOrder", "Ascending").strip().lower() or "ascending"
    if way not in ("ascending", "descending"):
        raise AccountViewError("Parameter SortOrder moet Ascending of Descending zijn.")
    names = [name for name in params.get("SortFields", "").split(",") if name.strip()] or [table.key]
    if names == [table.key] and way == "ascending":
        return []
    if names == [table.key] and table.key not in table.fields:
        return [(table.key, True)]
    return [(base_field(table, view, name, "SortFields").name, way == "descending") for name in names]


def _page(
    rows: list[Row], table: Table, order: list[tuple[str, bool]], size: int, params: Params, switches: Switches
) -> list[Row]:
    last = params.get("LastKey", "").rstrip()
    if last and switches.paging != "page_number":
        default = not order or order == [(table.key, False)]
        if not default and switches.last_key_with_sort == "refuse":
            raise AccountViewError("LastKey is alleen mogelijk in de standaardvolgorde.")
        beyond = order_of(_key_value(rows, table, last))
        keep = ge if switches.last_key_included else gt
        rows = [row for row in rows if keep(order_of(row[table.key]), beyond)]
    for name, descending in reversed(order):
        rows = sorted(rows, key=lambda row: order_of(row[name]), reverse=descending)
    number = whole_number(params, "PageNumber", 1)
    start = (number - 1) * size if switches.paging != "last_key" else 0
    return rows[start : start + size]


def _key_value(rows: list[Row], table: Table, text: str) -> Value:
    if not rows or not isinstance(rows[0][table.key], Decimal):
        return text
    try:
        return Decimal(text[:20])
    except InvalidOperation:
        raise AccountViewError("De waarde van parameter LastKey is ongeldig.") from None
