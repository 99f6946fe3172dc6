"""Money that came in or went out and is matched with nothing: open items that a bank or cash journal made.

Open items name the journal of the entry they came from, and a line that settles nothing stays among them until it is
matched (metadata: cashflow/Receivables, Journal and IsFullyPaid; reference: Other, Receivables and Journals)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from koppel_exactonline import odata
from koppel_exactonline.client import own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.dates import read_day
from koppel_exactonline.resources.joined import amount
from koppel_exactonline.resources.journals import money_journals
from koppel_exactonline.resources.payments import FIELDS

_BULK = "bulk/Cashflow/Receivables"
Told = Mapping[str, Sequence[Mapping[str, Any]]]


def loose_money(talk: Conversation, since: str) -> Told:
    """By debtor, what of his money since this day, as 2026-11-30, is matched with nothing; read once a conversation."""
    if talk.loose is None or since < talk.loose[0]:
        talk.loose = (since, _read(talk, since))
    return talk.loose[1]


def _read(talk: Conversation, since: str) -> Told:
    journals = " or ".join(f"Journal eq {odata.text(code)}" for code in money_journals(talk))
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    where = f"IsFullyPaid eq false and EntryDate ge datetime'{since}T00:00:00' and ({journals})"
    for row in map(own_fields, talk.client.rows(_BULK, FIELDS, where) if journals else ()):
        found[bare(row.get("Account"))].append({
            "id": bare(row.get("EntryID")).lower(), "number": bare(row.get("EntryNumber")), "received": amount(row.get("AmountFC")),
            "day": read_day(row.get("EntryDate")), "text": bare(row.get("Description")),
        })  # fmt: skip
    return found
