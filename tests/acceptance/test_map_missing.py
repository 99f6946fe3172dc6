"""Values of the last months that no table has a row for are named before an order waits for them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from koppel.actions.missing import missing_rows
from support.garden import POT, SHIPPING, Garden, bare_plan, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
ODD = replace(POT, sku="VAAS-1", title="Vaas", vat=19, price=Decimal("11.90"), ean="8710000000059")
ORDERS = (purchase(7001, shopper(1), POT), purchase(7002, shopper(2), ODD, shipping=Decimal(0)), purchase(7003, shopper(3), ODD, shipping=Decimal(0)))


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    plan = bare_plan()
    for name in ("exactonline", "accountview"):
        plan.tables[name]["vat_code"] = []
    made = Garden(tmp_path_factory.mktemp("missing"), states_of(shop_of(*ORDERS, articles=(POT, ODD)), articles=(POT, replace(ODD, vat=21))), plan)
    yield made
    made.close()


@pytest.mark.parametrize("ledger", ["exactonline", "accountview"])
def test_map_10_what_has_no_row_is_named_with_how_many_orders_and_how_much(garden, ledger):
    flow = garden.flow(f"missing-{ledger}", "shopify", ledger, shipping_sku=SHIPPING)
    garden.add_row(flow, "vat_code", "2", rate="21")
    (row,) = missing_rows(garden.site, flow)
    assert (row.table, row.count, row.total) == ("vat_code", 2, ORDERS[1].total + ORDERS[2].total)
    assert row.keys["rate"].startswith("19")
    assert row.why.startswith("There is no VAT code for NL, 19%")
    assert row.example in ("#7002", "#7003")
    assert garden.inbox(flow) == []
    garden.add_row(flow, "vat_code", "9", rate="19")
    assert missing_rows(garden.site, flow) == ()
