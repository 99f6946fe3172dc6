"""The live lists people choose from: VAT codes, payment conditions, journals, warehouses and so on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from koppel import Page, Query, Record

from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import VAT_FIELDS, Conversation


def _described(row: Row) -> str:
    return bare(row.get("Description")) or bare(row.get("Code"))


def _vat_title(row: Row) -> str:
    percent = (Decimal(str(row.get("Percentage") or 0)) * 100).normalize()
    kind = {"I": ", including", "E": ", excluding"}.get(bare(row.get("Type")), "")
    return f"{_described(row)} ({percent:f}%{kind})"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list comes from, and how its rows are called."""

    entity: str
    fields: tuple[str, ...] = ("ID", "Code", "Description")
    title: Callable[[Row], str] = _described


LISTS = {
    "vat_code": Source("vat/VATCodes", VAT_FIELDS, _vat_title),
    "payment_term": Source("cashflow/PaymentConditions", ("ID", "Code", "Description", "PaymentDays", "PaymentMethod")),
    "journal": Source("financial/Journals", ("ID", "Code", "Description", "Type", "IsBlocked")),
    "ledger_account": Source("financial/GLAccounts", ("ID", "Code", "Description", "Type", "IsBlocked")),
    "warehouse": Source("inventory/Warehouses", ("ID", "Code", "Description", "Main")),
    "shipping_method": Source("sales/ShippingMethods", ("ID", "Code", "Description", "Active")),
    "item_group": Source("logistics/ItemGroups", ("ID", "Code", "Description", "IsDefault")),
    "currency": Source("general/Currencies", ("Code", "Description")),
    "cost_center": Source("hrm/Costcenters", ("ID", "Code", "Description", "EndDate")),
    "cost_unit": Source("hrm/Costunits", ("ID", "Code", "Description", "EndDate")),
    "order_charge": Source("sales/OrderCharges", ("ID", "Code", "Description", "Active")),
    "unit": Source("logistics/Units", ("ID", "Code", "Description", "Active")),
}


def fetch(talk: Conversation, query: Query) -> Page:
    """The whole list at once; it is short, and a choice is made from all of it."""
    source = LISTS[query.resource]
    rows = talk.client.rows(source.entity, source.fields)
    wanted = set(query.ids)
    records = (_record(row, source.title(row)) for row in rows if bare(row.get("Code")))
    return Page(tuple(one for one in records if not wanted or one.id in wanted))


def _record(row: Row, title: str) -> Record:
    code = bare(row.get("Code"))
    return Record(code, {**own_fields(row), "code": code, "title": title}, f"{code} – {title}")
