"""What the simulated service holds: companies, their administrations per fiscal year, and the logins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from koppel.testing.sandbox import Clock
from koppel_accountview.sandbox.oauth.tokens import Logins
from koppel_accountview.sandbox.schema import Dictionary
from koppel_accountview.sandbox.store.records import Records
from koppel_accountview.sandbox.switches import Switches

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Settings:
    """What the bookkeeper chose in one administration."""

    gross_prices: bool = False
    """Orders are entered with prices that include VAT."""
    price_decimals: int = 2
    """Decimals of a unit price."""
    first_debtor: int = 10001
    """The number the first automatically numbered relation gets."""
    first_order: int = 2600001
    """The number the first order gets."""
    closed_periods: str = ""
    """Periods of the year, with commas, in which nothing may be booked any more."""
    user: str = "BEHEER"
    """The AccountView user behind the connection."""


@dataclass
class Administration:
    """One fiscal year of a company; a closed one can be read, a locked or archived one cannot."""

    code: str
    description: str
    year: int
    tables: dict[str, Records]
    closed: bool = False
    archived: bool = False
    locked_by: str = ""
    locked_at: str | None = None
    last_record_id: int = 0
    settings: Settings = field(default_factory=Settings)

    def next_record_id(self) -> str:
        """A new unique record code of ten characters."""
        self.last_record_id += 1
        rest, text = self.last_record_id, ""
        while rest:
            rest, digit = divmod(rest, 36)
            text = _DIGITS[digit] + text
        return "_" + text.rjust(9, "0")


@dataclass
class Company:
    """A company (onderneming); `offline` when its on-premise side does not answer."""

    id: str
    code: str
    description: str
    administrations: list[Administration]
    coc_number: str = ""
    vat_number: str = ""
    offline: bool = False

    def administration(self, year: int | None, today: datetime) -> Administration | None:
        """The administration of `year`; of None the current one: this year's, else the newest before it."""
        if year is not None:
            return next((one for one in self.administrations if one.year == year), None)
        ordered = sorted(self.administrations, key=lambda one: one.year)
        return next((one for one in reversed(ordered) if one.year <= today.year), ordered[0] if ordered else None)


@dataclass
class Installation:
    """Everything together, with the clock and switches that every handler needs."""

    switches: Switches
    clock: Clock
    dictionary: Dictionary
    logins: Logins
    companies: list[Company]
    custom: dict[str, dict[str, dict[str, object] | None]] = field(default_factory=dict)
    """Fields by table that this installation has more than the standard, or (None) lacks."""
    objects: Mapping[str, Mapping[str, object] | None] = field(default_factory=dict)
    """Business objects that have another code or other rights here, or (None) are not there."""
    writes: int = 0
    """Stored writes since the start."""

    def local_now(self) -> datetime:
        """The wall clock of the computer AccountView runs on, without a zone."""
        return self.clock.now().astimezone(ZoneInfo(self.switches.time_zone)).replace(tzinfo=None, microsecond=0)
