"""Recorded dispatch prices by the hour: every hour of every zone, against exact fractions."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import polars as pl
import pytest

from builders import utc
from energyopti import TimeRange
from energyopti.analysis.hours import hourly
from hourly_oracle import Interval, hourly_means
from recordings.published import days, real_time_prices
from recordings.served import Recordings

CASES = (
    ("20220718realtime_zone.csv", ("2022-07-18", "2022-07-19"), ("2022-07-18T04:00", "2022-07-19T04:00")),
    pytest.param(  # that its rows are as published is tried by default
        "20190201realtime_zone_csv.zip",
        ("2019-02-01", "2019-03-01"),
        ("2019-02-01T05:00", "2019-03-01T05:00"),
        marks=pytest.mark.exhaustive,
    ),
)
SLACK = timedelta(seconds=150)


@pytest.mark.parametrize(("name", "asked", "bounds"), CASES)
def test_every_hour_of_recorded_dispatch_is_its_weighted_mean(
    nyiso: Recordings, name: str, asked: tuple[str, str], bounds: tuple[str, str]
) -> None:
    """Corrective runs, stamps two seconds late and missing ones: the mean or null, as plain Python has it."""
    published: dict[str, list[Interval]] = defaultdict(list)
    for day in days(nyiso.path(name)):
        for start, end, location, _, price, *_ in real_time_prices(day):
            published[location].append((start, end, price))
    frame = nyiso.get("realtime_zone", *asked).frame
    span = TimeRange(utc(bounds[0]), utc(bounds[1]))
    assert len(published) == 15
    for location, intervals in published.items():
        found = hourly(frame.filter(location=location), span, slack=SLACK)["lmp"].to_list()
        expected = hourly_means(intervals, span.start, span.end, SLACK)
        assert [value is None for value in found] == [value is None for value in expected], location
        assert [value for value in found if value is not None] == [
            pytest.approx(value, abs=1e-9) for value in expected if value is not None
        ], location


def test_irregular_hour_is_not_the_plain_mean(nyiso: Recordings) -> None:
    """Weighting matters: on 2022-07-18 some hour of New York City differs from the mean of its rows by a cent or more."""
    frame = nyiso.get("realtime_zone", "2022-07-18", "2022-07-19").frame.filter(location="N.Y.C.")
    span = TimeRange(utc("2022-07-18T04:00"), utc("2022-07-19T04:00"))
    weighted = hourly(frame, span, slack=SLACK)["lmp"]
    plain = frame.group_by(frame["interval_start"].dt.truncate("1h").alias("hour"), maintain_order=True).agg(
        pl.col("lmp").mean()
    )
    assert ((weighted - plain["lmp"]).abs() >= 0.01).any()
