"""Payments of the shop: each is booked once in the ledger, against the open item of the order or the refund it is for."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from koppel.actions.preview import preview
from koppel.actions.reconcile import reconcile
from koppel.actions.records import decide
from koppel.store.models import Delivery, Incoming, Link, TableRow
from support.garden import POT, ROSE, Garden, purchase, shop_of, shop_order, shopper, states_of
from support.paid import JOURNALS, TOTAL, Paid

pytestmark = pytest.mark.walk
LEDGERS = ("exactonline", "accountview")
EACH = pytest.mark.parametrize("ledger", LEDGERS)
NUMBERS = {"exactonline": range(6001, 6014), "accountview": range(6021, 6034)}
UNPAID = {"exactonline": 6041, "accountview": 6042}
TITLES = {"exactonline": "Exact Online", "accountview": "AccountView"}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """Orders that were paid with iDEAL wait in the shop; Exact Online matches by the invoice number it is told."""
    orders = [purchase(number, shopper(number), POT, ROSE) for numbers in NUMBERS.values() for number in numbers]
    orders += [purchase(number, shopper(number), POT, ROSE, paid=False) for number in UNPAID.values()]
    made = Garden(
        tmp_path_factory.mktemp("paid"), states_of(shop_of(*orders)), options={"exactonline": {"bank_matching": "our_ref"}}
    )
    yield made
    made.close()


@pytest.fixture(scope="module")
def everywhere(garden):
    made = {ledger: Paid(garden, ledger) for ledger in LEDGERS}
    for ledger, paid in made.items():
        paid.by(ideal=JOURNALS[ledger], iDEAL=JOURNALS[ledger])
        paid.left = list(NUMBERS[ledger])
    return made


@pytest.fixture
def paid(everywhere, ledger):
    return everywhere[ledger]


@EACH
def test_fin_16_a_payment_is_booked_against_its_invoice_and_a_second_run_does_nothing(paid):
    number = paid.left.pop()
    paid.book(number)
    assert paid.open(f"#{number}") == TOTAL
    assert paid.pay(number).created == 1
    ((own, amount, journal),) = paid.booked(f"#{number}")
    assert (own[: len(f"#{number}-P")], amount, journal) == (f"#{number}-P", TOTAL, JOURNALS[paid.ledger])
    assert paid.open(f"#{number}") == 0
    again = paid.pay(number)
    assert (again.created, again.updated, again.parked) == (0, 0, 0)
    assert len(paid.booked(f"#{number}")) == 1


@EACH
def test_fin_19_and_fin_16_a_payment_is_shown_before_it_is_booked(paid):
    number = paid.left.pop()
    paid.book(number)
    shown = preview(paid.garden.site, paid.payments, (paid.order(number)["id"],))
    ((booking,), others) = shown.bookings, shown.others
    assert (booking.label.partition("-P")[0], booking.debit, booking.credit, others) == (f"#{number}", TOTAL, TOTAL, ())
    assert booking.debtor == f"Zoë Jansen {number}" if paid.ledger == "exactonline" else booking.debtor.isdecimal()
    assert {entry.kind: (entry.debit, entry.credit) for entry in booking.entries} == {"debtor": (0, TOTAL), "money": (TOTAL, 0)}
    assert paid.booked(f"#{number}") == []
    assert paid.pay(number).created == 1


@EACH
def test_fin_16_a_payment_of_an_order_that_is_not_booked_follows_it_by_itself(paid):
    number = paid.left.pop()
    assert paid.pay(number).skipped == 1
    (row,) = [one for one in paid.garden.inbox(paid.payments) if one.label.startswith(f"#{number}-P")]
    assert row.reason == f"The order #{number} is not booked in {TITLES[paid.ledger]}, so there is nothing to pay."
    paid.book(number)
    assert paid.garden.run(paid.payments, limit=1).summary.created == 1
    assert paid.open(f"#{number}") == 0


@EACH
def test_fin_16_an_answer_that_got_lost_makes_no_second_payment(paid):
    number = paid.left.pop()
    paid.book(number)
    paid.lose_an_answer()
    assert paid.pay(number).created == 0
    paid.garden.faults(paid.ledger)
    assert paid.pay(number).created == 1
    assert [amount for _, amount, _ in paid.booked(f"#{number}")] == [TOTAL]
    assert paid.open(f"#{number}") == 0
    assert "arrived after all" in paid.garden.steps(kind="created", resource="payment")[-1].text


@EACH
def test_fin_16_money_that_goes_back_pays_the_credit_note_of_its_refund(paid):
    number = paid.left.pop()
    paid.book(number)
    paid.give_back(number, "10.95", (1, 1))
    assert (paid.pay(number).created, paid.open(f"#{number}")) == (1, 0)
    assert paid.garden.run(paid.credits, ids=(paid.order(number)["id"],)).summary.created == 1
    assert paid.open(f"#{number}-C1") == Decimal("-10.95")
    assert paid.garden.run(paid.payments, limit=1).summary.created == 1
    assert sorted(amount for _, amount, _ in paid.booked(f"#{number}")) == [Decimal("-10.95"), TOTAL]
    assert paid.open(f"#{number}-C1") == 0


@EACH
def test_fin_16_a_payment_that_koppel_forgot_is_known_by_its_own_number(paid):
    number = paid.left.pop()
    paid.book(number)
    assert paid.pay(number).created == 1
    made = paid.booked(f"#{number}")
    with paid.garden.site.db.write() as session:  # as after a restored back-up
        for model in (Link, Delivery):
            session.query(model).filter(model.resource == "payment").delete()
        session.query(Incoming).filter(Incoming.label.like(f"#{number}-P%")).delete()
    assert paid.pay(number).created == 0
    assert paid.booked(f"#{number}") == made


@EACH
def test_fin_16_what_was_paid_there_by_hand_is_not_paid_again(paid):
    number = paid.left.pop()
    paid.book(number)
    paid.pay_by_hand(number, TOTAL)
    assert paid.open(f"#{number}") == 0
    assert paid.pay(number).parked == 1
    (row,) = [one for one in paid.garden.inbox(paid.payments, state="parked") if one.label.startswith(f"#{number}-P")]
    assert f"pays {TOTAL} EUR, and of " in row.reason
    assert row.reason.endswith(f"nothing is open in {TITLES[paid.ledger]}.")
    assert len(paid.booked(f"#{number}")) == 0


def test_fin_16_a_payment_method_without_a_journal_waits_with_its_table(everywhere):
    paid = everywhere["exactonline"]
    number = paid.left.pop()
    paid.book(number)
    with paid.garden.site.db.write() as session:
        rows = session.query(TableRow).filter_by(table="payment_journal", flow_id=paid.garden.site.flow(paid.payments).id).all()
        kept = [(row.value, row.conditions) for row in rows]
        for row in rows:
            session.delete(row)
    assert paid.pay(number).parked == 1
    (row,) = [one for one in paid.garden.inbox(paid.payments, state="parked") if one.label.startswith(f"#{number}-P")]
    assert "journal for payments" in row.reason
    assert row.cause.startswith("table")
    for value, conditions in kept:
        paid.garden.add_row(paid.payments, "payment_journal", value, **conditions)
    assert paid.pay(number).created == 1
    assert shop_order({"shopify": paid.garden.state("shopify")}, number)["displayFinancialStatus"] == "PAID"


@EACH
def test_fin_16_what_koppel_tells_one_side_never_comes_back_as_news_from_the_other(paid):
    back = paid.garden.flow(f"back-{paid.ledger}", paid.ledger, "shopify", "payment", settle_seconds=0)
    shops, ledgers = paid.left.pop(), UNPAID[paid.ledger]
    paid.book(shops)
    assert paid.pay(shops).created == 1
    paid.book(ledgers)
    paid.pay_by_hand(ledgers, TOTAL)
    assert paid.garden.run(back).summary.parked == 0
    assert paid.order(ledgers)["displayFinancialStatus"] == "PAID"
    assert [one["kind"] for one in transactions(paid.order(shops))] == ["SALE"]
    assert paid.pay(ledgers).skipped == 1
    (row,) = [one for one in paid.garden.inbox(paid.payments) if one.label.startswith(f"#{ledgers}-P")]
    assert row.reason.endswith(f"was marked as paid by Koppel, from {TITLES[paid.ledger]}: it is booked there already.")
    assert paid.booked(f"#{ledgers}") == []
    assert len(paid.booked(f"#{shops}")) == 1


@EACH
def test_fin_16_the_preview_shows_the_debtor_against_the_account_of_the_journal(paid):
    number = paid.left.pop()
    paid.book(number)
    shown = paid.garden.run(paid.payments, ids=(paid.order(number)["id"],), dry_run=True, preview=True)
    (plan,) = shown.plans
    debtors, money = {"exactonline": ("1300", "1150"), "accountview": ("1210", "1100")}[paid.ledger]
    assert [(one.kind, one.account, one.debit, one.credit) for one in plan.booking.entries] == [
        ("debtor", debtors, 0, TOTAL), ("money", money, TOTAL, 0),
    ]  # fmt: skip
    assert paid.booked(f"#{number}") == []


def waiting(paid, number):
    """The rows of this order's payments that wait for a person."""
    return [one for one in paid.garden.inbox(paid.payments, state="parked") if one.label.startswith(f"#{number}-P")]


