"""Whose books are written in: proved before every write, by asking AccountView itself."""

from __future__ import annotations

from koppel import ConfigurationError

from koppel_accountview.answers import Row
from koppel_accountview.client import Ask, Client
from koppel_accountview.companies import Company
from koppel_accountview.dictionary import Dictionary

_HEADER = Ask("CMP1", "COMP_HDR", fields=("COMP_ID", "COMP_DESC"), size=100)
_YEARS = Ask("ADL", "ADM_LIST", fields=("ADM_CODE",), size=100, system=True)


class Binding:
    """The company of the connection against the company that answers (reference: 4.6, companies).

    The x-company header asks for a company on every call, but nothing in an answer says which one gave it, and a
    write cannot be taken back. So a small question goes before each write, and before what was read is used."""

    def __init__(self, client: Client, dictionary: Dictionary) -> None:
        self._client, self._dictionary = client, dictionary
        self._years: frozenset[str] = frozenset()

    def prove(self) -> None:
        """ConfigurationError when another company answers than the one that the connection is for.

        An installation that does not open its company's record is known by its administrations: they must be
        those that answered first in this conversation. One that opens neither proves nothing."""
        if self._dictionary.may(_HEADER.object, "read"):
            rows = self._client.read(_HEADER)
            if rows and not any(_is(self._client.company(), row) for row in rows):
                raise _another(self._client.company(), f"{rows[0].get('COMP_DESC') or ''} ({rows[0].get('COMP_ID') or ''})".strip())
        elif self._dictionary.may(_YEARS.object, "read"):
            self._same_years()

    def _same_years(self) -> None:
        now = frozenset(str(row.get("ADM_CODE") or "").strip() for row in self._client.read(_YEARS)) - {""}
        self._years = self._years or now
        if now and not now & self._years:
            raise _another(self._client.company(), f"a company with the administration {min(now)}")


def _is(company: Company, row: Row) -> bool:
    code, name = (str(row.get(field) or "").strip().casefold() for field in ("COMP_ID", "COMP_DESC"))
    return code in (company.code.casefold(), company.id.casefold()) or name == company.name.casefold()


def _another(company: Company, there: str) -> ConfigurationError:
    return ConfigurationError(
        f"AccountView answers as {there}, while this connection works in {company.label}; nothing was written.",
        field="company",
        cause="accountview.other_company",
        resolution="Test the connection and choose the company anew; ask whoever keeps AccountView.net if it stays so.",
    )
