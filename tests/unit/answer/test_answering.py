"""From the outcomes of chunks to one answer, without a network."""

from __future__ import annotations

import sys
from typing import Any

import attrs
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from builders import market, utc
from collecting_builders import chunk_of, load_feed
from energyopti.answer.result import CoverageStatus
from energyopti.datasets.load import LoadRow
from energyopti.errors import NoData, PluginError, SourceUnavailable, UnknownLocation
from energyopti.fetch.outcome import Outcome
from energyopti.findings import Finding, FindingKind
from energyopti.layouts.reading import LeftOut
from energyopti.query import TimeRange
from energyopti.store import ChunkData, ChunkIndex
from load_answers import HOUR, answered, came, data, failed, hours_of, query

NORTH_ONLY = answered(
    query("2024-07-01T22:00", "2024-07-02T06:00", locations=("north",)), came(data(1)), came(data(2))
)


def test_chunks_are_joined_in_order() -> None:
    """Two days of two areas are 96 rows in time, then area."""
    result = answered(query(), came(data(1)), came(data(2)))
    assert len(result) == 96
    assert result.frame["interval_start"].is_sorted()
    assert result.frame["location"].to_list()[:4] == ["NORTH", "SOUTH", "NORTH", "SOUTH"]


def test_chunks_that_overlap_are_no_answer() -> None:
    """A year that stands for one of its days would bring all other days a second time."""
    year = attrs.evolve(data(1).chunk, end=utc("2025-07-01T04:00"))
    whole = Outcome(chunk=data(1).chunk, data=attrs.evolve(data(1), chunk=year))
    with pytest.raises(PluginError, match="2024-07-01 and testiso/hourly_load/2024-07-02 overlap"):
        answered(query(), whole, came(data(2)))


def test_rows_are_cut_to_the_range_and_the_locations() -> None:
    """The end is excluded, and locations are compared in any case."""
    starts = NORTH_ONLY.frame["interval_start"]
    assert (len(NORTH_ONLY), starts.min(), starts.max()) == (
        8,
        utc("2024-07-01T22:00"),
        utc("2024-07-02T05:00"),
    )
    assert NORTH_ONLY.frame["location"].unique().to_list() == ["NORTH"]


def test_raw_rows_are_those_of_the_answer() -> None:
    """The source's own lines for just the rows that were asked for: of NORTH every other line."""
    assert NORTH_ONLY.raw()["line"].to_list() == [36, 38, 40, 42, 44, 46, 0, 2]


def with_left_out() -> ChunkData:
    """A day of which some rows were left out: of two areas, and one of a time that nobody knows."""
    whole = data(1)
    rows = [
        {"interval_start": whole.chunk.start + hour * HOUR if hour is not None else None, "location": area}
        for hour, area in ((0, "NORTH"), (1, "SOUTH"), (20, "NORTH"), (None, None))
    ]
    frame = pl.DataFrame(rows, schema={"interval_start": pl.Datetime("us", "UTC"), "location": pl.String})
    raw = pl.DataFrame({"line": [100, 101, 102, 103]})
    return attrs.evolve(
        whole,
        raw_rows=attrs.evolve(
            whole.raw_rows.loaded(), left_out=(LeftOut(FindingKind.REJECTED_ROW, raw, frame),)
        ),
    )


@pytest.mark.parametrize(
    ("hours", "locations", "lines"),
    [(24, (), [100, 101, 102, 103]), (2, (), [100, 101, 103]), (24, ("NORTH",), [100, 102, 103])],
    ids=["all", "some hours", "one area"],
)
def test_raw_rows_that_were_left_out_are_of_what_was_asked(
    hours: int, locations: tuple[str, ...], lines: list[int]
) -> None:
    """Of its time and places, or of none that could be read; marked, and behind the rows of the answer."""
    whole = with_left_out()
    span = TimeRange(whole.chunk.start, whole.chunk.start + hours * HOUR)
    result = answered(attrs.evolve(query(), time=span, locations=locations), came(whole))
    others = result.raw().filter(pl.col("left_out").is_not_null())
    assert others.rows() == [(line, "rejected_row") for line in lines]
    assert result.raw().tail(len(lines)).equals(others)
    assert result.raw(left_out=False).columns == ["line"]
    assert whole.bytes > data(1).bytes


def test_raw_rows_of_a_whole_answer_have_no_further_column() -> None:
    """Nothing says that nothing was left out."""
    assert answered(query(end="2024-07-02T04:00"), came(data(1))).raw().columns == ["line"]


