"""The site's own settings: environment first, then koppel.toml, then what is sensible."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from koppel.errors import ConfigurationError


@dataclass(frozen=True)
class Config:
    """Where this site lives. Each name is a key in koppel.toml and, as KOPPEL_NAME, in the environment.

    `home` holds database, key and logs; `database_url` empty means SQLite in `home`; `host` and `port` are
    the back-office's; `secret_key` encrypts stored passwords and is better kept in the environment; `vies_url` is where VAT numbers are checked."""

    home: Path = field(default_factory=lambda: Path("var/koppel"))
    database_url: str = ""
    secret_key: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    language: str = "en"
    time_zone: str = "Europe/Amsterdam"
    vies_url: str = "https://ec.europa.eu/taxation_customs/vies/rest-api"

    @property
    def url(self) -> str:
        """The database URL, SQLite in `home` when none is given."""
        return self.database_url or f"sqlite:///{(self.home / 'koppel.db').resolve()}"

    @property
    def key_file(self) -> Path:
        """Where the encryption key is kept when it is not in the environment."""
        return self.home / "koppel.key"


def read_config(home: Path | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """The settings of this site. Raises ConfigurationError for an unknown name, with the nearest known one."""
    env = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    named = env.get("KOPPEL_CONFIG")
    file = Path(named or ((home or Path(env.get("KOPPEL_HOME") or ".")) / "koppel.toml"))
    if named or file.exists():
        values |= _known(_toml(file), str(file))
    values |= _known(
        {
            name[7:].lower(): value
            for name, value in env.items()
            if name.startswith("KOPPEL_") and name != "KOPPEL_CONFIG"
        },
        "the environment",
        prefix="KOPPEL_",
    )
    if home is not None:
        values["home"] = home
    return _typed(values)


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"The settings file {file} cannot be read: {error.strerror}.",
            resolution="Correct KOPPEL_CONFIG, or the rights of the file.",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{file} cannot be read: {error}.", resolution="Correct that line, or move the file away."
        ) from None


def _known(values: Mapping[str, Any], where: str, prefix: str = "") -> dict[str, Any]:
    names = [one.name for one in fields(Config)]

    def shown(text: str) -> str:
        return prefix + text.upper() if prefix else text

    for name in values:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            hint = f"Did you mean {shown(near[0])}?" if near else f"Known: {', '.join(map(shown, names))}."
            raise ConfigurationError(f"There is no setting {shown(name)} (in {where}).", field=name, resolution=hint)
    return dict(values)


def _typed(values: dict[str, Any]) -> Config:
    for name, value in values.items():
        if name != "port" and not isinstance(value, (str, Path)):
            raise _wrong(name, value, f'Write it between quotes: {name} = "{value}".')
    if "home" in values:
        values["home"] = Path(values["home"]).expanduser()
    if "port" in values:
        values["port"] = _port(values["port"])
    if "time_zone" in values:
        _refuse_unknown_zone(values["time_zone"])
    return Config(**values)


def _port(value: Any) -> int:
    try:
        port = int(value)
    except (TypeError, ValueError):
        port = 0
    if not 0 < port < 65536 or isinstance(value, (bool, float)):
        raise _wrong("port", value, "Write a whole number from 1 to 65535, such as 8000.")
    return port


def _refuse_unknown_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = difflib.get_close_matches(name, sorted(available_timezones()), 1)
        raise _wrong("time_zone", name, f"Did you mean {near[0]}?" if near else "Write one such as Europe/Amsterdam.") from None


def _wrong(name: str, value: Any, resolution: str) -> ConfigurationError:
    shown = name.replace("_", " ")
    return ConfigurationError(f"The {shown} cannot be {value!r}.", field=name, resolution=resolution)
