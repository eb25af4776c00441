"""Clocks: from wall-clock stamps and hour labels to half-open UTC intervals.

In New York the clocks fell back on 2024-11-03 (01:00 EDT is 05:00 UTC, 01:00 EST is 06:00 UTC) and sprang
forward on 2024-03-10 (02:00 was skipped: 01:00 EST is 06:00 UTC, 03:00 EDT is 07:00 UTC).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti.datasets import LOAD
from energyopti.findings import FindingKind
from energyopti.layouts import (
    Absolute,
    CsvLayout,
    HourEnding,
    Meaning,
    Number,
    OffsetFlag,
    Reading,
    RepeatFlag,
    Stamp,
    Text,
)
from energyopti.layouts.decode.stamps import UTC_TIME, parse

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FORMATS = ("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S")
EASTERN = OffsetFlag(names="Zone", offsets={"EDT": -4 * HOUR, "EST": -5 * HOUR})
BY_ORDER = Stamp("Time", formats=FORMATS, meaning=Meaning.BEGINNING, step=HOUR)
BY_OFFSET = Stamp("Time", formats=FORMATS, meaning=Meaning.BEGINNING, step=HOUR, flag=EASTERN)
BY_REPEAT = Stamp(
    "Time", formats=FORMATS, meaning=Meaning.BEGINNING, step=HOUR, flag=RepeatFlag(names="Repeated")
)
ENDS = Stamp("Time", formats=FORMATS, meaning=Meaning.ENDING, step=5 * MINUTE, irregular=True)
BEGINS = Stamp("Time", formats=FORMATS, meaning=Meaning.BEGINNING, step=5 * MINUTE, irregular=True)


def read(
    time: Stamp | HourEnding | Absolute, header: str, lines: Iterable[str], zone: str = "America/New_York"
) -> Reading:
    """Rows of ``header``, each with a load of 1."""
    layout = CsvLayout(
        dataset=LOAD,
        zone=zone,
        time=time,
        columns=(Text("Name", to="location"), Number("Load", to="load")),
    )
    body = "".join(f"{line},1\n" for line in lines)
    return layout.read(f"{header},Load\n{body}".encode())


def stamped(time: Stamp, day: str, *clocks: str) -> Reading:
    """One location's stamps of one day."""
    return read(time, "Time,Name", [f"{day} {clock},A" for clock in clocks])


def starts(reading: Reading, location: str = "A") -> list[str]:
    """When each of a location's rows begins, in UTC."""
    rows = reading.frame.filter(location=location)
    return rows["interval_start"].dt.strftime("%d %H:%M").to_list()


def spans(reading: Reading, location: str = "A") -> list[str]:
    """The interval of each of a location's rows, in UTC."""
    rows = reading.frame.filter(location=location)
    begin, end = (rows[name].dt.strftime("%H:%M:%S") for name in ("interval_start", "interval_end"))
    return [
        f"{one.removesuffix(':00')}-{two.removesuffix(':00')}" for one, two in zip(begin, end, strict=True)
    ]


def rejected(reading: Reading) -> int:
    """How many rows were rejected; all of them accounted for."""
    assert reading.payload_rows == reading.accounted_rows
    return sum(each.rows for each in reading.findings if each.kind is FindingKind.REJECTED_ROW)


FALL = ("00:00", "01:00", "01:00", "02:00")
FALL_UTC = ["03 04:00", "03 05:00", "03 06:00", "03 07:00"]


def test_order_tells_the_passes_of_a_repeated_hour() -> None:
    """Without a flag the first row of the repeated hour is its first pass."""
    reading = stamped(BY_ORDER, "11/03/2024", *FALL)
    assert starts(reading) == FALL_UTC
    assert rejected(reading) == 0


def test_order_tells_within_the_hour() -> None:
    """Where the hour has several stamps, the second pass begins where the clock falls back."""
    reading = stamped(BY_ORDER, "11/03/2024", "01:00", "01:30", "01:00", "01:30")
    assert starts(reading) == ["03 05:00", "03 05:30", "03 06:00", "03 06:30"]


def test_order_is_looked_at_location_by_location_in_rows_by_time() -> None:
    """In rows sorted by time, the hour of one location does not repeat another's."""
    reading = read(BY_ORDER, "Time,Name", [f"11/03/2024 {clock},{name}" for clock in FALL for name in "ABC"])
    assert [starts(reading, name) for name in "ABC"] == [FALL_UTC] * 3


def test_order_is_looked_at_location_by_location_in_rows_by_location() -> None:
    """In rows sorted by location, each one's hours run from the first pass to the second."""
    reading = read(BY_ORDER, "Time,Name", [f"11/03/2024 {clock},{name}" for name in "ABC" for clock in FALL])
    assert [starts(reading, name) for name in "ABC"] == [FALL_UTC] * 3


