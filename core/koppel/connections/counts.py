"""Call figures and recent error answers of one connection in the database, shared by all workers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.connections.windows import Figures
from koppel.store.models.connection import CallCount

_COLUMNS = (CallCount.window, CallCount.limit, CallCount.remaining, CallCount.reset_at)
_UPDATE = (
    sa.update(CallCount)
    .where(CallCount.connection_id == sa.bindparam("of"), CallCount.window == sa.bindparam("name"))
    .values(
        {
            "limit": sa.bindparam("limit"),
            "remaining": sa.bindparam("remaining"),
            "reset_at": sa.bindparam("reset_at"),
        }
    )
)


def load(session: so.Session, connection_id: int, *, lock: bool = False) -> dict[str, Figures]:
    """All figures of this connection by window name; `lock` holds their rows, where rows can be held."""
    rows = sa.select(*_COLUMNS).filter_by(connection_id=connection_id).order_by(CallCount.id)
    found = session.execute(rows.with_for_update() if lock else rows)
    return {name: Figures(limit, left, reset_at) for name, limit, left, reset_at in found}


def save(session: so.Session, connection_id: int, stored: Mapping[str, Figures], now: Mapping[str, Figures]) -> None:
    """Write what differs from what was stored. IntegrityError when another worker makes the same row just now."""
    changed = {name: one for name, one in now.items() if stored.get(name) != one}
    old = [
        {"of": connection_id, "name": name, "limit": one.limit, "remaining": one.remaining, "reset_at": one.reset_at}
        for name, one in changed.items()
        if name in stored
    ]
    if old:
        session.connection().execute(_UPDATE, old)
    for name in sorted(changed.keys() - stored.keys()):
        one = changed[name]
        row = CallCount(connection_id=connection_id, window=name, limit=one.limit)
        row.remaining, row.reset_at = one.remaining, one.reset_at
        session.add(row)


def slots(window: str, number: int) -> list[str]:
    """The names under which the last `number` errors of an error window are kept, one moment each."""
    return [f"{window[:34]}#{index}" for index in range(number)]


def oldest(figures: Mapping[str, Figures], names: list[str]) -> str:
    """The slot to use for the next error: an unused one, or the one whose moment is longest ago."""
    return next((name for name in names if name not in figures), "") or min(
        names, key=lambda name: figures[name].reset_at
    )


def active(figures: Mapping[str, Figures], names: Iterable[str], now: datetime) -> list[datetime]:
    """Until when each recent error counts, first to last."""
    return sorted(figures[name].reset_at for name in names if name in figures and figures[name].reset_at > now)
