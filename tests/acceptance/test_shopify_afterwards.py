"""What the ledger says of an order afterwards is seen in the shop: parcels with their numbers, the status, once."""

from datetime import timedelta

import httpx
import pytest
from koppel.actions.flows import save_flow
from koppel.store.models import Delivery, Incoming, utcnow
from support.trio import Trio

pytestmark = pytest.mark.walk


@pytest.fixture(scope="module")
def trio(tmp_path_factory):
    """Orders are in Exact Online; flows back to the shop are there and have not run."""
    made = Trio(tmp_path_factory.mktemp("afterwards"))
    made.run("articles-to-exact")
    made.run("orders-to-exact")
    for name, resource in (("shipment-back", "shipment"), ("status-back", "order_status")):
        save_flow(made.site, name, "exactonline", "shopify", resource)
    yield made
    made.close()


def waiting(trio):
    """Orders of the shop that are booked in Exact Online and of which more than one piece is still to be sent."""
    booked = {one["YourRef"]: one for one in trio.exact("salesorder/SalesOrders")}
    for order in trio.state("shopify")["orders"]:
        pieces = sum(line["quantity"] for line in order["lineItems"]["nodes"])
        if order["displayFulfillmentStatus"] == "UNFULFILLED" and order["name"] in booked and pieces > 1:
            yield order, booked[order["name"]]


def deliver(trio, order, line, pieces, number):
    """A delivery, as the warehouse makes it in Exact Online."""
    connection = trio.site.connection("exactonline")
    token = trio.site.tokens_of(connection).access()
    fields = {"DeliveryDate": "2026-11-24", "TrackingNumber": number,
              "GoodsDeliveryLines": [{"SalesOrderLineID": line["ID"], "QuantityDelivered": pieces}]}  # fmt: skip
    url = f"{trio.addresses['exactonline']}/api/v1/3012345/salesorder/GoodsDeliveries"
    answer = httpx.post(url, json=fields, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})
    assert answer.status_code == 201, answer.text


def in_shop(trio, order):
    return next(one for one in trio.state("shopify")["orders"] if one["id"] == order["id"])


def goods(trio, booked):
    """The lines of an order in Exact Online that are articles of the shop, the largest first."""
    rows = [one for one in trio.exact("salesorder/SalesOrderLines") if one["OrderID"] == booked["OrderID"]]
    shipping = {one["ID"] for one in trio.exact("logistics/Items") if one["Code"] == "VERZENDKOSTEN"}
    return sorted((one for one in rows if one["Item"] not in shipping), key=lambda one: -one["Quantity"])


def test_ord_12_and_seed_14_each_delivery_becomes_one_parcel_with_its_number(trio):
    order, booked = next(waiting(trio))
    lines = goods(trio, booked)
    deliver(trio, booked, lines[0], 1, "3SKABC-1")
    first = trio.run("shipment-back").summary
    assert (first.created, first.parked) == (1, 0)
    (parcel,) = in_shop(trio, order)["fulfillments"]
    assert [one["number"] for one in parcel["trackingInfo"]] == ["3SKABC-1"]
    assert in_shop(trio, order)["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    if lines[0]["Quantity"] > 1:
        deliver(trio, booked, lines[0], lines[0]["Quantity"] - 1, "3SKABC-2")
    else:
        deliver(trio, booked, lines[1], lines[1]["Quantity"], "3SKABC-2")
    trio.run("shipment-back")
    assert [one["trackingInfo"][0]["number"] for one in in_shop(trio, order)["fulfillments"]] == ["3SKABC-1", "3SKABC-2"]
    again = trio.run("shipment-back").summary
    assert (again.created, again.parked) == (0, 0)
    assert len(in_shop(trio, order)["fulfillments"]) == 2


def test_ord_12_an_answer_that_got_lost_makes_no_second_parcel(trio):
    order, booked = [pair for pair in waiting(trio) if not pair[0].get("fulfillments")][-1]
    deliver(trio, booked, goods(trio, booked)[0], 1, "3SKLOST")
    trio.faults("shopify", {"match": "graphql.json", "kind": "drop_after", "containing": "mutation CreateFulfilment"})
    assert trio.run("shipment-back").summary.created == 0
    assert len(in_shop(trio, order)["fulfillments"]) == 1
    with trio.site.db.write() as session:

        for row in session.query(Delivery).filter_by(resource="shipment", state="sending"):
            row.sent_at = utcnow() - timedelta(minutes=5)
        for row in session.query(Incoming).filter_by(state="retry"):
            row.due_at = utcnow() - timedelta(seconds=1)
    trio.run("shipment-back")
    assert len(in_shop(trio, order)["fulfillments"]) == 1
    assert [one["number"] for one in in_shop(trio, order)["fulfillments"][0]["trackingInfo"]] == ["3SKLOST"]
    assert {row.state for row in trio.inbox("shipment-back")} == {"done"}


def test_seed_14_the_status_of_the_books_is_seen_in_the_order(trio):
    summary = trio.run("status-back").summary
    assert summary.parked == 0
    assert summary.updated + summary.created > 0
    order, _ = next(waiting(trio))
    now = in_shop(trio, order)
    assert any(tag.startswith("books: ") for tag in now["tags"])
    assert any(one["namespace"] == "koppel" and one["key"] == "status" for one in now["metafields"]["nodes"])
    assert set(order["tags"]) <= set(now["tags"])
