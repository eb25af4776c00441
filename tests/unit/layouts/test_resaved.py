"""Stamps that a spreadsheet or pandas wrote: read where they can mean one thing."""

# ruff: noqa: DTZ001 - a wall clock has no zone

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyopti.datasets import LOAD, LOCATIONS
from energyopti.findings import FindingKind
from energyopti.layouts import CsvLayout, Meaning, Moment, Number, Reading, Stamp, Text, Undated
from energyopti.layouts.decode.stamps import UTC_TIME, WALL_TIME, parse

TIMES, DATES = ("%m/%d/%Y %H:%M:%S",), ("%m/%d/%Y",)
ZONED = ("%Y-%m-%d %H:%M:%S%z",)
STAMPS = st.datetimes(datetime(1970, 1, 1), datetime(2069, 12, 31)).map(lambda at: at.replace(microsecond=0))


def wall(*stamps: str | None, formats: tuple[str, ...] = TIMES) -> list[datetime | None]:
    """What stamps of a wall clock are read as."""
    return parse(pl.Series(stamps, dtype=pl.String), formats, WALL_TIME).to_list()


def utc(*stamps: str, formats: tuple[str, ...] = TIMES) -> list[datetime | None]:
    """What stamps that are UTC, or carry their offset, are read as."""
    return parse(pl.Series(stamps, dtype=pl.String), formats, UTC_TIME).to_list()


@pytest.mark.parametrize(
    ("stamp", "meant"),
    [
        ("10/1/2020 3:00", datetime(2020, 10, 1, 3)),
        ("1/1/18 0:00", datetime(2018, 1, 1)),
        ("1/1/69 0:00", datetime(2069, 1, 1)),
        ("1/1/99 0:00", datetime(1999, 1, 1)),
        ("10/1/2020 3:00:15", datetime(2020, 10, 1, 3, 0, 15)),
        ("10/1/2020 12:30 AM", datetime(2020, 10, 1, 0, 30)),
        ("10/1/2020 12:30:00 p.m.", datetime(2020, 10, 1, 12, 30)),
        ("10/1/2020 1:30PM", datetime(2020, 10, 1, 13, 30)),
        ("1-Oct-20 3:00", datetime(2020, 10, 1, 3)),
        ("2020-10-01 03:00:00", datetime(2020, 10, 1, 3)),
        ("2020-10-01T03:00", datetime(2020, 10, 1, 3)),
        (" 2020-10-01 03:00:00.250 ", datetime(2020, 10, 1, 3, 0, 0, 250_000)),
        ("2020-10-01", datetime(2020, 10, 1)),
    ],
)
def test_stamp_of_a_wall_clock_is_read(stamp: str, meant: datetime) -> None:
    """The month first, the century of the years that markets have, noon and midnight by their halves."""
    assert wall(stamp) == [meant]


@pytest.mark.parametrize(
    "stamp",
    [
        "10/1/2020",
        "1-Oct-20",
        "2020-10-01 03:00:00-04:00",
        "2020-10-01 03:00:00+00:00",
        "13/1/2020 3:00",
        "2/30/2020 3:00",
        "10/1/2020 24:00",
        "10/1/2020 13:00 PM",
        "10/1/2020 0:00 AM",
        "10/1/2020 3:000",
        "10.1.2020 3:00",
        "10-1-2020 3:00",
        "44105.125",
        "1-Oct-1820 3:00",
        "1-Foo-20 3:00",
        "",
        None,
    ],
)
def test_stamp_that_says_too_little_is_not_read(stamp: str | None) -> None:
    """No time of the day, an offset on a wall clock, the day first, what no clock shows."""
    assert wall(stamp) == [None]


def test_offset_counts_where_one_may_stand() -> None:
    """A column of UTC is UTC without it."""
    at = datetime(2020, 10, 1, 3, tzinfo=UTC)
    assert utc("2020-10-01 03:00:00", "2020-10-01 03:00:00+00:00", "2020-09-30 22:30:00-0430") == [at] * 3
    assert utc("10/1/2020 3:00", "2020-10-01 03:00Z") == [at] * 2


def test_offset_must_stand_where_all_forms_have_one() -> None:
    """Of such a column nothing says that it is UTC."""
    at = datetime(2020, 10, 1, 8, tzinfo=UTC)
    assert utc("2020-10-01 03:00", "2020-10-01T03:00-05:00", formats=ZONED) == [None, at]


def test_column_of_dates_has_midnights_alone() -> None:
    """A time of the day beside a date is no date."""
    day = datetime(2020, 10, 1)
    stamps = ("10/1/20", "10/1/2020 0:00", "2020-10-01 00:00:00", "1-Oct-2020", "10/1/2020 3:00")
    assert wall(*stamps, formats=DATES) == [day, day, day, day, None]


def test_dates_alone_are_midnights_where_all_are() -> None:
    """pandas leaves out the time where each is midnight, and only there."""
    assert wall("2020-10-01", "2020-10-02") == [datetime(2020, 10, 1), datetime(2020, 10, 2)]
    assert wall("2020-10-01", "2020-10-02 03:00:00") == [None, datetime(2020, 10, 2, 3)]


