"""One record's story: its steps as sentences, with what came in, what was made of it, question and answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from koppel.connections.redaction import Redactor
from koppel.site import Site
from koppel.store.models import Activity, Incoming

from koppel_admin.reading.records import steps_of
from koppel_admin.words import STEPS

MOST_FIELDS = 400
REPEATS = ("retry", "lost")


@dataclass(frozen=True)
class Change:
    """One field: what it was (None: it was not there) and what it became."""

    name: str
    before: Any
    after: Any

    @property
    def changed(self) -> bool:
        """Whether something else was there before."""
        return self.before is not None and self.before != self.after


@dataclass
class Told:
    """One step. `tries` counts the same step told again and again; `answer` is what the other system said."""

    at: datetime
    kind: str
    text: str
    by: str = ""
    subject: str = ""
    came_in: Sequence[Change] = ()
    made: Sequence[Change] = ()
    answer: Sequence[Change] = ()
    tries: int = 1
    last: datetime | None = None
    sign: tuple[str, str] = field(default=("info", "info"))


def timeline(site: Site, row: Incoming, hide: Redactor) -> list[Told]:
    """The steps of a record, oldest first, without secrets; repeats are told once."""
    told: list[Told] = []
    sent: dict[str, Mapping[str, Any]] = {}
    for step in steps_of(site, row):
        if told and _again(told[-1], step):
            told[-1].tries += 1
            told[-1].last = step.at
            continue
        told.append(_told(step, row, hide, sent))
    return told


def flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside, by its path; items are counted from 1, as people do."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from flat(one, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value, 1):
            yield from flat(one, f"{name}[{number}]")
    else:
        yield name, value


def changes(value: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> list[Change]:
    """The fields of a record beside what they were."""
    old = dict(_some(before or {}))
    return [Change(name, old.get(name), one) for name, one in _some(value) if one not in (None, "") or old.get(name)]


def _told(step: Activity, row: Incoming, hide: Redactor, sent: dict[str, Mapping[str, Any]]) -> Told:
    data: Mapping[str, Any] = hide(step.data or {})
    out = data.get("out")
    made: list[Change] = []
    if isinstance(out, Mapping):
        made = changes(out, sent.get(step.resource))
        sent[step.resource] = out
    return Told(
        step.at, step.kind, hide.text(step.text), step.by,
        step.resource if step.resource and step.resource != row.flow.resource else "",
        _changes_in(data.get("in")), made, _changes_in(data.get("answer")), sign=STEPS.get(step.kind, ("info", "info")),
    )  # fmt: skip


def _changes_in(value: Any) -> list[Change]:
    return changes(value) if isinstance(value, Mapping) else []


def _some(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for count, pair in enumerate(flat(value)):
        if count >= MOST_FIELDS:
            return
        yield pair


def _again(last: Told, step: Activity) -> bool:
    return step.kind in REPEATS and last.kind == step.kind and last.text == step.text
