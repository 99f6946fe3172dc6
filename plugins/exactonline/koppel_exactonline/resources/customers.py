"""Customers: an account with its contacts and addresses, read as one record and found by what people know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from koppel import Found, Lookup, Match, Page, Query, Record, Search

from koppel_exactonline import odata
from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import ACCOUNT_FIELDS, DELIVERY, Conversation
from koppel_exactonline.matching import Key, find_rows, found, readable
from koppel_exactonline.reading import conditions
from koppel_exactonline.tracking import Source, changed

ACCOUNTS = "crm/Accounts"
_BULK = "bulk/CRM/Accounts"

FIELDS = ACCOUNT_FIELDS

KEYS = {
    "email": Key("Email", both_cases=True),
    "code": Key("Code"),
    "vat_number": Key("VATNumber"),
    "coc_number": Key("ChamberOfCommerce"),
}


SEARCHED = {
    "name": "Name", "email": "Email", "vat_number": "VATNumber", "coc_number": "ChamberOfCommerce", "postcode": "Postcode",
    "line": "AddressLine1",
}  # fmt: skip


def fetch(talk: Conversation, query: Query, size: int) -> Page:
    """Customers that changed; only accounts with the status customer, unless the flow's filters say otherwise."""
    wanted = conditions({"Status": "C", **(query.filters or {})})
    part = changed(talk, query, Source(_BULK, ACCOUNTS, FIELDS, "ID", wanted), size)
    whole = with_parts(talk, part.rows)
    return Page(tuple(Record(row["ID"], row, _label(row)) for row in whole), part.cursor, part.more)


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which e-mail addresses, numbers, VAT or trade register numbers exist; customers in use come first.

    Addresses that the local index knows are answered from it; only the others are asked for."""
    known = _remembered(talk, lookup)
    asked = replace(lookup, values=tuple(value for value in lookup.values if bare(value).casefold() not in known))
    key, rows = find_rows(talk, asked, ACCOUNTS, FIELDS, KEYS)
    whole = [*with_parts(talk, rows), *(row for rows in known.values() for row in rows)]
    whole.sort(key=lambda row: (row.get("Status") != "C", bool(row.get("Blocked")), row.get("EndDate") is not None))
    return found(lookup, key, whole, lambda row: Match(row["ID"], bare(row.get("Code")), readable(row)))


def alike(talk: Conversation, search: Search) -> tuple[Match, ...]:
    """Customers that have any of these values, whatever field it is in: one question for all, without their contacts."""
    asked = [(SEARCHED[name], value) for name, values in search.values.items() if name in SEARCHED for value in values]
    terms = [f"{name} eq {odata.text(value)}" for name, value in asked]
    found_rows = {_id(row): row for row in talk.client.rows_any(ACCOUNTS, FIELDS, terms)}
    whole = (_whole(row, (), ()) for row in found_rows.values() if row.get("Status") == "C")
    return tuple(Match(row["ID"], bare(row.get("Code")), readable(row)) for row in whole)


def _remembered(talk: Conversation, lookup: Lookup) -> dict[str, list[Row]]:
    """The accounts that the index has under these e-mail addresses, whole, by address in small letters."""
    if lookup.key != "email" or lookup.field not in ("", "Email"):
        return {}
    accounts = talk.index.find("account", [bare(value).casefold() for value in lookup.values]) or {}
    ids = [_id(dict(row)) for rows in accounts.values() for row in rows]
    contacts, addresses = talk.index.find("contact", ids) or {}, talk.index.find("address", ids) or {}
    return {
        email: [_whole(dict(row), _rows(contacts, row), _rows(addresses, row)) for row in rows] for email, rows in accounts.items()
    }


def _rows(found_rows: Mapping[str, Sequence[Mapping[str, Any]]], row: Mapping[str, Any]) -> list[Row]:
    return [dict(one) for one in found_rows.get(_id(dict(row)), ())]


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
