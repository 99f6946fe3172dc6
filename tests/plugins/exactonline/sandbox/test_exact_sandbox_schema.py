"""The declared entities agree with the published property lists, where those are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from koppel_exactonline.sandbox.schema import ENTITIES
from koppel_exactonline.sandbox.schema.model import EDM, Entity

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


def test_the_conversation_needs_these_endpoints() -> None:
    assert {
        "crm/Accounts", "crm/Contacts", "crm/Addresses", "logistics/Items", "logistics/SalesItemPrices",
        "salesorder/SalesOrders", "salesorder/SalesOrderLines", "vat/VATCodes", "cashflow/PaymentConditions",
        "sync/CRM/Accounts", "sync/Logistics/Items", "sync/Deleted", "bulk/CRM/Accounts", "bulk/Logistics/Items",
        "salesinvoice/SalesInvoices", "salesentry/SalesEntries", "salesorder/GoodsDeliveries", "cashflow/Receivables",
        "inventory/StockCounts", "webhooks/WebhookSubscriptions", "sync/SalesOrder/GoodsDeliveries",
    } <= set(ENTITIES)
