"""Datasets as frames: schemas, unifying what a layout read, records and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.exceptions import PolarsError

from builders import FEED, feed, utc, wall
from energyopti.datasets import DATASETS, FTR, FUEL_MIX, LMP, LOAD, SCHEDULES
from energyopti.datasets.load import LoadRow
from energyopti.errors import SchemaDrift
from energyopti.frames import empty_frame, frame_schema, from_records, records, sort_order, unify
from energyopti.schema import Column, ColumnType, Dataset, dataset, field, record
from energyopti.vocabulary import LocationType, Run

UTC_MICROSECONDS = pl.Datetime("us", "UTC")
every_dataset = pytest.mark.parametrize("dataset", DATASETS.values(), ids=str)


class Shift(StrEnum):
    """A vocabulary of these tests."""

    EARLY = "early"
    LATE = "late"


@record
class ShiftRow:
    """A record with a field of every type."""

    at: datetime = field("when", key=True)
    day: date = field("the calendar day")
    shift: Shift = field("which")
    crew: int = field("how many")
    output: float | None = field("how much", unit="MW")
    note: str | None = field("what else")


SHIFTS = dataset("shifts", ShiftRow)

VALUES: dict[ColumnType, st.SearchStrategy[Any]] = {
    ColumnType.STRING: st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    ColumnType.FLOAT: st.floats(allow_nan=False),
    ColumnType.INTEGER: st.integers(min_value=-(2**63), max_value=2**63 - 1),
    ColumnType.TIMESTAMP: st.datetimes(
        min_value=wall("1900-01-01"), max_value=wall("2200-01-01"), timezones=st.just(UTC)
    ),
    ColumnType.DATE: st.dates(),
}


def values(column: Column) -> st.SearchStrategy[Any]:
    """Whatever a column may hold."""
    held = st.sampled_from(column.choices) if column.choices else VALUES[column.type]
    return st.none() | held if column.nullable else held


def rows_of(dataset: Dataset) -> st.SearchStrategy[list[Any]]:
    """Any few records of a dataset."""
    fields = {column.name: values(column) for column in dataset.columns}
    return st.lists(st.builds(dataset.record, **fields), max_size=4)


def load_row(**changes: Any) -> LoadRow:
    """One hour of load."""
    row: dict[str, Any] = {
        "market": "testiso",
        "feed": "hourly_load",
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T05:00"),
        "location": "NORTH",
        "load": 1234.5,
        "status": None,
    }
    return LoadRow(**(row | changes))


def test_frame_has_the_columns_of_the_dataset_in_their_types() -> None:
    """Text, floats, and times in UTC microseconds."""
    assert dict(frame_schema(LOAD)) == {
        "market": pl.String(),
        "feed": pl.String(),
        "interval_start": UTC_MICROSECONDS,
        "interval_end": UTC_MICROSECONDS,
        "location": pl.String(),
        "location_type": pl.String(),
        "load": pl.Float64(),
        "net_load": pl.Float64(),
        "status": pl.String(),
    }


def test_integers_and_dates_have_their_own_types() -> None:
    """A count is Int64 and a calendar day is a Date."""
    assert frame_schema(FTR)["ordinal"] == pl.Int64()
    assert frame_schema(SHIFTS)["day"] == pl.Date()


@every_dataset
def test_empty_frame_has_the_columns_and_no_rows(dataset: Dataset) -> None:
    """Nothing, in the dataset's own columns."""
    frame = empty_frame(dataset)
    assert (tuple(frame.columns), frame.height) == (dataset.column_names, 0)


@every_dataset
@given(data=st.data())
@settings(deadline=None, max_examples=10)
def test_records_survive_the_frame(dataset: Dataset, data: st.DataObject) -> None:
    """Any records of any dataset come back from their frame as they were."""
    rows = data.draw(rows_of(dataset))
    assert list(records(from_records(rows, dataset), dataset)) == rows


