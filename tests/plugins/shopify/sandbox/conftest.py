"""A caller of the simulated shop that speaks HTTP only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from koppel.demo.webshop import build
from koppel_shopify.sandbox import create, demo_state
from werkzeug.test import Client, TestResponse

CREDENTIALS = {
    "grant_type": "client_credentials",
    "client_id": "koppel-sandbox-client",
    "client_secret": "shpss_koppel_sandbox_secret",
}


class Caller:
    """One app with the shop's static token, or with a token of its own."""

    def __init__(self, state: Mapping[str, Any] | None = None, **options: Any) -> None:
        self.sandbox = create(state, options)
        self.http = Client(self.sandbox.wsgi_app)
        self.token = "shpat_koppel_sandbox_static"

    def grant(self, **changes: Any) -> TestResponse:
        """Ask for a client-credentials token."""
        return self.http.post("/admin/oauth/access_token", data={**CREDENTIALS, **changes})

    def post(self, query: Any, variables: Any = None, version: str = "2026-10", **headers: str) -> TestResponse:
        """The raw answer to an operation."""
        body = {"query": query, **({"variables": variables} if variables is not None else {})}
        sent = {"X-Shopify-Access-Token": self.token, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.http.post(f"/admin/api/{version}/graphql.json", json=body, headers=sent)

    def ask(self, query: str, variables: Any = None, version: str = "2026-10", **headers: str) -> dict[str, Any]:
        """The whole JSON answer, which is always HTTP 200."""
        answer = self.post(query, variables, version, **headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json or {})

    def data(self, query: str, variables: Any = None, version: str = "2026-10") -> dict[str, Any]:
        """The data of an operation that brings no errors."""
        answer = self.ask(query, variables, version)
        assert "errors" not in answer, answer["errors"]
        return dict(answer["data"])

    def error(self, query: str, variables: Any = None, version: str = "2026-10") -> dict[str, Any]:
        """The one error of an operation."""
        errors = self.ask(query, variables, version)["errors"]
        assert len(errors) == 1, errors
        return dict(errors[0])


@pytest.fixture(scope="session")
def demo() -> dict[str, Any]:
    """The demo webshop's state; `create` copies what it takes."""
    return demo_state(build())


@pytest.fixture(scope="session")
def few(demo: dict[str, Any]) -> dict[str, Any]:
    """The demo shop with only a part of its catalogue and its orders, quick to load."""
    unpaid = next(one for one in demo["orders"] if one["displayFinancialStatus"] == "PENDING")
    orders = [unpaid, *demo["orders"][-11:]]
    buyers = {(one["customer"] or {}).get("id") for one in orders}
    customers = [one for one in demo["customers"] if one["id"] in buyers]
    return {**demo, "orders": orders, "products": demo["products"][:4], "customers": customers}


@pytest.fixture
def shop(few: dict[str, Any]) -> Caller:
    """A fresh shop with a few records of the demo."""
    return Caller(few)


@pytest.fixture
def open_shop() -> Callable[..., Caller]:
    """Opens a shop with a state and options of the test's choice."""
    return Caller
