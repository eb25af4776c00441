"""What a day of New York's real-time prices is while it runs, ends, is finished, is corrected, and is archived."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from energyopti import FindingKind, MarketData, NoData
from nyiso_files import ALL, HEADER, clocks, text
from nyiso_hosts import DAY_FILE, MIS, NEWEST_FILE, Hosts, archived
from serving import Clock

DAY = ("2024-07-01", "2024-07-02")
FILE = DAY_FILE.format(day="20240701")
MONTH = f"{MIS}/csv/realtime/20240701realtime_zone_csv.zip"
WRITTEN = utc("2024-07-02T03:57")
"""When NYISO writes a day for the last time: three minutes before midnight."""


def day(*, last: str = "20.00", lmp: str = "20.00") -> bytes:
    """A whole day, whose last interval has a price of its own."""
    final = text("24:00", lmp=last, names=ALL).split(b"\r\n", 1)[1]
    return text(*clocks(287), lmp=lmp, names=ALL) + final


def get(
    hosts: Hosts, home: Path, now: str, feed: str = "realtime_zone", bounds: tuple[str, ...] = DAY
) -> MarketData:
    """A day of a feed, as it is answered at a time."""

    async def go() -> MarketData:
        async with hosts.service(home, Clock(utc(now))) as service:
            return await service.get_market_data("nyiso", feed, *bounds, partial=True)

    return asyncio.run(go())


def prices(data: MarketData) -> dict[str, float]:
    """What New York City paid, by the end of each interval on its clock."""
    city = data.local().filter(data.frame["location"] == "N.Y.C.")
    return {f"{row['interval_end']:%H:%M}": row["lmp"] for row in city.iter_rows(named=True)}


def statuses(data: MarketData) -> set[str]:
    """What the parts of an answer are."""
    return {part.status for part in data.coverage.parts}


def advisory(data: MarketData) -> int:
    """How many rows were left out as announced."""
    return sum(each.rows for each in data.findings if each.kind is FindingKind.ADVISORY_ROW)


@pytest.mark.parametrize("newest", ["00:05", None])
def test_last_interval_is_not_taken_from_what_was_announced_before_midnight(
    newest: str | None, tmp_path: Path
) -> None:
    """At two minutes past midnight 26.63 is announced for the interval that was dispatched at 70.49."""
    hosts = Hosts({FILE: (day(last="26.63"), utc("2024-07-02T03:52"))})
    if newest is not None:
        hosts.files[NEWEST_FILE] = (text(newest, day="07/02/2024", lmp="70.49", names=ALL), None)
    early = get(hosts, tmp_path, "2024-07-02T04:02")
    assert "00:00" not in prices(early)
    assert len(prices(early)) == 287
    assert advisory(early) == len(ALL)
    assert "complete" not in statuses(early)
    hosts.files[FILE] = (day(last="70.49"), utc("2024-07-02T04:06"))
    late = get(hosts, tmp_path, "2024-07-02T04:07")
    assert prices(late)["00:00"] == 70.49
    assert statuses(late) == {"complete"}


def test_finished_file_of_before_midnight_is_believed_an_hour_later(tmp_path: Path) -> None:
    """NYISO's own are written for the last time at 23:57: the day is whole at one o'clock, with one request."""
    hosts = Hosts({FILE: (day(last="70.49"), WRITTEN)})
    assert "00:00" not in prices(get(hosts, tmp_path, "2024-07-02T04:59"))
    hosts.asked.clear()
    found = get(hosts, tmp_path, "2024-07-02T05:00")
    assert prices(found)["00:00"] == 70.49
    assert hosts.asked == [FILE]


def test_archive_does_not_complete_a_day_with_what_its_member_announces(tmp_path: Path) -> None:
    """The archive was put together from the unfinished file: it has no more than that."""
    unfinished = day(last="26.63"), utc("2024-07-02T03:52")
    hosts = Hosts({FILE: unfinished, MONTH: (archived({"20240701realtime_zone.csv": unfinished}), None)})
    for now in ("2024-07-02T04:10", "2024-07-02T09:00", "2024-07-20T16:00", "2024-08-10T16:00"):
        found = get(hosts, tmp_path, now)
        assert "00:00" not in prices(found)
        assert "complete" not in statuses(found)


@pytest.mark.parametrize(
    ("stamp", "now", "end"),
    [
        ("01:10", "2024-11-03T05:12", "2024-11-03T05:10"),
        ("01:10", "2024-11-03T06:12", "2024-11-03T06:10"),
        ("01:55", "2024-11-03T06:12", "2024-11-03T05:55"),
    ],
)
def test_newest_interval_of_the_second_pass_is_no_hour_behind(
    stamp: str, now: str, end: str, tmp_path: Path
) -> None:
    """On the long day its stamp has two meanings: the later one that is not after now is right."""
    hosts = Hosts({NEWEST_FILE: (text(stamp, day="11/03/2024", names=ALL), utc(now))})
    found = get(hosts, tmp_path, now, "realtime_zone_lbmp", ())
    assert found.frame["interval_end"].unique().to_list() == [utc(end)]


def test_running_day_in_the_second_pass_goes_up_to_the_newest_interval(tmp_path: Path) -> None:
    """At 01:16 of the second pass 01:15 was dispatched; what follows is announced."""
    first, second = clocks(23), clocks(15, 12)
    file = text(*first, *second, "01:30", "01:45", day="11/03/2024", names=ALL)
    newest = text("01:15", day="11/03/2024", names=ALL)
    now = "2024-11-03T06:16"
    hosts = Hosts({DAY_FILE.format(day="20241103"): (file, utc(now)), NEWEST_FILE: (newest, utc(now))})
    found = get(hosts, tmp_path, now, bounds=("2024-11-03", "2024-11-04"))
    assert found.frame["interval_end"].max() == utc("2024-11-03T06:15")
    assert advisory(found) == 2 * len(ALL)


# The newer of two sources stands


def test_corrected_daily_file_is_not_hidden_by_the_archive(tmp_path: Path) -> None:
    """Three days later the day was corrected in its own file, and the archive lags."""
    old, new = (day(lmp="20.00"), WRITTEN), (day(lmp="31.00"), utc("2024-07-04T13:08"))
    hosts = Hosts({FILE: new, MONTH: (archived({"20240701realtime_zone.csv": old}), None)})
    found = get(hosts, tmp_path, "2024-07-04T16:00")
    assert prices(found)["12:00"] == 31.00
    assert statuses(found) == {"complete"}


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("2024-07-04T13:08", 31.00),
        ("2024-07-02T03:57", 20.00),  # as old as the day's own file
        ("2024-07-01T22:00", 20.00),
        ("2026-11-29T12:00", 20.00),  # a time to come is none at which it was written
    ],
)
def test_newer_file_stands_wherever_it_is(written: str, price: float, tmp_path: Path) -> None:
    """Where the archive's was written after the day's own, it is the corrected one."""
    member = {"20240701realtime_zone.csv": (day(lmp="31.00"), utc(written))}
    hosts = Hosts({FILE: (day(lmp="20.00"), WRITTEN), MONTH: (archived(member), None)})
    found = get(hosts, tmp_path, "2024-07-05T16:00")
    assert prices(found)["12:00"] == price
    assert len([each for each in found.findings if "the newer one is used" in each.message]) == (
        price == 31.00
    )


def test_newer_file_with_fewer_rows_is_no_correction(tmp_path: Path) -> None:
    """It is a half: the day's own file has all of them."""
    half = text(*clocks(100), lmp="31.00", names=ALL)
    member = {"20240701realtime_zone.csv": (half, utc("2024-07-04T13:08"))}
    found = get(
        Hosts({FILE: (day(), WRITTEN), MONTH: (archived(member), None)}), tmp_path, "2024-07-05T16:00"
    )
    assert (len(prices(found)), prices(found)["12:00"]) == (288, 20.00)


