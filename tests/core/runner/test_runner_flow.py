"""What a run reads, skips, rests on and tells."""

import threading

import pytest
from koppel.errors import ConfigurationError
from koppel.runner.lease import Busy, Lease
from koppel.store.models import Activity, Run
from support.pair import an_order


def test_a_changed_article_is_changed_there_and_an_unchanged_one_is_left(pair):
    name = pair.flow("product")
    key = pair.shop.add("product", sku="A-1", name="Roos")
    pair.shop.add("product", sku="A-2", name="Tulp")
    pair.run(name)
    pair.shop.records["product"][key]["name"] = "Rozen"
    with pair.site.db.write() as session:  # the source gives it again
        from koppel.store.models import Flow

        session.query(Flow).update({"cursor": None})
    summary = pair.run(name).summary
    assert (summary.seen, summary.created, summary.updated, summary.unchanged) == (2, 0, 1, 1)
    assert [row["name"] for row in pair.ledger.all("product")] == ["Rozen", "Tulp"]


def test_what_we_wrote_is_not_sent_back(pair):
    there, back = pair.flow("product"), pair.flow("product", back=True)
    pair.shop.add("product", sku="A-1", name="Roos")
    pair.run(there)
    summary = pair.run(back).summary
    assert (summary.created, summary.updated, summary.unchanged) == (0, 0, 1)
    assert len(pair.shop.all("product")) == 1
    assert pair.run(there).summary.updated == 0


def test_a_change_made_over_there_comes_back(pair):
    there, back = pair.flow("product"), pair.flow("product", back=True)
    pair.shop.add("product", sku="A-1", name="Roos")
    pair.run(there)
    next(iter(pair.ledger.records["product"].values()))["name"] = "Rozen"
    assert pair.run(back).summary.updated == 1
    assert pair.shop.all("product")[0]["name"] == "Rozen"


def test_an_order_waits_until_its_status_releases_it(pair):
    pair.ledger.add("product", sku="ROOS-1")
    name = pair.flow("sales_order", release=["paid"])
    pair.shop.add("sales_order", **an_order(1, financial_status="pending"))
    assert pair.run(name).summary.skipped == 1
    assert pair.rows()[0].reason == "#1 is pending; it is sent once it is paid."
    pair.shop.records["sales_order"]["sales_order-1"]["financial_status"] = "paid"
    assert pair.run(name, ids=("sales_order-1",)).summary.created == 1


def test_a_cancelled_order_is_not_sent(pair):
    name = pair.flow("sales_order")
    pair.shop.add("sales_order", **an_order(1, cancelled=True))
    assert pair.run(name).summary.skipped == 1


def test_an_unknown_article_is_named_and_the_next_order_goes_on(pair):
    pair.ledger.add("product", sku="ROOS-1")
    name = pair.flow("sales_order")
    pair.shop.add("sales_order", **an_order(1, sku="GEEN-9"))
    pair.shop.add("sales_order", **an_order(2))
    summary = pair.run(name).summary
    assert (summary.created, summary.parked) == (1, 1)
    parked = pair.rows(state="parked")[0]
    assert parked.reason == "SKU GEEN-9 is not in Ledger."
    assert parked.facts == {"sku": "GEEN-9"}
    assert pair.ledger.all("customer")[0]["email"] == "c2@example.nl"


def test_an_order_whose_sums_are_wrong_is_put_aside_with_the_difference(pair):
    pair.ledger.add("product", sku="ROOS-1")
    name = pair.flow("sales_order")
    wrong = an_order(1)
    wrong["total"] = "10.01"
    pair.shop.add("sales_order", **wrong)
    pair.run(name)
    assert "a difference of 0.01" in pair.rows()[0].reason


def test_a_dead_target_rests_the_flow_and_loses_nothing(pair):
    name = pair.flow("product")
    for number in range(8):
        pair.shop.add("product", sku=f"A-{number}")
    pair.ledger.down = True
    result = pair.run(name)
    assert result.summary.outcome == "resting"
    assert "cannot be reached" in result.reason
    pair.ledger.down = False
    with pair.site.db.write() as session:
        from koppel.store.models import Incoming

        session.query(Incoming).update({"due_at": None, "state": "new"})
    assert pair.run(name).summary.created == 8


def test_a_dead_source_rests_the_flow(pair):
    name = pair.flow("product")
    pair.shop.down = True
    assert pair.run(name).summary.outcome == "resting"


