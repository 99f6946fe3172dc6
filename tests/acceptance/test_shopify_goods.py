"""Articles out of both ledgers into the shop: by SKU, once, with what a person added there kept."""

from __future__ import annotations

import base64
import json
from collections import Counter
from decimal import Decimal

import pytest
from koppel.actions.connections import save_connection
from koppel.actions.flows import save_flow
from koppel.demo.webshop import build
from koppel.store.models import Incoming, Rule
from support.trio import Trio

pytestmark = pytest.mark.walk
SHOP = build()
NEW = SHOP.ledger_only[0].sku


@pytest.fixture(scope="module")
def trio(tmp_path_factory):
    """Both flows have run twice; `first` and `second` are what they did, `calls` how often the second called."""
    made = Trio(tmp_path_factory.mktemp("goods"))
    for source in ("accountview", "exactonline"):
        save_flow(made.site, f"{source}-articles", source, "shopify", "product")
    made.first = {name: made.run(name).summary for name in ("accountview-articles", "exactonline-articles")}
    made.then = products(made)
    before = len(made.requests("shopify"))
    made.second = {name: made.run(name).summary for name in ("accountview-articles", "exactonline-articles")}
    made.calls = len(made.requests("shopify")) - before
    yield made
    made.close()


def products(trio):
    return trio.state("shopify")["products"]


def forms(trio):
    """All forms by SKU."""
    found = {}
    for product in products(trio):
        for form in product["variants"]["nodes"]:
            found.setdefault(form["sku"], []).append((product, form))
    return found


def test_seed_15_articles_of_both_ledgers_are_in_the_shop_by_sku_once(trio):
    skus = Counter(form["sku"] for product in products(trio) for form in product["variants"]["nodes"])
    wanted = {one.sku for one in (*SHOP.articles, *SHOP.ledger_only, *SHOP.exact_only)}
    assert wanted <= set(skus)
    assert set(skus.values()) == {1}
    assert trio.first["accountview-articles"].created >= len(SHOP.ledger_only)
    assert all(one.parked == 0 for one in trio.first.values())


def test_prd_01_a_second_run_writes_nothing(trio):
    assert [(one.created, one.updated, one.parked) for one in trio.second.values()] == [(0, 0, 0)] * 2
    assert trio.calls == 0
    assert products(trio) == trio.then


def test_prd_05_the_price_is_the_one_with_vat_that_the_ledger_has(trio):
    by_sku = forms(trio)
    for article in SHOP.articles:
        assert Decimal(by_sku[article.sku][0][1]["price"]) == article.price


def test_seed_17_forms_stay_forms_of_one_product_under_its_own_title(trio):
    by_sku = forms(trio)
    parents = {one.parent for one in SHOP.articles if one.parent}
    assert parents
    for article in SHOP.articles:
        product, form = by_sku[article.sku][0]
        if article.parent:
            assert product["title"] == article.parent
            assert len(product["variants"]["nodes"]) > 1
        else:
            assert form["title"] == "Default Title"


def test_seed_18_the_group_of_an_article_becomes_a_collection(trio):
    titles = Counter(one["title"] for one in trio.state("shopify")["collections"])
    assert titles
    assert set(titles.values()) == {1}
    product = forms(trio)[NEW][0][0]
    assert product["collections"]["nodes"]


def change(trio, flow, sku, **fields):
    """Let the source say something else about one article, and run."""
    with trio.site.db.write() as session:
        row = session.query(Incoming).filter_by(flow_id=trio.site.flow(flow).id, label=sku).one()
        row.payload, row.state = {**row.payload, **fields}, "new"
    return trio.run(flow, limit=1).summary


def test_prd_02_a_field_that_is_only_for_new_articles_is_not_overwritten(trio):
    with trio.site.db.write() as session:
        row = session.query(Rule).filter_by(system="shopify", direction="outbound", resource="product", target="title", flow_id=None).one()
        row.spec, row.origin = {**row.spec, "when": "create"}, "site"
    title = forms(trio)[NEW][0][0]["title"]
    change(trio, "accountview-articles", NEW, ART_DESC1="Een andere naam", PX_SELL=Decimal("99.95"))
    product, form = forms(trio)[NEW][0]
    assert (product["title"], form["price"]) == (title, "99.95")


