"""On-peak hours and NERC's holidays."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from builders import utc
from compared_markets import CHICAGO, LOS_ANGELES, NEW_YORK
from energyopti.analysis import nerc_holidays
from energyopti.analysis.calendar import peak

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


@pytest.mark.parametrize(("year", "days"), LISTED.items())
def test_holidays_are_those_of_the_calendar(year: int, days: tuple[str, ...]) -> None:
    """Six a year, in their order."""
    assert nerc_holidays(year) == tuple(date.fromisoformat(f"{year}-{day}") for day in days)


def peaks(zone: str, first: str, hours: int) -> list[str]:
    """Whether each of some hours from an instant on is on-peak."""
    frame = pl.DataFrame({"interval_start": [utc(first) + timedelta(hours=n) for n in range(hours)]})
    return frame.select(peak(zone, range(2021, 2026))).to_series().to_list()


def onpeak_hours(zone: str, first: str, hours: int = 24) -> list[int]:
    """Which hours after an instant are on-peak."""
    return [number for number, word in enumerate(peaks(zone, first, hours)) if word == "onpeak"]


@pytest.mark.parametrize(
    ("zone", "midnight"), [(NEW_YORK, "04:00"), (CHICAGO, "05:00"), (LOS_ANGELES, "07:00")]
)
def test_weekday_has_the_hours_ending_7_to_22_of_its_own_clock(zone: str, midnight: str) -> None:
    """Tuesday 2 July 2024: from the seventh hour after local midnight to the 22nd."""
    assert onpeak_hours(zone, f"2024-07-02T{midnight}") == list(range(6, 22))


def test_one_instant_is_on_peak_in_one_market_and_not_in_another() -> None:
    """10:00Z on a Tuesday in July: hour ending 07 in New York, 06 in Chicago."""
    assert (peaks(NEW_YORK, "2024-07-02T10:00", 1), peaks(CHICAGO, "2024-07-02T10:00", 1)) == (
        ["onpeak"],
        ["offpeak"],
    )


@pytest.mark.parametrize(
    "midnight", ["2024-07-06T04:00", "2024-07-07T04:00", "2024-07-04T04:00", "2021-07-05T04:00"]
)
def test_weekends_and_holidays_are_off_peak(midnight: str) -> None:
    """A Saturday, a Sunday, Independence Day, and the Monday on which it was kept in 2021."""
    assert onpeak_hours(NEW_YORK, midnight) == []


def test_july_has_352_on_peak_hours() -> None:
    """23 weekdays of July 2024 less Independence Day, sixteen hours each."""
    assert len(onpeak_hours(NEW_YORK, "2024-07-01T04:00", 31 * 24)) == 22 * 16 == 352


def test_first_weekday_after_a_clock_change_is_as_any_other() -> None:
    """Monday 11 March 2024 begins at 04:00Z, an hour earlier than the Monday before."""
    assert onpeak_hours(NEW_YORK, "2024-03-11T04:00") == list(range(6, 22))
    assert onpeak_hours(NEW_YORK, "2024-03-04T05:00") == list(range(6, 22))
