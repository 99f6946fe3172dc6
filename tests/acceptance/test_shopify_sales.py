"""Orders that were taken in the books go into the shop: once, to the cent, on the right articles, and nobody gets a mail."""

from decimal import Decimal

import pytest
from support.garden import ROSE, Garden, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk

LEDGERS = {"exactonline": 5001, "accountview": 5002}
LOST = {"exactonline": 5003, "accountview": 5004}
ORDERS = {number: purchase(number, shopper(number), *([ROSE] * 3 if number > 5002 else [])) for number in (*LEDGERS.values(), *LOST.values())}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """Ledgers with orders that this shop and this Koppel have never seen: another shop brought them there."""
    other = Garden(tmp_path_factory.mktemp("other"), states_of(shop_of(*ORDERS.values())))
    try:
        for ledger in LEDGERS:
            flow = other.flow(f"into-{ledger}", "shopify", ledger)
            assert other.send(flow, LEDGERS[ledger], LOST[ledger]).created == 2
        states = {ledger: other.state(ledger) for ledger in LEDGERS}
    finally:
        other.close()
    made = Garden(tmp_path_factory.mktemp("ours"), {**states_of(shop_of(purchase(1, shopper(1)))), **states})
    yield made
    made.close()


def in_shop(garden, number):
    """The orders in the shop that carry this number of the books."""
    return [one for one in garden.state("shopify")["orders"] if one.get("sourceIdentifier") == f"#{number}"]


def flow_of(garden, ledger, **settings):
    return garden.flow(f"{ledger}-to-shop", ledger, "shopify", release=[], **settings)


@pytest.mark.parametrize("ledger", LEDGERS)
def test_seed_02_an_order_whose_answer_got_lost_is_found_by_its_number_and_not_made_twice(garden, ledger):
    flow = flow_of(garden, ledger, settle_seconds=0)
    garden.faults("shopify", {"match": "graphql.json", "kind": "drop_after", "containing": "mutation CreateOrder"})
    assert garden.run(flow).summary.created == 1
    garden.faults("shopify")
    (lost,) = garden.inbox(flow, state="retry")
    assert garden.run(flow, ids=(lost.external_id,)).summary.created == 1
    assert [len(in_shop(garden, one)) for one in (LEDGERS[ledger], LOST[ledger])] == [1, 1]
    assert {row.state for row in garden.inbox(flow)} == {"done"}


def test_seed_02_and_sys_01_orders_of_both_ledgers_are_made_in_the_shop_once_and_to_the_cent(garden):
    for ledger, number in LEDGERS.items():
        for one in (number, LOST[ledger]):
            (order,) = in_shop(garden, one)
            assert Decimal(order["totalPriceSet"]["shopMoney"]["amount"]) == ORDERS[one].total
            assert order["displayFinancialStatus"] == "PENDING"
            assert order["customer"]["id"]
            assert order["shippingAddress"]["city"] == "Wormerveer"
            skus = {line["sku"] for line in order["lineItems"]["nodes"] if line["variant"]}
            assert skus == {sale.article.sku for sale in ORDERS[one].sales}
        flow = flow_of(garden, ledger)
        assert (garden.run(flow).summary.created, garden.waiting(flow)) == (0, {})
        assert len(in_shop(garden, number)) == 1
