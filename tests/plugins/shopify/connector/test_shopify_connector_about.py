"""The form, the login, the connection test, webhooks, and what the plugin says of itself."""

from __future__ import annotations

import ast
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from koppel import AuthError, ConfigurationError, Delivery, Nudge
from koppel.catalog import Catalog
from koppel.connections.grants import Grant, HeaderAuth
from koppel.mapping.rules import parse_rule
from koppel_shopify import plugin
from koppel_shopify.about import PERSONAL
from koppel_shopify.connector import ShopifyConnector
from koppel_shopify.manifest import MANIFEST
from koppel_shopify.resources import lists
from koppel_shopify.resources.stock_write import BATCH
from koppel_shopify.webhooks import TOPICS

Make = Callable[..., Any]
SCOPES = ("read_all_orders", "read_orders", "read_products", "read_customers", "write_inventory", "read_locations")


def about(scopes: tuple[str, ...] = SCOPES, supported: bool = True) -> dict[str, Any]:
    """The answer of a shop that is asked who it is."""
    return {
        "shop": {"name": "Bloem & Blad", "myshopifyDomain": "bloem.myshopify.com"},
        "currentAppInstallation": {"accessScopes": [{"handle": scope} for scope in scopes]},
        "publicApiVersions": [{"handle": "2026-10", "supported": supported}, {"handle": "2027-01", "supported": True}],
    }


def answering(answer: Any, location: Any = None, customers: Any = ()) -> Any:
    """A shop with this location and these customers."""
    found = {"id": "gid://shopify/Location/1", "name": "Magazijn", "isActive": True} if location is None else location
    answers = {
        "About": answer,
        "AboutLocation": {"location": found or None},
        "AboutCustomers": {"customers": {"nodes": customers}},
    }
    return lambda name, variables: answers[name]


def test_the_connection_test_names_the_shop(shop: Make) -> None:
    health = shop(answering(about())).connector.check()
    assert health.ok
    assert health.administration == "Bloem & Blad (bloem.myshopify.com)"
    assert health.missing == ()


def test_missing_scopes_are_named_and_writing_includes_reading(shop: Make) -> None:
    health = shop(answering(about(("read_orders", "write_inventory")))).connector.check()
    assert health.missing == (
        "read_products, to read articles and set stock", "read_customers, to read customers", "read_locations, to set stock",
    )  # fmt: skip


def test_a_version_at_its_end_is_announced(shop: Make) -> None:
    assert "2026-10" in shop(answering(about(supported=False))).connector.check().missing[0]


@pytest.mark.parametrize("location", [{}, {"id": "1", "isActive": False}])
def test_a_wrong_location_is_named_in_the_test(shop: Make, location: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        shop(answering(about(), location)).connector.check()
    assert caught.value.field == "location"


def test_no_location_is_fine_as_long_as_no_stock_is_set(shop: Make) -> None:
    made = shop(answering(about()), location="")
    assert made.connector.check().ok
    assert made.names() == ["About", "AboutCustomers"]


@pytest.mark.parametrize(("first_name", "hidden"), [("Emma", False), (None, True)])
def test_customers_that_the_app_may_not_see_are_told_of(shop: Make, first_name: str | None, hidden: bool) -> None:
    rows = [{"id": "1", "firstName": None}, {"id": "2", "firstName": first_name}]
    assert shop(answering(about(), customers=rows)).connector.check().missing == ((PERSONAL,) if hidden else ())


def test_a_fixed_token_goes_in_its_header_and_only_to_the_shop(settings: Make) -> None:
    given = settings(access_token="shpat_x")
    client = httpx.Client(
        transport=httpx.MockTransport(lambda request: httpx.Response(200, json=dict(request.headers)))
    )
    auth = ShopifyConnector(given, client).auth(Grant("Shopify", MANIFEST.oauth, given, None))
    assert isinstance(auth, HeaderAuth)
    seen = client.get("https://bloem.myshopify.com/x", auth=auth).json()
    assert seen["x-shopify-access-token"] == "shpat_x"
    assert "authorization" not in seen
    assert "x-shopify-access-token" not in client.get("https://elsewhere.example/x", auth=auth).json()


def test_a_client_id_leaves_the_login_to_the_core(settings: Make) -> None:
    given = settings(client_id="a", client_secret="b")
    assert ShopifyConnector(given, httpx.Client()).auth(Grant("Shopify", MANIFEST.oauth, given, None)) is None


@pytest.mark.parametrize(("given", "field"), [({}, "client_id"), ({"client_id": "a"}, "client_secret")])
def test_no_keys_at_all_names_the_empty_field(settings: Make, given: dict[str, str], field: str) -> None:
    made = settings(**given)
    with pytest.raises(ConfigurationError) as caught:
        ShopifyConnector(made, httpx.Client()).auth(Grant("Shopify", MANIFEST.oauth, made, None))
    assert caught.value.field == field


def delivery(topic: str, payload: Any, secret: str = "geheim", **headers: str) -> Delivery:
    """A webhook as Shopify signs it."""
    body = json.dumps(payload).encode()
    digest = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    return Delivery(body, {"x-shopify-topic": topic, "x-shopify-hmac-sha256": digest, **headers})


@pytest.mark.parametrize(
    ("topic", "payload", "nudge"),
    [
        ("orders/updated", {"id": 5}, Nudge("sales_order", ("gid://shopify/Order/5",))),
        ("orders/edited", {"order_edit": {"id": 1, "order_id": 5}}, Nudge("sales_order", ("gid://shopify/Order/5",))),
        ("refunds/create", {"id": 9, "order_id": 5}, Nudge("sales_order", ("gid://shopify/Order/5",))),
        ("order_transactions/create", {"id": 9, "order_id": 5}, Nudge("sales_order", ("gid://shopify/Order/5",))),
        ("products/update", {"id": 6}, Nudge("product", ("gid://shopify/Product/6",))),
        ("customers/update", {"id": 7}, Nudge("customer", ("gid://shopify/Customer/7",))),
    ],
)
def test_a_webhook_names_the_record_to_read(shop: Make, topic: str, payload: Any, nudge: Nudge) -> None:
    connector = shop(lambda name, variables: {}, client_secret="geheim").connector
    assert connector.receive(delivery(topic, payload))[0] == nudge
    assert topic in TOPICS


@pytest.mark.parametrize(("topic", "both"), [("refunds/create", True), ("order_transactions/create", True), ("orders/updated", False)])
def test_a_webhook_about_money_that_went_back_also_asks_for_the_credit_notes(shop: Make, topic: str, both: bool) -> None:
    connector = shop(lambda name, variables: {}, client_secret="geheim").connector
    told = connector.receive(delivery(topic, {"id": 5, "order_id": 5}, **{"x-shopify-event-id": "e-1"}))
    assert [(one.resource, one.event) for one in told] == [("sales_order", "e-1"), ("credit_note", "e-1/credit_note")][: 1 + both]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [("app/uninstalled", {"id": 1}), ("orders/updated", {}), ("orders/updated", [1]), ("orders/edited", {})],
)
def test_a_webhook_about_nothing_we_read_is_taken_and_left(shop: Make, topic: str, payload: Any) -> None:
    assert shop(lambda name, variables: {}, client_secret="geheim").connector.receive(delivery(topic, payload)) == ()