def test_young_day_is_one_request(tmp_path: Path) -> None:
    """Yesterday is not in the archive, or as it was: nobody asks for that."""
    hosts = Hosts(
        {FILE: (day(), WRITTEN), MONTH: (archived({"20240701realtime_zone.csv": (day(), WRITTEN)}), None)}
    )
    assert statuses(get(hosts, tmp_path, "2024-07-03T12:00")) == {"complete"}
    assert hosts.asked == [FILE]


@pytest.mark.parametrize(
    "archive", [None, b"no zip", archived({"20240702realtime_zone.csv": (day(), WRITTEN)})]
)
def test_archive_that_says_nothing_changes_nothing(archive: bytes | None, tmp_path: Path) -> None:
    """It is not there, cannot be read, or lacks the day."""
    hosts = Hosts({FILE: (day(), WRITTEN)})
    if archive is not None:
        hosts.files[MONTH] = (archive, None)
    found = get(hosts, tmp_path, "2024-07-05T16:00")
    assert (statuses(found), found.findings) == ({"complete"}, ())


def test_archive_is_asked_alone_for_old_days(tmp_path: Path) -> None:
    """Thirty days of an old month are one request."""
    written = timedelta(days=1)
    days = {}
    for number in range(1, 31):
        stamp = utc("2024-06-01T03:57") + number * written
        table = text(*clocks(288)[:-1], "24:00", day=f"06/{number:02}/2024", names=ALL)
        days[f"202406{number:02}realtime_zone.csv"] = (table, stamp)
    month = f"{MIS}/csv/realtime/20240601realtime_zone_csv.zip"
    hosts = Hosts({month: (archived(days), None)})
    found = get(hosts, tmp_path, "2024-08-20T16:00", bounds=("2024-06-01", "2024-07-01"))
    assert statuses(found) == {"complete"}
    assert hosts.asked == [month]


