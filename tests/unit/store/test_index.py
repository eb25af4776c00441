"""Rows of a chunk found by time and place: the same that a filter finds, in the same order."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti.store import ChunkIndex
from energyopti.store.index import Selected

MIDNIGHT = utc("2024-07-01T04:00")
HOUR = timedelta(hours=1)
PLACES = ("N.Y.C.", "HUD VL", "n.y.c.", "WEST")
Rows = list[tuple[int, str]]


def frame_of(rows: Rows) -> pl.DataFrame:
    """Rows of an hour and a place each, sorted by time and then place, each with a value of its own."""
    table = sorted(rows)
    return pl.DataFrame(
        {
            "interval_start": [MIDNIGHT + hour * HOUR for hour, _ in table],
            "location": [place for _, place in table],
            "load": [float(number) for number in range(len(table))],
        },
        schema={"interval_start": pl.Datetime("us", "UTC"), "location": pl.String, "load": pl.Float64},
    )


def filtered(frame: pl.DataFrame, places: list[str], span: tuple[datetime, datetime] | None) -> pl.DataFrame:
    """What a filter finds."""
    folded = {" ".join(place.split()).casefold() for place in places}
    mask = pl.Series(
        [not places or name.casefold() in folded for name in frame["location"]], dtype=pl.Boolean
    )
    if span is not None:
        mask &= frame["interval_start"].is_between(*span, closed="left")
    return frame.filter(mask)


rows = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(PLACES)), max_size=40)
bounds = st.none() | st.tuples(st.integers(-1, 8), st.integers(-1, 8)).map(
    lambda pair: (MIDNIGHT + min(pair) * HOUR, MIDNIGHT + max(pair) * HOUR)
)


asked = st.tuples(st.lists(st.sampled_from([*PLACES, "n.Y.c.", "hud  vl", "nowhere"]), max_size=3), bounds)


@given(rows, st.lists(asked, min_size=1, max_size=20))
def test_index_finds_what_a_filter_finds(
    given_rows: Rows, questions: list[tuple[list[str], tuple[datetime, datetime] | None]]
) -> None:
    """Whatever the rows, the places and the span, and whatever was asked before; and the numbers are those of the rows."""
    frame = frame_of(given_rows)
    index = ChunkIndex(frame)
    for places, span in [*questions, *questions]:
        found = index.select(places, span)
        expected = filtered(frame, places, span)
        assert found.frame.sort("load").equals(expected)
        assert found.frame["interval_start"].is_sorted()
        numbers = found.rows if found.rows is not None else pl.Series(range(frame.height), dtype=pl.UInt32)
        assert frame[numbers].equals(found.frame)


def test_whole_chunk_is_not_copied() -> None:
    """All of it is the frame itself, without a list of numbers."""
    frame = frame_of([(hour, "WEST") for hour in range(24)])
    for span in (None, (MIDNIGHT, MIDNIGHT + 24 * HOUR)):
        found = ChunkIndex(frame).select((), span)
        assert found.frame is frame
        assert found.rows is None


def test_rows_of_a_selection_are_numbered_as_in_the_whole() -> None:
    """A filter over a slice speaks of the chunk's rows, not of the slice's."""
    frame = frame_of([(hour, place) for hour in range(3) for place in ("A", "B")])
    found = ChunkIndex(frame).select(("b",), None).keep(pl.Series([False, True, True]))
    assert found.rows is not None
    assert found.rows.to_list() == [3, 5]
    assert Selected(frame).keep(pl.Series([True, *[False] * 5])).rows.to_list() == [0]  # type: ignore[union-attr]


PUBLISHED = [utc("2024-07-01T05:00"), utc("2024-07-01T06:00"), None]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from("AB"), st.integers(0, 2)), max_size=30, unique=True)
)
def test_latest_rows_are_those_of_the_last_publication(given_rows: list[tuple[int, str, int]]) -> None:
    """One for each hour and place; a publication whose time is not known counts as the first."""
    table = sorted(given_rows)
    frame = frame_of([(hour, place) for hour, place, _ in table]).with_columns(
        publish_time=pl.Series([PUBLISHED[number] for *_, number in table], dtype=pl.Datetime("us", "UTC"))
    )
    expected = {}
    for hour, place, number in sorted(given_rows, key=lambda row: (row[2] + 1) % 3):
        expected[(MIDNIGHT + hour * HOUR, place)] = PUBLISHED[number]
    index = ChunkIndex(frame).latest(["interval_start", "location"])
    found = index.select((), None)
    got = {(row[0], row[1]): row[3] for row in found.frame.iter_rows()}
    assert got == expected
    assert found.frame.height == len(expected)
    of_a = index.select(("a",), None)
    assert of_a.rows is not None
    assert frame[of_a.rows].equals(of_a.frame)


@pytest.mark.parametrize(
    ("name", "means"), [("n.y.c.", ["N.Y.C.", "n.y.c."]), ("hud  VL", ["HUD VL"]), ("x", [])]
)
def test_names_are_compared_folded(name: str, means: list[str]) -> None:
    """Runs of blanks are one, and case does not matter."""
    index = ChunkIndex(frame_of([(0, place) for place in PLACES]))
    assert sorted(index.names(name)) == sorted(means)
    assert sorted(index.known) == sorted(PLACES)
