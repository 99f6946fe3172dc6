"""Numbers that AccountView gives out itself."""

from __future__ import annotations

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.schema import Table
from koppel_accountview.sandbox.store.records import Records
from koppel_accountview.sandbox.values import Row, text_of

_PAGE_WIDTH, _DAYBOOK_WIDTH = 10, 3


def give_number(desk: Desk, table: Table, row: Row) -> None:
    """Fill an empty key, and the record id where the table has one."""
    records = desk.records(table.name)
    if table.numbered == "counter" and not row[table.key]:
        row[table.key] = str(max(records.highest_number() + 1, _first(desk, table)))
    if "REC_ID" in table.fields and not row["REC_ID"]:
        row["REC_ID"] = _free_record_id(desk, records)
    if table.name == "DJ_PAGE":
        _number_page(records, row)


def _first(desk: Desk, table: Table) -> int:
    settings = desk.administration.settings
    first = {"CONTACT": settings.first_debtor, "SO_HDR": settings.first_order}
    return first.get(table.name, desk.administration.year * 10_000 + 1 if table.name in ("SOI_HDR", "CI_HDR") else 1)


def _number_page(records: Records, row: Row) -> None:
    """Pages count up per daybook; a page's number is padded on the left (reference: 2.5 Value types)."""
    daybook = text_of(row["DJ_CODE"])
    if not row["PAGE_NR"]:
        taken = [int(text_of(one["PAGE_NR"])) for one in records if one["DJ_CODE"] == daybook]
        row["PAGE_NR"] = str(max(taken, default=0) + 1)
    row["PAGE_NR"] = text_of(row["PAGE_NR"]).strip().rjust(_PAGE_WIDTH)
    row["PAGE_NRD"] = daybook.ljust(_DAYBOOK_WIDTH) + text_of(row["PAGE_NR"])


def _free_record_id(desk: Desk, records: Records) -> str:
    while True:
        found = desk.administration.next_record_id()
        if records.table.key != "REC_ID" or records.get(found) is None:
            return found
