"""How the connections are doing, and what their live lists hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from koppel.errors import ConfigurationError
from koppel.manifest import Manifest
from koppel.site import Site
from koppel.store.models import CallCount, Choice, Connection, Flow, Token, utcnow


@dataclass(frozen=True)
class Calls:
    """One call limit: what is used of it, and when it begins anew. `errors`: it counts refused calls."""

    window: str
    limit: int
    used: int
    reset_at: datetime
    errors: bool = False


@dataclass(frozen=True)
class ConnectionCard:
    """A connection with what there is to know at a glance; `manifest` is None when its plugin is not there."""

    row: Connection
    manifest: Manifest | None
    state: str
    calls: Sequence[Calls]
    flows: int
    can_log_in: bool


def cards(site: Site, name: str = "") -> list[ConnectionCard]:
    """All connections, or the one of this name."""
    query = sa.select(Connection).order_by(Connection.title, Connection.name)
    with site.db.read() as session:
        rows = list(session.scalars(query.where(Connection.name == name) if name else query))
        counts = list(
            session.scalars(sa.select(CallCount).where(CallCount.connection_id.in_([row.id for row in rows])))
        )
        ends = session.execute(sa.select(Flow.source_id, Flow.target_id)).all()
        known = set(session.scalars(sa.select(Token.connection_id).where(Token.access != "")))
    return [
        _card(
            site, row, [one for one in counts if one.connection_id == row.id], sum(row.id in pair for pair in ends),
            row.id in known,
        )
        for row in rows
    ]  # fmt: skip


def has_login_page(manifest: Manifest) -> bool:
    """Whether a person logs in to this system, on a page of its own, unless the settings say otherwise."""
    return manifest.oauth is not None and bool(manifest.oauth.authorize_path)


def may_have_login_page(manifest: Manifest) -> bool:
    """Whether there is a way to log in by a person at all."""
    return any(one is not None and one.authorize_path for one in (manifest.oauth, *manifest.logins.values()))


def _logs_in(site: Site, row: Connection, manifest: Manifest | None) -> bool:
    """Whether a person logs in to this connection, by its settings."""
    if manifest is None or not may_have_login_page(manifest):
        return False
    login = manifest.login_for(site.settings_of(row))
    return login is not None and bool(login.authorize_path)


def choices(site: Site, connection_id: int) -> dict[str, list[tuple[str, str]]]:
    """The live lists of a connection by name: code and title, in order of code."""
    query = sa.select(Choice).where(Choice.connection_id == connection_id).order_by(Choice.list, Choice.code)
    lists: dict[str, list[tuple[str, str]]] = {}
    with site.db.read() as session:
        for row in session.scalars(query):
            lists.setdefault(row.list, []).append((row.code, row.title))
    return lists


SHAPES = ("business_object", "field")
"""Live lists that tell what an installation is made of."""


def told(site: Site, connection_id: int, manifest: Manifest) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """What the installation told of its own objects and fields, by list and its title: code and name."""
    lists = choices(site, connection_id)
    titles = {one.name: one.title for one in manifest.resources}
    return {(name, titles.get(name, name)): lists[name] for name in SHAPES if lists.get(name)}


def lists_read(site: Site, connection_id: int) -> list[tuple[str, int, datetime]]:
    """Which live lists there are, how long each is, and when it was read."""
    query = (
        sa.select(Choice.list, sa.func.count(), sa.func.max(Choice.read_at))
        .where(Choice.connection_id == connection_id)
        .group_by(Choice.list)
        .order_by(Choice.list)
    )
    with site.db.read() as session:
        return [(name, count, at) for name, count, at in session.execute(query)]


def saved_secrets(site: Site, connection: Connection) -> Mapping[str, bool]:
    """Which secrets are there; never what they are."""
    return {name: bool(value) for name, value in site.vault.unseal(connection.secrets).items()}


def manifest_of(site: Site, system: str) -> Manifest | None:
    """The manifest of a system, None when its plugin is not installed or is broken."""
    try:
        return site.catalog.system(system).manifest
    except ConfigurationError:
        return None


def _card(site: Site, row: Connection, counts: Sequence[CallCount], flows: int, known: bool) -> ConnectionCard:
    manifest = manifest_of(site, row.system)
    state = "untested" if row.state == "active" and row.checked_at is None else row.state
    person = _logs_in(site, row, manifest)
    if person and not known and row.state != "paused":
        state = "stranger"
    errors = {one.name for one in manifest.windows if one.counts == "errors"} if manifest else set()
    return ConnectionCard(row, manifest, state, [_calls(one, one.window in errors) for one in counts], flows, person)


def _calls(count: CallCount, errors: bool) -> Calls:
    over = count.reset_at <= utcnow()  # a window that is over is full again, though nobody has written that down yet
    used = 0 if over else max(0, count.limit - count.remaining)
    return Calls(count.window, count.limit, used, count.reset_at, errors)
