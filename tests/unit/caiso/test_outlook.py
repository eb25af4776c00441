"""Today's Outlook: clocks without a date, empty rows of the time to come, files of another day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from builders import utc
from energyopti import FindingKind, NoData
from energyopti.layouts import CsvLayout, Reading
from energyopti.query import Chunk, TimeRange, plan
from energyopti_caiso.feeds.outlook import _FUELS, DEMAND, FUELS
from energyopti_caiso.market import CAISO
from energyopti_caiso.protocol.outlook import dated, still_to_come

JULY_1 = date(2026, 7, 1)


def chunk(day: str) -> Chunk:
    """The chunk of a day of the fuel mix, by its noon in GMT."""
    noon = utc(f"{day}T20:00")
    return plan(CAISO, FUELS, TimeRange(noon, noon + timedelta(minutes=5)))[0]


def mix(*rows: str) -> bytes:
    """Rows of a fuel mix: a time, and the sun or nothing; all other fuels are 1 or nothing."""
    lines = [
        f"{time},{sun},{','.join(('1' if sun else '') for _ in range(12))}"
        for time, sun in (row.split("=") for row in rows)
    ]
    return "\n".join([f"Time,{','.join(_FUELS)}", *lines, ""]).encode()


def read(day: date, *rows: str) -> Reading:
    """The rows of a day's file."""
    return FUELS.layout.read(dated(mix(*rows), day))


def sun(reading: Reading) -> list[tuple[datetime, float | None]]:
    """When the sun gave how much."""
    rows = reading.frame.filter(reading.frame["fuel_native"] == "Solar")
    return rows.select("interval_start", "generation").rows()


def test_day_of_the_path_stands_before_every_time() -> None:
    """Also before times of one digit, in quotes or not; words and figures stay as they are."""
    content = b'Time,A,B\n00:00,12:30,x\n"9:05",1,2\n'
    assert dated(content, JULY_1) == b"Time,A,B\n07/01/2026 00:00,12:30,x\n07/01/2026 9:05,1,2\n"


def test_last_row_of_midnight_is_the_next_day() -> None:
    """The first one is the day's own."""
    found = sun(read(JULY_1, "00:00=1", "23:55=2", "00:00=3"))
    assert found == [
        (utc("2026-07-01T07:00"), 1.0),
        (utc("2026-07-02T06:55"), 2.0),
        (utc("2026-07-02T07:00"), 3.0),
    ]


def test_only_row_of_midnight_is_the_day_itself() -> None:
    """Just after midnight there is one."""
    assert sun(read(JULY_1, "00:00=1")) == [(utc("2026-07-01T07:00"), 1.0)]


def test_file_with_dates_is_left_as_it_is() -> None:
    """The file of seven days says them."""
    content = b"Time,Demand\n03/11/2026 00:00,1\n"
    assert dated(content, JULY_1) == content


def test_repeated_hour_follows_the_order_of_the_file() -> None:
    """On 2026-11-01 01:00 stands twice: an hour apart."""
    found = sun(read(date(2026, 11, 1), "00:55=1", "01:00=2", "01:55=3", "01:00=4", "01:55=5", "02:00=6"))
    assert [at for at, _ in found] == [
        utc("2026-11-01T07:55"),
        utc("2026-11-01T08:00"),
        utc("2026-11-01T08:55"),
        utc("2026-11-01T09:00"),
        utc("2026-11-01T09:55"),
        utc("2026-11-01T10:00"),
    ]


def test_hour_that_the_clocks_skip_has_no_rows() -> None:
    """Empty rows of 2026-03-08 02:00 to 03:00 are rejected and counted, and the next hour follows at once."""
    reading = read(date(2026, 3, 8), "01:55=1", "02:00=", "02:55=", "03:00=2")
    assert sun(reading) == [(utc("2026-03-08T09:55"), 1.0), (utc("2026-03-08T10:00"), 2.0)]
    assert reading.payload_rows == reading.accounted_rows == 4 * 13


def test_empty_rows_of_the_time_to_come_are_left_out_and_counted() -> None:
    """At 01:07 two stamps have passed, and the rest of the day is empty; an empty row of the past stays."""
    reading = read(JULY_1, "00:55=1", "01:00=", "01:05=2", "01:10=", "23:55=")
    found = still_to_come(reading, utc("2026-07-01T08:20"), chunk("2026-07-01"))
    assert sun(found) == [
        (utc("2026-07-01T07:55"), 1.0),
        (utc("2026-07-01T08:00"), None),
        (utc("2026-07-01T08:05"), 2.0),
    ]
    assert found.payload_rows == found.accounted_rows == 5 * 13
    kinds = {(each.kind, each.rows) for each in found.findings}
    assert kinds == {
        (FindingKind.MISSING_VALUE, 13),
        (FindingKind.ADVISORY_ROW, 2 * 13),
        (FindingKind.GAP, 1),
    }


