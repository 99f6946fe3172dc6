"""Which orders of the shop are taken in: by status, day, number, tag, channel, country and amount; and what stock is told back."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from support.garden import NOW, POT, ROSE, Garden, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk

ABROAD = shopper(4, country="DE", postcode="50667", city="Köln")
ORDERS = (
    purchase(4001, shopper(1)),
    purchase(4002, shopper(2), paid=False),
    purchase(4003, shopper(3), tags=("wholesale",)),
    purchase(4004, ABROAD),
    purchase(4005, shopper(5), *[POT] * 6),
)
TOTALS = {f"#{one.number}": one.total for one in ORDERS}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """Five orders that differ in one thing each; a dry run says which would be taken, so that every test sees all."""
    made = Garden(tmp_path_factory.mktemp("choices"), states_of(shop_of(*ORDERS)))
    yield made
    made.close()


def taken(garden, name, **settings):
    """Which orders a flow with these settings would send."""
    flow = garden.flow(name, "shopify", "exactonline", **settings)
    plans = garden.run(flow, dry_run=True).plans
    return {plan.label for plan in plans if plan.resource == "sales_order" and plan.action == "create"}


def test_ord_01_by_payment_and_fulfilment_status(garden):
    everything = set(TOTALS)
    assert taken(garden, "any", release=[]) == everything
    assert taken(garden, "paid") == everything - {"#4002"}
    assert taken(garden, "pending", release=[], filters={"financial_status": "pending"}) == {"#4002"}
    open_ones = taken(garden, "open", release=[], filters={"fulfillment_status": "unfulfilled"})
    assert open_ones | taken(garden, "shipped", release=[], filters={"fulfillment_status": "shipped"}) == everything


def test_ord_02_from_a_day_and_no_more_than_so_many(garden):
    moment = NOW - timedelta(days=20) + timedelta(minutes=4003, seconds=30)
    late = taken(garden, "late", release=[], filters={"created_at": f">={moment:%Y-%m-%dT%H:%M:%SZ}"})
    assert late == {"#4004", "#4005"}
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert taken(garden, "tomorrow", release=[], since=tomorrow.isoformat()) == set()
    flow = garden.flow("few", "shopify", "exactonline", release=[])
    assert len([one for one in garden.run(flow, dry_run=True, limit=2).plans if one.resource == "sales_order"]) == 2


def test_ord_04_given_numbers_now(garden):
    flow = garden.flow("named", "shopify", "exactonline", release=[])
    plans = garden.run(flow, dry_run=True, ids=("#4001", garden.order_id(4005))).plans
    assert {one.label for one in plans if one.resource == "sales_order"} == {"#4001", "#4005"}


@pytest.mark.parametrize(
    ("name", "settings", "left_out"),
    [
        ("tag", {"condition": "'wholesale' not in record.tags"}, {"#4003"}),
        ("tag-there", {"filters": {"tag_not": "wholesale"}}, {"#4003"}),
        ("country", {"condition": "record.destination != 'DE'"}, {"#4004"}),
        ("amount", {"condition": "record.total < 100"}, {"#4005"}),
        ("channel", {"condition": "record.channel != 'web'"}, set(TOTALS)),
    ],
)
def test_ord_13_orders_are_kept_out_and_seed_20_by_any_filter(garden, name, settings, left_out):
    assert taken(garden, name, release=[], **settings) == set(TOTALS) - left_out


def level(garden, sku, name="available"):
    """What the shop says there is."""
    query = "query L($q: String) { productVariants(first: 5, query: $q) { nodes { inventoryItem { inventoryLevels(first: 5) { nodes "
    query += "{ quantities(names: [\"available\", \"on_hand\"]) { name quantity } } } } } } }"
    answer = httpx.post(
        f"{garden.addresses['shopify']}/admin/api/2026-10/graphql.json", json={"query": query, "variables": {"q": f"sku:{sku}"}},
        headers={"X-Shopify-Access-Token": "shpat_koppel_sandbox_static"},
    ).json()  # fmt: skip
    (row,) = answer["data"]["productVariants"]["nodes"][0]["inventoryItem"]["inventoryLevels"]["nodes"]
    return {one["name"]: one["quantity"] for one in row["quantities"]}[name]


def test_stk_01_stk_08_and_seed_21_the_stock_of_the_books_is_set_once_and_only_changes_travel(garden):
    flow = garden.flow("stock", "accountview", "shopify", "stock")
    first = garden.run(flow).summary
    assert (first.parked, first.outcome) == (0, "done")
    assert level(garden, ROSE.sku) == ROSE.stock
    before = len(garden.requests("shopify"))
    assert garden.run(flow).summary.updated == 0
    assert [one for one in garden.requests("shopify")[before:] if "graphql" in one.get("line", "")] == []
