"""What a layout writes it reads back: every kind of clock, on ordinary, 23- and 25-hour days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from json import loads

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from energyopti.datasets import LOAD, LOAD_FORECAST
from energyopti.layouts import (
    Absolute,
    CsvLayout,
    HourEnding,
    JsonLayout,
    Layout,
    Meaning,
    Number,
    OffsetFlag,
    RepeatFlag,
    Stamp,
    Text,
    Wide,
)
from energyopti.layouts.times import SteppedTime

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

ZONE = "America/New_York"
HOUR = timedelta(hours=1)
DAYS = {
    "ordinary": (datetime(2024, 7, 1, 4, tzinfo=UTC), 24),
    "23 hours": (datetime(2024, 3, 10, 5, tzinfo=UTC), 23),
    "25 hours": (datetime(2024, 11, 3, 4, tzinfo=UTC), 25),
}
EASTERN = OffsetFlag(names="Zone", offsets={"EDT": -4 * HOUR, "EST": -5 * HOUR})
REPEATED = RepeatFlag(names="Repeated")
FORMAT = ("%m/%d/%Y %H:%M",)

BY_ORDER: dict[str, SteppedTime] = {
    "beginning": Stamp("T", formats=FORMAT, meaning=Meaning.BEGINNING, step=HOUR),
    "ending": Stamp("T", formats=FORMAT, meaning=Meaning.ENDING, step=HOUR),
    "irregular ending": Stamp("T", formats=FORMAT, meaning=Meaning.ENDING, step=HOUR, irregular=True),
    "irregular beginning": Stamp("T", formats=FORMAT, meaning=Meaning.BEGINNING, step=HOUR, irregular=True),
    "hour ending": HourEnding(date="D", hour="H"),
    "bare hour ending": HourEnding(date="D", hour="H", hour_format="{}", date_formats="%Y-%m-%d"),
    "quarters": HourEnding(date="D", hour="H", interval=("Q",), step=HOUR / 4),
}
BY_THEMSELVES: dict[str, SteppedTime] = {
    "offset": Stamp("T", formats=FORMAT, meaning=Meaning.INSTANT, step=HOUR, flag=EASTERN),
    "repeat": Stamp("T", formats=FORMAT, meaning=Meaning.BEGINNING, step=HOUR, flag=REPEATED),
    "flagged ending": Stamp("T", formats=FORMAT, meaning=Meaning.ENDING, step=HOUR, flag=REPEATED),
    "flagged hour": HourEnding(date="D", hour="H", flag=REPEATED),
    "flagged quarters": HourEnding(date="D", hour="H", interval=("Q",), step=HOUR / 4, flag=REPEATED),
    "counted hours": HourEnding(date="D", hour="H", counts_hours=True),
    "utc": Absolute(names="T"),
    "utc ending": Absolute(names="T", meaning=Meaning.ENDING),
    "utc with end": Absolute(names="T", end=("E",), step=HOUR / 4),
    "with offset": Absolute(names="T", formats="%Y-%m-%dT%H:%M:%S%z"),
}
ALL = BY_ORDER | BY_THEMSELVES

WORDS = st.text("AZaz09 .,;:'\"_-é", min_size=1, max_size=8).filter(lambda word: word == word.strip())
CENTS = st.none() | st.integers(-10_000_000, 10_000_000).map(lambda cents: cents / 100)


def csv(time: SteppedTime) -> Layout:
    """Loads as text, turned in sign."""
    columns = (Text("Name", to="location"), Text("Id"), Number("Load", to="load", scale=-1))
    return CsvLayout(dataset=LOAD, zone=ZONE, time=time, columns=columns)


def quoted(time: SteppedTime) -> Layout:
    """The same with words in quotes."""
    return CsvLayout(
        dataset=LOAD,
        zone=ZONE,
        time=time,
        columns=(Text("Name", to="location"), Number("Load", to="load")),
        quoted=True,
        newline="\n",
    )


def json(time: SteppedTime) -> JsonLayout:
    """The same as records below an envelope."""
    columns = (Number("load", to="load"), Text("name", to="location"))
    return JsonLayout(dataset=LOAD, zone=ZONE, time=time, columns=columns, items=("data", "items"))


FORMS: dict[str, Callable[[SteppedTime], Layout]] = {"csv": csv, "quoted": quoted, "json": json}


def day_of(kind: str, step: timedelta) -> list[datetime]:
    """The beginnings of a whole day's intervals."""
    midnight, hours = DAYS[kind]
    return [midnight + number * step for number in range(hours * HOUR // step)]


def frame_of(
    starts: list[datetime], step: timedelta, locations: list[str], loads: list[float | None]
) -> pl.DataFrame:
    """A load for each beginning and location, by time."""
    rows = [(start, start + step, name) for start in starts for name in locations]
    return pl.DataFrame(
        {
            "interval_start": pl.Series([row[0] for row in rows], dtype=pl.Datetime("us", "UTC")),
            "interval_end": pl.Series([row[1] for row in rows], dtype=pl.Datetime("us", "UTC")),
            "location": pl.Series([row[2] for row in rows], dtype=pl.String),
            "load": pl.Series([loads[n % len(loads)] for n in range(len(rows))], dtype=pl.Float64),
        }
    )


def assert_round_trip(layout: Layout, frame: pl.DataFrame) -> None:
    """``read(write(x))`` gives ``x`` back, row for row, and explains nothing away."""
    reading = layout.read(layout.write(frame))
    assert_frame_equal(reading.frame, frame, check_column_order=False)
    assert reading.payload_rows == reading.accounted_rows == frame.height


@pytest.mark.parametrize("clock", ALL)
@pytest.mark.parametrize("kind", DAYS)
def test_whole_day_is_read_back(kind: str, clock: str) -> None:
    """Whole days of any locations and loads survive every clock in every form."""
    time = ALL[clock]
    starts = day_of(kind, time.step)

    @settings(max_examples=6, deadline=None, derandomize=True)
    @given(
        form=st.sampled_from(sorted(FORMS)),
        locations=st.lists(WORDS, min_size=1, max_size=3, unique=True),
        loads=st.lists(CENTS, min_size=1, max_size=8),
    )
    def whole_days(form: str, locations: list[str], loads: list[float | None]) -> None:
        assert_round_trip(FORMS[form](time), frame_of(starts, time.step, locations, loads))

    whole_days()


@pytest.mark.parametrize("clock", BY_THEMSELVES)
@pytest.mark.parametrize("kind", DAYS)
def test_any_rows_in_any_order_are_read_back(kind: str, clock: str) -> None:
    """Where a stamp means one instant by itself, any selection of rows in any order survives."""
    time = BY_THEMSELVES[clock]
    layout = csv(time)

    @settings(max_examples=6, deadline=None, derandomize=True)
    @given(starts=st.lists(st.sampled_from(day_of(kind, time.step)), unique=True, max_size=12))
    def any_rows(starts: list[datetime]) -> None:
        assert_round_trip(layout, frame_of(starts, time.step, ["A", "B"], [1.0, None, 2.5]))

    any_rows()


@pytest.mark.parametrize("ending", [True, False])
@pytest.mark.parametrize("kind", DAYS)
def test_irregular_intervals_are_read_back(kind: str, ending: bool) -> None:
    """Intervals of any length up to the step, end to end from midnight on, survive for every location."""
    meaning = Meaning.ENDING if ending else Meaning.BEGINNING
    layout = csv(Stamp("T", formats=FORMAT, meaning=meaning, step=HOUR / 2, irregular=True))
    midnight, _ = DAYS[kind]

    @settings(max_examples=15, deadline=None, derandomize=True)
    @given(minutes=st.lists(st.integers(1, 30), min_size=1, max_size=30))
    def irregular(minutes: list[int]) -> None:
        lengths = [timedelta(minutes=each) for each in (*minutes, 30)]
        starts = [midnight + sum(lengths[:n], timedelta()) for n in range(len(lengths))]
        ends = [start + length for start, length in zip(starts, lengths, strict=True)]
        frame = frame_of(starts, HOUR, ["A", "B"], [1.0])
        twice = pl.Series([end for end in ends for _ in "AB"], dtype=pl.Datetime("us", "UTC"))
        assert_round_trip(layout, frame.with_columns(twice.alias("interval_end")))

    irregular()


@pytest.mark.parametrize("clock", ["beginning", "offset", "repeat"])
@pytest.mark.parametrize("kind", DAYS)
def test_wide_day_is_read_back(kind: str, clock: str) -> None:
    """A payload with a column a location survives, empty cells too."""
    time = ALL[clock]
    columns = {"West": "WEST", "Hud, Vl": "HUD VL", "NYISO": "NYISO"}
    layout = CsvLayout(
        dataset=LOAD_FORECAST, zone=ZONE, time=time, wide=Wide(to="location", value="load", columns=columns)
    )
    starts = day_of(kind, HOUR)

    @settings(max_examples=8, deadline=None, derandomize=True)
    @given(loads=st.lists(CENTS, min_size=1))
    def wide_days(loads: list[float | None]) -> None:
        assert_round_trip(layout, frame_of(starts, HOUR, list(columns.values()), loads))

    wide_days()


def test_wide_frame_that_lacks_a_location_writes_empty_cells() -> None:
    """A location that no row has is an empty column: the payload keeps its published form."""
    columns = {"West": "WEST", "North": "NORTH"}
    wide = Wide(to="location", value="load", columns=columns)
    layout = CsvLayout(dataset=LOAD_FORECAST, zone=ZONE, time=BY_ORDER["beginning"], wide=wide)
    payload = layout.write(frame_of(day_of("ordinary", HOUR)[:1], HOUR, ["WEST"], [1.0]))
    assert payload == b"T,West,North\r\n07/01/2024 00:00,1.0,\r\n"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("clock", ALL)
def test_no_rows_are_read_back(form: str, clock: str) -> None:
    """An empty frame is written as an empty payload, and read as one."""
    assert_round_trip(FORMS[form](ALL[clock]), frame_of([], HOUR, [], [None]))


MIDNIGHT = frame_of([DAYS["ordinary"][0]], HOUR, ["HUD VL"], [1.5])


def test_payload_has_the_layouts_columns_in_order() -> None:
    """Time first, then the columns as declared, signs turned back, a column without a field empty."""
    assert (
        csv(BY_ORDER["beginning"]).write(MIDNIGHT) == b"T,Name,Id,Load\r\n07/01/2024 00:00,HUD VL,,-1.5\r\n"
    )


def test_column_without_a_field_is_written_from_the_frame() -> None:
    """A frame may bring the cells of a column that has no field, under its header."""
    payload = csv(BY_ORDER["beginning"]).write(MIDNIGHT.with_columns(Id=pl.lit("61758")))
    assert payload.splitlines()[1] == b"07/01/2024 00:00,HUD VL,61758,-1.5"


def test_quoted_payload_quotes_words_alone() -> None:
    """Headers and words stand in quotes, numbers do not; lines end as the layout says."""
    payload = quoted(BY_ORDER["beginning"]).write(MIDNIGHT)
    assert payload == b'"T","Name","Load"\n"07/01/2024 00:00","HUD VL",1.5\n'


def test_records_stand_below_their_envelope() -> None:
    """JSON is written below the layout's keys, and bare without them."""
    layout = json(BY_ORDER["hour ending"])
    record = {"D": "07/01/2024", "H": "01:00", "load": 1.5, "name": "HUD VL"}
    assert loads(layout.write(MIDNIGHT)) == {"data": {"items": [record]}}
    assert loads(attrs.evolve(layout, items=()).write(MIDNIGHT)) == [record]


def test_turned_zero_is_written_without_a_sign() -> None:
    """No payload says -0.0."""
    payload = csv(BY_ORDER["beginning"]).write(MIDNIGHT.with_columns(load=pl.lit(0.0)))
    assert payload.splitlines()[1].endswith(b",0.0")
