"""AccountView's dialect: paths, parameters, the company header, and how an answer becomes rows or an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import simplejson
from koppel import ConfigurationError, Settings, TransientError
from koppel.connections.http import call, read_json

from koppel_accountview.answers import Row, rows_of
from koppel_accountview.companies import Company, choose, read_companies
from koppel_accountview.errors import TITLE, in_the_office, is_own, refusal
from koppel_accountview.filters import Filter, params_of

API = "api/v3"
DATA, SYSTEM = "accountviewdata", "accountviewsystemdata"


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: which business object (and the table it answers with), which rows, how many.

    `keys` are the fields that may tell the row's place in AccountView's own order, the likeliest first;
    `book_date` picks the fiscal year, empty for the current one."""

    object: str
    table: str
    filters: tuple[Filter, ...] = ()
    match_any: bool = False
    fields: tuple[str, ...] = ()
    size: int = 200
    keys: tuple[str, ...] = ()
    system: bool = False
    book_date: str = ""

    def params(self, last_key: str = "", page: int = 0) -> dict[str, str]:
        """The query parameters (reference: 2.1 Query parameters)."""
        params = {"BusinessObject": self.object, "PageSize": str(self.size)}
        if self.fields:
            params["Fields"] = ",".join(self.fields)
        if last_key:
            params["LastKey"] = last_key
        if self.book_date:
            params["BookDate"] = self.book_date
        if page:
            params["PageNumber"] = str(page)
        return params | params_of(self.filters, self.match_any)


class Client:
    """One conversation with one company. Every answer is read once, here."""

    def __init__(self, settings: Settings, http: httpx.Client) -> None:
        self.settings = settings
        self._http = http
        self._companies: tuple[Company, ...] | None = None
        self._company: Company | None = None

    def companies(self) -> tuple[Company, ...]:
        """Every company this login may see (reference: 1.6 List of companies)."""
        if self._companies is None:
            self._companies = read_companies(self._answer("GET", "companies"))
        return self._companies

    def company(self) -> Company:
        """The company of the settings, looked up once per conversation: only what is listed is talked to."""
        if self._company is None:
            self._company = choose(self.companies(), self.settings.need("company"))
        return self._company

    def business_objects(self) -> list[Row]:
        """The object codes of this installation and what may be done with them (reference: 2.6 System data)."""
        body = self._answer("GET", "accountviewsystembusinessobjects", headers=self._headers())
        if isinstance(body, Mapping):
            return rows_of(body, "")
        return [dict(one) for one in body or [] if isinstance(one, Mapping)]

    def read(self, ask: Ask, last_key: str = "", page: int = 0) -> list[Row]:
        """One page of rows."""
        path = SYSTEM if ask.system else DATA
        params = ask.params(last_key, page)
        body = self._answer("GET", path, params=params, headers=self._headers(), lenient=bool(ask.filters))
        if body is None:
            return []
        if not isinstance(body, Mapping):
            raise TransientError(f"{TITLE} gave an answer without tables for {ask.object}.", cause="answer.damaged")
        return rows_of(body, ask.table, places=ask.system)

    def write(self, method: str, payload: Mapping[str, Any], table: str) -> list[Row]:
        """Insert (POST) or update (PUT) one record; the rows as stored. Nothing here may be repeated unseen:
        AccountView has no idempotency key (reference: 3.4 Inserts, updates, duplicates)."""
        headers = self._headers() | {"Content-Type": "application/json; charset=utf-8"}
        content = simplejson.dumps(payload, use_decimal=True, ensure_ascii=False).encode()
        body = self._answer(method, DATA, content=content, headers=headers, writing=True)
        return rows_of(body, table) if isinstance(body, Mapping) else []

    def _headers(self) -> dict[str, str]:
        return {"Accept": "application/json", "x-company": self.company().id}

    def _answer(
        self, method: str, path: str, *, writing: bool = False, lenient: bool = False, **more: Any
    ) -> Any:
        more.setdefault("headers", {"Accept": "application/json"})
        try:
            response = call(self._http, method, f"{API}/{path}", **more)
        except TransientError as trouble:
            raise in_the_office(trouble) from trouble
        body = _body(response)
        if lenient and response.status_code == 404 and is_own(body):
            return None  # "not found" is said this way too (reference: 2.2 Filters)
        error = refusal(response.status_code, body, writing=writing)
        if error is not None:
            raise error
        return body


def _body(response: httpx.Response) -> Any:
    """The answer's data. A refusal that is no data is judged by its status alone."""
    if response.status_code >= 400 and not _is_json(response):
        if response.status_code == 404:
            raise ConfigurationError(
                f"{TITLE} is not found at this address (HTTP 404).",
                field="base_url",
                resolution="Open the connection and correct the address, e.g. https://www.accountview.net.",
            )
        return None
    return read_json(response, TITLE)


def _is_json(response: httpx.Response) -> bool:
    """Whether the answer is data: a relay that cannot reach AccountView answers with a page of its own
    (reference: 3.3 Errors)."""
    try:
        simplejson.loads(response.content or b"x")
    except (ValueError, UnicodeDecodeError, RecursionError):
        return False
    return True
