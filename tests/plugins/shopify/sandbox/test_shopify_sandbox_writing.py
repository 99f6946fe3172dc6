"""What a client gets when it changes orders, products, customers, tags and metafields."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def order(shop: Any) -> str:
    return str(shop.data("{ orders(first: 1) { nodes { id } } }")["orders"]["nodes"][0]["id"])


ADD = "mutation($i: ID!, $t: [String!]!) { tagsAdd(id: $i, tags: $t) { node { id ... on Order { tags updatedAt } } userErrors { field message } } }"
REMOVE = ADD.replace("tagsAdd", "tagsRemove")


def test_tags_are_added_once_whatever_their_case_and_removed(shop: Any, order: str) -> None:
    before = shop.data("query($i: ID!) { order(id: $i) { tags updatedAt } }", {"i": order})["order"]
    shop.sandbox.clock.advance(60)
    node = shop.data(ADD, {"i": order, "t": ["Koppel", "koppel", "a, b"]})["tagsAdd"]["node"]
    assert set(node["tags"]) == {*before["tags"], "Koppel", "a", "b"}
    assert node["updatedAt"] > before["updatedAt"]
    shop.sandbox.clock.advance(60)
    again = shop.data(ADD, {"i": order, "t": ["KOPPEL"]})["tagsAdd"]["node"]
    assert again == node
    left = shop.data(REMOVE, {"i": order, "t": ["koppel", "a", "never"]})["tagsRemove"]["node"]["tags"]
    assert set(left) == {*before["tags"], "b"}


def test_tags_of_nothing_are_a_user_error_and_of_no_id_an_error(shop: Any) -> None:
    assert shop.data(ADD, {"i": "gid://shopify/Product/1", "t": ["x"]})["tagsAdd"] == {
        "node": None, "userErrors": [{"field": ["id"], "message": "Product does not exist"}]}
    assert shop.error(ADD, {"i": "order-1", "t": ["x"]})["extensions"]["code"] == "RESOURCE_NOT_FOUND"


UPDATE = """mutation($in: OrderInput!) { orderUpdate(input: $in) {
  order { note poNumber tags customAttributes { key value } shippingAddress { city countryCodeV2 name } metafield(namespace: "koppel", key: "invoice") { value } }
  userErrors { field message } } }"""


def test_an_order_takes_note_reference_tags_and_metafields(shop: Any, order: str) -> None:
    given = {"id": order, "note": "Factuur 26001", "poNumber": "PO-9", "tags": ["only"], "customAttributes": [{"key": "a", "value": "b"}],
             "shippingAddress": {"city": "Zwolle", "countryCode": "NL", "firstName": "A", "lastName": "B"},
             "metafields": [{"namespace": "koppel", "key": "invoice", "value": "26001", "type": "single_line_text_field"}]}
    assert shop.data(UPDATE, {"in": given})["orderUpdate"] == {"userErrors": [], "order": {
        "note": "Factuur 26001", "poNumber": "PO-9", "tags": ["only"], "customAttributes": [{"key": "a", "value": "b"}],
        "shippingAddress": {"city": "Zwolle", "countryCodeV2": "NL", "name": "A B"}, "metafield": {"value": "26001"}}}


def test_an_order_that_does_not_exist_is_a_user_error(shop: Any, order: str) -> None:
    assert shop.data(UPDATE, {"in": {"id": "gid://shopify/Order/1"}})["orderUpdate"] == {
        "order": None, "userErrors": [{"field": ["id"], "message": "Order does not exist"}]}
    too_long = shop.data(UPDATE, {"in": {"id": order, "note": "x" * 5001}})["orderUpdate"]
    assert too_long["userErrors"] == [{"field": ["note"], "message": "Note is too long (maximum is 5000 characters)"}]


def test_an_unpaid_order_is_marked_as_paid_once(shop: Any, few: dict[str, Any]) -> None:
    gid = next(one["id"] for one in few["orders"] if one["displayFinancialStatus"] == "PENDING")
    query = """mutation($i: ID!) { orderMarkAsPaid(input: {id: $i}) { order { displayFinancialStatus fullyPaid totalOutstandingSet { shopMoney { amount } }
      transactions { gateway status } } userErrors { field message } } }"""
    paid = shop.data(query, {"i": gid})["orderMarkAsPaid"]["order"]
    assert (paid["displayFinancialStatus"], paid["fullyPaid"], paid["totalOutstandingSet"]["shopMoney"]["amount"]) == ("PAID", True, "0.0")
    assert paid["transactions"][-1] == {"gateway": "manual", "status": "SUCCESS"}
    assert shop.data(query, {"i": gid})["orderMarkAsPaid"]["userErrors"] == [{"field": ["id"], "message": "Order cannot be marked as paid."}]


def test_an_order_is_closed_and_opened(shop: Any, order: str) -> None:
    closed = shop.data("mutation($i: ID!) { orderClose(input: {id: $i}) { order { closed closedAt } userErrors { message } } }", {"i": order})
    assert closed["orderClose"]["order"]["closed"] is True
    opened = shop.data("mutation($i: ID!) { orderOpen(input: {id: $i}) { order { closed closedAt } userErrors { message } } }", {"i": order})
    assert opened["orderOpen"]["order"] == {"closed": False, "closedAt": None}


SHIP = """mutation($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) {
  fulfillment { id name status totalQuantity trackingInfo { company number url } } userErrors { field message } } }"""


def open_part(shop: Any) -> dict[str, Any]:
    query = """{ orders(first: 12) { nodes { id name displayFulfillmentStatus fulfillmentOrders(first: 1) { nodes {
      id status orderName lineItems(first: 9) { nodes { id remainingQuantity lineItem { id } } } } } } } }"""
    orders = shop.data(query)["orders"]["nodes"]
    return dict(next(one for one in orders if sum(line["remainingQuantity"] for line in one["fulfillmentOrders"]["nodes"][0]["lineItems"]["nodes"]) > 1))


def test_a_part_is_shipped_and_then_the_rest(shop: Any) -> None:
    order = open_part(shop)
    part = order["fulfillmentOrders"]["nodes"][0]
    line = part["lineItems"]["nodes"][0]
    ask = {"fulfillmentOrderId": part["id"], "fulfillmentOrderLineItems": [{"id": line["id"], "quantity": 1}]}
    first = shop.data(SHIP, {"f": {"lineItemsByFulfillmentOrder": [ask], "trackingInfo": {"company": "PostNL", "number": "3S1"}}})["fulfillmentCreate"]
    assert first["userErrors"] == []
    assert (first["fulfillment"]["name"], first["fulfillment"]["totalQuantity"]) == (f"{order['name']}-F1", 1)
    assert first["fulfillment"]["trackingInfo"] == [{"company": "PostNL", "number": "3S1", "url": None}]
    rest = shop.data(SHIP, {"f": {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": part["id"]}]}})["fulfillmentCreate"]["fulfillment"]
    assert rest["name"] == f"{order['name']}-F2"
    again = shop.data("query($i: ID!) { order(id: $i) { displayFulfillmentStatus fulfillments { name } } }", {"i": order["id"]})["order"]
    assert again["displayFulfillmentStatus"] == "FULFILLED"
    assert len(again["fulfillments"]) == 2
    closed = shop.data(SHIP, {"f": {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": part["id"]}]}})["fulfillmentCreate"]
    number = part["id"].rsplit("/", 1)[1]
    assert closed["userErrors"][0]["message"] == f"Fulfillment order {number} has an unfulfillable status= closed."


def test_more_than_remains_cannot_be_shipped(shop: Any) -> None:
    part = open_part(shop)["fulfillmentOrders"]["nodes"][0]
    ask = {"fulfillmentOrderId": part["id"], "fulfillmentOrderLineItems": [{"id": part["lineItems"]["nodes"][0]["id"], "quantity": 999}]}
    answer = shop.data(SHIP, {"f": {"lineItemsByFulfillmentOrder": [ask]}})["fulfillmentCreate"]
    assert answer["userErrors"][0]["message"] == "Invalid fulfillment order line item quantity requested."
    unknown = {"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1"}
    answer = shop.data(SHIP, {"f": {"lineItemsByFulfillmentOrder": [unknown]}})["fulfillmentCreate"]
    assert answer["userErrors"][0]["message"] == "Fulfillment order does not exist."


def test_tracking_is_replaced(shop: Any) -> None:
    part = open_part(shop)["fulfillmentOrders"]["nodes"][0]
    made = shop.data(SHIP, {"f": {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": part["id"]}]}})["fulfillmentCreate"]["fulfillment"]
    query = """mutation($i: ID!, $t: FulfillmentTrackingInput!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $i, trackingInfoInput: $t) {
      fulfillment { trackingInfo { number } } userErrors { message } } }"""
    answer = shop.data(query, {"i": made["id"], "t": {"numbers": ["1", "2"]}})["fulfillmentTrackingInfoUpdate"]
    assert answer["fulfillment"]["trackingInfo"] == [{"number": "1"}, {"number": "2"}]
    missing = shop.data(query, {"i": "gid://shopify/Fulfillment/1", "t": {}})["fulfillmentTrackingInfoUpdate"]
    assert missing["userErrors"] == [{"message": "Fulfillment does not exist."}]


META = """mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) {
  metafields { id namespace key value type compareDigest ownerType } userErrors { field message code } } }"""


def test_metafields_are_written_compared_and_overwritten(shop: Any, order: str) -> None:
    one = {"ownerId": order, "namespace": "koppel", "key": "state", "type": "number_integer", "value": "1", "compareDigest": None}
    made = shop.data(META, {"m": [one]})["metafieldsSet"]["metafields"][0]
    assert (made["value"], made["ownerType"]) == ("1", "ORDER")
    stale = shop.data(META, {"m": [one]})["metafieldsSet"]
    assert (stale["metafields"], stale["userErrors"][0]["code"]) == (None, "STALE_OBJECT")
    changed = shop.data(META, {"m": [{**one, "value": "2", "compareDigest": made["compareDigest"]}]})["metafieldsSet"]["metafields"][0]
    assert (changed["id"], changed["value"]) == (made["id"], "2")


@pytest.mark.parametrize(("changes", "code"), [
    ({"key": "k"}, "TOO_SHORT"), ({"namespace": "ab"}, "TOO_SHORT"), ({"key": "k" * 65}, "TOO_LONG"), ({"value": ""}, "INVALID_VALUE"),
    ({"type": None}, "BLANK"), ({"type": "boolean"}, "INVALID_VALUE"), ({"type": "json"}, "INVALID_VALUE"),
    ({"ownerId": "gid://shopify/Order/1"}, "INVALID_VALUE"),
])
def test_a_wrong_metafield_has_its_code_and_nothing_is_written(shop: Any, order: str, changes: dict[str, Any], code: str) -> None:
    good = {"ownerId": order, "namespace": "koppel", "key": "one", "type": "single_line_text_field", "value": "x{"}
    answer = shop.data(META, {"m": [good, {**good, "key": "two", **changes}]})["metafieldsSet"]
    assert (answer["metafields"], [one["code"] for one in answer["userErrors"]]) == (None, [code])
    assert shop.data('query($i: ID!) { order(id: $i) { metafields(first: 5, namespace: "koppel") { nodes { id } } } }', {"i": order})["order"]["metafields"]["nodes"] == []


def test_26_metafields_are_too_many(shop: Any, order: str) -> None:
    many = [{"ownerId": order, "namespace": "koppel", "key": f"k{n}", "type": "json", "value": "1"} for n in range(26)]
    assert shop.data(META, {"m": many})["metafieldsSet"]["userErrors"] == [
        {"field": ["metafields"], "message": "Exceeded the maximum metafields input limit of 25.", "code": "LESS_THAN_OR_EQUAL_TO"}]


CUSTOMER = "mutation($in: CustomerInput!) { customerCreate(input: $in) { customer { id email phone displayName } userErrors { field message } } }"


def test_a_customer_is_created_with_cleaned_mail_and_phone(shop: Any) -> None:
    given = {"firstName": "Noor", "lastName": "Vos", "email": " no or@x.nl ", "phone": "+31 (6) 1234-5678"}
    answer = shop.data(CUSTOMER, {"in": given})["customerCreate"]
    assert answer["userErrors"] == []
    assert (answer["customer"]["email"], answer["customer"]["phone"], answer["customer"]["displayName"]) == ("noor@x.nl", "+31612345678", "Noor Vos")
    again = shop.data(CUSTOMER, {"in": given})["customerCreate"]
    assert [one["message"] for one in again["userErrors"]] == ["Email has already been taken", "Phone has already been taken"]


@pytest.mark.parametrize(("given", "message"), [
    ({}, "A name, phone number, or email address must be present"), ({"email": "nope"}, "Email is invalid"),
    ({"phone": "12"}, "Phone is invalid"), ({"firstName": "A", "addresses": [{"id": "x"}]}, "Cannot specify address ID on creation"),
])
def test_a_customer_that_cannot_be_says_why(shop: Any, given: dict[str, Any], message: str) -> None:
    assert shop.data(CUSTOMER, {"in": given})["customerCreate"]["userErrors"][0]["message"] == message


def test_a_customer_is_changed(shop: Any, few: dict[str, Any]) -> None:
    query = CUSTOMER.replace("customerCreate", "customerUpdate")
    gid = few["customers"][0]["id"]
    assert shop.data(query, {"in": {"id": gid, "lastName": "Nieuw"}})["customerUpdate"]["customer"]["displayName"].endswith(" Nieuw")
    assert shop.data(query, {"in": {"id": "gid://shopify/Customer/1"}})["customerUpdate"]["userErrors"][0]["message"] == "Customer does not exist"


PRODUCT = "mutation($p: ProductCreateInput) { productCreate(product: $p) { product { id handle status variants(first: 9) { nodes { id title sku } } } userErrors { field message } } }"


def test_a_product_starts_with_one_variant_and_a_free_handle(shop: Any) -> None:
    first = shop.data(PRODUCT, {"p": {"title": "Rode Roos"}})["productCreate"]["product"]
    assert (first["handle"], first["status"]) == ("rode-roos", "ACTIVE")
    assert [one["title"] for one in first["variants"]["nodes"]] == ["Default Title"]
    assert shop.data(PRODUCT, {"p": {"title": "Rode roos"}})["productCreate"]["product"]["handle"] == "rode-roos-1"
    taken = shop.data(PRODUCT, {"p": {"title": "X", "handle": "rode-roos"}})["productCreate"]
    assert taken["userErrors"] == [{"field": ["input", "handle"], "message": "Handle 'rode-roos' already in use. Please provide a new handle."}]
    assert shop.data(PRODUCT, {"p": {"title": " "}})["productCreate"]["userErrors"] == [{"field": ["title"], "message": "Title can't be blank"}]
    assert shop.error(PRODUCT, {"p": None})["message"] == "productCreate must include exactly one of the following arguments: input, product."


def test_a_product_is_renamed(shop: Any, few: dict[str, Any]) -> None:
    query = "mutation($p: ProductUpdateInput) { productUpdate(product: $p) { product { title tags } userErrors { message } } }"
    gid = few["products"][0]["id"]
    assert shop.data(query, {"p": {"id": gid, "title": "Anders", "tags": ["b", "a"]}})["productUpdate"]["product"] == {"title": "Anders", "tags": ["a", "b"]}
    assert shop.data(query, {"p": {"id": "gid://shopify/Product/1"}})["productUpdate"]["userErrors"] == [{"message": "Product does not exist"}]


VARIANTS = """mutation($p: ID!, $v: [ProductVariantsBulkInput!]!, $partly: Boolean) { productVariantsBulkUpdate(productId: $p, variants: $v, allowPartialUpdates: $partly) {
  productVariants { id price barcode sku inventoryItem { tracked } } userErrors { field message code } } }"""


def test_variants_get_price_barcode_and_sku(shop: Any, few: dict[str, Any]) -> None:
    product = few["products"][0]
    one, other = product["variants"]["nodes"][:2]
    good = {"id": one["id"], "price": "12.5", "barcode": "871", "inventoryItem": {"sku": "S-1", "tracked": True}}
    answer = shop.data(VARIANTS, {"p": product["id"], "v": [good]})["productVariantsBulkUpdate"]
    assert answer == {"productVariants": [{"id": one["id"], "price": "12.50", "barcode": "871", "sku": "S-1", "inventoryItem": {"tracked": True}}], "userErrors": []}
    bad = {"id": other["id"], "price": "-1"}
    refused = shop.data(VARIANTS, {"p": product["id"], "v": [{**good, "price": "1"}, bad]})["productVariantsBulkUpdate"]
    assert refused == {"productVariants": None, "userErrors": [
        {"field": ["variants", "1", "price"], "message": "Price must be greater than or equal to 0", "code": "GREATER_THAN_OR_EQUAL_TO"}]}
    partly = shop.data(VARIANTS, {"p": product["id"], "v": [{**good, "price": "1"}, bad], "partly": True})["productVariantsBulkUpdate"]
    assert [one["price"] for one in partly["productVariants"]] == ["1.00"]
    assert shop.data(VARIANTS, {"p": "gid://shopify/Product/1", "v": []})["productVariantsBulkUpdate"]["userErrors"][0]["code"] == "PRODUCT_DOES_NOT_EXIST"


def test_the_first_real_variants_replace_the_placeholder(shop: Any) -> None:
    made = shop.data(PRODUCT, {"p": {"title": "Jas", "productOptions": [{"name": "Maat", "values": [{"name": "S"}, {"name": "M"}]}]}})["productCreate"]["product"]
    assert [one["title"] for one in made["variants"]["nodes"]] == ["S"]
    plain = shop.data(PRODUCT, {"p": {"title": "Pet"}})["productCreate"]["product"]
    query = """mutation($p: ID!, $v: [ProductVariantsBulkInput!]!) { productVariantsBulkCreate(productId: $p, variants: $v) {
      product { variants(first: 9) { nodes { title sku price } } } userErrors { message } } }"""
    new = [{"price": "9.95", "inventoryItem": {"sku": "PET-R"}, "optionValues": [{"optionName": "Title", "name": "Rood"}]}]
    answer = shop.data(query, {"p": plain["id"], "v": new})["productVariantsBulkCreate"]
    assert answer == {"userErrors": [], "product": {"variants": {"nodes": [{"title": "Rood", "sku": "PET-R", "price": "9.95"}]}}}
    twice = shop.data(query, {"p": plain["id"], "v": new})["productVariantsBulkCreate"]
    assert twice["userErrors"] == [{"message": "The variant 'Rood' already exists. Please change at least one option value."}]
    assert shop.data('query($i: ID!) { node(id: $i) { id } }', {"i": plain["variants"]["nodes"][0]["id"]}) == {"node": None}


BACK = """mutation($in: RefundInput!, $k: String!) { refundCreate(input: $in) @idempotent(key: $k) {
  refund {
    totalRefundedSet { shopMoney { amount } }
    refundLineItems(first: 5) { nodes { subtotalSet { shopMoney { amount } } } }
    refundShippingLines(first: 5) { nodes { shippingLine { title } subtotalAmountSet { shopMoney { amount } } taxAmountSet { shopMoney { amount } } } }
    orderAdjustments(first: 5) { nodes { reason amountSet { shopMoney { amount } } } }
  } userErrors { field message } } }"""
PAID = """{ orders(first: 50, query: "financial_status:paid") { nodes { id
  transactions(first: 5) { id } shippingLines(first: 5) { nodes { title discountedPriceSet { shopMoney { amount } } } } } } }"""


def test_shipping_goes_back_once_and_what_a_refund_differs_from_its_lines_is_an_adjustment(shop: Any) -> None:
    orders = shop.data(PAID)["orders"]["nodes"]
    order = next(one for one in orders if [float(way["discountedPriceSet"]["shopMoney"]["amount"]) for way in one["shippingLines"]["nodes"]] > [2])
    (way,) = order["shippingLines"]["nodes"]
    price = way["discountedPriceSet"]["shopMoney"]["amount"]

    def back(key: str, amount: str, **more: Any) -> Any:
        paid = {"amount": amount, "gateway": "iDEAL", "kind": "REFUND", "orderId": order["id"], "parentId": order["transactions"][0]["id"]}
        return shop.data(BACK, {"in": {"orderId": order["id"], "transactions": [paid], **more}, "k": key})["refundCreate"]

    made = back("one", "1.00", shipping={"amount": "2.00"})["refund"]
    assert made["totalRefundedSet"]["shopMoney"]["amount"] == "1.0"
    (line,) = made["refundShippingLines"]["nodes"]
    assert (line["shippingLine"]["title"], line["subtotalAmountSet"]["shopMoney"]["amount"]) == (way["title"], "2.0")
    assert made["orderAdjustments"]["nodes"] == [{"reason": "REFUND_DISCREPANCY", "amountSet": {"shopMoney": {"amount": "1.0"}}}]
    too_much = back("two", "1.00", shipping={"amount": price})
    assert too_much["userErrors"] == [
        {"field": ["shipping", "amount"], "message": "Shipping refund amount cannot exceed the amount paid for shipping"}]
    rest = back("three", "1.00", shipping={"fullRefund": True})["refund"]["refundShippingLines"]["nodes"]
    assert float(rest[0]["subtotalAmountSet"]["shopMoney"]["amount"]) == float(price) - 2
    assert back("four", "1.00", shipping={"fullRefund": True})["refund"]["refundShippingLines"]["nodes"] == []
