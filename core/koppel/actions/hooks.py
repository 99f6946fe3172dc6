"""Take in what another system tells by itself: which records to read, proven, and each message once."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.actions.requests import note_request
from koppel.records import Delivery, Nudge
from koppel.runner.knocks import knock_on
from koppel.site import Site
from koppel.store.models import Connection, Flow, HookEvent, utcnow

REMEMBERED = timedelta(days=7)


def receive(site: Site, name: str, delivery: Delivery) -> int:
    """Note which records the flows of this connection should read now; returns how many are new.

    A request in a person's name is only noted: the sender waits for the answer, and erasing may take longer than it does.
    The connector proves who sent it: AuthError when it cannot. ConfigurationError when there is no such connection."""
    connection = site.connection(name)
    opened = site.converse(connection)
    try:
        nudges = opened.endpoint.receive(delivery)
    finally:
        opened.close()
    with site.db.write() as session:
        fresh = [nudge for nudge in nudges if _first_time(session, connection, nudge)]
        for nudge in fresh:
            if nudge.purpose != "read":
                note_request(session, connection, nudge)
        return sum(_knock(session, connection, nudge) for nudge in fresh if nudge.purpose == "read")


def _first_time(session: so.Session, connection: Connection, nudge: Nudge) -> bool:
    if not nudge.event:
        return True  # without a name of its own it cannot be told from the next; reading twice does no harm
    event = nudge.event[:120]
    seen = sa.select(HookEvent.id).where(HookEvent.connection_id == connection.id, HookEvent.event == event)
    if session.scalar(seen) is not None:
        return False
    session.execute(sa.delete(HookEvent).where(HookEvent.at < utcnow() - REMEMBERED))
    session.add(HookEvent(connection_id=connection.id, event=event))
    session.flush()
    return True


def _knock(session: so.Session, connection: Connection, nudge: Nudge) -> int:
    """One knock per flow that reads this resource; a flow with a schedule is due at once."""
    flows = session.scalars(sa.select(Flow).where(Flow.source_id == connection.id, Flow.resource == nudge.resource))
    return sum(knock_on(session, flow, nudge.ids) for flow in flows.all())