def test_a_forged_webhook_is_refused(shop: Make) -> None:
    connector = shop(lambda name, variables: {}, client_secret="geheim").connector
    good = delivery("orders/updated", {"id": 5})
    forged = [
        delivery("orders/updated", {"id": 5}, "anders"),
        Delivery(good.body + b" ", good.headers),
        Delivery(b"", good.headers),
        Delivery(good.body, {"x-shopify-topic": "orders/updated"}),
        delivery("orders/updated", {"id": 5}, **{"x-shopify-shop-domain": "other.myshopify.com"}),
    ]
    for one in forged:
        with pytest.raises(AuthError):
            connector.receive(one)


def test_webhooks_need_the_client_secret(shop: Make) -> None:
    with pytest.raises(ConfigurationError) as caught:
        shop(lambda name, variables: {}).connector.receive(delivery("orders/updated", {"id": 5}))
    assert caught.value.field == "client_secret"


def test_the_catalogue_takes_the_plugin() -> None:
    taken = Catalog().add("shopify", plugin)
    assert taken.is_system
    stock = taken.manifest.resource("stock")
    assert stock is not None
    assert stock.batch_size == BATCH == 250


def test_every_secret_is_marked_and_every_list_can_be_read() -> None:
    assert {one.name for one in MANIFEST.settings if one.secret} == {"client_secret", "access_token"}
    known = {one.name for one in MANIFEST.resources if one.list}
    assert known == set(lists.NAMES)
    assert {one.choices_from for one in MANIFEST.settings if one.choices_from} <= known


def test_the_default_address_follows_the_name_of_the_shop() -> None:
    address = next(one.default for one in MANIFEST.settings if one.name == "base_url")
    assert address.format_map({"shop": "bloem"}) == "https://bloem.myshopify.com"
    assert MANIFEST.oauth is not None
    assert (MANIFEST.oauth.header, MANIFEST.oauth.scheme, MANIFEST.oauth.scopes) == ("X-Shopify-Access-Token", "", ())


@pytest.mark.parametrize("resource", ["sales_order", "product", "customer", "stock"])
def test_every_mapping_row_is_read_and_names_a_known_transform(resource: str) -> None:
    from koppel.mapping.transforms import TRANSFORMS

    text = (files("koppel_shopify") / "data" / f"{resource}.yaml").read_text(encoding="utf-8")
    known = {**TRANSFORMS, **plugin.transforms()}
    for rows in yaml.safe_load(text).values():
        for target, spec in rows.items():
            for step in parse_rule(target, spec).transform:
                assert step.name in known


ROOT = Path(str(files("koppel_shopify")))
SOURCES = [file for file in sorted(ROOT.rglob("*.py")) if "sandbox" not in file.parts]


def test_each_rule_of_quality_is_done_or_exempt_with_a_reason() -> None:
    rules = yaml.safe_load((ROOT / "quality.yaml").read_text(encoding="utf-8"))
    for name, state in rules.items():
        assert list(state) in (["done"], ["exempt"]), name
        (reason,) = state.values()
        assert len(reason) > 20, name
    assert {"plugin.py", "connector.py", "client.py", "errors.py", "py.typed"} <= {file.name for file in ROOT.iterdir()}


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_each_file_says_what_it_is_and_stays_small(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    assert len(text.splitlines()) <= 400
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_the_connector_makes_no_client_of_its_own_and_knows_no_simulator(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not (node.module or "").startswith(("koppel_shopify.sandbox", "flask", "graphql"))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in ("Client", "open_client")