@given(rows=rows_of(SHIFTS))
@settings(deadline=None, max_examples=20)
def test_records_of_every_column_type_survive_the_frame(rows: list[ShiftRow]) -> None:
    """Not only the types that today's datasets use: calendar days too."""
    assert list(records(from_records(rows, SHIFTS), SHIFTS)) == rows


@every_dataset
def test_no_records_make_an_empty_frame(dataset: Dataset) -> None:
    """Without rows the columns and types still stand."""
    assert from_records([], dataset).schema == frame_schema(dataset)


def test_records_hold_words_of_the_vocabulary() -> None:
    """A run and a location type come back as members, not as text."""
    frame = pl.DataFrame(
        {
            "market": ["testiso"],
            "feed": ["prices"],
            "interval_start": [utc("2024-07-01T04:00")],
            "interval_end": [utc("2024-07-01T05:00")],
            "run": ["day_ahead"],
            "location": ["HUB A"],
            "location_name": [None],
            "location_type": ["hub"],
            **{name: [None] for name in ("lmp", "energy", "congestion", "loss", "ghg", "status", "version")},
        },
        schema=frame_schema(LMP),
    )
    (row,) = records(frame, LMP)
    assert row.run is Run.DAY_AHEAD
    assert row.location_type is LocationType.HUB


def test_instants_of_records_are_kept_in_any_time_zone() -> None:
    """A record written on the market's clock is the same instant in the frame."""
    row = load_row(interval_start=datetime.fromisoformat("2024-07-01T00:00-04:00"))
    assert from_records([row], LOAD)["interval_start"].to_list() == [utc("2024-07-01T04:00")]


def test_whole_numbers_are_taken_as_figures() -> None:
    """A load of 100 is a load of 100.0."""
    loads = from_records([load_row(load=100), load_row(load=0.5), load_row(load=None)], LOAD)["load"]
    assert loads.to_list() == [100.0, 0.5, None]


@pytest.mark.parametrize("name", ["market", "interval_start", "location"])
def test_a_null_where_none_may_be_is_a_bad_row(name: str) -> None:
    """A required field that is null in the frame raises: it never becomes a word or a silent None."""
    frame = from_records([load_row()], LOAD)
    holed = frame.with_columns(pl.lit(None, dtype=frame.schema[name]).alias(name))
    with pytest.raises(SchemaDrift, match="does not fit dataset"):
        list(records(holed, LOAD))


def test_a_word_outside_the_vocabulary_is_a_bad_row() -> None:
    """A fuel that nobody knows is no record."""
    frame = pl.DataFrame(
        {
            "market": "testiso",
            "feed": "fuels",
            "interval_start": utc("2024-07-01T04:00"),
            "interval_end": utc("2024-07-01T05:00"),
            "fuel": "peat",
            "fuel_native": "Peat",
            "generation": 1.0,
        },
        schema=frame_schema(FUEL_MIX),
    )
    with pytest.raises(SchemaDrift, match="does not fit dataset"):
        list(records(frame, FUEL_MIX))


def test_a_frame_without_a_required_column_has_no_records() -> None:
    """Rows that lack a required field are bad rows."""
    frame = from_records([load_row()], LOAD).drop("location")
    with pytest.raises(SchemaDrift, match="does not fit dataset"):
        list(records(frame, LOAD))


def read_rows(**columns: Any) -> pl.DataFrame:
    """What a layout gives for two hours, in its own order of columns."""
    frame: dict[str, Any] = {
        "load": [1.0, 2.0],
        "location": ["NORTH", "SOUTH"],
        "interval_end": [utc("2024-07-01T05:00"), utc("2024-07-01T06:00")],
        "interval_start": [utc("2024-07-01T04:00"), utc("2024-07-01T05:00")],
    }
    return pl.DataFrame(frame | columns)


def test_unified_rows_have_the_columns_of_the_dataset_in_order() -> None:
    """Whatever order a layout fills columns in, the frame is in the dataset's schema."""
    assert unify(read_rows(), FEED, "testiso").schema == frame_schema(LOAD)


