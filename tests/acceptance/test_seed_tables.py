"""What a bookkeeper fills in before orders travel: VAT codes per country, shipping methods, discounts, and by what a debtor is known."""

from dataclasses import replace
from decimal import Decimal

import pytest
from koppel.demo.webshop import Article, Sale
from support.garden import POT, ROSE, Garden, purchase, shop_of, shopper, states_of
from support.ledgers import LEDGERS, ledger

pytestmark = pytest.mark.walk
BOTH = pytest.mark.parametrize("system", LEDGERS)
DISCOUNT = Article("ACTIE", "Korting", "DIENS", Decimal("1.00"), 21, "", 0)
BELGIAN = {"country": "BE", "city": "Brussel", "postcode": "1000"}
FIRM = {"company": "Hovenier Groen BV", "vat_number": "NL800000009B01"}
KNOWN = (shopper(6, email="boekhouding@hoveniergroen.example", **FIRM), shopper(7))


def reduced(number, buyer):
    """A pot and two roses, both with something off, which is a cent that two roses cannot share."""
    sales = (Sale(POT, 1, Decimal("2.42")), Sale(ROSE, 2, Decimal("1.09")))
    return replace(purchase(number, buyer), sales=sales, discount_code="ZOMER")


ORDERS = (
    purchase(2101, shopper(1, **BELGIAN), POT, ROSE),
    purchase(2102, shopper(2)),
    purchase(2103, shopper(3), POT, ROSE),
    reduced(2104, shopper(4)),
    reduced(2105, shopper(5)),
    purchase(2106, shopper(16, email="inkoop@hoveniergroen.example", **FIRM)),
    purchase(2107, shopper(7)),
    purchase(2108, shopper(18, company="Zonder Nummer BV", email=KNOWN[0].email)),
)  # fmt: skip
TOTALS = {one.number: one.total for one in ORDERS}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """All orders wait in the shop; each test sends its own."""
    states = states_of(shop_of(*ORDERS), known=KNOWN, articles=(POT, ROSE, DISCOUNT))
    made = Garden(tmp_path_factory.mktemp("tables"), states)
    yield made
    made.close()


def booked(garden, system, number):
    """The order as the ledger holds it; it comes to what the shop was paid."""
    order = ledger(garden, system).orders()[f"#{number}"]
    assert order.total == TOTALS[number]
    return order


def sent(garden, system, number, rows=(), **settings):
    """Send one order over a flow of its own with these rows of tables."""
    flow = garden.flow(f"orders-{number}-{system}", "shopify", system, **settings)
    for table, value, conditions in rows:
        garden.add_row(flow, table, value, **conditions)
    assert garden.send(flow, number).created == 1, garden.waiting(flow)
    return booked(garden, system, number)


COUNTRY_CODES = {"accountview": ("2", "1", "1"), "exactonline": ("5", "BEI", "3")}
"""The code for Belgium's low rate, the default for Belgium, and what the Netherlands have at 21 %."""


@BOTH
def test_seed_09_a_rate_has_a_code_per_country_else_the_default_of_the_country_else_that_of_the_rate(garden, system):
    low, default, home = COUNTRY_CODES[system]
    rows = [("vat_code", default, {"country": "BE"}), ("vat_code", low, {"country": "BE", "rate": "9"})]
    abroad = sent(garden, system, 2101, rows)
    assert {sku: code for sku, _, _, code in abroad.lines} == {"POT-1": default, "ROOS-1": low, "VERZENDKOSTEN": default}
    assert {code for *_, code in sent(garden, system, 2102, rows).lines} == {home}


@BOTH
def test_seed_12_the_shipping_method_is_looked_up_and_shipping_is_booked_at_its_price(garden, system):
    methods = {one["Code"].strip(): one["ID"] for one in garden.exact("sales/ShippingMethods")}
    code = "POST" if system == "accountview" else next(iter(methods))
    order = sent(garden, system, 2103, [("shipping_method", code, {})])
    rate = {"accountview": "1", "exactonline": "3"}[system]
    assert ("VERZENDKOSTEN", 1, Decimal("6.95"), rate) in order.lines
    assert (order.row["SHIP_MTH"] if system == "accountview" else order.row["ShippingMethod"]) == methods.get(code, code)


@BOTH
def test_fin_08_discounts_are_in_the_price_and_the_order_comes_to_the_same(garden, system):
    order = sent(garden, system, 2104, discounts="price")
    assert not [line for line in order.lines if line[0] == "ACTIE"]
    assert ("POT-1", 1, Decimal("9.68")) in [line[:3] for line in order.lines]


@BOTH
def test_fin_08_discounts_are_a_line_per_vat_rate_and_the_order_comes_to_the_same(garden, system):
    order = sent(garden, system, 2105, discounts="line", discount_sku="ACTIE")
    high, low = {"accountview": ("1", "2"), "exactonline": ("3", "5")}[system]
    off = {code: quantity * price for sku, quantity, price, code in order.lines if sku == "ACTIE"}
    assert off == {high: Decimal("-2.42"), low: Decimal("-1.09")}
    assert {sku: price for sku, _, price, _ in order.lines if sku in ("POT-1", "ROOS-1")} == {"POT-1": POT.price, "ROOS-1": ROSE.price}


@BOTH
def test_cus_02_a_company_is_known_by_its_vat_number_a_person_by_the_address_and_a_company_without_one_too(garden, system):
    firm, person = (next(one.key for one in ledger(garden, system).customers() if one.email == known.email) for known in KNOWN)
    keys = {"company_match_keys": "vat_number", "person_match_keys": "email", "customer_update": False}
    assert sent(garden, system, 2106, **keys).customer == firm
    assert sent(garden, system, 2107, **keys).customer == person
    assert sent(garden, system, 2108, **keys).customer == firm
