"""What is committed together and what before the call, whenever the process dies, on both databases."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from koppel.runner import intake
from koppel.runner.lease import Busy, Lease, LeaseLost
from koppel.store.db import Database
from koppel.store.models import Delivery, Flow, Incoming, Link, utcnow
from koppel.testing.fakes import FakeConnector, World
from support.pair import an_order


class Killed(BaseException):
    """The process dies here; nothing in Koppel catches it."""


@pytest.fixture
def orders(pair):
    pair.ledger.add("product", sku="ROOS-1")
    for number in range(15):
        pair.shop.add("sales_order", **an_order(number))
    pair.name = pair.flow("sales_order")
    return pair


def cursor(pair):
    with pair.site.db.read() as session:
        return session.query(Flow.cursor).scalar()


def references(pair):
    return Counter(row["reference"] for row in pair.ledger.all("sales_order"))


@pytest.mark.parametrize("page", [1, 2])
def test_the_inbox_and_the_cursor_move_together_or_not_at_all(orders, monkeypatch, page):
    arrived, seen = intake._arrived, []

    def dies(talk, row):
        seen.append(row)
        if len(seen) == (page - 1) * 10 + 4:
            raise Killed
        return arrived(talk, row)

    monkeypatch.setattr(intake, "_arrived", dies)
    with pytest.raises(Killed):
        orders.run(orders.name)
    stored = orders.rows()
    assert (len(stored), cursor(orders)) == ((0, None) if page == 1 else (10, "10"))
    monkeypatch.setattr(intake, "_arrived", arrived)
    orders.run(orders.name)
    assert references(orders) == {f"#{number}": 1 for number in range(15)}


def test_the_intent_can_be_seen_by_others_before_the_call_and_the_link_only_after(orders, monkeypatch):
    seen, add = [], World.add

    def looks(self, resource, **fields):
        if resource == "sales_order":
            other = Database(orders.site.db.url)
            with other.read() as session:
                sending = session.query(Delivery).filter_by(resource="sales_order", state="sending").count()
                seen.append((sending, session.query(Link).filter_by(resource="sales_order").count()))
            other.close()
        return add(self, resource, **fields)

    monkeypatch.setattr(World, "add", looks)
    orders.run(orders.name)
    assert seen == [(1, number) for number in range(15)]


@pytest.mark.parametrize("before", [True, False], ids=["before the write", "after the write"])
def test_a_process_that_dies_around_each_write_leaves_each_order_once(orders, monkeypatch, before):
    add, deaths = World.add, []

    def dies(self, resource, **fields):
        if resource != "product" and len(self.records[resource]) not in deaths:
            deaths.append(len(self.records[resource]))
            if not before:
                add(self, resource, **fields)
                self.records[resource][f"{resource}-{len(self.records[resource])}"] |= wanted.pop()
            raise Killed
        return add(self, resource, **fields)

    wanted = []
    monkeypatch.setattr("koppel.testing.fakes.FakeConnector._one", remembering(wanted))
    monkeypatch.setattr(World, "add", dies)
    died = 0
    for _ in range(60):
        try:
            orders.run(orders.name)
            break
        except Killed:
            died += 1
    assert died >= 5
    assert references(orders) == {f"#{number}": 1 for number in range(15)}
    assert max(Counter(row["email"] for row in orders.ledger.all("customer")).values()) == 1


def remembering(wanted):
    """Upsert as the fake does it, noting what is about to be written."""
    write_one = FakeConnector._one

    def one(self, here, resource, write):
        wanted[:] = [dict(write.draft.fields)]
        return write_one(self, here, resource, write)

    return one


def test_of_many_that_want_a_flow_at_once_one_gets_it(orders):
    flow_id, got, ready = orders.site.flow(orders.name).id, [], threading.Barrier(6)

    def want():
        lease = Lease(orders.site.db, flow_id)
        ready.wait()
        try:
            lease.take()
            got.append(lease)
        except Busy:
            pass

    threads = [threading.Thread(target=want) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(got) == 1


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_writes_nothing_more(orders, monkeypatch):
    flow_id, upsert = orders.site.flow(orders.name).id, World.add
    other = Lease(orders.site.db, flow_id)

    def loses(self, resource, **fields):
        key = upsert(self, resource, **fields)
        if resource == "sales_order" and len(self.records[resource]) == 3:
            with orders.site.db.write() as session:
                session.get_one(Flow, flow_id).lease_until = utcnow() - timedelta(seconds=1)
            other.take()
        return key

    monkeypatch.setattr(World, "add", loses)
    result = orders.run(orders.name)
    assert result.summary.outcome == "broken off"
    assert isinstance(result.error, LeaseLost)
    assert len(orders.ledger.all("sales_order")) == 3
    with pytest.raises(LeaseLost):
        Lease(orders.site.db, flow_id).renew()
    other.give_back()
    monkeypatch.setattr(World, "add", upsert)
    orders.run(orders.name)
    assert references(orders) == {f"#{number}": 1 for number in range(15)}
    with orders.site.db.read() as session:
        assert session.query(Incoming).filter(Incoming.state != "done").count() == 0
