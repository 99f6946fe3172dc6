"""Whatever goes wrong at whichever step: every record ends up there exactly once, or waits with a sentence."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from koppel import hookimpl
from koppel.actions.records import retry
from koppel.errors import AuthError, ConfigurationError, PluginError, RejectedError, TransientError
from koppel.records import Page, Record
from koppel.store.models import Activity, Connection, Delivery, Flow, Incoming, Link, Run
from koppel.testing.fakes import KEYS, FakeConnector
from support.pair import an_order, make_pair
from support.sentences import is_one_sentence

CAREFUL = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TROUBLES = {
    "line": lambda: TransientError("The line broke.", retry_after=0),
    "refused": lambda: RejectedError("It is refused."),
    "login": lambda: AuthError("It asks for a login."),
    "setting": lambda: ConfigurationError("A setting is wrong.", field="world"),
    "contract": lambda: PluginError("The plugin broke its word."),
    "library": lambda: httpx.ReadTimeout("timed out"),
    "bug": lambda: ZeroDivisionError("division by zero"),
}
STEPS = ("fetch", "map", "find", "before", "after")


@dataclass
class Luck:
    """What goes wrong: by step, the trouble of each next call (empty: none)."""

    plan: dict = field(default_factory=dict)
    struck: Counter = field(default_factory=Counter)

    def strike(self, step):
        troubles = self.plan.get(step) or []
        what = troubles.pop(0) if troubles else ""
        if what:
            self.struck[step] += 1
            raise TROUBLES[what]()


LUCK = Luck()


class Unlucky(FakeConnector):
    """The fake system, with something going wrong before or after what it does."""

    @hookimpl
    def fetch(self, query):
        LUCK.strike("fetch")
        return super().fetch(query)

    @hookimpl
    def map(self, step):
        LUCK.strike("map")

    @hookimpl
    def find(self, lookup):
        LUCK.strike("find")
        return super().find(lookup)

    def _one(self, here, resource, write):
        LUCK.strike("before")
        receipt = super()._one(here, resource, write)
        LUCK.strike("after")
        return receipt


def install(monkeypatch, connector):
    monkeypatch.setattr("koppel.testing.fakes.FakeConnector", connector)


def clear(pair):
    """Two empty systems, and a site that remembers nothing of them."""
    LUCK.plan = {}
    for world in (pair.shop, pair.ledger):
        world.records = {name: {} for name in KEYS}
        world.writes = []
    with pair.site.db.write() as session:
        for table in (Activity, Delivery, Link, Incoming, Run):
            session.execute(sa.delete(table))
        session.execute(sa.update(Flow).values(cursor=None, holder="", lease_until=None))
    well_again(pair)


def well_again(pair):
    with pair.site.db.write() as session:
        session.execute(sa.update(Connection).values(state="active", note=""))
        session.execute(sa.update(Incoming).where(Incoming.state == "retry").values(due_at=None, state="new"))


@pytest.fixture(params=[1, 3], ids=["one by one", "in batches"])
def unlucky(tmp_path, monkeypatch, request):
    install(monkeypatch, Unlucky)
    pair = make_pair(tmp_path, batch_size=request.param)
    pair.name = pair.flow("sales_order")
    yield pair
    pair.site.close()


PLANS = st.fixed_dictionaries({step: st.lists(st.sampled_from(["", "", *TROUBLES]), max_size=6) for step in STEPS})


@given(plans=st.lists(PLANS, min_size=1, max_size=3), page_size=st.integers(1, 5), count=st.integers(1, 7))
@CAREFUL
def test_every_order_is_there_once_whatever_went_wrong_before(unlucky, plans, page_size, count):
    clear(unlucky)
    unlucky.shop.page_size = page_size
    unlucky.ledger.add("product", sku="ROOS-1")
    for number in range(count):
        order = an_order(number)
        order["customer"]["email"] = f"c{number % 3}@example.nl"
        unlucky.shop.add("sales_order", **order)
    for plan in plans:
        LUCK.plan = {step: list(troubles) for step, troubles in plan.items()}
        result = unlucky.run(unlucky.name)
        assert result.summary.outcome in ("done", "resting", "stopped")
        assert result.summary.outcome == "done" or is_one_sentence(result.reason)
        for row in unlucky.rows():
            assert row.state in ("done", "new") or (row.state in ("retry", "parked") and is_one_sentence(row.reason))
        assert_nothing_twice(unlucky)
        well_again(unlucky)
    LUCK.plan = {}
    retry(unlucky.site, flow=unlucky.name)
    result = unlucky.run(unlucky.name)
    assert result.summary.outcome == "done", result
    assert Counter(row["reference"] for row in unlucky.ledger.all("sales_order")) == {f"#{number}": 1 for number in range(count)}
    assert {row.state for row in unlucky.rows()} == {"done"}
    assert_nothing_twice(unlucky)


def assert_nothing_twice(pair):
    for resource, name in (("sales_order", "reference"), ("customer", "email")):
        counts = Counter(row[name] for row in pair.ledger.all(resource))
        assert max(counts.values(), default=1) == 1, counts


def test_trouble_can_strike_at_every_step(unlucky):
    clear(unlucky)
    LUCK.struck.clear()
    unlucky.ledger.add("product", sku="ROOS-1")
    unlucky.shop.add("sales_order", **an_order(1))
    for step in STEPS:
        LUCK.plan = {step: ["line"]}
        unlucky.run(unlucky.name)
        well_again(unlucky)
    assert set(LUCK.struck) == set(STEPS)
    assert_nothing_twice(unlucky)


class Journal(FakeConnector):
    """A source that tells changes: the log names what changed, the cursor is a place in it, and every page goes
    back a little, so that records come twice; a page may fail."""

    log: list = []
    now: dict = {}
    sizes = cycle([1])
    back = cycle([0])

    @hookimpl
    def fetch(self, query):
        LUCK.strike("fetch")
        cursor = int(query.cursor or 0)
        start, end = max(0, cursor - next(self.back)), cursor + next(self.sizes)
        records = [Record(key, {"sku": key, "name": self.now[key]}, key) for key in self.log[start:end]]
        return Page(tuple(records), str(min(end, len(self.log))), end < len(self.log))


@pytest.fixture
def journal(tmp_path, monkeypatch):
    install(monkeypatch, Journal)
    pair = make_pair(tmp_path)
    pair.name = pair.flow("product")
    yield pair
    pair.site.close()


CHANGES = st.lists(st.lists(st.integers(0, 8), max_size=10), min_size=1, max_size=4)
SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=5)
BACK = st.lists(st.integers(0, 4), min_size=1, max_size=5)
FAILS = st.lists(st.sampled_from(["", "", "line", "library", "bug"]), max_size=8)


@given(rounds=CHANGES, sizes=SIZES, back=BACK, fails=FAILS)
@CAREFUL
def test_pages_of_any_size_with_doubles_and_late_changes_lose_nothing_and_double_nothing(journal, rounds, sizes, back, fails):
    clear(journal)
    Journal.log, Journal.now, Journal.sizes, Journal.back = [], {}, cycle(sizes), cycle(back)
    LUCK.plan = {"fetch": list(fails)}
    for number, changed in enumerate(rounds):
        for place, one in enumerate(changed):
            Journal.log.append(f"A-{one}")
            Journal.now[f"A-{one}"] = f"name {number}.{place}"
        journal.run(journal.name)
        assert_one_each(journal)
    LUCK.plan = {}
    assert journal.run(journal.name).summary.outcome == "done"
    assert {row["sku"]: row["name"] for row in journal.ledger.all("product")} == Journal.now
    assert journal.run(journal.name).summary.updated == 0


def assert_one_each(pair):
    counts = Counter(row["sku"] for row in pair.ledger.all("product"))
    assert max(counts.values(), default=1) == 1, counts
