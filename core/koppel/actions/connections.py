"""Make, test and log in connections, and read their live lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from koppel.actions.drift import field_changes, read_list
from koppel.errors import AuthError, ConfigurationError, KoppelError, TransientError
from koppel.manifest import Setting
from koppel.records import Health
from koppel.site import Site
from koppel.store.models import Choice, Connection, Flow, utcnow

NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,59}$")
_SHOWN = 5


@dataclass(frozen=True)
class Tested:
    """How a test of a connection ended. `field` names the setting that is wrong; `later`: it may just be down;
    `changed` tells which fields are new, gone or different since the lists were last read."""

    ok: bool
    title: str
    message: str
    resolution: str = ""
    field: str = ""
    missing: tuple[str, ...] = ()
    later: bool = False
    changed: tuple[str, ...] = ()


def save_connection(site: Site, name: str, system: str, values: Mapping[str, Any], title: str = "") -> Connection:
    """Make or change a connection. Secrets are sealed apart; an empty secret keeps what was there. What is chosen
    from a list of the other system may stay empty until somebody has logged in there.

    ConfigurationError names the field that is unknown, missing or unreadable."""
    manifest = site.catalog.system(system).manifest
    if not NAME.match(name):
        raise ConfigurationError(
            f"The name {name[:60]!r} cannot be used.", field="name", resolution="Use small letters, digits and hyphens."
        )
    _refuse_unknown(values, manifest.settings, manifest.title)
    secret = {one.name for one in manifest.settings if one.secret}
    with site.db.write() as session:
        row = session.scalar(sa.select(Connection).where(Connection.name == name))
        if row is None:
            row = Connection(name=name, system=system, title="")
            session.add(row)
        kept = site.vault.unseal(row.secrets)
        kept |= {key: str(value) for key, value in values.items() if key in secret and value not in (None, "")}
        row.secrets = site.vault.seal(kept)
        row.settings = {key: value for key, value in values.items() if key not in secret}
        row.title = title or row.title or manifest.title
        _refuse_missing(manifest.settings, {**row.settings, **kept})
        session.flush()
    return row


def test_connection(site: Site, name: str) -> Tested:
    """Log in, read whose administration it is, and say what is wrong in which field; never raises for that."""
    connection = site.connection(name)
    manifest = site.catalog.system(connection.system).manifest
    try:
        opened = site.converse(connection)
        try:
            health = opened.endpoint.check()
            changed = field_changes(site, connection.id, opened.endpoint, manifest)
        finally:
            opened.close()
    except KoppelError as error:
        field = error.field if isinstance(error, ConfigurationError) else ""
        unchosen = _unchosen(manifest.settings, connection.settings).get(field)
        if unchosen is not None:
            return Tested(False, manifest.title, f"{unchosen.label} is not chosen yet.", "Choose it and save.", field)
        if isinstance(error, AuthError):
            _set_state(site, connection.id, "login", error.message)
        elif isinstance(error, TransientError):
            field = field or "base_url"
        later = isinstance(error, TransientError)
        return Tested(False, manifest.title, error.message, error.resolution, field, later=later)
    _remember(site, connection.id, health)
    message = " ".join(filter(None, (_verdict(manifest.title, health), _changes(changed))))
    return Tested(health.ok, manifest.title, message, missing=health.missing, changed=changed)


def refresh_choices(site: Site, name: str) -> dict[str, int]:
    """Read all live lists of a connection anew; returns how many rows each has. Raises as a test does.

    While something has yet to be chosen from one of the lists, those that depend on it are left out."""
    connection = site.connection(name)
    manifest = site.catalog.system(connection.system).manifest
    counts: dict[str, int] = {}
    unchosen = _unchosen(manifest.settings, connection.settings)
    opened = site.converse(connection)
    try:
        for resource in manifest.resources:
            if resource.list:
                try:
                    counts[resource.name] = _read_list(site, connection.id, opened.endpoint, resource.name)
                except ConfigurationError as error:
                    if error.field not in unchosen:
                        raise
    finally:
        opened.close()
    return counts


def set_paused(site: Site, name: str, paused: bool, by: str = "") -> None:
    """Pause or resume a connection; its flows rest meanwhile and lose nothing."""
    connection = site.connection(name)
    note = f"Paused by {by}." if paused and by else ""
    _set_state(site, connection.id, "paused" if paused else "active", note)


def logged_in(site: Site, connection_id: int) -> None:
    """A person has logged in again: the connection works, and its resting flows are due at once."""
    _set_state(site, connection_id, "active", "")
    with site.db.write() as session:
        theirs = sa.or_(Flow.source_id == connection_id, Flow.target_id == connection_id)
        session.execute(sa.update(Flow).where(theirs, Flow.schedule != "").values(due_at=utcnow()))


def _read_list(site: Site, connection_id: int, endpoint: Any, name: str) -> int:
    rows = read_list(endpoint, name)
    with site.db.write() as session:
        session.execute(sa.delete(Choice).where(Choice.connection_id == connection_id, Choice.list == name))
        session.add_all(
            Choice(connection_id=connection_id, list=name, code=code[:120], title=title[:255])
            for code, title in rows.items()
        )
    return len(rows)


def _remember(site: Site, connection_id: int, health: Health) -> None:
    with site.db.write() as session:
        row = session.get_one(Connection, connection_id)
        row.administration, row.checked_at = health.administration[:255], utcnow()
        if row.state == "login":
            row.state, row.note = "active", ""


def _set_state(site: Site, connection_id: int, state: str, note: str) -> None:
    with site.db.write() as session:
        row = session.get_one(Connection, connection_id)
        row.state, row.note = state, note


def _verdict(title: str, health: Health) -> str:
    if health.missing:
        return f"{title} answers as {health.administration}, but something is missing: {'; '.join(health.missing)}."
    return f"Connected to {title} as {health.administration or health.title}."


def _changes(changed: tuple[str, ...]) -> str:
    """The first few changes of fields as a sentence; the rest are counted."""
    if not changed:
        return ""
    rest = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
    return f"Fields changed since its lists were last read: {'; '.join(changed[:_SHOWN])}{rest}."


def _refuse_unknown(values: Mapping[str, Any], settings: tuple[Setting, ...], title: str) -> None:
    known = [one.name for one in settings]
    for name in values:
        if name not in known:
            raise ConfigurationError(
                f"{title} has no setting called {name!r}.", field=name, resolution=f"It knows: {', '.join(known)}."
            )


def _unchosen(settings: tuple[Setting, ...], values: Mapping[str, Any]) -> dict[str, Setting]:
    """What must still be chosen from a list of the other system, by name."""
    return {
        one.name: one
        for one in settings
        if one.required and one.choices_from and not one.default and values.get(one.name) in (None, "")
    }


def _refuse_missing(settings: tuple[Setting, ...], values: Mapping[str, Any]) -> None:
    for one in settings:
        if one.required and values.get(one.name) in (None, "") and not one.default and not one.choices_from:
            raise ConfigurationError(f"{one.label} is empty.", field=one.name, resolution=one.help or "Fill it in.")
