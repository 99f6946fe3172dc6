"""News about orders over real HTTP: parcels with tracking numbers, each once; tags, fields, a note, paid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from koppel import Batch, Draft, Lookup, Receipt, TransientError, Write
from koppel.documents import Address, Document, OrderStatus, Packed, Party, Payment, Shipment, Tracking

pytestmark = pytest.mark.walk
Put = Callable[..., Receipt]


@pytest.fixture(scope="module")
def orders(served: SimpleNamespace) -> Iterator[dict[str, Any]]:
    """Orders of the demo nobody has sent yet, each handed out once."""
    return iter([one for one in served.state["orders"] if one["displayFulfillmentStatus"] == "UNFULFILLED" and not one.get("cancelledAt")])  # type: ignore[misc]


@pytest.fixture
def order(orders: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """One such order with more than one piece in it."""
    return next(one for one in orders if sum(line["quantity"] for line in one["lineItems"]["nodes"]) > 1)


@pytest.fixture
def put(served: SimpleNamespace, make_out: Any) -> Put:
    def write(resource: str, paper: Document, gid: str | None = None) -> Receipt:
        shopify = served.connect()
        batch = Batch(resource, (Write("k", Draft(resource, make_out(resource, paper)), gid),))
        return shopify.upsert(batch).items[0]

    return write


def held(served: SimpleNamespace, gid: str) -> dict[str, Any]:
    """An order as the simulator holds it."""
    return dict(next(one for one in httpx.get(f"{served.url}/_sandbox/state", timeout=60).json()["orders"] if one["id"] == gid))


def shipment(order: dict[str, Any], number: str = "P-1", **more: Any) -> Shipment:
    parcels = [Tracking(number="3SKABC1", carrier="PostNL", url="https://post.example/1"), Tracking(number="3SKABC2", carrier="PostNL", url="https://post.example/2")]
    return Shipment(**{"number": number, "order_external_id": order["id"], "trackings": parcels, **more})


def parcels(served: SimpleNamespace, order: dict[str, Any]) -> list[dict[str, Any]]:
    return list(held(served, order["id"])["fulfillments"])


def test_ord_12_a_shipment_arrives_with_all_its_tracking_numbers(served: Any, order: Any, put: Put) -> None:
    receipt = put("shipment", shipment(order))
    assert (receipt.error, receipt.action) == (None, "created")
    (parcel,) = parcels(served, order)
    assert [one["number"] for one in parcel["trackingInfo"]] == ["3SKABC1", "3SKABC2"]
    assert {one["company"] for one in parcel["trackingInfo"]} == {"PostNL"}
    assert held(served, order["id"])["displayFulfillmentStatus"] == "FULFILLED"
    found = served.connect().find(Lookup("shipment", "order_and_number", (f"{order['id']}#P-1", f"{order['id']}#P-2"))).matches
    assert {key: [one.id for one in rows] for key, rows in found.items()} == {f"{order['id']}#P-1": [receipt.id]}


def test_partial_shipments_send_what_they_say_and_each_once(served: Any, order: Any, put: Put) -> None:
    line = max(order["lineItems"]["nodes"], key=lambda one: one["quantity"])
    first = put("shipment", shipment(order, lines=[Packed(sku=line["sku"], quantity=Decimal(1))]))
    again = put("shipment", shipment(order, lines=[Packed(sku=line["sku"], quantity=Decimal(1))]))
    assert (again.id, again.action) == (first.id, "unchanged")
    assert held(served, order["id"])["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    rest = put("shipment", shipment(order, "P-2", trackings=[]))
    assert rest.error is None
    assert len(parcels(served, order)) == 2
    nothing = put("shipment", shipment(order, "P-3", lines=[Packed(sku=line["sku"], quantity=Decimal(1))], trackings=[]))
    assert "1 more of" in str(nothing.error) or nothing.action == "unchanged"


@pytest.mark.parametrize("call", range(3))
def test_a_line_that_breaks_at_any_call_leaves_one_parcel(served: Any, order: Any, put: Put, call: int) -> None:
    fault = {"match": "POST /admin/api", "kind": "drop_after", "containing": "mutation", "skip": call}
    httpx.post(f"{served.url}/_sandbox/faults", timeout=60, json=[fault]).raise_for_status()
    key = f"{order['id']}#P-1"
    with pytest.raises(TransientError):
        put("shipment", shipment(order))
    httpx.post(f"{served.url}/_sandbox/faults", timeout=60, json=[]).raise_for_status()
    found = served.connect().find(Lookup("shipment", "order_and_number", (key,))).matches.get(key, ())
    if not found:
        assert put("shipment", shipment(order)).error is None
    assert len(parcels(served, order)) == 1


def test_more_than_is_left_is_refused_naming_the_article(served: Any, order: Any, put: Put) -> None:
    sku = order["lineItems"]["nodes"][0]["sku"]
    receipt = put("shipment", shipment(order, lines=[Packed(sku=sku, quantity=Decimal(999))]))
    assert f"more of {sku} than can still be sent of the order {order['name']}" in str(receipt.error)
    assert parcels(served, order) == []


def test_a_parcel_that_was_made_by_hand_is_taken_over_and_gets_the_numbers(served: Any, order: Any, put: Put) -> None:
    ship = "mutation F($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { userErrors { message } } }"
    places = [{"fulfillmentOrderId": one["id"]} for one in order["fulfillmentOrders"]["nodes"]]
    body = {"query": ship, "variables": {"f": {"lineItemsByFulfillmentOrder": places}}}
    served.connect().http.post("/admin/api/2026-10/graphql.json", json=body)
    receipt = put("shipment", shipment(order))
    assert receipt.action == "updated"
    (parcel,) = parcels(served, order)
    assert [one["number"] for one in parcel["trackingInfo"]] == ["3SKABC1", "3SKABC2"]


def test_the_status_is_shown_in_the_order_and_takes_the_place_of_the_last(served: Any, order: Any, put: Put) -> None:
    put("order_status", OrderStatus(order_external_id=order["id"], status="open", note="Uw order wordt ingepakt"))
    receipt = put("order_status", OrderStatus(order_external_id=order["id"], status="invoiced", invoice_number="F-12", note="Anders"))
    assert receipt.action == "updated"
    now = held(served, order["id"])
    assert [tag for tag in now["tags"] if tag.startswith("books")] == ["books: invoiced"]
    assert set(order["tags"]) <= set(now["tags"])
    fields = {one["key"]: one["value"] for one in now["metafields"]["nodes"] if one["namespace"] == "koppel"}
    assert (fields["status"], fields["invoice"], now["note"]) == ("invoiced", "F-12", order.get("note") or "Uw order wordt ingepakt")
    same = put("order_status", OrderStatus(order_external_id=order["id"], status="invoiced", invoice_number="F-12"))
    assert same.action == "unchanged"


def test_an_order_is_marked_as_paid_once_all_of_it_is(served: Any, put: Put) -> None:
    unpaid = next(one for one in served.state["orders"] if one["displayFinancialStatus"] == "PENDING" and not one.get("cancelledAt"))
    due = Decimal(unpaid["totalPriceSet"]["shopMoney"]["amount"])
    part = put("payment", Payment(number="B-1", order_external_id=unpaid["id"], amount=due / 2))
    assert "Shopify marks an order as paid only whole" in str(part.error)
    whole = put("payment", Payment(number="B-2", order_external_id=unpaid["id"], amount=due / 2, open_amount=Decimal(0)))
    assert whole.error is None
    assert held(served, unpaid["id"])["displayFinancialStatus"] == "PAID"
    assert put("payment", Payment(number="B-2", order_external_id=unpaid["id"], amount=due)).error is None


def test_a_customer_is_made_with_an_address_and_changed_where_it_differs(served: Any, put: Put) -> None:
    def paper(**more: Any) -> Party:
        place = Address(line="Kerkstraat 1", postcode="1017 GA", city="Amsterdam", country="NL")
        return Party(**{"first_name": "Jan", "last_name": "Smit", "email": "Jan.Smit@Example.nl", "phone": "06 12345678", "billing": place, **more})

    made = put("customer", paper())
    assert (made.error, made.action) == (None, "created")
    twice = put("customer", paper(last_name="Smit-Bakker"))
    assert (twice.id, twice.action) == (made.id, "updated")
    moved = put("customer", paper(last_name="Smit-Bakker", billing=Address(line="Dam 1", postcode="1012 JS", city="Amsterdam", country="NL")), made.id)
    assert moved.action == "updated"
    row = next(one for one in httpx.get(f"{served.url}/_sandbox/state", timeout=60).json()["customers"] if one["id"] == made.id)
    assert (row["email"], row["phone"], row["lastName"]) == ("jan.smit@example.nl", "+31612345678", "Smit-Bakker")
    assert (row["defaultAddress"]["address1"], len(row["addressesV2"]["nodes"])) == ("Dam 1", 1)
    assert put("customer", paper(last_name="Smit-Bakker", billing=Address(line="Dam 1", postcode="1012 JS", city="Amsterdam", country="NL")), made.id).action == "unchanged"
