"""Customers: an account with its contacts and addresses, read as one record and found by what people know of it."""

from __future__ import annotations

from collections.abc import Sequence

from koppel import Found, Lookup, Match, Page, Query, Record

from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import DELIVERY, Conversation
from koppel_exactonline.matching import Key, find_rows, found, own_fields, readable
from koppel_exactonline.reading import conditions

ACCOUNTS = "crm/Accounts"
_BULK = "bulk/CRM/Accounts"

FIELDS = (
    "ID", "Code", "Name", "Status", "Type", "Email", "Phone", "Website", "VATNumber", "ChamberOfCommerce", "Language",
    "SalesCurrency", "PaymentConditionSales", "SalesVATCode", "Blocked", "MainContact", "Remarks", "Classification1",
    "AddressLine1", "AddressLine2", "AddressLine3", "Postcode", "City", "State", "Country", "StartDate", "EndDate",
    "Created", "Modified",
)  # fmt: skip

KEYS = {
    "email": Key("Email", both_cases=True),
    "code": Key("Code"),
    "vat_number": Key("VATNumber"),
    "coc_number": Key("ChamberOfCommerce"),
}


def fetch(talk: Conversation, query: Query, size: int) -> Page:
    """Customers that changed; only accounts with the status customer, unless the flow's filters say otherwise."""
    if query.ids:
        part = talk.reader.by_id(query, ACCOUNTS, FIELDS, "ID")
    else:
        part = talk.reader.changed(query, _BULK, FIELDS, size, conditions({"Status": "C", **(query.filters or {})}))
    whole = with_parts(talk, part.rows)
    return Page(tuple(Record(row["ID"], row, _label(row)) for row in whole), part.cursor, part.more)


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which e-mail addresses, numbers, VAT or trade register numbers exist; customers in use come first."""
    key, rows = find_rows(talk, lookup, ACCOUNTS, FIELDS, KEYS)
    whole = with_parts(talk, rows)
    whole.sort(key=lambda row: (row.get("Status") != "C", bool(row.get("Blocked")), row.get("EndDate") is not None))
    return found(lookup, key, whole, lambda row: Match(row["ID"], bare(row.get("Code")), readable(row)))


def with_parts(talk: Conversation, rows: Sequence[Row]) -> list[Row]:
    """The accounts with all their contacts and their main address of each kind, read in bulk."""
    ids = [str(row["ID"]) for row in rows]
    contacts, addresses = talk.contacts(ids), talk.main_addresses(ids)
    return [_whole(row, contacts.get(_id(row), []), addresses.get(_id(row), [])) for row in rows]


def _whole(row: Row, contacts: Sequence[Row], addresses: Sequence[Row]) -> Row:
    """One account with its parts; the main contact and the main delivery address also by themselves."""
    main = next((one for one in contacts if one.get("ID") == row.get("MainContact")), None)
    delivery = next((one for one in addresses if one.get("Type") == DELIVERY and one.get("Main")), None)
    return {
        **own_fields(row),
        "Contacts": [own_fields(one) for one in contacts],
        "Addresses": [own_fields(one) for one in addresses],
        "MainContactRow": own_fields(main) if main else None,
        "DeliveryAddressRow": own_fields(delivery) if delivery else None,
    }


def _id(row: Row) -> str:
    return str(row["ID"]).lower()


def _label(row: Row) -> str:
    return bare(row.get("Name")) or bare(row.get("Code"))