def test_raw_line_that_made_several_rows_comes_once() -> None:
    """A wide line is one line, however many rows it became."""
    day = data(1)
    wide = attrs.evolve(
        day,
        raw_rows=attrs.evolve(
            day.raw_rows.loaded(), origin=pl.Series([n // 2 for n in range(48)], dtype=pl.UInt32)
        ),
    )
    result = answered(query(end="2024-07-02T04:00"), came(wide))
    assert (len(result), result.raw()["line"].to_list()) == (48, list(range(24)))


def test_filters_narrow_by_their_columns() -> None:
    """Several values of one column are alternatives."""
    result = answered(query(filters={"location": ("SOUTH", "EAST")}), came(data(1)), came(data(2)))
    assert (len(result), result.frame["location"].unique().to_list()) == (48, ["SOUTH"])


def test_filter_that_fits_nothing_is_an_error() -> None:
    """The data came and none of it is of that kind, which a feed with rows for all of its time always has."""
    with pytest.raises(
        NoData, match=r"no row of testiso/hourly_load has location 'EAST'\. Did you mean 'NOR"
    ):
        answered(query(filters={"location": ("EAST",)}), came(data(1, areas=("NOREAST",))))


def test_filters_that_fit_nothing_together_are_named_together() -> None:
    """Each has its rows, and no row has both."""
    both = {"location": ("NORTH",), "feed": ("hourly_load",), "market": ("testiso",)}
    assert len(answered(query(filters=both), came(data(1)))) == 24
    mixed = data(1)
    marked = pl.when(pl.col("location") == "NORTH").then(pl.lit("a")).otherwise(pl.lit("b"))
    mixed = attrs.evolve(mixed, frame=mixed.frame.with_columns(marked.alias("feed")))
    mixed = attrs.evolve(mixed, index=ChunkIndex(mixed.frame))
    with pytest.raises(NoData, match="has all of location 'NORTH', feed 'b'"):
        answered(query(filters={"location": ("NORTH",), "feed": ("b",)}), came(mixed))


@pytest.mark.parametrize(
    ("start", "end", "locations", "expected"),
    [
        ("2024-07-01T04:00", "2024-07-02T04:00", (), (3, "first at 2024-07-01T05:00:00Z of SOUTH")),
        ("2024-07-01T06:00", "2024-07-02T04:00", (), (2, "first at 2024-07-01T20:00:00Z of NORTH")),
        ("2024-07-01T04:00", "2024-07-02T04:00", ("north",), (1, "first at 2024-07-01T20:00:00Z of NORTH")),
        ("2024-07-01T06:00", "2024-07-01T20:00", (), None),
    ],
)
def test_missing_values_are_counted_in_the_rows_that_are_asked_for(
    start: str, end: str, locations: tuple[str, ...], expected: tuple[int, str] | None
) -> None:
    """Of a day with three: those of the range and the locations, and no finding where there are none."""
    whole = data(1)
    at, south = pl.col("interval_start"), pl.col("location") == "SOUTH"
    empty = ((at == utc("2024-07-01T05:00")) & south) | (at == utc("2024-07-01T20:00"))
    frame = whole.frame.with_columns(pl.when(~empty).then("load").alias("load"))
    missing = Finding(
        kind=FindingKind.MISSING_VALUE,
        message="load is empty",
        rows=3,
        column="load",
        first="first at 2024-07-01T05:00:00Z of SOUTH",
    )
    other = Finding(kind=FindingKind.UNKNOWN_COLUMN, message="more is unknown", column="more")
    day = attrs.evolve(whole, frame=frame, index=ChunkIndex(frame), findings=(missing, other))
    found = answered(query(start, end, locations=locations), came(day)).findings
    assert other in found
    assert [(each.rows, each.first) for each in found if each.kind is missing.kind] == (
        [] if expected is None else [expected]
    )


@pytest.mark.parametrize(
    ("changes", "partial"), [({"sparse": True}, False), ({}, True)], ids=["sparse", "partial"]
)
def test_filter_that_fits_nothing_is_a_finding_where_that_may_be(
    changes: dict[str, Any], partial: bool
) -> None:
    """A constraint that did not bind has no rows; the data came, and the answer says that none of it fits."""
    asked = query(filters={"location": ("EAST",)}, feed=load_feed(**changes), partial=partial)
    result = answered(asked, came(data(1)), came(data(2)))
    assert (len(result), result.coverage.complete, result.raw().height) == (0, True, 0)
    assert [each.kind for each in result.findings] == [FindingKind.NO_MATCH]


def test_nothing_is_said_of_filters_where_there_is_nothing_to_filter() -> None:
    """A sparse feed without rows is just that."""
    empty = hours_of(1, range(1), areas=["NORTH"])
    empty = attrs.evolve(empty, frame=empty.frame.clear(), index=ChunkIndex(empty.frame.clear()))
    asked = query(filters={"location": ("EAST",)}, feed=load_feed(sparse=True))
    assert answered(asked, came(empty)).findings == ()


def test_location_that_no_data_has_is_an_error() -> None:
    """With a suggestion from the data."""
    with pytest.raises(
        UnknownLocation, match=r"testiso/hourly_load: no location 'NORHT'\. Did you mean 'NORTH'"
    ):
        answered(query(locations=("NORTH", "NORHT")), came(data(1)), came(data(2)))


def test_day_without_the_location_is_missing() -> None:
    """A new area begins some day: the day before has no row of it, which is no complete answer."""
    days = came(data(1)), came(data(2, areas=("NORTH", "EAST")))
    with pytest.raises(NoData, match="hourly_load/2024-07-01: no rows for 'EAST'") as caught:
        answered(query(locations=("EAST",)), *days)
    assert caught.value.finished is not None
    assert len(caught.value.finished) == 24
    result = answered(query(locations=("EAST",), partial=True), *days)
    assert [part.status for part in result.coverage.parts] == [
        CoverageStatus.MISSING,
        CoverageStatus.COMPLETE,
    ]
    assert result.findings[-1].kind is FindingKind.MISSING_PART


def test_day_without_one_of_the_locations_is_incomplete() -> None:
    """What there is of the others is answered, and the part says whose rows it lacks."""
    days = came(data(1)), came(data(2, areas=("NORTH", "EAST")))
    result = answered(query(locations=("NORTH", "EAST")), *days)
    first, second = result.coverage.parts
    assert (first.status, first.reason) == (CoverageStatus.INCOMPLETE, "it has no rows for 'EAST'")
    assert (len(result), second.status) == (72, CoverageStatus.COMPLETE)


def test_location_of_the_closed_list_is_missing_and_not_unknown() -> None:
    """The feed has it, the document has not: no other name is suggested."""
    closed = load_feed(locations=("NORTH", "SOUTH", "EAST"))
    with pytest.raises(NoData, match="no rows for 'EAST'"):
        answered(query(locations=("EAST",), feed=closed), came(data(1)), came(data(2)))


def test_missing_day_fails_with_what_did_arrive() -> None:
    """Strict: the error has the finished part attached, with its coverage."""
    with pytest.raises(NoData, match="day two is missing") as caught:
        answered(query(), came(data(1)), failed(2, NoData("day two is missing")))
    finished = caught.value.finished
    assert finished is not None
    assert len(finished) == 48
    assert [part.status for part in finished.coverage.parts] == [
        CoverageStatus.COMPLETE,
        CoverageStatus.MISSING,
    ]


def test_nothing_arrived_leaves_nothing_finished() -> None:
    """The error alone."""
    with pytest.raises(NoData) as caught:
        answered(query(), failed(1, NoData("x")), failed(2, NoData("y")))
    assert caught.value.finished is None


def test_failure_is_raised_before_an_absence() -> None:
    """What can be tried again matters more than what is not there."""
    with pytest.raises(SourceUnavailable, match="down"):
        answered(query(), failed(1, NoData("none")), failed(2, SourceUnavailable("down")))


def test_partial_answer_says_what_is_missing() -> None:
    """The same as a finding, with the span and the reason, and in the coverage."""
    result = answered(query(partial=True), came(data(1)), failed(2, SourceUnavailable("down\nagain")))
    assert len(result) == 48
    (finding,) = result.findings
    assert finding.kind is FindingKind.MISSING_PART
    assert finding.message == "2024-07-02T04:00:00Z to 2024-07-03T04:00:00Z is missing: down again"
    assert not result.coverage.complete
    (part,) = result.coverage.missing
    assert (part.status, part.start, part.end) == (
        CoverageStatus.FAILED,
        utc("2024-07-02T04:00"),
        utc("2024-07-03T04:00"),
    )


def test_partial_answer_of_nothing_is_still_an_error() -> None:
    """There is no part to give."""
    with pytest.raises(SourceUnavailable):
        answered(query(partial=True), failed(1, NoData("x")), failed(2, SourceUnavailable("down")))


def test_coverage_speaks_of_what_was_asked() -> None:
    """Parts are cut to the range, in order, without holes."""
    parts = NORTH_ONLY.coverage.parts
    assert [(part.start, part.end) for part in parts] == [
        (utc("2024-07-01T22:00"), utc("2024-07-02T04:00")),
        (utc("2024-07-02T04:00"), utc("2024-07-02T06:00")),
    ]
    assert (NORTH_ONLY.coverage.start, NORTH_ONLY.coverage.end) == (parts[0].start, parts[-1].end)
    assert NORTH_ONLY.coverage.complete


def test_day_with_a_gap_is_incomplete() -> None:
    """The part says which intervals; the rows are there."""
    hole = (utc("2024-07-01T10:00"), utc("2024-07-01T12:00"))
    gap = Finding(kind=FindingKind.GAP, message="2 intervals are missing", rows=2, spans=(hole,))
    result = answered(query(end="2024-07-02T04:00"), came(attrs.evolve(data(1), findings=(gap,))))
    (part,) = result.coverage.parts
    assert (part.status, part.reason) == (CoverageStatus.INCOMPLETE, "2 intervals are missing")
    assert not result.coverage.complete
    assert result.findings == (gap,)


def test_today_is_incomplete_until_it_is_over() -> None:
    """What is still to come is said, and is no failure."""
    today = hours_of(10, range(8), areas=("NORTH",))
    result = answered(query("2024-07-10T04:00", "2024-07-11T04:00"), came(today))
    (part,) = result.coverage.parts
    assert (part.status, part.reason) == (
        CoverageStatus.INCOMPLETE,
        "the rest from 2024-07-10T12:00:00Z on is not published yet",
    )
    assert len(result) == 8


def test_day_to_come_is_not_published() -> None:
    """Told apart from a day that is over and has none."""
    with pytest.raises(NoData) as caught:
        answered(query("2024-07-09T04:00", "2024-07-12T04:00"), came(data(9)), failed(11, NoData("not yet")))
    assert caught.value.finished is not None
    assert caught.value.finished.coverage.parts[-1].status is CoverageStatus.NOT_PUBLISHED


def test_sliver_of_less_than_an_interval_does_not_fail() -> None:
    """One reading of the day before at the range's edge is reported and not fatal; alone it is."""
    asked = query("2024-07-02T03:30", "2024-07-03T04:00")
    result = answered(asked, failed(1, NoData("none")), came(data(2)))
    assert [part.status for part in result.coverage.parts] == [
        CoverageStatus.MISSING,
        CoverageStatus.COMPLETE,
    ]
    assert [each.kind for each in result.findings] == [FindingKind.MISSING_PART]
    with pytest.raises(NoData):
        answered(query("2024-07-02T03:30", "2024-07-02T04:00"), failed(1, NoData("none")))


def test_missing_instant_is_called_a_reading() -> None:
    """A microsecond at midnight is named by its time alone."""
    closing = load_feed(closes_at_midnight=True)
    asked = query(feed=closing)
    before = Outcome(chunk=chunk_of(closing, "2024-06-30"), error=NoData("none"))
    result = answered(asked, before, came(data(1)), came(data(2)))
    assert result.findings[0].message.startswith("the reading at 2024-07-01T04:00:00Z is missing")


def test_stale_data_is_found_and_marked() -> None:
    """An answer from before the source failed says from when it is."""
    old = data(1, fetched_at=utc("2024-07-09T08:15")).out_of("memory", stale=True)
    result = answered(query(end="2024-07-02T04:00"), came(old))
    assert result.stale
    (finding,) = result.findings
    assert (finding.kind, finding.rows, finding.chunk) == (
        FindingKind.STALE,
        48,
        "testiso/hourly_load/2024-07-01",
    )
    assert "this is its data as of 2024-07-09 08:15:00Z" in finding.message


def test_repeated_day_is_found_across_chunks() -> None:
    """Equal fingerprints of two days."""
    one, two = (attrs.evolve(data(day), fingerprint=(48, 99)) for day in (1, 2))
    assert [each.kind for each in answered(query(), came(one), came(two)).findings] == [
        FindingKind.REPEATED_DAY
    ]


def test_provenance_has_a_line_for_each_chunk() -> None:
    """Where each part came from, in order."""
    result = answered(query(), came(data(1)), came(data(2)))
    assert [each.chunk for each in result.provenance] == [
        "testiso/hourly_load/2024-07-01",
        "testiso/hourly_load/2024-07-02",
    ]
    assert not result.stale


def test_answer_is_read_by_arrow_pandas_and_polars() -> None:
    """Through the Arrow stream it exports, or by name."""
    table = pa.table(NORTH_ONLY)
    assert table.num_rows == 8
    assert pl.DataFrame(NORTH_ONLY).equals(NORTH_ONLY.frame)
    assert NORTH_ONLY.to_arrow().to_pylist() == table.to_pylist() == list(NORTH_ONLY)
    frame = NORTH_ONLY.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert frame["load"].tolist() == [1118.0, 1119.0, 1120.0, 1121.0, 1122.0, 1123.0, 1200.0, 1201.0]
    assert str(frame["interval_start"].dt.tz) == "UTC"


def test_answer_is_iterated_as_dict_rows() -> None:
    """Each row is a dict of the dataset's columns."""
    first = next(iter(NORTH_ONLY))
    assert first == {
        "market": "testiso",
        "feed": "hourly_load",
        "interval_start": utc("2024-07-01T22:00"),
        "interval_end": utc("2024-07-01T23:00"),
        "location": "NORTH",
        "location_type": None,
        "load": 1118.0,
        "net_load": None,
        "status": None,
    }
    assert len(list(NORTH_ONLY)) == 8


def test_records_are_objects_of_the_dataset() -> None:
    """The attrs class that defines it."""
    first = next(NORTH_ONLY.records())
    assert isinstance(first, LoadRow)
    assert (first.location, first.load) == ("NORTH", 1118.0)


def test_local_times_are_on_the_markets_clock() -> None:
    """The same instants, written as New York writes them."""
    local = NORTH_ONLY.local()
    assert local.schema["interval_start"] == pl.Datetime("us", "America/New_York")
    assert str(local["interval_start"].dt.replace_time_zone(None)[0]) == "2024-07-01 18:00:00"
    assert NORTH_ONLY.frame.schema["interval_start"] == pl.Datetime("us", "UTC")


@pytest.mark.parametrize("method", ["to_pandas", "to_arrow"])
def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """Without pandas and pyarrow the error says what to install."""
    for module in ("pandas", "pyarrow"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=r"pip install 'energyopti\[pandas\]'"):
        getattr(NORTH_ONLY, method)()


def test_part_without_a_row_of_what_was_asked_is_missing() -> None:
    """The chunk has rows, and none of the hours that were asked for: that is no complete answer, and no incomplete one."""
    asked = {"start": "2024-07-01T20:00", "end": "2024-07-02T04:00"}
    with pytest.raises(NoData, match="no rows from 2024-07-01T20:00:00Z to 2024-07-02T04:00:00Z"):
        answered(query(**asked), came(hours_of(1, range(6), areas=["NORTH"])))
    both = attrs.evolve(query(**asked), locations=("NORTH",))
    with pytest.raises(NoData, match="no rows for 'NORTH' from"):
        answered(both, came(hours_of(1, range(6), areas=["NORTH"])))
    with pytest.raises(NoData, match="it was due 2024-07-02T05:00:00Z"):  # a part of nothing is nothing
        answered(attrs.evolve(query(**asked), partial=True), came(hours_of(1, range(6), areas=["NORTH"])))


def test_part_that_lies_ahead_is_not_published() -> None:
    """A month has come so far, and tomorrow is asked for."""
    ahead = query(start="2024-07-01T20:00", end="2024-07-02T04:00", partial=True)
    with pytest.raises(NoData, match="not published yet: due 2024-07-02T05:00:00Z"):
        answered(ahead, came(hours_of(1, range(6), areas=["NORTH"])), now=utc("2024-07-01T12:00"))


def test_usual_place_of_the_market_is_missing_and_not_unknown() -> None:
    """Its hub has a name that is right, whatever a document lacks; what came of the others is answered."""
    whose = market(aliases={"the hub": "HUB"})
    asked = attrs.evolve(query(end="2024-07-02T04:00", locations=("HUB",)), market=whose)
    with pytest.raises(NoData, match="no rows for 'HUB'"):
        answered(asked, came(data(1)))
    result = answered(attrs.evolve(asked, locations=("HUB", "NORTH")), came(data(1)))
    assert (len(result), result.coverage.parts[0].status) == (24, CoverageStatus.INCOMPLETE)
