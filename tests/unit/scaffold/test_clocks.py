"""The time of a file: which columns hold it, what they say, and what they leave open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from energyopti.errors import UnsupportedQuery
from energyopti.layouts import Absolute, HourEnding, Meaning, RepeatFlag, Stamp
from energyopti.scaffold.clocks import clock_of
from energyopti.scaffold.sample import sample_of
from energyopti.scaffold.times import Clock
from market_files import CENTRAL

HOUR = timedelta(hours=1)


def clock(header: str, *rows: str, zone: str = CENTRAL) -> Clock:
    """The clock of a table; a last column of words is added to it."""
    lines = [f"{header},Word", *(f"{row},a" for row in rows)]
    return clock_of(sample_of("file.csv", "\n".join([*lines, ""]).encode()), zone)


@pytest.mark.parametrize(
    ("stamp", "form"),
    [
        ("07/15/2024 13:00:00", "%m/%d/%Y %H:%M:%S"),
        ("7/15/2024 13:00", "%m/%d/%Y %H:%M"),
        ("07/15/24 13:00", "%m/%d/%y %H:%M"),
        ("2024-07-15 13:00", "%Y-%m-%d %H:%M"),
        ("2024-07-15T13:00:00.000", "%Y-%m-%dT%H:%M:%S.%3f"),
        ("07/15/2024 01:00 PM", "%m/%d/%Y %I:%M %p"),
        ("15-Jul-2024 13:00:00", "%d-%b-%Y %H:%M:%S"),
        ("202407151300", "%Y%m%d%H%M"),
    ],
)
def test_form_of_a_stamp_is_recognised(stamp: str, form: str) -> None:
    """As chrono writes it, on the market's clock."""
    time = clock("Begins", stamp).time
    assert isinstance(time, Stamp)
    assert time.formats == (form.replace("S.%3f", "S%.3f"),)
    assert time.meaning is Meaning.BEGINNING


@pytest.mark.parametrize(
    ("header", "stamp", "form"),
    [
        ("Time", "2024-07-15T05:00:00Z", "%Y-%m-%dT%H:%M:%SZ"),
        ("Time", "2024-07-15T05:00:00-05:00", "%Y-%m-%dT%H:%M:%S%z"),
        ("time_gmt", "2024-07-15 05:00:00", "%Y-%m-%d %H:%M:%S"),
        ("TimeUTC", "2024-07-15 05:00:00", "%Y-%m-%d %H:%M:%S"),
    ],
)
def test_stamp_in_utc_is_recognised(header: str, stamp: str, form: str) -> None:
    """By its header, or by an offset of its own."""
    assert clock(header, stamp).time == Absolute(names=header, formats=form)


def test_column_that_says_more_is_used() -> None:
    """In UTC before local, and what begins before what ends; when it was published is not its time."""
    header = "Published UTC,Local,UTC Interval End,UTC Interval Start"
    row = "2024-07-14 12:00,2024-07-15 00:00,2024-07-15 06:00,2024-07-15 05:00"
    found = clock(
        header, row, row.replace(" 05", " 06").replace(" 00:", " 01:").replace(" 06:00,2", " 07:00,2")
    )
    assert found.time == Absolute(names="UTC Interval Start", formats="%Y-%m-%d %H:%M")


def test_another_column_can_say_what_a_stamp_means() -> None:
    """One step after the named beginning is the end; one equal to it begins too."""
    rows = [
        "2024-07-15T06:00Z,2024-07-15 00:00,2024-07-15 01:00",
        "2024-07-15T07:00Z,2024-07-15 01:00,2024-07-15 02:00",
    ]
    found = clock("Stamp,Begin,Other", *rows)
    assert isinstance(found.time, Absolute)
    assert found.time.meaning is Meaning.ENDING
    assert any(each.startswith("Begin lies one step before Stamp on the clock") for each in found.checks)
    assert found.checks[0] == "Stamp taken as the interval's end, in UTC, as Begin shows"
    same = clock("Stamp,End", "2024-07-15T06:00Z,2024-07-15 01:00", "2024-07-15T07:00Z,2024-07-15 02:00").time
    assert isinstance(same, Absolute)
    assert same.meaning is Meaning.ENDING
    first = clock(
        "Stamp,End", "2024-07-15T06:00Z,2024-07-15 02:00", "2024-07-15T07:00Z,2024-07-15 03:00"
    ).time
    assert isinstance(first, Absolute)
    assert first.meaning is Meaning.BEGINNING


def test_wrong_time_zone_shows() -> None:
    """The market's clock and UTC in one row do not go together."""
    rows = ["2024-07-15T05:00Z,2024-07-15 00:00", "2024-07-15T06:00Z,2024-07-15 01:00"]
    found = clock("GMT Begin,Local Begin", *rows, zone="America/Los_Angeles")
    said = "Local Begin does not go with GMT Begin on the clock of America/Los_Angeles, mostly 2 hours later"
    assert f"{said}: is the time zone right?" in found.checks


def test_zone_that_is_wrong_by_one_step_shows_if_both_columns_are_named() -> None:
    """Two ends that differ by an hour cannot both be right; without a name, that is said."""
    rows = ["2024-07-15T06:00Z,2024-07-15 01:00", "2024-07-15T07:00Z,2024-07-15 02:00"]
    named = clock("GMT End,Local End", *rows, zone="America/New_York")
    said = "Local End does not go with GMT End on the clock of America/New_York, mostly 1 hour earlier"
    assert f"{said}: is the time zone right?" in named.checks
    pair = clock("GMT Begin,Local End", *rows, zone="America/Denver")
    assert (
        "Local End lies one step after GMT Begin on the clock of America/Denver, and is not used"
        in pair.checks
    )
    other = clock("GMT End,Interval", *rows, zone="America/New_York")
    said = "Interval lies one step before GMT End on the clock of America/New_York"
    assert f"{said}: one begins and one ends the interval, or the time zone is wrong" in other.checks
    nothing = clock("GMT,Interval", *rows)
    assert nothing.checks[0].endswith("which neither its name nor another column says")


