"""The brief: articles, mapping, the trail and the schedule, seen in what the ledgers hold and what a person reads."""

import time
from collections import Counter
from decimal import Decimal

import pytest
from koppel.demo.webshop import build
from koppel.engines.embedded import EmbeddedEngine
from koppel.store.models import Connection, Flow, Incoming, Rule

pytestmark = pytest.mark.walk
SHOP = build()


def add(trio, row):
    with trio.site.db.write() as session:
        session.add(row)


def test_seed_15_articles_travel_by_sku_both_ways(done):
    items = Counter(row["Code"] for row in done.exact("logistics/Items"))
    articles = Counter(row["ART_CODE"] for row in done.accountview("ARTICLE"))
    everywhere = {one.sku for one in (*SHOP.articles, *SHOP.ledger_only, *SHOP.exact_only)}
    assert everywhere <= set(items)
    assert everywhere <= set(articles)
    assert set(items.values()) == set(articles.values()) == {1}


def test_seed_16_a_field_that_is_only_for_new_records_is_not_overwritten(fresh):
    with fresh.site.db.write() as session:
        row = session.query(Rule).filter_by(
            system="exactonline", direction="outbound", resource="product", target="Description", flow_id=None
        ).one()
        row.spec, row.origin = {**row.spec, "when": "create"}, "site"
    fresh.run("articles-to-exact")
    sku = SHOP.articles[0].sku
    with fresh.site.db.write() as session:
        flow = fresh.site.flow("articles-to-exact")
        incoming = session.query(Incoming).filter_by(flow_id=flow.id, label=sku).one()
        incoming.payload = {**incoming.payload, "ART_DESC1": "Een andere naam", "PX_SELL": Decimal("99.95")}
        incoming.state = "new"
    assert fresh.run("articles-to-exact", limit=1).summary.updated >= 1
    item = next(row for row in fresh.exact("logistics/Items") if row["Code"] == sku)
    prices = [row["Price"] for row in fresh.exact("logistics/SalesItemPrices") if row["Item"] == item["ID"]]
    assert item["Description"] == SHOP.articles[0].title
    assert 99.95 in prices


def test_seed_22_the_default_mapping_fills_what_a_bookkeeper_expects(done):
    items = {row["Code"]: row for row in done.exact("logistics/Items")}
    prices = {row["Item"]: row["Price"] for row in done.exact("logistics/SalesItemPrices")}
    for article in SHOP.articles:
        item = items[article.sku]
        assert (item["Description"], item["Barcode"]) == (article.title, article.ean)
        assert Decimal(str(prices[item["ID"]])) == article.price
    debtors = {row["MAIL_BUS"]: row for row in done.accountview("CONTACT")}
    for purchase in SHOP.purchases:
        shopper = purchase.shopper
        if purchase.paid and purchase.number != 1065:
            debtor = debtors[shopper.email]
            assert debtor["ADDRESS1"] == f"{shopper.street} {shopper.house_number}"
            assert (debtor["POST_CODE"], debtor["CITY"], debtor["CNT_CODE"]) == (shopper.postcode, shopper.city, shopper.country)
    order = next(row for row in done.accountview("SO_HDR") if row["COMMENT1"] == "#1002")
    lines = [line for line in done.accountview("SO_LINE") if line["HDR_ID"] == order["REC_ID"]]
    bought = Counter({sale.article.sku: sale.quantity for sale in SHOP.purchases[1].sales})
    assert Counter({line["ART_CODE"]: int(line["ORD_QTY"]) for line in lines if line["ART_CODE"] in bought}) == bought


def test_seed_23_a_further_field_and_a_function_are_a_row_away(fresh):
    row = Rule(
        system="exactonline", direction="outbound", resource="product", target="SearchCode", position=99, origin="site",
        spec={"from": "sku", "transform": ["lower", {"prefix": "zoek-"}]},
    )  # fmt: skip
    add(fresh, row)
    fresh.run("articles-to-exact", limit=50)
    made = [item for item in fresh.exact("logistics/Items") if not item["Code"].startswith("DIENST")]
    assert made
    assert all(item["SearchCode"] == f"zoek-{item['Code'].lower()}" for item in made)


def test_seed_25_the_activity_shows_what_came_and_what_went_and_no_secret_is_readable(done):
    row = next(one for one in done.inbox("orders-to-exact") if one.label == "#1002")
    steps = {step.kind: step for step in done.steps(incoming_id=row.id, resource="sales_order")}
    assert steps["arrived"].data["in"]["name"] == "#1002"
    assert steps["created"].data["out"]["YourRef"] == "#1002"
    assert steps["created"].data["answer"]["YourRef"] == "#1002"
    files = [file for file in done.site.config.home.rglob("*") if file.is_file() and file.name != "koppel.key"]
    held = b"".join(file.read_bytes() for file in files)
    for secret in (b"shpss_koppel_sandbox_secret", b"koppel-demo-geheim", b"demo-secret-accountview"):
        assert secret not in held
    with done.site.db.read() as session:
        ids = [one.id for one in session.query(Connection)]
    for number in ids:
        access = done.site.tokens_of(session.get(Connection, number)).access()
        assert access.encode() not in held


def test_seed_27_a_flow_runs_by_itself_on_its_schedule(fresh):
    with fresh.site.db.write() as session:
        session.query(Flow).filter(Flow.name != "stock-to-shop").update({"paused": True})
        session.query(Flow).filter_by(name="stock-to-shop").update({"schedule": "1s"})
    engine = EmbeddedEngine(fresh.site, tick=0.2)
    engine.start()
    deadline = time.monotonic() + 30
    while len(fresh.steps(kind="updated")) < 100 and time.monotonic() < deadline:
        time.sleep(0.2)
    engine.stop()
    assert len(fresh.steps(kind="updated")) >= 100
