"""Read the source page by page; records go into the inbox in the same transaction as the new cursor."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.documents.base import clean
from koppel.errors import PluginError
from koppel.records import Page, Query, Record
from koppel.runner.job import fingerprint
from koppel.runner.talk import Talk
from koppel.store.models import Activity, Flow, Incoming

MAX_PAGES = 100_000


def pages(talk: Talk, query: Query) -> Iterator[list[Incoming]]:
    """The rows that each page adds or changes. The next page is read while the caller works on this one."""
    seen = {query.cursor}
    with ThreadPoolExecutor(1, thread_name_prefix="koppel-fetch") as ahead:
        page = talk.source.fetch(query)
        for _ in range(MAX_PAGES):
            rows = store(talk, page)
            if not page.more:
                yield rows
                return
            _refuse_circles(talk, page, seen)
            query = replace(query, cursor=page.cursor, ids=())
            coming = ahead.submit(talk.source.fetch, query)
            yield rows
            page = coming.result()


def store(talk: Talk, page: Page) -> list[Incoming]:
    """Put a page into the inbox and move the cursor, together; returns the rows that are new or changed."""
    records = {record.id[:255]: record for record in page.records}
    if talk.dry_run:
        return [_new_row(talk, record) for record in records.values()]
    with talk.site.db.write() as session:
        rows = _take_in(talk, session, records)
        if page.cursor is not None:
            session.execute(sa.update(Flow).where(Flow.id == talk.flow.id).values(cursor=page.cursor))
        session.flush()
        session.add_all(_arrived(talk, row) for row in rows)
    talk.counts.seen += len(records)
    talk.counts.unchanged += len(records) - len(rows)
    talk.progress(talk.counts)
    return rows


def _take_in(talk: Talk, session: so.Session, records: dict[str, Record]) -> list[Incoming]:
    query = sa.select(Incoming).where(Incoming.flow_id == talk.flow.id, Incoming.external_id.in_(list(records)))
    known = {row.external_id: row for row in session.scalars(query)}
    changed = []
    for key, record in records.items():
        row, fresh = known.get(key), _new_row(talk, record)
        if row is None:
            session.add(fresh)
            changed.append(fresh)
        elif row.fingerprint != fresh.fingerprint or (talk.asked_for and row.state != "done"):
            row.payload, row.fingerprint, row.label = fresh.payload, fresh.fingerprint, fresh.label
            row.state, row.attempts, row.run_id = "new", 0, talk.log.run_id
            changed.append(row)
    return changed


def _new_row(talk: Talk, record: Record) -> Incoming:
    payload = clean(dict(record.data))
    return Incoming(
        flow_id=talk.flow.id,
        run_id=talk.log.run_id,
        external_id=record.id[:255],
        label=clean(record.label or record.id)[:255],
        payload=payload,
        fingerprint=fingerprint(payload),
        state="new",
        attempts=0,
    )


def _arrived(talk: Talk, row: Incoming) -> Activity:
    return Activity(
        flow_id=talk.flow.id,
        run_id=talk.log.run_id,
        incoming_id=row.id,
        kind="arrived",
        resource=talk.flow.resource,
        label=row.label,
        text=f"Read from {talk.source_title}.",
        data={"in": row.payload},
    )


def _refuse_circles(talk: Talk, page: Page, seen: set[str | None]) -> None:
    if page.cursor in seen:
        raise PluginError(
            f"{talk.source_title} gave the same page marker twice; reading stopped so that it does not go round for ever.",
            resolution="Everything read so far is kept. Tell the supplier of the plugin.",
        )
    seen.add(page.cursor)
