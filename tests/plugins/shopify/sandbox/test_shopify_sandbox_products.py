"""A whole product in one call, collections and pictures: what is given replaces, what is left out stays."""

from __future__ import annotations

from typing import Any

SET = """mutation S($identifier: ProductSetIdentifiers, $input: ProductSetInput!, $now: Boolean) {
  productSet(identifier: $identifier, input: $input, synchronous: $now) {
    product { id title handle status hasOnlyDefaultVariant tags options { name values }
      variants(first: 9) { nodes { id sku price title inventoryItem { tracked } } }
      media(first: 9) { nodes { id alt status } } collections(first: 9) { nodes { title } }
      metafields(first: 9) { nodes { namespace key value } } }
    productSetOperation { id status }
    userErrors { field message code } } }"""
SHIRT = {
    "title": "Shirt",
    "productOptions": [{"name": "Size", "values": [{"name": "S"}, {"name": "M"}]}],
    "variants": [
        {"sku": f"SH-{size}", "price": "19.95", "optionValues": [{"optionName": "Size", "name": size}], "inventoryItem": {"tracked": True}}
        for size in ("S", "M")
    ],
    "files": [{"originalSource": "https://img.example/shirt.jpg", "alt": "front"}],
    "metafields": [{"namespace": "custom", "key": "wash", "type": "single_line_text_field", "value": "40"}],
}


def put(shop: Any, given: dict[str, Any], **identifier: str) -> dict[str, Any]:
    return dict(shop.data(SET, {"input": given, "identifier": identifier or None, "now": True})["productSet"])


def test_a_product_comes_whole_in_one_call(shop: Any) -> None:
    made = put(shop, SHIRT)["product"]
    assert [one["sku"] for one in made["variants"]["nodes"]] == ["SH-S", "SH-M"]
    assert made["options"] == [{"name": "Size", "values": ["S", "M"]}]
    assert made["media"]["nodes"][0]["status"] == "PROCESSING"
    shop.sandbox.clock.advance(3)
    read = shop.data("query P($id: ID!) { product(id: $id) { media(first: 1) { nodes { status preview { image { url } } } } } }", {"id": made["id"]})
    picture = read["product"]["media"]["nodes"][0]
    assert picture["status"] == "READY"
    assert picture["preview"]["image"]["url"].startswith("https://cdn.shopify.com/")


def test_a_list_that_is_given_replaces_and_one_left_out_stays(shop: Any) -> None:
    made = put(shop, SHIRT)["product"]
    same = put(shop, {"title": "Shirt 2"}, id=made["id"])["product"]
    assert (same["title"], len(same["variants"]["nodes"]), len(same["media"]["nodes"])) == ("Shirt 2", 2, 1)
    less = put(shop, {"productOptions": SHIRT["productOptions"], "variants": SHIRT["variants"][:1], "files": []}, id=made["id"])["product"]
    assert [one["sku"] for one in less["variants"]["nodes"]] == ["SH-S"]
    assert less["variants"]["nodes"][0]["id"] == made["variants"]["nodes"][0]["id"]
    assert less["media"]["nodes"] == []


def test_refusals_have_the_texts_of_the_service(shop: Any) -> None:
    made = put(shop, SHIRT)["product"]
    both = put(shop, {"title": "X", "id": made["id"]}, id=made["id"])["userErrors"]
    assert both == [{"field": ["input"], "message": "The id field is not allowed if identifier is provided.", "code": "ID_NOT_ALLOWED"}]
    assert put(shop, {"title": "X" * 256})["userErrors"][0]["message"] == "is too long (maximum is 255 characters)"
    twice = {**SHIRT, "variants": [SHIRT["variants"][0]] * 2}  # type: ignore[index]
    assert put(shop, twice)["userErrors"][0]["message"].startswith("The variant 'S' already exists.")
    only = put(shop, {"title": "Y", "productOptions": SHIRT["productOptions"]})["userErrors"]
    assert only[0]["message"] == "Variants input is required when updating product options"
    taken = put(shop, {"title": "Z", "handle": made["handle"]})["userErrors"][0]
    assert taken["field"] == ["input", "handle"]


def test_asked_not_to_wait_it_gives_an_operation(shop: Any) -> None:
    given = shop.data(SET, {"input": {"title": "Later"}, "identifier": None, "now": False})["productSet"]
    assert (given["product"], given["productSetOperation"]["status"]) == (None, "CREATED")
    read = "query O($id: ID!) { productOperation(id: $id) { status product { title } } }"
    done = shop.data(read, {"id": given["productSetOperation"]["id"]})["productOperation"]
    assert done == {"status": "COMPLETE", "product": {"title": "Later"}}


def test_collections_are_made_joined_and_found_by_handle(shop: Any) -> None:
    make = "mutation C($c: CollectionCreateInput!) { collectionCreate(collection: $c) { collection { id handle } userErrors { message } } }"
    made = shop.data(make, {"c": {"title": "Vazen & potten"}})["collectionCreate"]["collection"]
    assert made["handle"] == "vazen-potten"
    assert shop.data(make, {"c": {"title": "X", "handle": "vazen-potten"}})["collectionCreate"]["userErrors"]
    product = put(shop, {"title": "Vaas"})["product"]
    change = "mutation U($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
    shop.data(change, {"p": {"id": product["id"], "collectionsToJoin": [made["id"]]}})
    read = "query F($h: String!) { collectionByIdentifier(identifier: {handle: $h}) { id productsCount { count } } }"
    assert shop.data(read, {"h": "vazen-potten"})["collectionByIdentifier"] == {"id": made["id"], "productsCount": {"count": 1}}
    assert shop.sandbox.dump()["collections"]


def test_the_newer_argument_is_not_known_to_the_older_version(shop: Any) -> None:
    make = "mutation C($c: CollectionCreateInput!) { collectionCreate(collection: $c) { collection { id } } }"
    codes = {one["extensions"]["code"] for one in shop.ask(make, {"c": {"title": "X"}}, version="2026-04")["errors"]}
    assert "argumentNotAccepted" in codes
