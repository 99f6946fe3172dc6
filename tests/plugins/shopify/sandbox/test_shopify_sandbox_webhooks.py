"""Webhooks as the shop sends them: signed, doubled, tried again, given up; and the login that begins in a browser."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

MAKE = """mutation W($topic: WebhookSubscriptionTopic!, $s: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $s) { webhookSubscription { id uri } userErrors { field message } } }"""
NOTE = "mutation N($i: OrderInput!) { orderUpdate(input: $i) { userErrors { message } } }"


@pytest.fixture
def ear() -> Iterator[SimpleNamespace]:
    """Hears webhooks; `answers` are the statuses it gives, 200 after that."""
    heard = SimpleNamespace(arrived=[], answers=[])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.arrived.append((dict(self.headers), body, self.path))
            self.send_response(heard.answers.pop(0) if heard.answers else 200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    heard.url = f"http://127.0.0.1:{server.server_port}"
    yield heard
    server.shutdown()
    server.server_close()


def wait(check: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not check() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert check()


def subscribe(shop: Any, uri: str = "https://koppel.example/hooks/1", topic: str = "ORDERS_UPDATED") -> dict[str, Any]:
    return dict(shop.data(MAKE, {"topic": topic, "s": {"uri": uri}})["webhookSubscriptionCreate"])


def test_a_change_is_told_signed_and_as_often_as_the_switch_says(open_shop: Any, few: Any, ear: Any) -> None:
    shop = open_shop(few, relay=ear.url, webhook_doubles=1)
    assert subscribe(shop)["userErrors"] == []
    order = few["orders"][0]["id"]
    shop.data(NOTE, {"i": {"id": order, "note": "hi"}})
    wait(lambda: len(ear.arrived) == 2)
    headers, body, path = ear.arrived[0]
    digest = base64.b64encode(hmac.digest(b"shpss_koppel_sandbox_secret", body, hashlib.sha256)).decode()
    assert (headers["X-Shopify-Hmac-Sha256"], headers["X-Shopify-Topic"], path) == (digest, "orders/updated", "/hooks/1")
    assert ear.arrived[1][0]["X-Shopify-Event-Id"] == headers["X-Shopify-Event-Id"]


def test_a_webhook_that_is_refused_comes_again_and_ends_its_subscription_after_nine_tries(open_shop: Any, few: Any, ear: Any) -> None:
    shop = open_shop(few, relay=ear.url)
    subscribe(shop)
    ear.answers = [500] * 9
    shop.data(NOTE, {"i": {"id": few["orders"][0]["id"], "note": "hi"}})
    for tries in range(1, 10):
        wait(lambda tries=tries: len(ear.arrived) == tries)  # type: ignore[misc]
        wait(lambda: bool(shop.sandbox.sender.waiting) or not shop.sandbox.dump()["webhookSubscriptions"])
        shop.sandbox.clock.advance(5000)
        shop.data("{ shop { id } }")
    assert len({body for _, body, _ in ear.arrived}) == 1
    wait(lambda: shop.sandbox.dump()["webhookSubscriptions"] == [])


@pytest.mark.parametrize(
    ("uri", "text"),
    [
        ("http://koppel.example/x", "Address protocol http:// is not supported"),
        ("", "Address can't be blank"),
        ("https://127.0.0.1/x", "Address cannot be a Shopify or an internal domain"),
    ],
)
def test_an_address_that_will_not_do_is_refused_in_the_words_of_the_service(shop: Any, uri: str, text: str) -> None:
    assert subscribe(shop, uri)["userErrors"] == [{"field": ["webhookSubscription", "callbackUrl"], "message": text}]


def test_one_address_takes_a_topic_once(shop: Any) -> None:
    subscribe(shop)
    assert subscribe(shop)["userErrors"][0]["message"] == "Address for this topic has already been taken"
    assert subscribe(shop, topic="ORDERS_PAID")["userErrors"] == []


def login(shop: Any, **more: str) -> dict[str, str]:
    """Agree in the browser; gives what the app hears."""
    asked = {"client_id": "koppel-sandbox-client", "redirect_uri": "https://koppel.example/back", "state": "s1", **more}
    answer = shop.http.get(f"/admin/oauth/authorize?{urlencode(asked)}")
    assert answer.status_code == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def test_a_login_in_the_browser_gives_a_pair_that_is_renewed(shop: Any) -> None:
    back = login(shop)
    rest = urlencode(sorted((name, value) for name, value in back.items() if name != "hmac"))
    assert back["hmac"] == hmac.new(b"shpss_koppel_sandbox_secret", rest.encode(), hashlib.sha256).hexdigest()
    pair = shop.grant(grant_type="", code=back["code"], expiring="1").json
    assert (pair["expires_in"], pair["refresh_token_expires_in"]) == (3600, 7776000)
    assert shop.grant(grant_type="", code=back["code"]).status_code == 400
    shop.sandbox.clock.advance(3601)
    shop.token = pair["access_token"]
    assert shop.post("{ shop { id } }").status_code == 401
    new = shop.grant(grant_type="refresh_token", refresh_token=pair["refresh_token"]).json
    again = shop.grant(grant_type="refresh_token", refresh_token=pair["refresh_token"])
    assert again.status_code == 200
    shop.token = new["access_token"]
    assert shop.post("{ shop { id } }").status_code == 200
    assert shop.grant(grant_type="refresh_token", refresh_token=new["refresh_token"]).status_code == 200
    assert shop.grant(grant_type="refresh_token", refresh_token=pair["refresh_token"]).json["error"] == "invalid_grant"
