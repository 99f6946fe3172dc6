"""The declared entities agree with the published property lists, where those are at hand."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from koppel_exactonline.sandbox.schema import ENTITIES
from koppel_exactonline.sandbox.schema.model import EDM, Entity
from koppel_exactonline.sandbox.switches import Switches

METADATA = Path(__file__).parents[5] / "shared" / "reference" / "exactonline_metadata.json"
COLLECTION_NAMES = {"vat/VatPercentages": "DataSource"}


@pytest.fixture(scope="module")
def metadata() -> dict[str, Any]:
    if not METADATA.exists():
        pytest.skip(f"{METADATA} is not there")
    found: dict[str, Any] = json.loads(METADATA.read_text(encoding="utf-8"))
    return found


def published(metadata: dict[str, Any], entity: Entity) -> dict[str, Any]:
    found: dict[str, Any] = metadata[
        "/api/v1/current/Me" if entity.path == "current/Me" else "/api/v1/{division}/" + entity.path
    ]
    return found


def type_name(entity: Entity, name: str, theirs: str) -> str:
    one = entity.properties[name]
    if one.kind == "C":
        wanted = COLLECTION_NAMES.get(one.rows, one.rows.rpartition("/")[2])
        return theirs if one.rows == "-" else f"Collection({wanted})"
    return theirs if one.kind == "N" and not theirs.startswith("Edm.") else EDM[one.kind]


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda one: one.path)
def test_an_entity_has_the_published_properties_types_and_flags(metadata: dict[str, Any], entity: Entity) -> None:
    theirs = published(metadata, entity)
    properties = theirs["properties"]
    assert set(entity.properties) == set(properties)
    assert {n: type_name(entity, n, p["type"]) for n, p in properties.items()} == {
        n: p["type"] for n, p in properties.items()
    }
    assert {n for n, p in properties.items() if p.get("key")} == set(entity.keys)
    assert entity.verbs == set(theirs["methods"])
    assert entity.page == theirs["page_size"]
    assert entity.scope == (theirs.get("scope") or "").strip("-")
    assert entity.filter_any_of == set(theirs.get("mandatory_filter_any_of", ()))


@pytest.mark.parametrize(
    "entity", [one for one in ENTITIES.values() if "POST" in one.verbs], ids=lambda one: one.path
)
def test_a_writable_entity_has_the_published_rules(metadata: dict[str, Any], entity: Entity) -> None:
    properties = published(metadata, entity)["properties"]
    assert {n for n, p in entity.properties.items() if p.mandatory} == {
        n for n, p in properties.items() if p.get("mandatory")
    }
    assert {n for n, p in entity.properties.items() if p.read_only} == {
        n for n, p in properties.items() if p.get("readonly") and not p.get("mandatory") and not p.get("key")
    }
    assert {n for n, p in entity.properties.items() if p.fixed} == {
        n for n, p in properties.items() if p.get("put") is False
    }


OPEN_QUESTIONS = {
    "early refresh status": {"early_refresh_status"},
    "mandatory filter": {"mandatory_filter"},
    "`$top` list shape": {"top_shape"},
    "webhook Action casing, create event, EventCreatedOn form": {"webhook_action", "webhook_create", "webhook_moment", "webhook_endpoint"},
    "what happens after 10th failed delivery": {"webhook_after_last"},
    "404 body, 503 body, Retry-After": {"not_found_body", "retry_after"},
    "PUT-ability of ~450 properties": {"fixed_change_refused"},
    "VAT precedence account/item": {"vat_precedence"},
    "Whether editing Accounts.AddressLine1 creates/updates a crm/Addresses row type 1": {"account_address_rows"},
    "webhook retry unit (minutes)": {"webhook_retry_seconds"},
}


def test_every_question_that_sources_leave_open_is_a_switch() -> None:
    """A 503 body is given as a fault of the shell, with any body."""
    known = {one.name for one in fields(Switches)}
    assert {name for names in OPEN_QUESTIONS.values() for name in names} <= known
    page = METADATA.with_name("exactonline.md")
    if not page.exists():
        pytest.skip(f"{page} is not there")
    table = page.read_text("utf-8").partition("## 9. Conflicts and gaps")[2].partition("---\n## ")[0]
    topics = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")][1:]
    assert topics == list(OPEN_QUESTIONS)


def test_the_conversation_needs_these_endpoints() -> None:
    assert {
        "crm/Accounts", "crm/Contacts", "crm/Addresses", "logistics/Items", "logistics/SalesItemPrices",
        "salesorder/SalesOrders", "salesorder/SalesOrderLines", "vat/VATCodes", "cashflow/PaymentConditions",
        "sync/CRM/Accounts", "sync/Logistics/Items", "sync/Deleted", "bulk/CRM/Accounts", "bulk/Logistics/Items",
        "salesinvoice/SalesInvoices", "salesentry/SalesEntries", "salesorder/GoodsDeliveries", "cashflow/Receivables",
        "inventory/StockCounts", "webhooks/WebhookSubscriptions", "sync/SalesInvoice/SalesInvoices",
        "read/financial/JournalStatusByFinancialPeriod", "sync/SalesOrder/GoodsDeliveries",
    } <= set(ENTITIES)


@pytest.mark.parametrize(("function", "asked"), [
    ("read/logistics/ItemExtraField", "itemId=guid'{item}'"), ("read/logistics/StockPosition", "itemId=guid'{item}'"),
    ("read/sync/Sync/SyncTimestamp", "modified=datetime'2026-01-01'&endPoint='Items'"),
])  # fmt: skip
def test_a_function_answers_with_the_published_properties(metadata: dict[str, Any], exact: Any, function: str, asked: str) -> None:
    item = exact.item("A", FreeTextField_01="rood")
    rows = exact.get(f"{function}?{asked.format(item=item)}").json()["d"]["results"]
    theirs = metadata["/api/v1/{division}/" + function]["properties"]
    assert rows
    assert {name for row in rows for name in row} - {"__metadata"} == set(theirs)
