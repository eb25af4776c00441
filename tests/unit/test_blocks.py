"""Blocks as they are traded: which hours each has, on any clock and any day, and what a market may declare."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from builders import market, utc
from compared_markets import CHICAGO, LOS_ANGELES, NEW_YORK
from energyopti import Block, PluginError
from energyopti.blocks import block_hours, nerc_holidays

LISTED = {
    2010: ("01-01", "05-31", "07-05", "09-06", "11-25", "12-25"),
    2011: ("01-01", "05-30", "07-04", "09-05", "11-24", "12-26"),
    2021: ("01-01", "05-31", "07-05", "09-06", "11-25", "12-25"),
    2022: ("01-01", "05-30", "07-04", "09-05", "11-24", "12-26"),
    2023: ("01-02", "05-29", "07-04", "09-04", "11-23", "12-25"),
    2024: ("01-01", "05-27", "07-04", "09-02", "11-28", "12-25"),
    2026: ("01-01", "05-25", "07-04", "09-07", "11-26", "12-25"),
}
"""As a calendar says: Sundays moved to Monday (4 July 2010 and 2021, Christmas 2011 and 2022, New Year 2023), Saturdays kept."""

EASTERN, WESTERN = Block.traded("5x16", first=8, last=23), Block.traded("6x16", first=7, last=22)
CENTRAL = Block.traded("5x16", first=7, last=22)


@pytest.mark.parametrize(("year", "days"), LISTED.items())
def test_holidays_are_those_of_the_calendar(year: int, days: tuple[str, ...]) -> None:
    """Six a year, in their order."""
    assert nerc_holidays(year) == tuple(date.fromisoformat(f"{year}-{day}") for day in days)


def hours_of(block: Block, zone: str, first: str, hours: int = 24) -> list[int]:
    """Which hours after an instant are in a block."""
    frame = pl.DataFrame({"interval_start": [utc(first) + timedelta(hours=n) for n in range(hours)]})
    inside = frame.select(block.covers(zone)).to_series().to_list()
    return [number for number, yes in enumerate(inside) if yes]


@pytest.mark.parametrize(
    ("blocks", "zone", "midnight", "expected"),
    [
        (EASTERN, NEW_YORK, "2024-07-02T04:00", range(7, 23)),
        (CENTRAL, CHICAGO, "2024-07-02T05:00", range(6, 22)),
        (WESTERN, LOS_ANGELES, "2024-07-02T07:00", range(6, 22)),
    ],
)
def test_a_tuesday_has_sixteen_on_peak_hours(
    blocks: tuple[Block, ...], zone: str, midnight: str, expected: range
) -> None:
    """Hours ending 08 to 23 in the East, 07 to 22 elsewhere; 7x8 is the other eight, 7x24 all of them."""
    onpeak, rest, nights, everything = blocks
    assert hours_of(onpeak, zone, midnight) == list(expected)
    assert hours_of(rest, zone, midnight) == []
    assert hours_of(nights, zone, midnight) == [n for n in range(24) if n not in expected]
    assert hours_of(everything, zone, midnight) == list(range(24))


def test_saturday_is_on_peak_in_california_alone() -> None:
    """6 July 2024: 6x16 has it, 5x16 does not, and 2x16 does."""
    assert hours_of(WESTERN[0], LOS_ANGELES, "2024-07-06T07:00") == list(range(6, 22))
    assert hours_of(WESTERN[1], LOS_ANGELES, "2024-07-06T07:00") == []
    assert hours_of(EASTERN[0], NEW_YORK, "2024-07-06T04:00") == []
    assert hours_of(EASTERN[1], NEW_YORK, "2024-07-06T04:00") == list(range(7, 23))


@pytest.mark.parametrize(
    "midnight",
    ["2024-07-07T07:00", "2024-07-04T07:00", "2021-07-05T07:00", "2026-07-04T07:00"],
    ids=["Sunday", "Thursday 4 July", "Monday 5 July", "Saturday 4 July"],
)
def test_sundays_and_holidays_are_off_peak_in_california(midnight: str) -> None:
    """All sixteen hours of each are 1x16."""
    assert hours_of(WESTERN[0], LOS_ANGELES, midnight) == []
    assert hours_of(WESTERN[1], LOS_ANGELES, midnight) == list(range(6, 22))


@pytest.mark.parametrize(
    ("midnight", "length", "nights", "daytime"),
    [
        ("2024-03-10T05:00", 23, [*range(6), 22], list(range(6, 22))),
        ("2024-11-03T04:00", 25, [*range(8), 24], list(range(8, 24))),
    ],
)
def test_sunday_of_a_clock_change(midnight: str, length: int, nights: list[int], daytime: list[int]) -> None:
    """Sixteen hours by day in any case; the nights of 23 and 25 hours have seven and nine."""
    assert hours_of(EASTERN[2], NEW_YORK, midnight, length) == nights
    assert hours_of(EASTERN[1], NEW_YORK, midnight, length) == daytime


@pytest.mark.parametrize(
    ("blocks", "zone", "first", "counts"),
    [
        # 31 days, 22 of them weekdays without 4 July; 26 without Sundays (7, 14, 21, 28) and 4 July
        (EASTERN, NEW_YORK, "2024-07-01T04:00", [352, 144, 248, 744]),
        (WESTERN, LOS_ANGELES, "2024-07-01T07:00", [416, 80, 248, 744]),
    ],
)
def test_hours_of_july(blocks: tuple[Block, ...], zone: str, first: str, counts: list[int]) -> None:
    """On-peak, the other days' daytime, the nights, and all: by a calendar."""
    assert [len(hours_of(block, zone, first, 744)) for block in blocks] == counts


