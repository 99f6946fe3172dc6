"""A shop that sorts by collection: the revenue accounts of its orders follow the collection of each article."""

import pytest
from support.garden import POT, ROSE, Garden, bare_plan, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk

ROOM = "gid://shopify/Collection/9001"
SALE = "gid://shopify/Collection/9002"
ORDERS = {"exactonline": 4301, "accountview": 4302}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    states = states_of(shop_of(*(purchase(one, shopper(one), POT, ROSE) for one in ORDERS.values())))
    states["shopify"]["collections"] = [{"id": ROOM, "title": "Kamerplanten"}, {"id": SALE, "title": "Actie"}]
    for product in states["shopify"]["products"]:
        skus = {form["sku"] for form in product["variants"]["nodes"]}
        product["collections"] = {"nodes": [{"id": SALE}, *([{"id": ROOM}] if ROSE.sku in skus else [])]}
    made = Garden(tmp_path_factory.mktemp("groups"), states, plan=bare_plan(shopify={"group_collections": ROOM}))
    yield made
    made.close()


@pytest.mark.parametrize("target", ORDERS)
def test_fin_04_the_revenue_account_follows_the_collection_that_stands_for_a_group(garden, target):
    number = ORDERS[target]
    made = garden.flow(f"groups-{target}", "shopify", target, document="sales_entry")
    garden.add_row(made, "journal", "71" if target == "exactonline" else "")
    garden.add_row(made, "revenue_account", "8000")
    garden.add_row(made, "revenue_account", "8010", group="Kamerplanten")
    assert garden.send(made, number).created == 1, garden.waiting(made)
    if target == "exactonline":
        codes = {row["ID"]: row["Code"] for row in garden.exact("financial/GLAccounts")}
        (entry,) = [one for one in garden.exact("salesentry/SalesEntries") if one["YourRef"] == f"#{number}"]
        booked = {one["Description"]: codes[one["GLAccount"]] for one in garden.exact("salesentry/SalesEntryLines") if one["EntryID"] == entry["EntryID"]}
        assert {booked[text] for text in booked if "Roos" in text} == {"8010"}
        assert {booked[text] for text in booked if "pot" in text} == {"8000"}
    else:
        page = next(row["REC_ID"] for row in garden.accountview("DJ_PAGE") if row["INV_NR"].strip() == f"#{number}")
        lines = [row for row in garden.accountview("DJ_LINE") if page in row.values()]
        assert {"8000", "8010"} <= {row["ACCT_NR"].strip() for row in lines}
