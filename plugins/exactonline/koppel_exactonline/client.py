"""Exact Online's way of asking: addresses with the division in them, pages, bodies and what comes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import simplejson
from koppel import ConfigurationError, PluginError, RejectedError, Settings, TransientError
from koppel.connections.http import call, read_json

from koppel_exactonline import odata
from koppel_exactonline.codes import written
from koppel_exactonline.dates import wall_clock
from koppel_exactonline.errors import TITLE, TOO_LONG, refusal
from koppel_exactonline.names import named
from koppel_exactonline.paging import Chain

Row = dict[str, Any]

_DIVISION_FIELDS = ("Code", "Description", "BlockingStatus", "DivisionMoveDate", "DivisionHRLinkUnlinkDate")
_KEYS = ("ID", "OrderID", "InvoiceID", "EntryID", "StockCountID")
_DIVISION = re.compile(r"/api/v1/(\d+)/", re.ASCII)

_ASK = {"Accept": "application/json"}
_SEND = {**_ASK, "Content-Type": "application/json; charset=utf-8", "Prefer": "return=representation"}


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of one page, the address of the next (empty: none), and the service's own time."""

    rows: list[Row]
    next: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class ExactClient:
    """One conversation with one administration. Calls are made one after the other, as the service wants."""

    def __init__(self, settings: Settings, http: httpx.Client, language: Callable[[], str] = lambda: "en") -> None:
        self.settings = settings
        self.http = http
        self.language = language
        self._proven = False
        self._division: Row | None = None
        self._most = odata.MOST_TERMS

    @property
    def division(self) -> int:
        """The administration of the settings. ConfigurationError when it is no number."""
        text = self.settings.need("division")
        if not (text.isascii() and text.isdigit()) or len(text) > 10:
            raise ConfigurationError(
                f"The administration must be a number, not {text!r}.", field="division",
                resolution="Choose the administration from the list on the connection's page.",
            )  # fmt: skip
        return int(text)

    def page(self, entity: str, select: Sequence[str], where: str = "", *, base: str = "", **more: str) -> Answer:
        """The first page of a list."""
        return self.follow(odata.address(base or self.path(entity), select, where, **more), entity)

    def follow(self, url: str, entity: str) -> Answer:
        """The page at this address."""
        response = call(self.http, "GET", url, headers=_ASK)
        if response.status_code != 200:
            raise refusal(response, entity, writing=False, language=self.language())
        answer = _inside(read_json(response, TITLE), entity)
        rows = answer.get("results") if isinstance(answer, dict) and "results" in answer else answer
        if isinstance(rows, dict):
            rows = [rows]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise TransientError(f"{TITLE} gave a list of {named(entity)} that cannot be read.", cause="answer.damaged")
        further = answer.get("__next") if isinstance(answer, dict) else None
        return Answer(rows, self._own(further, entity), _server_time(response))

    def rows(self, entity: str, select: Sequence[str], where: str = "", *, base: str = "", **more: str) -> list[Row]:
        """Every row of a list, all its pages."""
        url = odata.address(base or self.path(entity), select, where, **more)
        chain, found = Chain(entity), list[Row]()
        while url:
            answer = self.follow(url, entity)
            chain.take(url, answer.rows, answer.next)
            found.extend(answer.rows)
            url = answer.next
        return found

    def rows_where(
        self, entity: str, select: Sequence[str], name: str, literals: Iterable[str], also: str = ""
    ) -> list[Row]:
        """Every row whose field `name` has one of these literals, in as few calls as the address allows.

        `also` is a further condition that all rows must meet."""
        return self.rows_any(entity, select, [f"{name} eq {literal}" for literal in literals], also)

    def rows_any(self, entity: str, select: Sequence[str], terms: Iterable[str], also: str = "") -> list[Row]:
        """Every row that meets one of these terms, in as few calls as the address allows; a row may come twice."""
        left, found = list(dict.fromkeys(terms)), list[Row]()
        while left:
            group = next(odata.portions(self.path(entity), select, left, self._most))
            where = " or ".join(group)
            try:
                found.extend(self.rows(entity, select, f"({where}) and {also}" if also else where))
            except PluginError as error:
                if len(group) == 1 or error.cause != TOO_LONG:
                    raise
                self._most = max(1, len(group) // 2)  # learned for the rest of the conversation: refusals are counted
                continue
            left = left[len(group) :]
        return found

    def content(self, url: str) -> bytes:
        """The bytes at a page of the service's own, such as a picture; empty when it has none."""
        response = call(self.http, "GET", self._own(url, "pictures"))
        return response.content if response.status_code == 200 else b""

    def create(self, entity: str, fields: Mapping[str, Any]) -> Row:
        """Make a record; gives what came back, which may be little more than its id."""
        self.prove_division()
        response = call(self.http, "POST", self.path(entity), headers=_SEND, content=_body(entity, fields))
        if response.status_code not in (200, 201):
            raise refusal(response, entity, writing=True, language=self.language())
        row = _inside(read_json(response, TITLE), entity)
        if not isinstance(row, dict):
            raise TransientError(f"{TITLE} made one of the {named(entity)} without saying which.", cause="answer.damaged")
        self._prove_written(entity, row)
        return row

    def change(self, entity: str, key: str, fields: Mapping[str, Any]) -> None:
        """Change these fields of a record; the others stay."""
        self.prove_division()
        if not odata.is_guid(key):
            raise RejectedError(f"{key[:60]!r} is no id of {TITLE}.", cause="id", resolution="Remove the link of this record.")
        url = f"{self.path(entity)}({odata.guid(key)})"
        response = call(self.http, "PUT", url, headers=_SEND, content=_body(entity, fields))
        if response.status_code not in (200, 201, 204):
            raise refusal(response, entity, writing=True, language=self.language())

    def remove(self, entity: str, key: str) -> None:
        """Delete a record; one that is gone already is fine."""
        self.prove_division()
        url = f"{self.path(entity)}({odata.guid(key)})"
        response = call(self.http, "DELETE", url, headers=_ASK)
        if response.status_code not in (200, 204, 404):
            raise refusal(response, entity, writing=True, language=self.language())

    def prove_division(self) -> None:
        """Before the first write of a conversation: the administration exists, is ours, and is not locked."""
        if self._proven:
            return
        mine = self.division_row()
        if mine.get("BlockingStatus"):
            self._division = None  # it may be over the next time
            raise TransientError(f"Administration {self.division} is locked for a backup or conversion.", retry_after=900)
        self._proven = True

    def division_row(self) -> Row:
        """What the service says of our administration, asked once. ConfigurationError when this login may not work in it."""
        if self._division is None:
            rows = self.rows("system/Divisions", _DIVISION_FIELDS, f"Code eq {self.division}")
            self._division = next((row for row in rows if str(row.get("Code")) == str(self.division)), None)
        if self._division is None:
            raise ConfigurationError(
                f"Administration {self.division} is not among those {TITLE} lets this login work in; nothing was written.",
                field="division",
                resolution="Choose the administration again, or log in and tick it.",
            )
        return self._division

    def _prove_written(self, entity: str, row: Row) -> None:
        """What came back was made in our administration: it says so itself, or its address does, or it is read back."""
        there = row.get("Division") or _division_in(row)
        if not there:
            key = next((row[name] for name in _KEYS if odata.is_guid(row.get(name))), "")
            back = self.follow(odata.address(f"{self.path(entity)}({odata.guid(key)})", ("Division",)), entity).rows if key else []
            there = back[0].get("Division") if back else None
        if str(there) != str(self.division):
            raise ConfigurationError(
                f"{TITLE} wrote {named(entity)} in administration {there or 'unknown'}, while this connection works in {self.division}.",
                field="division", cause="division.wrong",
                resolution="Look at it in both administrations, then test the connection; nothing more is written until then.",
            )  # fmt: skip

    def path(self, entity: str) -> str:
        """The address of an entity in this administration, below the host."""
        return f"/api/v1/{self.division}/{entity}"

    def _own(self, url: Any, entity: str) -> str:
        """A further page as a path below our own host; anything else is not followed with our login."""
        if not url:
            return ""
        try:
            there, here = httpx.URL(str(url)), self.http.base_url
        except httpx.InvalidURL:
            raise TransientError(f"{TITLE} gave a next page that is no address.", cause="answer.damaged") from None
        if there.host and there.host != here.host:
            raise PluginError(f"{TITLE} sends us on to {there.host} for more {named(entity)}; Koppel stays on {here.host}.")
        return "/" + there.raw_path.decode("ascii").removeprefix(here.raw_path.decode("ascii")).lstrip("/")


def own_fields(row: Row) -> Row:
    """A row without the protocol's envelope and unread collections."""
    return {
        name: value
        for name, value in row.items()
        if name != "__metadata" and not (isinstance(value, dict) and "__deferred" in value)
    }


def _inside(answer: Any, entity: str) -> Any:
    """What is under `d` (reference: OData dialect)."""
    if not isinstance(answer, dict) or "d" not in answer:
        raise TransientError(f"{TITLE} gave an answer about {named(entity)} in a shape nobody knows.", cause="answer.damaged")
    return answer["d"]


def _division_in(row: Row) -> str:
    """The administration in a record's own address; empty where it has none."""
    about = row.get("__metadata")
    found = _DIVISION.search(str(about.get("uri"))) if isinstance(about, dict) else None
    return found[1] if found else ""


def _body(entity: str, fields: Mapping[str, Any]) -> bytes:
    return simplejson.dumps(written(entity, dict(fields)), use_decimal=True, ensure_ascii=True, default=_sent).encode()


def _sent(value: Any) -> str:
    """A date or moment as the service reads it: on its own clock."""
    if isinstance(value, datetime):
        return (wall_clock(value) if value.tzinfo else value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise RejectedError(
        f"A value of the kind {type(value).__name__} cannot be sent to {TITLE}.",
        resolution="Correct the row of the entity mapping that makes it.",
        cause="rejected.kind",
    )


def _server_time(response: httpx.Response) -> datetime:
    try:
        moment = parsedate_to_datetime(response.headers["Date"])
    except (KeyError, ValueError, TypeError):
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
