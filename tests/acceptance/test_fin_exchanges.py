"""Exchanges: what came back is credited and what went out is booked, each once, with the balance that the shop says."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from koppel.actions.preview import preview
from koppel.actions.reconcile import reconcile
from koppel.store.models import DebtorRule
from support.garden import NOW
from support.swaps import BIG_SENT, POT_BACK, WRITES, books, euros, expected, flow, only, open_garden, summed

pytestmark = pytest.mark.walk
EACH = pytest.mark.parametrize("ledger", ["exactonline", "accountview"])
NUMBERS = {"exactonline": range(7001, 7020), "accountview": range(7021, 7040)}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    made = open_garden(tmp_path_factory.mktemp("exchanges"), NUMBERS)
    yield made
    made.close()


@EACH
@pytest.mark.parametrize(
    ("out", "sent", "money"),
    [
        pytest.param(("POT-2", 1), BIG_SENT, "", id="dearer"),
        pytest.param(("POT-3", 1), (Decimal("6.05"), {21: Decimal("1.05")}), "6.05", id="cheaper"),
        pytest.param(("POT-1", 1), (Decimal("12.10"), {21: Decimal("2.10")}), "", id="even"),
        pytest.param(("ROOS-1", 1), (Decimal("10.95"), {9: Decimal("0.90")}), "1.15", id="another-rate"),
    ],
)
def test_fin_11_an_exchange_is_a_credit_note_and_a_paper_with_the_balance_that_the_shop_says(garden, ledger, out, sent, money):
    number, name = next(garden.left[ledger]), flow(garden, ledger)
    assert garden.send(name, number).created == 1
    before = euros(garden.counter.order(number)["currentTotalPriceSet"])
    garden.counter.exchange(number, ("POT-1", 1), out=(out,), money=money)
    summary = garden.send(name, number)
    assert summary.parked == 0, garden.waiting(name)
    papers = only(books(garden, ledger, number))
    assert papers == expected(number, POT_BACK, sent)
    shop = garden.counter.order(number)
    assert before + POT_BACK[0] + sent[0] == euros(shop["currentTotalPriceSet"]) == sum(total for total, _ in papers.values())
    vat = summed((round(Decimal(str(row["rate"])) * 100), euros(row["priceSet"])) for row in shop["currentTaxLines"])
    assert vat == summed(pair for _, rates in papers.values() for pair in rates.items())
    assert garden.send(name, number).created == 0
    assert only(books(garden, ledger, number)) == papers


@EACH
def test_fin_11_each_paper_of_an_exchange_is_written_once_whatever_answer_gets_lost(garden, ledger):
    number, name = next(garden.left[ledger]), flow(garden, ledger)
    assert garden.send(name, number).created == 1
    garden.counter.exchange(number, ("POT-1", 1), out=(("POT-2", 1),))
    lost = ({"match": WRITES[ledger], "kind": "drop_after", "containing": f'"#{number}-{end}"'} for end in ("X1C", "X1"))
    garden.faults(ledger, *lost)
    for _ in range(4):
        garden.send(name, number)
    garden.faults(ledger)
    assert only(books(garden, ledger, number)) == expected(number, POT_BACK, BIG_SENT)
    (row,) = garden.inbox(name, label=f"#{number}")
    assert row.state == "done"


@EACH
def test_fin_11_money_that_settles_an_exchange_is_no_credit_note_of_its_own(garden, ledger):
    number, name = next(garden.left[ledger]), flow(garden, ledger)
    credits = garden.flow(f"k{uuid4().hex[:8]}", "shopify", ledger, "credit_note", settle_seconds=0)
    garden.add_row(credits, "revenue_account", "8000")
    garden.add_row(credits, "journal", "71")
    assert garden.send(name, number).created == 1
    garden.counter.exchange(number, ("POT-1", 1), out=(("POT-3", 1),))
    assert garden.send(name, number).parked == 0
    papers = only(books(garden, ledger, number))
    garden.counter.give_back(number, "6.05")  # a week later, apart from the return
    assert (garden.send(credits, number).created, garden.waiting(credits)) == (0, {})
    garden.counter.exchange(number, ("ROOS-1", 1), out=(("POT-3", 1),), money="4.90")
    assert (garden.send(credits, number).created, garden.waiting(credits)) == (0, {})
    assert garden.send(name, number).parked == 0
    both = only(books(garden, ledger, number))
    assert set(both) - set(papers) == {f"#{number}-X2C", f"#{number}-X2"}
    assert sum(total for total, _ in both.values()) == euros(garden.counter.order(number)["currentTotalPriceSet"])


def test_fin_11_goods_that_go_out_before_the_others_are_back_wait_until_the_exchange_is_complete(garden):
    number, name = next(garden.left["exactonline"]), flow(garden, "exactonline")
    assert garden.send(name, number).created == 1
    garden.counter.send_parcel(number)
    gid = garden.counter.take_back(number, ("POT-1", 1), out=(("POT-2", 1),))
    garden.counter.process(number, gid, parts=("exchangeLineItems",))
    assert (garden.send(name, number).parked, set(books(garden, "exactonline", number))) == (0, {f"#{number}"})
    garden.counter.process(number, gid)
    garden.send(name, number)
    assert only(books(garden, "exactonline", number)) == expected(number, POT_BACK, BIG_SENT)


def test_fin_11_one_that_does_not_come_to_what_the_shop_says_waits_with_both_reckonings(garden):
    number, name = next(garden.left["exactonline"]), flow(garden, "exactonline", fee_sku="VERZENDKOSTEN")
    assert garden.send(name, number).created == 1
    garden.counter.send_parcel(number)
    fee = {"amount": {"amount": "3.95", "currencyCode": "EUR"}}  # the shop says nowhere that it is part of what is owed
    gid = garden.counter.take_back(number, ("POT-1", 1), out=(("POT-2", 1),), returnShippingFee=fee)
    garden.counter.process(number, gid)
    assert garden.send(name, number).parked == 1
    (row,) = garden.inbox(name, label=f"#{number}")
    assert row.reason == f"The exchanges of #{number} do not come to what Shopify says: Balance 16.05 by the lines and 12.10 in Shopify."
    assert row.facts["changes"] == [["Balance", "16.05", "12.10"]]
    assert set(books(garden, "exactonline", number)) == {f"#{number}"}


def test_ord_09_an_order_with_an_exchange_that_is_edited_later_is_booked_anew_without_it(garden):
    number, name = next(garden.left["exactonline"]), flow(garden, "exactonline", edits="rebook")
    assert garden.send(name, number).created == 1
    garden.counter.exchange(number, ("POT-1", 1), out=(("POT-2", 1),))
    assert garden.send(name, number).parked == 0
    garden.counter.take_off(number, "ROOS-1", 1)
    garden.send(name, number)
    papers = only(books(garden, "exactonline", number))
    assert set(papers) == {f"#{number}{end}" for end in ("", "-X1", "-X1C", "-R1", "-2")}
    assert papers[f"#{number}-2"][0] == Decimal("40.95") - Decimal("10.95")
    assert sum(total for total, _ in papers.values()) == euros(garden.counter.order(number)["currentTotalPriceSet"])


def test_fin_11_and_fin_18_an_exchange_is_previewed_explained_when_it_is_missing_and_equal_when_it_is_booked(garden):
    number, name = next(garden.left["exactonline"]), flow(garden, "exactonline")
    assert garden.send(name, number).created == 1
    garden.counter.exchange(number, ("POT-1", 1), out=(("POT-2", 1),))
    shown = preview(garden.site, name, ids=(garden.order_id(number),))
    assert (shown.others, {one.label: one.debit for one in shown.bookings}) == ((), {
        f"#{number}": Decimal("40.95"), f"#{number}-X1C": Decimal("12.10"), f"#{number}-X1": Decimal("24.20"),
    })  # fmt: skip
    missing = explained(garden, name, number)
    assert {key: kind for key, (kind, _) in missing.items()} == {f"#{number}-X1": "missing", f"#{number}-X1C": "exchange"}
    assert missing[f"#{number}-X1C"][1] == "Goods came back in Shopify for others; that is not credited in Exact Online."
    garden.send(name, number)
    assert explained(garden, name, number) == {}


def explained(garden, name, number):
    """What the comparison of these weeks says of this order."""
    told = reconcile(garden.site, name, NOW.date() - timedelta(days=40), NOW.date() + timedelta(days=2)).explained
    return {one.difference.reference: (one.difference.kind, one.why) for one in told if one.difference.reference.startswith(f"#{number}")}


def test_sys_07_an_exchange_of_an_order_that_is_booked_per_day_has_papers_of_its_own(garden):
    last = NUMBERS["accountview"][-1]
    name = flow(garden, "accountview", per="day", filters={"name": f"#{last}"})
    with garden.site.db.write() as session:  # one debtor for all
        code = garden.accountview("CONTACT")[0]["SUB_NR"].strip()
        session.add(DebtorRule(connection_id=garden.site.flow(name).target_id, debtor=code))
    garden.counter.exchange(last, ("POT-1", 1), out=(("POT-2", 1),))
    garden.run(name)
    garden.run(name)
    papers = only(books(garden, "accountview", last))
    assert papers == {f"#{last}-X1C": POT_BACK, f"#{last}-X1": BIG_SENT}
    (row,) = garden.inbox(name, label=f"#{last}")
    assert row.state == "done"
    garden.run(name)
    assert only(books(garden, "accountview", last)) == papers
