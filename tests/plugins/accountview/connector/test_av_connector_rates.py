"""The exchange rate of a page: told the way round that the connection says, and compared with what AccountView makes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from koppel import BookedWrong, Lookup
from koppel.documents import Payment
from koppel.mapping.tables import TableEntry, Tables
from support.office import Office, an_order, compiled, value_tables

sandbox = pytest.importorskip("koppel_accountview.sandbox", reason="the simulator is not installed")
WAYS = ("home_per_foreign", "foreign_per_home")
RATE = Decimal("0.8")
HOME = {"sales_entry": Decimal("23.24"), "payment": Decimal("16.00")}
"""29.05 and 20.00 dollars, at 0.80 euro."""


@pytest.fixture(scope="module")
def mappings() -> Any:
    return compiled(Tables([*value_tables().entries, TableEntry("payment_journal", {}, "BNK")]))


@pytest.fixture
def office(mappings: Any) -> Any:
    made: list[Office] = []

    def opened(options: Any = None, **settings: str) -> Office:
        made.append(Office(sandbox.create, sandbox.plain_state(), mappings, options, **settings))
        return made[-1]

    yield opened
    for one in made:
        one.close()


def a_paper(resource: str) -> Any:
    """In dollars, that the shop counted at eighty cents."""
    told = {"currency": "USD", "shop_currency": "EUR", "exchange_rate": RATE}
    if resource == "sales_entry":
        return an_order(**told)
    return Payment(source_id="1", reference="#1-P1", amount=Decimal(20), booked_on="2026-11-02", invoice_number="#1", debtor="1001",
                   debtor_account="1210", **told)  # type: ignore[arg-type]  # fmt: skip


@pytest.mark.parametrize("resource", HOME)
@pytest.mark.parametrize("way", WAYS)
def test_the_rate_is_told_the_way_round_that_the_connection_says(office: Any, way: str, resource: str) -> None:
    one = office({"exchange_rate": way}, exchange_rate=way)
    receipt = one.send(one.connect(), resource, a_paper(resource))
    assert receipt.error is None
    (page,) = one.rows("DJ_PAGE")
    assert (page["CUR_CODE"], Decimal(str(page["EXCH_RATE"]))) == ("USD", RATE if way == WAYS[0] else Decimal("1.25"))
    assert (abs(Decimal(str(page["PAGE_AMT"]))), receipt.total) == (HOME[resource], Decimal("29.05") if resource == "sales_entry" else None)
    assert "warnings" not in receipt.data


@pytest.mark.parametrize("resource", HOME)
@pytest.mark.parametrize(("there", "here"), [WAYS, WAYS[::-1]])
def test_the_other_way_round_is_noticed_after_the_first_page_and_the_setting_is_named(office: Any, there: str, here: str, resource: str) -> None:
    one = office({"exchange_rate": there}, exchange_rate=here)
    with pytest.raises(BookedWrong) as caught:
        one.send(one.connect(), resource, a_paper(resource))
    assert caught.value.field == "exchange_rate"
    assert caught.value.message.endswith(f", where the rate makes it {HOME[resource]}.")
    assert "Exchange rate on the connection, which is the other way round here" in caught.value.resolution
    key = {"sales_entry": "#1", "payment": "#1-P1"}[resource]
    assert len(one.connect().find(Lookup(resource, "reference", (key,))).matches[key]) == 1


def test_a_page_in_the_own_currency_has_no_rate_to_compare(office: Any) -> None:
    one = office({"exchange_rate": "foreign_per_home"})
    assert one.send(one.connect(), "sales_entry", an_order()).total == Decimal("29.05")


@pytest.mark.parametrize("hidden", [True, False])
def test_where_accountview_does_not_tell_what_a_page_comes_to_the_receipt_says_so(office: Any, hidden: bool, monkeypatch: Any) -> None:
    one = office({} if hidden else {"exchange_rate": "untold"})
    if hidden:
        monkeypatch.delitem(one.sandbox.installation.dictionary.tables["DJ_PAGE"].fields, "CUR_AMT")  # shared by all
    receipt = one.send(one.connect(), "payment", a_paper("payment"))
    assert receipt.data["warnings"] == ["AccountView does not tell what this page in USD comes to at home, so its rate was not compared."]
