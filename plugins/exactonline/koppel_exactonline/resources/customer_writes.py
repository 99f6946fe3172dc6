"""Writing customers: the account first, then its contacts and addresses; each part is found before it is made."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from koppel import Batch, Receipt, Receipts, RecordError, RejectedError, Write

from koppel_exactonline import odata
from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.compare import changes
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.matching import shown
from koppel_exactonline.resources.addresses import keep_address
from koppel_exactonline.resources.customers import ACCOUNTS, FIELDS

CONTACTS = "crm/Contacts"
_PARTS = ("Contacts", "Addresses")


def upsert(talk: Conversation, batch: Batch) -> Receipts:
    """Write all; a refused customer carries its own error. TransientError when an answer got lost."""
    return CustomerWriter(talk, batch).run()


class CustomerWriter:
    """One batch of customers. What the service holds of all of them is read in bulk before the first is changed."""

    def __init__(self, talk: Conversation, batch: Batch) -> None:
        self.talk = talk
        self.writes = batch.writes
        self.accounts: dict[str, Row] = {}
        self.contacts: dict[str, list[Row]] = {}
        self.deliveries: dict[str, list[Row]] = {}
        self.unsettled: list[str] = []

    def run(self) -> Receipts:
        """Write all; a refused customer carries its own error. TransientError when an answer got lost."""
        self._read_current()
        receipts = []
        for write in self.writes:
            try:
                receipts.append(self._write(write))
            except RecordError as error:
                receipts.append(Receipt(write.key, error=error))
        return Receipts(tuple(self._settle(receipts)))

    def _read_current(self) -> None:
        known = [write for write in self.writes if write.id]
        ids = [str(write.id).lower() for write in known]
        literals = [odata.guid(one) for one in ids if odata.is_guid(one)]
        self.accounts = {str(row["ID"]).lower(): row for row in self.talk.client.rows_where(ACCOUNTS, FIELDS, "ID", literals)}
        self.contacts = self.talk.contacts(_with(known, "Contacts"))
        self.deliveries = self.talk.delivery_addresses(_with(known, "Addresses"))

    def _write(self, write: Write) -> Receipt:
        fields = {name: value for name, value in write.draft.fields.items() if name not in _PARTS}
        if write.id is None:
            row = self.talk.client.create(ACCOUNTS, fields)
            account, action = _id(row), "created"
            self.accounts[account] = row
            self.talk.new_account(account, fields)
            if not bare(row.get("Code")):
                self.unsettled.append(account)
        else:
            account, row = write.id.lower(), self.accounts.get(write.id.lower(), {})
            if not row:
                raise _gone(write.id)
            action = "updated" if self._change(ACCOUNTS, account, changes(fields, row)) else "unchanged"
        touched = self._keep_contacts(account, write.draft.fields.get("Contacts") or ())
        touched = self._keep_addresses(account, write.draft.fields.get("Addresses") or ()) or touched
        if action == "unchanged" and touched:
            action = "updated"
        return Receipt(write.key, account, bare(row.get("Code")), action, shown({**row, **fields}))  # type: ignore[arg-type]

    def _change(self, entity: str, key: str, fields: dict[str, Any]) -> bool:
        if fields:
            self.talk.client.change(entity, key, fields)
        return bool(fields)

    def _keep_contacts(self, account: str, wanted: Any) -> bool:
        """Every contact of the draft is there, once; others stay as they are."""
        there = self.contacts.setdefault(account, [])
        touched = False
        for contact in wanted:
            match = _match(contact, there)
            if match is not None:
                touched = self._change(CONTACTS, _id(match), changes(contact, match)) or touched
                continue
            row = self.talk.client.create(CONTACTS, {**contact, "Account": account})
            there.append({**row, **contact})
            touched = True
            if len(there) == 1 and not row.get("IsMainContact") and account not in self.unsettled:
                self.unsettled.append(account)
        return touched

    def _keep_addresses(self, account: str, wanted: Any) -> bool:
        """Every address of the draft is there, once."""
        there = self.deliveries.setdefault(account, [])
        made = [keep_address(self.talk, account, one, there).made for one in wanted]
        if any(made):
            self.talk.forget_places(account)
        return any(made)

    def _settle(self, receipts: list[Receipt]) -> list[Receipt]:
        """Fill in the numbers that the answers did not carry, and the main contact where the service left it empty."""
        literals = [odata.guid(one) for one in self.unsettled]
        rows = {_id(row): row for row in self.talk.client.rows_where(ACCOUNTS, FIELDS, "ID", literals)} if literals else {}
        for account, row in rows.items():
            first = next(iter(self.contacts.get(account, [])), None)
            if first and not row.get("MainContact"):
                with suppress(RecordError):  # the customer is there and whole; which contact comes first is a nicety
                    self.talk.client.change(ACCOUNTS, account, {"MainContact": _id(first)})
        return [
            replace(one, number=bare(rows[one.id].get("Code")), data=shown(rows[one.id])) if one.id in rows else one
            for one in receipts
        ]


def _with(writes: Iterable[Write], part: str) -> list[str]:
    return [str(write.id) for write in writes if write.draft.fields.get(part)]


def _match(wanted: Row, there: list[Row]) -> Row | None:
    """The same person: by e-mail address, else by name where one of the two has no address."""
    email = bare(wanted.get("Email")).casefold()
    if email and (same := next((row for row in there if bare(row.get("Email")).casefold() == email), None)):
        return same
    return next((row for row in there if _name(row) == _name(wanted) and not (email and bare(row.get("Email")))), None)


def _name(row: Row) -> tuple[str, str]:
    return bare(row.get("FirstName")).casefold(), bare(row.get("LastName")).casefold()


def _id(row: Row) -> str:
    return str(row.get("ID") or "").lower()


def _gone(key: str) -> RejectedError:
    return RejectedError(
        f"The customer {key} no longer exists in Exact Online.",
        resolution="It was removed there. Remove its link here, so that it is looked up or made again.",
        cause="gone:customer",
    )
