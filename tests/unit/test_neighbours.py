"""Rows compared with the rows next to them, held against Python's own lists."""

from __future__ import annotations

import itertools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti.neighbours import extent, in_order, repeats_after, rises, run_starts, same, stretches

WORDS = st.lists(st.sampled_from(["a", "b", "N.Y.C.", "é", None]), max_size=12)
FEW = st.sampled_from([1, 2, None])
ROWS = st.lists(st.tuples(FEW, st.sampled_from(["a", "b", None])), max_size=8)


def text(values: list[str | None]) -> pl.Series:
    """A column of words."""
    return pl.Series(values, dtype=pl.String)


def columns(rows: list[tuple[int | None, str | None]]) -> list[pl.Series]:
    """Two columns: numbers and words."""
    return [pl.Series([row[0] for row in rows], dtype=pl.Int64), text([row[1] for row in rows])]


@given(WORDS, WORDS)
def test_same_columns_are_equal_lists(one: list[str | None], other: list[str | None]) -> None:
    """Null is the same as null, and as nothing else."""
    other = (other + one)[: len(one)]
    assert same(text(one), text(other)) == (one == other)
    assert same(text(one), text(one))


@given(ROWS)
def test_a_run_starts_where_any_column_changes(rows: list[tuple[int | None, str | None]]) -> None:
    """The first row starts one, and so does each that is not just like the one above it."""
    begins = [number for number, row in enumerate(rows) if not number or row != rows[number - 1]]
    found = run_starts(columns(rows))
    assert found.to_list() == begins
    assert found.dtype == pl.UInt32


@given(WORDS, st.integers(1, 4))
def test_what_repeats_is_a_multiple_of_its_beginning(words: list[str | None], times: int) -> None:
    """A list several times over repeats after its own length; with one more word it repeats only if that fits."""
    column = text(words * times)
    assert repeats_after(column, len(words))
    longer = [*words * times, "b"]
    fits = longer[len(words) :] == longer[: len(longer) - len(words)]
    assert repeats_after(text(longer), len(words)) == fits


@given(st.lists(st.one_of(st.integers(-3, 3), st.none()), max_size=6))
def test_what_rises_is_sorted_without_repeats(values: list[int | None]) -> None:
    """Equal neighbours do not rise, and neither does a null."""
    present = [value for value in values if value is not None]
    expected = len(present) == len(values) and all(low < high for low, high in itertools.pairwise(present))
    assert rises(pl.Series(values, dtype=pl.Int64)) == expected


@given(ROWS)
def test_rows_in_order_are_those_that_sorting_leaves(rows: list[tuple[int | None, str | None]]) -> None:
    """What is said to be in order is so; without nulls all that is in order is said to be."""
    frame = pl.DataFrame(columns(rows), schema=["number", "word"])
    ordered = frame.sort("number", "word", maintain_order=True).equals(frame)
    said = in_order(frame.get_columns())
    if not any(None in row for row in rows):
        assert said == ordered
    assert ordered or not said


@pytest.mark.parametrize(
    ("numbers", "words", "expected"),
    [
        ([1, 1, 2], ["b", "c", "a"], True),
        ([1, 1, 2], ["c", "b", "a"], False),
        ([1, 2, 1], ["a", "b", "c"], False),
        ([1, 2, 2], ["z", "b", "a"], False),
        ([1, 1, 2, 2], ["a", "b", "a", "a"], True),
    ],
)
def test_a_later_column_decides_among_equals_alone(
    numbers: list[int], words: list[str], expected: bool
) -> None:
    """The second column may fall where the first one rises."""
    assert in_order([pl.Series(numbers), pl.Series(words)]) is expected


def spans(*hours: tuple[int, int]) -> pl.DataFrame:
    """Intervals of a day, from one hour to another."""
    rows = [
        {"interval_start": utc(f"2024-07-01T{a:02}:00"), "interval_end": utc(f"2024-07-01T{b:02}:00")}
        for a, b in hours
    ]
    times = pl.Datetime("us", "UTC")
    return pl.DataFrame(rows, schema={"interval_start": times, "interval_end": times})


def test_stretches_are_what_intervals_cover_without_a_hole() -> None:
    """Those that touch, overlap or lie in another are one, in whatever order they come."""
    found = stretches(spans((9, 10), (1, 5), (2, 3), (5, 6), (9, 10), (12, 13)))
    assert [(first.hour, last.hour) for first, last in found] == [(1, 6), (9, 10), (12, 13)]
    assert stretches(spans()) == ()


def test_extent_is_from_the_first_beginning_to_the_last_end() -> None:
    """An interval that began first may end last."""
    assert extent(spans((2, 3), (1, 9), (4, 5))) == (utc("2024-07-01T01:00"), utc("2024-07-01T09:00"))
