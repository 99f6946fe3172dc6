"""One run of a flow at a time, and one writer per target, on any number of machines; a dead holder's lease is taken over."""

from __future__ import annotations

import os
import socket
import uuid
from datetime import timedelta

import sqlalchemy as sa

from koppel.errors import KoppelError
from koppel.store.db import Database
from koppel.store.models import Connection, Flow, utcnow

LENGTH = timedelta(minutes=10)


class LeaseLost(KoppelError):
    """Another worker has taken this flow over; this run ends here."""

    cause_default = "lease.lost"


class Busy(KoppelError):
    """This flow, or another one that writes to the same system, is running already."""

    cause_default = "lease.busy"
    resolution_default = "Wait until that run has ended, or stop the process that holds it."


class Lease:
    """The right to run one flow, renewed while the run goes on."""

    def __init__(self, db: Database, flow_id: int) -> None:
        self.db = db
        self.flow_id = flow_id
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    def take(self) -> None:
        """Take the lease or raise Busy. A holder on this machine whose process is gone counts as free.

        Two flows that write to one administration take turns: each could otherwise make the customer that the
        other has just looked for in vain."""
        with self.db.write() as session:
            flow = session.get(Flow, self.flow_id)
            if flow is None:
                raise KoppelError("This flow does not exist any more.")
            session.execute(sa.select(Connection.id).where(Connection.id == flow.target_id).with_for_update())
            session.expire_all()
            for other in session.scalars(sa.select(Flow).where(Flow.target_id == flow.target_id)):
                if other.lease_until is not None and other.lease_until > utcnow() and not _dead(other.holder):
                    raise Busy(f"{other.name} is running already (by {other.holder.rpartition(':')[0]}).")
            flow.holder, flow.lease_until = self.holder, utcnow() + LENGTH

    def renew(self) -> None:
        """Keep the lease for another while; LeaseLost when someone else has it."""
        with self.db.write() as session:
            mine = sa.update(Flow).where(Flow.id == self.flow_id, Flow.holder == self.holder)
            answer = session.execute(mine.values(lease_until=utcnow() + LENGTH))
            if answer.rowcount != 1:  # type: ignore[attr-defined]
                raise LeaseLost()

    def give_back(self) -> None:
        """Let the next run begin."""
        with self.db.write() as session:
            mine = sa.update(Flow).where(Flow.id == self.flow_id, Flow.holder == self.holder)
            session.execute(mine.values(holder="", lease_until=None))


def _dead(holder: str) -> bool:
    host, _, rest = holder.partition(":")
    process = rest.partition(":")[0]
    if host != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
