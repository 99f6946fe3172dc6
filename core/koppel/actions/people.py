"""Who may enter the back-office."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from argon2 import PasswordHasher

from koppel.errors import ConfigurationError
from koppel.site import Site
from koppel.store.models import User

_HASHER = PasswordHasher()


@dataclass(frozen=True)
class NewUser:
    """A user just made, with the password that is shown once."""

    email: str
    password: str


def first_admin(site: Site, email: str) -> NewUser | None:
    """Make the first administrator; None when there is somebody already."""
    with site.db.read() as session:
        if session.scalar(sa.select(sa.func.count(User.id))):
            return None
    return add_user(site, email, "owner")


def add_user(site: Site, email: str, role: str, password: str = "") -> NewUser:
    """Make a user; without `password` a good one is made. ConfigurationError when the address is taken or is none."""
    email = readable(email)
    password = password or secrets.token_urlsafe(12)
    with site.db.write() as session:
        if session.scalar(sa.select(User).where(User.email == email)):
            raise ConfigurationError(
                f"There is a user {email} already.", field="email", resolution="Choose another address."
            )
        session.add(
            User(
                email=email,
                role=role,
                password=_HASHER.hash(password),
                session_key=secrets.token_hex(32),
                name=email.partition("@")[0],
            )
        )
    return NewUser(email, password)


def readable(email: str) -> str:
    """An address as it is kept; ConfigurationError when it is none."""
    email = email.strip().lower()
    if "@" not in email or len(email) > 255:
        raise ConfigurationError(
            f"{email[:60]!r} is no e-mail address.", field="email", resolution="Write one such as name@example.nl."
        )
    return email
