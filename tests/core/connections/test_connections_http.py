"""The one HTTP client: login, budget, record for the log, size guard, and trouble said as our errors."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
from koppel.connections import transport as transport_module
from koppel.connections.budget import CallBudget
from koppel.connections.grants import Grant, HeaderAuth, OAuth2Auth
from koppel.connections.http import ApiClient, call, open_client, open_post, read_json
from koppel.connections.meter import LONGEST_BODY, CallMeter
from koppel.connections.secrets import Vault
from koppel.connections.tokens import TokenKeeper
from koppel.errors import AuthError, ConfigurationError, TransientError
from koppel.manifest import CallWindow, OAuth
from koppel.settings import Settings
from koppel.store.db import Database

BASE = "https://start.example.nl"
Handler = Callable[[httpx.Request], httpx.Response]


def client_of(handler: Handler, **more: Any) -> ApiClient:
    return open_client(BASE, title="Exact Online", transport=httpx.MockTransport(handler), **more)


def answering(*answers: httpx.Response | Exception) -> Handler:
    left = list(answers)

    def handler(_: httpx.Request) -> httpx.Response:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handler


# --- the address -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "",
        "start.example.nl",
        "ftp://x.nl",
        "https://",
        "https:///x",
        "https://me:pw@x.nl",
        "https://x.nl?a=1",
        "https://a b",
    ],
)
def test_a_wrong_address_names_the_setting(address: str) -> None:
    with pytest.raises(ConfigurationError, match="Exact Online") as caught:
        open_client(address, title="Exact Online")
    assert caught.value.field == "base_url"
    assert "pw" not in caught.value.message


def test_paths_go_under_the_address_and_koppel_says_its_name() -> None:
    seen: list[httpx.Request] = []
    transport = httpx.MockTransport(lambda request: seen.append(request) or httpx.Response(200))  # type: ignore[func-returns-value]
    with open_client(f"{BASE}/api/v3/", title="X", headers={"X-Company": "A"}, transport=transport) as client:
        client.get("/things", params={"a": "1"})
    assert str(seen[0].url) == f"{BASE}/api/v3/things?a=1"
    assert seen[0].headers["user-agent"].startswith("koppel/")
    assert seen[0].headers["x-company"] == "A"


# --- trouble -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "cause", "words"),
    [
        (httpx.ConnectError("dns"), "unreachable", f"cannot be reached at {BASE}."),
        (httpx.ConnectTimeout("slow"), "unreachable", "cannot be reached"),
        (httpx.ReadTimeout("slow"), "answer.lost", "may have been carried out"),
        (httpx.ReadError("reset"), "answer.lost", "may have been carried out"),
        (httpx.WriteError("reset"), "answer.lost", "may have been carried out"),
        (httpx.RemoteProtocolError("half"), "answer.lost", "may have been carried out"),
    ],
)
def test_trouble_on_the_line_is_transient(trouble: Exception, cause: str, words: str) -> None:
    for client in (
        client_of(answering(trouble, trouble)),
        httpx.Client(base_url=BASE, transport=httpx.MockTransport(answering(trouble))),
    ):
        with pytest.raises(TransientError, match=words) as caught:
            call(client, "POST", "/orders", json={})
        assert caught.value.cause == cause
    with pytest.raises(TransientError, match="Exact Online"):
        client_of(answering(trouble)).get("/orders")


def test_a_closed_port_and_a_broken_answer_over_a_real_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def half_an_answer() -> None:
            line, _ = server.accept()
            line.recv(65536)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
            line.close()

        thread = threading.Thread(target=half_an_answer)
        thread.start()
        with open_client(f"http://127.0.0.1:{port}", title="X") as client:
            with pytest.raises(TransientError) as caught:
                client.post("/orders", json={})
            assert caught.value.cause == "answer.lost"
            assert client.meter.exchanges[0].status is None
        thread.join()
    with open_client(f"http://127.0.0.1:{port}", title="X") as client, pytest.raises(TransientError) as caught:
        client.get("/")
    assert caught.value.cause == "unreachable"


def test_the_proxy_of_the_environment_is_used_except_where_it_says_not_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        asked: list[bytes] = []

        def answer() -> None:
            line, _ = proxy.accept()
            asked.append(line.recv(65536))
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            line.close()

        thread = threading.Thread(target=answer)
        thread.start()
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        with open_client("http://shop.invalid", title="X") as client:
            assert client.get("/x").json() == {}
        thread.join()
    assert asked[0].startswith(b"GET http://shop.invalid/x ")
    monkeypatch.setenv("no_proxy", "shop.invalid")
    with open_client("http://shop.invalid", title="X") as client, pytest.raises(TransientError) as caught:
        client.get("/x")
    assert caught.value.cause == "unreachable"


def test_a_busy_answer_asks_for_the_wait() -> None:
    client = client_of(answering(httpx.Response(429, headers={"Retry-After": "2.0"}), httpx.Response(429)))
    with pytest.raises(TransientError) as caught:
        client.get("/x")
    assert caught.value.retry_after == 2.0
    with pytest.raises(TransientError) as caught:
        call(client, "GET", "/x")
    assert caught.value.retry_after is None


@pytest.mark.parametrize(("status", "cause"), [(502, "answer.lost"), (503, "unreachable"), (504, "answer.lost")])
def test_a_gateway_speaks_for_nobody(status: int, cause: str) -> None:
    with pytest.raises(TransientError) as caught:
        call(client_of(answering(httpx.Response(status))), "POST", "/x")
    assert caught.value.cause == cause


@pytest.mark.parametrize("status", [200, 201, 400, 403, 404, 422, 500])
def test_answers_about_the_record_are_the_connectors(status: int) -> None:
    assert call(client_of(answering(httpx.Response(status, text="x"))), "POST", "/x").status_code == status


def test_redirects_are_not_followed() -> None:
    away = httpx.Response(302, headers={"Location": "https://elsewhere.example/login"})
    with pytest.raises(ConfigurationError, match=r"elsewhere\.example") as caught:
        client_of(answering(away)).get("/x")
    assert caught.value.field == "base_url"


def test_characters_that_cannot_be_sent_are_a_setting_to_correct() -> None:
    with pytest.raises(ConfigurationError):
        HeaderAuth("X-Key", "shpat_1\n")
    with pytest.raises(ConfigurationError):
        client_of(answering(httpx.LocalProtocolError("Illegal header value"))).get("/x")


# --- size --------------------------------------------------------------------------------------------------


def test_a_huge_answer_is_refused_while_it_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "LARGEST_ANSWER", 1_000_000)
    given = 0

    def endless() -> Iterator[bytes]:
        nonlocal given
        while True:
            given += 1
            yield b"x" * 100_000

    with pytest.raises(TransientError, match="more than"):
        client_of(lambda _: httpx.Response(200, content=endless())).get("/x")
    assert given == 11
    bomb = gzip.compress(b"0" * 5_000_000)
    with pytest.raises(TransientError, match="more than"):
        client_of(lambda _: httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=bomb)).get("/x")
    with pytest.raises(TransientError, match="more than"):
        client_of(lambda _: httpx.Response(200, headers={"Content-Length": "1000001"}, content=b"")).get("/x")


def test_a_packed_answer_arrives_unpacked() -> None:
    packed = gzip.compress(b'{"a": 1.10}')
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json", "Set-Cookie": "a=1"}
    response = client_of(lambda _: httpx.Response(200, headers=headers, content=packed)).get("/x")
    assert read_json(response, "X") == {"a": Decimal("1.10")}
    assert response.cookies["a"] == "1"
    with pytest.raises(TransientError, match="damaged"):
        client_of(lambda _: httpx.Response(200, headers=headers, content=packed[:-8] + bytes(8))).get("/x")


# --- JSON --------------------------------------------------------------------------------------------------


def test_json_numbers_stay_exact() -> None:
    value = read_json(httpx.Response(200, content=b'\xef\xbb\xbf{"price": 0.1, "big": 1234567890.123456789}'), "X")
    assert value == {"price": Decimal("0.1"), "big": Decimal("1234567890.123456789")}
    assert read_json(httpx.Response(204), "X") is None
    latin = httpx.Response(
        200, content='"Café"'.encode("latin-1"), headers={"content-type": "text/json; charset=latin-1"}
    )
    assert read_json(latin, "X") == "Café"


@pytest.mark.parametrize(
    ("response", "error", "words"),
    [
        (httpx.Response(200, html="<html><body>Maintenance"), TransientError, "a web page instead of data"),
        (httpx.Response(200, text=" <!DOCTYPE HTML><title>x"), TransientError, "a web page instead of data"),
        (httpx.Response(404, html="<html>no such shop"), ConfigurationError, "a web page instead of data"),
        (httpx.Response(200, text='{"d": {"results": [{"ID": '), TransientError, "cannot be read as data"),
        (httpx.Response(200, text='{"a": NaN}'), TransientError, "cannot be read as data"),
        (httpx.Response(200, text="[" * 100_000), TransientError, "cannot be read as data"),
        (httpx.Response(200, text=" "), TransientError, "empty answer"),
    ],
)
def test_what_is_not_json_is_said(response: httpx.Response, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        read_json(response, "AccountView")
    assert type(caught.value) is error
    assert f"HTTP {response.status_code}" in str(caught.value)


# --- the meter ---------------------------------------------------------------------------------------------


def test_calls_are_counted_and_kept_without_secrets() -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(201, json={"you_sent": request.content.decode(), "access_token": "not-known-before"})

    with client_of(echo, secrets=["hunter-2 of ours"]) as client:
        for number in range(30):
            call(client, "POST", "/x", params={"key": "hunter-2 of ours"}, json={"n": number, "p": "hunter-2 of ours"})
        assert client.meter.count == 30
        last = client.meter.take()[-1]
    assert (last.method, last.status) == ("POST", 201)
    assert '"n":29' in last.request
    for text in (last.url, last.request, last.response, last.line):
        assert "hunter" not in text
        assert "not-known-before" not in text
    assert client.meter.exchanges == ()
    assert client.meter.count == 30


def test_only_the_last_calls_and_the_first_64_kb_are_kept() -> None:
    meter = CallMeter(keep=3)
    for number in range(9):
        meter.record("GET", f"/{number}", 200, 1, response="x" * 100_000)
    assert [one.url for one in meter.exchanges] == ["/6", "/7", "/8"]
    assert len(meter.exchanges[0].response) == LONGEST_BODY + 1
    assert "bytes of image/png" in image_response()


def image_response() -> str:
    client = client_of(answering(httpx.Response(200, content=b"\x89PNG", headers={"Content-Type": "image/png"})))
    client.get("/picture")
    return client.meter.exchanges[0].response


# --- login -------------------------------------------------------------------------------------------------


class Service:
    """Accepts one token; tells which ones it saw."""

    def __init__(self, accepts: str) -> None:
        self.accepts, self.seen = accepts, list[str]()
        self.bodies = list[bytes]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.headers.get("Authorization", ""))
        self.bodies.append(request.content)
        return httpx.Response(200 if self.seen[-1] == f"Bearer {self.accepts}" else 401)


@pytest.fixture
def login(db: Database, vault: Vault, clock: Any) -> Callable[..., OAuth2Auth]:
    def make(*given: str, not_before: int = 0, header: str = "Authorization", scheme: str = "Bearer") -> OAuth2Auth:
        left = list(given)
        settings = Settings({"base_url": BASE, "client_id": "id", "client_secret": "s3cret-of-app"})
        oauth = OAuth("client_credentials", "/token", refresh_not_before=not_before, header=header, scheme=scheme)
        answer = lambda _: httpx.Response(200, json={"access_token": left.pop(0), "expires_in": 600})  # noqa: E731
        post = open_post(BASE, title="Example", transport=httpx.MockTransport(answer))
        keeper = TokenKeeper(db, vault, 1, oauth, settings, post, clock=clock)
        return OAuth2Auth(Grant("Example", oauth, settings, keeper))

    return make


def test_a_refused_token_is_renewed_once_and_the_request_repeated(login: Any) -> None:
    service = Service("two")
    with client_of(service, auth=login("one", "two")) as client:
        assert call(client, "POST", "/x", json={"a": 1}).status_code == 200
        assert call(client, "GET", "/x").status_code == 200
    assert service.seen == ["Bearer one", "Bearer two", "Bearer two"]
    assert service.bodies[:2] == [b'{"a":1}'] * 2
    assert client.meter.count == 3


def test_a_new_token_that_is_refused_too_asks_for_a_login(login: Any) -> None:
    with client_of(Service("none"), auth=login("one", "two")) as client, pytest.raises(AuthError, match="log in again"):
        client.get("/x")


def test_a_token_too_young_to_renew_waits_instead_of_asking_a_person(login: Any, clock: Any) -> None:
    service = Service("two")
    with client_of(service, auth=login("one", "two", not_before=570)) as client:
        with pytest.raises(TransientError) as caught:
            client.get("/x")
        assert caught.value.retry_after == 570
        assert not isinstance(caught.value, AuthError)
        clock.move(570)
        assert client.get("/x").status_code == 200
    assert service.seen == ["Bearer one", "Bearer one", "Bearer two"]


def test_the_manifest_says_how_the_token_is_sent(login: Any) -> None:
    seen: list[httpx.Headers] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200)

    with client_of(handler, auth=login("shpat_1", header="X-Shopify-Access-Token", scheme="")) as client:
        client.get("/x")
        client.get("https://files.elsewhere.example/picture")
    assert seen[0]["x-shopify-access-token"] == "shpat_1"
    assert "authorization" not in seen[0]
    assert "x-shopify-access-token" not in seen[1]


def test_a_fixed_key_goes_to_its_own_host_and_survives_one_spurious_refusal() -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("X-Key", ""))
        return httpx.Response(401 if len(seen) == 1 else 200)

    with client_of(handler, auth=HeaderAuth("X-Key", "k1", "start.example.nl")) as client:
        assert client.get("/x").status_code == 200
        client.get("https://elsewhere.example/")
    assert seen == ["k1", "k1", ""]
    assert "k1" not in repr(HeaderAuth("X-Key", "k1"))


def test_a_system_without_oauth_has_no_oauth_login() -> None:
    with pytest.raises(ConfigurationError, match="no OAuth"):
        OAuth2Auth(Grant("Example", None, Settings({}), None))


# --- the budget --------------------------------------------------------------------------------------------


def test_every_call_is_taken_from_the_budget_repeats_included(db: Database, login: Any, clock: Any) -> None:
    windows = (CallWindow("day", 86400, 3, "L", "R"), CallWindow("errors", 3600, 3, counts="errors"))
    budget = CallBudget(db, 1, windows, title="Example", clock=clock, sleep=clock.sleep)
    with client_of(Service("two"), auth=login("one", "two"), budget=budget) as client:
        client.get("/x")
        client.get("/x")
        assert budget.left()["day"].remaining == 0
        assert budget.left()["errors"].remaining == 2
        with pytest.raises(TransientError, match="used up"):
            client.get("/x")
        assert client.meter.count == 3


def test_a_429_closes_the_budget_for_all_and_tells_the_wait(db: Database, clock: Any) -> None:
    budget = CallBudget(db, 1, (CallWindow("minute", 60, 60, "L", "R"),), clock=clock, sleep=clock.sleep)
    client = client_of(answering(httpx.Response(429)), budget=budget)
    with pytest.raises(TransientError) as caught:
        client.get("/x")
    assert caught.value.retry_after == 31
    assert CallBudget(db, 1, budget.windows, clock=clock).wait() == 31


def test_closing_writes_the_last_figures_down(db: Database, clock: Any) -> None:
    windows = (CallWindow("day", 86400, 5000, "L", "R"),)
    budget = CallBudget(db, 1, windows, clock=clock)
    with client_of(answering(httpx.Response(200, headers={"R": "77"})), budget=budget) as client:
        client.get("/x")
    assert CallBudget(db, 1, windows, clock=clock).left()["day"].remaining == 77