def transactions(order):
    """What was paid on an order in the shop."""
    rows = order["transactions"]
    return rows["nodes"] if isinstance(rows, dict) else rows


@EACH
def test_fin_16_money_that_was_booked_by_hand_and_not_matched_waits_for_a_word_and_is_taken_for_the_payment_or_not(paid):
    same, other = paid.left.pop(), paid.left.pop()
    for number in (same, other):
        paid.book(number)
        paid.pay_by_hand(number, TOTAL, matched=False, on=paid.order(number)["processedAt"][:10])
        assert paid.open(f"#{number}") == TOTAL
        assert paid.pay(number).parked == 1
        (row,) = waiting(paid, number)
        assert row.reason.startswith(f"{row.label} may be booked already: {paid.title} has {TOTAL} EUR of the same debtor on ")
        assert row.reason.endswith("matched with nothing.")
        assert decide(paid.garden.site, [row.id], "booked" if number == same else "book", "test") == 1
        summary = paid.garden.run(paid.payments, limit=1).summary
        assert (summary.created, summary.unchanged, summary.parked) == ((0, 1, 0) if number == same else (1, 0, 0))
        assert waiting(paid, number) == []
        assert (paid.pay(number).created, len(paid.booked(f"#{number}"))) == (0, 0 if number == same else 1)
    today = datetime.now(UTC).date()
    compared = reconcile(paid.garden.site, paid.orders, today - timedelta(days=30), today).payments
    assert [one for one in compared.differences if one.order in (f"#{same}", f"#{other}")] == []
