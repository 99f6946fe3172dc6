"""Setting up: the test names what is wrong, people choose from live lists, and changes announce themselves."""

from __future__ import annotations

import ast
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import koppel_exactonline
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from koppel import AuthError, Batch, ConfigurationError, Delivery, Lookup, MapStep, PluginError, Query, Write
from koppel.catalog import Catalog
from koppel.defaults import Defaults
from koppel.documents import Party
from koppel.endpoint import Endpoint
from koppel_exactonline import plugin
from koppel_exactonline.index import OVERLAP
from koppel_exactonline.syncing import Mark

Connect = Callable[..., Any]
ROOT = Path(koppel_exactonline.__file__).parent
DIVISIONS = [
    {"Code": 3012345, "Description": "Bloem & Blad BV", "BlockingStatus": 0},
    {"Code": 3012346, "Description": "Holding", "BlockingStatus": 0},
]


def test_the_plugin_is_found_and_says_who_it_is() -> None:
    manifest = Catalog.load().system("exactonline").manifest
    assert (manifest.key, manifest.title) == ("exactonline", "Exact Online")
    assert manifest.oauth is not None
    assert (manifest.oauth.refresh_not_before, manifest.oauth.lifetime) == (570, 600)
    assert {one.name for one in manifest.settings if one.secret} == {"client_secret", "webhook_secret"}
    for setting in manifest.settings:
        assert setting.help
        source = manifest.resource(setting.choices_from) if setting.choices_from else None
        assert not setting.choices_from or (source is not None and source.list)
    assert all(resource.reads or resource.writes for resource in manifest.resources)


def test_the_core_accepts_every_kind_of_answer(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "Me", kit.answer([{"CurrentDivision": 3012345}])).on("GET", "system/Divisions", kit.answer(DIVISIONS))
    service.on("POST", "crm/Accounts", kit.answer({"ID": "9d1a2b3c-0000-0000-0000-000000000001", "Code": "1"}, 201))
    whole(service, kit)
    maps = {(way, "customer"): kit.mapping(way, "customer") for way in ("inbound", "outbound")}
    endpoint = Endpoint("exactonline", [("core", Defaults("exactonline", maps)), ("plugin", connect(service, webhook_secret="x"))])
    assert endpoint.check().ok
    assert endpoint.fetch(Query("customer")).records == ()
    assert not endpoint.find(Lookup("customer", "email", ("a@b.c",))).matches
    draft = endpoint.map(MapStep("f", "exactonline", "customer", "outbound", Party(name="Jan").view()))
    assert endpoint.upsert(Batch("customer", (Write("k", draft),))).items[0].number == "1"
    assert endpoint.receive(Delivery(b"", {})) == ()


def test_every_function_in_a_default_row_has_a_sentence() -> None:
    for name, function in plugin.transforms().items():
        assert name.startswith("exact_")
        assert (function.__doc__ or "").endswith(".")


def whole(service: Any, kit: SimpleNamespace) -> None:
    """An administration that has what documents lean on."""
    for entity in ("financial/Journals", "cashflow/PaymentConditions", "financial/FinancialPeriods"):
        service.on("GET", entity, kit.answer([{"ID": "00000000-0000-0000-0000-000000000001"}]))
    service.on("GET", "vat/VATCodes", kit.answer([{"Code": "3  ", "Type": "I", "Percentage": 0.21, "IsBlocked": False}]))


def test_a_good_connection_names_its_administration(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "Me", kit.answer([{"CurrentDivision": 3012346}]))
    service.on("GET", "system/Divisions", kit.answer(DIVISIONS))
    whole(service, kit)
    health = connect(service).check()
    assert (health.ok, health.administration, health.missing) == (True, "Bloem & Blad BV (3012345)", ())
    assert service.of("GET", "system/Divisions")[0].url.path == "/api/v1/3012346/system/Divisions"


def test_an_administration_that_is_not_ours_names_the_setting_and_the_others(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "Me", kit.answer([{"CurrentDivision": 3012346}]))
    service.on("GET", "system/Divisions", kit.answer(DIVISIONS))
    with pytest.raises(ConfigurationError, match="Holding") as caught:
        connect(service, division="1").check()
    assert caught.value.field == "division"


def test_missing_rights_are_listed_and_a_locked_administration_is_told(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "Me", kit.answer([{"CurrentDivision": 3012345}]))
    service.on("GET", "system/Divisions", kit.answer(DIVISIONS))
    service.on("GET", "salesorder/SalesOrders", kit.error(403, "Forbidden - Application Scope Violated. Cannot read"))
    health = connect(service).check()
    assert (health.ok, health.missing) == (False, ("sales orders (scope of the app)",))
    service.on("GET", "salesorder/SalesOrders", kit.error(403, "Forbidden"))
    assert connect(service).check().missing == ("sales orders (right of the user)",)
    service.on("GET", "system/Divisions", kit.answer([{**DIVISIONS[0], "BlockingStatus": 1}]))
    assert "locked" in connect(service).check().missing[0]