@pytest.mark.parametrize("clock", ["3:00", "03:00:00"], ids=["resaved", "declared"])
def test_column_with_the_day_first_is_not_read(clock: str) -> None:
    """Nor those of its stamps that would fit with the month first: they are of the same column."""
    days = [f"{day:02d}/10/2020 {clock}" for day in range(1, 14)]
    assert wall(*days) == [None] * 13


def test_one_strange_stamp_among_many_is_unread_alone() -> None:
    """Of thirteen days in a row one would be behind the twelfth: fewer are no sign of another order."""
    days = [f"{month}/{day}/2020 3:00" for month in (10, 11) for day in range(1, 9)]
    assert wall(*days, "13/9/2020 3:00").count(None) == 1


def test_one_stamp_with_the_month_first_decides() -> None:
    """A column cannot be of both orders."""
    assert wall("10/13/2020 3:00", "13/10/2020 3:00") == [datetime(2020, 10, 13, 3), None]


@given(st.lists(STAMPS, min_size=1, max_size=30), st.booleans())
def test_spreadsheet_and_pandas_say_the_same(stamps: list[datetime], short: bool) -> None:
    """Any times of the century, in any order."""
    year = "%y" if short else "%Y"
    slashed = [f"{at.month}/{at.day}/{at:{year}} {at.hour}:{at:%M:%S}" for at in stamps]
    assert wall(*slashed, formats=("%d-%b-%Y %H:%M",)) == stamps
    assert wall(*(f"{at:%Y-%m-%d %H:%M:%S}" for at in stamps)) == stamps


LAYOUT = CsvLayout(
    dataset=LOAD,
    zone="America/New_York",
    time=Stamp("Time", formats=TIMES, meaning=Meaning.BEGINNING, step=timedelta(hours=1)),
    columns=(Text("Area", to="location"), Number("MW", to="load")),
)


def rejected(stamp: str) -> str:
    """What is said of a row with a stamp."""
    (finding,) = LAYOUT.read(f"Time,Area,MW\n{stamp},A,1\n".encode()).findings
    assert (finding.kind, finding.rows) == (FindingKind.REJECTED_ROW, 1)
    return finding.message


def test_reason_of_a_rejected_row_is_said() -> None:
    """The day first, an offset where none was due, or just no stamp."""
    assert rejected("31/10/2020 3:00").endswith(
        "'31/10/2020 3:00,A,1.0'; the day comes before the month, which no "
        "source here writes, and energyopti does not guess"
    )
    assert rejected("2020-10-01 03:00:00+00:00").endswith("where the market's own clock was due")
    assert rejected("yesterday").endswith("'yesterday,A,1.0'")


def test_every_row_of_a_column_with_the_day_first_says_why() -> None:
    """The first of them may fit with the month first."""
    payload = b"Time,Area,MW\n1/10/2020 3:00,A,1\n31/10/2020 3:00,A,1\n"
    (finding,) = LAYOUT.read(payload).findings
    assert finding.rows == 2
    assert "the day comes before the month" in finding.message


VALIDITY = CsvLayout(
    dataset=LOCATIONS,
    zone="America/New_York",
    time=Undated(),
    columns=(
        Text("Id", to="location"),
        Moment("Until", to="valid_to", formats="%Y-%m-%dT%H:%M:%S", null_values="9999-12-31T00:00:00"),
    ),
    constants={"location_type": "node"},
)


def until(stamp: str) -> tuple[datetime | None, Reading]:
    """When a location ceases to be valid, by a stamp."""
    reading = VALIDITY.read(f"Id,Until\nA,{stamp}\n".encode())
    return reading.frame["valid_to"][0], reading


@pytest.mark.parametrize("stamp", ["9999-12-31T00:00:00", "12/31/9999 0:00", "9999-12-31 00:00:00", ""])
def test_time_that_stands_for_none_does_so_in_any_form(stamp: str) -> None:
    """And is no finding."""
    at, reading = until(stamp)
    assert (at, reading.findings) == (None, ())


def test_time_that_lost_its_century_is_said() -> None:
    """12/31/99 is either 1999 or the 9999 that stands for none."""
    at, reading = until("12/31/99 0:00")
    assert at is None
    assert [each.kind for each in reading.findings] == [FindingKind.UNREADABLE_VALUE]


def test_other_moment_of_a_spreadsheet_is_read() -> None:
    """On the market's clock, as declared."""
    assert until("6/1/12 0:00")[0] == datetime(2012, 6, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize("text", ["8/5/25", "08/05/2025", "2025-08-05"])
def test_column_of_dates_that_had_times_in_another_form_has_dates_alone(text: str) -> None:
    """Where one declared form is a date alone, a date alone says enough."""
    forms = ("%m/%d/%Y", "%Y-%m-%dT%H:%M:%S")
    assert parse(pl.Series([text]), forms, WALL_TIME).to_list() == [datetime(2025, 8, 5)]
