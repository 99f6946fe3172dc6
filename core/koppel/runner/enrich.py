"""Add what the source does not know: the debtor, the articles, and prices that multiply back to the cent."""

from __future__ import annotations

from collections.abc import Sequence

from koppel.documents import Line
from koppel.errors import RecordError
from koppel.manifest import Resource
from koppel.records import Lookup, Match
from koppel.runner.job import Job
from koppel.runner.judge import judge, judged
from koppel.runner.lines import order_of
from koppel.runner.linked import find_linked
from koppel.runner.talk import Talk


def find_articles(talk: Talk, jobs: Sequence[Job], resource: Resource) -> None:
    """Give every line its article in the target; an order with an unknown one waits, naming the SKU."""
    if not resource.needs_articles:
        return
    lines = [line for job in jobs for line in _articles(job)]
    _ask(talk, "product", "sku", {line.sku for line in lines}, talk.articles, jobs)
    for line in lines:
        match = talk.articles.get(line.sku)
        line.external_id = match.id if match else ""
    try:
        find_linked(talk, [line for job in jobs if job.open for line in _articles(job)])
    except Exception as error:  # without the answer none of these orders can go
        for job in jobs:
            judge(talk, job, "find", error)
    for job in jobs:
        if job.open:
            with judged(talk, job, "find"):
                _refuse_unknown(talk, job)


def _articles(job: Job) -> list[Line]:
    return [line for line in order_of(job).lines if line.form == "article"]


def find_debtors(talk: Talk, jobs: Sequence[Job], codes: dict[int, str]) -> None:
    """Book these orders on a default debtor. `codes` holds the debtor number by id of the job."""
    chosen = [job for job in jobs if job.open and id(job) in codes]
    _ask(talk, "customer", "code", {codes[id(job)] for job in chosen}, talk.debtors, chosen)
    for job in chosen:
        if job.open:
            with judged(talk, job, "find"):
                _set_debtor(talk, job, codes[id(job)])


def _refuse_unknown(talk: Talk, job: Job) -> None:
    missing = [line.sku for line in _articles(job) if not line.external_id]
    for line in _articles(job):
        if line.external_id and talk.articles.get(line.sku) is None:
            talk.log.add("found", f"SKU {line.sku} is not in {talk.target_title}; booked on the article that it is linked to.", job)
    if missing:
        names = ", ".join(dict.fromkeys(missing))
        raise RecordError(
            f"SKU {names} is not in {talk.target_title}." if len(set(missing)) == 1
            else f"SKUs {names} are not in {talk.target_title}.",
            resolution=f"Create it in {talk.target_title}, or correct the SKU in {talk.source_title}; then retry the order.",
            cause=f"article.missing:{missing[0]}",
            sku=names,
        )  # fmt: skip


def _set_debtor(talk: Talk, job: Job, code: str) -> None:
    match = talk.debtors.get(code)
    if match is None:
        raise RecordError(
            f"The default debtor {code} does not exist in {talk.target_title}.",
            resolution="Open Default debtors and choose one that exists; the orders that wait can then be retried.",
            cause=f"debtor.missing:{code}",
            debtor=code,
        )
    customer = order_of(job).customer
    customer.external_id, customer.code = match.id, match.number or code
    talk.log.add("found", f"Booked on the default debtor {match.number or code}.", job)


def _ask(
    talk: Talk, resource: str, key: str, values: set[str], known: dict[str, Match | None], jobs: Sequence[Job]
) -> None:
    unknown = tuple(sorted(values - known.keys()))
    if not unknown:
        return
    try:
        found = talk.target.find(Lookup(resource, key, unknown))
    except Exception as error:  # without the answer none of these orders can go
        for job in jobs:
            judge(talk, job, "find", error)
        return
    for value in unknown:
        matches = found.matches.get(value, ())
        known[value] = matches[0] if matches else None
