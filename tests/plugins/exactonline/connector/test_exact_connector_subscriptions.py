"""Webhooks are subscribed to by a test of the connection, and put right by the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from koppel_exactonline.sandbox.demo.basics import CLIENT_ID
from koppel_exactonline.webhooks import NAMES

ADDRESS = "https://koppel.example/hooks/exactonline"
SETTINGS = {"client_id": CLIENT_ID, "webhook_secret": "x", "webhook_address": ADDRESS}
PATH = "webhooks/WebhookSubscriptions"


@pytest.fixture
def sim(simulate: Callable[..., Any]) -> Any:
    made = simulate()
    made.shell.sandbox.outbox.post = lambda url, body: 200
    return made


def there(sim: Any) -> dict[str, str]:
    return {row["Topic"]: row["CallbackURL"] for row in sim.shell.sandbox.dump()["data"]["3012345"].get(PATH, [])}


def test_a_test_of_the_connection_subscribes_once_and_puts_right_what_points_elsewhere(sim: Any) -> None:
    assert sim.connector(**SETTINGS).check().missing == ()
    assert there(sim) == dict.fromkeys(NAMES, ADDRESS)
    before = sim.calls()
    assert sim.connector(**SETTINGS).check().missing == ()
    assert not [one for one in sim.shell.requests[before:] if one["request"].startswith(("POST", "DELETE"))]
    assert sim.connector(**{**SETTINGS, "webhook_address": ADDRESS + "-2"}).check().missing == ()
    assert there(sim) == dict.fromkeys(NAMES, ADDRESS + "-2")


def test_without_an_address_nothing_is_touched_and_without_a_secret_it_is_said(sim: Any) -> None:
    assert sim.connector(client_id=CLIENT_ID).check().missing == ()
    assert "webhook secret" in sim.connector(**{**SETTINGS, "webhook_secret": ""}).check().missing[0]
    assert there(sim) == {}


def test_what_another_app_subscribed_to_is_left_alone_and_told(sim: Any) -> None:
    other = {"ID": "00000000-0000-0000-0000-0000000000aa", "Topic": "Items", "CallbackURL": "https://x.example/", "ClientID": "00000000-0000-0000-0000-0000000000bb"}
    sim.shell.sandbox.state.divisions[3012345].table(PATH).put(other)
    assert sim.connector(**SETTINGS).check().missing == ("webhooks: another user or app of this customer listens to Items already",)
    assert there(sim)["Items"] == "https://x.example/"


def test_an_address_that_exact_cannot_reach_or_take_is_told_once(sim: Any) -> None:
    sim.shell.sandbox.outbox.post = lambda url, body: 503
    (said,) = sim.connector(**SETTINGS).check().missing
    assert said == "webhooks: Exact Online cannot reach the address for webhooks: it got 503."
    (said,) = sim.connector(**{**SETTINGS, "webhook_address": "http://koppel.example/x"}).check().missing
    assert said == "webhooks: Exact Online does not accept the address for webhooks."
