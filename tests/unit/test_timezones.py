"""Local wall clocks and UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc, wall
from energyopti.errors import InvalidTimeRange
from energyopti.timezones import DAY, HOUR, hours_in_day, iso_utc, local_date, midnight, to_utc, zone

NEW_YORK, CHICAGO, LOS_ANGELES = "America/New_York", "America/Chicago", "America/Los_Angeles"
ZONES = st.sampled_from([NEW_YORK, CHICAGO, LOS_ANGELES])
DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2037, 12, 30))
INSTANTS = st.datetimes(min_value=wall("1970-01-02"), max_value=wall("2037-12-30"), timezones=st.just(UTC))


def test_summer_reading_in_new_york_is_four_hours_behind() -> None:
    """EDT is UTC-4."""
    assert to_utc(wall("2024-07-01T05:30"), NEW_YORK) == utc("2024-07-01T09:30")


def test_winter_reading_in_los_angeles_is_eight_hours_behind() -> None:
    """PST is UTC-8."""
    assert to_utc(wall("2024-01-15T00:00"), LOS_ANGELES) == utc("2024-01-15T08:00")


def test_result_is_in_utc() -> None:
    """The instant comes back with UTC as its time zone."""
    assert to_utc(wall("2024-07-01T05:30"), NEW_YORK).tzinfo is UTC


@pytest.mark.parametrize(
    ("zone_name", "first_pass"),
    [
        (NEW_YORK, "2024-11-03T05:30"),
        (CHICAGO, "2024-11-03T06:30"),
        (LOS_ANGELES, "2024-11-03T08:30"),
    ],
)
def test_repeated_hour_means_its_first_pass(zone_name: str, first_pass: str) -> None:
    """01:30 on the 25-hour day is the daylight-saving one, unless said otherwise."""
    assert to_utc(wall("2024-11-03T01:30"), zone_name) == utc(first_pass)


def test_fold_asks_for_the_second_pass() -> None:
    """With fold=1, 01:30 on the 25-hour day is the standard-time one, an hour later."""
    assert to_utc(wall("2024-11-03T01:30").replace(fold=1), NEW_YORK) == utc("2024-11-03T06:30")


def test_fold_means_nothing_outside_the_repeated_hour() -> None:
    """An ordinary reading is the same instant with either fold."""
    assert to_utc(wall("2024-07-01T01:30").replace(fold=1), NEW_YORK) == utc("2024-07-01T05:30")


@pytest.mark.parametrize("reading", ["02:00", "02:30", "02:59:59.999999"])
@pytest.mark.parametrize("zone_name", [NEW_YORK, CHICAGO, LOS_ANGELES])
def test_missing_hour_names_the_valid_neighbours(zone_name: str, reading: str) -> None:
    """Nothing between 02:00 and 03:00 exists on the 23-hour day, and the message says what does."""
    with pytest.raises(InvalidTimeRange, match=r"use a time before 02:00 or from 03:00 on") as raised:
        to_utc(wall(f"2024-03-10T{reading}"), zone_name)
    assert f"2024-03-10 {reading[:5]} does not exist in {zone_name}" in str(raised.value)


def test_missing_hour_is_missing_with_either_fold() -> None:
    """fold does not bring the skipped hour back."""
    with pytest.raises(InvalidTimeRange, match="skip from 02:00 to 03:00"):
        to_utc(wall("2024-03-10T02:30").replace(fold=1), NEW_YORK)


def test_neighbours_are_those_of_the_zone_not_of_the_us() -> None:
    """Lord Howe Island skips half an hour; its neighbours are named to the minute."""
    with pytest.raises(InvalidTimeRange, match="skip from 02:00 to 02:30"):
        to_utc(wall("2024-10-06T02:15"), "Australia/Lord_Howe")


@pytest.mark.parametrize(
    ("reading", "instant"),
    [("01:59:59.999999", "2024-03-10T06:59:59.999999"), ("03:00", "2024-03-10T07:00")],
)
def test_neighbours_of_the_missing_hour_exist(reading: str, instant: str) -> None:
    """The last reading before the gap and the first after it follow each other."""
    assert to_utc(wall(f"2024-03-10T{reading}"), NEW_YORK) == utc(instant)


def test_clock_rules_are_those_of_the_year() -> None:
    """Before 2007 the clocks went forward in April: 2006-03-12 is an ordinary day."""
    assert to_utc(wall("2006-03-12T02:30"), NEW_YORK) == utc("2006-03-12T07:30")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "America", "../etc/passwd", "/etc/passwd", "a\0b"])
def test_unknown_time_zone_is_refused_by_name(name: str) -> None:
    """What is no IANA name raises, whatever is wrong with it, and the message says what to write."""
    with pytest.raises(InvalidTimeRange, match="is not a time zone; use an IANA name") as raised:
        zone(name)
    assert repr(name) in str(raised.value)


def test_known_time_zone_is_found() -> None:
    """An IANA name gives its zone."""
    assert zone(CHICAGO).key == CHICAGO


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2024, 3, 9), 24),
        (date(2024, 3, 10), 23),
        (date(2024, 11, 3), 25),
        (date(2024, 7, 1), 24),
        (date(2006, 4, 2), 23),
        (date(2006, 10, 29), 25),
    ],
)
@pytest.mark.parametrize("zone_name", [NEW_YORK, CHICAGO, LOS_ANGELES])
def test_days_have_23_24_or_25_hours(zone_name: str, day: date, hours: int) -> None:
    """Clocks go forward and back on the same days in every US market."""
    assert hours_in_day(day, zone_name) == hours


def test_days_in_utc_have_24_hours() -> None:
    """UTC never changes its clocks."""
    assert hours_in_day(date(2024, 3, 10), "UTC") == 24


def test_midnight_is_where_the_local_day_begins() -> None:
    """The 25-hour day begins in daylight-saving time, the day after in standard time."""
    assert midnight(date(2024, 11, 3), NEW_YORK) == utc("2024-11-03T04:00")
    assert midnight(date(2024, 11, 4), NEW_YORK) == utc("2024-11-04T05:00")


def test_local_date_turns_at_local_midnight() -> None:
    """Just before local midnight it is still the day before, whatever the date in UTC."""
    assert local_date(utc("2024-07-02T03:59:59.999999"), NEW_YORK) == date(2024, 7, 1)
    assert local_date(utc("2024-07-02T04:00"), NEW_YORK) == date(2024, 7, 2)


def test_local_date_takes_any_aware_instant() -> None:
    """The zone that an instant is written in does not matter."""
    assert local_date(datetime.fromisoformat("2024-07-02T09:00+09:00"), LOS_ANGELES) == date(2024, 7, 1)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2024-07-01T04:00+00:00", "2024-07-01T04:00:00Z"),
        ("2024-07-01T00:00-04:00", "2024-07-01T04:00:00Z"),
        ("2024-07-01T04:00:00.25+00:00", "2024-07-01T04:00:00.250000Z"),
    ],
)
def test_instants_are_written_in_utc(instant: str, text: str) -> None:
    """ISO form with a Z, and fractions of a second only where there are any."""
    assert iso_utc(datetime.fromisoformat(instant)) == text


@given(instant=INSTANTS, zone_name=ZONES)
@settings(deadline=None, max_examples=200)
def test_every_instant_survives_the_wall_clock(instant: datetime, zone_name: str) -> None:
    """Read off a wall clock with its fold, any instant comes back unchanged."""
    reading = instant.astimezone(ZoneInfo(zone_name)).replace(tzinfo=None)
    assert to_utc(reading, zone_name) == instant


@given(day=DAYS, zone_name=ZONES)
@settings(deadline=None, max_examples=200)
def test_local_days_follow_each_other_without_gap(day: date, zone_name: str) -> None:
    """A local day reaches from its midnight up to, and without, the next one."""
    begin, end = midnight(day, zone_name), midnight(day + DAY, zone_name)
    assert end - begin == hours_in_day(day, zone_name) * HOUR
    inside = [local_date(at, zone_name) for at in (begin, end - timedelta(microseconds=1))]
    assert inside == [day, day]
