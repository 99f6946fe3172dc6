"""A client that walks the consent page, and a simulator for each test."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from koppel.demo.webshop import build
from koppel_exactonline.sandbox import create, demo_state
from koppel_exactonline.sandbox.demo.basics import CLIENT_ID, CLIENT_SECRET, DIVISION, REDIRECT_URI

JSON = {"Accept": "application/json"}
DEMO = demo_state(build())


class Client:
    """Talks to one simulator over WSGI; `tokens` is the last answer of the token endpoint."""

    def __init__(self, state: Mapping[str, Any] | None = None, login: bool = True, **options: Any) -> None:
        self.sandbox = create(state, options)
        transport = httpx.WSGITransport(app=self.sandbox.wsgi_app)
        self.http = httpx.Client(transport=transport, base_url="https://start.exactonline.test")
        self.division = DIVISION
        self.tokens: dict[str, str] = {}
        if login:
            self.tokens = self.exchange(self.consent()).json()

    def authorise(self, **changes: str) -> httpx.Response:
        asked = {"client_id": CLIENT_ID, "redirect_uri": REDIRECT_URI, "response_type": "code", "state": "s1"}
        return self.http.get("/api/oauth2/auth", params={**asked, **changes})

    def consent(self, **changes: str) -> str:
        answer = self.authorise(approve="1", **changes)
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    def token(self, **form: str) -> httpx.Response:
        return self.http.post(
            "/api/oauth2/token", data={"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **form}
        )

    def exchange(self, code: str, **changes: str) -> httpx.Response:
        return self.token(grant_type="authorization_code", code=code, **{"redirect_uri": REDIRECT_URI, **changes})

    def refresh(self, token: str = "") -> httpx.Response:
        return self.token(grant_type="refresh_token", refresh_token=token or self.tokens["refresh_token"])

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None, **rest: Any) -> httpx.Response:
        url = path if path.startswith(("http", "/")) else f"/api/v1/{self.division}/{path}"
        bearer = {"Authorization": f"Bearer {self.tokens.get('access_token', '')}"}
        return self.http.request(method, url, headers={**JSON, **bearer, **(headers or {})}, **rest)

    def get(self, path: str, headers: Mapping[str, str] | None = None, **query: Any) -> httpx.Response:
        """GET with $-options given without their dollar sign."""
        params = {f"${name}": str(value) for name, value in query.items()}
        return self.request("GET", path, headers, **({"params": params} if params else {}))

    def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All rows of a list, page after page."""
        found: list[dict[str, Any]] = []
        answer = self.get(path, **query)
        while True:
            assert answer.status_code == 200, answer.text
            inner = answer.json()["d"]
            if isinstance(inner, list):
                return found + inner
            found += inner["results"]
            if "__next" not in inner:
                return found
            answer = self.get(inner["__next"])

    def post(self, path: str, headers: Mapping[str, str] | None = None, **values: Any) -> httpx.Response:
        return self.request("POST", path, headers, json=values)

    def make(self, path: str, **values: Any) -> dict[str, Any]:
        """Create a row and give the answer's entity."""
        answer = self.post(path, **values)
        assert answer.status_code == 201, answer.text
        entity: dict[str, Any] = answer.json()["d"]
        return entity

    def put(self, path: str, key: str, **values: Any) -> httpx.Response:
        return self.request("PUT", f"{path}(guid'{key}')", json=values)

    def one(self, path: str, key: str, **query: Any) -> dict[str, Any]:
        answer = self.get(f"{path}(guid'{key}')", **query)
        assert answer.status_code == 200, answer.text
        entity: dict[str, Any] = answer.json()["d"]
        return entity

    def customer(self, name: str = "Jansen", **values: Any) -> str:
        return str(self.make("crm/Accounts", Name=name, Status="C", **values)["ID"])

    def item(self, code: str = "POT-1", price: float | None = None, **values: Any) -> str:
        fields = {"Code": code, "Description": code, "IsSalesItem": True, **values}
        key = str(self.make("logistics/Items", **fields)["ID"])
        if price is not None:
            self.make("logistics/SalesItemPrices", Item=key, Price=price)
        return key

    def order(self, *lines: dict[str, Any], **values: Any) -> dict[str, Any]:
        header = {"OrderedBy": values.pop("OrderedBy", None) or self.customer(), **values}
        return self.make("salesorder/SalesOrders", **header, SalesOrderLines=list(lines))

    @staticmethod
    def error(answer: httpx.Response) -> tuple[int, str]:
        """Status and sentence of an error document."""
        return answer.status_code, str(json.loads(answer.text)["error"]["message"]["value"])

    @staticmethod
    def milliseconds(ticks: str) -> int:
        """The number inside "/Date(…)/"."""
        found = re.fullmatch(r"/Date\((-?\d+)\)/", ticks)
        assert found, ticks
        return int(found[1])


@pytest.fixture
def exact() -> Client:
    """A logged-in client of an empty company that has the usual ledger lists."""
    return Client()


@pytest.fixture(scope="session")
def start() -> Callable[..., Client]:
    """Start a simulator with options (and `state`, `login`)."""
    return Client


@pytest.fixture
def demo() -> Client:
    """A logged-in client of the demo webshop's company."""
    return Client(DEMO)
