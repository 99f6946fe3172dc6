"""After the first load only changes are read, by row version: also those below a record, each of them once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from koppel import Query
from koppel.store.models import utcnow
from koppel_exactonline import keeping
from koppel_exactonline.tracking import Mark, Track

pytestmark = pytest.mark.walk
Start = Callable[..., Any]


class Reading:
    """Reads one resource on and on, as the runs of a flow do, an hour apart."""

    def __init__(self, sim: Any, monkeypatch: pytest.MonkeyPatch, resource: str) -> None:
        self.sim, self.resource, self.cursor, self.hours = sim, resource, None, 0
        monkeypatch.setattr(keeping, "now", lambda: utcnow() + timedelta(hours=self.hours))

    def run(self, limit: int | None = None) -> list[str]:
        """The labels of one run."""
        self.hours += 1
        exact, labels, more = self.sim.connector(), [], True
        while more:
            page = exact.fetch(Query(self.resource, self.cursor, limit=limit))
            self.cursor, more = page.cursor, page.more
            labels += [one.label for one in page.records]
        return labels


@pytest.fixture
def read(simulate: Start, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Reading]:
    """Begin to read a resource of a simulator with two customers and two articles."""
    sim = simulate(new_item_is_sales=True)
    client = sim.connector().talk.client
    for name in ("Jan", "Eva"):
        client.create("crm/Accounts", {"Name": name, "Status": "C"})
    for code in ("POT", "VAAS"):
        client.create("logistics/Items", {"Code": code, "Description": code})
    return lambda resource: Reading(sim, monkeypatch, resource)


def key_of(reading: Reading, entity: str, name: str, value: str) -> str:
    rows = reading.sim.connector().talk.client.rows(entity, ("ID", name), f"{name} eq '{value}'")
    return str(rows[0]["ID"])


def test_a_contact_or_address_that_changed_makes_its_customer_read_again(read: Callable[[str], Reading]) -> None:
    reading = read("customer")
    assert sorted(reading.run()) == ["Eva", "Jan"]
    reading.run()
    reading.run()
    before = reading.sim.calls()
    assert reading.run() == []
    assert reading.sim.calls() - before <= 4  # three lists, and now and then the administration's dates
    jan = key_of(reading, "crm/Accounts", "Name", "Jan")
    client = reading.sim.connector().talk.client
    client.create("crm/Contacts", {"Account": jan, "FirstName": "Jan", "LastName": "Bos"})
    assert reading.run() == ["Jan"]
    reading.run()  # what was seen just now is read once more, in case a change came in between
    assert reading.run() == []
    client.create("crm/Addresses", {"Account": jan, "Type": 4, "AddressLine1": "Kade 1", "Country": "NL"})
    assert reading.run() == ["Jan"]


def test_a_price_that_changed_makes_its_article_read_again(read: Callable[[str], Reading]) -> None:
    reading = read("product")
    assert sorted(reading.run()) == ["POT", "VAAS"]
    reading.run()
    assert reading.run() == []
    item = key_of(reading, "logistics/Items", "Code", "VAAS")
    reading.sim.connector().talk.client.create("logistics/SalesItemPrices", {"Item": item, "Price": 12})
    assert reading.run() == ["VAAS"]


def test_many_changes_are_given_page_by_page_and_none_is_lost_between(read: Callable[[str], Reading]) -> None:
    reading = read("customer")
    reading.run()
    reading.run()
    client = reading.sim.connector().talk.client
    for number in range(7):
        client.create("crm/Accounts", {"Name": f"Nr {number}", "Status": "C"})
    assert sorted(reading.run(limit=3)) == [f"Nr {number}" for number in range(7)]


def test_when_all_rows_are_numbered_anew_everything_is_read_again(read: Callable[[str], Reading]) -> None:
    reading = read("customer")
    reading.run()
    reading.run()
    assert reading.run() == []
    reading.hours += 7
    reading.sim.shell.sandbox.state.divisions[3012345].info.update(DivisionMoveDate=datetime(2026, 11, 1))
    assert sorted(reading.run()) == ["Eva", "Jan"]


def test_a_later_start_leaves_out_what_was_there_before_for_good(read: Callable[[str], Reading]) -> None:
    reading = read("customer")
    exact = reading.sim.connector()
    cursor = exact.fetch(Query("customer", since=utcnow() + timedelta(days=9000))).cursor
    reading.cursor = cursor
    assert reading.run() == []
    exact.talk.client.create("crm/Accounts", {"Name": "Nieuw", "Status": "C"})
    assert reading.run() == ["Nieuw"]


def test_invoices_are_followed_by_header_and_line(read: Callable[[str], Reading]) -> None:
    reading = read("sales_invoice")
    assert reading.run() == []
    client = reading.sim.connector().talk.client
    jan, item = key_of(reading, "crm/Accounts", "Name", "Jan"), key_of(reading, "logistics/Items", "Code", "POT")
    line = {"Item": item, "Quantity": 1, "NetPrice": 10, "VATCode": "3"}
    fields = {"Journal": "70", "OrderedBy": jan, "YourRef": "#1", "SalesInvoiceLines": [line]}
    journals = client.rows("financial/Journals", ("Code",), "Type eq 20")
    client.create("salesinvoice/SalesInvoices", {**fields, "Journal": journals[0]["Code"]})
    assert len(reading.run()) == 1
    rows = client.rows("sync/SalesInvoice/SalesInvoices", ("Timestamp", "InvoiceID", "LineNumber", "ItemCode", "YourRef"), "Timestamp gt 1L")
    assert sorted((row["LineNumber"], row["ItemCode"], row["YourRef"]) for row in rows) == [(0, None, "#1"), (1, "POT", "#1")]


def test_where_no_versions_are_told_the_time_of_the_change_counts(service: Any, connect: Any, kit: Any) -> None:
    service.on("GET", "read/sync/Sync/SyncTimestamp", kit.error(404, ""))
    page = connect(service).fetch(Query("customer"))
    assert kit.filter_of(service.of("GET", "bulk")[0]).startswith("Modified ge")
    before = len(service.calls)
    connect(service).fetch(Query("customer", page.cursor))
    assert [one.url.path.rpartition("/")[2] for one in service.calls[before:]] == ["Accounts"]  # and is not asked again


def test_a_mark_moves_on_only_past_what_has_settled() -> None:
    mark = Mark(10, 10).after(30, settled=False)
    assert mark == Mark(10, 30)
    assert mark.after(40, settled=True) == Mark(30, 40)
    assert Track.read(json.dumps({"marks": 3}), 1) is None
    assert Track.read(Track(1, {"a": mark}).write(), 1) == Track(1, {"a": mark})
    assert Track.read(Track(1, {"a": mark}).write(), 2) is None
