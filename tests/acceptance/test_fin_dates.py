"""The booking date in both ledgers: by the shop's own clock, of the payment or the parcel, and never in a closed period."""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

import pytest
from koppel.actions.records import retry
from koppel.store.models import Flow
from support.garden import NOW, Garden, bare_plan, purchase, shop_of, shop_order, shopper, states_of
from support.paid import JOURNALS, Paid

pytestmark = pytest.mark.walk
BOTH = pytest.mark.parametrize("target", ["exactonline", "accountview"])
FIRST = (NOW.date().replace(day=1) - timedelta(days=1)).replace(day=1)
"""Of the month before this one, when all was ordered; it is closed in both ledgers."""
LAST = FIRST.replace(day=monthrange(FIRST.year, FIRST.month)[1])
NEXT = LAST + timedelta(days=1)
NUMBERS = range(4301, 4316)


def stamp(day, clock):
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """Orders of a minute before and after midnight; that month is closed in both ledgers."""
    states = states_of(shop_of(*(purchase(number, shopper(number)) for number in NUMBERS)))
    for number in NUMBERS:
        order = shop_order(states, number)
        order["createdAt"] = order["processedAt"] = stamp(FIRST - timedelta(days=1), "23:30:00")  # half past midnight in Amsterdam
        order["transactions"][0]["processedAt"] = stamp(FIRST + timedelta(days=1), "12:00:00")
        order["displayFulfillmentStatus"], order["fulfillments"] = "UNFULFILLED", []
    states["accountview"]["companies"][0]["administrations"][-1]["settings"]["closed_periods"] = str(FIRST.month)
    made = Garden(tmp_path_factory.mktemp("dates"), states, bare_plan(), {"exactonline": {"closed_until": str(LAST)}})
    yield made
    made.close()


def day_in(garden, target, number):
    """The day that an order has in the books."""
    if target == "accountview":
        return next(row["ORD_DATE"] for row in garden.accountview("SO_HDR") if row["COMMENT1"] == f"#{number}")[:10]
    text = next(row["OrderDate"] for row in garden.exact("salesorder/SalesOrders") if row["YourRef"] == f"#{number}")
    return str(datetime.fromtimestamp(int(re.search(r"\d+", text)[0]) / 1000, UTC).date())


@BOTH
def test_fin_14_an_order_of_half_past_midnight_is_of_the_new_day(garden, target):
    made = garden.flow(f"ordered-{target}", "shopify", target)
    assert garden.send(made, 4301).created == 1, garden.waiting(made)
    assert day_in(garden, target, 4301) == str(FIRST)


@BOTH
def test_fin_14_the_day_of_the_payment(garden, target):
    made = garden.flow(f"paid-{target}", "shopify", target, booking_date="paid")
    assert garden.send(made, 4302).created == 1, garden.waiting(made)
    assert day_in(garden, target, 4302) == str(FIRST + timedelta(days=1))


@BOTH
def test_fin_14_what_is_not_shipped_yet_is_left_out_or_has_the_day_of_the_order(garden, target):
    made = garden.flow(f"shipped-{target}", "shopify", target, booking_date="shipped")
    assert garden.send(made, 4303).skipped == 1
    assert garden.inbox(made)[0].reason == "#4303 is not shipped yet; it is booked on the day that it is."
    other = garden.flow(f"undated-{target}", "shopify", target, booking_date="shipped", undated="ordered")
    assert garden.send(other, 4303).created == 1, garden.waiting(other)
    assert day_in(garden, target, 4303) == str(FIRST)


@BOTH
def test_fin_15_a_day_in_a_closed_period_moves_to_the_next_open_one_and_the_record_tells_so(garden, target):
    made = garden.flow(f"next-{target}", "shopify", target, closed_period="next")
    assert garden.send(made, 4304).created == 1, garden.waiting(made)
    assert day_in(garden, target, 4304) == str(NEXT)
    told = [step.text for step in garden.steps(flow_id=garden.site.flow(made).id, kind="found")]
    title = {"exactonline": "Exact Online", "accountview": "AccountView"}[target]
    assert f"Period {FIRST:%Y-%m} is closed in {title}: booked on {NEXT} instead of {FIRST}." in told


@BOTH
def test_fin_15_or_it_is_held_with_the_way_out(garden, target):
    made = garden.flow(f"hold-{target}", "shopify", target, closed_period="hold")
    assert garden.send(made, 4305).parked == 1
    assert garden.waiting(made)["#4305"].startswith(f"#4305 is of {FIRST}, and period {FIRST:%Y-%m} is closed in ")


@BOTH
def test_fin_15_and_16_a_payment_of_a_closed_period_is_held_or_booked_in_the_next_open_one(garden, target):
    paid = Paid(garden, target, settings={"closed_period": "next"}, paying={"closed_period": "hold"})
    paid.by(every=JOURNALS[target])
    paid.book(4306)
    assert paid.pay(4306).parked == 1
    ((label, reason),) = garden.waiting(paid.payments).items()
    day = FIRST + timedelta(days=1)
    assert reason == f"{label} is of {day}, and period {FIRST:%Y-%m} is closed in {paid.title}."
    with garden.site.db.write() as session:
        session.query(Flow).filter_by(name=paid.payments).one().settings = {"settle_seconds": 0, "closed_period": "next"}
    retry(garden.site, flow=paid.payments)
    assert garden.run(paid.payments, limit=1).summary.created == 1
    assert len(paid.booked("#4306")) == 1
    assert [step.text for step in garden.steps(kind="found", flow_id=garden.site.flow(paid.payments).id)] == [
        f"Period {FIRST:%Y-%m} is closed in {paid.title}: booked on {NEXT} instead of {day}."
    ]
    assert paid_on(paid) == str(NEXT)


def paid_on(paid):
    """The day of the one payment in this ledger."""
    if paid.ledger == "accountview":
        return next(page["TRN_DATE"] for page in paid.garden.accountview("DJ_PAGE") if page["DJ_CODE"] == "BNK")[:10]
    (line,) = paid.garden.exact("financialtransaction/BankEntryLines")
    return str(datetime.fromtimestamp(int(re.search(r"\d+", line["Date"])[0]) / 1000, UTC).date())
