"""The activity of a run: sentences in the past tense, kept with what came in and what went out."""

from __future__ import annotations

from typing import Any

import sqlalchemy.orm as so

from koppel.runner.job import Job
from koppel.store.models import Activity


class Log:
    """Collects steps and writes them together with the change they tell of, so neither exists without the other."""

    def __init__(self, flow_id: int, run_id: int | None) -> None:
        self.flow_id = flow_id
        self.run_id = run_id
        self._steps: list[Activity] = []

    def add(self, kind: str, text: str, job: Job, data: dict[str, Any] | None = None) -> None:
        """Note one step of a record; a customer's step is told under each order that waits for it."""
        for row in [parent.incoming for parent in job.parents] or [job.incoming]:
            self._steps.append(
                Activity(
                    flow_id=self.flow_id,
                    run_id=self.run_id,
                    incoming_id=row.id if row is not None else None,
                    kind=kind,
                    resource=job.resource,
                    label=job.label[:255],
                    text=text,
                    data=data or {},
                )
            )

    def flush(self, session: so.Session) -> None:
        """Write what was collected in this session's transaction."""
        session.add_all(self._steps)
        self._steps = []

    def forget(self) -> None:
        """Drop what was collected (a dry run writes nothing)."""
        self._steps = []
