"""Recorded generation by fuel: every reading, and the one at midnight that stands in the day before."""

from __future__ import annotations

from datetime import timedelta

from builders import utc
from energyopti import CoverageStatus, FindingKind, MarketData
from recordings.published import Generation, days, generation
from recordings.served import Recordings

FEBRUARY, NOVEMBER = "20250201rtfuelmix_csv.zip", "20171122rtfuelmix.csv"


def readings(data: MarketData) -> list[Generation]:
    """The rows of an answer, in the oracle's shape."""
    columns = ("interval_start", "interval_end", "fuel", "fuel_native", "generation")
    return sorted(data.frame.select(*columns).rows())


def february(nyiso: Recordings) -> MarketData:
    """February 2025."""
    return nyiso.get("rtfuelmix", "2025-02-01", "2025-03-01")


def test_every_reading_of_a_month_is_as_published(nyiso: Recordings) -> None:
    """All rows of the month's files but the last: midnight of March 1st belongs to March."""
    every = [row for day in days(nyiso.path(FEBRUARY)) for row in generation(day)]
    published = sorted(row for row in every if row[0] < utc("2025-03-01T05:00"))
    assert len(every) - len(published) == 7
    assert readings(february(nyiso)) == published


def test_first_reading_of_a_month_stands_in_the_month_before(nyiso: Recordings) -> None:
    """Midnight of February 1st is in a file that is not there: it is told, and costs nothing else."""
    data = february(nyiso)
    first, *others = data.coverage.parts
    assert (first.start, first.status) == (utc("2025-02-01T05:00"), CoverageStatus.MISSING)
    assert len(others) == 28
    missing = [each for each in data.findings if each.kind is FindingKind.MISSING_PART]
    assert len(missing) == 1
    assert "2025-02-01T05:00:00Z" in missing[0].message


def test_day_takes_its_midnight_from_the_day_before(nyiso: Recordings) -> None:
    """A day's file begins at 00:05 and ends with the next 00:00: the local day needs two files."""
    files = {day.name: generation(day) for day in days(nyiso.path(FEBRUARY))}
    start = utc("2025-02-10T05:00")
    data = nyiso.get("rtfuelmix", "2025-02-10", "2025-02-11")
    midnight = [row for row in files["20250209rtfuelmix.csv"] if row[0] == start]
    rest = [row for row in files["20250210rtfuelmix.csv"] if row[0] < start + timedelta(days=1)]
    assert len(midnight) == 7
    assert readings(data) == sorted([*midnight, *rest])


def test_reading_that_was_never_published_is_a_gap(nyiso: Recordings) -> None:
    """The file of 2025-02-06 ends at 23:55: the midnight after it is missing, and said to be."""
    data = nyiso.get("rtfuelmix", "2025-02-06", "2025-02-08")
    assert utc("2025-02-07T05:00") not in data.frame["interval_start"]
    gaps = [each for each in data.findings if each.kind is FindingKind.GAP]
    assert [(each.chunk, each.rows) for each in gaps] == [("nyiso/rtfuelmix/2025-02-06", 7)]
    statuses = [part.status for part in data.coverage.parts]
    assert statuses == [CoverageStatus.COMPLETE, CoverageStatus.INCOMPLETE, CoverageStatus.COMPLETE]


def test_reading_just_after_midnight_belongs_to_its_day(nyiso: Recordings) -> None:
    """2025-02-15 has readings at 00:00, in the day before's file, and at 00:01, in its own."""
    frame = nyiso.get("rtfuelmix", "2025-02-15", "2025-02-16").frame
    starts = frame["interval_start"].unique().sort().to_list()
    assert starts[:2] == [utc("2025-02-15T05:00"), utc("2025-02-15T05:01")]


def test_every_reading_of_a_daily_file_is_as_published(nyiso: Recordings) -> None:
    """All 2,023 rows of 2017-11-22, taken while it had no 00:00 yet; its own midnight is told as missing."""
    (day,) = days(nyiso.path(NOVEMBER))
    data = nyiso.get("rtfuelmix", "2017-11-22", "2017-11-23")
    assert readings(data) == sorted(generation(day))
    assert len(data) == 2023
    assert data.coverage.parts[0].status is CoverageStatus.MISSING


def test_months_of_readings_are_asked_for_once(nyiso: Recordings) -> None:
    """Days inside a month, with their midnights, come out of one archive."""
    before = len(nyiso.asked)
    nyiso.get("rtfuelmix", "2025-02-11", "2025-02-21")
    assert nyiso.asked[before:] == ["/public/csv/rtfuelmix/20250201rtfuelmix_csv.zip"]
