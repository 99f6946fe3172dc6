"""Numbers that AccountView gives out itself."""

from __future__ import annotations

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.schema import Table
from koppel_accountview.sandbox.store.records import Records
from koppel_accountview.sandbox.values import Row


def give_number(desk: Desk, table: Table, row: Row) -> None:
    """Fill an empty key, and the record id where the table has one."""
    records = desk.records(table.name)
    if table.numbered == "counter" and not row[table.key]:
        row[table.key] = str(max(records.highest_number() + 1, _first(desk, table)))
    if "REC_ID" in table.fields and not row["REC_ID"]:
        row["REC_ID"] = _free_record_id(desk, records)


def _first(desk: Desk, table: Table) -> int:
    settings = desk.administration.settings
    return {"CONTACT": settings.first_debtor, "SO_HDR": settings.first_order}.get(table.name, 1)


def _free_record_id(desk: Desk, records: Records) -> str:
    while True:
        found = desk.administration.next_record_id()
        if records.table.key != "REC_ID" or records.get(found) is None:
            return found
