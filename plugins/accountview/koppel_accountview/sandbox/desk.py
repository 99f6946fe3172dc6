"""The way in: who calls, for which company, for which fiscal year, and whether AccountView is there at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from koppel_accountview.sandbox.errors import AccountViewError, PageError, PortalError
from koppel_accountview.sandbox.oauth.tokens import Ticket
from koppel_accountview.sandbox.schema import BusinessObject, Dictionary, Table
from koppel_accountview.sandbox.store.installation import Administration, Company, Installation
from koppel_accountview.sandbox.store.records import Records
from koppel_accountview.sandbox.switches import Switches
from koppel_accountview.sandbox.web import Call


@dataclass
class Desk:
    """One admitted call: the company and the administration it works in."""

    installation: Installation
    company: Company
    administration: Administration
    business_object: BusinessObject

    @property
    def switches(self) -> Switches:
        """The simulator's options."""
        return self.installation.switches

    @property
    def dictionary(self) -> Dictionary:
        """The installation's dictionary."""
        return self.installation.dictionary

    @property
    def table(self) -> Table:
        """The base table of the business object."""
        return self.dictionary.tables[self.business_object.table]

    @property
    def now(self) -> str:
        """The administration's wall clock as a date-time value."""
        return self.installation.local_now().isoformat()

    def records(self, table: str) -> Records:
        """The stored rows of a table in this administration."""
        return self.administration.tables[table]


def bearer(installation: Installation, call: Call, scope: str = "") -> Ticket:
    """The living token of the call; 401 without one, 403 when it lacks `scope`."""
    kind, _, value = call.header("Authorization").partition(" ")
    ticket = installation.logins.access.get(value.strip())
    if kind.lower() != "bearer" or ticket is None or not ticket.alive(installation.clock.now()):
        raise PortalError(401, "Authorization has been denied for this request.", {"WWW-Authenticate": "Bearer"})
    if scope and ticket.scope != "*" and scope not in ticket.scope.split():
        raise AccountViewError("De applicatie heeft geen toestemming voor deze bewerking.", 403)
    return ticket


def visible(installation: Installation) -> list[Company]:
    """The companies that the consenting user has access to."""
    hidden = {code.strip().upper() for code in installation.switches.hidden_companies.split(",")}
    return [one for one in installation.companies if one.code.upper() not in hidden]


def company_of(installation: Installation, call: Call) -> Company:
    """The company named in x-company by its Id (reference: 1.5 Request headers)."""
    wanted = call.header("x-company")
    if not wanted:
        raise AccountViewError("De onderneming ontbreekt: header x-company is verplicht.")
    company = next((one for one in visible(installation) if one.id == wanted), None)
    if company is None:
        raise AccountViewError(f"Onderneming '{wanted[:40]}' is onbekend of u heeft er geen toegang toe.")
    if installation.switches.misrouted_to and installation.writes >= installation.switches.misrouted_after:
        company = next(one for one in installation.companies if one.code == installation.switches.misrouted_to)
    if installation.switches.offline or company.offline:
        raise _offline(installation.switches)
    return company


def _offline(switches: Switches) -> Exception:
    if switches.offline_answer in ("html", "timeout"):
        return PageError(502, "Bad Gateway") if switches.offline_answer == "html" else PageError(504, "Gateway Timeout")
    status = 200 if switches.offline_answer == "error_200" else 503
    return AccountViewError("De communicatieservice van AccountView is niet bereikbaar.", status)


def object_of(installation: Installation, code: str) -> BusinessObject:
    """The business object with this code, in any letter case."""
    if not code:
        raise AccountViewError("Parameter BusinessObject ontbreekt.")
    found = installation.dictionary.objects.get(code.strip().upper())
    if found is None:
        raise AccountViewError(f"Bedrijfsobject '{code[:40]}' bestaat niet.")
    return found


def sit_down(installation: Installation, company: Company, code: str, book_date: str) -> Desk:
    """The administration that `book_date` picks, in a state to be read."""
    business_object = object_of(installation, code)
    year = _year(book_date)
    administration = company.administration(year, installation.local_now())
    if administration is None:
        raise AccountViewError(f"Boekjaar {year or ''} bestaat niet in onderneming {company.code}.")
    if administration.locked_by:
        who = administration.locked_by
        raise AccountViewError(f"Administratie {administration.code} is geblokkeerd door gebruiker {who}.")
    if administration.archived:
        raise AccountViewError(f"Administratie {administration.code} is gearchiveerd.")
    return Desk(installation, company, administration, business_object)


def _year(book_date: str) -> int | None:
    if not book_date.strip():
        return None
    found = re.match(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?:$|T)", book_date.strip())
    if found is None:
        raise AccountViewError("BookDate is geen geldige datum.")
    return int(found.group(1))
