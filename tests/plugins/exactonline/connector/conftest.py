"""A connection to the simulator over real HTTP, and a hand-made service for answers one by one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.resources import files
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
import simplejson
import waitress
import yaml
from koppel import Settings
from koppel.connections.grants import HeaderAuth
from koppel.connections.http import open_client
from koppel.documents import SalesOrder
from koppel.finance.rounding import exact_parts
from koppel.mapping import TRANSFORMS as CORE_TRANSFORMS
from koppel.mapping import CompiledMapping, TableEntry, Tables, compile_mapping, parse_rule
from koppel.testing.sandbox import SandboxShell
from koppel.testing.serving import end
from koppel_exactonline.connector import ExactOnlineConnector
from koppel_exactonline.transforms import TRANSFORMS

DIVISION = 3012345
SETTINGS = {"base_url": "https://start.exactonline.nl", "division": str(DIVISION), "price_basis": "incl"}
Handler = Callable[[httpx.Request], httpx.Response]


def answer(rows: Any, status: int = 200, **more: Any) -> httpx.Response:
    """An answer in the shape of the service."""
    inside = {"results": rows, **more} if isinstance(rows, list) else rows
    if status == 201 and isinstance(inside, dict):
        inside = {"Division": DIVISION, **inside}
    text = simplejson.dumps({"d": inside}, use_decimal=True)
    return httpx.Response(status, text=text, headers={"Content-Type": "application/json"})


def error(status: int, text: str, **headers: str) -> httpx.Response:
    """An error answer in the shape of the service."""
    body = {"error": {"code": "", "message": {"lang": "", "value": text}}}
    return httpx.Response(status, text=simplejson.dumps(body), headers={"Content-Type": "application/json", **headers})


@dataclass
class Service:
    """Answers by method and entity; `calls` are the requests that came in. Divisions are always known."""

    routes: dict[tuple[str, str], Handler] = field(default_factory=dict)
    calls: list[httpx.Request] = field(default_factory=list)

    def on(self, method: str, entity: str, reply: Handler | httpx.Response) -> Service:
        """Answer calls for this entity so."""
        self.routes[method, entity] = reply if callable(reply) else lambda request: reply
        return self

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request)
        parts = request.url.path.split("/")[4:]
        entity = "/".join(parts).partition("(")[0]
        reply = self.routes.get((request.method, entity))
        if reply is not None:
            return reply(request)
        if entity == "system/Divisions":
            return answer([{"Code": DIVISION, "Description": "Bloem & Blad BV", "BlockingStatus": 0}])
        return answer([])

    def of(self, method: str, entity: str) -> list[httpx.Request]:
        """The calls of this kind that came in."""
        return [one for one in self.calls if one.method == method and f"/{entity}" in one.url.path]


def filter_of(request: httpx.Request) -> str:
    """The $filter of a call."""
    return parse_qs(urlsplit(str(request.url)).query).get("$filter", [""])[0]


@pytest.fixture
def kit() -> SimpleNamespace:
    """The helpers of this folder: answer, error, filter_of, mapping, order_view."""
    return SimpleNamespace(
        answer=answer, error=error, filter_of=filter_of, mapping=mapping, order_view=order_view, division=DIVISION
    )


@pytest.fixture
def service() -> Service:
    """A service that knows nothing but its division."""
    return Service()


@pytest.fixture
def connect() -> Iterator[Callable[..., ExactOnlineConnector]]:
    """Make a connector that talks to this handler."""
    clients: list[httpx.Client] = []

    def make(handler: Handler, **settings: Any) -> ExactOnlineConnector:
        values = Settings({**SETTINGS, **settings})
        client = open_client(values["base_url"], title="Exact Online", transport=httpx.MockTransport(handler))
        clients.append(client)
        return ExactOnlineConnector(values, client)

    yield make
    for client in clients:
        client.close()


def mapping(direction: str, resource: str, entries: tuple[TableEntry, ...] = ()) -> CompiledMapping:
    """The default rows of the plugin, compiled as the core does."""
    rows = yaml.safe_load((files("koppel_exactonline") / "data" / f"{resource}.yaml").read_text("utf-8"))
    if "like" in rows:
        return mapping(direction, rows["like"], entries)
    rows = rows[direction]
    rules = [parse_rule(target, spec or {}) for target, spec in rows.items()]
    return compile_mapping(rules, transforms={**CORE_TRANSFORMS, **TRANSFORMS}, tables=Tables(entries))


def order_view(order: SalesOrder, basis: str = "incl") -> dict[str, Any]:
    """An order as outbound rows read it, its unit prices exact in cents on this basis."""
    view = order.view()
    lines = []
    for line in view["lines"]:
        for quantity, price in exact_parts(line["quantity"], line[f"amount_{basis}"], 2):
            lines.append({**line, "quantity": quantity, "line_price": price, "line_amount": price * quantity, "price_basis": basis})
    return {**view, "lines": lines}


@dataclass
class Simulator:
    """The simulator behind a real port, and how to get a connector to it."""

    shell: SandboxShell
    url: str
    token: str

    def connector(self, **settings: Any) -> ExactOnlineConnector:
        """A fresh conversation."""
        values = Settings({**SETTINGS, "base_url": self.url, **settings})
        client = open_client(self.url, title="Exact Online", auth=HeaderAuth("Authorization", f"Bearer {self.token}"))
        return ExactOnlineConnector(values, client)

    def faults(self, *faults: Any) -> None:
        """What goes wrong from now on."""
        self.shell.faults = list(faults)

    def calls(self) -> int:
        """How many calls came in so far."""
        return len(self.shell.requests)


@pytest.fixture
def simulate() -> Iterator[Callable[..., Simulator]]:
    """Start a simulator with this state and these options."""
    servers: list[Any] = []

    def start(state: dict[str, Any] | None = None, **options: Any) -> Simulator:
        sandbox = pytest.importorskip("koppel_exactonline.sandbox", exc_type=ImportError)
        made = sandbox.create(state, {"minute_limit": 100_000, "day_limit": 1_000_000, "error_limit": 1000, **options})
        shell = SandboxShell(made)
        server = waitress.create_server(shell, host="127.0.0.1", port=0, threads=2)
        servers.append(server)
        threading.Thread(target=_serve, args=(server,), daemon=True).start()
        url = f"http://127.0.0.1:{server.effective_port}"
        return Simulator(shell, url, _log_in(url, made))

    yield start
    for server in servers:
        end(server)


def _serve(server: Any) -> None:
    with suppress(OSError):  # its socket is closed when the test is over
        server.run()


def _log_in(url: str, sandbox: Any) -> str:
    client = sandbox.dump()["oauth"]["clients"][0]
    asked = {
        "client_id": client["client_id"], "redirect_uri": client["redirect_uris"][0], "response_type": "code", "approve": "1",
    }  # fmt: skip
    back = httpx.get(f"{url}/api/oauth2/auth?{urlencode(asked)}").headers["location"]
    form = {
        "grant_type": "authorization_code", "code": parse_qs(urlsplit(back).query)["code"][0],
        "redirect_uri": asked["redirect_uri"], "client_id": client["client_id"], "client_secret": client["client_secret"],
    }  # fmt: skip
    return str(httpx.post(f"{url}/api/oauth2/token", data=form).json()["access_token"])
