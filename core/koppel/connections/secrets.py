"""Stored secrets: encrypted with keys that are never in the database, and rotatable."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from koppel.connections.redaction import HIDDEN, Redactor, redact
from koppel.errors import ConfigurationError
from koppel.store.db import dumps, loads

__all__ = ["HIDDEN", "Redactor", "Vault", "redact"]

_SEPARATORS = re.compile(r"[\s,]+")


class Vault:
    """Seals and opens stored secrets. The first key seals; every key may open, so that keys can be rotated."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise _no_key("There is no key to keep passwords with.")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise _no_key(
                "The key to keep passwords with is damaged: it must be 32 bytes in URL-safe base64."
            ) from None

    def __repr__(self) -> str:
        return "Vault()"

    @classmethod
    def open(cls, key_file: Path, env: str | None) -> Self:
        """The vault with the keys of `env` (comma separated, newest first), else those of the key file.

        ConfigurationError when there is neither, or the file cannot be read."""
        keys = _split(env or "")
        if keys:
            return cls(keys)
        try:
            return cls(_split(key_file.read_text(encoding="ascii")))
        except FileNotFoundError:
            raise _no_key(f"The key file {key_file} is not there, so stored passwords cannot be read.") from None
        except (OSError, UnicodeDecodeError) as error:
            raise _no_key(f"The key file {key_file} cannot be read: {error}.") from None

    @classmethod
    def create(cls, key_file: Path) -> Self:
        """The vault of this key file; a missing file is made with a new key, readable by its owner only.

        Of two processes that make it at the same moment one wins and both use its key."""
        if not key_file.exists():
            key_file.parent.mkdir(parents=True, exist_ok=True)
            _write_private(key_file, Fernet.generate_key())
        return cls.open(key_file, None)

    def seal(self, values: Mapping[str, Any]) -> str:
        """These values as encrypted text."""
        return self.seal_text(dumps(dict(values)))

    def unseal(self, text: str) -> dict[str, Any]:
        """The values sealed in `text`; empty text gives none. ConfigurationError when no key fits."""
        opened = self.unseal_text(text)
        return dict(loads(opened)) if opened else {}

    def seal_text(self, text: str) -> str:
        """This text encrypted; empty text stays empty."""
        return self._fernet.encrypt(text.encode()).decode("ascii") if text else ""

    def unseal_text(self, text: str) -> str:
        """The text sealed in `text`; empty text stays empty. ConfigurationError when no key fits."""
        if not text:
            return ""
        try:
            return self._fernet.decrypt(text.encode()).decode()
        except InvalidToken:
            raise _wrong_key() from None

    def rotate(self, text: str) -> str:
        """The same secret sealed with the newest key. ConfigurationError when no key fits."""
        if not text:
            return ""
        try:
            return self._fernet.rotate(text.encode()).decode("ascii")
        except InvalidToken:
            raise _wrong_key() from None


def _split(text: str) -> list[str]:
    return [key for key in _SEPARATORS.split(text) if key]


def _write_private(key_file: Path, key: bytes) -> None:
    partial = key_file.with_name(f".{key_file.name}.{uuid4().hex}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, key_file)  # unlike a rename this never replaces the key another process just made
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _no_key(message: str) -> ConfigurationError:
    return ConfigurationError(
        message,
        field="secret_key",
        cause="secret_key",
        resolution="Set KOPPEL_SECRET_KEY, or put back the key file of the backup. A new key reads no old passwords.",
    )


def _wrong_key() -> ConfigurationError:
    return ConfigurationError(
        "The stored passwords cannot be read with this key: they were stored with another one.",
        field="secret_key",
        cause="secret_key",
        resolution="Set the earlier key, behind a comma after the new one, in KOPPEL_SECRET_KEY or the key file;"
        " or fill in the passwords of each connection again.",
    )
