"""Debtors: a company with its contact persons, or a person; each with its delivery addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from koppel import ConfigurationError, Found, Lookup, Match, Page, Query, Receipt, Record, Search, Write

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.filters import Filter
from koppel_accountview.fitting import Fitted, fit
from koppel_accountview.objects import ADDRESSES, DEBTORS, LEDGER
from koppel_accountview.resources.addresses import ensure_address, rows_under
from koppel_accountview.resources.contacts import ensure_persons, has_persons, main_contact, persons_under
from koppel_accountview.resources.reading import fetch_rows, find_rows
from koppel_accountview.resources.writing import insert, number_of, put_if_changed

FIELDS = {"email": "MAIL_BUS", "code": "SUB_NR", "vat_number": "VAT_NR", "coc_number": "COC_CODE"}
SEARCHED = {**FIELDS, "name": "ACCT_NAME", "postcode": "POST_CODE", "line": "ADDRESS1"}
_CONTROL_NAME = "Debiteuren"


def fetch(talk: Conversation, query: Query) -> Page:
    """Debtors that changed, each with its delivery addresses and contact persons."""
    return fetch_rows(talk, DEBTORS, query, lambda rows: _records(talk, rows))


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which debtors exist already."""
    name = lookup.field.upper() or FIELDS.get(lookup.key, lookup.key)
    return find_rows(talk, DEBTORS, lookup, name, match_of, is_key=name == "SUB_NR")


def alike(talk: Conversation, search: Search) -> tuple[Match, ...]:
    """Debtors that have any of these values, whatever field it is in."""
    asked = [(SEARCHED[name], value) for name, values in search.values.items() if name in SEARCHED for value in values]
    columns = {name: talk.column(DEBTORS.table, name) for name, _ in asked}
    filters = dict.fromkeys(Filter(name, columns[name].normal(value)) for name, value in asked)
    return tuple(match_of(row) for row in talk.rows_any(DEBTORS, filters) if str(row.get("SUB_NR") or "").strip())


def match_of(row: Row) -> Match:
    """A debtor as found."""
    number = str(row.get("SUB_NR") or "").strip()
    return Match(number, number, row)


def upsert(talk: Conversation, write: Write) -> Receipt:
    """Write the debtor, then its contact persons, then its delivery address; safe to repeat at any point."""
    draft = dict(write.draft.fields)
    persons = [one for one in draft.pop("PEOPLE", None) or [] if isinstance(one, Mapping)]
    place = draft.pop("DEL_ADDR", None)
    apart = bool(persons) and has_persons(talk)
    if persons and not apart:
        draft = main_contact(persons) | draft
    row, action, warnings = _debtor(talk, draft, write)
    number = number_of(row, DEBTORS, "SUB_NR")
    made = ensure_persons(talk, number, persons, warnings) if apart else False
    talk.places[number] = row
    if isinstance(place, Mapping):
        made = ensure_address(talk, number, place, warnings)[1] or made
    action = "updated" if made and action == "unchanged" else action
    return Receipt(write.key, number, number, action, _with(row, warnings))  # type: ignore[arg-type]


def _debtor(talk: Conversation, draft: Mapping[str, Any], write: Write) -> tuple[Row, str, list[str]]:
    table = talk.dictionary.need("CONTACT", "SUB_NR", "ACCT_NAME")
    if write.id:
        fitted = fit(table, draft, ("SUB_NR",))
        row, sent = put_if_changed(talk, DEBTORS, table, fitted.values, write)
        return {**row, "SUB_NR": write.id}, "updated" if sent else "unchanged", fitted.warnings
    fitted = _new(talk, draft)
    return insert(talk, DEBTORS, table, fitted.values), "created", fitted.warnings


def _new(talk: Conversation, draft: Mapping[str, Any]) -> Fitted:
    """A new debtor needs a control account (reference: 5 Quirks, control accounts)."""
    table = talk.dictionary.table("CONTACT")
    if "ACCT_NR" in table and not draft.get("ACCT_NR"):
        draft = {**draft, "ACCT_NR": control_account(talk)}
    return fit(table, draft, ("SUB_NR", "ACCT_NR"))


def control_account(talk: Conversation) -> str:
    """The setting, else the ledger account that is called Debiteuren (reference: 2.2 Filters, look-ups)."""
    chosen = talk.settings.text("control_account")
    if chosen:
        return chosen
    rows = talk.rows_with(LEDGER, ["ACCT_NAME"], [_CONTROL_NAME])
    numbers = [str(row["ACCT_NR"]) for row in rows if str(row.get("ACCT_NAME", "")).strip() == _CONTROL_NAME]
    if len(numbers) != 1:
        raise ConfigurationError(
            "New debtors need a control account, and AccountView has no single account called Debiteuren.",
            field="control_account",
            cause="accountview.control_account",
            resolution="Open the connection and choose the control account for debtors.",
        )
    return numbers[0]


def _records(talk: Conversation, rows: Sequence[Row]) -> Iterable[Record]:
    numbers = [str(row.get("SUB_NR") or "").strip() for row in rows]
    places = rows_under(talk, ADDRESSES, numbers)
    persons = persons_under(talk, numbers)
    for number, row in zip(numbers, rows, strict=True):
        data = {**row, "DEL_ADDR": places.get(number, []), "PEOPLE": persons.get(number, [])}
        yield Record(number, data, str(row.get("ACCT_NAME") or number))


def _with(row: Row, warnings: Sequence[str]) -> Row:
    return {**row, "warnings": list(dict.fromkeys(warnings))} if warnings else row