@pytest.mark.parametrize("by", ["time", "location"])
def test_newest_first_turns_the_order(by: str) -> None:
    """A payload that lists the newest first has the second pass of the hour before the first."""
    backwards = FALL[::-1]
    pairs = (
        [(c, n) for c in backwards for n in "AB"]
        if by == "time"
        else [(c, n) for n in "AB" for c in backwards]
    )
    reading = read(BY_ORDER, "Time,Name", [f"11/03/2024 {clock},{name}" for clock, name in pairs])
    assert [starts(reading, name) for name in "AB"] == [FALL_UTC[::-1]] * 2


def test_location_that_has_the_hour_once_has_its_first_pass() -> None:
    """A single stamp within the repeated hour means the first pass, whatever other locations have."""
    reading = read(BY_ORDER, "Time,Name", ["11/03/2024 01:00,A", "11/03/2024 01:00,B", "11/03/2024 01:00,A"])
    assert starts(reading) == ["03 05:00", "03 06:00"]
    assert starts(reading, "B") == ["03 05:00"]


def test_repeated_hours_of_two_years_are_told_apart() -> None:
    """A payload over several autumns counts the passes of each."""
    reading = read(
        BY_ORDER, "Time,Name", [f"{day} 01:00,A" for day in ("11/05/2023",) * 2 + ("11/03/2024",) * 2]
    )
    assert starts(reading) == ["05 05:00", "05 06:00", "03 05:00", "03 06:00"]


@pytest.mark.parametrize(
    "lines",
    [("01:00,EDT", "01:00,EST"), ("01:00, EST ", "01:00,EDT"), ("01:00,EST", "01:00,EST")],
)
def test_offset_flag_decides_whatever_the_order(lines: tuple[str, ...]) -> None:
    """EDT and EST say which pass it is; the order of the rows says nothing."""
    reading = read(BY_OFFSET, "Time,Zone,Name", [f"11/03/2024 {line},A" for line in lines])
    expected = {"EDT": "03 05:00", "EST": "03 06:00"}
    assert starts(reading) == [expected[line.split(",")[1].strip()] for line in lines]


def test_offset_flag_that_cannot_be_says_nothing() -> None:
    """An old file that keeps EDT past two o'clock has a wrong flag: elsewhere than in the repeated hour the zone decides."""
    reading = read(BY_OFFSET, "Time,Zone,Name", ["11/03/2024 02:00,EDT,A", "07/01/2024 00:00,EST,A"])
    assert starts(reading) == ["03 07:00", "01 04:00"]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.column) == (FindingKind.CLOCK_LABEL, 2, "Zone")
    assert "2 rows, the first in row 1 (11/03/2024 02:00 EDT): " in finding.message


def test_unknown_offset_flag_rejects_its_row() -> None:
    """A word that is no offset leaves the row without a time; it is not guessed."""
    reading = read(BY_OFFSET, "Time,Zone,Name", ["07/01/2024 00:00,PDT,A", "07/01/2024 00:00,,A"])
    assert rejected(reading) == 2


@pytest.mark.parametrize("flags", ["NY", "YN", "YY"])
def test_repeat_flag_decides_whatever_the_order(flags: str) -> None:
    """Y is the second pass, in any order; outside the repeated hour it changes nothing."""
    lines = [f"11/03/2024 01:00, {flag} ,A" for flag in flags]
    reading = read(BY_REPEAT, "Time,Repeated,Name", [*lines, "11/03/2024 02:00,Y,A"])
    expected = [{"N": "03 05:00", "Y": "03 06:00"}[flag] for flag in flags]
    assert starts(reading) == [*expected, "03 07:00"]


def test_blank_repeat_flag_is_the_first_pass() -> None:
    """A flag that says nothing says that the hour is not the second."""
    assert starts(read(BY_REPEAT, "Time,Repeated,Name", ["11/03/2024 01:00,,A"])) == ["03 05:00"]


def test_stamp_in_the_missing_hour_is_rejected() -> None:
    """A reading that no clock showed is not moved to where it might belong."""
    reading = stamped(BY_ORDER, "03/10/2024", "01:00", "02:00", "02:30", "03:00")
    assert starts(reading) == ["10 06:00", "10 07:00"]
    assert rejected(reading) == 2


@pytest.mark.parametrize(
    "stamp", ["", "yesterday", "07/32/2024 00:00", "07/01/2024 25:00", "2024.07.01 00:00"]
)
def test_unreadable_stamp_is_rejected(stamp: str) -> None:
    """A stamp in no known format leaves its row out, with a finding that names the time."""
    reading = read(BY_ORDER, "Time,Name", [f"{stamp},A", "07/01/2024 00:00,A"])
    assert starts(reading) == ["01 04:00"]
    assert rejected(reading) == 1
    assert "interval_start" in reading.findings[0].message


