"""Orders that are taken in for real: by status, by day and number, after they have ripened, and seen late."""

from datetime import UTC, datetime, timedelta

import pytest
from koppel.runner import carry, gate, nightly
from koppel.store.models import Run, utcnow
from koppel_shopify.client import AdminApi
from support.garden import NOW, Garden, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
AGE = 20 * 24 * 60
"""Minutes from the first order of the garden to now: the number of an order that was placed this minute."""
MORNING = AGE - 600
"""One of ten hours ago. Ages are told in hours, for these tests may wait long for their turn."""
ORDERS = (
    purchase(101, shopper(1)),
    purchase(102, shopper(2), paid=False),
    purchase(103, shopper(3)),
    purchase(104, shopper(4)),
    purchase(MORNING, shopper(5)),
    purchase(AGE - 1, shopper(6)),
)
MARK_PAID = "mutation P($id: ID!) { orderMarkAsPaid(input: {id: $id}) { userErrors { message } } }"
NOTE = "mutation N($id: ID!) { orderUpdate(input: {id: $id, note: \"Bel eerst\"}) { userErrors { message } } }"


@pytest.fixture
def garden(tmp_path):
    made = Garden(tmp_path, states_of(shop_of(*ORDERS)))
    yield made
    made.close()


def booked(garden):
    return sorted(int(row["YourRef"].removeprefix("#")) for row in garden.exact("salesorder/SalesOrders"))


def in_shop(garden, text, number):
    garden.ask("shopify", "POST", "/admin/api/2026-10/graphql.json", json={"query": text, "variables": {"id": garden.order_id(number)}})


def test_ord_01_and_ord_02_only_paid_orders_from_a_day_on_a_few_per_run_until_all_are_there(garden):
    since = NOW - timedelta(days=20) + timedelta(minutes=102)
    flow = garden.flow("paid", "shopify", "exactonline", filters={"financial_status": "paid", "created_at": f">={since:%Y-%m-%dT%H:%M:%SZ}"})
    assert garden.run(flow, limit=2).summary.created == 2
    assert booked(garden) == [103, 104]
    assert garden.run(flow).summary.created == 2
    assert booked(garden) == [103, 104, MORNING, AGE - 1]
    in_shop(garden, MARK_PAID, 102)
    garden.add_row(flow, "payment_term", "ID", method="Manual")
    assert (garden.run(flow).summary.created, garden.waiting(flow)) == (1, {})
    assert booked(garden) == [102, 103, 104, MORNING, AGE - 1]


def test_ord_04_asked_for_orders_are_booked_now_and_the_rest_in_its_own_time(garden):
    flow = garden.flow("asked", "shopify", "exactonline", minimum_age=900)
    assert garden.run(flow, ids=(f"#{AGE - 1}", garden.order_id(101))).summary.created == 2
    assert booked(garden) == [101, AGE - 1]
    assert garden.run(flow).summary.created == 2
    assert booked(garden) == [101, 103, 104, AGE - 1]


def test_ord_03_a_young_order_ripens_and_then_goes_by_itself_as_it_is_by_then(garden, monkeypatch):
    flow = garden.flow("ripe", "shopify", "exactonline", minimum_age=300)
    first = garden.run(flow)
    assert (first.summary.created, first.summary.parked, first.reason) == (4, 0, "")
    (young,) = garden.inbox(flow, state="retry")
    assert young.reason == f"#{AGE - 1} is sent once it is 300 minutes old."
    assert timedelta(hours=3) < young.due_at - datetime.now(UTC) < timedelta(hours=5)
    assert garden.run(flow).summary.created == 0
    for module in (gate, carry):
        monkeypatch.setattr(module, "utcnow", lambda: utcnow() + timedelta(minutes=301))
    assert garden.run(flow).summary.created == 1
    assert booked(garden) == [101, 103, 104, MORNING, AGE - 1]


def change_late(garden):
    """A change of #103 that the shop's list shows only once later changes were read already."""
    shop = garden.servers["shopify"].shell.sandbox.store
    newest = max(one["updatedAt"] for one in shop.records["orders"])
    late = next(one for one in shop.records["orders"] if one["name"] == "#103")
    late |= {"note": "Bel eerst", "updatedAt": f"{datetime.fromisoformat(newest) - timedelta(minutes=45):%Y-%m-%dT%H:%M:%SZ}"}


@pytest.mark.parametrize(("overlap", "seen"), [(0, False), (60, True)])
def test_ord_03_a_change_that_the_shop_shows_late_is_seen_by_a_longer_overlap(garden, overlap, seen):
    flow = garden.flow("late", "shopify", "exactonline", overlap=overlap, edits="keep")
    garden.run(flow)
    before = {row.label: row.fingerprint for row in garden.inbox(flow)}
    change_late(garden)
    garden.run(flow)
    changed = {row.label for row in garden.inbox(flow) if row.fingerprint != before[row.label]}
    assert changed == ({"#103"} if seen else set())


@pytest.mark.parametrize(("how", "lists"), [("", 1), ("whole", 0)])
def test_ord_07_a_change_that_never_came_is_found_at_night_by_number_and_moment_of_change_alone(garden, how, lists, monkeypatch):
    flow = garden.flow("night", "shopify", "exactonline", edits="keep", nightly=how)
    garden.run(flow)
    before = {row.label: row.fingerprint for row in garden.inbox(flow)}
    change_late(garden)
    garden.run(flow)
    assert {row.label: row.fingerprint for row in garden.inbox(flow)} == before
    asked = []
    page = AdminApi.page
    monkeypatch.setattr(AdminApi, "page", lambda self, name, *more: asked.append(name) or page(self, name, *more))
    nightly.compare(garden.site, flow)
    assert {row.label for row in garden.inbox(flow) if row.fingerprint != before[row.label]} == {"#103"}
    with garden.site.db.read() as session:
        (run,) = session.query(Run).filter_by(trigger="nightly")
        assert run.reason == "Compared 3 records; fetched 1 whose change had not arrived."
    assert asked.count("order_keys") == lists
