"""Payment terms, payment methods and shipping methods: by table, with a default, by force, or the order waits."""

import pytest
from koppel.actions.records import retry
from support.garden import Garden, bare_plan, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
BOTH = pytest.mark.parametrize("target", ["exactonline", "accountview"])
NUMBERS = range(4401, 4412)


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """The orders of a shop that is paid in a way nobody has heard of."""
    states = states_of(shop_of(*(purchase(number, shopper(number), method="Tikkie") for number in NUMBERS)))
    plan = bare_plan()
    made = Garden(tmp_path_factory.mktemp("methods"), states, plan)
    yield made
    made.close()


def term_of(garden, target, number):
    """The payment term that an order has in the books."""
    if target == "accountview":
        return next(row.get("DISC_CODE") for row in garden.accountview("SO_HDR") if row["COMMENT1"] == f"#{number}")
    return next(row["PaymentCondition"] for row in garden.exact("salesorder/SalesOrders") if row["YourRef"] == f"#{number}").strip()


TERMS = {"exactonline": ("ID", "KL"), "accountview": ("VB", "14")}


@BOTH
def test_fin_05_a_payment_method_without_a_term_waits_and_a_default_or_a_forced_row_settles_it(garden, target):
    one, other = TERMS[target]
    made = garden.flow(f"terms-{target}", "shopify", target)
    assert garden.send(made, 4401).parked == 1
    reason = garden.waiting(made)["#4401"]
    assert reason.startswith("There is no payment term for ")
    garden.add_row(made, "payment_term", one)
    retry(garden.site, flow=made)
    assert garden.send(made, 4401).created == 1, garden.waiting(made)
    assert term_of(garden, target, 4401) == one
    garden.add_row(made, "payment_term", other, force=True)
    assert garden.send(made, 4402).created == 1, garden.waiting(made)
    assert term_of(garden, target, 4402) == other


@BOTH
def test_fin_05_shipping_methods_count_from_the_first_row_of_their_table(garden, target):
    made = garden.flow(f"shipping-{target}", "shopify", target)
    garden.add_row(made, "payment_term", TERMS[target][0])
    assert garden.send(made, 4403).created == 1, garden.waiting(made)
    garden.add_row(made, "shipping_method", "X", method="Afhalen")
    assert garden.send(made, 4404).parked == 1
    assert garden.waiting(made)["#4404"].startswith("There is no shipping method for ")
    if target == "exactonline":
        code, id = next((row["Code"], row["ID"]) for row in garden.exact("sales/ShippingMethods"))
        garden.add_row(made, "shipping_method", code)
        retry(garden.site, flow=made)
        assert garden.send(made, 4404).created == 1, garden.waiting(made)
        (order,) = [row for row in garden.exact("salesorder/SalesOrders") if row["YourRef"] == "#4404"]
        assert order["ShippingMethod"] == id


def test_fin_05_an_entry_in_accountview_tells_how_it_was_paid_by_the_table(garden):
    made = garden.flow("paid-by", "shopify", "accountview", document="sales_entry")
    garden.add_row(made, "revenue_account", "8000")
    garden.add_row(made, "payment_method", "IDEAL", method="iDEAL")
    assert garden.send(made, 4405).parked == 1
    assert garden.waiting(made)["#4405"].startswith("There is no payment method for ")
