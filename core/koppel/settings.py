"""A connection's settings as a connector reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from koppel.errors import ConfigurationError

_TRUE = {"1", "true", "yes", "on", "ja"}


class Settings(Mapping[str, Any]):
    """Read-only values by name, with defaults from the manifest filled in; `repr` hides every value."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Settings({', '.join(sorted(self._values))})"

    def text(self, name: str, default: str = "") -> str:
        """The value as text, without surrounding blanks."""
        value = self._values.get(name)
        return default if value is None or value == "" else str(value).strip()

    def need(self, name: str) -> str:
        """The value as text; ConfigurationError naming the field when it is empty."""
        value = self.text(name)
        if not value:
            raise ConfigurationError(f"The setting {name} is empty.", field=name)
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """The value as yes or no."""
        value = self.text(name)
        return default if not value else value.lower() in _TRUE

    def number(self, name: str, default: int = 0) -> int:
        """The value as a whole number; ConfigurationError naming the field when it is none."""
        value = self.text(name)
        try:
            return int(value) if value else default
        except ValueError:
            raise ConfigurationError(f"The setting {name} must be a whole number, not {value!r}.", field=name) from None
