"""What of a day is real-time prices when it has just ended, when its file was never finished, and in the repeated hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti.layouts import Reading
from energyopti_nyiso.feeds.prices import REAL_TIME_ZONE
from energyopti_nyiso.protocol.advisory import Newest, in_its_pass, is_finished, of_the_dispatch
from nyiso_files import RUNNING, ends, reading, text

MIDNIGHT = utc("2024-07-02T04:00")
EVENING = ("23:40", "23:45", "23:50", "23:55", "24:00")


def newest(clock: str, *, lmp: str = "20.00", day: str = "07/01/2024") -> Newest | None:
    """What a file of the newest interval says."""
    return Newest.of(REAL_TIME_ZONE.layout.read(text(clock, lmp=lmp, day=day)))


def at(found: Reading, now: str, said: Newest | None = None, *, modified: str | None = None) -> list[str]:
    """The ends that are kept of 1 July 2024, at a time of New York's clock, of a file that was modified at another."""
    kept = of_the_dispatch(
        found,
        end=MIDNIGHT,
        now=eastern(now),
        modified=None if modified is None else eastern(modified),
        newest=said,
    )
    assert kept.payload_rows == kept.accounted_rows == found.payload_rows
    return ends(kept)


def eastern(clock: str) -> datetime:
    """A time of 1 July 2024 in New York; hours from 24 on are of the next day."""
    hours, minutes = clock.split(":")
    return utc("2024-07-01T04:00") + timedelta(hours=int(hours), minutes=int(minutes))


def test_newest_interval_of_nothing_is_unknown() -> None:
    """The newest interval's file may be empty, or hold nothing but what is announced."""
    assert Newest.of(reading()) is None
    assert Newest.of(reading("10:15", "10:30")) is None


def test_newest_of_several_intervals_is_the_last_that_was_dispatched_for_certain() -> None:
    """Should that file hold the quarter hours too, its last row is no newest interval."""
    assert Newest.of(reading(*RUNNING)) == Newest(utc("2024-07-01T14:10"))
    assert Newest.of(reading("10:10", "10:15")) == Newest(utc("2024-07-01T14:15"))


def test_announced_price_is_no_dispatched_one_though_the_server_says_that_end() -> None:
    """The newest file says 10:15 at 70.49, the day's file still announces it at 20.00: it is the older of the two."""
    assert at(reading(*RUNNING), "10:16", newest("10:15", lmp="70.49")) == ["10:00", "10:05", "10:10"]
    assert at(reading(*RUNNING), "10:16", newest("10:15")) == ["10:00", "10:05", "10:10", "10:15"]


def test_newest_interval_that_is_not_in_the_file_vouches_for_no_quarter_hour() -> None:
    """A file of 09:42 is read at 10:21: what it announces for 09:45 to 10:15 was dispatched at other prices."""
    old = reading("09:35", "09:40", "09:45", "10:00", "10:15")
    assert at(old, "10:21", newest("10:20")) == ["09:35", "09:40"]
    assert at(reading("10:05", "10:10", "10:15"), "10:21", newest("10:20")) == ["10:05", "10:10"]


@pytest.mark.parametrize(
    "said",
    [None, newest("00:05", day="07/02/2024"), newest("00:15", day="07/02/2024")],
    ids=["missing", "five past", "a quarter past"],
)
@pytest.mark.parametrize("now", ["24:01", "24:20", "24:59"])
def test_newest_interval_of_the_new_day_says_nothing_of_yesterday(said: Newest | None, now: str) -> None:
    """After midnight the file of 23:42 still announces 23:45 and 24:00: 26.63 for what was dispatched at 70.49."""
    unfinished = reading("23:35", "23:40", "23:45", "24:00")
    assert at(unfinished, now, said) == ["23:35", "23:40"]
    assert at(reading(*EVENING), now, said) == ["23:40", "23:45", "23:50", "23:55"]


def test_newest_interval_that_ends_at_midnight_is_of_the_day_that_ended() -> None:
    """It lags by an interval: at its prices the last quarter hour was dispatched."""
    assert at(reading(*EVENING), "24:02", newest("24:00"))[-1] == "00:00"
    assert at(reading(*EVENING), "24:02", newest("24:00", lmp="70.49"))[-1] == "23:55"
    assert at(reading(*EVENING), "24:02", newest("23:55"))[-1] == "23:55"


