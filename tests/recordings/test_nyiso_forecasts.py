"""Recorded load forecasts: every publication, every hour, every zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from builders import utc
from energyopti import FindingKind, MarketData
from recordings.published import Forecast, days, forecasts
from recordings.served import Recordings

NOVEMBER, MARCH, JANUARY = "20181101isolf_csv.zip", "20190301isolf_csv.zip", "20200101isolf_csv.zip"
RANGES = {
    NOVEMBER: ("2018-11-01", "2018-12-01", utc("2018-11-01T04:00"), utc("2018-12-01T05:00")),
    MARCH: ("2019-03-01", "2019-04-01", utc("2019-03-01T05:00"), utc("2019-04-01T04:00")),
    JANUARY: ("2020-01-01", "2020-02-01", utc("2020-01-01T05:00"), utc("2020-02-01T05:00")),
}
Rows = list[Forecast]


def rows(data: MarketData) -> Rows:
    """The rows of an answer, in the oracle's shape."""
    columns = ("publish_time", "interval_start", "interval_end", "location", "load")
    return sorted(data.frame.select(*columns).rows())


@cache
def published(recording: Path) -> Rows:
    """Every row of a month's archive that speaks of that month."""
    _, _, start, end = RANGES[recording.name]
    every = [row for day in days(recording) for row in forecasts(day)]
    return sorted(row for row in every if start <= row[1] < end)


@pytest.mark.parametrize("recording", RANGES)
def test_all_vintages_are_every_published_row(nyiso: Recordings, recording: str) -> None:
    """With all vintages, each hour stands once for each publication that spoke of it."""
    start, end, *_ = RANGES[recording]
    data = nyiso.get("isolf", start, end, vintages="all")
    assert rows(data) == published(nyiso.path(recording))


@pytest.mark.parametrize("recording", RANGES)
def test_latest_is_the_last_word_on_each_hour(nyiso: Recordings, recording: str) -> None:
    """Of all publications the one with the latest time stands, once for each hour and zone."""
    start, end, *_ = RANGES[recording]
    last = {(row[1], row[3]): row for row in published(nyiso.path(recording))}
    assert rows(nyiso.get("isolf", start, end)) == sorted(last.values())


def test_publication_time_is_new_yorks_clock(nyiso: Recordings) -> None:
    """The archive's stamps are local: 07:05:06 EDT on the day before the change, 07:09 EST on the day itself."""
    frame = nyiso.get("isolf", "2018-11-04", "2018-11-06").frame
    by_day = dict(frame.select(frame["interval_start"].dt.date(), "publish_time").rows())
    assert by_day[utc("2018-11-04T12:00").date()] == utc("2018-11-03T11:05:06")
    sixth = frame.filter(interval_start=utc("2018-11-05T17:00"))["publish_time"].unique().to_list()
    assert [each.replace(second=0) for each in sixth] == [utc("2018-11-04T12:09")]


def test_repeated_hour_is_forecast_twice(nyiso: Recordings) -> None:
    """2018-11-04 has 25 hours for each of the eleven zones and for the whole of New York."""
    frame = nyiso.get("isolf", "2018-11-04", "2018-11-05").frame
    hours = [utc("2018-11-04T04:00") + timedelta(hours=number) for number in range(25)]
    for zone in frame["location"].unique():
        assert frame.filter(location=zone)["interval_start"].to_list() == hours
    assert frame["location"].n_unique() == 12


def test_skipped_hour_is_not_forecast(nyiso: Recordings) -> None:
    """2019-03-10 has 23 hours: from 01:00 EST the next is 03:00 EDT."""
    frame = nyiso.get("isolf", "2019-03-10", "2019-03-11").frame.filter(location="NYISO")
    assert frame["interval_start"].to_list() == [
        utc("2019-03-10T05:00") + timedelta(hours=number) for number in range(23)
    ]


def test_publications_before_the_range_reach_into_it(nyiso: Recordings) -> None:
    """2018-11-08 was forecast by the six publications made for the 3rd to the 8th."""
    frame = nyiso.get("isolf", "2018-11-08", "2018-11-09", vintages="all").frame
    times: list[datetime] = sorted(frame["publish_time"].unique())
    assert [each.date().isoformat() for each in times] == [f"2018-11-0{day}" for day in range(2, 8)]
    assert frame.height == 6 * 24 * 12


def test_last_publication_covers_days_without_their_own(nyiso: Recordings) -> None:
    """No publication for December is there: the one for 2018-11-30 speaks of the five days after it."""
    data = nyiso.get("isolf", "2018-12-01", "2018-12-06")
    day = list(days(nyiso.path(NOVEMBER)))[-1]
    assert rows(data) == sorted(row for row in forecasts(day) if row[1] >= utc("2018-12-01T05:00"))
    assert data.coverage.complete


def test_publication_without_a_time_is_kept_and_told(nyiso: Recordings) -> None:
    """A daily file whose server does not say when it was modified: all 1,728 rows, publish_time null."""
    (day,) = days(nyiso.path("20171122isolf.csv"))
    data = nyiso.get("isolf", "2017-11-22", "2017-11-28")
    said = sorted((*row[1:],) for row in forecasts(day))
    assert sorted(data.frame.select("interval_start", "interval_end", "location", "load").rows()) == said
    assert len(said) == 144 * 12
    assert data.frame["publish_time"].null_count() == 1728
    assert FindingKind.UNKNOWN_TIME in {finding.kind for finding in data.findings}
