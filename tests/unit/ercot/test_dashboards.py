"""ERCOT's dashboards: stamps, flags, halves, hours to come, and damage, in payloads written here."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from builders import utc
from energyopti import FindingKind, SchemaDrift
from energyopti.layouts import Reading
from energyopti.sandbox import Ask
from energyopti_ercot.feeds.dashboards import BATTERIES, DEMAND, DEMAND_NOW, EXPECTED_DAY_AHEAD, GENERATION
from energyopti_ercot.protocol.dashboards import FOLDER, so_far
from energyopti_ercot.sandbox.service import documents


def mix(stamps: dict[str, dict[str, Any]], **above: Any) -> Reading:
    """The fuel mix of one day, with ``gen`` alone."""
    fuels = {stamp: {fuel: {"gen": value} for fuel, value in each.items()} for stamp, each in stamps.items()}
    body = {"lastUpdated": "2024-07-01 12:00:00-0500", **above, "data": {"2024-07-01": fuels}}
    return GENERATION.read(json.dumps(body).encode())


def generation(reading: Reading) -> list[tuple[datetime, str, float]]:
    """Start, fuel and output of every row."""
    return reading.frame.select("interval_start", "fuel", "generation").rows()


def kinds(reading: Reading) -> list[tuple[FindingKind, int]]:
    """What was found, and in how many rows."""
    return [(each.kind, each.rows) for each in reading.findings]


@pytest.mark.parametrize("stamp", ["00:04:57", "00:05:00", "00:05:03", "00:07:29"])
def test_reading_stands_for_its_nearest_five_minutes(stamp: str) -> None:
    """A few seconds before the mark or after it; the interval is the five minutes from the mark on."""
    reading = mix({f"2024-07-01 {stamp}-0500": {"Wind": 10.5}})
    assert generation(reading) == [(utc("2024-07-01T05:05"), "wind", 10.5)]
    assert reading.frame["interval_end"].to_list() == [utc("2024-07-01T05:10")]
    assert reading.raw["stamp"].to_list() == [f"2024-07-01 {stamp}-0500"]


def test_parts_of_a_split_reading_come_together() -> None:
    """Three fuels under two stamps, seconds apart and out of order: one interval, each value once."""
    reading = mix(
        {
            "2024-07-01 00:05:01-0500": {"Wind": 10.5},
            "2024-07-01 00:04:57-0500": {"Nuclear": 5_000, "Hydro": 0},
            "2024-07-01 00:09:57-0500": {"Wind": 11},
        }
    )
    assert sorted(generation(reading)) == [
        (utc("2024-07-01T05:05"), "hydro", 0.0),
        (utc("2024-07-01T05:05"), "nuclear", 5_000.0),
        (utc("2024-07-01T05:05"), "wind", 10.5),
        (utc("2024-07-01T05:10"), "wind", 11.0),
    ]
    assert reading.findings == ()


def test_fuel_that_both_parts_have_is_taken_from_the_later() -> None:
    """Wherever it stands in the document; a finding counts the other, which the raw columns keep."""
    reading = mix(
        {"2024-07-01 00:05:01-0500": {"Wind": 10.5}, "2024-07-01 00:04:57-0500": {"Wind": 9}},
    )
    assert generation(reading) == [(utc("2024-07-01T05:05"), "wind", 10.5)]
    assert kinds(reading) == [(FindingKind.SUPERSEDED_ROW, 1)]
    assert reading.payload_rows == reading.accounted_rows == reading.raw.height == 2


def test_halves_of_storage_do_not_count_beside_their_sum() -> None:
    """Storage that charges is negative; its two halves are left out and counted, and kept where they are asked for."""
    fuels = {"Power Storage": -750.5, "Power Storage Charging": -800.5, "Power Storage Discharging": 50}
    reading = mix({"2024-07-01 00:05:00-0500": fuels})
    standing = reading.without_superseded()
    assert generation(standing) == [(utc("2024-07-01T05:05"), "storage", -750.5)]
    assert kinds(standing) == [(FindingKind.SUPERSEDED_ROW, 2)]
    assert standing.payload_rows == standing.accounted_rows == 3
    assert sum(value for *_, value in generation(reading)) == -1_501.0


def test_fuel_that_is_new_is_other_and_said() -> None:
    """No row is lost for its name."""
    reading = mix({"2024-07-01 00:05:00-0500": {"Fusion": 1}})
    assert generation(reading) == [(utc("2024-07-01T05:05"), "other", 1.0)]
    assert kinds(reading) == [(FindingKind.UNKNOWN_WORD, 1)]


def test_value_that_is_no_number_is_null_and_said() -> None:
    """The row stays."""
    reading = mix({"2024-07-01 00:05:00-0500": {"Wind": "n/a", "Hydro": 1}})
    assert sorted(generation(reading), key=lambda row: row[1]) == [
        (utc("2024-07-01T05:05"), "hydro", 1.0),
        (utc("2024-07-01T05:05"), "wind", None),
    ]
    assert FindingKind.UNREADABLE_VALUE in dict(kinds(reading))


def test_stamp_that_is_none_is_counted() -> None:
    """One of two readings cannot be placed."""
    reading = mix({"soon": {"Wind": 1}, "2024-07-01 00:05:00-0500": {"Wind": 2}})
    assert generation(reading) == [(utc("2024-07-01T05:05"), "wind", 2.0)]
    assert kinds(reading) == [(FindingKind.REJECTED_ROW, 1)]


@pytest.mark.parametrize(
    "body", [{}, {"data": []}, {"data": {"2024-07-01": 1}}, {"data": {"2024-07-01": {"a": 1}}}]
)
def test_fuel_mix_of_another_shape_is_drift(body: Any) -> None:
    """Days hold stamps, stamps fuels, fuels figures."""
    with pytest.raises(SchemaDrift):
        GENERATION.read(json.dumps(body).encode())


def stored(*rows: tuple[str, str | None]) -> Reading:
    """Batteries at some stamps with their flags, each reading with its own number as output."""
    data = [
        {"timestamp": stamp, "totalCharging": -1, "totalDischarging": number + 1, "netOutput": number}
        | ({} if flag is None else {"dstFlag": flag})
        for number, (stamp, flag) in enumerate(rows)
    ]
    body = {"lastUpdated": "?", "currentDay": {"dayDate": "?", "data": data}}
    return BATTERIES.read(json.dumps(body).encode())


def test_long_days_readings_are_five_minutes_apart() -> None:
    """As published where the clocks fall back: the offset counts, but for the one stamp that is an hour late."""
    reading = stored(
        ("2024-11-03 01:00:00-0500", "N"),
        ("2024-11-03 01:55:00-0500", "N"),
        ("2024-11-03 02:00:00-0600", "N"),
        ("2024-11-03 01:05:00-0600", "Y"),
        ("2024-11-03 01:55:00-0600", "Y"),
        ("2024-11-03 02:00:00-0600", "Y"),
        ("2024-11-03 02:05:00-0600", "N"),
    )
    assert [f"{at:%H:%M}" for at in reading.frame["interval_start"]] == [
        "06:00",
        "06:55",
        "07:00",
        "07:05",
        "07:55",
        "08:00",
        "08:05",
    ]
    assert set(reading.frame["interval_end"] - reading.frame["interval_start"]) == {timedelta(minutes=5)}


@pytest.mark.parametrize(
    ("stamp", "flag", "start"),
    [
        ("2024-11-03 02:00:00-0600", None, "2024-11-03T08:00"),
        ("2024-11-03 02:00:00-0600", "Y", "2024-11-03T08:00"),
        ("2024-11-03 01:00:00-0600", "N", "2024-11-03T07:00"),
        ("2024-11-04 02:00:00-0600", "N", "2024-11-04T08:00"),
        ("2024-03-10 03:00:00-0500", "N", "2024-03-10T08:00"),
        ("2024-07-01 02:00:00-0500", "N", "2024-07-01T07:00"),
    ],
)
def test_no_other_stamp_is_moved(stamp: str, flag: str | None, start: str) -> None:
    """Neither one without a flag, nor one that is right already, nor one of any other day."""
    assert stored((stamp, flag)).frame["interval_start"].to_list() == [utc(start)]


def test_charging_is_turned_positive() -> None:
    """It is published as a negative number; the output is the net as it stands."""
    reading = stored(("2024-07-01 02:00:00-0500", "N"), ("2024-07-01 02:05:00-0500", "N"))
    assert reading.frame.select("output", "charging").rows() == [(0.0, 1.0), (1.0, 1.0)]


def demand(*rows: dict[str, Any], day: str = "2024-11-03 00:00:00-0500") -> bytes:
    """A document of demand whose running day has these hours."""
    data = [{"dstFlag": "N", "timestamp": "?", "epoch": 0, "currentLoadForecast": 1, **row} for row in rows]
    return json.dumps(
        {"lastUpdated": "2024-11-03 12:00:00-0600", "currentDay": {"dayDate": day, "data": data}}
    ).encode()


@pytest.mark.parametrize(
    "day",
    [f"2024-11-03 {time}:00:00{offset}" for time in ("00", "03") for offset in ("-0500", "-0600")],
)
def test_hour_and_flag_say_when_whatever_the_offset(day: str) -> None:
    """ERCOT's dashboards have put a day's last offset on all of it: only its date is taken."""
    hours = ((1, "N"), (2, "N"), (2, "Y"), (3, "N"), (24, "N"))
    rows = [{"hourEnding": hour, "dstFlag": flag, "systemLoad": 40_000} for hour, flag in hours]
    reading = DEMAND.read(demand(*rows, day=day))
    assert reading.frame["interval_start"].to_list() == [
        utc("2024-11-03T05:00"),
        utc("2024-11-03T06:00"),
        utc("2024-11-03T07:00"),
        utc("2024-11-03T08:00"),
        utc("2024-11-04T05:00"),
    ]


def test_hour_that_the_clocks_skip_is_counted() -> None:
    """A row of hour ending 3 of March 10, 2024 has no time."""
    rows = [{"hourEnding": hour, "systemLoad": 1} for hour in (2, 3, 4)]
    reading = DEMAND.read(demand(*rows, day="2024-03-10 00:00:00-0600"))
    assert reading.frame["interval_start"].to_list() == [utc("2024-03-10T07:00"), utc("2024-03-10T08:00")]
    assert kinds(reading) == [(FindingKind.REJECTED_ROW, 1)]


def test_hours_to_come_are_counted_and_a_hole_stays() -> None:
    """An empty hour before the last that is filled is null; those after it are left out."""
    rows = [
        {"hourEnding": 4, "systemLoad": 10},
        {"hourEnding": 5},
        {"hourEnding": 6, "systemLoad": 12},
        {"hourEnding": 7},
    ]
    reading = so_far(DEMAND.read(demand(*rows)), "load")
    assert reading.frame["load"].to_list() == [10.0, None, 12.0]
    assert kinds(reading) == [(FindingKind.ADVISORY_ROW, 1), (FindingKind.MISSING_VALUE, 1)]
    assert reading.payload_rows == reading.accounted_rows == 4
    assert reading.origin.to_list() == [0, 1, 2]


def test_document_in_which_nothing_is_known_yet_has_no_rows() -> None:
    """Shortly after midnight: no hour is over, and all are counted."""
    rows = [{"hourEnding": 1, "systemLoad": None}, {"hourEnding": 2, "systemLoad": None}]
    reading = so_far(DEMAND.read(demand(*rows)), "load")
    assert (reading.frame.height, kinds(reading)) == (0, [(FindingKind.ADVISORY_ROW, 2)])


def test_forecasts_are_known_by_when_they_were_shown() -> None:
    """``lastUpdated`` with its offset is the publication time of every row."""
    reading = EXPECTED_DAY_AHEAD.read(demand({"hourEnding": 1, "dayAheadForecast": 5.5}))
    assert reading.frame.select("publish_time", "load").rows() == [(utc("2024-11-03T18:00"), 5.5)]


def now_page(*rows: tuple[str, int | None, int]) -> bytes:
    """A document of the running day's demand: stamps, figures and flags."""
    data = [{"timestamp": stamp, "demand": load, "forecast": flag} for stamp, load, flag in rows]
    return json.dumps({"lastUpdated": "?", "data": data, "forecast": []}).encode()


