"""Articles, stock and the lists that people choose from."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel import Batch, ConfigurationError, Draft, Lookup, Query, Receipt, RejectedError, Write
from koppel.documents import Product, StockLevel
from koppel.documents.base import read_document
from koppel_accountview.connector import AccountViewConnector
from koppel_accountview.transforms import search_code

Connect = Callable[..., AccountViewConnector]
POT: dict[str, Any] = {"sku": "pot-1", "name": "Terracotta pot", "group": "potten", "price_incl": Decimal("12.10"), "vat_rate": Decimal(21)}


def _upsert(connector: AccountViewConnector, mapping: Any, id: str | None = None, **more: Any) -> Receipt:
    fields, _ = mapping("outbound", "product").run(Product(**POT | more).view(), "update" if id else "create")
    return connector.upsert(Batch("product", (Write("k", Draft("product", fields), id),))).items[0]


@pytest.mark.parametrize(("basis", "price"), [("incl", "12.10"), ("excl", "10.00")])
def test_an_article_is_made_with_the_price_as_accountview_keeps_it(
    fake: Any, connect: Connect, mapping: Any, basis: str, price: str
) -> None:
    receipt = _upsert(connect(price_basis=basis), mapping, ean="8712345678906")
    assert (receipt.id, receipt.number, receipt.action) == ("POT-1", "POT-1", "created")
    row = fake.rows["ARTICLE"][0]
    assert (row["ART_DESC1"], row["AG_CODE"], row["VAT_CODE"], row["X1_EAN"]) == ("Terracotta pot", "POT", "1", "8712345678906")
    assert row["PX_SELL"] == Decimal(price)


def test_an_update_keeps_what_a_person_set(fake: Any, connect: Connect, mapping: Any) -> None:
    connector = connect()
    _upsert(connector, mapping)
    fake.rows["ARTICLE"][0]["AG_CODE"] = "TUIN"
    assert _upsert(connector, mapping, "POT-1").action == "unchanged"
    assert _upsert(connector, mapping, "POT-1", name="Pot van klei").action == "updated"
    assert fake.rows["ARTICLE"][0]["AG_CODE"] == "TUIN"
    assert fake.rows["ARTICLE"][0]["ART_DESC1"] == "Pot van klei"


def test_a_group_that_is_not_there_waits_or_takes_the_default(fake: Any, connect: Connect, mapping: Any) -> None:
    receipt = _upsert(connect(), mapping, group="Schoenen")
    assert isinstance(receipt.error, RejectedError)
    assert "'Schoenen'" in receipt.error.message
    assert _upsert(connect(item_group="DIV"), mapping, group="Schoenen").error is None
    assert fake.rows["ARTICLE"][0]["AG_CODE"] == "DIV"


def test_what_the_source_does_not_say_comes_from_the_settings(fake: Any, connect: Connect, mapping: Any) -> None:
    settings = {"item_group": "DIV", "article_vat_code": "2"}
    assert _upsert(connect(**settings), mapping, group="", vat_rate=None).error is None
    assert (fake.rows["ARTICLE"][0]["AG_CODE"], fake.rows["ARTICLE"][0]["VAT_CODE"]) == ("DIV", "2")


def test_a_sku_that_is_too_long_is_no_other_article(fake: Any, connect: Connect, mapping: Any) -> None:
    fake.rows["ARTICLE"] = [{"ART_CODE": "ABCDEFGHIJKLMNO"}]
    connector = connect()
    assert connector.find(Lookup("product", "sku", ("ABCDEFGHIJKLMNOPQ",))).matches == {}
    receipt = _upsert(connector, mapping, sku="ABCDEFGHIJKLMNOPQ")
    assert isinstance(receipt.error, RejectedError)
    assert receipt.error.field == "ART_CODE"


def test_articles_are_found_by_sku_and_by_bar_code(fake: Any, connect: Connect) -> None:
    fake.rows["ARTICLE"] = [{"ART_CODE": "A-1", "X1_EAN": "8712345678906"}, {"ART_CODE": "B-1", "X1_EAN": ""}]
    connector = connect()
    found = connector.find(Lookup("product", "sku", ("a-1", "B-1 ", "C-1")))
    assert {value: one[0].id for value, one in found.matches.items()} == {"a-1": "A-1", "B-1 ": "B-1"}
    assert connector.find(Lookup("product", "ean", ("8712345678906",))).matches["8712345678906"][0].id == "A-1"


def test_without_a_field_for_bar_codes_the_setting_is_named(fake: Any, connect: Connect) -> None:
    del fake.fields["ARTICLE"]["X1_EAN"]
    with pytest.raises(ConfigurationError) as caught:
        connect().find(Lookup("product", "ean", ("1",)))
    assert caught.value.field == "ean_field"


@pytest.mark.parametrize(("basis", "incl", "excl"), [("incl", "12.10", "10.00"), ("excl", "14.64", "12.10")])
def test_an_article_is_read_with_both_prices(
    fake: Any, connect: Connect, mapping: Any, basis: str, incl: str, excl: str
) -> None:
    fake.rows["ARTICLE"] = [{"ART_CODE": "A", "ART_DESC1": "Pot", "AG_CODE": "POT", "PX_SELL": Decimal("12.1"), "VAT_CODE": "1"}]
    record = connect(price_basis=basis).fetch(Query("product")).records[0]
    fields, _ = mapping("inbound", "product").run(record.data, "create")
    product = read_document(Product, fields)
    assert (product.price_incl, product.price_excl, product.vat_rate) == (Decimal(incl), Decimal(excl), Decimal(21))
    assert (product.sku, product.name, product.group, product.categories) == ("A", "Pot", "POT", ["Potten"])


def test_stock_is_the_figure_of_the_settings(fake: Any, connect: Connect, mapping: Any) -> None:
    fake.rows["ARTICLE"] = [{"ART_CODE": "A", "QTY_AVAIL": 5, "QTY_TECH": Decimal("7.5")}, {"ART_CODE": "B", "QTY_AVAIL": 0, "QTY_TECH": 0}]
    levels = []
    for record in connect(stock_figure="qty_tech").fetch(Query("stock")).records:
        levels.append(read_document(StockLevel, mapping("inbound", "stock").run(record.data, "create")[0]))
    assert [(one.sku, one.quantity, one.figure) for one in levels] == [("A", Decimal("7.5"), "QTY_TECH"), ("B", Decimal(0), "QTY_TECH")]
    assert "QTY_TECH" in fake.reads("AK1")[0].url.params["Fields"]


def test_stock_is_read_whole_each_time(fake: Any, connect: Connect) -> None:
    fake.rows["ARTICLE"] = [{"ART_CODE": "A", "QTY_AVAIL": 5, "CNG_DATE": "2020-01-01T00:00:00"}]
    connector = connect()
    first = connector.fetch(Query("stock"))
    fake.rows["ARTICLE"][0]["QTY_AVAIL"] = 4
    again = connector.fetch(Query("stock", first.cursor))
    assert [record.data["quantity"] for record in (*first.records, *again.records)] == [5, 4]


def test_a_stock_figure_that_is_not_there_names_those_that_are(connect: Connect) -> None:
    with pytest.raises(ConfigurationError, match="QTY_AVAIL, QTY_TECH") as caught:
        connect(stock_figure="QTY_FREE9").fetch(Query("stock"))
    assert caught.value.field == "stock_figure"


@pytest.mark.parametrize(("name", "table", "row", "code", "title"), [
    ("vat_code", "VAT", {"VAT_CODE": "1", "VAT_NAME": "Hoog", "VAT_PCT": 21}, "1", "Hoog"),
    ("payment_term", "PAY_COND", {"DISC_CODE": "14", "DISC_DESC": "14 dagen"}, "14", "14 dagen"),
    ("payment_term", "PAY_COND", {"PC_CODE": "30", "PC_TXT": "30 dagen"}, "30", "30 dagen"),
    ("ledger_account", "LEDGER", {"ACCT_NR": "8000", "ACCT_NAME": "Omzet"}, "8000", "Omzet"),
    ("journal", "DAILY", {"DJ_CODE": "VEK", "DJ_NAME": "Verkoopboek"}, "VEK", "Verkoopboek"),
    ("item_group", "ART_GRP", {"AG_CODE": "POT", "AG_DESC": "Potten"}, "POT", "Potten"),
    ("country", "ISO_CNT", {"CNT_CODE": "NL", "CNT_DESC": "Nederland"}, "NL", "Nederland"),
    ("cost_center", "COST", {"COST_CODE": "W", "COST_DESC": "Winkel"}, "W", "Winkel"),
])  # fmt: skip
def test_a_list_gives_codes_and_names(
    fake: Any, connect: Connect, name: str, table: str, row: dict[str, Any], code: str, title: str
) -> None:
    fake.rows[table] = [row]
    data = connect().fetch(Query(name)).records[0].data
    assert (data["code"], data["title"]) == (code, title)
    assert row.items() <= data.items()


def test_the_companies_can_be_listed_before_one_is_chosen(connect: Connect) -> None:
    records = connect(company="").fetch(Query("administration")).records
    assert [(record.data["code"], record.data["title"]) for record in records] == [("VB01", "Voorbeeld B.V."), ("AN01", "Ander B.V.")]


@given(st.text(max_size=50))
def test_a_search_code_always_fits(name: str) -> None:
    code = search_code(name)
    assert 1 <= len(code) <= 10
    assert code == code.upper()
    assert code.isascii()
