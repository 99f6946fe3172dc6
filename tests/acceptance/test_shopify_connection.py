"""A connection with a shop: what it lacks is named, its version's end is told, and its webhooks do no harm."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from time import monotonic, sleep

import httpx
import pytest
from koppel.actions.connections import save_connection
from koppel.actions.flows import save_flow
from koppel.actions.hooks import receive
from koppel.actions.persons import find_person
from koppel.actions.requests import answer_requests
from koppel.errors import AuthError, ConfigurationError
from koppel.records import Delivery
from koppel.store.models import Flow, Knock
from support.trio import Trio

pytestmark = pytest.mark.walk
SECRET = "shpss_koppel_sandbox_secret"
SCOPES = "read_orders,read_products,read_customers,read_inventory,write_inventory,read_locations"


class Door:
    """Where the shop's webhooks arrive; each goes into Koppel as the back-office would pass it on."""

    def __init__(self):
        self.arrived, self.site = [], None
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                told = Delivery(body, {name.lower(): value for name, value in self.headers.items()})
                door.arrived.append(told)
                receive(door.site, "shopify", told)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, count):
        deadline = monotonic() + 10
        while len(self.arrived) < count and monotonic() < deadline:
            sleep(0.02)
        assert len(self.arrived) >= count


@pytest.fixture(scope="module")
def door():
    made = Door()
    yield made
    made.server.shutdown()


@pytest.fixture(scope="module")
def trio(tmp_path_factory, door):
    """The shop sends every webhook twice; its app has few scopes."""
    made = Trio(tmp_path_factory.mktemp("hooks"), options={"shopify": {"relay": door.url, "webhook_doubles": 1, "scopes": SCOPES + ",write_orders"}})
    door.site = made.site
    made.run("articles-to-exact")
    yield made
    made.close()


def check(trio, **settings):
    """Test the connection, with these settings changed."""
    connection = trio.site.connection("shopify")
    if settings:
        save_connection(trio.site, "shopify", "shopify", {**connection.settings, **settings})
    opened = trio.site.converse(trio.site.connection("shopify"))
    try:
        return opened.endpoint.check()
    finally:
        opened.close()


def test_sys_09_a_scope_that_a_chosen_use_lacks_is_named_with_what_it_is_for(trio):
    assert check(trio, uses="orders, stock").missing == ()
    missing = check(trio, uses="orders, stock, articles, shipments").missing
    assert missing == (
        "write_products, to write articles and categories", "write_files, to write articles and categories",
        "write_merchant_managed_fulfillment_orders, to tell of shipments",
    )  # fmt: skip
    with pytest.raises(ConfigurationError, match="nothing that Koppel does"):
        check(trio, uses="ordres")
    check(trio, uses="orders, stock")


def test_sec_11_a_scope_that_a_flow_lacks_is_named_without_anybody_naming_its_use(trio):
    assert check(trio, uses="").missing == ()
    save_flow(trio.site, "articles-into-shop", "exactonline", "shopify", "product")
    try:
        assert check(trio).missing == ("write_products, to write articles and categories", "write_files, to write articles and categories")
    finally:
        with trio.site.db.write() as session:
            session.query(Flow).filter_by(name="articles-into-shop").delete()
    assert check(trio, uses="orders, stock").missing == ()


def test_ops_05_the_end_of_the_version_is_told_and_one_that_is_over_is_refused(trio):
    assert check(trio).title == "Shopify, interface 2026-10 until 01-10-2027"
    assert check(trio, api_version="2026-04").title.endswith("2026-04 until 01-04-2027")
    check(trio, api_version="2026-10")


def change(trio, mutation, variables):
    """As a person does in the shop."""
    url = f"{trio.addresses['shopify']}/admin/api/2026-10/graphql.json"
    token = {"X-Shopify-Access-Token": "shpat_koppel_sandbox_static"}
    answer = httpx.post(url, json={"query": mutation, "variables": variables}, headers=token)
    assert "errors" not in answer.json(), answer.text


def knocks(trio, flow="orders-to-exact"):
    """What is to be read soon by a flow."""
    with trio.site.db.read() as session:
        return {row.external_id for row in session.query(Knock).filter_by(flow_id=trio.site.flow(flow).id)}