def test_month_of_a_clock_change_has_an_hour_more_by_night() -> None:
    """November 2024 in New York: 20 weekdays without Thanksgiving, ten other days, 241 hours of nights."""
    counts = [len(hours_of(block, NEW_YORK, "2024-11-01T04:00", 721)) for block in EASTERN]
    assert counts == [320, 160, 241, 721]


def test_quarters_of_an_hour_are_in_the_block_of_their_hour() -> None:
    """07:45 is in hour ending 08, 06:45 is not."""
    starts = [utc("2024-07-02T10:45"), utc("2024-07-02T11:45")]
    frame = pl.DataFrame({"interval_start": starts})
    assert frame.select(EASTERN[0].covers(NEW_YORK)).to_series().to_list() == [False, True]


@pytest.mark.parametrize("first", [0, 10])
def test_daytime_is_sixteen_hours_of_one_day(first: int) -> None:
    """Neither before hour ending 1 nor after 24."""
    with pytest.raises(PluginError, match="not sixteen hours of a day"):
        Block(name="5x16", daytime=(first, first + 15))
    with pytest.raises(PluginError, match="not sixteen hours of a day"):
        Block.traded("5x16", first=8, last=22)


def test_other_names_are_refused() -> None:
    """With those there are."""
    with pytest.raises(PluginError, match="cannot be '5x8'; use one of 5x16, 6x16, 2x16"):
        Block(name="5x8", daytime=(7, 22))
    with pytest.raises(PluginError, match="on-peak cannot be '7x8'"):
        Block.traded("7x8", first=7, last=22)


def test_market_has_its_blocks() -> None:
    """One is its on-peak; without blocks there is none."""
    declared = market(blocks=EASTERN)
    assert declared.onpeak == EASTERN[0]
    assert [str(block) for block in declared.blocks] == ["5x16", "2x16", "7x8", "7x24"]
    assert market().onpeak is None


def test_market_declares_each_block_once() -> None:
    """Two of one name, or two that are on-peak, are a mistake of the plugin."""
    with pytest.raises(PluginError, match="two blocks have one name"):
        market(blocks=(*EASTERN, EASTERN[2]))
    with pytest.raises(PluginError, match="two blocks are its on-peak"):
        market(blocks=(EASTERN[0], WESTERN[0]))


NOVEMBER = (utc("2025-11-01T04:00"), utc("2025-12-01T05:00"))
JULY = (utc("2026-07-01T07:00"), utc("2026-08-01T07:00"))


def hours(
    span: tuple[object, object], zone: str, daytime: tuple[int, int], *names: str | None
) -> list[int | None]:
    """The hours of some blocks in an interval."""
    times = dict.fromkeys(("interval_start", "interval_end"), pl.Datetime("us", "UTC"))
    frame = pl.DataFrame([(*span, name) for name in names], schema=times | {"block": pl.String}, orient="row")
    return block_hours(frame, block="block", zone=zone, daytime=daytime).to_list()


def test_hours_of_a_month_are_those_counted_on_a_calendar() -> None:
    """November 2025 has 721 hours in New York: 19 weekdays without Thanksgiving, and 11 other days."""
    names = ("5x16", "2x16", "7x8", "5x8+2x24", "7x24")
    assert hours(NOVEMBER, NEW_YORK, (8, 23), *names) == [19 * 16, 11 * 16, 721 - 30 * 16, 721 - 19 * 16, 721]


def test_hours_of_six_days_leave_out_a_holiday_on_a_saturday() -> None:
    """July 2026 has four Sundays, and Independence Day is a Saturday."""
    names = ("6x16", "1x16", "6x8+1x24")
    assert hours(JULY, LOS_ANGELES, (7, 22), *names) == [26 * 16, 5 * 16, 744 - 26 * 16]


def test_hours_of_what_is_not_known_are_not_known() -> None:
    """Neither of a block that has no such name, nor of an interval that is not there."""
    assert hours(NOVEMBER, NEW_YORK, (8, 23), "onpeak", None, "7x24") == [None, None, 721]
    assert hours((None, NOVEMBER[1]), NEW_YORK, (8, 23), "7x24") == [None]
