"""Webhooks: registered and put right by the connector, proven, in time, known again; scopes and versions named."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from koppel import AuthError, ConfigurationError, Delivery
from koppel_shopify import about, scopes
from koppel_shopify.points import Points
from koppel_shopify.webhooks import COMPANY_TOPICS, TOPICS

SECRET = "shpss_koppel_sandbox_secret"
ADDRESS = "https://koppel.example/hooks/shop"


def hooks(shop: SimpleNamespace) -> dict[str, str]:
    """Topic and address of what the simulator knows."""
    rows = httpx.get(f"{shop.url}/_sandbox/state", timeout=60).json()["webhookSubscriptions"]
    return {one["topic"]: one["uri"] for one in rows}


@pytest.mark.walk
def test_sys_09_webhooks_are_registered_put_right_and_left_alone(empty_shop: Callable[..., SimpleNamespace]) -> None:
    shop = empty_shop()
    settings = {"client_secret": SECRET, "webhook_address": ADDRESS}
    assert shop.connect(**settings).check().missing == ()
    assert hooks(shop) == {topic.replace("/", "_").upper(): ADDRESS for topic in TOPICS}
    before = len(httpx.get(f"{shop.url}/_sandbox/log", timeout=60).json())
    shop.connect(**settings).check()
    assert len(httpx.get(f"{shop.url}/_sandbox/log", timeout=60).json()) - before <= 5
    shop.connect(**{**settings, "webhook_address": ADDRESS + "2"}).check()
    assert set(hooks(shop).values()) == {ADDRESS + "2"}
    missing = shop.connect(**{**settings, "webhook_address": "http://koppel.example/x"}).check().missing
    assert missing == ("webhooks: Shopify refuses the webhooks: Address protocol http:// is not supported",)


@pytest.mark.walk
def test_sys_09_webhooks_of_companies_only_where_the_connection_keeps_companies(empty_shop: Callable[..., SimpleNamespace]) -> None:
    shop, settings = empty_shop(), {"client_secret": SECRET, "webhook_address": ADDRESS}
    shop.connect(**settings, companies="company").check()
    assert {one for one in hooks(shop) if one.startswith("COMPAN")} == {one.replace("/", "_").upper() for one in COMPANY_TOPICS}
    shop.connect(**settings).check()
    assert {one for one in hooks(shop) if one.startswith("COMPAN")} == set()


@pytest.mark.walk
def test_ops_05_an_older_version_is_spoken_and_its_end_is_told(served_with: Callable[..., SimpleNamespace]) -> None:
    shop = served_with()
    for version in ("2026-04", "2026-07"):
        connector = shop.connect(api_version=version)
        assert connector.check().title.startswith(f"Shopify, interface {version} until 01-")
        assert connector.fetch(about_query("customer")).records
    gone = served_with(oldest_version="2026-07")
    with pytest.raises(ConfigurationError, match="answers with version 2026-07"):
        gone.connect(api_version="2026-04").check()


def about_query(resource: str) -> Any:
    from koppel import Query

    return Query(resource)


def test_the_end_of_a_version_is_warned_of_three_months_before() -> None:
    rows = [{"handle": "2026-07", "supported": True}]
    assert list(about._ending("2026-07", rows, date(2027, 3, 1))) == []
    assert "until 01-07-2027" in next(iter(about._ending("2026-07", rows, date(2027, 5, 1))))
    assert "no longer supports it" in next(iter(about._ending("2026-04", rows, date(2026, 5, 1))))


def test_sys_09_each_missing_scope_says_what_it_is_for() -> None:
    granted = ["read_orders", "write_products", "write_merchant_managed_fulfillment_orders"]
    assert scopes.lacking("orders, articles, shipments, status", granted) == (
        "read_inventory, to write articles and categories", "write_files, to write articles and categories", "write_orders, to tell of shipments and show the status in orders",
    )  # fmt: skip
    assert scopes.lacking("orders", ["write_orders"]) == ()
    with pytest.raises(ConfigurationError, match="Did you mean|nothing that Koppel does") as wrong:
        scopes.lacking("ordres", ())
    assert wrong.value.resolution == "Did you mean orders?"


def delivery(when: datetime | str | None, topic: str = "orders/updated", secret: str = SECRET, **payload: Any) -> Delivery:
    body = json.dumps(payload or {"id": 1001}).encode()
    digest = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    moment = when if isinstance(when, str) else when.strftime("%Y-%m-%dT%H:%M:%S.%f000Z") if when else ""
    headers = {"x-shopify-topic": topic, "x-shopify-hmac-sha256": digest, "x-shopify-event-id": "e-1", "x-shopify-triggered-at": moment}
    return Delivery(body, headers)


@pytest.mark.parametrize("topic", ["companies/update", "company_locations/update", "company_contacts/create"])
def test_news_of_a_place_or_a_contact_reads_its_company(shop: Any, topic: str) -> None:
    connector, company = shop(lambda *_: {}, client_secret=SECRET).connector, {"admin_graphql_api_id": "gid://shopify/Company/7"}
    inside = {"admin_graphql_api_id": "gid://shopify/CompanyLocation/9", "company": company}
    (nudge,) = connector.receive(delivery(datetime.now(UTC), topic, **(company if topic == "companies/update" else inside)))
    assert (nudge.resource, nudge.ids) == ("customer", ("gid://shopify/Company/7",))
    assert connector.receive(delivery(datetime.now(UTC), topic, name="without an id")) == ()


def test_ord_08_a_webhook_carries_the_id_by_which_it_is_known_again(shop: Any) -> None:
    connector = shop(lambda name, variables: {}, client_secret=SECRET).connector
    (nudge,) = connector.receive(delivery(datetime.now(UTC)))
    assert (nudge.ids, nudge.event) == (("gid://shopify/Order/1001",), "e-1")
    assert connector.receive(delivery(None))


@pytest.mark.parametrize("when", [datetime.now(UTC) - timedelta(hours=7), datetime.now(UTC) + timedelta(hours=1), "yesterday"])
def test_sec_06_a_webhook_that_comes_too_late_is_refused(shop: Any, when: Any) -> None:
    with pytest.raises(AuthError, match="refused"):
        shop(lambda name, variables: {}, client_secret=SECRET).connector.receive(delivery(when))


@pytest.mark.parametrize(
    ("topic", "purpose"), [("customers/data_request", "export"), ("customers/redact", "erase"), ("shop/redact", "erase_all")]
)
def test_sec_09_the_privacy_topics_name_the_person_when_proven_and_are_refused_when_not(shop: Any, topic: str, purpose: str) -> None:
    connector = shop(lambda name, variables: {}, client_secret=SECRET).connector
    person = {"id": 9, "email": "emma@example.nl", "phone": "+31612345678"}
    (nudge,) = connector.receive(delivery(datetime.now(UTC), topic, customer=person, orders_to_redact=[55]))
    assert nudge.purpose == purpose
    assert nudge.ids == ("emma@example.nl", "+31612345678", "gid://shopify/Customer/9", "gid://shopify/Order/55")
    (empty,) = connector.receive(delivery(datetime.now(UTC), topic, shop_id=1))
    assert empty.ids == ()
    with pytest.raises(AuthError):
        connector.receive(delivery(datetime.now(UTC), topic, secret="another"))


def cost(asked: int, left: int) -> dict[str, Any]:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": 100.0}
    return {"extensions": {"cost": {"requestedQueryCost": asked, "actualQueryCost": asked, "throttleStatus": status}}}


def test_points_are_waited_for_exactly_as_long_as_they_lack() -> None:
    now = [0.0]
    points = Points(lambda: now[0])
    assert points.lacking("orders", {"first": 50}) == 0.0
    points.learn("orders", {"first": 50}, cost(600, 100))
    assert points.lacking("orders", {"first": 50}) == 5.0
    assert points.lacking("orders", {"first": 10}) == 0.0
    now[0] = 3.0
    assert points.lacking("orders", {"first": 50}) == 2.0
    now[0] = 30.0
    assert points.lacking("orders", {"first": 50}) == 0.0


@pytest.mark.walk
def test_a_small_bucket_is_never_asked_for_more_than_it_has(served_with: Callable[..., SimpleNamespace]) -> None:
    shop = served_with(bucket_size=1000.0, restore_rate=500.0)
    connector = shop.connect()
    for _ in range(4):
        assert connector.fetch(about_query("sales_order")).records
    log = httpx.get(f"{shop.url}/_sandbox/log", timeout=60).json()
    assert connector.api.points.throttled == 0
    assert len(log) <= 4 * 7


def test_sec_11_the_flows_of_a_connection_say_which_scopes_it_needs() -> None:
    assert scopes.uses_of("", (), ()) == scopes.USUAL
    assert scopes.uses_of("", {"sales_order", "credit_note"}, {"stock", "location"}) == "orders, stock"
    assert scopes.uses_of("payments", {"product"}, {"customer"}) == "payments, products, debtors"
    needed = set(scopes.wanted(scopes.uses_of("", {"sales_order"}, {"shipment"})))
    assert needed == {"read_orders", "write_merchant_managed_fulfillment_orders", "write_orders"}
