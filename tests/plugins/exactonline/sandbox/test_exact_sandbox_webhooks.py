"""Webhooks: who may subscribe, what is sent and how it is signed, and how long it is tried."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from koppel_exactonline.sandbox.demo.basics import CLIENT_ID, WEBHOOK_SECRET

PATH = "webhooks/WebhookSubscriptions"
HOME = "https://koppel.example/hooks/exact"


class Ear:
    """Hears what is posted; answers `status`."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.status = 200

    def __call__(self, url: str, body: bytes) -> int:
        self.heard.append(body)
        return self.status


def listen(exact: Any, topic: str = "Items") -> Ear:
    ear = Ear()
    exact.sandbox.outbox.post = ear
    exact.make(PATH, CallbackURL=HOME, Topic=topic)
    assert ear.heard == [b""]  # the empty test call
    ear.heard.clear()
    return ear


def content(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)["Content"]
    return found


def test_a_change_is_told_with_its_key_and_signed_over_the_raw_content(exact: Any) -> None:
    ear = listen(exact)
    key = exact.item("A")
    exact.sandbox.outbox.wait()
    (body,) = ear.heard
    raw, _, code = body.removeprefix(b'{"Content":').rpartition(b',"HashCode":')
    assert code == f'"{hmac.new(WEBHOOK_SECRET.encode(), raw, hashlib.sha256).hexdigest().upper()}"}}'.encode()
    said = content(body)
    assert list(said) == ["Topic", "ClientId", "Division", "Action", "Key", "ExactOnlineEndpoint", "EventCreatedOn"]
    assert (said["Topic"], said["ClientId"], said["Division"], said["Action"], said["Key"]) == ("Items", CLIENT_ID, exact.division, "Update", key)
    assert said["ExactOnlineEndpoint"].endswith(f"/api/v1/{exact.division}/logistics/Items(guid'{key}')")
    exact.request("DELETE", f"logistics/Items(guid'{key}')")
    exact.sandbox.outbox.wait()
    assert (content(ear.heard[1])["Action"], content(ear.heard[1])["Key"]) == ("Delete", key)


def test_only_the_topic_asked_for_is_told_and_lines_report_under_their_header(exact: Any) -> None:
    ear = listen(exact, "SalesOrders")
    order = exact.order({"Item": exact.item(), "NetPrice": 1})
    exact.sandbox.outbox.wait()
    assert {content(one)["Key"] for one in ear.heard} == {order["OrderID"]}
    ear.heard.clear()
    line = exact.rows("salesorder/SalesOrderLines", filter=f"OrderID eq guid'{order['OrderID']}'", select="ID")[0]["ID"]
    exact.put("salesorder/SalesOrderLines", line, Quantity=2)
    exact.sandbox.outbox.wait()
    assert [content(one)["Topic"] for one in ear.heard] == ["SalesOrders"]


@pytest.mark.parametrize(("values", "said"), [
    ({"CallbackURL": "http://koppel.example/x"}, "Ongeldig: Callback-URL"),
    ({"CallbackURL": "https://elders.example/x"}, "Ongeldig: Callback-URL"),
    ({"Topic": "Addresses"}, "Ongeldig: Onderwerp"), ({"IsInstant": True}, "Ongeldig: Onderwerp"),
])
def test_a_subscription_wants_https_on_our_own_domain_and_a_known_topic(exact: Any, values: dict[str, Any], said: str) -> None:
    exact.sandbox.outbox.post = Ear()
    assert exact.error(exact.post(PATH, **{"CallbackURL": HOME, "Topic": "Items", **values})) == (500, said)


def test_nobody_at_home_means_no_subscription_and_a_second_one_is_refused(exact: Any) -> None:
    ear = Ear()
    ear.status, exact.sandbox.outbox.post = 503, ear
    assert exact.error(exact.post(PATH, CallbackURL=HOME, Topic="Items")) == (500, "Ongeldig: Post naar callback-URL geeft 503")
    listen(exact)
    assert exact.error(exact.post(PATH, CallbackURL=HOME, Topic="Items")) == (500, "Gegeven bestaat reeds.")
    key = exact.rows(PATH)[0]["ID"]
    assert exact.put(PATH, key, CallbackURL=HOME + "2").status_code == 500
    assert exact.request("DELETE", f"{PATH}(guid'{key}')").status_code == 204


def test_a_failed_delivery_is_tried_ten_times_again_ever_later(start: Callable[..., Any]) -> None:
    for after, left in (("unsubscribe", 0), ("drop", 1)):
        exact = start(webhook_after_last=after, access_token_seconds=1_000_000)
        ear = listen(exact)
        ear.status = 500
        exact.item("A")
        outbox, clock = exact.sandbox.outbox, exact.sandbox.clock
        outbox.wait()
        waits = []
        while outbox.parcels:
            now = clock.now().timestamp()
            waits.append(round((outbox.parcels[0].due - now) / 60))
            clock.advance(outbox.parcels[0].due - now)
            outbox.deliver(clock.now().timestamp() + 1)
        assert waits == [2**n for n in range(1, 11)]
        assert len(ear.heard) == 11
        assert len(exact.rows(PATH)) == left


def test_the_ways_that_sources_differ_are_switches(start: Callable[..., Any]) -> None:
    exact = start(webhook_action="upper", webhook_endpoint="relative", webhook_moment="ticks", webhook_doubles=True)
    ear = listen(exact)
    exact.item("A")
    exact.sandbox.outbox.wait()
    first, second = ear.heard
    assert first == second
    assert content(first)["Action"] == "UPDATE"
    assert content(first)["ExactOnlineEndpoint"].startswith("/api/v1/")
    assert content(first)["EventCreatedOn"].startswith("/Date(")


def test_a_new_row_and_the_unit_of_the_waits_are_switches_too(start: Callable[..., Any]) -> None:
    exact = start(webhook_create="Create", webhook_retry_seconds=1)
    ear = listen(exact)
    ear.status = 500
    key = exact.item("A")
    outbox, clock = exact.sandbox.outbox, exact.sandbox.clock
    outbox.wait()
    assert content(ear.heard[0])["Action"] == "Create"
    assert round(outbox.parcels[0].due - clock.now().timestamp()) == 2
    clock.advance(60)
    exact.put("logistics/Items", key, Description="B")
    outbox.wait()
    assert "Update" in {content(one)["Action"] for one in ear.heard}
