"""Orders that are cancelled in the books are cancelled in the shop where the flow says so: once, and never the shop's own."""

import time
from uuid import uuid4

import pytest
from koppel.actions.flows import save_flow
from koppel.actions.records import decide
from support.garden import Garden, purchase, shop_of, shopper, states_of
from support.returns import Counter, rows

pytestmark = pytest.mark.walk
OURS, OWN = range(8001, 8006), range(8011, 8014)
CANCEL = {"match": "graphql.json", "containing": "mutation CancelOrder"}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """Exact Online has orders that this shop never saw; the shop has orders of its own; a cancellation takes a second."""
    other = Garden(tmp_path_factory.mktemp("other"), states_of(shop_of(*(purchase(one, shopper(one)) for one in OURS))))
    try:
        flow = other.flow("into-exact", "shopify", "exactonline")
        assert other.send(flow, *OURS).created == len(OURS)
        books = other.state("exactonline")
    finally:
        other.close()
    shop = states_of(shop_of(*(purchase(one, shopper(one)) for one in OWN)))
    made = Garden(tmp_path_factory.mktemp("ours"), {**shop, "exactonline": books}, options={"shopify": {"cancel_seconds": 1}})
    made.counter = Counter(made)
    made.left = iter(OURS)
    yield made
    made.close()


def flow_of(garden, **settings):
    return garden.flow(f"c{uuid4().hex[:8]}", "exactonline", "shopify", release=[], settle_seconds=0, **settings)


def in_books(garden, number):
    return next(row for row in garden.exact("salesorder/SalesOrders") if row["YourRef"] == f"#{number}")


def in_shop(garden, number):
    (order,) = [one for one in garden.state("shopify")["orders"] if f"#{number}" in (one.get("sourceIdentifier"), one["name"])]
    return order


def cancel_in_books(garden, number):
    """Somebody closes the order in Exact Online, for which its API has no call."""
    division = garden.servers["exactonline"].shell.sandbox.state.divisions[3012345]
    orders = division.table("salesorder/SalesOrders")
    row = next(one for one in orders if one["YourRef"] == f"#{number}")
    division.touch(orders.put({**row, "Status": 45}))


def send(garden, flow, number):
    return garden.run(flow, ids=(in_books(garden, number)["OrderID"],)).summary


def until_done(garden, flow, number, seconds=15):
    """Send it again until the shop, which cancels in its own time, has done so; gives its row."""
    deadline = time.monotonic() + seconds
    while True:
        send(garden, flow, number)
        (row,) = [one for one in garden.inbox(flow) if one.label == f"#{number}"]
        if row.state == "done" or time.monotonic() > deadline:
            return row
        time.sleep(0.2)


def placed(garden, **settings):
    """An order of the books that Koppel wrote into the shop, and that was cancelled in the books since."""
    number, flow = next(garden.left), flow_of(garden, **settings)
    assert send(garden, flow, number).created == 1
    assert in_shop(garden, number).get("cancelledAt") is None
    return number, flow


def test_ord_10_an_order_of_the_books_is_cancelled_in_the_shop_once_also_when_the_answer_got_lost(garden):
    number, flow = placed(garden, cancellations="cancel")
    cancel_in_books(garden, number)
    garden.faults("shopify", {**CANCEL, "kind": "drop_after"})
    for _ in range(3):
        send(garden, flow, number)
    garden.faults("shopify")
    row = until_done(garden, flow, number)
    order = in_shop(garden, number)
    assert (order["cancelReason"], order["currentTotalPriceSet"]["shopMoney"]["amount"]) == ("OTHER", "0.0")
    assert row.state == "done"
    moment = order["cancelledAt"]
    assert send(garden, flow, number).updated == 0
    assert in_shop(garden, number)["cancelledAt"] == moment


def test_ord_10_it_waits_for_a_person_unless_the_flow_says_so(garden):
    number, flow = placed(garden)
    cancel_in_books(garden, number)
    assert send(garden, flow, number).parked == 1
    (row,) = [one for one in garden.inbox(flow) if one.label == f"#{number}"]
    assert row.reason.startswith(f"#{number} was cancelled in Exact Online after it was booked in Shopify")
    assert row.resolution == "Cancel it there as well, or leave it as it was booked."
    assert in_shop(garden, number).get("cancelledAt") is None
    assert decide(garden.site, [row.id], "cancel", "test") == 1
    assert garden.run(flow, limit=1).summary.updated == 1
    assert in_shop(garden, number)["cancelledAt"]


def test_ord_10_one_whose_parcel_left_meanwhile_is_refused_with_the_words_of_the_shop(garden):
    number, flow = placed(garden, cancellations="cancel")
    order = in_shop(garden, number)
    garden.counter.send_parcel(order["name"].lstrip("#"))
    cancel_in_books(garden, number)
    assert send(garden, flow, number).parked == 1
    assert "Cannot cancel an order that has outstanding fulfillments" in garden.waiting(flow)[f"#{number}"]
    assert in_shop(garden, number).get("cancelledAt") is None


@pytest.mark.parametrize(("setting", "number"), [("cancel", OWN[0]), ("cancel_all", OWN[1])])
def test_ord_10_the_shops_own_order_is_cancelled_only_when_that_was_chosen(garden, setting, number):
    there = garden.flow(f"o{uuid4().hex[:8]}", "shopify", "exactonline")
    assert garden.send(there, number).created == 1
    cancel_in_books(garden, number)
    send(garden, flow_of(garden, cancellations="cancel"), number)
    assert in_shop(garden, number).get("cancelledAt") is None
    news = f"s{uuid4().hex[:8]}"
    save_flow(garden.site, news, "exactonline", "shopify", "order_status", settings={"cancellations": setting})
    assert send(garden, news, number).updated == 1
    order = in_shop(garden, number)
    assert bool(order.get("cancelledAt")) is (setting == "cancel_all")
    assert any(tag.endswith("cancelled") for tag in order["tags"])
    assert [one for one in rows(order["transactions"]) if one["kind"] == "REFUND"] == []
    assert send(garden, news, number).updated == 0
