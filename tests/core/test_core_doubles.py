"""Deciding about a customer that waits makes no second debtor, whoever else is busy, and can be taken back."""

import pytest
from koppel.actions.doubles import decisions, keep_apart, link, undo, waiting
from koppel.errors import ConflictError
from koppel.store.models import Activity, Delivery, Incoming, Link
from support.pair import make_pair

KEY = "email:jan@example.nl"
CANDIDATE = {"id": "debtor-7", "number": "7", "points": 55, "why": "the same name", "debtor": {"name": "Jan"}}


@pytest.fixture
def pair(tmp_path):
    """Two orders of one new customer that looks like debtor 7."""
    made = make_pair(tmp_path)
    flow = made.site.flow(made.flow("sales_order", name="orders"))
    facts = {"source_key": KEY, "customer": {"name": "Jan"}, "candidates": [CANDIDATE]}
    with made.site.db.write() as session:
        for number in (1, 2):
            session.add(
                Incoming(
                    flow_id=flow.id,
                    external_id=str(number),
                    label=f"#{number}",
                    fingerprint="x",
                    state="parked",
                    cause="customer.double",
                    facts=facts,
                )
            )
    made.ends = {"source_id": flow.source_id, "target_id": flow.target_id}
    yield made
    made.site.close()


def links(pair):
    with pair.site.db.read() as session:
        return [(row.source_key, row.target_key) for row in session.query(Link)]


def test_one_customer_of_two_orders_is_told_once_and_both_go(pair):
    (who,) = waiting(pair.site, "orders")
    assert [row.label for row in who.rows] == ["#1", "#2"]
    assert link(pair.site, who.rows[0].id, "debtor-7", "Els") == 2
    assert links(pair) == [(KEY, "debtor-7")]
    assert {row.state for row in pair.rows()} == {"new"}
    with pair.site.db.read() as session:
        assert [row.text for row in session.query(Activity)] == ["Jan is debtor 7, said by Els."] * 2
    assert waiting(pair.site) == ()


@pytest.mark.parametrize("act", [link, keep_apart])
def test_what_is_on_its_way_again_is_not_decided_about(pair, act):
    with pair.site.db.write() as session:
        session.query(Incoming).update({"state": "new"})
    with pytest.raises(ConflictError, match="does not wait for that any more"):
        act(pair.site, pair.rows()[0].id, "debtor-7")
    with pytest.raises(ConflictError, match="does not wait for that any more"):
        act(pair.site, 999, "debtor-7")
    assert links(pair) == []


def test_a_customer_that_was_sent_meanwhile_or_is_on_its_way_is_not_linked_to_another(pair):
    number = pair.rows()[0].id
    with pair.site.db.write() as session:
        session.add(
            Delivery(
                target_id=pair.ends["target_id"],
                resource="customer",
                key=f"{pair.ends['source_id']}:{KEY}",
                state="sending",
            )
        )
    with pytest.raises(ConflictError, match="was sent meanwhile"):
        link(pair.site, number, "debtor-7")
    with pair.site.db.write() as session:
        session.query(Delivery).delete()
        session.add(Link(**pair.ends, resource="customer", source_key=KEY, target_key="debtor-9", number="9"))
    with pytest.raises(ConflictError, match="was sent meanwhile, as 9"):
        link(pair.site, number, "debtor-7")
    assert links(pair) == [(KEY, "debtor-9")]


def test_both_decisions_can_be_taken_back_and_the_last_one_counts(pair):
    number = pair.rows()[0].id
    assert keep_apart(pair.site, number, "debtor-7", "Els") == 2
    ((said, title),) = decisions(pair.site)
    assert (said.decision, said.by, bool(title)) == ("apart", "Els", True)
    with pair.site.db.write() as session:
        session.query(Incoming).update({"state": "parked"})
    link(pair.site, number, "debtor-7", "Jo")
    ((said, _),) = decisions(pair.site)
    assert (said.decision, said.by) == ("same", "Jo")
    assert undo(pair.site, said.id)
    assert links(pair) == []
    assert decisions(pair.site) == []
    assert not undo(pair.site, said.id)
