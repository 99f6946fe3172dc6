"""The same day at the office under every position of every switch: what is unknown about AccountView changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from koppel import KoppelError, Lookup, Query, TransientError
from support.office import Office, a_credit, a_party, a_product, an_order, compiled, value_tables

sandbox = pytest.importorskip("koppel_accountview.sandbox", reason="the simulator is not installed")
switches = pytest.importorskip("koppel_accountview.sandbox.switches")

LOGIN = {"access_token_seconds": 60, "refresh_token_days": 1, "code_seconds": 30, "expires_in": False, "old_refresh_token": "lives", "star_scope": True}
"""What a conversation with a token does not notice, tried together; the tests of the login try each."""
NUMBERS = {
    "calls_per_minute": (500,), "max_query_string": (8000,),
    "max_body_bytes": (100_000,), "default_page_size": (1,), "max_page_size": (5000,), "max_filters": (8, 100), "error_status": (200, 500),
    "insert_status": (201,), "misrouted_after": (1,),
}  # fmt: skip
SETTINGS = {
    ("paging", "page_number"): {"paging": "page_number"}, ("image_encoding", "data_url"): {"image_encoding": "data_url"},
    ("page_sides", "one"): {"entry_sides": "revenue"}, ("page_sign", "credit"): {"entry_sign": "credit"},
    ("page_amounts", "gross"): {"entry_amounts": "gross"}, ("page_vat_lines", "own_line"): {"entry_vat": "own_line"},
    ("gross_prices", "gross"): {"price_basis": "incl"},
}  # fmt: skip
SMALL = {"max_page_size": 25}
"""With `cap` a page is smaller than was asked for, which a reader must notice."""
PNG = "iVBORw0KGgo="


def positions() -> Iterator[Any]:
    """Every position that is not the default, by name and value."""
    yield pytest.param("login", LOGIN, id="login")
    for one in fields(switches.Switches):
        if one.name in LOGIN:
            continue
        if one.name in switches.CHOICES:
            values: Any = switches.CHOICES[one.name]
        elif isinstance(one.default, bool):
            values = (not one.default,)
        else:
            values = NUMBERS.get(one.name, {"hidden_companies": ("XX01",), "misrouted_to": ("EN01",), "time_zone": ("UTC",)}.get(one.name, ()))
        assert values, f"{one.name} is not tried"
        yield from (pytest.param(one.name, value, id=f"{one.name}={value}") for value in values if value != one.default)


@pytest.fixture(scope="module")
def mappings() -> Any:
    return {"plain": compiled(value_tables()), "measured": compiled(value_tables(("H", "L", "N")))}


def open_office(mappings: Any, made: str = "plain", options: Any = None, **settings: str) -> Office:
    state = sandbox.plain_state() if made == "plain" else sandbox.measured_state()
    basis = {"price_basis": "excl" if made == "plain" else "incl", "shipping_account": "8100"}
    return Office(sandbox.create, state, mappings[made], options, **{**basis, **settings})


def a_day(office: Office, invoices: str, put: bool = True, total: bool = True) -> None:
    """Test, lists, a customer, an article, every paper, and everything read back."""
    connector = office.connect()
    assert connector.check().ok
    for name in ("vat_code", "journal", "ledger_account", "currency", "country", "payment_term", "cost_center", "business_object", "field", "financial_period"):
        assert office.connect().fetch(Query(name)).records, name
    a_customer(office, connector)
    an_article(office, connector, put, () if total else ("VAT_CODE",))
    credits = ("credit_note", "credit_entry", *(["direct_credit"] if invoices == "sales_invoice" else []))
    papers = [("sales_order", an_order("#1")), (invoices, an_order("#2")), ("sales_entry", an_order("#3"))]
    for resource, paper in [*papers, *((name, a_credit(f"#1-C{place}")) for place, name in enumerate(credits))]:
        receipt = office.send(connector, resource, paper)
        assert receipt.error is None, (resource, receipt.error)
        assert not total or receipt.total == paper.total, resource
        found = office.connect().find(Lookup(resource, "reference", (paper.reference, "#no"))).matches
        assert {key: [one.id for one in some] for key, some in found.items()} == {paper.reference: [receipt.id]}
    read = [(order["reference"], Decimal(order["total"])) for order in office.read(connector, "sales_order")]
    assert read == [("#1", an_order().total)] or (not total and read[0][0] == "#1")
    assert len(office.read(office.connect(), "stock", limit=2)) == len(office.rows("ARTICLE"))
    assert len(office.rows("DJ_PAGE")) == 3


def a_customer(office: Office, connector: Any) -> None:
    party = a_party("", name="Jan Vos", phone="0318-123456")
    made = office.send(connector, "customer", party)
    assert (made.action, made.error) == ("created", None)
    assert connector.find(Lookup("customer", "email", (party.email,))).matches[party.email][0].id == made.id
    assert office.send(connector, "customer", party, made.id).action == "unchanged"
    party.phone = "0318-654321"
    assert office.send(connector, "customer", party, made.id).action == "updated"
    assert "0318-654321" in {one.get("phone") for one in office.read(office.connect(), "customer")}


def an_article(office: Office, connector: Any, put: bool, lacking: tuple[str, ...]) -> None:
    product = a_product(images=[{"name": "pot.png", "data": PNG}])
    made = office.send(connector, "product", product)
    assert (made.id, made.error) == ("NIEUW-1", None)
    assert made.data.get("warnings", []) == [f"ARTICLE has no field {one} in this AccountView; it was left out." for one in lacking]
    assert office.send(connector, "product", product, made.id).action == "unchanged"
    product.name = "Andere pot"
    if put:
        assert office.send(connector, "product", product, made.id).action == "updated"
    else:
        with pytest.raises(KoppelError, match=r"Wijzigen|right"):
            office.send(connector, "product", product, made.id)
    read = {one["sku"]: one for one in office.read(office.connect(), "product", limit=2)}
    assert len(read) == len(office.rows("ARTICLE"))
    assert read["NIEUW-1"]["images"] == [{"name": "pot.png", "data": PNG}]


@pytest.mark.parametrize(("name", "value"), list(positions()))
def test_a_day_at_the_office_is_the_same_under_every_position(mappings: Any, name: str, value: Any) -> None:
    options = value if name == "login" else {name: value, **(SMALL if value == "cap" else {})}
    office = open_office(mappings, "plain", options, **({} if name == "login" else SETTINGS.get((name, value), {})))
    try:
        if name == "offline":
            with pytest.raises(TransientError):
                office.connect().check()
        else:
            a_day(office, "sales_invoice", put=name != "put", total=name != "guessed_fields")
    finally:
        office.close()


@pytest.mark.parametrize(("answer", "texts"), [
    ("status", "dutch"), ("html", "dutch"), ("error_200", "dutch"), ("timeout", "dutch"), ("status", "bare"), ("html", "bare"), ("timeout", "bare"),
])  # fmt: skip
def test_an_office_that_is_closed_is_tried_again_however_it_is_told(mappings: Any, answer: str, texts: str) -> None:
    office = open_office(mappings, "plain", {"offline": True, "offline_answer": answer, "error_texts": texts})
    with pytest.raises(TransientError):
        office.connect().fetch(Query("customer"))
    office.close()


def test_the_measured_installation_has_the_same_day_with_its_own_codes(mappings: Any) -> None:
    own = {"counter_invoice_object": "K1B", "control_account": "1210", "reference_field": "X15_WEBNR", "ean_field": "K1_GTIN"}
    office = open_office(mappings, "measured", **own)
    a_day(office, "direct_invoice")
    missing = office.connect().check().missing
    assert missing == ("SI1 (sales invoices): insert; flows for sales invoices cannot run",)
    office.close()


def test_what_the_measured_installation_leaves_open_is_named_before_the_first_record(mappings: Any) -> None:
    office = open_office(mappings, "measured")
    assert any("control account" in one for one in office.connect().check().missing)
    office.close()
