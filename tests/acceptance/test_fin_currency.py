"""An order, its refund and its payment are booked in one currency, with the rate and the day that the shop had."""

from decimal import Decimal

import pytest
from koppel.actions.flows import set_flow_paused
from koppel.store.models import Connection
from support.garden import POT, ROSE, Garden, bare_plan, purchase, shop_of, shopper, states_of
from support.paid import JOURNALS, TOTAL, Paid

pytestmark = pytest.mark.walk
LEDGERS = ("exactonline", "accountview")
EACH = pytest.mark.parametrize("ledger", LEDGERS)
NUMBERS = {"exactonline": (7001, 7002), "accountview": (7011, 7012)}
TURNED = 7021, 7022
TITLES = {"exactonline": "Exact Online", "accountview": "AccountView"}


def in_dollars(value):
    """The same amounts as a customer saw them who paid two dollars for a euro."""
    if isinstance(value, list):
        return [in_dollars(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {name: one if name == "shopMoney" else in_dollars(one) for name, one in value.items()}
    if "shopMoney" in value:
        made["presentmentMoney"] = {"amount": str(2 * Decimal(str(value["shopMoney"]["amount"]))), "currencyCode": "USD"}
    return made


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    orders = [purchase(number, shopper(number), POT, ROSE) for numbers in (*NUMBERS.values(), TURNED) for number in numbers]
    states = states_of(shop_of(*orders))
    states["shopify"]["orders"] = [{**in_dollars(one), "presentmentCurrencyCode": "USD"} for one in states["shopify"]["orders"]]
    plan = bare_plan(shopify={"order_money": "customer"})
    made = Garden(tmp_path_factory.mktemp("dollars"), states, plan=plan, options={"exactonline": {"bank_matching": "our_ref"}})
    yield made
    made.close()


@EACH
def test_fin_13_order_refund_and_payment_have_one_currency_also_when_the_choice_changes(garden, ledger):
    paid, (first, second) = Paid(garden, ledger), NUMBERS[ledger]
    paid.by(every=JOURNALS[ledger])
    read_orders_in(garden, "customer")
    for number in (first, second):
        paid.book(number)
        assert paid.open(f"#{number}") == 2 * TOTAL
    assert paid.pay(first).created == 1
    assert [amount for _, amount, _ in paid.booked(f"#{first}")] == [2 * TOTAL]
    assert currency_and_rate(paid, f"#{first}") == ("USD", Decimal("0.5"))
    assert paid.open(f"#{first}") == 0
    assert any(one.text.startswith("1 USD was 0.5 EUR on ") for one in garden.steps(resource="payment", kind="found"))

    read_orders_in(garden, "shop")
    assert paid.pay(second).parked == 1
    paid.give_back(first, "10.95", (1, 1))
    assert garden.run(paid.credits, ids=(paid.order(first)["id"],)).summary.parked == 1
    for flow, number in ((paid.payments, second), (paid.credits, first)):
        (reason,) = [reason for label, reason in garden.waiting(flow).items() if label.startswith(f"#{number}-")]
        assert reason.endswith(f" is in EUR, and the order #{number} was booked in USD in {TITLES[ledger]}.")
    assert paid.open(f"#{second}") == 2 * TOTAL

    read_orders_in(garden, "customer")
    assert paid.pay(second).created == 1
    assert paid.open(f"#{second}") == 0


def test_fin_13_a_rate_the_wrong_way_round_pauses_the_flow_after_one_page_and_names_the_setting(garden):
    paid = Paid(garden, "accountview", name="turned")
    paid.by(every=JOURNALS["accountview"])
    first, second = TURNED
    change(garden, "accountview", exchange_rate="foreign_per_home")
    result = garden.run(paid.orders, ids=tuple(paid.order(number)["id"] for number in TURNED))
    assert result.summary.outcome == "stopped"
    assert f"as {4 * TOTAL}, where the rate makes it {TOTAL}." in result.reason
    assert "Exchange rate on the connection" in result.resolution
    flow = garden.site.flow(paid.orders)
    assert (flow.paused, flow.paused_by, flow.note) == (True, "Koppel", result.reason)
    assert paid.open(f"#{second}") is None

    change(garden, "accountview", exchange_rate="home_per_foreign")
    set_flow_paused(garden.site, paid.orders, False)
    assert garden.run(paid.orders, limit=2).summary.created == 2
    pages = [page for page in garden.accountview("DJ_PAGE") if page.get("INV_NR") in (f"#{first}", f"#{second}")]
    assert [page["INV_NR"] for page in pages] == [f"#{first}", f"#{second}"]
    assert Decimal(str(pages[1]["PAGE_AMT"])) == TOTAL


def read_orders_in(garden, side):
    """Somebody changes the amounts of orders on the connection of the shop."""
    change(garden, "shopify", order_money=side)


def change(garden, name, **settings):
    """Somebody changes the settings of a connection."""
    with garden.site.db.write() as session:
        row = session.query(Connection).filter_by(name=name).one()
        row.settings = {**row.settings, **settings}


def currency_and_rate(paid, name):
    """Of the one payment of this order, as the ledger holds it."""
    if paid.ledger == "exactonline":
        lines = paid.garden.exact("financialtransaction/BankEntryLines")
        (line,) = [one for one in lines if one["Description"].startswith(f"{name}-P")]
        (entry,) = [one for one in paid.garden.exact("financialtransaction/BankEntries") if one["EntryID"] == line["EntryID"]]
        return entry["Currency"], Decimal(str(line["ExchangeRate"]))
    (page,) = [one for one in paid.garden.accountview("DJ_PAGE") if one["HDR_DESC"].startswith(f"{name}-P")]
    return page["CUR_CODE"], Decimal(str(page["EXCH_RATE"]))
