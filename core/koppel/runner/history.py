"""What became of a record before: from which version each of its papers was written, and what a person decided since."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from koppel.documents import DOCUMENTS, SalesOrder
from koppel.documents.base import read_document
from koppel.records import MapStep
from koppel.store.models import Activity

if TYPE_CHECKING:
    from koppel.runner.job import Job
    from koppel.runner.talk import Talk

_TOLD = ("arrived", "created", "updated", "kept", "decided")
_TAIL = re.compile(r"(?P<paper>(-X\d+C?)?)(?P<anew>-\d+)?")
"""What the number of a paper of an order has behind the order's own: which exchange it is of, and how often it was
booked anew. The paper that takes another one back, -R1, is no version of it."""


@dataclass(frozen=True)
class History:
    """`versions` are those, older than the last, of which papers were written, by paper: "" for the order's own, -X1 or -X1C for one of an
    exchange. `decisions` is what a person decided about the last version, by what it waited for."""

    versions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)

    def decided(self, cause: str) -> str:
        """What a person said about the last version when it waited for this; "" for nothing."""
        return self.decisions.get(cause, "")


def histories(talk: Talk, jobs: Sequence[Job]) -> dict[int, History]:
    """The history of each of these orders, by the id of its inbox row."""
    numbers = {job.incoming.id: job.label for job in jobs if job.incoming is not None}
    steps: dict[int, list[Any]] = {key: [] for key in numbers}
    query = sa.select(Activity.id, Activity.incoming_id, Activity.kind, Activity.resource, Activity.label).where(
        Activity.incoming_id.in_(list(numbers)), Activity.kind.in_(_TOLD)
    )
    with talk.site.db.read() as session:
        for step in session.execute(query.order_by(Activity.id)):
            steps[step.incoming_id].append(step)
        found = {key: _told(some, numbers[key], talk.flow.paper) for key, some in steps.items()}
        wanted = {one for versions, decided in found.values() for one in (*versions.values(), *decided)}
        data = {row.id: row.data for row in session.execute(sa.select(Activity.id, Activity.data).where(Activity.id.in_(wanted)))}
    return {
        key: History(
            {paper: data[one]["in"] for paper, one in versions.items() if data[one].get("in")},
            {str(data[one].get("cause", "")): str(data[one].get("decision", "")) for one in decided},
        )
        for key, (versions, decided) in found.items()
    }  # fmt: skip


def read_earlier(talk: Talk, job: Job, version: Mapping[str, Any]) -> SalesOrder:
    """An earlier version of the order, by today's rules, so that a new rule does not look like an edit."""
    step = MapStep(talk.flow.name, talk.source.system, talk.flow.resource, "inbound", version)
    fields = {**talk.source.map(step).fields, "source_id": job.source_key}
    document = read_document(DOCUMENTS[talk.flow.resource], fields)
    assert isinstance(document, SalesOrder)
    return document


def _told(steps: Sequence[Any], number: str, resource: str) -> tuple[dict[str, int], list[int]]:
    """The step with the version of which each paper was written last, where a newer version came in since, and the
    decisions about the newest."""
    arrived, written, decided = 0, dict[str, int](), list[int]()
    for step in steps:
        if step.kind == "arrived":
            arrived, decided = step.id, []
        elif step.kind == "decided":
            decided.append(step.id)
        else:
            paper = _paper(step, number, resource)
            if paper is not None:
                written[paper] = arrived
    return {paper: version for paper, version in written.items() if version not in (0, arrived)}, decided


def _paper(step: Any, number: str, resource: str) -> str | None:
    """Which paper of the order this step wrote; None for none."""
    tail = _TAIL.fullmatch(step.label.removeprefix(number)) if number and step.label.startswith(number) else None
    if tail and tail["paper"]:
        return tail["paper"]
    own = tail or not step.label.startswith(f"{number}-")  # it had another number then, or is booked with others of its day
    return "" if step.resource == resource and own else None
