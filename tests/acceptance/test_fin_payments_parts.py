"""An order that was paid in parts, in several ways, or too much: each payment is booked once, in the journal of its method."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner
from koppel.actions.reconcile import reconcile
from koppel.cli import koppel
from koppel.store.db import loads
from support.garden import POT, ROSE, Garden, purchase, shop_of, shop_order, shopper, states_of
from support.paid import TOTAL, Paid, paid_by

pytestmark = pytest.mark.walk
LEDGERS = ("exactonline", "accountview")
EACH = pytest.mark.parametrize("ledger", LEDGERS)
TITLES = {"exactonline": "Exact Online", "accountview": "AccountView"}
BANK = {"exactonline": "30", "accountview": "BNK"}
CASH = {"exactonline": "10", "accountview": "KAS"}
CARD = {"exactonline": "20", "accountview": "BNK"}
FIRST = {"exactonline": 6100, "accountview": 6200}
LOOSE = {"exactonline": "bulk/Cashflow/Receivables", "accountview": "TRN_DATE"}
SEEN = (12, 13, 14)
KILLED, LOST = {"before": 7, "after": 8}, {"drop_after": 9, "status_after": 10, "drop": 11}
TWO_WAYS = [("SALE", "iDEAL", "30.95"), ("SALE", "cash", "10.00")]
CASES = {
    1: [("AUTHORIZATION", "iDEAL", TOTAL), ("CAPTURE", "iDEAL", "20.00"), ("CAPTURE", "iDEAL", "20.95")],
    2: TWO_WAYS,
    3: [("SALE", "gift_card", "15.00"), ("SALE", "iDEAL", "25.95")],
    4: [("SALE", "gift_card", "15.00"), ("SALE", "iDEAL", "25.95")],
    5: [("SALE", "iDEAL", "50.00")],
    6: [("SALE", "iDEAL", TOTAL), ("SALE", "iDEAL", TOTAL)],
    14: [("SALE", "iDEAL", "50.00")],
    **dict.fromkeys((12, 13, *KILLED.values(), *LOST.values()), TWO_WAYS),
}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    numbers = [start + case for start in FIRST.values() for case in CASES]
    states = states_of(shop_of(*(purchase(number, shopper(number), POT, ROSE) for number in numbers)))
    for number in numbers:
        paid_by(shop_order(states, number), *CASES[number % 100])
    made = Garden(tmp_path_factory.mktemp("parts"), states, options={"exactonline": {"bank_matching": "our_ref"}})
    yield made
    made.close()


@pytest.fixture(scope="module")
def everywhere(garden):
    made = {ledger: Paid(garden, ledger) for ledger in LEDGERS}
    for ledger, paid in made.items():
        paid.by(iDEAL=BANK[ledger], cash=CASH[ledger], gift_card=CARD[ledger])
        paid.lined = Paid(garden, ledger, settings={"gift_cards": "line"}, name="lined")
        garden.add_row(paid.lined.orders, "revenue_account", "8000")
        for flow in (paid.orders, paid.lined.orders):
            garden.add_row(flow, "payment_term", "14", method="gift_card")
    return made


@pytest.fixture
def paid(everywhere, ledger):
    return everywhere[ledger]


def amounts(paid, number):
    """(amount received, journal) of what is booked for this order."""
    return [(amount, journal) for _, amount, journal in paid.booked(f"#{number}")]


@EACH
def test_fin_16_an_order_that_is_paid_in_partial_captures_is_paid_by_each_of_them(paid):
    number = FIRST[paid.ledger] + 1
    paid.book(number)
    before = len(paid.garden.requests(paid.ledger))
    assert paid.pay(number).created == 2
    asked = [one for one in paid.garden.requests(paid.ledger)[before:] if LOOSE[paid.ledger] in str(one)]
    assert len(asked) == 1, "money that is matched with nothing is asked for once a run"
    assert amounts(paid, number) == [(Decimal("20.00"), BANK[paid.ledger]), (Decimal("20.95"), BANK[paid.ledger])]
    assert paid.open(f"#{number}") == 0
    assert (paid.pay(number).created, len(paid.booked(f"#{number}"))) == (0, 2)


@EACH
def test_fin_16_each_payment_method_has_its_own_journal_and_what_goes_back_in_cash_comes_off_the_cash(paid):
    number = FIRST[paid.ledger] + 2
    paid.book(number)
    assert paid.pay(number).created == 2
    assert sorted(amounts(paid, number)) == [(Decimal("10.00"), CASH[paid.ledger]), (Decimal("30.95"), BANK[paid.ledger])]
    assert paid.open(f"#{number}") == 0
    if paid.ledger == "exactonline":
        (line,) = [one for one in paid.garden.exact("financialtransaction/CashEntryLines") if one["Description"].startswith(f"#{number}-P")]
        assert line["AmountFC"] == 10
    paid.give_back(number, "5.00", (1, 1), of="cash")
    assert paid.garden.run(paid.credits, ids=(paid.order(number)["id"],)).summary.created == 1, paid.garden.waiting(paid.credits)
    assert paid.pay(number).created == 1, paid.garden.waiting(paid.payments)
    assert sorted(amounts(paid, number))[0] == (Decimal("-5.00"), CASH[paid.ledger])


@EACH
def test_fin_16_a_gift_card_is_a_payment_where_the_orders_say_so(paid):
    number = FIRST[paid.ledger] + 3
    paid.book(number)
    assert paid.open(f"#{number}") == TOTAL
    assert paid.pay(number).created == 2
    assert sorted(amounts(paid, number)) == [(Decimal("15.00"), CARD[paid.ledger]), (Decimal("25.95"), BANK[paid.ledger])]
    assert paid.open(f"#{number}") == 0


@EACH
def test_fin_16_a_gift_card_that_is_a_line_of_its_order_is_no_payment(paid):
    number = FIRST[paid.ledger] + 4
    paid.lined.book(number)
    assert paid.open(f"#{number}") == Decimal("25.95")
    summary = paid.pay(number)
    assert (summary.created, summary.skipped) == (1, 1)
    assert amounts(paid, number) == [(Decimal("25.95"), BANK[paid.ledger])]
    assert paid.open(f"#{number}") == 0


@EACH
def test_fin_16_more_paid_than_is_open_waits_with_the_reason(paid):
    more, twice = FIRST[paid.ledger] + 5, FIRST[paid.ledger] + 6
    for number in (more, twice):
        paid.book(number)
    assert paid.pay(more).parked == 1
    summary = paid.pay(twice)
    assert (summary.created, summary.parked) == (1, 1)
    waiting = {label.partition("-P")[0]: reason for label, reason in paid.garden.waiting(paid.payments).items()}
    title = TITLES[paid.ledger]
    assert "pays 50.00 EUR, and of " in waiting[f"#{more}"]
    assert waiting[f"#{more}"].endswith(f" {TOTAL} EUR is open in {title}.")
    assert waiting[f"#{twice}"].endswith(f" nothing is open in {title}.")
    assert (amounts(paid, more), amounts(paid, twice)) == ([], [(TOTAL, BANK[paid.ledger])])


@EACH
@pytest.mark.parametrize("moment", ["before", "after"])
def test_fin_16_killed_around_the_write_of_a_payment_and_still_booked_once(paid, moment, monkeypatch):
    number = FIRST[paid.ledger] + KILLED[moment]
    paid.book(number)

    class Killed(BaseException):
        """The process ends here."""

    def die(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("koppel.runner.deliver._take_receipt" if moment == "after" else "koppel.endpoint.Endpoint.upsert", die)
        with pytest.raises(Killed):
            paid.pay(number)
    assert len(paid.booked(f"#{number}")) == (1 if moment == "after" else 0)
    assert paid.garden.run(paid.payments, limit=2).summary.created == 2
    assert sorted(amounts(paid, number)) == [(Decimal("10.00"), CASH[paid.ledger]), (Decimal("30.95"), BANK[paid.ledger])]
    assert paid.open(f"#{number}") == 0
    assert (paid.pay(number).created, len(paid.booked(f"#{number}"))) == (0, 2)


@EACH
@pytest.mark.parametrize("kind", ["drop_after", "status_after", "drop"])
def test_fin_16_whatever_becomes_of_an_answer_the_payment_is_booked_once(paid, kind):
    number = FIRST[paid.ledger] + LOST[kind]
    paid.book(number)
    paid.lose_an_answer(kind, status=504)
    paid.pay(number)
    paid.garden.faults(paid.ledger)
    paid.pay(number)
    assert sorted(amounts(paid, number)) == [(Decimal("10.00"), CASH[paid.ledger]), (Decimal("30.95"), BANK[paid.ledger])]
    assert paid.open(f"#{number}") == 0
    assert {row.state for row in paid.garden.inbox(paid.payments) if row.label.startswith(f"#{number}-P")} == {"done"}


@EACH
def test_fin_18_reconcile_sets_what_was_paid_against_what_is_booked_and_names_the_orders_that_explain_it(paid):
    well, unsent, over = (FIRST[paid.ledger] + case for case in SEEN)
    for number in SEEN:
        paid.book(FIRST[paid.ledger] + number)
    assert (paid.pay(well).created, paid.pay(over).parked) == (2, 1)
    today = datetime.now(UTC).date()
    result = reconcile(paid.garden.site, paid.orders, today - timedelta(days=30), today)
    found = result.payments
    named = {number: [one for one in found.differences if one.order == f"#{number}"] for number in (well, unsent, over)}
    assert named[well] == []
    assert [(one.kind, one.here, one.there) for one in named[unsent]] == [("missing", Decimal("30.95"), None), ("missing", Decimal("10.00"), None)]
    assert {one.why for one in named[unsent]} == {f"It was not sent to {paid.title} yet; run the flow {paid.payments}."}
    assert [(one.here, one.why) for one in named[over]] == [(Decimal("50.00"), paid.garden.waiting(paid.payments)[named[over][0].reference])]
    assert found.equal == found.compared - len(found.differences)
    for row in found.rows:
        assert row.difference == -sum(one.here for one in found.differences if one.method == row.key)
    booked = [one for case in CASES for one in paid.booked(f"#{FIRST[paid.ledger] + case}")]
    assert sum(row.there for row in found.rows) == sum(amount for _, amount, _ in booked)
    cash = [amount for _, amount, journal in booked if journal == CASH[paid.ledger]]
    assert [row.there for row in found.rows if row.key == "cash"] == [sum(cash)]
    assert not result.sound


def test_fin_18_the_command_prints_the_payments_below_the_orders(everywhere, monkeypatch):
    paid = everywhere["exactonline"]
    monkeypatch.setenv("KOPPEL_HOME", str(paid.garden.site.config.home))
    today = datetime.now(UTC).date()
    asked = ["reconcile", paid.orders, "--from", str(today - timedelta(days=30)), "--to", str(today)]
    shown = CliRunner().invoke(koppel, asked)
    assert shown.exit_code == 5, shown.output
    assert " payments are equal to the cent." in shown.output
    told = loads(CliRunner().invoke(koppel, [*asked, "--json"]).stdout)["payments"]
    assert {row["key"] for row in told["totals"]} == {"cash", "gift_card", "iDEAL"}
    assert told["compared"] == told["equal"] + len(told["differences"])