@pytest.mark.parametrize(
    ("modified", "now", "finished"),
    [
        ("24:05", "24:06", True),  # written after the interval that follows the day's last
        ("24:04", "24:06", False),  # it may be that of 23:55, which came late
        ("23:57", "24:59", False),
        ("23:57", "25:00", True),  # when NYISO writes a day for the last time
        ("23:54", "25:00", False),
        ("23:54", "72:00", False),  # never written again
        ("60:00", "72:00", True),  # corrected
        (None, "72:00", False),
    ],
)
def test_file_is_finished_by_the_time_at_which_it_was_written(
    modified: str | None, now: str, finished: bool
) -> None:
    """A day's file is believed once it was written late enough, or nobody wrote it again for an hour."""
    written = None if modified is None else eastern(modified)
    assert is_finished(written, MIDNIGHT, eastern(now)) is finished


@pytest.mark.parametrize("now", ["25:00", "36:00", "240:00"])
def test_file_that_was_never_finished_announces_for_good(now: str) -> None:
    """It was written at 23:52 for the last time, or at 23:42: what it announced then is no price however old."""
    assert at(reading(*EVENING), now, modified="23:52")[-1] == "23:55"
    assert at(reading("23:40", "23:45", "24:00"), now, modified="23:42") == ["23:40"]
    assert at(reading("23:40", "23:45", "24:00"), now) == ["23:40"]


def test_last_quarter_hour_stands_an_hour_later_where_nobody_says_when_the_file_was_written() -> None:
    """One that follows by itself is the last of a whole day."""
    assert at(reading(*EVENING), "25:00")[-1] == "00:00"


LONG_DAY = "11/03/2024"


@pytest.mark.parametrize(
    ("stamp", "written", "end"),
    [
        ("01:05", "2024-11-03T05:03", "2024-11-03T05:05"),  # in the first pass there is but one meaning
        ("01:55", "2024-11-03T05:59", "2024-11-03T05:55"),
        ("01:00", "2024-11-03T05:00", "2024-11-03T05:00"),
        ("01:00", "2024-11-03T05:57", "2024-11-03T06:00"),  # the end of the first pass is written so, too
        ("02:00", "2024-11-03T06:58", "2024-11-03T07:00"),
        ("01:05", "2024-11-03T06:02", "2024-11-03T06:05"),
        ("01:10", "2024-11-03T06:12", "2024-11-03T06:10"),
        ("01:55", "2024-11-03T06:12", "2024-11-03T05:55"),  # it lags: its later meaning is not there yet
        ("01:55", "2024-11-03T07:30", "2024-11-03T06:55"),
        ("00:55", "2024-11-03T06:12", "2024-11-03T04:55"),
        ("03:00", "2024-11-03T08:12", "2024-11-03T08:00"),
    ],
)
def test_newest_interval_is_of_the_later_pass_that_is_not_after_now(
    stamp: str, written: str, end: str
) -> None:
    """Its stamp has no flag: at 01:12 of the second pass an interval of 01:10 ended two minutes ago."""
    found = in_its_pass(REAL_TIME_ZONE.layout.read(text(stamp, day=LONG_DAY)), utc(written))
    assert found.frame["interval_end"].to_list() == [utc(end)] * 2
    assert found.frame["interval_start"].to_list() == [utc(end) - timedelta(minutes=5)] * 2


@given(st.integers(0, 12 * 25), st.integers(0, 4))
@settings(max_examples=60, deadline=None)
def test_newest_interval_is_never_ahead_and_never_an_hour_behind(number: int, late: int) -> None:
    """Posted within its interval or soon after it, each interval of the long day is read as itself."""
    end = utc("2024-11-03T04:05") + timedelta(minutes=5 * number)
    clock = end.astimezone(ZoneInfo("America/New_York"))
    table = text(f"{clock:%H:%M}", day=f"{clock:%m/%d/%Y}")
    found = in_its_pass(
        REAL_TIME_ZONE.layout.read(table), end - timedelta(minutes=2) + timedelta(minutes=late)
    )
    assert found.frame["interval_end"].to_list() == [end] * 2
