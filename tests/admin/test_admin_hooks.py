"""Other systems knock without a session; only what the connector can prove is taken in."""

import json

import pytest


@pytest.mark.parametrize(
    ("name", "signature", "status"), [("shop", "good", 200), ("shop", "forged", 401), ("nowhere", "good", 404)]
)
def test_a_message_is_taken_in_or_refused_without_a_login(app, pair, name, signature, status):
    pair.flow("sales_order")
    body = json.dumps({"resource": "sales_order", "ids": ["sales_order-1"], "event": "e-1"})
    answer = app.test_client().post(f"/hooks/{name}/orders/paid", data=body, headers={"X-Signature": signature})
    assert (answer.status_code, answer.text) == (status, "")


def test_a_message_that_is_too_long_is_refused(app, pair):
    answer = app.test_client().post("/hooks/shop", data=b"x" * 5_000_000, headers={"X-Signature": "good"})
    assert answer.status_code == 413


def test_nothing_can_be_read_at_that_door(app, pair):
    assert app.test_client().get("/hooks/shop").status_code == 405
