"""How a run is asked for, and what it gives back."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from koppel.records import RunSummary
from koppel.runner.talk import Plan, Progress


@dataclass(frozen=True)
class Options:
    """How to run a flow. `ids` reads only these; `since` overrides the start of a first read; `limit`
    bounds the number of records of this run; `preview` is a dry run in which every record counts as new, so that what
    is booked already is shown as well; `wait` is how many seconds to wait for a run that is going on."""

    trigger: str = "hand"
    by: str = ""
    dry_run: bool = False
    preview: bool = False
    ids: tuple[str, ...] = ()
    since: datetime | None = None
    limit: int | None = None
    wait: float = 0.0
    progress: Progress = lambda counts: None
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Result:
    """What a run did, why it ended, and, of a dry run, what it would do."""

    summary: RunSummary
    reason: str = ""
    resolution: str = ""
    error: Exception | None = None
    plans: tuple[Plan, ...] = ()
