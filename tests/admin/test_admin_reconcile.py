"""The page that compares shop and books over a period."""

from datetime import UTC, datetime

import pytest
from koppel.store.models import Rule
from support.pair import an_order


@pytest.fixture
def october(owner, pair):
    with pair.site.db.write() as session:
        for system in ("shop", "ledger"):
            session.add(Rule(system=system, direction="inbound", resource="sales_order", target="ordered_at", position=99, spec={"from": "ordered_at"}))
    moment = datetime(2026, 10, 3, 12, tzinfo=UTC).isoformat()
    for world, total in ((pair.shop, "10.00"), (pair.ledger, "10.01")):
        world.add("sales_order", **an_order(1, total=total, ordered_at=moment))
    pair.shop.add("sales_order", **an_order(2, ordered_at=moment))
    pair.flow("sales_order", name="orders")
    return owner


def test_the_page_asks_and_then_names_what_differs(october):
    assert "Which period" in october.text("/admin/reconcile/")
    page = october.text("/admin/reconcile/?flow=orders&first=2026-10-01&last=2026-10-31")
    assert "2 orders differ" in page
    assert "0 of 2 orders are equal to the cent." in page
    for word in ("Rounding", "Ledger rounds differently.", "Missing", "It was not sent to Ledger yet; run the flow.", "10.01"):
        assert word in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("flow=orders&first=gisteren&last=2026-10-31", "“gisteren” is no day."),
        ("flow=orders&first=2026-10-31&last=2026-10-01", "must come after the first"),
        ("flow=orders&first=2020-10-31&last=2026-10-01", "at most three months later"),
        ("flow=none&first=2026-10-01&last=2026-10-02", "There is no flow called"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(october, query, said):
    assert said in october.text(f"/admin/reconcile/?{query}")
