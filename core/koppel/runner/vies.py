"""Is the VAT number of a company elsewhere in the Union registered? VIES is asked before it is booked without VAT."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from koppel.connections.vies import ask, compact
from koppel.documents import CREDITS
from koppel.errors import RecordError, TransientError
from koppel.records import Verdict
from koppel.runner.job import Job
from koppel.runner.talk import Talk
from koppel.store.models import VatCheck, utcnow

TRUSTED = timedelta(hours=24)
"""How long an answer counts. That a number is not registered counts for one run: it may be put right any moment."""


def check_number(talk: Talk, job: Job, number: str) -> None:
    """Hold this order when VIES does not know the number, or put it off while VIES cannot be reached.

    A credit note takes back what was booked, and what is booked already stays: these are not asked about."""
    if not talk.policy.vies or talk.preview or job.resource in CREDITS or (job.target_id and not job.amends):
        return
    number = compact(number)
    try:
        told = _told(talk, job, number)
    except TransientError as error:
        _put_off(talk, job, number, error)
        return
    if not told.valid:
        raise RecordError(
            f"{job.label} was sold without VAT, but VIES says that {number} is not registered{_request(told)}.",
            resolution=f"Ask the customer for the right VAT number, correct it in {talk.source_title} and retry; "
            "or book this order by hand and skip it here.",
            cause="vat.unregistered",
        )
    whose = f"to {told.name}" + (f", {told.address}" if told.address else "") if told.name else "(its country tells no name)"
    talk.log.add("found", f"VIES: {number} is registered {whose}{_request(told)} ({told.at:%Y-%m-%d %H:%M} UTC).", job)


def _told(talk: Talk, job: Job, number: str) -> VatCheck:
    """What was told in this run or shortly before it; else VIES is asked, once, and its answer kept."""
    told = talk.vat_told.get(number) or _kept(talk, number)
    if told is None:
        silent = talk.vies_silent.get(number[:2])
        if silent is not None:
            raise silent
        told = _asked(talk, job, number)
    talk.vat_told[number] = told
    return told


def _kept(talk: Talk, number: str) -> VatCheck | None:
    fresh = (VatCheck.number == number, VatCheck.valid, VatCheck.at > utcnow() - TRUSTED)
    with talk.site.db.read() as session:
        return session.scalars(sa.select(VatCheck).where(*fresh).order_by(VatCheck.id.desc()).limit(1)).first()


def _asked(talk: Talk, job: Job, number: str) -> VatCheck:
    talk.renew()  # the register of a member state can take its time
    try:
        said = ask(talk.site.config.vies_url, number, talk.policy.own_vat_number)
    except TransientError as error:
        talk.vies_silent[number[:2]] = error
        raise
    told = VatCheck(
        incoming_id=job.incoming.id if job.incoming else None, number=number, valid=said.valid, request=said.request,
        told_at=said.told_at, name=said.name, address=said.address, at=utcnow(),
    )  # fmt: skip
    if not talk.dry_run:
        with talk.site.db.write() as session:
            session.add(told)
    return told


def _put_off(talk: Talk, job: Job, number: str, error: TransientError) -> None:
    """Not by way of the run's own judgement: a silent VIES says nothing about the target, so other orders go on."""
    if talk.policy.vies == "accept":
        talk.log.add("found", f"{number} was not checked: {error.message} The order went on without it.", job)
        return
    reason = f"{job.label} waits: the VAT number {number} could not be checked. {error.message}"
    job.error = TransientError(reason, cause="vies.down", detail=error.detail)
    job.verdict = Verdict("retry", reason, "You need do nothing: Koppel asks VIES again by itself.", error.retry_after)


def _request(told: VatCheck) -> str:
    return f", request {told.request}" if told.request else ""
