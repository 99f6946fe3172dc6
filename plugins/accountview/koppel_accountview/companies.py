"""Which company is talked to: by id, code or name, and only one that the login may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koppel import ConfigurationError, TransientError


@dataclass(frozen=True, slots=True)
class Company:
    """A company with its administrations, one per fiscal year. `id` goes into the x-company header
    (reference: 1.5 Request headers), `code` and `name` are what people know."""

    id: str
    code: str
    name: str

    @property
    def label(self) -> str:
        """As an operator's sentence names it."""
        return f"{self.name} ({self.code or self.id})"


def read_companies(body: Any) -> tuple[Company, ...]:
    """The bare array of companies as values."""
    rows = body if isinstance(body, list) else [body] if isinstance(body, Mapping) else None
    if rows is None or not all(isinstance(row, Mapping) for row in rows):
        raise _unreadable()
    made = [_company({str(key).lower(): value for key, value in row.items()}) for row in rows]
    if made and not any(one.id for one in made):
        raise _unreadable()
    return tuple(one for one in made if one.id)


def _unreadable() -> TransientError:
    return TransientError("AccountView gave a list of companies that cannot be read.", cause="answer.damaged")


def choose(companies: Sequence[Company], wanted: str) -> Company:
    """The company with this id or code, else with this name. ConfigurationError when it is none or several."""
    key = wanted.strip().casefold()
    found = [one for one in companies if key in (one.id.casefold(), one.code.casefold())]
    found = found or [one for one in companies if key == one.name.casefold()]
    if len(found) == 1:
        return found[0]
    known = ", ".join(one.label for one in companies) or "none"
    if not found:
        message = f"This login of AccountView has no company {wanted!r}; it may see: {known}."
    else:
        message = f"{wanted!r} is the id or code of several companies: {', '.join(one.label for one in found)}."
    raise ConfigurationError(
        message,
        field="company",
        cause="accountview.company",
        resolution="Open the connection and choose the company from the list.",
    )


def _company(row: Mapping[str, Any]) -> Company:
    def text(name: str) -> str:
        value = row.get(name)
        return "" if value is None else str(value).strip()

    return Company(text("id"), text("code"), text("description"))
