"""A large catalogue is read in one bulk operation: the same records as page by page, in pieces, from where it stopped."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from koppel import Query, Record
from koppel_shopify.resources import bulk_reading

pytestmark = pytest.mark.walk


def everything(connect: Any, query: Query) -> tuple[list[Record], Query, int]:
    """All records, each page by a conversation of its own; where to go on next time, and how many pages there were."""
    found: list[Record] = []
    for pages in range(1, 200):
        page = connect().fetch(query)
        found += page.records
        query = replace(query, cursor=page.cursor)
        if not page.more:
            return found, query, pages
    raise AssertionError("this never ends")


def plain(record: Record, read_in: Any) -> Any:
    return read_in("product", record.data).model_dump()


def test_a_large_catalogue_comes_in_whole_by_bulk(served: SimpleNamespace, read_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_reading, "PIECE", 3000)
    paged, _, _ = everything(served.connect, Query("product"))
    before = len(httpx.get(f"{served.url}/_sandbox/log", timeout=60).json())
    bulk, ahead, pages = everything(lambda: served.connect(bulk_from="20"), Query("product"))
    asked = [one["request"] for one in httpx.get(f"{served.url}/_sandbox/log", timeout=60).json()[before:]]
    assert pages > 5
    assert sum("graphql" not in one for one in asked) >= pages
    assert {one.id: plain(one, read_in) for one in bulk} == {one.id: plain(one, read_in) for one in paged}
    assert len(bulk) == len(paged) == len(served.state["products"])
    again = served.connect(bulk_from="20").fetch(ahead)
    assert not again.more


def test_a_small_catalogue_is_read_page_by_page(served: SimpleNamespace) -> None:
    page = served.connect(bulk_from="100000").fetch(Query("product"))
    assert page.more
    assert "bulk" not in (page.cursor or "")


@pytest.mark.parametrize("query", [Query("product", limit=5), Query("product", filters={"vendor": "X"}), Query("product", ids=("1",)), Query("customer")])
def test_only_a_whole_catalogue_is_read_in_bulk(served: SimpleNamespace, query: Query) -> None:
    assert "bulk" not in (served.connect(bulk_from="1").fetch(query).cursor or "")


def test_an_operation_that_came_to_nothing_is_given_up_for_pages(served: SimpleNamespace) -> None:
    started = served.connect(bulk_from="1").fetch(Query("product"))
    assert (started.records, started.more) == ((), True)
    lost = (started.cursor or "").replace("BulkOperation/", "BulkOperation/9")
    page = served.connect(bulk_from="1").fetch(Query("product", lost))
    assert (page.records, page.more) == ((), True)
    assert served.connect(bulk_from="1").fetch(Query("product", page.cursor)).records
