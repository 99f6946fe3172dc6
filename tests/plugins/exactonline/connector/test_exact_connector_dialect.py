"""What is asked of Exact Online is asked exactly: quotes, padding, dates, and addresses that are never too long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel_exactonline import dates, odata
from koppel_exactonline.codes import bare, padded, written
from koppel_exactonline.compare import changes, same

ANY_TEXT = st.text(max_size=80)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(ANY_TEXT)
def test_no_text_breaks_out_of_its_quotes(value: str) -> None:
    literal = odata.text(value)
    inside = literal[1:-1]
    assert literal[0] == literal[-1] == "'"
    assert "'" not in inside.replace("''", "")
    assert inside.replace("''", "'") == "".join(c for c in value if c.isprintable() or (ord(c) >= 0x80 and not "\ud800" <= c <= "\udfff"))


@given(st.lists(ANY_TEXT, min_size=1, max_size=150))
def test_every_value_is_asked_once_in_addresses_of_at_most_6000(values: list[str]) -> None:
    literals = [odata.text(value) for value in values]
    path, select = "/api/v1/1/crm/Accounts", ("ID", "Email")
    groups = list(odata.portions(path, select, [f"Email eq {literal}" for literal in literals]))
    assert [one for group in groups for one in group] == [f"Email eq {literal}" for literal in literals]
    for group in groups:
        assert len(group) <= 40
        url = odata.address(path, select, " or ".join(group))
        assert len(url) <= 6000 or len(group) == 1


@given(ANY_TEXT)
def test_the_service_reads_the_filter_that_was_meant(value: str) -> None:
    where = f"Name eq {odata.text(value)}"
    url = odata.address("/api/v1/1/crm/Accounts", ("ID",), where)
    assert parse_qs(urlsplit(url).query, keep_blank_values=True)["$filter"] == [where]


def test_an_id_is_never_taken_for_something_else() -> None:
    assert odata.guid("2F4B6D80-11AA-4B7C-8F6E-3D5C7A9B1E20") == "guid'2f4b6d80-11aa-4b7c-8f6e-3d5c7a9b1e20'"
    with pytest.raises(ValueError, match="no id of Exact Online"):
        odata.guid("1' or true eq true or ID eq guid'")


def test_summer_and_winter_are_read_on_the_dutch_clock() -> None:
    assert dates.read_moment("/Date(1782345600000)/") == datetime(2026, 6, 24, 22, tzinfo=UTC)
    assert dates.read_day("/Date(1782345600000)/") == "2026-06-25"
    assert dates.read_moment("/Date(1767225600000)/") == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert odata.moment(datetime(2026, 6, 25, 14, 28, 10, tzinfo=UTC)) == "datetime'2026-06-25T16:28:10'"


@given(MOMENTS, st.integers(0, 7200))
def test_a_question_for_changes_since_a_moment_misses_none_after_it(since: datetime, later: int) -> None:
    changed = dates.wall_clock(since + timedelta(seconds=later))
    assert changed >= dates.earliest_clock(since)


def test_the_hour_that_comes_twice_in_autumn_is_read_whole() -> None:
    """At 02:54 summer time the newest was seen; sixteen minutes later the clock says 02:10 winter time."""
    since, later = datetime(2026, 10, 25, 0, 54, tzinfo=UTC), datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert dates.wall_clock(later) < dates.wall_clock(since)
    assert odata.moment(since) == "datetime'2026-10-25T01:54:00'"
    assert dates.wall_clock(later) >= dates.earliest_clock(since)
    assert odata.moment(later) == "datetime'2026-10-25T02:10:00'"


@given(MOMENTS)
def test_a_moment_read_is_the_moment_stamped_except_in_the_hour_that_comes_twice(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    ticks = int((dates.wall_clock(whole) - datetime(1970, 1, 1)).total_seconds() * 1000)
    read = dates.read_moment(f"/Date({ticks})/")
    assert read in (whole, whole - timedelta(hours=1))
    if dates.earliest_clock(whole) == dates.wall_clock(whole) == dates.earliest_clock(whole - timedelta(hours=1)) + timedelta(hours=1):
        assert read == whole


@pytest.mark.parametrize("value", ["yesterday", "/Date(x)/", "/Date(999999999999999)/", "2026-13-01"])
def test_what_is_no_date_is_said_to_be_none(value: str) -> None:
    with pytest.raises(ValueError, match="Exact Online|calendar"):
        dates.read_moment(value)


def test_a_customer_number_is_asked_for_with_its_blanks() -> None:
    assert padded("crm/Accounts", "Code", "11") == " " * 16 + "11"
    assert padded("logistics/Items", "Code", "11") == "11"
    assert written("crm/Accounts", {"Code": "11", "Name": "x"}) == {"Code": " " * 16 + "11", "Name": "x"}
    assert bare("           0000011") == "0000011"
    assert bare(None) == ""


@pytest.mark.parametrize(
    ("wanted", "now"),
    [
        ("NL", "NL "), (Decimal("12.50"), Decimal("12.5")), (12, Decimal("12")), (True, 1), (False, 0), (None, ""),
        ("2026-06-25", "/Date(1782345600000)/"), ("A\nB", "A\r\nB"), ("12.50", Decimal("12.5")),
        ("2F4B6D80-11AA-4B7C-8F6E-3D5C7A9B1E20", "2f4b6d80-11aa-4b7c-8f6e-3d5c7a9b1e20"),
    ],
)  # fmt: skip
def test_what_means_the_same_is_not_sent_again(wanted: Any, now: Any) -> None:
    assert same(wanted, now)


@pytest.mark.parametrize(("wanted", "now"), [("NL", "BE "), (0, None), (Decimal("1.01"), Decimal("1")), ("01", "1"), ("x", Decimal(1))])
def test_what_differs_is_sent(wanted: Any, now: Any) -> None:
    assert changes({"F": wanted}, {"F": now}) == {"F": wanted}


def test_fields_for_new_records_are_left_out_of_a_change() -> None:
    assert changes({"A": 1, "B": 2}, {}, leave=("A",)) == {"B": 2}
