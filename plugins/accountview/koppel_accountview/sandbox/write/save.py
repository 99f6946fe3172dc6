"""Storing a draft: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.schema import Table
from koppel_accountview.sandbox.values import Row, Value, number_of
from koppel_accountview.sandbox.write.body import Draft, SentTable
from koppel_accountview.sandbox.write.checks import check_new, check_row, known_fields, sent_values
from koppel_accountview.sandbox.write.kinds import kind_of
from koppel_accountview.sandbox.write.numbering import give_number


def insert_rows(desk: Desk, draft: Draft) -> list[Row]:
    """Store every header row of the draft with its lines; the stored headers."""
    if draft.id:
        raise AccountViewError("Onderdeel id hoort niet bij een toevoeging.")
    _same_table(draft.header, desk.table)
    if not draft.header.rows:
        raise AccountViewError("Het verzoek bevat geen rij.")
    if len(draft.header.rows) > 1 and desk.switches.one_header_per_call:
        raise AccountViewError("Er kan één rij per verzoek worden toegevoegd.")
    _check_details(desk, draft)
    return _insert_all(desk, draft)


def _insert_all(desk: Desk, draft: Draft) -> list[Row]:
    headers: list[Row] = []
    documents: list[tuple[Row, list[Row]]] = []
    try:
        for sent in draft.header.rows:
            values = sent_values(desk, sent, known_fields(desk, draft.header, desk.table))
            row = _new_row(desk, desk.table, values)
            documents.append((row, _lines(desk, draft, row, sent.row_id) if desk.business_object.lines else []))
            headers.append(desk.records(desk.table.name).add(row))
    except AccountViewError:
        for row in headers:
            desk.records(desk.table.name).remove(row)
        raise
    for header, lines in documents:
        for line in lines:
            desk.records(desk.business_object.lines).add(line)
        kind_of(desk.table.name).store(desk, header, lines)
    return headers


def _new_row(desk: Desk, table: Table, values: Mapping[str, Value]) -> Row:
    row = {**desk.records(table.name).blank(), **values}
    kind_of(table.name).header(desk, row, values)
    give_number(desk, table, row)
    check_row(desk, table, row, table.fields)
    check_new(desk.records(table.name), row, desk.switches)
    _stamp(desk, table, row)
    return row


def _lines(desk: Desk, draft: Draft, header: Row, row_id: str) -> list[Row]:
    detail, table = draft.details[0], desk.dictionary.tables[desk.business_object.lines]
    fields = known_fields(desk, detail, table)
    kind = kind_of(desk.table.name)
    lines: list[Row] = []
    for sent in (one for one in detail.rows if one.header_id == row_id):
        values = sent_values(desk, sent, fields)
        line = {**desk.records(table.name).blank(), **values}
        line["REC_ORD"] = Decimal(len(lines) + 1)
        kind.line(desk, header, line, values)
        give_number(desk, table, line)
        check_row(desk, table, line, table.fields)
        lines.append(line)
    if not lines:
        raise AccountViewError(f"{desk.business_object.name}: het document bevat geen regels.")
    kind.sum_up(desk, header, lines)
    return lines


def _check_details(desk: Desk, draft: Draft) -> None:
    wanted = desk.business_object.lines
    if not wanted:
        if draft.details:
            raise AccountViewError(f"Bedrijfsobject {desk.business_object.code} heeft geen detailtabel.")
        return
    if len(draft.details) != 1:
        raise AccountViewError(f"Bedrijfsobject {desk.business_object.code} vraagt één detailtabel: {wanted}.")
    _same_table(draft.details[0], desk.dictionary.tables[wanted])
    headers = {one.row_id for one in draft.header.rows}
    lines = {one.row_id for one in draft.details[0].rows}
    if len(headers) < len(draft.header.rows) or len(lines) < len(draft.details[0].rows):
        raise AccountViewError("Een RowId komt tweemaal voor.")
    for one in draft.details[0].rows:
        if one.header_id not in headers:
            raise AccountViewError(f"HeaderId '{one.header_id[:20]}' verwijst niet naar een RowId.")


def _same_table(sent: SentTable, table: Table) -> None:
    if sent.name != table.name:
        raise AccountViewError(f"Tabel '{sent.name[:20]}' hoort niet bij dit bedrijfsobject; verwacht {table.name}.")


def update_row(desk: Desk, draft: Draft) -> Row:
    """Change the row whose key is the draft's id; the changed row."""
    _same_table(draft.header, desk.table)
    if not draft.id or len(draft.header.rows) != 1:
        raise AccountViewError("Een wijziging vraagt onderdeel id en precies één rij.")
    if draft.details:
        raise AccountViewError("Detailregels kunnen niet worden gewijzigd.")
    old = desk.records(desk.table.name).get(draft.id)
    if old is None or any(old[name] != value for name, value in desk.business_object.only.items()):
        label = desk.table.fields[desk.table.key].label
        raise AccountViewError(f"{label} '{draft.id[:40]}' bestaat niet.")
    values = sent_values(desk, draft.header.rows[0], known_fields(desk, draft.header, desk.table))
    changed = _changed(desk, old, values)
    old.update(changed)
    return old


def _changed(desk: Desk, old: Row, values: Mapping[str, Value]) -> Row:
    table = desk.table
    row = {**old, **values}
    if row[table.key] != old[table.key]:
        raise AccountViewError(f"Veld {table.key} kan niet worden gewijzigd.")
    kind_of(table.name).header(desk, row, values)
    check_row(desk, table, row, values)
    if desk.business_object.lines:
        kind_of(table.name).sum_up(desk, row, _stored_lines(desk, row))
    _stamp(desk, table, row)
    return row


def _stored_lines(desk: Desk, header: Row) -> list[Row]:
    parent = desk.dictionary.tables[desk.business_object.lines].parent
    return [one for one in desk.records(desk.business_object.lines) if one[parent] == header[desk.table.ident]]


def _stamp(desk: Desk, table: Table, row: Row) -> None:
    if "CNG_DATE" not in table.fields:
        return
    user = desk.administration.settings.user
    if "EXT_KEY" not in row:
        row.update({"INP_DATE": desk.now, "INP_USR": user})
    row.update({"CNG_DATE": desk.now, "CNG_USR": user, "CNG_NR": number_of(row["CNG_NR"]) + 1})