def test_a_page_that_repeats_its_marker_ends_the_run_and_keeps_what_was_read(pair):
    name = pair.flow("product")
    for number in range(15):
        pair.shop.add("product", sku=f"A-{number}")
    pair.shop.repeat_cursor = True
    result = pair.run(name)
    assert result.summary.outcome == "stopped"
    assert "the same page marker twice" in result.reason
    assert result.summary.created == 10


def test_a_run_never_overlaps_itself(pair):
    name = pair.flow("product")
    lease = Lease(pair.site.db, pair.site.flow(name).id)
    lease.take()
    with pytest.raises(Busy, match="is running already"):
        pair.run(name)
    lease.give_back()
    assert pair.run(name).summary.outcome == "done"


def test_the_lease_of_a_dead_process_is_taken_over(pair):
    import socket

    name = pair.flow("product")
    lease = Lease(pair.site.db, pair.site.flow(name).id)
    lease.holder = f"{socket.gethostname()}:999999999:x"
    lease.take()
    assert pair.run(name).summary.outcome == "done"


def test_stopping_finishes_the_record_in_hand_and_goes_on_next_time(pair):
    name = pair.flow("product")
    for number in range(30):
        pair.shop.add("product", sku=f"A-{number}")
    stop = threading.Event()
    original = type(pair.ledger).add

    def add(self, resource, **fields):
        if len(self.records["product"]) == 4:
            stop.set()
        return original(self, resource, **fields)

    pair.ledger.add = add.__get__(pair.ledger)
    assert pair.run(name, stop=stop).summary.outcome == "broken off"
    assert len(pair.ledger.all("product")) == 5
    del pair.ledger.add
    pair.run(name)
    assert sorted(row["sku"] for row in pair.ledger.all("product")) == sorted(f"A-{n}" for n in range(30))


def test_a_dry_run_writes_nothing_and_tells_each_field(pair):
    pair.ledger.add("product", sku="ROOS-1")
    name = pair.flow("sales_order")
    pair.shop.add("sales_order", **an_order(1))
    result = pair.run(name, dry_run=True)
    assert result.summary.created == 1
    order = next(plan for plan in result.plans if plan.resource == "sales_order")
    assert ("reference", None, "#1") in order.fields
    assert (pair.ledger.upserts, pair.rows(), pair.ledger.all("sales_order")) == (0, [], [])
    with pair.site.db.read() as session:
        assert session.query(Run).count() == 0
    assert pair.run(name).summary.created == 1


def test_one_question_answers_for_a_page_of_orders(pair):
    pair.ledger.add("product", sku="ROOS-1")
    name = pair.flow("sales_order")
    for number in range(10):
        pair.shop.add("sales_order", **an_order(number))
    pair.run(name)
    assert pair.ledger.finds == 3  # orders, articles and customers


def test_the_activity_shows_what_came_in_and_what_went_out(pair):
    name = pair.flow("product")
    pair.shop.add("product", sku="A-1", name="Roos")
    pair.run(name)
    with pair.site.db.read() as session:
        steps = {step.kind: step.data for step in session.query(Activity).all()}
    assert steps["arrived"]["in"] == {"sku": "A-1", "name": "Roos"}
    assert steps["created"]["out"] == {"sku": "A-1", "name": "Roos"}


def test_an_unknown_setting_names_the_nearest_known_one(pair):
    with pytest.raises(ConfigurationError) as caught:
        pair.flow("product", updaet=True)
    assert caught.value.resolution == "Did you mean update?"


def test_a_forty_kilobyte_name_arrives_whole(pair):
    name = pair.flow("product")
    pair.shop.add("product", sku="A-1", name="x" * 40_000)
    assert pair.run(name).summary.created == 1
    assert len(pair.ledger.all("product")[0]["name"]) == 40_000


def test_two_flows_into_one_system_take_turns(pair):
    articles, orders = pair.flow("product"), pair.flow("sales_order")
    lease = Lease(pair.site.db, pair.site.flow(articles).id)
    lease.take()
    with pytest.raises(Busy, match="product-shop is running already"):
        pair.run(orders)
    assert pair.run(pair.flow("product", back=True)).summary.outcome == "done"
    threading.Timer(0.7, lease.give_back).start()
    assert pair.run(orders, wait=10).summary.outcome == "done"


def test_a_limit_holds_for_what_an_earlier_run_left_too(pair):
    name = pair.flow("product")
    for number in range(15):
        pair.shop.add("product", sku=f"A-{number}")
    for count in range(1, 6):
        assert pair.run(name, limit=1).summary.created == 1
        assert len(pair.ledger.all("product")) == count
    pair.run(name)
    assert len(pair.ledger.all("product")) == 15
