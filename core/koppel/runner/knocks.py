"""First the records that the source told of by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.records import Query
from koppel.runner.intake import store
from koppel.runner.talk import Talk
from koppel.store.models import Flow, Incoming, Knock, utcnow

AT_ONCE = 50


def knocked(talk: Talk) -> Iterator[list[Incoming]]:
    """The inbox rows of these records, a handful at a time. A knock is forgotten once its record is in the
    inbox; one that came again meanwhile stays for the next round."""
    with talk.site.db.read() as session:
        waiting = list(session.scalars(sa.select(Knock).where(Knock.flow_id == talk.flow.id).order_by(Knock.id)))
    rest = iter(waiting)
    while part := list(islice(rest, AT_ONCE)):
        query = Query(talk.flow.resource, ids=tuple(one.external_id for one in part), filters=talk.policy.filters or {})
        rows = store(talk, talk.source.fetch(query))
        with talk.site.db.write() as session:
            for one in part:
                session.execute(sa.delete(Knock).where(Knock.id == one.id, Knock.at == one.at))
        yield rows


def knock_on(session: so.Session, flow: Flow, ids: Iterable[str]) -> int:
    """Note that this flow should read these records before its next round; returns how many are new. A flow with a
    schedule is due at once."""
    wanted = {one[:255] for one in ids}
    waiting = sa.select(Knock).where(Knock.flow_id == flow.id, Knock.external_id.in_(list(wanted)))
    known = {row.external_id: row for row in session.scalars(waiting)}
    for row in known.values():
        row.at = utcnow()  # a reading that is going on may have missed this change
    session.add_all(Knock(flow_id=flow.id, external_id=one) for one in sorted(wanted - known.keys()))
    if flow.schedule and wanted:
        flow.due_at = utcnow()
    return len(wanted - known.keys())
