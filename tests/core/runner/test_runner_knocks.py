"""What a system tells by itself is read at once, proven, and each message once."""

import pytest
from koppel.actions.hooks import receive
from koppel.errors import AuthError
from koppel.hookspecs import hookimpl
from koppel.records import Delivery
from koppel.runner.schedule import due_flows
from koppel.store.db import dumps
from koppel.store.models import Flow, HookEvent, Knock
from koppel.testing.fakes import FakeConnector
from support.pair import an_order, make_pair


@pytest.fixture
def pair(tmp_path):
    made = make_pair(tmp_path)
    made.ledger.add("product", sku="ROOS-1")
    yield made
    made.site.close()


def tell(pair, *ids, event="", resource="sales_order", signature="good"):
    body = dumps({"resource": resource, "ids": ids, "event": event}).encode()
    return receive(pair.site, "shop", Delivery(body, {"x-signature": signature}))


def knocks(pair):
    with pair.site.db.read() as session:
        return [one.external_id for one in session.query(Knock)]


def test_a_record_that_was_told_of_is_read_though_the_cursor_is_past_it(pair):
    name = pair.flow("sales_order", release=["paid"])
    pair.shop.add("sales_order", **an_order(1, financial_status="pending"))
    assert pair.run(name).summary.skipped == 1
    pair.shop.records["sales_order"]["sales_order-1"]["financial_status"] = "paid"
    assert pair.run(name).summary.created == 0  # the fake's cursor counts records
    assert tell(pair, "sales_order-1") == 1
    assert pair.run(name).summary.created == 1
    assert knocks(pair) == []


def test_the_same_message_twice_and_one_that_is_early_or_late_do_no_harm(pair):
    name = pair.flow("sales_order")
    assert tell(pair, "sales_order-1", event="e-1") == 1  # before the order can be read
    assert pair.run(name).summary.seen == 0
    pair.shop.add("sales_order", **an_order(1))
    assert tell(pair, "sales_order-1", event="e-1") == 0
    assert tell(pair, "sales_order-1", event="e-2") == 1
    assert tell(pair, "sales_order-1", event="e-3") == 0  # it waits to be read already
    assert pair.run(name).summary.created == 1
    assert tell(pair, "sales_order-1", event="e-4") == 1
    assert pair.run(name).summary.created == 0
    assert len(pair.ledger.all("sales_order")) == 1


def test_a_message_that_nobody_vouches_for_changes_nothing(pair):
    pair.flow("sales_order")
    with pytest.raises(AuthError, match="signature"):
        tell(pair, "sales_order-1", signature="forged")
    assert knocks(pair) == []
    with pair.site.db.read() as session:
        assert session.query(HookEvent).count() == 0


def test_a_flow_on_a_schedule_is_due_at_once_and_others_are_left_alone(pair):
    orders, articles = pair.flow("sales_order"), pair.flow("product")
    with pair.site.db.write() as session:
        session.query(Flow).update({"schedule": "1h"})
    for name in (orders, articles):
        pair.run(name)
    with pair.site.db.read() as session:
        assert due_flows(session) == []
    assert tell(pair, "sales_order-1") == 1
    with pair.site.db.read() as session:
        assert [flow.name for flow in due_flows(session)] == [orders]


def test_many_records_are_read_a_handful_at_a_time(pair):
    name = pair.flow("sales_order")
    for number in range(1, 121):
        pair.shop.add("sales_order", **an_order(number))
    pair.run(name)
    for row in pair.shop.records["sales_order"].values():
        row["channel"] = "pos"
    assert tell(pair, *pair.shop.records["sales_order"]) == 120
    assert pair.run(name).summary.seen == 120
    assert knocks(pair) == []


def test_what_could_not_be_read_is_asked_for_again(pair):
    name = pair.flow("sales_order")
    pair.shop.add("sales_order", **an_order(1))
    tell(pair, "sales_order-1")
    pair.shop.down = True
    assert pair.run(name).summary.outcome == "resting"
    assert knocks(pair) == ["sales_order-1"]
    pair.shop.down = False
    pair.run(name)
    assert knocks(pair) == []
    assert len(pair.ledger.all("sales_order")) == 1


def test_a_message_that_comes_while_the_flow_runs_makes_it_due_again(pair, monkeypatch):
    name = pair.flow("sales_order")
    with pair.site.db.write() as session:
        session.query(Flow).update({"schedule": "1h"})
    fetch = FakeConnector.fetch

    def told_meanwhile(self, query):
        tell(pair, "sales_order-9")
        return fetch(self, query)

    monkeypatch.setattr(FakeConnector, "fetch", hookimpl(told_meanwhile))
    pair.run(name)
    with pair.site.db.read() as session:
        assert [flow.name for flow in due_flows(session)] == [name]
