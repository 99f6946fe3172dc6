"""First the records that the source told of by itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import sqlalchemy as sa

from koppel.records import Query
from koppel.runner.intake import store
from koppel.runner.talk import Talk
from koppel.store.models import Incoming, Knock

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
