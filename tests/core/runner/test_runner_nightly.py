"""Once a night the orders of the last days are held against the inbox; what never arrived is fetched."""

from datetime import UTC, datetime, timedelta

import pytest
from koppel.engines.embedded import EmbeddedEngine
from koppel.runner import nightly
from koppel.store.models import Flow, Run
from support.pair import an_order


@pytest.fixture
def lost(pair):
    """Three orders, of which the second was never told of and lies behind the cursor."""
    pair.ledger.add("product", sku="ROOS-1")
    name = pair.flow("sales_order", name="orders")
    for number in (1, 2, 3):
        pair.shop.add("sales_order", **an_order(number))
    with pair.site.db.write() as session:
        session.query(Flow).one().created_at = datetime.now(UTC) - timedelta(days=9)
        session.query(Flow).one().schedule = "1h"
    second = pair.shop.records["sales_order"].pop("sales_order-2")
    assert pair.run(name).summary.created == 2
    pair.shop.records["sales_order"]["sales_order-2"] = second
    with pair.site.db.write() as session:
        session.query(Flow).one().cursor = "99"
    assert pair.run(name).summary.seen == 0
    return pair


def reason(pair):
    with pair.site.db.read() as session:
        return session.query(Run).filter_by(trigger="nightly").order_by(Run.id.desc()).first().reason


def test_ord_07_an_order_that_never_arrived_is_fetched_at_night_and_booked_once(lost):
    result = nightly.compare(lost.site, "orders")
    assert (result.summary.seen, result.summary.created) == (3, 1)
    assert reason(lost) == "Compared 3 records; fetched 1 that had not arrived."
    assert nightly.compare(lost.site, "orders").summary.created == 0
    assert reason(lost) == "Compared 3 records; all had arrived."
    assert len(lost.ledger.records["sales_order"]) == 3


def test_ord_07_the_engine_compares_each_flow_once_a_night(lost):
    engine = EmbeddedEngine(lost.site)
    engine.tick()
    engine.tick()
    with lost.site.db.read() as session:
        assert session.query(Run).filter_by(trigger="nightly").count() == 1
    assert len(lost.ledger.records["sales_order"]) == 3


def test_ord_07_other_flows_and_those_by_hand_are_left_alone(lost):
    night = nightly.last_night("Europe/Amsterdam")
    lost.flow("product", name="goods")
    with lost.site.db.read() as session:
        assert nightly.uncompared(session, night) == ["orders"]
    with lost.site.db.write() as session:
        row = session.query(Flow).filter_by(name="orders").one()
        row.settings = {**row.settings, "nightly": "off"}
    with lost.site.db.read() as session:
        assert nightly.uncompared(session, night) == []
    with lost.site.db.write() as session:
        row = session.query(Flow).filter_by(name="orders").one()
        row.settings, row.schedule = {**row.settings, "nightly": ""}, ""
    with lost.site.db.read() as session:
        assert nightly.uncompared(session, night) == []


@pytest.mark.parametrize(("now", "night"), [("2026-11-26T01:59", "2026-11-25T02:00"), ("2026-11-26T02:00", "2026-11-26T02:00")])
def test_the_night_is_that_of_the_site(now, night):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert nightly.last_night("Europe/Amsterdam", moment) == datetime.fromisoformat(night).replace(tzinfo=UTC)
