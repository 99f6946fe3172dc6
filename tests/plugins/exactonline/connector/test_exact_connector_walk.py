"""A shop's customers, articles and orders arrive in Exact Online once and equal to the cent, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from koppel import Batch, Draft, Lookup, Query, RejectedError, TransientError, Write
from koppel.documents import Party, Product, SalesOrder
from koppel.documents.base import read_document
from koppel.mapping import TableEntry
from koppel.testing.sandbox import Fault

pytestmark = pytest.mark.walk
Start = Callable[..., Any]

INCL = (
    TableEntry("vat_code", {"rate": "21"}, "3"), TableEntry("vat_code", {"rate": "9"}, "5"), TableEntry("vat_code", {"rate": "0"}, "0"),
    TableEntry("payment_term", {"method": "iDEAL"}, "ID"), TableEntry("unit", {}, "stuk"),
)  # fmt: skip
EXCL = (TableEntry("vat_code", {"rate": "21"}, "2"), TableEntry("vat_code", {"rate": "9"}, "4"), *INCL[2:])
HOME = {"line": "Kade 1 a", "postcode": "4811 AB", "city": "Breda", "country": "NL"}
COMPANY = Party.model_validate({
    "kind": "company", "name": "Bloem & Blad's BV", "email": "Inkoop@Bloem.nl", "vat_number": "NL800000007B01", "billing": HOME,
    "contacts": [{"first_name": "Jan", "last_name": "Bos", "email": "jan@bloem.nl"}],
})  # fmt: skip
PERSON = Party.model_validate({"kind": "person", "name": "Zoë de Vries", "email": "zoe@x.nl", "billing": HOME})
ROSE = Product.model_validate(
    {"sku": "ROOS-1", "name": "Roos 'Ingrid'", "price_incl": "12.95", "vat_rate": "9", "ean": "8712345678906", "group": "PLANT"}
)
POT = Product.model_validate({"sku": "POT-XL", "name": "Pot XL", "price_incl": "49.95", "vat_rate": "21", "group": "POT"})


def send(exact: Any, resource: str, fields: Any, key: str | None = None, name: str = "k") -> Any:
    (receipt,) = exact.upsert(Batch(resource, (Write(name, Draft(resource, fields), id=key),))).items
    assert receipt.error is None, receipt.error
    return receipt


def known(exact: Any, resource: str, key: str, value: str) -> Any:
    return exact.find(Lookup(resource, key, (value,))).matches.get(value, ())


def draft(kit: SimpleNamespace, resource: str, document: Any, action: str = "create", tables: tuple[TableEntry, ...] = INCL) -> Any:
    fields, _ = kit.mapping("outbound", resource, tables).run(document.view(), action)
    return fields


def order_of(reference: str, debtor: str, articles: list[tuple[Any, int, str, str, str]], **more: Any) -> SalesOrder:
    """Articles as (article id, pieces, price, discount on the line, rate); everything with VAT."""
    lines = []
    for item, pieces, price, off, rate in articles:
        total = Decimal(price) * pieces - Decimal(off)
        vat = (total * Decimal(rate) / (100 + Decimal(rate))).quantize(Decimal("0.01"))
        lines.append({
            "sku": "x", "description": "Artikel", "quantity": pieces, "unit_price": price, "discount": off, "total": total,
            "external_id": item, "taxes": [{"rate": rate, "amount": vat}],
        })  # fmt: skip
    values = {
        "reference": reference, "ordered_at": datetime(2026, 3, 1, 9, tzinfo=UTC), "payment_method": "iDEAL", "lines": lines,
        "customer": {"name": "Zoë de Vries", "external_id": debtor, "billing": HOME}, "delivery": HOME,
        "total": sum((line["total"] for line in lines), Decimal(0)), **more,
    }  # fmt: skip
    return SalesOrder.model_validate(values)


def order_draft(kit: SimpleNamespace, order: SalesOrder, basis: str = "incl") -> Any:
    tables = INCL if basis == "incl" else EXCL
    return kit.mapping("outbound", "sales_order", tables).run(kit.order_view(order, basis), "create")[0]


def test_a_customer_is_written_found_read_back_changed_and_then_left_alone(simulate: Start, kit: SimpleNamespace) -> None:
    exact = simulate().connector()
    assert exact.check().ok
    fields = draft(kit, "customer", COMPANY)
    made = send(exact, "customer", fields)
    assert made.action == "created"
    assert made.number.strip("0")
    (match,) = known(exact, "customer", "email", "inkoop@bloem.nl")
    assert (match.id, match.number) == (made.id, made.number)
    assert known(exact, "customer", "code", made.number)[0].id == made.id
    assert known(exact, "customer", "vat_number", "NL800000007B01")[0].id == made.id
    (record,) = exact.fetch(Query("customer", ids=(made.id,))).records
    party = read_document(Party, kit.mapping("inbound", "customer").run(record.data, "create")[0])
    assert (party.kind, party.name, party.contacts[0].name, party.billing.city) == ("company", COMPANY.name, "Jan Bos", "Breda")
    again = draft(kit, "customer", COMPANY, "update")
    assert send(exact, "customer", again, made.id).action == "unchanged"
    moved = {**again, "City": "Tilburg", "Contacts": [{**again["Contacts"][0], "Phone": "0612345678"}]}
    assert send(exact, "customer", moved, made.id).action == "updated"
    assert send(exact, "customer", moved, made.id).action == "unchanged"
    (match,) = known(exact, "customer", "email", "inkoop@bloem.nl")
    assert match.data["City"] == "Tilburg"
    assert [one["Phone"] for one in match.data["Contacts"]] == ["0612345678"]


def test_an_article_is_written_found_read_back_changed_and_then_left_alone(simulate: Start, kit: SimpleNamespace) -> None:
    exact = simulate().connector()
    made = send(exact, "product", draft(kit, "product", ROSE))
    (match,) = known(exact, "product", "sku", "ROOS-1")
    assert (match.id, match.data["StandardSalesPrice"]) == (made.id, Decimal("12.95"))
    assert known(exact, "product", "ean", ROSE.ean)[0].id == made.id
    page = exact.fetch(Query("product"))
    product = read_document(Product, kit.mapping("inbound", "product").run(page.records[0].data, "create")[0])
    assert (product.price_incl, product.price_excl, product.vat_rate) == (Decimal("12.95"), None, Decimal(9))
    again = draft(kit, "product", ROSE, "update")
    assert send(exact, "product", again, made.id).action == "unchanged"
    dearer = {**again, "StandardSalesPrice": Decimal("13.95"), "Description": "Roos"}
    assert send(exact, "product", dearer, made.id).action == "updated"
    assert send(exact, "product", dearer, made.id).action == "unchanged"
    assert known(exact, "product", "sku", "ROOS-1")[0].data["StandardSalesPrice"] == Decimal("13.95")


def test_an_order_is_written_found_read_back_and_left_alone(simulate: Start, kit: SimpleNamespace) -> None:
    sim = simulate()
    exact = sim.connector()
    debtor = send(exact, "customer", draft(kit, "customer", PERSON)).id
    rose, pot = (send(exact, "product", draft(kit, "product", one)).id for one in (ROSE, POT))
    order = order_of("#1001", debtor, [(rose, 3, "12.95", "3.00", "9"), (pot, 1, "49.95", "0", "21")])
    fields = order_draft(kit, order)
    before = sim.calls()
    made = send(exact, "sales_order", fields)
    assert made.total == order.total
    assert sim.calls() - before <= 2  # the list of VAT codes, once, and the order
    before = sim.calls()
    assert send(exact, "sales_order", {**fields, "YourRef": "#1002"}).total == order.total
    assert sim.calls() - before == 1
    (match,) = known(exact, "sales_order", "reference", "#1001")
    assert (match.id, match.number) == (made.id, made.number)
    assert len(match.data["SalesOrderLines"]) == len(fields["SalesOrderLines"])
    assert send(exact, "sales_order", fields, made.id).action == "unchanged"
    (record,) = (one for one in exact.fetch(Query("sales_order")).records if one.id == made.id)
    back = read_document(SalesOrder, kit.mapping("inbound", "sales_order").run(record.data, "create")[0])
    assert (back.reference, back.total, back.customer.email) == ("#1001", order.total, "zoe@x.nl")


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 20_000), st.integers(0, 300), st.sampled_from(["21", "9"])), min_size=1, max_size=6)
)  # fmt: skip
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_is_equal_to_the_cent(market: Any, kit: SimpleNamespace, rows: list[tuple[int, int, int, str]]) -> None:
    articles = [
        (market.item, pieces, str(Decimal(cents) / 100), str(min(Decimal(off), Decimal(cents * pieces)) / 100), rate)
        for pieces, cents, off, rate in rows
    ]
    order = order_of("#any", market.debtor, articles)
    assert send(market.exact, "sales_order", order_draft(kit, order)).total == order.total


@pytest.fixture
def market(simulate: Start, kit: SimpleNamespace) -> SimpleNamespace:
    """A conversation with one customer and one article."""
    exact = simulate().connector()
    debtor = send(exact, "customer", draft(kit, "customer", PERSON)).id
    return SimpleNamespace(exact=exact, debtor=debtor, item=send(exact, "product", draft(kit, "product", POT)).id)


def test_prices_without_vat_go_with_codes_of_that_kind(simulate: Start, kit: SimpleNamespace) -> None:
    sim = simulate()
    exact = sim.connector(price_basis="excl")
    debtor = send(exact, "customer", draft(kit, "customer", PERSON)).id
    item = send(exact, "product", draft(kit, "product", POT, tables=EXCL)).id
    order = order_of("#9", debtor, [(item, 2, "60.50", "0", "21")])
    assert send(exact, "sales_order", order_draft(kit, order, "excl")).total == order.total
    wrong = order_draft(kit, order)
    (receipt,) = exact.upsert(Batch("sales_order", (Write("w", Draft("sales_order", wrong)),))).items
    assert isinstance(receipt.error, RejectedError)


def test_goods_go_to_each_orders_own_address(simulate: Start, kit: SimpleNamespace) -> None:
    sim = simulate()
    exact = sim.connector()
    debtor = send(exact, "customer", draft(kit, "customer", PERSON)).id
    item = send(exact, "product", draft(kit, "product", POT)).id
    elsewhere = {**HOME, "line": "Dorpsstraat 9", "name": "Oma"}
    for number, place in enumerate((HOME, elsewhere, HOME, elsewhere)):
        order = order_of(f"#{number}", debtor, [(item, 1, "49.95", "0", "21")], delivery=place)
        send(exact if number < 2 else sim.connector(), "sales_order", order_draft(kit, order))
    records = {one.label: one.data["DeliveryAddressRow"] for one in exact.fetch(Query("sales_order")).records}
    streets = [(records[f"#{n}"] or {}).get("AddressLine1") for n in range(4)]
    assert streets[1:] == ["Dorpsstraat 9", "Kade 1 a", "Dorpsstraat 9"]
    assert streets[0] in (None, "Kade 1 a")
    rows = sim.shell.sandbox.dump()["data"]["3012345"]["crm/Addresses"]
    assert sorted(row["AddressLine1"] for row in rows if row["Type"] == 4) == ["Dorpsstraat 9", "Kade 1 a"]


@pytest.mark.parametrize("kind", ["drop_after", "status_after", "html", "malformed"])
def test_a_lost_answer_is_found_back_and_never_made_twice(simulate: Start, kit: SimpleNamespace, kind: str) -> None:
    sim = simulate()
    exact = sim.connector()
    fields = draft(kit, "customer", PERSON)
    sim.faults(Fault("POST /api/v1/3012345/crm/Accounts", kind))
    with pytest.raises(TransientError):
        send(exact, "customer", fields)
    if not known(exact, "customer", "email", "zoe@x.nl"):
        send(exact, "customer", fields)
    assert len(known(exact, "customer", "email", "zoe@x.nl")) == 1


def test_a_company_whose_contact_got_lost_is_completed_not_doubled(simulate: Start, kit: SimpleNamespace) -> None:
    sim = simulate()
    exact = sim.connector()
    fields = draft(kit, "customer", COMPANY)
    sim.faults(Fault("POST /api/v1/3012345/crm/Contacts", "drop_after"))
    with pytest.raises(TransientError):
        send(exact, "customer", fields)
    (match,) = known(exact, "customer", "email", "inkoop@bloem.nl")
    assert send(exact, "customer", fields, match.id).action == "unchanged"
    sim.faults(Fault("POST /api/v1/3012345/crm/Contacts", "drop"))
    more = {**fields, "Contacts": [*fields["Contacts"], {"FirstName": "Eva", "LastName": "Vos", "Email": "eva@bloem.nl"}]}
    with pytest.raises(TransientError):
        send(exact, "customer", more, match.id)
    assert send(exact, "customer", more, match.id).action == "updated"
    (match,) = known(exact, "customer", "email", "inkoop@bloem.nl")
    assert sorted(one["FirstName"] for one in match.data["Contacts"]) == ["Eva", "Jan"]


def test_an_article_whose_price_got_lost_is_completed(simulate: Start, kit: SimpleNamespace) -> None:
    sim = simulate()
    exact = sim.connector()
    fields = draft(kit, "product", POT)
    sim.faults(Fault("POST /api/v1/3012345/logistics/SalesItemPrices", "drop"))
    with pytest.raises(TransientError):
        send(exact, "product", fields)
    (match,) = known(exact, "product", "sku", "POT-XL")
    assert send(exact, "product", fields, match.id).action == "updated"
    assert known(exact, "product", "sku", "POT-XL")[0].data["StandardSalesPrice"] == Decimal("49.95")


def test_only_what_changed_is_read_the_next_time(simulate: Start, kit: SimpleNamespace) -> None:
    sim = simulate(access_token_seconds=1_000_000)
    exact = sim.connector()
    writes = tuple(Write(str(n), Draft("customer", {"Name": f"Klant {n}", "Status": "C", "Email": f"k{n}@x.nl"})) for n in range(75))
    receipts = [one for at in range(0, 75, 20) for one in exact.upsert(Batch("customer", writes[at : at + 20])).items]
    found, cursor = read_on(exact)
    assert {one.id for one in found} == {one.id for one in receipts}
    sim.shell.sandbox.clock.advance(3600)
    send(exact, "customer", {"City": "Breda"}, receipts[3].id)
    found, cursor = read_on(exact, cursor)
    assert receipts[3].id in {one.id for one in found}
    found, again = read_on(exact, cursor)
    assert receipts[3].id in {one.id for one in found}
    assert again == cursor


def read_on(exact: Any, cursor: str | None = None) -> tuple[list[Any], str | None]:
    """Everything from the cursor on."""
    page = exact.fetch(Query("customer", cursor))
    found = list(page.records)
    while page.more:
        page = exact.fetch(Query("customer", page.cursor))
        found.extend(page.records)
    return found, page.cursor


def test_a_business_refusal_is_told_in_our_words(simulate: Start, kit: SimpleNamespace) -> None:
    sim = simulate(language="NL")
    exact = sim.connector()
    bad = (Write("a", Draft("customer", {"Name": "x", "Email": "geen adres"})), Write("b", Draft("product", {"Code": "A"})))
    for write in bad:
        (receipt,) = exact.upsert(Batch(write.draft.resource, (write,))).items
        assert isinstance(receipt.error, RejectedError)
        assert not receipt.error.cause.startswith("rejected:")
    fields = {"Code": "DUBBEL", "Description": "x"}
    send(exact, "product", fields)
    (receipt,) = exact.upsert(Batch("product", (Write("c", Draft("product", fields)),))).items
    assert receipt.error is not None
    assert receipt.error.cause.startswith("rejected.exists")


def test_a_shop_without_vat_numbers_in_another_language_reads_the_same(simulate: Start, kit: SimpleNamespace) -> None:
    for language in ("NL", "EN", "FR"):
        exact = simulate(language=language).connector()
        order: dict[str, Any] = {"OrderedBy": None, "YourRef": "#1", "SalesOrderLines": []}
        (receipt,) = exact.upsert(Batch("sales_order", (Write("o", Draft("sales_order", order)),))).items
        assert receipt.error is not None
        assert receipt.error.cause.startswith(("rejected.mandatory", "rejected.reference"))


def test_stock_positions_are_read(simulate: Start, kit: SimpleNamespace) -> None:
    exact = simulate().connector()
    send(exact, "product", draft(kit, "product", POT))
    page = exact.fetch(Query("stock"))
    assert [one.data["ItemCode"] for one in page.records] == ["POT-XL"]
    assert exact.fetch(Query("stock", page.cursor)).more is False


def test_since_bounds_the_first_reading(simulate: Start, kit: SimpleNamespace) -> None:
    exact = simulate().connector()
    send(exact, "customer", draft(kit, "customer", PERSON))
    assert exact.fetch(Query("customer", since=datetime.now(UTC) - timedelta(hours=1))).records
    assert not exact.fetch(Query("customer", since=datetime.now(UTC) + timedelta(hours=1))).records
