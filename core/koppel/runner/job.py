"""One record on its way: what is known of it so far, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from koppel.documents import Document, SalesOrder
from koppel.records import Action, Draft, Fields, Verdict
from koppel.runner.history import History
from koppel.store.db import canonical
from koppel.store.models import Delivery, Incoming, Link

OUTCOMES = ("created", "updated", "unchanged", "skipped")


def fingerprint(value: Any) -> str:
    """The same for the same content, whatever the order of its keys."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


@dataclass
class Job:
    """A record of `resource` to deliver. Open until it has an `outcome` or a `verdict`.

    `source_key` is its id in the source; `parents` are the jobs that wait for it (an order for its
    customer, which is its `customer`); `target_id` and `number` are its names over there once known;
    `view` is what outbound mapping read; `vat_there` is the VAT per rate that the target will add itself, where it does; `orders` is how many a paper
    holds. `history` is what became of it before, `booked` that it is in the books by now, `looked_beside` that the papers of its exchanges were looked at; `amends`: it changes a paper that is never updated
    otherwise; `replaces` is the paper as it was booked, to be taken back; `stands_for` the id of the order that this
    job books anew."""

    resource: str
    document: Document
    source_key: str
    incoming: Incoming | None = None
    parents: list[Job] = field(default_factory=list)
    customer: Job | None = None
    natural_key: str = ""
    target_id: str = ""
    number: str = ""
    link: Link | None = None
    in_doubt: Delivery | None = None
    current: Fields | None = None
    last: Fields | None = None
    serial: int = 1
    view: Fields = field(default_factory=dict)
    draft: Draft | None = None
    vat_there: Mapping[Decimal, Decimal] | None = None
    print: str = ""
    orders: int = 1
    action: Action = "create"
    outcome: str = ""
    why: str = ""
    history: History = field(default_factory=History)
    booked: bool = False
    looked_beside: bool = False
    amends: bool = False
    replaces: SalesOrder | None = None
    stands_for: str = ""
    verdict: Verdict | None = None
    error: Exception | None = None

    @property
    def open(self) -> bool:
        """Whether something still has to happen with it in this run."""
        return not self.outcome and self.verdict is None

    @property
    def label(self) -> str:
        """What people call it."""
        return self.document.label

    @property
    def attempt(self) -> int:
        """Which try this is, from 1."""
        return (self.incoming.attempts if self.incoming else 0) + 1

    def done(self, outcome: str, why: str = "") -> None:
        """Finish it with created, updated, unchanged or skipped."""
        self.outcome, self.why = outcome, why
