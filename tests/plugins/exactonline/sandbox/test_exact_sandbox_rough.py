"""Whatever comes in, an answer of the service goes out: never a traceback, never a crash of the next call."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from koppel.testing.sandbox import Fault, SandboxShell

CAUSE = "The cause of this issue will be investigated"
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3), max_leaves=6,
)
NAMES = st.sampled_from([
    "Name", "Code", "Description", "Status", "Country", "Email", "OrderedBy", "SalesOrderLines", "Item", "Quantity",
    "OrderDate", "NetPrice", "Account", "Type", "Main", "MainContact", "VATCode", "Picture", "BankAccounts", "ID",
])
patiently = settings(max_examples=60, deadline=None)


@pytest.fixture(scope="module")
def client(start: Any) -> Any:
    """One simulator for all examples, without limits."""
    return start(minute_limit=10**6, day_limit=10**6, error_limit=10**6, token_limit=10**6)


@patiently
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    st.sampled_from(["crm/Accounts", "crm/Addresses", "logistics/Items", "salesorder/SalesOrders", "vat/VATCodes"]),
    st.dictionaries(NAMES, JSON_VALUES, max_size=5),
)
def test_any_json_object_is_taken_or_refused_properly(client: Any, method: str, path: str, values: dict[str, Any]) -> None:
    answer = client.request(method, path, json=values)
    assert answer.status_code in (200, 201, 204, 400, 405, 500)
    assert CAUSE not in answer.text


@patiently
@given(st.text(alphabet="/()'$%. acrmAcountsguid0-9é\x00\n", max_size=40), st.text(max_size=30))
def test_any_path_and_query_is_answered(client: Any, path: str, query: str) -> None:
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/api/v1/3012345/" + path.encode().decode("latin-1"), "QUERY_STRING": query,
        "HTTP_AUTHORIZATION": "Bearer " + client.tokens["access_token"], "HTTP_ACCEPT": "application/json",
        "wsgi.url_scheme": "https",
    }
    statuses: list[str] = []
    body = b"".join(client.sandbox.wsgi_app(environ, lambda status, _headers: statuses.append(status)))
    assert statuses[0][:3] in ("200", "400", "404", "405", "415")
    assert CAUSE.encode() not in body


@patiently
@given(st.dictionaries(st.sampled_from(["grant_type", "code", "refresh_token", "client_id", "redirect_uri"]), st.text()))
def test_any_form_is_answered_by_the_token_endpoint(client: Any, form: dict[str, str]) -> None:
    answer = client.token(**form)
    assert answer.status_code == 400
    assert "error" in answer.json()


@pytest.mark.parametrize("length", ["", "-5", "many", "5 "])
def test_a_strange_content_length_is_no_crash(client: Any, length: str) -> None:
    statuses: list[str] = []
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/api/oauth2/token", "CONTENT_LENGTH": length, "wsgi.input": None}
    client.sandbox.wsgi_app(environ, lambda status, _headers: statuses.append(status))
    assert statuses == ["400 Bad Request"]


def test_a_redirect_cannot_smuggle_headers(exact: Any) -> None:
    answer = exact.authorise(approve="1", state="x\r\nSet-Cookie: a=b")
    assert "\r" not in answer.headers["location"]
    assert "a=b" not in answer.headers.get("set-cookie", "")


def test_many_threads_leave_the_books_whole(start: Any) -> None:
    client = start(minute_limit=10**6)
    item, account = client.item("A", price=5), client.customer("Vos")

    def order(_: int) -> None:
        transport = httpx.WSGITransport(app=client.sandbox.wsgi_app)
        with httpx.Client(transport=transport, base_url="https://start.exactonline.test") as http:
            http.post(
                "/api/v1/3012345/salesorder/SalesOrders", json={"OrderedBy": account, "SalesOrderLines": [{"Item": item}]},
                headers={"Accept": "application/json", "Authorization": "Bearer " + client.tokens["access_token"]},
            )

    threads = [threading.Thread(target=order, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [row["OrderNumber"] for row in client.rows("salesorder/SalesOrders", filter="OrderNumber gt 0")]
    assert sorted(numbers) == list(range(1, 13))


def test_a_dropped_answer_after_the_write_leaves_the_write(start: Any) -> None:
    client = start()
    shell = SandboxShell(client.sandbox)
    shell.faults = [Fault(match="POST /api/v1/3012345/crm/Accounts", kind="status_after", status=504)]
    with httpx.Client(transport=httpx.WSGITransport(app=shell), base_url="https://start.exactonline.test") as http:
        headers = {"Accept": "application/json", "Authorization": "Bearer " + client.tokens["access_token"]}
        answer = http.post("/api/v1/3012345/crm/Accounts", json={"Name": "Vos"}, headers=headers)
        assert answer.status_code == 504
        http.post("/_sandbox/expire-tokens")
    assert client.get("/api/v1/current/Me").status_code == 401
    client.tokens = client.refresh().json()
    assert len(client.rows("crm/Accounts", filter="Name eq 'Vos'")) == 1