# Withheld, empty, cut


@pytest.mark.parametrize(
    ("file", "kept"),
    [
        (None, 0),
        (HEADER.encode() + b"\r\n", 0),
        (day()[: day().index(b'"07/01/2024 10:00:00"')], 119),
    ],
    ids=["withheld", "header alone", "cut at the end of a line"],
)
@pytest.mark.parametrize("now", ["2024-07-02T09:00", "2024-07-10T16:00", "2024-08-20T16:00"])
@pytest.mark.parametrize("in_archive", [False, True])
def test_day_without_all_its_rows_is_never_complete(
    file: bytes | None, kept: int, now: str, in_archive: bool, tmp_path: Path
) -> None:
    """Whichever source has it, and however old it is."""
    files: dict[str, tuple[bytes, datetime | None]] = {}
    if file is not None:
        files[FILE] = (file, WRITTEN)
        if in_archive:
            files[MONTH] = (archived({"20240701realtime_zone.csv": (file, WRITTEN)}), None)
    if not kept:
        with pytest.raises(NoData):
            get(Hosts(files), tmp_path, now)
        return
    found = get(Hosts(files), tmp_path, now)
    assert len(prices(found)) == kept
    assert "complete" not in statuses(found)


def test_empty_daily_file_leaves_the_day_to_the_archive(tmp_path: Path) -> None:
    """A file without rows is none: the archive has the day."""
    hosts: Any = Hosts(
        {
            FILE: (HEADER.encode() + b"\r\n", utc("2024-07-04T13:08")),
            MONTH: (archived({"20240701realtime_zone.csv": (day(), WRITTEN)}), None),
        }
    )
    found = get(hosts, tmp_path, "2024-07-04T16:00")
    assert prices(found)["12:00"] == 20.00
    assert statuses(found) == {"complete"}
