"""Invoice numbers: what is missing between the first and the last, and what was given twice."""

from hypothesis import given
from hypothesis import strategies as st
from koppel.finance.series import series_of


def test_what_is_missing_in_between_and_what_is_there_twice_is_named():
    (series,) = series_of(["F2026-0001", "F2026-0002", "F2026-0004", "F2026-0007", "F2026-0007"])
    assert (series.first, series.last, series.count) == ("F2026-0001", "F2026-0007", 5)
    assert series.gaps == (("F2026-0003", "F2026-0003"), ("F2026-0005", "F2026-0006"))
    assert series.doubles == ("F2026-0007",)
    assert not series.sound


def test_each_beginning_is_a_series_of_its_own_and_a_draft_without_number_is_in_none():
    made = series_of(["A1", "A2", "26000009", "26000010", "", "concept", " A3 "])
    assert [(one.prefix, one.first, one.last) for one in made] == [("", "26000009", "26000010"), ("A", "A1", "A3")]
    assert all(one.sound for one in made)


@given(st.sets(st.integers(1, 500), min_size=1, max_size=60))
def test_gaps_and_numbers_together_are_the_whole_range(numbers):
    (series,) = series_of(f"F{number:05d}" for number in numbers)
    missing = {number for first, last in series.gaps for number in range(int(first[1:]), int(last[1:]) + 1)}
    assert missing | numbers == set(range(min(numbers), max(numbers) + 1))
    assert not missing & numbers
