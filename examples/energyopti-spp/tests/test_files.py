"""How SPP's files are called, and what its portal answers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from energyopti import NoData, Settings, UnifiedMarketService
from energyopti.sandbox import Answer, Ask
from energyopti.timezones import HOUR

from energyopti_spp.protocol.files import forecast_path, interval_path, short_forecast_path
from energyopti_spp.protocol.stamps import FIVE_MINUTES, ending
from energyopti_spp.sandbox.portal import portal

NOON = datetime(2026, 11, 20, 18, 2, tzinfo=UTC)
DOWNLOAD = "file-browser-api/download/"


def at(*parts: int) -> datetime:
    """An instant."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("start", "label"),
    [
        (at(2026, 7, 1, 5), "202607010100"),
        (at(2026, 7, 2, 4), "202607020000"),
        (at(2026, 3, 8, 7), "202603080300"),
        (at(2026, 3, 8, 8), "202603080400"),
        (at(2026, 11, 1, 6), "202611010200"),
        (at(2026, 11, 1, 7), "202611010200d"),
        (at(2026, 11, 1, 8), "202611010300"),
    ],
)
def test_hour_is_called_by_its_end_on_the_clock_of_its_beginning(start: datetime, label: str) -> None:
    """The skipped hour is never named, and the second pass of the repeated one is marked."""
    assert ending(start, HOUR) == label


def test_directory_is_of_the_day_on_which_an_interval_begins() -> None:
    """The day's last file has the name of the next day."""
    assert interval_path(at(2026, 7, 2, 4, 55)) == "/2026/07/By_Interval/01/RTBM-LMP-SL-202607020000.csv"
    assert interval_path(at(2025, 11, 2, 7)) == "/2025/11/By_Interval/02/RTBM-LMP-SL-202511020105d.csv"
    assert interval_path(at(2025, 11, 2, 7, 55)) == "/2025/11/By_Interval/02/RTBM-LMP-SL-202511020200d.csv"
    assert interval_path(at(2026, 3, 8, 7, 55)) == "/2026/03/By_Interval/08/RTBM-LMP-SL-202603080300.csv"


def asked(files: str, path: str, now: datetime = NOON) -> Answer:
    """The sandbox's answer for a file."""
    return portal(Ask(path=DOWNLOAD + files, params={"path": path}, now=now))


def test_sandbox_has_each_file_of_the_repeated_hour_once() -> None:
    """The marked one is an hour later."""
    found = [
        asked("rtbm-lmp-by-location", interval_path(at(2025, 11, 2, 6, 30) + hour * HOUR)).body.decode()
        for hour in range(2)
    ]
    assert [each.splitlines()[1].split(",")[:2] for each in found] == [
        ["11/02/2025 01:35:00", "11/02/2025 06:35:00"],
        ["11/02/2025 01:35:00", "11/02/2025 07:35:00"],
    ]


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ("da-lmp-by-location", "/2026/11/By_Day/DA-LMP-SL-202611100100.csv"),
        ("da-lmp-by-settlement-location", "/2026/11/By_Day/DA-LMP-SL-202611310100.csv"),
        ("da-lmp-by-settlement-location", "/2026/11/By_Day/DA-LMP-SL-202611220100.csv"),
        ("rtbm-lmp-by-location", "/2026/11/By_Day/RTBM-LMP-DAILY-SL-20261119.csv"),
        ("rtbm-lmp-by-location", "/2026/11/By_Interval/20/RTBM-LMP-SL-202611201205.csv"),
        ("rtbm-lmp-by-location", "/2026/11/By_Interval/09/RTBM-LMP-SL-202611100105.csv"),
        ("rtbm-lmp-by-location", "/2026/11/By_Interval/10/RTBM-LMP-SL-202611100105d.csv"),
        ("mtlf-vs-actual", "/2026/11/20/OP-MTLF-202611201300.csv"),
        ("hourly-load", "/2026/DAILY_HOURLY_LOAD-20261120.csv"),
        ("generation-mix-historical", "/SPP/GenMix365_SWPW.csv"),
        ("generation-mix-historical", "/GenMix_2026.csv"),
    ],
)
def test_file_that_does_not_exist_is_a_404_without_a_body(files: str, path: str) -> None:
    """By an old name, of no date, not published yet, in another directory."""
    answer = asked(files, path)
    assert (answer.status, answer.body) == (404, b"")


def test_forecasts_are_called_by_the_hour_in_which_they_are_made() -> None:
    """The second pass of the repeated hour has a mark here too."""
    assert forecast_path(at(2026, 11, 20, 18)) == "/2026/11/20/OP-MTLF-202611201200.csv"
    assert forecast_path(at(2026, 11, 1, 8)) == "/2026/11/01/OP-MTLF-202611010200d.csv"
    body = asked("mtlf-vs-actual", forecast_path(at(2026, 11, 1, 8))).body.decode()
    settled = [line for line in body.splitlines()[1:] if line.split(",")[3]]
    assert settled[0].startswith("11/01/2026 02:00:00,11/01/2026 08:00:00,")


def test_short_forecasts_are_in_the_directory_of_the_next_hour() -> None:
    """That of the last hour is 00 of the same day; the mark of the repeated hour is in the name alone."""
    assert short_forecast_path(at(2026, 7, 1, 19, 30)) == "/2026/07/01/15/OP-STLF-202607011430.csv"
    assert short_forecast_path(at(2026, 7, 2, 4, 30)) == "/2026/07/01/00/OP-STLF-202607012330.csv"
    assert short_forecast_path(at(2026, 11, 1, 7, 30)) == "/2026/11/01/02/OP-STLF-202611010130d.csv"


async def rows(home: Path, feed: str, start: datetime, end: datetime) -> list[datetime]:
    """The ends of the rows of one location that the sandbox has just after noon."""
    settings = Settings(home=home, sandbox="1", attempts=1)
    async with UnifiedMarketService(None, settings, now=lambda: NOON) as service:
        data = await service.get_market_data("spp", feed, start, end, partial=True)
        one = data.frame["location"][0]
        return data.frame.filter(data.frame["location"] == one)["interval_end"].sort().to_list()


def test_recent_prices_come_from_the_files_of_their_intervals(tmp_path: Path) -> None:
    """Up to the last interval that is over and published."""
    found = asyncio.run(rows(tmp_path, "rt_lmp", NOON - 2 * HOUR, NOON))
    assert found == [at(2026, 11, 20, 16, 10) + number * FIVE_MINUTES for number in range(22)]


def test_running_day_of_load_ends_with_the_last_actual(tmp_path: Path) -> None:
    """Hours that only have a forecast are no load."""
    found = asyncio.run(rows(tmp_path, "area_load", at(2026, 11, 20, 6), at(2026, 11, 21, 6)))
    assert found == [at(2026, 11, 20, 7) + number * HOUR for number in range(12)]


@pytest.mark.parametrize("feed", ["rt_lmp", "area_load", "area_load_5min"])
def test_time_that_is_not_over_is_no_data(tmp_path: Path, feed: str) -> None:
    """No file is asked for."""
    begins = NOON + timedelta(days=1)
    with pytest.raises(NoData, match="not published yet"):
        asyncio.run(rows(tmp_path, feed, begins, begins + HOUR))
