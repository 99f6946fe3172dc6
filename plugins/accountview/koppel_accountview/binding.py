"""Whose books are written in: proved before a write, and again after a minute, by asking AccountView itself."""

from __future__ import annotations

import time
from collections.abc import Sequence

from koppel import ConfigurationError

from koppel_accountview.answers import Row
from koppel_accountview.client import Ask, Client
from koppel_accountview.companies import Company
from koppel_accountview.dictionary import Dictionary

_SECONDS = 60.0
_HEADER = Ask("CMP1", "COMP_HDR", size=5)


class Binding:
    """The company of the connection against the company that answers (reference: 4.6, companies)."""

    def __init__(self, client: Client, dictionary: Dictionary) -> None:
        self._client, self._dictionary = client, dictionary
        self._proved_at: float | None = None

    def prove(self) -> None:
        """ConfigurationError when another company answers than the one that the connection is for.

        An installation that does not open its company's record proves nothing; the header alone decides there."""
        if self._proved_at is not None and time.monotonic() - self._proved_at < _SECONDS:
            return
        rows = self._client.read(_HEADER) if self._dictionary.may("CMP1", "read") else []
        company = self._client.company()
        if rows and not any(_is(company, row) for row in rows):
            raise _another(company, rows)
        self._proved_at = time.monotonic()


def _is(company: Company, row: Row) -> bool:
    code, name = (str(row.get(field) or "").strip().casefold() for field in ("COMP_ID", "COMP_DESC"))
    return code in (company.code.casefold(), company.id.casefold()) or name == company.name.casefold()


def _another(company: Company, rows: Sequence[Row]) -> ConfigurationError:
    there = f"{rows[0].get('COMP_DESC') or ''} ({rows[0].get('COMP_ID') or ''})".strip()
    return ConfigurationError(
        f"AccountView answers as {there}, while this connection works in {company.label}; nothing was written.",
        field="company",
        cause="accountview.other_company",
        resolution="Test the connection and choose the company anew; ask whoever keeps AccountView.net if it stays so.",
    )
