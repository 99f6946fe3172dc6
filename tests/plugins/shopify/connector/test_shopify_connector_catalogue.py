"""Articles into the shop over real HTTP: made whole, changed by their differences, nothing of a person's lost."""

from __future__ import annotations

import base64
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from koppel import Batch, Draft, Lookup, Query, Receipt, Write
from koppel.documents import Image, Product, Variant

pytestmark = pytest.mark.walk
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 40).decode()


@pytest.fixture
def shop(empty_shop: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    """A shop of its own, where a new picture is ready at once; `put` writes articles as a flow does."""
    made = empty_shop(media_seconds=0, bulk_seconds=0)
    made.shopify = made.connect()
    return made


@pytest.fixture
def put(shop: SimpleNamespace, write_out: Any, make_out: Any) -> Callable[..., list[Receipt]]:
    def write(*papers: Product, ids: tuple[str, ...] = ()) -> list[Receipt]:
        writes = []
        for place, paper in enumerate(papers):
            gid = ids[place] if ids else None
            fields = (write_out if gid else make_out)("product", paper)
            writes.append(Write(f"a:{paper.sku or paper.name}", Draft("product", fields), gid))
        return list(shop.shopify.upsert(Batch("product", tuple(writes))).items)

    return write


def held(shop: SimpleNamespace, title: str) -> dict[str, Any]:
    """A product as the simulator holds it."""
    state = httpx.get(f"{shop.url}/_sandbox/state", timeout=60).json()
    return dict(next(one for one in state["products"] if one["title"] == title))


def asked(shop: SimpleNamespace) -> int:
    return len(httpx.get(f"{shop.url}/_sandbox/log", timeout=60).json())


def vase(**more: Any) -> Product:
    given = {"sku": "VAAS-1", "name": "Proefvaas", "price_incl": Decimal("19.95"), "ean": "8712345678906", "group": "Vazen"}
    return Product(**{**given, **more})


def test_a_new_article_is_whole_and_found_again(shop: SimpleNamespace, put: Any) -> None:
    images = [Image(url="https://img.example/vaas.jpg", alt="voor"), Image(data=PNG, name="zij.png")]
    paper = vase(description="Een vaas <mooi>", features={"Hoogte": "20 cm", "vendor": "Glasco"}, categories=["Vazen & potten"], images=images)
    (receipt,) = put(paper)
    assert (receipt.error, receipt.action) == (None, "created")
    product = held(shop, "Proefvaas")
    form = product["variants"]["nodes"][0]
    assert (form["sku"], form["barcode"], form["price"]) == ("VAAS-1", "8712345678906", "19.95")
    assert form["inventoryItem"]["tracked"] is True
    assert product["descriptionHtml"] == "<p>Een vaas &lt;mooi&gt;</p>"
    assert (product["vendor"], product["productType"]) == ("Glasco", "Vazen")
    fields = {(one["namespace"], one["key"]): one["value"] for one in product["metafields"]["nodes"]}
    assert fields["custom", "hoogte"] == "20 cm"
    assert len(product["media"]["nodes"]) == 2
    found = shop.shopify.find(Lookup("product", "sku", ("VAAS-1",))).matches["VAAS-1"]
    assert [one.id for one in found] == [receipt.id] == [product["id"]]
    category = shop.shopify.fetch(Query("category")).records
    assert "Vazen & potten" in [one.label for one in category]


def test_the_second_run_changes_nothing_and_doubles_no_picture(shop: SimpleNamespace, put: Any) -> None:
    paper = vase(images=[Image(url="https://img.example/vaas.jpg"), Image(data=PNG)], categories=["Vazen"], features={"Kleur": "blauw"})
    (first,) = put(paper)
    before = asked(shop)
    (second,) = put(paper, ids=(first.id,))
    assert (second.id, second.action) == (first.id, "unchanged")
    assert asked(shop) - before == 1
    put(vase(images=[*paper.images, Image(url="https://img.example/nieuw.jpg")]), ids=(first.id,))
    assert len(held(shop, "Proefvaas")["media"]["nodes"]) == 3


def test_what_a_person_added_stays(shop: SimpleNamespace, put: Any) -> None:
    (first,) = put(vase(categories=["Vazen"], images=[Image(url="https://img.example/vaas.jpg")]))
    enrich = """mutation E($p: ProductUpdateInput!, $m: [CreateMediaInput!]) { productUpdate(product: $p, media: $m) { userErrors { message } } }"""
    given = {"id": first.id, "tags": ["actie"], "seo": {"title": "Mooie vaas"},
             "metafields": [{"namespace": "custom", "key": "was", "type": "single_line_text_field", "value": "koud"}]}  # fmt: skip
    picture = [{"originalSource": "https://img.example/sfeer.jpg", "mediaContentType": "IMAGE"}]
    shop.shopify.http.post("/admin/api/2026-10/graphql.json", json={"query": enrich, "variables": {"p": given, "m": picture}})
    put(vase(price_incl=Decimal("24.95"), name="Proefvaas", categories=["Glas"]), ids=(first.id,))
    product = held(shop, "Proefvaas")
    assert product["variants"]["nodes"][0]["price"] == "24.95"
    assert (product["tags"], product["seo"]["title"]) == (["actie"], "Mooie vaas")
    assert {one["key"] for one in product["metafields"]["nodes"]} == {"was", "pictures"}
    assert (len(product["media"]["nodes"]), len(product["collections"]["nodes"])) == (2, 2)


def test_a_product_with_forms_comes_with_its_options(shop: SimpleNamespace, put: Any) -> None:
    forms = [
        Variant(sku=f"TS-{size}-{colour}", price_incl=Decimal("15"), attributes={"Maat": size, "Kleur": colour})
        for size in ("S", "M") for colour in ("Rood", "Wit")
    ]  # fmt: skip
    paper = Product(kind="configurable", sku="TS", name="T-shirt", variants=forms[:3])
    (first,) = put(paper)
    product = held(shop, "T-shirt")
    assert [(one["name"], one["values"]) for one in product["options"]] == [("Maat", ["S", "M"]), ("Kleur", ["Rood", "Wit"])]
    (second,) = put(paper.model_copy(update={"variants": [forms[0].model_copy(update={"price_incl": Decimal("17.5")}), *forms[1:]]}), ids=(first.id,))
    assert second.action == "updated"
    product = held(shop, "T-shirt")
    assert [one["sku"] for one in product["variants"]["nodes"]] == [one.sku for one in forms]
    assert [one["price"] for one in product["variants"]["nodes"]] == ["17.50", "15.00", "15.00", "15.00"]
    put(paper.model_copy(update={"variants": forms[:1]}), ids=(first.id,))
    assert len(held(shop, "T-shirt")["variants"]["nodes"]) == 4


def test_articles_of_one_parent_become_forms_of_one_product(shop: SimpleNamespace, put: Any) -> None:
    def form(size: str) -> Product:
        return Product(kind="variant", sku=f"TRUI-{size}", name=f"Trui {size}", price_incl=Decimal("40"), attributes={"Maat": size},
                       custom={"parent": "TRUI", "parent_title": "Wollen trui"})  # fmt: skip

    small, medium = put(form("S"), form("M"))
    assert small.id != medium.id
    assert small.id.startswith("gid://shopify/ProductVariant/")
    (large,) = put(form("L"))
    product = held(shop, "Wollen trui")
    assert [one["id"] for one in product["variants"]["nodes"]] == [small.id, medium.id, large.id]
    (again,) = put(form("M").model_copy(update={"price_incl": Decimal("45")}), ids=(medium.id,))
    assert (again.id, again.action) == (medium.id, "updated")
    assert [one["price"] for one in held(shop, "Wollen trui")["variants"]["nodes"]] == ["40.00", "45.00", "40.00"]


def test_a_renamed_sku_keeps_its_link(shop: SimpleNamespace, put: Any) -> None:
    (first,) = put(vase())
    (second,) = put(vase(sku="VAAS-100"), ids=(first.id,))
    assert second.id == first.id
    assert held(shop, "Proefvaas")["variants"]["nodes"][0]["sku"] == "VAAS-100"


def test_an_article_without_a_price_is_not_given_away(shop: SimpleNamespace, put: Any) -> None:
    (receipt,) = put(vase(price_incl=None))
    assert receipt.error is None
    assert held(shop, "Proefvaas")["status"] == "DRAFT"


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"price_incl": None, "price_excl": Decimal("10")}, "The price including VAT of VAAS-1 is not known"),
        ({"currency": "USD"}, "The price of VAAS-1 is in USD, the shop sells in EUR."),
        ({"images": [Image(data="####")]}, "A picture is damaged"),
        ({"images": [Image(data=base64.b64encode(b"hello").decode(), name="x.txt")]}, "The picture x.txt is no JPEG"),
    ],
)
def test_what_cannot_be_sent_says_why_and_hurts_no_other(shop: SimpleNamespace, put: Any, more: dict[str, Any], text: str) -> None:
    wrong, right = put(vase(**more), vase(sku="VAAS-2", name="Andere vaas"))
    assert text in str(wrong.error)
    assert right.error is None


def test_many_new_articles_go_in_one_bulk_operation(shop: SimpleNamespace, put: Any) -> None:
    papers = [vase(sku=f"VAAS-{number}", name=f"Vaas {number}", ean="") for number in range(30)]
    papers[7] = papers[7].model_copy(update={"currency": "USD"})
    before = asked(shop)
    receipts = put(*papers)
    assert [place for place, one in enumerate(receipts) if one.error] == [7]
    assert asked(shop) - before < 8
    names = {one.number: one.id for one in receipts if not one.error}
    assert held(shop, "Vaas 29")["id"] == names["VAAS-29"]


def test_a_product_that_is_gone_says_so(shop: SimpleNamespace, put: Any) -> None:
    (receipt,) = put(vase(), ids=("gid://shopify/Product/404",))
    assert "VAAS-1 is no longer in Shopify." in str(receipt.error)