def test_empty_rows_between_others_stay_and_are_a_gap() -> None:
    """Nobody says that a figure which lacks will not be filled in; a time of which one series has a figure is there."""
    reading = read(JULY_1, "00:55=1", "01:00=", "01:05=", "01:10=2", "01:15=", "01:20=3")
    found = still_to_come(reading, utc("2026-07-05T00:00"), chunk("2026-07-01"))
    assert found.frame.equals(reading.frame)
    (gap,) = (each for each in found.findings if each.kind is FindingKind.GAP)
    assert gap.rows == 3
    assert gap.spans == (
        (utc("2026-07-01T08:00"), utc("2026-07-01T08:10")),
        (utc("2026-07-01T08:15"), utc("2026-07-01T08:20")),
    )


def test_time_with_one_figure_is_there() -> None:
    """The sun has none at 01:00, the others have."""
    content = mix("00:55=1", "01:00=1", "01:05=1").replace(b"01:00,1,", b"01:00,,")
    reading = FUELS.layout.read(dated(content, JULY_1))
    assert still_to_come(reading, utc("2026-07-05T00:00"), chunk("2026-07-01")) is reading


def test_empty_rows_at_the_end_are_not_there_however_late_it_is() -> None:
    """A file that stopped at 01:00 says nothing of what came after: neither on the day itself nor later."""
    reading = read(JULY_1, "00:55=1", "01:00=", "23:55=")
    for now in ("2026-07-01T20:00", "2026-07-05T00:00"):
        found = still_to_come(reading, utc(now), chunk("2026-07-01"))
        assert sun(found) == [(utc("2026-07-01T07:55"), 1.0)]
        assert [(each.kind, each.rows) for each in found.findings] == [(FindingKind.ADVISORY_ROW, 26)]
        assert found.payload_rows == found.accounted_rows == 3 * 13


def test_file_without_any_figure_has_no_row() -> None:
    """Times alone are no rows."""
    found = still_to_come(read(JULY_1, "00:00=", "00:05="), utc("2026-07-05T00:00"), chunk("2026-07-01"))
    assert found.frame.is_empty()
    assert found.payload_rows == found.accounted_rows == 2 * 13


def test_file_of_yesterday_is_not_taken_for_today() -> None:
    """Just after midnight the running file is still yesterday's: it has figures of this evening."""
    reading = read(date(2026, 7, 2), "00:00=1", "18:00=4")
    with pytest.raises(NoData, match="another day"):
        still_to_come(reading, utc("2026-07-02T07:10"), chunk("2026-07-02"))


@pytest.mark.parametrize("feed", ["demand_day_ahead", "demand_hour_ahead"])
def test_forecasts_of_yesterday_are_not_taken_for_todays(feed: str) -> None:
    """Beside them stands the load of this evening: the file is that of the day before."""
    declared = CAISO.feed(feed)
    assert isinstance(declared.layout, CsvLayout)
    day = TimeRange(utc("2026-07-02T07:00"), utc("2026-07-03T07:00"))
    (today,) = plan(CAISO, declared, day)
    header = "Time,Day ahead forecast,Hour ahead forecast,Current demand,Demand response"
    yesterday = f"{header}\n00:00,100,101,99,\n18:00,200,201,199,\n".encode()
    reading = declared.layout.read(dated(yesterday, date(2026, 7, 2)))
    with pytest.raises(NoData, match="another day"):
        still_to_come(reading, utc("2026-07-02T07:10"), today)
    running = f"{header}\n00:00,100,101,99,\n18:00,200,201, ,\n23:55,,,,\n".encode()
    found = still_to_come(
        declared.layout.read(dated(running, date(2026, 7, 2))), utc("2026-07-02T07:10"), today
    )
    assert found.frame["load"].to_list() == ([100.0, 200.0] if feed == "demand_day_ahead" else [101.0, 201.0])
    assert found.payload_rows == found.accounted_rows == 3


def test_other_spellings_of_headers_are_known() -> None:
    """Columns have been written in other cases, and with hyphens."""
    content = b"Time,Day ahead forecast,Hour ahead forecast,Current Demand\n07/01/2026 00:00,1,2,3\n"
    found = {
        feed: CAISO.feed(feed).layout.read(content)
        for feed in ("demand", "demand_day_ahead", "demand_hour_ahead")
    }
    assert {feed: each.frame["load"].to_list() for feed, each in found.items()} == {
        "demand": [3.0],
        "demand_day_ahead": [1.0],
        "demand_hour_ahead": [2.0],
    }
    assert all(each.findings == () for each in found.values())
    assert DEMAND.layout.read(content).payload_rows == 1


def test_headers_of_2026_are_known() -> None:
    """Demand response stands beside load and net load: no column is strange."""
    day = "07/01/2026 00:00"
    headers = {
        "demand": "Time,Day ahead forecast,Hour ahead forecast,Current demand,Demand response",
        "netdemand": "Time,Hour ahead forecast,Current demand,Net demand,Net demand forecast,Demand response",
    }
    for feed in ("demand", "demand_day_ahead", "demand_hour_ahead", "netdemand"):
        header = headers.get(feed, headers["demand"])
        figures = ",".join(str(number) for number in range(header.count(",")))
        assert CAISO.feed(feed).layout.read(f"{header}\n{day},{figures}\n".encode()).findings == ()