@pytest.mark.parametrize("stamp", ["01/01/0000 00:00", "12/31/9999 23:00"])
def test_stamp_beyond_the_calendar_is_rejected(stamp: str) -> None:
    """A year that no clock can show in UTC is no readable time."""
    assert rejected(read(BY_ORDER, "Time,Name", [f"{stamp},A"])) == 1


def test_every_format_is_read_in_one_payload() -> None:
    """Stamps with and without seconds may mix, with padding."""
    assert starts(stamped(BY_ORDER, "07/01/2024", "00:00", "01:00:00", " 02:00 ")) == [
        "01 04:00",
        "01 05:00",
        "01 06:00",
    ]


@pytest.mark.parametrize(
    ("meaning", "span"),
    [(Meaning.BEGINNING, "04:10-04:15"), (Meaning.ENDING, "04:05-04:10"), (Meaning.INSTANT, "04:10-04:15")],
)
@pytest.mark.parametrize("day", ["07/01/2024", "11/03/2024"])
def test_stamp_means_begin_end_or_instant(meaning: Meaning, span: str, day: str) -> None:
    """A stamp begins or ends its interval; an instant reaches over one nominal step."""
    time = Stamp("Time", formats=FORMATS, meaning=meaning, step=5 * MINUTE)
    reading = stamped(time, day, "00:10", "01:05", "01:05")
    assert spans(reading)[0] == span


def test_instants_off_the_grid_keep_the_nominal_step() -> None:
    """A reading between two grid points is a reading: its stamp stays, its length is nominal."""
    time = Stamp("Time", formats=FORMATS, meaning=Meaning.INSTANT, step=5 * MINUTE, irregular=True)
    assert spans(stamped(time, "07/01/2024", "00:00", "00:02:30", "00:05")) == [
        "04:00-04:05",
        "04:02:30-04:07:30",
        "04:05-04:10",
    ]


IRREGULAR = ("00:05", "00:10", "00:12", "00:15", "00:30")
ENDING_SPANS = ["04:00-04:05", "04:05-04:10", "04:10-04:12", "04:12-04:15", "04:25-04:30"]
BEGINNING_SPANS = ["04:05-04:10", "04:10-04:12", "04:12-04:15", "04:15-04:20", "04:30-04:35"]


@pytest.mark.parametrize(("time", "expected"), [(ENDS, ENDING_SPANS), (BEGINS, BEGINNING_SPANS)])
@pytest.mark.parametrize("order", ["one", "by time", "by location", "newest first", "shuffled"])
def test_irregular_intervals_reach_to_the_neighbouring_stamp(
    time: Stamp, expected: list[str], order: str
) -> None:
    """From the location's previous end, or to its next beginning, and never over more than one step."""
    pairs = {
        "one": [(clock, "A") for clock in IRREGULAR],
        "by time": [(clock, name) for clock in IRREGULAR for name in "AB"],
        "by location": [(clock, name) for name in "AB" for clock in IRREGULAR],
        "newest first": [(clock, name) for clock in IRREGULAR[::-1] for name in "AB"],
        "shuffled": [(IRREGULAR[place], "A") for place in (3, 0, 4, 1, 2)],
    }[order]
    reading = read(time, "Time,Name", [f"07/01/2024 {clock},{name}" for clock, name in pairs])
    assert sorted(spans(reading)) == expected


@given(
    time=st.sampled_from([ENDS, BEGINS]),
    day=st.sampled_from(["2024-07-01", "2024-03-09", "2024-12-31"]),
    seconds=st.sets(st.integers(0, 3 * 24 * 720).map(lambda number: number * 5), min_size=1, max_size=40),
    near=st.sets(st.sampled_from([86_390, 86_395, 86_400, 86_405, 86_700, 86_970, 86_975]), max_size=4),
)
def test_irregular_intervals_are_the_same_in_any_order(
    time: Stamp, day: str, seconds: set[int], near: set[int]
) -> None:
    """Stamps in the order of time are read in one pass, all others series by series: about midnight too."""
    clocks = [datetime.fromisoformat(day) + timedelta(seconds=each) for each in sorted(seconds | near)]
    lines = [f"{clock:%m/%d/%Y %H:%M:%S},A" for clock in clocks if not (clock.month == 3 and clock.hour == 2)]
    rising, falling = (read(time, "Time,Name", each) for each in (lines, lines[::-1]))
    columns = ["interval_start", "interval_end"]
    assert rising.frame.select(columns).rows() == falling.frame.select(columns).rows()[::-1]


