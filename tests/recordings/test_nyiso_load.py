"""Recorded load: every reading of four months, both passes of the repeated hour, and the blank cells."""

from __future__ import annotations

from datetime import timedelta

import pytest

from builders import utc
from energyopti import FindingKind, MarketData
from recordings.published import Load, days, loads
from recordings.served import Recordings

NOVEMBER, MARCH, JANUARY = "20181101pal_csv.zip", "20190301pal_csv.zip", "20200101pal_csv.zip"
RANGES = {
    "20171122pal.csv": ("2017-11-22", "2017-11-23"),
    NOVEMBER: ("2018-11-01", "2018-12-01"),
    MARCH: ("2019-03-01", "2019-04-01"),
    JANUARY: ("2020-01-01", "2020-02-01"),
}


def load(nyiso: Recordings, start: str, end: str) -> MarketData:
    """The readings of a range."""
    return nyiso.get("pal", start, end)


def readings(data: MarketData) -> list[Load]:
    """The rows of an answer, in the oracle's shape."""
    rows = data.frame.select("interval_start", "interval_end", "location", "load").rows()
    return sorted(rows, key=lambda row: row[:3])


@pytest.mark.parametrize("recording", RANGES)
def test_every_reading_is_as_published(nyiso: Recordings, recording: str) -> None:
    """Every row of the recording is in the frame, at the instant that its flag says; none is lost or doubled."""
    published = [row for day in days(nyiso.path(recording)) for row in loads(day)]
    assert readings(load(nyiso, *RANGES[recording])) == sorted(published, key=lambda row: row[:3])


def test_repeated_hour_keeps_both_passes(nyiso: Recordings) -> None:
    """2018-11-04 has 25 hours: the hour 01 in EDT and again in EST, with readings of their own in each."""
    frame = load(nyiso, "2018-11-04", "2018-11-05").frame
    assert frame["interval_start"].n_unique() == 304
    starts = frame["interval_start"].unique().sort().to_list()
    assert (starts[0], starts[-1]) == (utc("2018-11-04T04:00"), utc("2018-11-05T04:55"))
    hours = [utc("2018-11-04T04:00") + timedelta(hours=number) for number in range(25)]
    assert all(any(hour <= start < hour + timedelta(hours=1) for start in starts) for hour in hours)


def test_naive_bounds_in_the_repeated_hour_reach_over_both_passes(nyiso: Recordings) -> None:
    """From 01:00, which means its first pass, to 02:00 are two hours of readings."""
    frame = load(nyiso, "2018-11-04T01:00", "2018-11-04T02:00").frame
    assert (frame["interval_start"].min(), frame["interval_start"].max()) == (
        utc("2018-11-04T05:00"),
        utc("2018-11-04T06:55"),
    )
    (day,) = (each for each in days(nyiso.path(NOVEMBER)) if each.name == "20181104pal.csv")
    both = [row for row in loads(day) if utc("2018-11-04T05:00") <= row[0] < utc("2018-11-04T07:00")]
    assert frame.height == len(both)


def test_skipped_hour_is_not_invented(nyiso: Recordings) -> None:
    """2019-03-10 has 23 hours: after 01:55 EST comes 03:00 EDT, five minutes later, and no gap is found."""
    data = load(nyiso, "2019-03-10", "2019-03-11")
    assert data.frame["interval_start"].n_unique() == 282
    local = data.local()["interval_start"]
    assert set(local.dt.hour()) == {0, 1, *range(3, 24)}
    assert utc("2019-03-10T06:55") in data.frame["interval_start"]
    assert utc("2019-03-10T07:00") in data.frame["interval_start"]
    assert data.findings == ()


def test_readings_off_the_grid_stay_where_they_are(nyiso: Recordings) -> None:
    """2017-11-22 has 290 readings a zone instead of 288; each is a reading at its own second."""
    data = load(nyiso, "2017-11-22", "2017-11-23")
    assert data.frame.group_by("location").len()["len"].unique().to_list() == [290]
    assert {second for second in data.frame["interval_start"].dt.second() if second} != set()


def test_blank_cells_are_null_and_told(nyiso: Recordings) -> None:
    """The reading at 23:55 of 2020-01-09 is empty in all eleven zones: null, never zero, with a finding."""
    data = load(nyiso, "2020-01-09", "2020-01-10")
    blank = data.frame.filter(data.frame["load"].is_null())
    assert blank.height == 11
    assert blank["interval_start"].unique().to_list() == [utc("2020-01-10T04:55")]
    (finding,) = (each for each in data.findings if each.kind is FindingKind.MISSING_VALUE)
    assert (finding.rows, finding.column, finding.chunk) == (11, "load", "nyiso/pal/2020-01-09")


@pytest.mark.parametrize("recording", [NOVEMBER, MARCH])
def test_whole_months_give_nothing_to_remark(nyiso: Recordings, recording: str) -> None:
    """A month with a clock change has no gap, no repeat and no unreadable row."""
    data = load(nyiso, *RANGES[recording])
    assert data.findings == ()
    assert data.coverage.complete


def test_month_costs_one_request(nyiso: Recordings) -> None:
    """All days of a month come out of its archive, which is asked for once."""
    before = len(nyiso.asked)
    nyiso.get("pal", "2018-11-03", "2018-11-29")
    assert nyiso.asked[before:] == ["/public/csv/pal/20181101pal_csv.zip"]


def test_provenance_names_the_archive(nyiso: Recordings) -> None:
    """Each chunk says which source answered and from where."""
    provenance = load(nyiso, "2018-11-04", "2018-11-05").provenance
    (each,) = provenance
    assert (each.feed_source, each.host, each.final) == ("monthly archive", "mis", True)
    assert each.urls[0].endswith("/public/csv/pal/20181101pal_csv.zip")