def test_unified_rows_say_where_they_come_from() -> None:
    """Every row names its market and its feed."""
    frame = unify(read_rows(), FEED, "testiso")
    assert frame.select("market", "feed").rows() == [("testiso", "hourly_load")] * 2


def test_what_every_row_says_is_kept_once() -> None:
    """Ten thousand rows name their market and feed, and lack what is not published, in the memory of a few."""
    prices = feed(dataset=LMP, run=Run.DAY_AHEAD)
    frame = unify(pl.concat([read_rows().rename({"load": "lmp"})] * 5_000), prices, "testiso")
    assert frame.select("market", "feed", "run", "ghg").estimated_size() < 1_000
    assert frame.height == 10_000


def test_unified_rows_keep_their_values_and_order() -> None:
    """Unifying sorts, drops and changes nothing."""
    frame = unify(read_rows(), FEED, "testiso")
    assert frame.select("interval_start", "location", "load").rows() == [
        (utc("2024-07-01T04:00"), "NORTH", 1.0),
        (utc("2024-07-01T05:00"), "SOUTH", 2.0),
    ]


def test_run_of_the_feed_is_the_run_of_its_rows() -> None:
    """The layout does not know the run; the feed does."""
    prices = feed(dataset=LMP, run=Run.REAL_TIME_5MIN)
    frame = unify(read_rows().rename({"load": "lmp"}), prices, "testiso")
    assert frame["run"].to_list() == ["real_time_5min", "real_time_5min"]


def test_run_stays_null_where_the_feed_has_none() -> None:
    """Actual flows are of no run, and none is invented."""
    flows = feed(dataset=SCHEDULES)
    frame = unify(read_rows(kind=["interchange"] * 2).rename({"load": "actual"}), flows, "testiso")
    assert frame["run"].to_list() == [None, None]
    assert frame["actual"].to_list() == [1.0, 2.0]


def test_column_that_the_source_does_not_publish_is_null() -> None:
    """What a layout does not fill is null, never zero."""
    prices = feed(dataset=LMP, run=Run.DAY_AHEAD)
    frame = unify(read_rows().rename({"load": "lmp"}), prices, "testiso")
    assert frame["ghg"].to_list() == [None, None]


def test_column_that_the_dataset_does_not_have_is_left_out() -> None:
    """The source's own columns stay with the raw rows."""
    assert "PTID" not in unify(read_rows(PTID=["1", "2"]), FEED, "testiso").columns


def test_whole_numbers_of_a_layout_become_floats() -> None:
    """A file of whole megawatts is as good as any."""
    assert unify(read_rows(load=[1, 2]), FEED, "testiso")["load"].to_list() == [1.0, 2.0]


def test_nothing_read_is_an_empty_frame_of_the_dataset() -> None:
    """A payload without rows gives the dataset's columns, whatever the layout left."""
    assert unify(pl.DataFrame(), FEED, "testiso").schema == frame_schema(LOAD)


def test_column_of_another_type_is_a_fault_of_the_layout() -> None:
    """Words where figures are due raise at once."""
    with pytest.raises(PolarsError, match="load"):
        unify(read_rows(load=["much", "more"]), FEED, "testiso")


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("load", ("interval_start", "location")),
        ("lmp", ("interval_start", "location", "run", "location_type", "version")),
        ("load_forecast", ("interval_start", "location", "publish_time", "model")),
        ("fuel_mix", ("interval_start", "fuel_native")),
        ("constraints", ("interval_start", "run", "constraint", "contingency")),
    ],
)
def test_frames_are_sorted_by_time_then_location_then_the_rest(name: str, order: tuple[str, ...]) -> None:
    """The order of rows is one and the same for every source."""
    assert sort_order(DATASETS[name]) == order


@every_dataset
def test_sort_order_is_the_whole_key(dataset: Dataset) -> None:
    """Sorted by its key, no two rows can change places."""
    assert sorted(sort_order(dataset)) == sorted(dataset.key)
