"""What other systems asked in a person's name: noted at once, so that they have their answer, and done by the engine."""

from __future__ import annotations

import logging

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.actions.privacy import take_request
from koppel.records import Nudge
from koppel.site import Site
from koppel.store.models import Connection, PrivacyRequest

logger = logging.getLogger(__name__)


def note_request(session: so.Session, connection: Connection, nudge: Nudge) -> None:
    """Keep this request until it is done, whatever happens to this process."""
    session.add(PrivacyRequest(connection_id=connection.id, purpose=nudge.purpose, words=list(nudge.ids)))


def answer_requests(site: Site) -> list[str]:
    """Do what was asked, the oldest first; gives a sentence about each. One that fails is logged and stays for the next
    time: erasing twice is as good as once."""
    with site.db.read() as session:
        query = sa.select(PrivacyRequest, Connection).join(Connection, Connection.id == PrivacyRequest.connection_id)
        waiting = [(row.id, connection, _nudge(row)) for row, connection in session.execute(query.order_by(PrivacyRequest.id))]
    told = []
    for number, connection, nudge in waiting:
        try:
            told.append(take_request(site, connection, nudge))
        except Exception:  # the next person must not wait for this one
            logger.exception("a request in a person's name from %s failed", connection.name)
            continue
        logger.warning("%s", told[-1])
        with site.db.write() as session:
            session.execute(sa.delete(PrivacyRequest).where(PrivacyRequest.id == number))
    return told


def _nudge(row: PrivacyRequest) -> Nudge:
    return Nudge("person", tuple(row.words), purpose=row.purpose)  # type: ignore[arg-type]
