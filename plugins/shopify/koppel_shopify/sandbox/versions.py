"""Which API versions there are, and which one answers when another is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from koppel_shopify.sandbox.switches import Switches

FIRST_IDEMPOTENT = "2026-01"
IDEMPOTENT_REQUIRED = "2026-04"
_QUARTERS = ("01", "04", "07", "10")
_HANDLE = re.compile(r"\d{4}-(01|04|07|10)\Z")


def next_quarter(handle: str) -> str:
    """The version that follows `handle` (reference: section 1)."""
    year, month = handle.split("-")
    place = _QUARTERS.index(month) + 1
    return f"{int(year) + 1}-01" if place == len(_QUARTERS) else f"{year}-{_QUARTERS[place]}"


@dataclass(frozen=True)
class Versions:
    """The versions of one shop."""

    oldest: str
    latest: str

    @classmethod
    def of(cls, switches: Switches) -> Versions:
        """As the switches say; ValueError when these are no versions."""
        for handle in (switches.oldest_version, switches.latest_version):
            if not _HANDLE.match(handle):
                raise ValueError(f"{handle!r} is not an API version like '2026-10'")
        return cls(switches.oldest_version, switches.latest_version)

    @property
    def candidate(self) -> str:
        """The release candidate."""
        return next_quarter(self.latest)

    def stable(self) -> list[str]:
        """All supported stable versions, oldest first."""
        found = [self.oldest]
        while found[-1] < self.latest:
            found.append(next_quarter(found[-1]))
        return found

    def served(self, asked: str) -> str | None:
        """The version that answers `asked`: itself, the oldest one for an outdated one, None when it never was."""
        if asked == "unstable":
            return asked
        if not _HANDLE.match(asked) or asked > self.candidate:
            return None
        return max(asked, self.oldest)


def behaves_as(version: str) -> str:
    """The version to compare with for behaviour; `unstable` counts as newer than all."""
    return "9999-01" if version == "unstable" else version
