"""The page that compares shop and books over a period."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from koppel.actions.reconcile import reconcile
from koppel.errors import TransientError
from koppel.finance.takings import Paid, compare_takings
from koppel.store.models import Rule
from koppel_admin import comparer
from koppel_admin.desk import EXTENSION
from koppel_admin.views import reconcile as pages
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


def test_payments_that_differ_are_shown_below_the_orders_with_the_order_and_the_reason(october, monkeypatch):
    made = [Paid("#1-P1", "1", "#1", "iDEAL", "EUR", Decimal("40.95")), Paid("#2-P2", "2", "#2", "cash", "EUR", Decimal("5.00"))]
    found = compare_takings(made, {"#1-P1": [Decimal("40.95")]})
    found = replace(found, differences=tuple(replace(one, why="Nothing is open.") for one in found.differences))
    monkeypatch.setattr(comparer, "reconcile", lambda *asked: replace(reconcile(*asked), payments=found))
    page = october.text("/admin/reconcile/?flow=orders&first=2026-10-01&last=2026-10-31")
    for word in ("One payment differs", "1 of 2 payments are equal to the cent.", "#2-P2", "Nothing is open.", "Payments by method"):
        assert word in page
    assert "#1-P1" not in page


def test_a_long_comparison_shows_how_far_it_is_and_its_answer_is_kept(october, pair, app, monkeypatch):
    monkeypatch.setattr(pages, "PATIENCE", 0.05)
    go_on, asked = threading.Event(), []

    def slow(site, flow, first, last, progress):
        asked.append(flow)
        progress(1250)
        go_on.wait(20)
        return reconcile(site, flow, first, last)

    monkeypatch.setattr(comparer, "reconcile", slow)
    address = "/admin/reconcile/?flow=orders&first=2026-10-01&last=2026-10-31"
    page = october.text(address)
    assert "1250 records read so far." in page
    assert 'data-refresh="2"' in page
    assert "Comparing" in october.text(address)
    assert asked == ["orders"]
    go_on.set()
    app.extensions[EXTENSION].comparer.wait()
    page = october.text(address)
    assert "2 orders differ" in page
    assert "data-refresh" not in page
    app.extensions[EXTENSION].comparer._going.clear()  # as after a restart of the server
    assert "2 orders differ" in october.text(address)
    assert asked == ["orders"]
    assert october.get(f"{address}&again=yes").status_code == 302
    app.extensions[EXTENSION].comparer.wait()
    assert asked == ["orders", "orders"]


def test_a_comparison_that_cannot_be_made_says_why_and_can_be_asked_again(october, monkeypatch):
    def broken(*_):
        raise TransientError("Shop did not answer.", resolution="Try again later.")

    monkeypatch.setattr(comparer, "reconcile", broken)
    address = "/admin/reconcile/?flow=orders&first=2026-10-01&last=2026-10-31"
    assert "Shop did not answer." in october.text(address)
    monkeypatch.undo()
    assert "2 orders differ" in october.text(october.get(f"{address}&again=yes").location)


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
