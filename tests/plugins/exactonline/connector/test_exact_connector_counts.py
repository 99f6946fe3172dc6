"""Counted stock arrives in the right warehouse, once, and a figure that is right already is left alone."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from koppel import Batch, Draft, Lookup, Query, RejectedError, TransientError, Write
from koppel.documents import Category
from koppel.documents.base import read_document
from koppel.testing.sandbox import Fault

pytestmark = pytest.mark.walk
Start = Callable[..., Any]


@pytest.fixture
def books(simulate: Start) -> SimpleNamespace:
    """Two articles in stock and a service that is not kept."""
    sim = simulate()
    exact = sim.connector()
    for code, kept in (("POT", True), ("ROOS", True), ("UUR", False)):
        fields = {"Code": code, "Description": code, "ItemGroup": "POT", "IsSalesItem": True, "IsStockItem": kept}
        exact.upsert(Batch("product", (Write("k", Draft("product", fields)),)))
    return SimpleNamespace(sim=sim, exact=exact)


def count(exact: Any, **figures: int) -> Any:
    found = exact.find(Lookup("stock", "sku", tuple(figures))).matches
    writes = tuple(
        Write(sku, Draft("stock", {"ItemCode": sku, "QuantityNew": Decimal(pieces)}), id=found[sku][0].id) for sku, pieces in figures.items()
    )
    return {one.key: one for one in exact.upsert(Batch("stock", writes)).items}


def stock(exact: Any) -> dict[str, Any]:
    return {one.data["ItemCode"]: one.data["CurrentStock"] for one in exact.fetch(Query("stock")).records}


def counts_made(books: SimpleNamespace) -> int:
    return sum(one["request"].startswith("POST") and "StockCounts" in one["request"] for one in books.sim.shell.requests)


def test_figures_become_one_processed_count_and_equal_ones_are_left_alone(books: SimpleNamespace) -> None:
    receipts = count(books.exact, POT=7, ROOS=3)
    assert {one.action for one in receipts.values()} == {"updated"}
    assert counts_made(books) == 1
    assert stock(books.exact) == {"POT": 7, "ROOS": 3}
    receipts = count(books.exact, POT=7, ROOS=4)
    assert (receipts["POT"].action, receipts["ROOS"].action) == ("unchanged", "updated")
    assert stock(books.exact) == {"POT": 7, "ROOS": 4}


def test_a_count_whose_answer_got_lost_does_no_harm_when_it_is_repeated(books: SimpleNamespace) -> None:
    books.sim.faults(Fault("POST /api/v1/3012345/inventory/StockCounts", "drop_after"))
    with pytest.raises(TransientError):
        count(books.exact, POT=7)
    assert count(books.exact, POT=7)["POT"].action == "unchanged"
    assert stock(books.exact)["POT"] == 7


def test_what_is_not_kept_in_stock_is_not_found_and_an_unknown_warehouse_is_named(books: SimpleNamespace) -> None:
    assert books.exact.find(Lookup("stock", "sku", ("UUR", "?"))).matches == {}
    item = books.exact.find(Lookup("stock", "sku", ("POT",))).matches["POT"][0].id
    fields = {"ItemCode": "POT", "QuantityNew": 1, "WarehouseCode": "9"}
    (receipt,) = books.exact.upsert(Batch("stock", (Write("k", Draft("stock", fields), id=item),))).items
    assert isinstance(receipt.error, RejectedError)
    assert receipt.error.message == "There is no warehouse 9 in Exact Online."


def test_a_figure_that_is_refused_does_not_hold_the_others(books: SimpleNamespace) -> None:
    division = books.sim.shell.sandbox.state.divisions[3012345]
    (row,) = division.table("logistics/Items").where("Code", "ROOS")
    found = books.exact.find(Lookup("stock", "sku", ("POT", "ROOS"))).matches
    row["IsStockItem"] = False  # somebody changed it since
    writes = tuple(Write(sku, Draft("stock", {"ItemCode": sku, "QuantityNew": 5}), id=found[sku][0].id) for sku in ("POT", "ROOS"))
    receipts = {one.key: one for one in books.exact.upsert(Batch("stock", writes)).items}
    assert (receipts["POT"].action, receipts["POT"].error) == ("updated", None)
    assert isinstance(receipts["ROOS"].error, RejectedError)


def test_item_groups_are_categories(books: SimpleNamespace, kit: SimpleNamespace) -> None:
    records = books.exact.fetch(Query("category")).records
    groups = [read_document(Category, kit.mapping("inbound", "category").run(one.data, "create")[0]) for one in records]
    assert {"POT": "Potten", "PLANT": "Planten"}.items() <= {one.code: one.name for one in groups}.items()