@pytest.mark.parametrize(
    ("first", "meaning", "why"),
    [
        (0, Meaning.BEGINNING, "as the file runs from midnight to one step before midnight"),
        (1, Meaning.ENDING, "as the file runs from one step after midnight to midnight"),
        (2, Meaning.BEGINNING, "which neither its name nor another column says"),
    ],
)
def test_whole_day_shows_what_its_stamps_mean(first: int, meaning: Meaning, why: str) -> None:
    """By where it begins and ends; any other file leaves it open."""
    hours = [divmod(hour, 24) for hour in range(first, first + 24)]
    found = clock("Time", *(f"2024-07-{15 + day} {hour:02}:00" for day, hour in hours))
    assert isinstance(found.time, Stamp)
    assert found.time.meaning is meaning
    assert found.checks[0].endswith(f", {why}")


def test_day_that_would_begin_at_midnight_in_utc_is_doubted() -> None:
    """Five o'clock, local, is no time for a file to begin; it is midnight if it is UTC."""
    found = clock("MarketHour", "07/15/2024 05:00", "07/15/2024 06:00")
    assert "MarketHour would begin at the market's midnight if it was UTC: is it?" in found.checks


def test_step_and_what_is_off_it() -> None:
    """The usual distance of two times; others are said."""
    found = clock("Begin UTC", *(f"2024-07-15 05:{each}" for each in ("00", "05", "10", "15", "17", "20")))
    assert isinstance(found.time, Absolute)
    assert found.time.step == timedelta(minutes=5)
    assert any("off that step" in each for each in found.checks)
    apart = clock("Begin UTC", "2024-07-15 05:00", "2024-07-15 07:00")
    assert isinstance(apart.time, Absolute)
    assert apart.time.step == HOUR
    assert any("mostly 2 hours apart: an interval of one hour is a guess" in each for each in apart.checks)
    with pytest.raises(UnsupportedQuery, match="mostly 24 hours apart"):
        clock("Begin UTC", "2024-07-15 05:00", "2024-07-16 05:00")


def test_order_of_day_and_month_is_doubted_if_nothing_shows_it() -> None:
    """A day after the twelfth does."""
    assert any("month before day" in each for each in clock("Begin", "07/01/2024 00:00").checks)
    assert not any("month before day" in each for each in clock("Begin", "07/15/2024 00:00").checks)


def test_standard_time_by_name_is_doubted() -> None:
    """EST all year is another clock than New York's."""
    found = clock("Begin EST", "2024-07-15 00:00", zone="America/New_York")
    assert any("names standard time" in each for each in found.checks)


def test_clock_without_a_repeated_hour_needs_no_flag() -> None:
    """Phoenix does not change its clocks."""
    found = clock("Begin", "2024-07-15 00:00", zone="America/Phoenix")
    assert not any("autumn" in each for each in found.checks)


def test_flag_of_summer_is_no_flag_of_the_second_pass() -> None:
    """Y in every row says that clocks are on summer time, not that an hour repeats."""
    wrong = clock("Begin,DST", "2024-07-15 00:00,Y", "2024-07-15 01:00,Y").time
    right = clock("Begin,DST", "2024-07-15 00:00,N", "2024-07-15 01:00,N").time
    assert isinstance(wrong, Stamp)
    assert isinstance(right, Stamp)
    assert (wrong.flag, right.flag) == (None, RepeatFlag(names="DST"))


@pytest.mark.parametrize(
    ("cells", "form"), [(("1", "24"), "{:d}"), (("01", "24"), "{:02d}"), (("01:00", "24:00"), "{:02d}:00")]
)
def test_hours_are_written_as_they_are_read(cells: tuple[str, ...], form: str) -> None:
    """Also beside a date with a midnight that means nothing."""
    for day in ("07/15/2024", "07/15/2024 00:00:00"):
        time = clock("Day,Hour Ending", *(f"{day},{each}" for each in cells)).time
        assert isinstance(time, HourEnding)
        assert time.hour_format == form


def test_hour_25_and_words_for_offsets() -> None:
    """Elapsed hours need no flag; words beside numbered hours are not used, and said."""
    long = clock("Day,HE", "11/03/2024,1", "11/03/2024,25")
    assert isinstance(long.time, HourEnding)
    assert long.time.counts_hours
    flagged = clock("Day,HE,Zone", "07/15/2024,1,CDT", "07/15/2024,2,CDT")
    assert any("Zone is not used" in each for each in flagged.checks)


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Day,Hour", ("07/15/2024,0", "07/15/2024,23")),
        ("Day,Hour Beginning", ("07/15/2024,1", "07/15/2024,2")),
        ("Day,Hour", ("x,1", "y,2")),
        ("Day,Other", ("07/15/2024,a",)),
        ("Time", ("31/12/2024 00:00",)),
        ("Time", ("soon",)),
        ("Time", ("2024-07-15 05:00", "2024-07-15", "2024-07-15", "2024-07-15")),
    ],
)
def test_time_that_cannot_be_told_is_refused(header: str, rows: tuple[str, ...]) -> None:
    """No clock is made up: hours from 0, days before months, words."""
    with pytest.raises(UnsupportedQuery, match="no column of the file holds a time that is recognised"):
        clock(header, *rows)
