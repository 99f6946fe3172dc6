"""Customers into the shop: made with their address, or changed where they differ; further addresses stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from koppel import Batch, ConfigurationError, ConflictError, Receipt, Receipts, RecordError, RejectedError, Write

from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi, dig, nodes
from koppel_shopify.gids import is_gid
from koppel_shopify.resources.companies import kept, without
from koppel_shopify.resources.company_write import become_company, write_company
from koppel_shopify.resources.customers import email_of

Row = Mapping[str, Any]
PER_CALL = 50
_TAKEN = "has already been taken"
_PLAIN = ("firstName", "lastName", "email", "phone", "locale", "note")


def upsert(api: AdminApi, batch: Batch) -> Receipts:
    """Make or change these and answer for each."""
    ids = [str(write.id) for write in batch.writes if write.id]
    firms = [one for one in ids if is_gid(one, "Company")]
    known = _held(api, "customers_by_id", [one for one in ids if one not in firms]) | _held(api, "companies_by_id", firms)
    return Receipts(tuple(_one(api, write, known) for write in batch.writes))


def _held(api: AdminApi, operation: str, ids: Sequence[str]) -> dict[str, Row]:
    """What the shop holds under these ids now."""
    found = (row for data in api.by_ids(operation, ids, PER_CALL) for row in nodes(data.get("nodes")))
    return {str(row["id"]): row for row in found if row.get("id")}


def _one(api: AdminApi, write: Write, known: Mapping[str, Row]) -> Receipt:
    try:
        if write.id and write.id not in known:
            raise RejectedError(f"The customer {_label(write)} is no longer in Shopify.", cause="record.gone")
        held = known.get(str(write.id))
        if is_gid(str(write.id), "Company") or (kept(api.settings) and write.draft.fields.get("kind") == "company"):
            return _company(api, write, held)
        return _create(api, write) if held is None else _change(api, write, held)
    except RecordError as error:
        return Receipt(write.key, error=error)


def _company(api: AdminApi, write: Write, held: Row | None) -> Receipt:
    """A debtor that is a company, or that was linked with one while companies were kept so."""
    if write.draft.fields.get("kind") != "company" and held is not None:
        raise ConflictError(
            f"{_label(write)} is a person in the books, and a contact of the company {held.get('name')} in Shopify.",
            cause="customer.contact",
            resolution=f"Make the debtor a company in the books, or take {_label(write)} off the company in Shopify.",
        )
    try:
        if held is not None and is_gid(str(held["id"]), "Customer"):
            return become_company(api, write, held)
        return write_company(api, write, held)
    except ConfigurationError as error:
        raise without(error) from None


def _create(api: AdminApi, write: Write) -> Receipt:
    """A new customer. An e-mail address that is taken belongs to one that no search finds yet: that one is it."""
    fields = write.draft.fields
    answer = payload_of(api.ask("create_customer", {"input": _plain(fields)}), "customerCreate")
    errors = [str(row.get("message") or "") for row in answer.get("userErrors") or ()]
    if errors and all(_TAKEN in message for message in errors) and fields.get("email"):
        row = api.ask("customer_by_email", {"email": fields["email"]}).get("customerByIdentifier")
        if isinstance(row, Mapping):
            return _change(api, write, row)
    made = accepted(answer, _label(write))["customer"]
    _address(api, str(made["id"]), fields, {})
    return Receipt(write.key, str(made["id"]), _label(write), "created")


def _change(api: AdminApi, write: Write, row: Row) -> Receipt:
    fields, gid = write.draft.fields, str(row["id"])
    held = {**row, "email": email_of(row), "phone": dig(row, ("defaultPhoneNumber",)).get("phoneNumber")}
    changed = {name: value for name, value in _plain(fields).items() if str(held.get(name) or "") != str(value)}
    if changed:
        accepted(payload_of(api.ask("update_customer", {"input": {"id": gid, **changed}}), "customerUpdate"), _label(write))
    moved = _address(api, gid, fields, dig(row, ("defaultAddress",)))
    return Receipt(write.key, gid, _label(write), "updated" if changed or moved else "unchanged")


def _address(api: AdminApi, gid: str, fields: Row, held: Row) -> bool:
    """Bring the default address in step; whether something had to be written."""
    given = {name: value for name, value in (fields.get("address") or {}).items() if value not in (None, "")}
    shown = {**held, "countryCode": held.get("countryCodeV2")}
    if not (given.get("address1") or given.get("city")) or all(shown.get(name) == value for name, value in given.items()):
        return False
    if held.get("id"):
        data = api.ask("update_address", {"customer": gid, "id": held["id"], "address": given})
        accepted(payload_of(data, "customerAddressUpdate"), "the address")
    else:
        data = api.ask("create_address", {"customer": gid, "address": given})
        accepted(payload_of(data, "customerAddressCreate"), "the address")
    return True


def _plain(fields: Row) -> dict[str, Any]:
    return {name: fields[name] for name in _PLAIN if fields.get(name) not in (None, "")}


def _label(write: Write) -> str:
    fields = write.draft.fields
    names = " ".join(str(fields.get(name) or "") for name in ("firstName", "lastName")).strip()
    return str(fields.get("email") or names or "the customer")
