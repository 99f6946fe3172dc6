"""A new debtor that looks like one that is there waits for a person, with who it looks like and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from koppel.documents import Party
from koppel.documents.base import read_document
from koppel.errors import RecordError, TransientError
from koppel.parties.likeness import Likeness, likeness
from koppel.parties.search import search_values
from koppel.parties.sides import side_of
from koppel.parties.traits import Traits, traits
from koppel.records import MapStep, Match, Search, Verdict
from koppel.runner.job import Job
from koppel.runner.judge import judge, judged, went_well
from koppel.runner.talk import Talk
from koppel.store.models import PairDecision

HELD, TWIN = "customer.double", "customer.twin"
_MOST = 5
Known = tuple[Match, Party, Traits]
Likely = tuple[Likeness, Match, Party]


def hold_doubles(talk: Talk, jobs: Sequence[Job]) -> None:
    """Ask the target, in one question for all, who may be one of these new customers; a likely one holds its record."""
    if not jobs or talk.policy.doubles == "make":
        return
    known = _asked(talk, jobs)
    apart = _kept_apart(talk, jobs)
    accepted: list[tuple[Job, Traits]] = []
    for job in jobs:
        if not job.open:
            continue
        with judged(talk, job, "find"):
            mine = traits(_party(job))
            _compare(talk, job, mine, known, apart[job.source_key])
            _refuse_twin(talk, job, mine, accepted)
        if job.open:
            accepted.append((job, mine))


def _asked(talk: Talk, jobs: Sequence[Job]) -> list[Known]:
    values = search_values([(_party(job), job.natural_key) for job in jobs])
    try:
        found = talk.target.alike(Search("customer", values))
        went_well(talk)
        return [(match, party, traits(party)) for match, party in ((match, _read(talk, match)) for match in found)]
    except Exception as error:  # nobody knows whether they are there, so none may be made
        for job in jobs:
            judge(talk, job, "find", error)
        return []


def _read(talk: Talk, match: Match) -> Party:
    step = MapStep(talk.flow.name, talk.target.system, "customer", "inbound", match.data)
    return read_document(Party, {**talk.target.map(step).fields, "source_id": match.id})


def _compare(talk: Talk, job: Job, mine: Traits, known: Sequence[Known], apart: set[str]) -> None:
    alike = [(likeness(mine, theirs), match, party) for match, party, theirs in known if match.id not in apart]
    found = sorted((one for one in alike if one[0].strong or one[0].weak), key=lambda one: -one[0].points)[:_MOST]
    if not found:
        return
    first, match, party = found[0]
    numbered = match.number and match.number != party.label  # a shop knows its customers by name alone
    who = f"debtor {match.number} ({party.label})" if numbered else party.label
    sentence = f"{job.label} looks like {who} in {talk.target_title}: {first.why}."
    if not first.strong and talk.policy.doubles != "hold":
        talk.log.add("found", f"{sentence} That is too little to wait for, so it is made.", job)
        return
    raise RecordError(
        sentence,
        resolution="Open Double debtors and say whether it is this one, or keep them apart.",
        cause=HELD, source_key=job.source_key, customer=side_of(_party(job)), candidates=[_told(one) for one in found],
    )  # fmt: skip


def _told(one: Likely) -> dict[str, Any]:
    found, match, party = one
    return {"id": match.id, "number": match.number, "points": found.points, "why": found.why, "debtor": side_of(party)}


def _refuse_twin(talk: Talk, job: Job, mine: Traits, accepted: Sequence[tuple[Job, Traits]]) -> None:
    """Two new customers that are one: the first is made, the second looks again and then meets the first."""
    for other, theirs in accepted:
        found = likeness(mine, theirs)
        if found.strong or (found.weak and talk.policy.doubles == "hold"):
            reason = f"{job.label} looks like {other.label}, who is new as well: {found.why}."
            job.error = TransientError(reason, cause=TWIN)
            job.verdict = Verdict.retry(0, reason, "You need do nothing: Koppel looks again once the first one is there.")
            return


def _kept_apart(talk: Talk, jobs: Sequence[Job]) -> dict[str, set[str]]:
    """The debtors that a person said each of these customers is not."""
    query = sa.select(PairDecision.source_key, PairDecision.target_key).where(
        PairDecision.target_id == talk.target_id, PairDecision.source_id == talk.source_id,
        PairDecision.decision == "apart", PairDecision.source_key.in_([job.source_key for job in jobs]),
    )  # fmt: skip
    found: defaultdict[str, set[str]] = defaultdict(set)
    with talk.site.db.read() as session:
        for source_key, target_key in session.execute(query):
            found[source_key].add(target_key)
    return found


def _party(job: Job) -> Party:
    assert isinstance(job.document, Party)
    return job.document
