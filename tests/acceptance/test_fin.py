"""Finance: the right VAT code, and the same total to the cent where the books add VAT themselves."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from koppel.actions.reconcile import reconcile
from koppel.demo.webshop import build
from support.garden import POT, SHIPPING, Garden, bare_plan, purchase, shop_of, shopper, states_of
from support.ledgers import ledger

pytestmark = pytest.mark.walk
AWKWARD = replace(POT, sku="KRUK-1", title="Kruk", price=Decimal("12.99"), ean="8710000000035")  # 10.74 + 2.2554
FREE = replace(POT, sku="BANK-1", title="Tuinbank", vat=0, ean="8710000000042")
GERMAN = replace(POT, sku="VAAS-1", title="Vaas", vat=19, price=Decimal("11.90"), ean="8710000000059")
ROUNDING = replace(POT, sku="AFRONDING", title="Afronding", price=Decimal("0.01"), ean="")
GOODS = (POT, AWKWARD, FREE, GERMAN, ROUNDING)
BELGIAN_FIRM = {"company": "Tuincentrum Gent", "country": "BE", "city": "Gent", "postcode": "9000"}
ORDERS = (
    purchase(4001, shopper(1), AWKWARD),
    purchase(4002, shopper(2), AWKWARD),
    purchase(4003, shopper(3, country="DE", city="Kleve", postcode="47533"), GERMAN, shipping=Decimal(0)),
    purchase(4004, shopper(4, country="DE", city="Kleve", postcode="47533"), GERMAN, shipping=Decimal(0)),
    purchase(4005, shopper(5, **BELGIAN_FIRM, vat_number="BE0403019261"), FREE, shipping=Decimal(0)),
    purchase(4006, shopper(6, **BELGIAN_FIRM, vat_number="BE0403019262"), FREE, shipping=Decimal(0)),
)
TOTALS = {f"#{one.number}": one.total for one in ORDERS}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """Exact Online with prices without VAT; every test sends its own orders."""
    states = states_of(shop_of(*ORDERS, articles=GOODS), articles=tuple(replace(one, vat=21) for one in GOODS))
    plan = bare_plan(exactonline={"price_basis": "excl"})
    plan.tables["exactonline"]["vat_code"] = []  # each flow brings its own, for prices without VAT
    made = Garden(tmp_path_factory.mktemp("fin"), states, plan)
    yield made
    made.close()


def flow(garden, name, **settings):
    made = garden.flow(name, "shopify", "exactonline", shipping_sku=SHIPPING, **settings)
    for rate, code in (("21", "2"), ("9", "4"), ("0", "1")):
        garden.add_row(made, "vat_code", code, rate=rate)
    return made


def test_fin_12_and_20_a_cent_of_rounding_becomes_a_line_and_without_an_article_for_it_nothing_is_written(garden):
    waits = flow(garden, "waits")
    assert garden.send(waits, 4001).parked == 1
    reason = garden.waiting(waits)["#4001"]
    assert reason.startswith("#4001 would come to 19.95 (")
    assert reason.endswith("in Exact Online; Shopify says 19.94. The difference is 0.01.")
    assert ledger(garden, "exactonline").orders() == {}
    corrected = flow(garden, "corrected", correction_sku="AFRONDING")
    assert garden.send(corrected, 4002).created == 1
    order = ledger(garden, "exactonline").orders()["#4002"]
    assert order.total == TOTALS["#4002"] == Decimal("19.94")
    assert ("AFRONDING", -1, Decimal("0.01"), "1") in order.lines
    assert "Equal to the cent" in " ".join(step.text for step in garden.steps(kind="checked"))


def test_fin_01_and_02_the_one_stop_shop_has_codes_of_its_own_from_its_first_day(garden):
    before = flow(garden, "before")
    garden.add_row(before, "vat_code", "DEX", rate="19", treatment="oss")
    assert garden.send(before, 4003).parked == 1
    assert garden.waiting(before) == {"#4003": "There is no VAT code for DE, 19%, person, eu_consumer."}
    since = flow(garden, "since", oss_since="2026-01-01")
    garden.add_row(since, "vat_code", "DEX", rate="19", treatment="oss")
    assert garden.send(since, 4004).created == 1
    assert {code for *_, code in ledger(garden, "exactonline").orders()["#4004"].lines} == {"DEX"}


def test_fin_03_reverse_charge_wants_a_vat_number_that_can_be_one(garden):
    made = flow(garden, "abroad")
    garden.add_row(made, "vat_code", "7", rate="0", treatment="eu_business")
    summary = garden.send(made, 4005, 4006)
    assert (summary.created, summary.parked) == (1, 1)
    assert {code for *_, code in ledger(garden, "exactonline").orders()["#4005"].lines} == {"7"}
    assert garden.waiting(made) == {
        "#4006": "#4006 was sold without VAT to a company in BE, but “BE0403019262” is no VAT number of another country."
    }


@pytest.mark.parametrize("name", ["orders-to-accountview", "orders-to-exact"])
def test_fin_18_shop_and_ledger_are_compared_to_the_cent_and_what_is_missing_says_why(done, name):
    days = sorted(one.placed_at.date() for one in build().purchases)
    result = reconcile(done.site, name, days[0], days[-1] + timedelta(days=1))
    assert (result.compared, result.report.equal, result.unreadable) == (61, 60, ())
    (one,) = result.explained
    assert (one.difference.reference, one.difference.kind) == ("#1065", "missing")
    assert one.why.startswith("SKU ROOS-12-ONBEKEND is not in")
    short = next(sale.total for sale in build().purchases if sale.number == 1065)
    assert sum(row.difference for row in result.report.rows["method"]) == -short
