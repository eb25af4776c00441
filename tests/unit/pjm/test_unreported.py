"""What PJM's feeds do not have: days of a list without a row, and hours that are padded with zeros."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any, cast

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti import Chunk, FindingKind
from energyopti.layouts import Reading
from energyopti.query import TimeRange, plan
from energyopti.source import Source
from energyopti.timezones import midnight
from energyopti_pjm.market import PJM
from energyopti_pjm.protocol.unreported import every_day, reported, with_empty_days, without_zeros

NEW_YORK = "America/New_York"


def month(feed: str, day: str) -> Chunk:
    """The month of a feed in which a day lies."""
    noon = utc(f"{day}T17:00")
    (found,) = plan(PJM, PJM.feed(feed), TimeRange(noon, noon + timedelta(hours=1)))
    return found


def reading(rows: dict[str, Any]) -> Reading:
    """Rows of some columns, as they were read."""
    schema: dict[str, Any] = {"interval_start": pl.Datetime("us", "UTC")}
    frame = pl.DataFrame(rows, schema_overrides=schema)
    origin = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
    return Reading(frame=frame, raw=frame, origin=origin, payload_rows=frame.height)


def binding(*days: int) -> Reading:
    """A row at noon of some days of November 2026."""
    return reading({"interval_start": [utc(f"2026-11-{day:02}T17:00") for day in days]})


def test_days_without_a_row_are_said_with_their_time() -> None:
    """By the 20th, a Friday at noon, all up to the 19th was due: the 3rd and 4th have nothing, nor has the 17th."""
    there = [day for day in range(1, 20) if day not in {3, 4, 17}]
    found = with_empty_days(
        binding(*there), month("rt_marginal_value", "2026-11-10"), utc("2026-11-20T17:00")
    )
    (gap,) = found.findings
    assert (gap.kind, gap.rows, gap.accounts) == (FindingKind.GAP, 3, False)
    assert gap.spans == (
        (utc("2026-11-03T05:00"), utc("2026-11-05T05:00")),
        (utc("2026-11-17T05:00"), utc("2026-11-18T05:00")),
    )


def test_days_that_are_not_due_are_not_missing() -> None:
    """On Sunday what is verified on Monday is to come; tomorrow's day-ahead results are due by two o'clock."""
    sunday = utc("2026-11-22T18:59")
    real_time = with_empty_days(binding(*range(1, 20)), month("rt_marginal_value", "2026-11-10"), sunday)
    assert real_time.findings == ()
    day_ahead = binding(*range(1, 23))
    chunk = month("da_marginal_value", "2026-11-10")
    assert with_empty_days(day_ahead, chunk, sunday).findings == ()
    (gap,) = with_empty_days(day_ahead, chunk, sunday + timedelta(minutes=1)).findings
    assert gap.spans == ((utc("2026-11-23T05:00"), utc("2026-11-24T05:00")),)


def test_days_before_the_history_are_not_missing() -> None:
    """It begins with the last day of 2010."""
    found = reading({"interval_start": [utc("2010-12-31T17:00")]})
    assert with_empty_days(found, month("da_marginal_value", "2010-12-31"), utc("2026-11-20T17:00")) is found


@given(st.sets(st.integers(1, 30)))
def test_every_day_has_a_row_or_is_said(days: set[int]) -> None:
    """Whichever days of a month that is over have one, in a month with 25 hours in a day."""
    found = with_empty_days(binding(*days), month("rt_marginal_value", "2026-11-10"), utc("2027-01-20T17:00"))
    spans = [span for each in found.findings for span in each.spans]
    covered = [
        day
        for day in range(1, 31)
        if any(low <= midnight(date(2026, 11, day), NEW_YORK) < high for low, high in spans)
    ]
    assert covered == sorted(set(range(1, 31)) - days)
    assert sum(each.rows for each in found.findings) == 30 - len(days)


def output(**hours: list[float | None]) -> Reading:
    """Hours of 20 November 2026 in UTC, of several areas."""
    rows = [
        (utc(f"2026-11-20T{hour:02}:00"), area, value)
        for area, values in hours.items()
        for hour, value in enumerate(values)
    ]
    starts, areas, values = zip(*rows, strict=True)
    return reading({"interval_start": list(starts), "location": list(areas), "generation": list(values)})


def test_hours_at_the_end_in_which_every_area_has_nothing_are_left_out() -> None:
    """Two hours are padded; the calm hour before is no padding, nor is an hour in which one area has something."""
    found = without_zeros(
        output(RTO=[9.0, 0.0, 7.0, 0.0, 0.0, 0.0], WEST=[4.0, 0.0, 0.0, 5.0, 0.0, 0.0]),
        "generation",
        utc("2026-11-18T00:00"),
    )
    assert found.frame["interval_start"].dt.hour().to_list() == [0, 1, 2, 3] * 2
    (said,) = found.findings
    assert (said.kind, said.rows, said.accounts) == (FindingKind.ADVISORY_ROW, 4, True)
    assert found.payload_rows == found.accounted_rows == 12


@pytest.mark.parametrize("last", [None, -0.4, 3.0])
def test_hours_that_say_anything_stand(last: float | None) -> None:
    """Less than nothing is a station's own use, and an empty cell is no zero."""
    whole = output(RTO=[9.0, 0.0, last])
    assert without_zeros(whole, "generation", utc("2026-11-18T00:00")) is whole


def test_zeros_of_longer_ago_stand() -> None:
    """Padding was seen for two days: older hours are what they are."""
    whole = output(RTO=[0.0, 0.0, 0.0])
    assert without_zeros(whole, "generation", utc("2026-11-20T03:00")) is whole
    assert without_zeros(whole, "generation", utc("2026-11-20T02:00")).frame.height == 2


class Standing:
    """Stands in for the HTTP side where only its clock is looked at."""

    def __init__(self, now: datetime) -> None:
        self.now = now


@pytest.mark.parametrize(("now", "rows"), [("2026-11-20T06:00", 1), ("2026-12-04T05:00", 3)])
def test_padding_is_looked_for_in_young_chunks_alone(now: str, rows: int) -> None:
    """Three days after its end nothing of a month is padded."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        del chunk, source
        return output(RTO=[9.0, 0.0, 0.0])

    there = reported(collect, "generation")
    chunk = month("wind_gen", "2026-11-20")
    found = asyncio.run(cast("Any", there)(chunk, cast("Source", Standing(utc(now)))))
    assert found.frame.height == rows


def test_lists_are_looked_through_as_they_are_collected() -> None:
    """By the time at which they are asked for."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        del chunk, source
        return binding(*range(1, 19))

    there = cast("Any", every_day(collect))
    chunk, now = month("rt_marginal_value", "2026-11-10"), utc("2026-11-20T17:00")
    (gap,) = asyncio.run(there(chunk, cast("Source", Standing(now)))).findings
    assert gap.rows == 1