def test_ord_07_and_ord_08_doubled_webhooks_before_the_first_reading_book_an_order_once(trio, door):
    assert check(trio, webhook_address="https://koppel.example/hooks/shopify").missing == ()
    order = next(one for one in trio.state("shopify")["orders"] if one["displayFinancialStatus"] == "PENDING" and not one.get("cancelledAt"))
    change(trio, "mutation P($id: ID!) { orderMarkAsPaid(input: {id: $id}) { userErrors { message } } }", {"id": order["id"]})
    door.wait(4)
    assert {one.headers["x-shopify-topic"] for one in door.arrived} == {"orders/paid", "orders/updated"}
    assert len({one.headers["x-shopify-event-id"] for one in door.arrived}) == len(door.arrived) / 2
    assert order["id"] in knocks(trio)
    result = trio.run("orders-to-exact")
    assert result.summary.outcome == "done", result
    assert knocks(trio) & {order["id"]} == set()
    booked = [one for one in trio.exact("salesorder/SalesOrders") if one["YourRef"] == order["name"]]
    assert len(booked) == 1
    for told in list(door.arrived):
        receive(trio.site, "shopify", told)
    assert trio.run("orders-to-exact").summary.created == 0


def test_ord_08_webhooks_in_the_wrong_order_leave_the_last_word_to_the_shop(trio, door):
    """The cancellation is told before the payment that went before it; what is read is the shop's own state."""
    orders = [one for one in trio.state("shopify")["orders"] if one["displayFinancialStatus"] == "PENDING" and not one.get("cancelledAt")]
    order, begun = orders[0], len(door.arrived)
    change(trio, "mutation P($id: ID!) { orderMarkAsPaid(input: {id: $id}) { userErrors { message } } }", {"id": order["id"]})
    change(trio, "mutation C($id: ID!) { orderCancel(orderId: $id, reason: OTHER, restock: true) { job { id } } }", {"id": order["id"]})
    door.wait(begun + 6)
    for message in reversed(door.arrived[begun:]):
        receive(trio.site, "shopify", message)
    assert trio.run("orders-to-exact").summary.outcome == "done"
    assert [one for one in trio.exact("salesorder/SalesOrders") if one["YourRef"] == order["name"]] == []


def told(moment, secret=SECRET, topic="orders/updated", **payload):
    body = json.dumps(payload or {"id": 1}).encode()
    digest = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    return Delivery(body, {"x-shopify-topic": topic, "x-shopify-hmac-sha256": digest, "x-shopify-triggered-at": moment.isoformat(),
                           "x-shopify-shop-domain": "bloem-en-blad.myshopify.com"})  # fmt: skip


def test_sec_09_a_shopper_is_erased_when_shopify_asks_and_the_booked_order_is_not_booked_again(trio):
    order = next(one for one in trio.state("shopify")["orders"] if one["displayFinancialStatus"] == "PAID" and one.get("customer"))
    assert trio.run("orders-to-exact", ids=(order["id"],)).summary.outcome == "done"
    booked = len(trio.exact("salesorder/SalesOrders"))
    assert find_person(trio.site, [order["email"]]).count
    person = {"id": int(order["customer"]["id"].rpartition("/")[2]), "email": order["email"]}
    receive(trio.site, "shopify", told(datetime.now(UTC), topic="customers/redact", customer=person))
    assert len(answer_requests(trio.site)) == 1
    assert find_person(trio.site, [order["email"]]).count == 0
    trio.run("orders-to-exact", ids=(order["id"],))
    assert len(trio.exact("salesorder/SalesOrders")) == booked


def test_sec_06_unsigned_and_stale_webhooks_are_refused_and_privacy_topics_answered(trio):
    now = datetime.now(UTC)
    with pytest.raises(AuthError):
        receive(trio.site, "shopify", told(now, secret="guessed"))
    with pytest.raises(AuthError):
        receive(trio.site, "shopify", told(now - timedelta(days=1)))
    for topic in ("customers/data_request", "customers/redact", "shop/redact"):
        assert receive(trio.site, "shopify", told(now, topic=topic)) == 0
