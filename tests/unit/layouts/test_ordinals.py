"""Rows that repeat and mean it are numbered; revisions and parts tell rows apart; what was posted when does not."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import changed, feed, market, utc
from collecting_builders import chunk_data
from energyopti.datasets import DATASETS, FTR, LMP, SCHEDULES
from energyopti.fetch.checks import duplicate_keys
from energyopti.fetch.finish import finish
from energyopti.frames import frame_schema, sort_order, unify
from energyopti.layouts import CsvLayout, Dates, Number, Reading, Text
from energyopti.market import Feed
from energyopti.query import Chunk, TimeRange, plan
from energyopti.schema import Dataset
from energyopti.vocabulary import Run

START, END = utc("2024-07-01T04:00"), utc("2024-07-02T04:00")
AWARDS = feed(
    name="awards",
    dataset=FTR,
    layout=CsvLayout(
        dataset=FTR,
        zone="America/New_York",
        time=Dates(names="Day"),
        columns=(
            Text("From", to="source"),
            Text("To", to="sink"),
            Text("Holder", to="participant"),
            Number("MW", to="quantity"),
        ),
    ),
)


def awards(*rows: tuple[str, str, str | None, float]) -> pl.DataFrame:
    """What a layout reads of an auction: source, sink, holder and size of each award."""
    count = len(rows)
    return pl.DataFrame(
        {
            "interval_start": [START] * count,
            "interval_end": [END] * count,
            **{
                name: [row[place] for row in rows]
                for place, name in enumerate(("source", "sink", "participant", "quantity"))
            },
        },
        schema_overrides={"participant": pl.String, "quantity": pl.Float64},
    )


def ordinals(*rows: tuple[str, str, str | None, float]) -> list[int]:
    """The numbers that awards get."""
    numbers: list[int] = unify(awards(*rows), AWARDS, "testiso")["ordinal"].to_list()
    return numbers


def test_repeated_rows_are_numbered_in_their_order() -> None:
    """From 0 on for each path and holder, however the rows are mixed."""
    rows = [("A", "B", "x", 1.0), ("B", "A", "x", 2.0), ("A", "B", "x", 1.0), ("A", "B", "y", 4.0)]
    assert ordinals(*rows, ("A", "B", "x", 5.0)) == [0, 0, 1, 0, 2]


def test_rows_without_a_word_are_one_group() -> None:
    """A holder that is not published is a holder like any other."""
    assert ordinals(("A", "B", None, 1.0), ("A", "B", "x", 1.0), ("A", "B", None, 1.0)) == [0, 0, 1]


def test_rows_keep_their_order_and_values() -> None:
    """Numbering moves nothing."""
    frame = unify(awards(("B", "C", "x", 2.0), ("A", "C", "x", 1.0), ("B", "C", "x", 3.0)), AWARDS, "testiso")
    assert frame["quantity"].to_list() == [2.0, 1.0, 3.0]
    assert frame.schema == frame_schema(FTR)


def test_number_that_a_layout_read_is_not_taken() -> None:
    """The rows' own order is what counts."""
    rows = awards(("A", "B", "x", 1.0), ("A", "B", "x", 2.0)).with_columns(ordinal=pl.lit(7))
    assert unify(rows, AWARDS, "testiso")["ordinal"].to_list() == [0, 1]


def test_no_rows_have_no_numbers() -> None:
    """An empty auction is an empty frame of the dataset."""
    assert unify(awards(), AWARDS, "testiso").schema == frame_schema(FTR)


PATHS = st.tuples(
    st.sampled_from("AB"), st.sampled_from("AB"), st.sampled_from(["x", None]), st.floats(-10, 10)
)


@given(rows=st.lists(PATHS, min_size=1, max_size=30))
def test_numbers_count_what_came_before(rows: list[tuple[str, str, str | None, float]]) -> None:
    """A row's number is how many rows of its key stand above it: keys are unique and none is lost."""
    seen: Counter[tuple[Any, ...]] = Counter()
    expected = []
    for source, sink, holder, _ in rows:
        expected.append(seen[source, sink, holder])
        seen[source, sink, holder] += 1
    frame = unify(awards(*rows), AWARDS, "testiso")
    assert frame["ordinal"].to_list() == expected
    assert not frame.select(FTR.key).is_duplicated().any()


