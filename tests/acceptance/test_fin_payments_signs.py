"""A ledger that counts money the other way round, or books the daybook's own side itself: by a setting, proved by the first payment."""

from decimal import Decimal

import pytest
from koppel.actions.flows import set_flow_paused
from koppel.store.models import Connection, utcnow
from koppel_admin.reading.flows import cards
from support.garden import POT, ROSE, Garden, purchase, shop_of, shopper, states_of
from support.paid import JOURNALS, TOTAL, Paid

pytestmark = pytest.mark.walk
WRONG, RIGHT, OWN_SIDE = 6501, 6502, 6503


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    orders = [purchase(number, shopper(number), POT, ROSE) for number in (WRONG, RIGHT, OWN_SIDE)]
    options = {"exactonline": {"bank_matching": "our_ref", "bank_sign": "paid"}, "accountview": {"bank_sides": "one"}}
    made = Garden(tmp_path_factory.mktemp("signs"), states_of(shop_of(*orders)), options=options)
    yield made
    made.close()


def change(garden, name, **settings):
    """Somebody changes the settings of a connection."""
    with garden.site.db.write() as session:
        row = session.query(Connection).filter_by(name=name).one()
        row.settings = {**row.settings, **settings}


def test_fin_16_the_other_sign_is_noticed_by_the_first_payment_and_no_further_run_books_one_more(garden):
    paid = Paid(garden, "exactonline")
    paid.by(every=JOURNALS["exactonline"])
    for number in (WRONG, RIGHT):
        paid.book(number)
    result = garden.run(paid.payments, ids=tuple(paid.order(number)["id"] for number in (WRONG, RIGHT)))
    assert result.summary.outcome == "stopped"
    assert result.reason == f"Exact Online counted {paid.label(WRONG)} the other way round: {2 * TOTAL} is open now."
    assert "the sign of payments on the connection" in result.resolution
    flow = garden.site.flow(paid.payments)
    assert (flow.paused, flow.paused_by, flow.note) == (True, "Koppel", result.reason)
    assert [card.state for card in cards(garden.site, utcnow()) if card.flow.name == paid.payments] == ["stopped"]
    assert (len(paid.booked(f"#{WRONG}")), paid.booked(f"#{RIGHT}")) == (1, [])

    change(garden, "exactonline", bank_sign="paid")
    set_flow_paused(garden.site, paid.payments, False)
    assert garden.run(paid.payments, limit=2).summary.created == 2
    assert [len(paid.booked(f"#{number}")) for number in (WRONG, RIGHT)] == [1, 1]
    assert [amount for _, amount, _ in paid.booked(f"#{RIGHT}")] == [-TOTAL]
    assert paid.open(f"#{RIGHT}") == 0
    paid.give_back(RIGHT, "10.95", (1, 1))
    assert garden.run(paid.credits, ids=(paid.order(RIGHT)["id"],)).summary.created == 1
    assert paid.pay(RIGHT).created == 1
    assert sorted(amount for _, amount, _ in paid.booked(f"#{RIGHT}")) == [-TOTAL, Decimal("10.95")]
    assert paid.open(f"#{RIGHT}-C1") == 0


def test_fin_16_where_accountview_books_the_side_of_the_daybook_itself_the_debtor_s_line_goes_alone(garden):
    paid = Paid(garden, "accountview")
    paid.by(every=JOURNALS["accountview"])
    paid.book(OWN_SIDE)
    assert paid.pay(OWN_SIDE).parked == 1
    ((_, reason),) = garden.waiting(paid.payments).items()
    assert "wordt door AccountView zelf geboekt" in reason
    change(garden, "accountview", payment_sides="debtor")
    assert paid.pay(OWN_SIDE).created == 1
    assert (paid.open(f"#{OWN_SIDE}"), len(paid.booked(f"#{OWN_SIDE}"))) == (0, 1)