def test_irregular_interval_ignores_other_locations() -> None:
    """A stamp that only one location has does not cut another's interval."""
    reading = read(
        ENDS, "Time,Name", [f"07/01/2024 {x}" for x in ("00:05,A", "00:05,B", "00:07,B", "00:10,A")]
    )
    assert spans(reading) == ["04:00-04:05", "04:05-04:10"]
    assert spans(reading, "B") == ["04:00-04:05", "04:05-04:07"]


def test_first_irregular_interval_of_a_day_begins_at_local_midnight() -> None:
    """A day's first end at 00:02 closes two minutes, not five; one at 00:00 belongs to the day before."""
    reading = read(ENDS, "Time,Name", ["07/02/2024 00:02,A"])
    assert spans(reading) == ["04:00-04:02"]
    assert spans(read(ENDS, "Time,Name", ["07/02/2024 00:00,A"])) == ["03:55-04:00"]


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (ENDS, ["04:00-04:05", "04:05-04:10", "04:05-04:10"]),
        (BEGINS, ["04:05-04:10", "04:10-04:15", "04:10-04:15"]),
    ],
)
def test_repeated_irregular_stamp_has_one_interval_twice(time: Stamp, expected: list[str]) -> None:
    """A row that repeats a location's stamp repeats its interval too; no interval is empty."""
    assert spans(stamped(time, "07/01/2024", "00:05", "00:10", "00:10")) == expected


@pytest.mark.parametrize(("time", "expected"), [(ENDS, "04:05-04:10"), (BEGINS, "04:10-04:15")])
def test_unreadable_stamp_does_not_touch_its_irregular_neighbours(time: Stamp, expected: str) -> None:
    """The rows beside a rejected one keep their intervals."""
    reading = stamped(time, "07/01/2024", "xx", "00:10")
    assert spans(reading) == [expected]
    assert rejected(reading) == 1


@pytest.mark.parametrize("names", ["A", "AB"])
def test_irregular_endings_run_through_the_repeated_hour(names: str) -> None:
    """In the repeated hour the previous end of a stamp is the one before it in time."""
    clocks = ("01:00", "01:03", "01:58", "01:00", "01:03", "01:58", "02:00")
    reading = read(ENDS, "Time,Name", [f"11/03/2024 {clock},{name}" for clock in clocks for name in names])
    assert spans(reading) == [
        "04:55-05:00",
        "05:00-05:03",
        "05:53-05:58",
        "05:58-06:00",
        "06:00-06:03",
        "06:53-06:58",
        "06:58-07:00",
    ]


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        (["02/17/2018 22:00", "02/17/2018 23:00", "02/17/2018 23:00", "02/18/2018 00:00"], "00 01 02 03"),
        (["11/03/2018 22:00", "11/03/2018 23:00", "11/04/2018 01:00", "11/04/2018 02:00"], "01 02 03 04"),
    ],
    ids=["repeated", "skipped"],
)
def test_hour_about_midnight_is_repeated_or_skipped_too(clocks: list[str], expected: str) -> None:
    """In Sao Paulo the clocks were changed at midnight: the repeated hour is the day's last, the skipped one its first."""
    reading = read(BY_ORDER, "Time,Name", [f"{clock},A" for clock in clocks], zone="America/Sao_Paulo")
    assert rejected(reading) == 0
    assert [start[3:5] for start in starts(reading)] == expected.split()


def test_regular_endings_in_the_repeated_hour_are_read_by_order() -> None:
    """A stamp that ends its interval is told apart as one that begins it."""
    time = Stamp("Time", formats=FORMATS, meaning=Meaning.ENDING, step=HOUR)
    assert spans(stamped(time, "11/03/2024", "01:00", "01:00", "02:00")) == [
        "04:00-05:00",
        "05:00-06:00",
        "06:00-07:00",
    ]


def test_payload_of_rejected_rows_alone_is_accounted_for() -> None:
    """Where no stamp can be read, irregular clocks have nothing to lean on and say so."""
    assert rejected(stamped(ENDS, "never", "a", "b")) == 2


def test_long_column_of_few_stamps_is_read_as_a_short_one() -> None:
    """Each stamp once, in whatever order; what is no stamp, or none at all, is null."""
    few = ["2024-07-01T04:00:00", None, "soon", "2024-07-01T05:00:00", "2024-07-01T04:00:00 "]
    short = parse(pl.Series(few), ("%Y-%m-%dT%H:%M:%S",), UTC_TIME)
    long = parse(pl.Series(few * 4000), ("%Y-%m-%dT%H:%M:%S",), UTC_TIME)
    assert short.to_list() == [
        utc("2024-07-01T04:00"),
        None,
        None,
        utc("2024-07-01T05:00"),
        utc("2024-07-01T04:00"),
    ]
    assert long.to_list() == short.to_list() * 4000
    assert long.name == short.name
