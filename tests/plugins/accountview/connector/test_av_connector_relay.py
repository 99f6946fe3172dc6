"""Trouble between here and the office: each case has its own sentence, and says who has to do something."""

from __future__ import annotations

from typing import Any

import pytest
from koppel import AuthError, ConfigurationError, KoppelError, Query, RejectedError, TransientError
from koppel.testing.sandbox import Fault
from support.office import Office, an_order, compiled, value_tables

sandbox = pytest.importorskip("koppel_accountview.sandbox", reason="the simulator is not installed")


@pytest.fixture(scope="module")
def mappings() -> Any:
    return compiled(value_tables())


def year_of(state: dict[str, Any]) -> dict[str, Any]:
    year: dict[str, Any] = state["companies"][0]["administrations"][-1]
    return year


def reading(mappings: Any, options: Any = None, fault: Fault | None = None, **year: Any) -> KoppelError:
    """What reading debtors comes to."""
    state = sandbox.plain_state()
    year_of(state).update(year)
    office = Office(sandbox.create, state, mappings, options)
    office.shell.faults = [fault] if fault else []
    with pytest.raises(KoppelError) as caught:
        office.connect().fetch(Query("customer"))
    office.close()
    return caught.value


@pytest.mark.parametrize(("trouble", "kind", "sentence", "advice"), [
    ({"options": {"offline": True}}, TransientError, "the AccountView in the office is not available now (HTTP 503)", "Communication Service"),
    ({"options": {"offline": True, "offline_answer": "html"}}, TransientError, "is not available now (HTTP 502)", "Communication Service"),
    ({"options": {"offline": True, "offline_answer": "timeout"}}, TransientError, "did not answer in time (HTTP 504)", "Communication Service"),
    ({"options": {"offline": True, "offline_answer": "error_200"}}, TransientError, "server in the office does not answer", "tries again by itself"),
    ({"fault": Fault("accountviewdata", "html")}, TransientError, "answered with a web page instead of data (HTTP 200)", "tries again"),
    ({"fault": Fault("accountviewdata", "malformed")}, TransientError, "cannot be read as data", "tries again"),
    ({"fault": Fault("accountviewdata", "drop")}, TransientError, "got lost on the way", "tries again"),
    ({"options": {"calls_per_minute": 1}}, TransientError, "asks to call less often", "tries again"),
    ({"BLCK_USER": "PIET"}, TransientError, "The administration is locked in AccountView", "closing a year or making a backup"),
    ({"ADM_ARCH": True}, ConfigurationError, "The administration is archived", "out of the archive"),
    ({"fault": Fault("accountviewdata", "status", status=401)}, AuthError, "refuses the login", "Log in again"),
    ({"fault": Fault("accountviewdata", "status", status=403)}, ConfigurationError, "does not allow this user", "right in AccountView"),
])  # fmt: skip
def test_each_trouble_has_its_sentence_and_its_way_out(
    mappings: Any, trouble: Any, kind: type[KoppelError], sentence: str, advice: str
) -> None:
    error = reading(mappings, **trouble)
    assert type(error) is kind
    assert sentence in error.message
    assert advice in error.resolution


@pytest.mark.parametrize(("settings", "sentence"), [
    ({"closed": True}, "no open fiscal year"), ({"settings": {"closed_periods": ",".join(map(str, range(1, 14)))}}, "is gesloten"),
])  # fmt: skip
def test_what_may_not_be_booked_any_more_waits_with_the_reason(mappings: Any, settings: Any, sentence: str) -> None:
    state = sandbox.plain_state()
    year_of(state).update(settings)
    office = Office(sandbox.create, state, mappings)
    receipt = office.send(office.connect(), "sales_entry", an_order())
    assert isinstance(receipt.error, RejectedError)
    assert sentence in receipt.error.message
    assert "Open the year or the period in AccountView" in receipt.error.resolution
    office.close()


def two_companies(objects: Any = None) -> dict[str, Any]:
    """The plain office with the same customers and articles in another company beside it."""
    state = sandbox.plain_state()
    other = sandbox.plain_state()["companies"][0] | {"Id": "20003", "Code": "EN02", "Description": "Eenvoud Beheer BV"}
    for year in other["administrations"]:
        year["ADM_CODE"] = year["ADM_CODE"].replace("EN", "EB")
    state["companies"].append(other)
    state["objects"] = {**state["objects"], **(objects or {})}
    return state


def landed(office: Office) -> int:
    """Documents in the other company."""
    tables = office.sandbox.dump()["companies"][1]["administrations"][-1]["tables"]
    return len(tables.get("DJ_PAGE", [])) + len(tables.get("SO_HDR", []))


@pytest.mark.parametrize("objects", [None, {"CMP1": None}], ids=["company told", "administrations told"])
def test_ops_16_a_line_that_leads_elsewhere_between_two_writes_brings_nothing_there(mappings: Any, objects: Any) -> None:
    office = Office(sandbox.create, two_companies(objects), mappings, {"misrouted_to": "EN02", "misrouted_after": 2})
    connector = office.connect()
    assert [office.send(connector, "sales_order", an_order(f"#{number}")).error for number in (1, 2)] == [None, None]
    with pytest.raises(ConfigurationError, match=r"nothing was written"):
        office.send(connector, "sales_order", an_order("#3"))
    with pytest.raises(ConfigurationError, match=r"nothing was written"):
        connector.fetch(Query("customer"))
    assert (len(office.rows("SO_HDR")), landed(office)) == (2, 0)
    office.close()


def test_ops_16_each_write_costs_one_small_question(mappings: Any) -> None:
    office = Office(sandbox.create, sandbox.plain_state(), mappings)
    connector = office.connect()
    for number in range(3):
        office.send(connector, "sales_entry", an_order(f"#{number}"))
    assert sum("BusinessObject=CMP1" in one["request"] for one in office.shell.requests) == 3
    office.close()


def test_another_company_behind_the_same_header_gets_nothing(mappings: Any) -> None:
    state = sandbox.plain_state()
    state["companies"].append({**sandbox.measured_state()["companies"][0]})
    office = Office(sandbox.create, state, mappings, {"misrouted_to": "MW01"})
    with pytest.raises(ConfigurationError, match=r"answers as Maatwerk BV \(MW01\), while this connection works in Eenvoud BV \(EN01\)"):
        office.connect().check()
    assert not any(one["request"].startswith("POST") for one in office.shell.requests)
    office.close()
