"""Who may enter, and what each role may see and change."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask import Flask
from flask_login import LoginManager, UserMixin  # type: ignore[import-untyped]
from koppel.site import Site
from koppel.store.models import User, utcnow

EVERYBODY = frozenset({"owner", "admin", "bookkeeper", "operator", "viewer"})
REPAIRERS = frozenset({"owner", "admin", "bookkeeper", "operator"})
DECIDERS = frozenset({"owner", "admin", "bookkeeper"})
KEEPERS = frozenset({"owner", "admin"})

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex(16))
_SEEN_EVERY = timedelta(minutes=5)


class Person(UserMixin):  # type: ignore[misc]
    """Somebody who is logged in."""

    def __init__(self, user: User) -> None:
        self.key = user.session_key
        self.email, self.role = user.email, user.role
        self.title = user.name or user.email

    def get_id(self) -> str:
        """What the session remembers; it changes when all sessions of this person must end."""
        return self.key


def check_password(site: Site, email: str, password: str) -> Person | None:
    """The person with this address and password; as slow for an unknown address as for a known one."""
    with site.db.read() as session:
        user = session.scalar(sa.select(User).where(User.email == email.strip().lower(), User.active.is_(True)))
    if not _fits(user.password if user else _NOBODY, password) or user is None:
        return None
    _seen(site, user)
    return Person(user)


def session_secret(site: Site) -> bytes:
    """The key that signs session cookies, derived from the installation's own, so that a restart ends no session."""
    config = site.config
    key = config.secret_key or config.key_file.read_text(encoding="ascii")
    return hmac.digest(key.split(",")[0].strip().encode(), b"koppel back-office session", hashlib.sha256)


def install(app: Flask, site: Site) -> None:
    """Let the app know who is logged in."""
    manager = LoginManager()
    manager.session_protection = "basic"

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(key: str) -> Person | None:
        with site.db.read() as session:
            user = session.scalar(sa.select(User).where(User.session_key == key, User.active.is_(True)))
        if user is None:
            return None
        if user.last_seen_at is None or utcnow() - user.last_seen_at > _SEEN_EVERY:
            _seen(site, user)
        return Person(user)

    manager.init_app(app)


def _fits(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False


def _seen(site: Site, user: User) -> None:
    with site.db.write() as session:
        session.execute(sa.update(User).where(User.id == user.id).values(last_seen_at=utcnow()))
