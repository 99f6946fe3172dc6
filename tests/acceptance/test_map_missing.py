"""Values of the last months that no table has a row for are named before an order waits for them."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from koppel.actions.missing import missing_rows
from koppel.actions.preview import preview
from support.garden import POT, SHIPPING, Garden, bare_plan, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
ODD = replace(POT, sku="VAAS-1", title="Vaas", vat=19, price=Decimal("11.90"), ean="8710000000059")
ORDERS = (
    purchase(7001, shopper(1), POT), purchase(7002, shopper(2), ODD, shipping=Decimal(0)), purchase(7003, shopper(3), ODD, shipping=Decimal(0)),
    purchase(7004, shopper(4), POT, method="Cash"), purchase(7005, shopper(5), ODD, shipping=Decimal(0), method="Cash"),
)  # fmt: skip


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    plan = bare_plan()
    for name in ("exactonline", "accountview"):
        plan.tables[name]["vat_code"] = []
    states = states_of(shop_of(*ORDERS, articles=(POT, ODD)), articles=(POT, replace(ODD, vat=21)))
    orders = states["shopify"]["orders"]
    orders[:] = [json.loads(json.dumps(one).replace('"EUR"', '"USD"')) if one["name"] == "#7005" else one for one in orders]
    made = Garden(tmp_path_factory.mktemp("missing"), states, plan)
    yield made
    made.close()


@pytest.mark.parametrize("ledger", ["exactonline", "accountview"])
def test_map_10_what_has_no_row_is_named_with_how_many_orders_and_how_much(garden, ledger):
    flow = garden.flow(f"missing-{ledger}", "shopify", ledger, shipping_sku=SHIPPING, condition="record.payment_method != 'Cash'")
    garden.add_row(flow, "vat_code", "2", rate="21")
    (row,) = missing_rows(garden.site, flow)
    assert (row.table, row.count, row.totals) == ("vat_code", 2, {"EUR": ORDERS[1].total + ORDERS[2].total})
    assert row.keys["rate"].startswith("19")
    assert row.why.startswith("There is no VAT code for NL, 19%")
    assert row.example in ("#7002", "#7003")
    assert garden.inbox(flow) == []
    garden.add_row(flow, "vat_code", "9", rate="19")
    assert missing_rows(garden.site, flow) == ()


@pytest.mark.parametrize("ledger", ["exactonline", "accountview"])
def test_map_10_an_order_tells_all_that_it_lacks_and_currencies_are_never_added(garden, ledger):
    flow = garden.flow(f"all-{ledger}", "shopify", ledger, shipping_sku=SHIPPING)
    rows = missing_rows(garden.site, flow)
    pots, vases, cash = (ORDERS[0], ORDERS[3]), (ORDERS[1], ORDERS[2]), (ORDERS[3], ORDERS[4])
    assert {(one.table, rate_or_method(one)): (one.count, one.totals) for one in rows} == {
        ("vat_code", "21"): (2, {"EUR": sum(one.total for one in pots)}),
        ("vat_code", "19"): (3, {"EUR": sum(one.total for one in vases), "USD": ORDERS[4].total}),
        ("payment_term", "Cash"): (2, {"EUR": cash[0].total, "USD": cash[1].total}),
    }  # fmt: skip
    (last,) = [plan for plan in preview(garden.site, flow).others if plan.label == "#7005"]
    assert {row.facts["table"] for row in last.lacks} == {"vat_code", "payment_term"}


def rate_or_method(row):
    return row.keys.get("method") or row.keys["rate"].partition(".")[0]