def chunk_of(whose: Feed) -> Chunk:
    """The first of July of a feed."""
    return plan(market(feeds=(whose,)), whose, TimeRange(START, END))[0]


def finished(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame of a chunk out of what its layout read."""
    chunk = chunk_of(AWARDS)
    origin = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
    reading = Reading(frame=frame, raw=frame, origin=origin, payload_rows=frame.height)
    data = finish(reading, chunk, chunk_data(chunk, frame).provenance)
    origin = data.raw_rows.loaded().origin
    assert origin.sort().to_list() == list(range(frame.height))
    return data.frame.with_columns(origin.alias("row"))


@given(rows=st.lists(PATHS, min_size=1, max_size=30))
def test_sorted_rows_of_one_key_are_in_the_payloads_order(
    rows: list[tuple[str, str, str | None, float]],
) -> None:
    """A chunk's rows are sorted by their key; awards of one path stand in the order they were published in."""
    frame = finished(awards(*rows))
    for _, group in frame.group_by("source", "sink", "participant"):
        assert group["ordinal"].to_list() == list(range(group.height))
        assert group["row"].is_sorted()


def test_rows_of_other_times_do_not_count() -> None:
    """The same right in another period is another right."""
    two = awards(("A", "B", "x", 1.0), ("A", "B", "x", 1.0)).with_columns(
        interval_start=pl.Series([START, END]), interval_end=pl.Series([END, END + timedelta(days=1)])
    )
    assert unify(two, AWARDS, "testiso")["ordinal"].to_list() == [0, 0]


@pytest.mark.parametrize("dataset", [each for each in DATASETS.values() if each is not FTR], ids=str)
def test_only_rights_are_numbered(dataset: Dataset) -> None:
    """Elsewhere a repeated key is a finding, not a number."""
    assert "ordinal" not in dataset.column_names


def duplicates(whose: Feed, rows: dict[str, list[Any]]) -> int:
    """How many rows share a key, by the check."""
    count = len(next(iter(rows.values())))
    times = {"interval_start": [START] * count, "interval_end": [END] * count}
    frame = unify(pl.DataFrame({**times, **rows}), whose, "testiso")
    return sum(finding.rows for finding in duplicate_keys(frame, chunk_of(whose)))


def test_revisions_of_a_price_are_told_apart() -> None:
    """Two revisions of one price are two rows; the same one twice is a duplicate, told or not."""
    prices = feed(name="prices", dataset=LMP, run=Run.REAL_TIME_5MIN)
    there: dict[str, list[Any]] = {
        "location": ["HUB", "HUB"],
        "location_type": ["hub", "hub"],
        "lmp": [1.0, 2.0],
    }
    assert duplicates(prices, {**there, "version": [1, 2]}) == 0
    assert duplicates(prices, {**there, "version": [1, 1]}) == 2
    assert duplicates(prices, there) == 2


def test_parts_of_a_schedule_are_told_apart() -> None:
    """Bids of several kinds at one place are several rows, and so is their whole."""
    bids = feed(name="bids", dataset=SCHEDULES, run=Run.DAY_AHEAD)
    there: dict[str, list[Any]] = {
        "kind": ["load"] * 3,
        "location": ["WEST"] * 3,
        "scheduled": [1.0, 2.0, 3.0],
    }
    assert duplicates(bids, {**there, "component": ["fixed", "virtual", None]}) == 0
    assert duplicates(bids, {**there, "component": ["fixed", "fixed", None]}) == 2


def test_posting_time_does_not_tell_rights_apart() -> None:
    """It says when a result was known: the same row posted twice is numbered, not another right."""
    posted = awards(("A", "B", "x", 1.0), ("A", "B", "x", 1.0)).with_columns(
        publish_time=pl.Series([START, END])
    )
    assert unify(posted, AWARDS, "testiso")["ordinal"].to_list() == [0, 1]
    assert not FTR.column("publish_time").key
    assert FTR.column("publish_time").nullable


def test_numbers_come_last_in_the_order_of_rows() -> None:
    """Rows are sorted by time first, and by their number after all that tells them apart."""
    order = sort_order(FTR)
    assert (order[0], order[-1]) == ("interval_start", "ordinal")


def test_feed_of_awards_is_declared_without_numbers() -> None:
    """A layout need not fill them."""
    assert "ordinal" not in AWARDS.layout.fields
    assert changed(AWARDS, since=date(2020, 1, 1)).dataset is FTR