def test_prd_03_a_feature_becomes_a_metafield_by_a_row(trio):
    with trio.site.db.write() as session:
        session.add(Rule(system="accountview", direction="inbound", resource="product", target="features.Artikelgroep", position=99,
                         origin="site", spec={"from": "AG_CODE"}))  # fmt: skip
    change(trio, "accountview-articles", NEW, PX_SELL=Decimal("89.95"))
    fields = {(one["namespace"], one["key"]): one["value"] for one in forms(trio)[NEW][0][0]["metafields"]["nodes"]}
    assert fields["custom", "artikelgroep"]


def test_seed_19_and_prd_04_the_picture_of_the_ledger_is_sent_once_however_often_it_runs(trio):
    picture = {"name": "een.png", "data": base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 40).decode()}
    for price in ("79.95", "69.95"):
        change(trio, "accountview-articles", NEW, image=picture, PX_SELL=Decimal(price))
    product, form = forms(trio)[NEW][0]
    assert (len(product["media"]["nodes"]), form["price"]) == (1, "69.95")
    kept = next(one for one in product["metafields"]["nodes"] if one["namespace"] == "koppel")
    (source,) = json.loads(kept["value"])
    assert source.startswith("sha256:")


def test_prd_04_a_picture_that_changed_in_the_ledger_replaces_the_one_in_the_shop_and_a_persons_own_stays(trio):
    def shown():
        return [(one["id"], one["image"]["url"].partition("?")[0]) for one in forms(trio)[NEW][0][0]["media"]["nodes"]]

    def send(text, price):
        trio.control("shopify", "clock", advance=5)  # pictures are ready
        picture = {"name": "een.png", "data": base64.b64encode(b"\x89PNG\r\n\x1a\n" + text * 40).decode()}
        return change(trio, "accountview-articles", NEW, image=picture, PX_SELL=Decimal(price))

    send(b"1", "69.95")
    own = {"mediaContentType": "IMAGE", "originalSource": "https://img.example/sfeer.jpg"}
    enrich = "mutation E($p: ProductUpdateInput!, $m: [CreateMediaInput!]) { productUpdate(product: $p, media: $m) { userErrors { message } } }"
    opened = trio.site.converse(trio.site.connection("shopify"))
    body = {"query": enrich, "variables": {"p": {"id": forms(trio)[NEW][0][0]["id"]}, "m": [own]}}
    assert opened.client.post("/admin/api/2026-10/graphql.json", json=body).json()["data"]["productUpdate"]["userErrors"] == []
    opened.close()
    before = shown()
    assert len(before) == 2
    assert send(b"2", "68.95").updated == 1
    assert shown() == before
    assert send(b"2", "68.95").updated == 0
    assert send(b"3", "68.95").updated == 1
    assert shown() == before


def test_sys_10_articles_come_on_the_chosen_channel_and_blocked_ones_go_off_it(trio):
    shop, flow = trio.site.connection("shopify"), "accountview-articles"
    channels = {one["name"]: one["id"] for one in trio.state("shopify")["publications"]}

    def on(**fields):
        change(trio, flow, NEW, **fields)
        return set(forms(trio)[NEW][0][0].get("publishedOn") or ())

    save_connection(trio.site, "shopify", "shopify", {**shop.settings, "publish_to": channels["Online Store"], "blocked_articles": "unpublish"})
    try:
        assert on(PX_SELL=Decimal("67.95")) == {channels["Online Store"]}
        assert on(REC_BLK=True) == set()
        assert on(REC_BLK=False) == {channels["Online Store"]}
        assert trio.inbox(flow, state="parked") == []
    finally:
        save_connection(trio.site, "shopify", "shopify", {**shop.settings, "publish_to": "", "blocked_articles": "keep"})


def test_sys_10_an_article_that_the_books_block_is_hidden_by_the_setting_and_comes_back(trio):
    connection = trio.site.connection("shopify")
    flow = "accountview-articles"

    def status(blocked, **settings):
        save_connection(trio.site, "shopify", "shopify", {**trio.site.connection("shopify").settings, **settings})
        change(trio, flow, NEW, REC_BLK=blocked)
        return forms(trio)[NEW][0][0]["status"]

    first = forms(trio)[NEW][0][0]["status"]
    assert (connection.settings.get("blocked_articles", "keep"), first) == ("keep", "ACTIVE")
    assert status(True) == "ACTIVE"
    assert status(False) == "ACTIVE"
    assert status(True, blocked_articles="draft") == "DRAFT"
    assert status(False) == "ACTIVE"
