"""Documents of New York that are under a day's name and are not that day: yesterday's, a header alone, not written since."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from builders import utc
from energyopti import FindingKind, MarketData, NoData
from energyopti_nyiso.locations import ZONES
from nyiso_files import ALL, text
from nyiso_hosts import MIS, NEWEST_FILE, Hosts
from serving import Clock

FORECAST = f"{MIS}/csv/isolf/20240702isolf.csv"
BINDING = f"{MIS}/csv/LimitingConstraints/20240701LimitingConstraints.csv"
AHEAD = f"{MIS}/csv/DAMLimitingConstraints/20240702DAMLimitingConstraints.csv"
HEADER = "Time Stamp,Time Zone,Limiting Facility,Facility PTID,Contingency,Constraint Cost($)"


def forecast(first: int, load: int) -> bytes:
    """Six days of expected load from a day of July 2024 on."""
    names = [*ZONES, "NYISO"]
    lines = [",".join(["Time Stamp", *names])]
    for number in range(6):
        lines += [
            ",".join([f"07/{first + number:02}/2024 {hour:02}:00", *[str(load)] * len(names)])
            for hour in range(24)
        ]
    return "\r\n".join([*lines, ""]).encode()


def constraints(*stamps: str) -> bytes:
    """What binds at some stamps."""
    return "\r\n".join(
        [HEADER, *(f"{each},EDT,CENTRAL EAST - VC,25091,BASE,12.50" for each in stamps), ""]
    ).encode()


def get(hosts: Hosts, home: Path, now: str, feed: str, *bounds: str) -> MarketData:
    """What is answered at a time."""

    async def go() -> MarketData:
        async with hosts.service(home, Clock(utc(now))) as service:
            return await service.get_market_data("nyiso", feed, *bounds, partial=True)

    return asyncio.run(go())


def statuses(data: MarketData) -> list[str]:
    """What the parts of an answer are."""
    return [str(part.status) for part in data.coverage.parts]


def test_forecast_of_yesterday_is_not_that_of_today(tmp_path: Path) -> None:
    """Its first row is of the day before: it stands for no publication of its own, and the older one is used."""
    older = (forecast(1, 900), utc("2024-06-30T11:05"))
    hosts = Hosts(
        {FORECAST: (forecast(1, 900), utc("2024-07-01T11:05")), FORECAST.replace("0702", "0701"): older}
    )
    found = get(hosts, tmp_path, "2024-07-01T13:00", "isolf", "2024-07-02", "2024-07-03")
    assert set(found.frame["publish_time"]) == {utc("2024-06-30T11:05")}
    hosts.files[FORECAST] = (forecast(2, 1000), utc("2024-07-01T12:05"))
    found = get(hosts, tmp_path, "2024-07-01T13:00", "isolf", "2024-07-02", "2024-07-03")
    assert set(found.frame["load"]) == {1000.0}


@pytest.mark.parametrize("now", ["2024-07-01T14:30", "2024-07-01T16:00", "2024-08-01T16:00"])
def test_list_with_a_header_alone_is_no_day_without_constraints(now: str, tmp_path: Path) -> None:
    """It was posted before its rows: before 11:00 it is not out, and after that missing."""
    hosts = Hosts({AHEAD: (constraints(), utc("2024-07-01T14:20"))})
    with pytest.raises(NoData):
        get(hosts, tmp_path, now, "DAMLimitingConstraints", "2024-07-02", "2024-07-03")
    hosts.files[AHEAD] = (constraints("07/02/2024 00:00", "07/02/2024 17:00"), utc("2024-07-01T14:50"))
    found = get(hosts, tmp_path, now, "DAMLimitingConstraints", "2024-07-02", "2024-07-03")
    assert (len(found), statuses(found)) == (2, ["complete"])


def test_list_that_was_not_written_since_says_nothing_of_later(tmp_path: Path) -> None:
    """At three o'clock the file is of ten past ten: what bound since then is not known."""
    hosts = Hosts({BINDING: (constraints("07/01/2024 09:50:00"), utc("2024-07-01T14:10"))})
    day = ("LimitingConstraints", "2024-07-01", "2024-07-02")
    found = get(hosts, tmp_path, "2024-07-01T19:00", *day)
    (gap,) = (each for each in found.findings if each.kind is FindingKind.GAP)
    assert gap.spans == ((utc("2024-07-01T14:10"), utc("2024-07-01T18:45")),)
    morning = get(hosts, tmp_path, "2024-07-01T19:00", day[0], "2024-07-01", "2024-07-01T10:00")
    assert statuses(morning) == ["complete"]
    assert "complete" not in statuses(found)
    hosts.files[BINDING] = (constraints("07/01/2024 09:50:00"), utc("2024-07-02T03:58"))
    assert statuses(get(hosts, tmp_path, "2024-07-02T09:00", *day)) == ["complete"]


def test_list_is_believed_when_its_day_is_long_over(tmp_path: Path) -> None:
    """Where nothing bound in the evening nobody may have written it again."""
    hosts = Hosts({BINDING: (constraints("07/01/2024 09:50:00"), utc("2024-07-01T14:10"))})
    day = ("LimitingConstraints", "2024-07-01", "2024-07-02")
    assert statuses(get(hosts, tmp_path, "2024-07-03T03:59", *day)) == ["incomplete"]
    assert statuses(get(hosts, tmp_path, "2024-07-03T04:00", *day)) == ["complete"]


@pytest.mark.parametrize(("now", "stale"), [("2024-07-01T14:24", 0), ("2024-07-01T14:26", 1)])
def test_newest_interval_that_is_old_is_said(now: str, stale: int, tmp_path: Path) -> None:
    """A quarter of an hour after its end a newer one was due."""
    hosts = Hosts({NEWEST_FILE: (text("10:10", names=ALL), None)})
    found = get(hosts, tmp_path, now, "realtime_zone_lbmp")
    assert len([each for each in found.findings if each.kind is FindingKind.STALE]) == stale


def test_newest_file_of_announced_intervals_alone_is_no_data(tmp_path: Path) -> None:
    """Nothing of it was dispatched for certain."""
    hosts = Hosts({NEWEST_FILE: (text("10:15", "10:30", names=ALL), None)})
    with pytest.raises(NoData, match="no interval that was certainly dispatched"):
        get(hosts, tmp_path, "2024-07-01T14:12", "realtime_zone_lbmp")
