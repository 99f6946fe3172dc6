"""Financial periods: what the installation tells of its years and periods, and what is closed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from koppel import Query
from support.office import Office, compiled, value_tables

sandbox = pytest.importorskip("koppel_accountview.sandbox", reason="the simulator is not installed")
YEAR = datetime.now(UTC).year


def opened(options: Any = None, **this_year: Any) -> Office:
    state = sandbox.plain_state()
    state["companies"][0]["administrations"][-1].update(this_year)
    return Office(sandbox.create, state, compiled(value_tables()), options, price_basis="excl", shipping_account="8100")


def told(office: Office) -> dict[str, Any]:
    return {one.id: one.data for one in office.connect().fetch(Query("financial_period")).records}


@pytest.mark.parametrize("periods", ["year", "all", "bare"])
def test_periods_have_their_days_and_a_closed_year_and_month_are_closed(periods: str) -> None:
    office = opened({"periods": periods}, settings={"closed_periods": "1,2"})
    rows = told(office)
    assert list(rows) == [f"{year}-{month:02}" for year in (YEAR - 1, YEAR) for month in range(1, 13)]
    assert rows[f"{YEAR}-11"] == {
        "code": f"{YEAR}-11", "name": f"{YEAR}-11-01 – {YEAR}-11-30", "title": f"{YEAR}-11-01 – {YEAR}-11-30",
        "start": f"{YEAR}-11-01", "end": f"{YEAR}-11-30", "closed": False,
    }  # fmt: skip
    assert {code for code, row in rows.items() if row["closed"] and code.startswith(str(YEAR))} == {f"{YEAR}-01", f"{YEAR}-02"}
    assert all(row["closed"] for code, row in rows.items() if code.startswith(str(YEAR - 1)))
    assert [one.id for one in office.connect().fetch(Query("financial_period", ids=(f"{YEAR}-03",))).records] == [f"{YEAR}-03"]
    office.close()


def test_without_periods_the_months_of_its_years_are_told() -> None:
    office = opened({"periods": "hidden"})
    rows = told(office)
    assert len(rows) == 24
    assert not any(row["closed"] for row in rows.values())
    office.close()


def test_an_archived_year_is_closed_though_it_answers_nothing() -> None:
    state = sandbox.plain_state()
    state["companies"][0]["administrations"][0]["ADM_ARCH"] = True
    office = Office(sandbox.create, state, compiled(value_tables()), None, price_basis="excl")
    rows = told(office)
    assert {row["closed"] for code, row in rows.items() if code.startswith(str(YEAR - 1))} == {True}
    assert {row["closed"] for code, row in rows.items() if code.startswith(str(YEAR))} == {False}
    office.close()


def test_the_test_of_a_connection_names_a_period_that_is_closed_today() -> None:
    office = opened(None, settings={"closed_periods": ",".join(map(str, range(1, 13)))})
    assert any("an open period for today" in one for one in office.connect().check().missing)
    office.close()
