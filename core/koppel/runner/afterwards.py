"""News about an order (a shipment, a payment, a status) goes to the order it belongs to, or to nobody."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from koppel.documents import CREDITS, PAPERS, Afterwards, OrderStatus
from koppel.records import Lookup
from koppel.runner.job import Job
from koppel.runner.judge import judge
from koppel.runner.talk import Talk
from koppel.store.models import Link


def find_orders(talk: Talk, jobs: Sequence[Job]) -> None:
    """Give every piece of news the order it is about in the target; one about an order that never was there is
    left out, since there is nobody to tell it to."""
    _by_link(talk, jobs)
    _by_number(talk, [job for job in jobs if not _news(job).order_external_id])
    _cancel(talk, [job for job in jobs if job.open and _news(job).order_external_id])
    for job in jobs:
        news = _news(job)
        if job.open and not news.order_external_id:
            order = news.order_reference or news.order_source_id or "without a number"
            job.done("skipped", f"The order {order} is not in {talk.target_title}, so there is nothing to tell there.")


def _by_link(talk: Talk, jobs: Sequence[Job]) -> None:
    """The order that came from there is known by its link, also under the other paper it was written as; a paper
    of a whole day is about no order in particular, and what settles a credit note is no news about its order."""
    wanted = {_news(job).order_source_id for job in jobs} - {""}
    query = sa.select(Link.target_key, Link.source_key).where(
        Link.source_id == talk.target_id, Link.target_id == talk.source_id,
        Link.resource.in_(PAPERS.keys() - set(CREDITS)), Link.target_key.in_(list(wanted)), Link.source_key.not_like("day:%"),
    )  # fmt: skip
    with talk.site.db.read() as session:
        known = {row.target_key: row.source_key for row in session.execute(query)}
    for job in jobs:
        news = _news(job)
        news.order_external_id = known.get(news.order_source_id, "")


def _by_number(talk: Talk, jobs: Sequence[Job]) -> None:
    numbers = tuple(sorted({_news(job).order_reference for job in jobs} - {""}))
    if not numbers:
        return
    try:
        found = talk.target.find(Lookup("sales_order", "reference", numbers)).matches
    except Exception as error:  # without the answer nobody knows where the news belongs
        for job in jobs:
            judge(talk, job, "find", error)
        return
    for job in jobs:
        matches = found.get(_news(job).order_reference, ())
        _news(job).order_external_id = matches[0].id if len(matches) == 1 else ""


def _cancel(talk: Talk, jobs: Sequence[Job]) -> None:
    """Orders that were cancelled are to be cancelled there too, where the flow's settings ask that; an order that
    Koppel did not write there only when that was chosen for those as well."""
    told = [news for news in map(_news, jobs) if isinstance(news, OrderStatus) and news.status == "cancelled"]
    if not told or talk.policy.cancellations not in ("cancel", "cancel_all"):
        return
    query = sa.select(Link.target_key).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id, Link.resource.in_(list(PAPERS)),
        Link.made.is_(True), Link.target_key.in_([news.order_external_id for news in told]),
    )  # fmt: skip
    with talk.site.db.read() as session:
        ours = set(session.scalars(query))
    for news in told:
        news.cancel = talk.policy.cancellations == "cancel_all" or news.order_external_id in ours


def _news(job: Job) -> Afterwards:
    assert isinstance(job.document, Afterwards)
    return job.document
