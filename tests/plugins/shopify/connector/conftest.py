"""A shop that answers as a test says, the real simulator over HTTP, and the mapping rows as the core runs them."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from koppel import Settings
from koppel.catalog import Catalog
from koppel.connections.grants import Grant
from koppel.connections.http import open_client
from koppel.demo.webshop import build
from koppel.documents import DOCUMENTS, Document
from koppel.documents.base import read_document
from koppel.mapping import compile_mapping
from koppel.mapping.rules import parse_rule
from koppel.mapping.tables import Tables
from koppel.mapping.transforms import TRANSFORMS as COMMON
from koppel.seeds import read_seeds
from koppel.testing.sandbox import SandboxShell
from koppel.testing.serving import end
from koppel_shopify.connector import ShopifyConnector
from koppel_shopify.manifest import MANIFEST
from koppel_shopify.papers import TRANSFORMS
from koppel_shopify.proofs import PROOFS

SCHEMA = Path(__file__).resolve().parents[5] / "shared/reference/shopify_admin_schema.graphql.gz"
CAPTURES = Path(__file__).resolve().parents[5] / "shared/data/shopify/graphql-captures"
EMPTY = {"locations": [{"id": "gid://shopify/Location/1", "name": "Magazijn"}]}
LOCATION = "gid://shopify/Location/1"
Answer = Callable[[str, dict[str, Any]], Any]


def settings_of(**more: Any) -> Settings:
    """The settings of a connection, with the manifest's defaults."""
    values = {one.name: one.default for one in MANIFEST.settings}
    return Settings(
        {**values, "shop": "bloem", "base_url": "https://bloem.myshopify.com", "location": LOCATION, "bulk_from": "0", **more}
    )


@pytest.fixture(autouse=True)
def nothing_proven() -> None:
    """What a shop of an earlier test said of itself is forgotten."""
    PROOFS.clear()


@pytest.fixture
def settings() -> Callable[..., Settings]:
    """Make settings."""
    return settings_of


class Shop:
    """A shop behind a fake line: `answer(operation, variables)` gives data, a whole payload or a response."""

    def __init__(self, answer: Answer, **more: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.slept: list[float] = []
        self.headers: dict[str, str] = {}
        http = open_client("https://bloem.myshopify.com", title="Shopify", transport=httpx.MockTransport(self._line))
        self.connector = ShopifyConnector(settings_of(**more), http)
        self.connector.api._sleep = self.slept.append

    def names(self) -> list[str]:
        """The operations asked, in order."""
        return [name for name, _ in self.asked]

    def _line(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.asked.append((body["operationName"], body["variables"]))
        answer = self.answer(body["operationName"], body["variables"])
        if isinstance(answer, httpx.Response):
            return answer
        payload = answer if "data" in answer or "errors" in answer else {"data": answer}
        return httpx.Response(200, json=payload, headers=self.headers)


@pytest.fixture
def shop() -> Callable[..., Shop]:
    """Make a shop that answers as the test says."""
    return Shop


@cache
def mapping(resource: str, direction: str) -> Any:
    """The default rows of the plugin, compiled as the core does."""
    wanted = (one for one in read_seeds(Catalog.load().system("shopify")) if (one.resource, one.direction) == (resource, direction))
    rows = [parse_rule(one.target, one.spec) for one in wanted]
    return compile_mapping(rows, transforms={**COMMON, **TRANSFORMS}, tables=Tables(()))


@pytest.fixture
def read_in() -> Callable[[str, Mapping[str, Any]], Any]:
    """Turn a raw record into its document, or raise the sentence that parks it."""

    def read(resource: str, raw: Mapping[str, Any]) -> Document:
        fields, _ = mapping(resource, "inbound").run(raw, "create")
        return read_document(DOCUMENTS[resource], fields)

    return read


@pytest.fixture
def write_out() -> Callable[[str, Document], dict[str, Any]]:
    """Turn a document into a native draft."""
    return lambda resource, document: mapping(resource, "outbound").run(document.view(), "update")[0]


@pytest.fixture
def make_out() -> Callable[[str, Document], dict[str, Any]]:
    """Turn a document into the native draft of a new record."""
    return lambda resource, document: mapping(resource, "outbound").run(document.view(), "create")[0]


@cache
def full_schema() -> Any:
    """The published Admin schema."""
    graphql = pytest.importorskip("graphql")
    with gzip.open(SCHEMA, "rt", encoding="utf-8") as file:
        return graphql.build_schema(file.read(), assume_valid=True)


@pytest.fixture
def admin_schema() -> Any:
    """The published Admin schema; skips without it."""
    if not SCHEMA.is_file():
        pytest.skip("the published Admin schema is not here")
    return full_schema()


@pytest.fixture
def captures() -> Path:
    """Recorded answers of real shops; skips without them."""
    if not CAPTURES.is_dir():
        pytest.skip("the recorded answers are not here")
    return CAPTURES


@contextmanager
def serve(options: Mapping[str, Any], *, empty: bool = False) -> Iterator[SimpleNamespace]:
    """The simulator with the demo shop, or with a shop that has a location and no more, over real HTTP.

    `connect(**settings)` gives a logged-in connector."""
    waitress = pytest.importorskip("waitress")
    simulator = pytest.importorskip("koppel_shopify.sandbox")
    webshop = build()
    state = simulator.create(EMPTY, {}).dump() if empty else simulator.demo_state(webshop)
    server = waitress.create_server(SandboxShell(simulator.create(state, options)), host="127.0.0.1", port=0, threads=4, connection_limit=1000)

    def run() -> None:
        with suppress(OSError):  # closing takes the socket away under the loop
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.effective_port}"
    clients: list[httpx.Client] = []

    def connect(**more: Any) -> ShopifyConnector:
        domain = state["shop"]["myshopifyDomain"].removesuffix(".myshopify.com")
        token, location = state["tokens"][0]["token"], state["locations"][0]["id"]
        client = open_client(url, title="Shopify")
        clients.append(client)
        given = settings_of(**{"shop": domain, "base_url": url, "location": location, "access_token": token, **more})
        connector = ShopifyConnector(given, client)
        client.auth = connector.auth(Grant("Shopify", MANIFEST.oauth, given, None)) or httpx.Auth()
        return connector

    yield SimpleNamespace(url=url, state=state, webshop=webshop, connect=connect)
    for client in clients:
        client.close()
    end(server)
    thread.join(5)


@pytest.fixture(scope="module")
def served() -> Iterator[SimpleNamespace]:
    """One simulator for a file's tests."""
    with serve({}) as made:
        yield made


@pytest.fixture
def empty_shop() -> Iterator[Callable[..., SimpleNamespace]]:
    """Make a simulator of a shop without any records, with options of its own."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(serve(options, empty=True))


@pytest.fixture
def served_with() -> Iterator[Callable[..., SimpleNamespace]]:
    """Make a simulator with options of its own."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(serve(options))
