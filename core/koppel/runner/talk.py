"""One run's conversation: both endpoints, the flow's policy, and what has been counted so far."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from koppel.endpoint import Endpoint
from koppel.errors import KoppelError, MappingError, TransientError
from koppel.finance.ledger import Booking
from koppel.finance.periods import Period
from koppel.manifest import Manifest, Resource
from koppel.mapping import Tables
from koppel.records import Match, Verdict
from koppel.runner.job import Job
from koppel.runner.log import Log
from koppel.runner.policy import Policy
from koppel.settings import Settings
from koppel.site import Site
from koppel.store.models import Flow, VatCheck

WOULD_BE = "would be"
"""Why a job of a dry run is finished: its plan was told already, or that of the paper it is part of."""
Progress = Callable[["Counts"], None]


class Halt(Exception):
    """The run ends here: `outcome` is resting (goes on by itself) or stopped (a person must act)."""

    def __init__(self, outcome: str, verdict: Verdict, error: Exception) -> None:
        super().__init__(verdict.reason)
        self.outcome = outcome
        self.verdict = verdict
        self.error = error


@dataclass
class Counts:
    """What a run did with the records of its own resource."""

    seen: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    parked: int = 0
    retried: int = 0

    def add(self, outcome: str) -> None:
        """Count one record's end."""
        setattr(self, outcome, getattr(self, outcome) + 1)


@dataclass(frozen=True)
class Plan:
    """What a dry run would do with one record. `fields`: name, value now (None: nothing), value then.

    `booking` is what a paper comes to in the books, `day` when it was sold, `total` what was owed for it, VAT
    included; `error` is why it waits, and `lacks` the rows that value tables have not for it (told by a preview); `orders` is how many
    a paper of a day holds."""

    label: str
    resource: str
    action: str
    why: str = ""
    fields: tuple[tuple[str, Any, Any], ...] = ()
    resolution: str = ""
    booking: Booking | None = None
    day: date | None = None
    total: Decimal | None = None
    currency: str = ""
    error: Exception | None = None
    lacks: tuple[MappingError, ...] = ()
    orders: int = 1


@dataclass
class Talk:
    """Everything the steps of one run share. `asked_for`: a person named the records, so that one that was
    left out before is looked at again; `preview`: a dry run that takes every record for a new one; `gathered`: orders that a dry run books
    together, per day; `later`: the last record that is tried again by itself; `kept`:
    fields by resource that a record which is there does not get; `vat_told`: what is known of
    VAT numbers; `vies_silent`: the countries that VIES could not ask in this run."""

    site: Site
    flow: Flow
    source: Endpoint
    target: Endpoint
    source_manifest: Manifest
    target_manifest: Manifest
    target_settings: Settings
    policy: Policy
    log: Log
    dry_run: bool = False
    preview: bool = False
    asked_for: bool = False
    counts: Counts = field(default_factory=Counts)
    plans: list[Plan] = field(default_factory=list)
    gathered: list[Job] = field(default_factory=list)
    articles: dict[str, Match | None] = field(default_factory=dict)
    debtors: dict[str, Match | None] = field(default_factory=dict)
    kept: Mapping[str, frozenset[str]] = field(default_factory=dict)
    vat_told: dict[str, VatCheck] = field(default_factory=dict)
    vies_silent: dict[str, TransientError] = field(default_factory=dict)
    periods: tuple[Period, ...] | None = None
    tables: Tables | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    progress: Progress = lambda counts: None
    renew: Callable[[], None] = lambda: None
    lost_answers: int = 0
    bugs: int = 0
    later: Job | None = None

    @property
    def source_id(self) -> int:
        """The source connection."""
        return self.flow.source_id

    @property
    def target_id(self) -> int:
        """The target connection."""
        return self.flow.target_id

    @property
    def target_title(self) -> str:
        """What people call the target system."""
        return self.target_manifest.title

    @property
    def source_title(self) -> str:
        """What people call the source system."""
        return self.source_manifest.title

    def target_resource(self, name: str) -> Resource:
        """How the target exchanges this resource; KoppelError when it cannot take it."""
        resource = self.target_manifest.resource(name)
        if resource is None or not resource.writes:
            raise KoppelError(f"{self.target_title} cannot take {name.replace('_', ' ')} records.", cause="capability")
        return resource
