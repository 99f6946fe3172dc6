"""The contact persons under a company debtor, where the installation has them as records of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.dictionary import Table
from koppel_accountview.fitting import fit
from koppel_accountview.objects import PERSONS, POSITIONS
from koppel_accountview.resources.addresses import FEW, rows_under
from koppel_accountview.resources.reading import key_field
from koppel_accountview.resources.writing import insert, number_of

Draft = Mapping[str, Any]

# The reference names the tables but none of their fields, so each of ours may be called otherwise there.
_ALIASES = {
    "FST_NAME": ("FST_NAME", "FIRST_NAME", "PP_FIRST"),
    "LST_NAME": ("LST_NAME", "LAST_NAME", "PP_LAST", "PP_NAME"),
    "MAIL_BUS": ("MAIL_BUS", "PP_MAIL", "MAIL"),
    "TEL_BUS": ("TEL_BUS", "PP_TEL", "TEL_MOB"),
}


def has_persons(talk: Conversation) -> bool:
    """Whether contact persons can be made here and tied to a company."""
    return _can(talk, "insert")


def persons_under(talk: Conversation, debtors: Sequence[str]) -> dict[str, list[Row]]:
    """The contact persons of these debtors, by debtor number; none where the installation has no such records."""
    if not debtors or not _can(talk, "read"):
        return {}
    key = _person_key(talk)
    ties = rows_under(talk, POSITIONS, debtors)
    codes = sorted({str(tie.get(key)) for rows in ties.values() for tie in rows if tie.get(key)})
    rows = talk.all_rows(PERSONS) if len(codes) > FEW else talk.rows_with(PERSONS, [key], codes)
    people = {str(row.get(key)): row for row in rows}
    return {
        debtor: [people[str(tie.get(key))] for tie in rows if str(tie.get(key)) in people]
        for debtor, rows in ties.items()
    }


def ensure_persons(talk: Conversation, debtor: str, drafts: Sequence[Draft], warnings: list[str]) -> bool:
    """Make those of these persons that the debtor does not have yet; whether anything was made. Safe to repeat."""
    known = persons_under(talk, [debtor]).get(debtor, [])
    people = talk.dictionary.table(PERSONS.table)
    made = False
    for draft in drafts:
        fitted = fit(people, _named(people, draft))
        warnings += fitted.warnings
        if not fitted.values or any(_same_person(people, fitted.values, row) for row in known):
            continue
        known.append(_make(talk, debtor, people, fitted.values))
        made = True
    return made


def main_contact(drafts: Sequence[Draft]) -> dict[str, str]:
    """The first person as fields of the debtor itself, for an installation without persons' records."""
    if not drafts:
        return {}
    first = drafts[0]
    name = f"{first.get('FST_NAME') or ''} {first.get('LST_NAME') or ''}".strip()
    fields = {"MAIN_CONT": name, "MC_MAILB": str(first.get("MAIL_BUS") or "")}
    return {field: value for field, value in fields.items() if value}


def _make(talk: Conversation, debtor: str, people: Table, values: Draft) -> Row:
    """A person, then the tie to the company. A person whose tie was never made is found by name or e-mail."""
    key = _person_key(talk)
    row = _loose_person(talk, people, values) or {**values, **insert(talk, PERSONS, people, values)}
    tie = fit(talk.dictionary.table(POSITIONS.table), {"SUB_NR": debtor, key: number_of(row, PERSONS, key)}, ("SUB_NR", key))
    insert(talk, POSITIONS, talk.dictionary.table(POSITIONS.table), tie.values)
    return row


def _loose_person(talk: Conversation, people: Table, values: Draft) -> Row | None:
    """The same person, made before but tied to nobody because the line broke in between."""
    key = _person_key(talk)
    name = next((people.first(_ALIASES[one]) for one in ("MAIL_BUS", "LST_NAME") if _value(people, values, one)), "")
    if not name:
        return None
    same = [row for row in talk.rows_with(PERSONS, [name], [str(values[name])]) if _same_person(people, values, row)]
    codes = [str(row.get(key)) for row in same if row.get(key)]
    tied = {str(tie.get(key)) for tie in talk.rows_with(POSITIONS, [key], codes)}
    return next((row for row in same if str(row.get(key)) not in tied), None)


def _named(people: Table, draft: Draft) -> dict[str, Any]:
    """The draft under the names that this installation's fields have; what it cannot hold is left out."""
    renamed = {people.first(_ALIASES.get(name, (name,))): value for name, value in draft.items()}
    return {name: value for name, value in renamed.items() if name and value}


def _same_person(people: Table, values: Draft, row: Row) -> bool:
    """The same e-mail address; where either has none, the same name."""
    mine, theirs = _value(people, values, "MAIL_BUS"), _value(people, row, "MAIL_BUS")
    if mine and theirs:
        return mine == theirs
    names = ("FST_NAME", "LST_NAME")
    return all(_value(people, values, name) == _value(people, row, name) for name in names)


def _value(people: Table, row: Draft, name: str) -> str:
    return " ".join(str(row.get(people.first(_ALIASES[name])) or "").casefold().split())


def _can(talk: Conversation, what: str) -> bool:
    """Whether persons and their ties are there, open for this, and joined by fields that we know."""
    if not all(talk.dictionary.may(kind.object, what) for kind in (PERSONS, POSITIONS)):
        return False
    ties = talk.dictionary.table(POSITIONS.table)
    return "SUB_NR" in ties and bool(_person_key(talk)) and _person_key(talk) in ties


def _person_key(talk: Conversation) -> str:
    return key_field(talk, PERSONS) if talk.dictionary.table(PERSONS.table) else ""