def test_the_one_opened_last_may_lie_outside_the_consent(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    def divisions(request: Any) -> Any:
        own = "/3012345/" in request.url.path
        return kit.answer(DIVISIONS[:1]) if own else kit.error(403, "Forbidden", Reason="NoDivisionAccess")

    service.on("GET", "Me", kit.answer([{"CurrentDivision": 3012346}])).on("GET", "system/Divisions", divisions)
    whole(service, kit)
    assert connect(service).check().ok
    with pytest.raises(ConfigurationError):
        connect(service, division="3012346").check()


def test_administrations_can_be_listed_before_one_is_chosen(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "Me", kit.answer([{"CurrentDivision": 3012346}])).on("GET", "system/Divisions", kit.answer(DIVISIONS))
    page = connect(service, division="").fetch(Query("administration"))
    assert [(one.data["code"], one.data["title"]) for one in page.records] == [("3012345", "Bloem & Blad BV"), ("3012346", "Holding")]
    assert (page.cursor, page.more) == (None, False)


def test_a_list_is_read_whole_with_bare_codes(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    rows = [{"Code": f"{n:<3}", "Description": f"Hoog {n}", "Percentage": 0.21, "Type": "I"} for n in range(130)]
    pages = {"": rows[:60], "1": rows[60:120], "2": rows[120:]}

    def reply(request: Any) -> Any:
        at = request.url.params.get("$skiptoken", "")
        further = {"": "1", "1": "2"}.get(at)
        more = {"__next": f"{request.url.copy_with(query=None)}?$skiptoken={further}"} if further else {}
        return kit.answer(pages[at], **more)

    service.on("GET", "vat/VATCodes", reply)
    page = connect(service).fetch(Query("vat_code"))
    assert len(page.records) == 130
    assert page.records[7].data["code"] == "7"
    assert page.records[7].data["title"] == "Hoog 7 (21%, including)"


@pytest.mark.parametrize("resource", ["payment_term", "journal", "ledger_account", "warehouse", "shipping_method", "item_group", "unit", "currency", "cost_center", "cost_unit"])
def test_a_list_in_the_short_form_is_read_too(connect: Connect, kit: SimpleNamespace, resource: str) -> None:
    page = connect(lambda request: kit.answer({"results": [{"Code": "A ", "Description": "Eerste"}]})).fetch(Query(resource))
    assert page.records[0].data["code"] == "A"
    import httpx

    bare = httpx.Response(200, text='{"d": [{"Code": "B", "Description": "Tweede"}]}')
    assert connect(lambda request: bare).fetch(Query(resource)).records[0].data["title"] == "Tweede"


def test_stock_is_read_by_row_version_with_an_overlap(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    row = {"Timestamp": "5000", "ID": "p", "ItemCode": "ROOS", "FreeStock": 3, "WarehouseCode": "1"}
    other = {**row, "Timestamp": "7000", "ID": "q", "WarehouseCode": "2"}
    service.on("GET", "sync/Inventory/StockPositions", kit.answer([row, other]))
    page = connect(service).fetch(Query("stock"))
    assert kit.filter_of(service.of("GET", "sync/")[0]) == "Timestamp gt 1L"
    assert [one.id for one in page.records] == ["p", "q"]
    assert "Timestamp" not in page.records[0].data
    again = connect(service, stock_warehouse="2").fetch(Query("stock", page.cursor))
    assert kit.filter_of(service.of("GET", "sync/")[1]) == f"Timestamp gt {7000 - OVERLAP}L"
    assert [one.id for one in again.records] == ["q"]
    assert [one.id for one in connect(service).fetch(Query("stock", ids=("q",))).records] == ["q"]


def test_stock_starts_again_when_exact_numbers_all_rows_anew(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "system/Divisions", kit.answer([{"Code": 3012345, "DivisionMoveDate": "/Date(1)/"}]))
    old = datetime.now(UTC) - timedelta(hours=7)
    mark = {"division": 3012345, "stamp": 90_000, "url": "", "moved": "|", "checked": old.isoformat()}
    connect(service).fetch(Query("stock", json.dumps(mark)))
    assert kit.filter_of(service.of("GET", "sync/")[0]) == "Timestamp gt 1L"
    fresh = {**mark, "checked": datetime.now(UTC).isoformat()}
    connect(service).fetch(Query("stock", json.dumps(fresh)))
    assert kit.filter_of(service.of("GET", "sync/")[1]) == f"Timestamp gt {90_000 - OVERLAP}L"
    assert Mark.read('{"stamp": "x"}', 1) == Mark.read("[", 1) == Mark(1)


def test_stock_that_repeats_its_page_is_stopped(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    row = {"Timestamp": "5000", "ID": "p"}
    service.on("GET", "sync/Inventory/StockPositions", lambda request: kit.answer([row], __next=str(request.url)))
    with pytest.raises(PluginError, match="repeats"):
        connect(service).fetch(Query("stock"))


SECRET = "geheim"


def hook(content: str, secret: str = SECRET) -> Delivery:
    signature = hmac.new(secret.encode(), content.encode(), hashlib.sha256).hexdigest().upper()
    return Delivery(f'{{"Content":{content},"HashCode":"{signature}"}}'.encode(), {})


def content(**more: Any) -> str:
    values = {"Topic": "SalesOrders", "ClientId": "c", "Division": 3012345, "Action": "Update", "Key": "9D1A2B3C-0000-0000-0000-000000000001"}
    return json.dumps({**values, **more}, separators=(",", ":"))


@pytest.mark.parametrize(("topic", "resource"), [
    ("SalesOrders", "sales_order order_status"), ("ACCOUNTS", "customer"), ("items", "product"), ("StockPositions", "stock"),
    ("SalesInvoices", "sales_invoice credit_note"), ("SalesEntries", "sales_entry"), ("GoodsDeliveries", "shipment"),
])  # fmt: skip
def test_a_webhook_names_what_to_fetch(service: Any, connect: Connect, topic: str, resource: str) -> None:
    nudges = connect(service, webhook_secret=SECRET).receive(hook(content(Topic=topic)))
    assert [(one.resource, one.ids) for one in nudges] == [(one, ("9d1a2b3c-0000-0000-0000-000000000001",)) for one in resource.split()]
    assert not service.calls


def test_the_same_webhook_again_is_known_by_its_event_and_another_is_not(service: Any, connect: Connect) -> None:
    exact = connect(service, webhook_secret=SECRET)
    first, again = (exact.receive(hook(content(EventCreatedOn="2026-01-01T10:00:00"))) for _ in range(2))
    later = exact.receive(hook(content(EventCreatedOn="2026-01-01T10:00:01")))
    assert first == again
    assert first[0].event
    assert len({one.event for one in (*first, *later)}) == 4


@pytest.mark.parametrize("delivery", [Delivery(b"", {}), hook(content(Division=1)), hook(content(Topic="Projects")), hook("[1]")])
def test_a_webhook_that_does_not_concern_us_is_quietly_accepted(service: Any, connect: Connect, delivery: Delivery) -> None:
    assert connect(service, webhook_secret=SECRET).receive(delivery) == ()


def test_a_webhook_without_the_secret_names_the_setting(service: Any, connect: Connect) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect(service).receive(hook(content()))
    assert caught.value.field == "webhook_secret"


def test_a_webhook_of_somebody_else_is_refused(service: Any, connect: Connect) -> None:
    exact = connect(service, webhook_secret=SECRET)
    with pytest.raises(AuthError):
        exact.receive(hook(content(), "other"))
    changed = hook(content()).body.replace(b"Update", b"Delete")
    with pytest.raises(AuthError):
        exact.receive(Delivery(changed, {}))


@given(st.binary(min_size=1, max_size=200))
def test_no_stranger_gets_through(body: bytes) -> None:
    from koppel import Settings
    from koppel_exactonline.connector import ExactOnlineConnector

    exact = ExactOnlineConnector(Settings({"division": "1", "webhook_secret": SECRET}), None)  # type: ignore[arg-type]
    if body.strip():
        with pytest.raises(AuthError):
            exact.receive(Delivery(body, {}))


def test_the_quality_file_has_a_reason_for_each_rule() -> None:
    rules = yaml.safe_load((files("koppel_exactonline") / "quality.yaml").read_text("utf-8"))
    assert len(rules) > 15
    for name, rule in rules.items():
        assert rule["status"] in ("done", "exempt"), name
        assert rule["reason"].endswith("."), name


def test_what_the_quality_file_calls_done_is_done() -> None:
    for name in ("plugin.py", "connector.py", "client.py", "errors.py", "py.typed", "resources", "data", "sandbox"):
        assert (ROOT / name).exists()
    for path in _sources():
        imported = _imports(path)
        assert not [name for name in imported if name.startswith("koppel_exactonline.sandbox")], path
        assert imported & {"httpx"} == set() or "Client(" not in path.read_text("utf-8").replace("ExactClient(", "")
        core = {name for name in imported if name == "koppel" or name.startswith("koppel.")}
        assert core <= {"koppel", "koppel.documents", "koppel.connections.http", "koppel.connections.memory", "koppel.connections.pictures", "koppel.mapping"}, path
        assert "flask" not in imported


def test_every_file_is_short_and_begins_with_a_sentence() -> None:
    for path in _sources():
        text = path.read_text("utf-8")
        assert text.count("\n") < 400
        assert (ast.get_docstring(ast.parse(text)) or "").strip().endswith("."), path


def _sources() -> list[Path]:
    return [path for path in ROOT.rglob("*.py") if "sandbox" not in path.relative_to(ROOT).parts]


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found