def test_what_is_expected_is_no_reading() -> None:
    """Rows with the flag are left out and counted, wherever they stand."""
    reading = DEMAND_NOW.read(
        now_page(
            ("2026-09-05 00:00:00-0500", 65_878, 0),
            ("2026-09-05 00:05:00-0500", 65_000, 1),
            ("2026-09-06 00:00:00-0500", 67_031, 1),
            ("2026-09-05 00:10:00-0500", 65_771, 0),
        )
    )
    assert reading.frame.select("interval_start", "load").rows() == [
        (utc("2026-09-05T05:00"), 65_878.0),
        (utc("2026-09-05T05:10"), 65_771.0),
    ]
    assert kinds(reading) == [(FindingKind.ADVISORY_ROW, 2)]
    assert reading.payload_rows == reading.accounted_rows == 4
    assert reading.origin.to_list() == [0, 3]


def test_demand_without_its_flag_is_drift() -> None:
    """Nothing else tells a reading from what is expected."""
    page = json.dumps({"data": [{"timestamp": "2026-09-05 00:00:00-0500", "demand": 1}]}).encode()
    with pytest.raises(SchemaDrift) as caught:
        DEMAND_NOW.read(page)
    assert caught.value.column == "forecast"


def test_sandbox_has_no_other_dashboard() -> None:
    """A name that it does not know is not found."""
    assert documents(Ask(path=f"{FOLDER}/weather.json", now=utc("2026-11-20T17:00"))).status == 404
