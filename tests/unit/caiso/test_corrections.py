"""Price corrections: local hours and intervals as instants, and rows that stand for no correction."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti import FindingKind
from energyopti.layouts import Reading
from energyopti_caiso.feeds.corrections import CORRECTIONS, LAYOUT, NOTHING
from energyopti_caiso.market import CAISO
from energyopti_caiso.protocol.oasis import read as read_answer
from energyopti_caiso.protocol.runs import UNIFIED
from zips import zipped

HEADER = (
    "TRADE_DATE,HOUR_ENDING,INTERVAL,MARKET,AFFECTED_AREA,CORRECTION_METHOD,CORRECTION_COUNT,ENERGY_TYPECODE,"
    "CORRECTION_REASON,REPORT_GENERATED"
)
REST = "AREA,Recalculated,1,EN,An error,2026-11-09 14:05:00"
NONE = f",,,RUC,,Recalculated,,,{NOTHING},"


def document(*rows: str) -> bytes:
    """A report."""
    return "\n".join([HEADER, *rows, ""]).encode()


def read(*rows: str) -> Reading:
    """Rows of a report."""
    return LAYOUT.read(document(*rows))


def span(row: str) -> tuple[datetime, datetime]:
    """The interval of one correction, given by its date, hour, interval and market."""
    reading = read(f"{row},{REST}")
    assert reading.findings == ()
    (found,) = reading.frame.select("interval_start", "interval_end").rows()
    return found


@pytest.mark.parametrize(
    ("row", "start", "end"),
    [
        ("2026-06-10,1,1,RTD", "2026-06-10T07:00", "2026-06-10T07:05"),
        ("2026-06-10,24,12,RTD", "2026-06-11T06:55", "2026-06-11T07:00"),
        ("2026-06-10,18,3,RTPD", "2026-06-11T00:30", "2026-06-11T00:45"),
        ("2026-06-10,18,4,HASP", "2026-06-11T00:45", "2026-06-11T01:00"),
        ("2026-06-10,18,1,DAM", "2026-06-11T00:00", "2026-06-11T01:00"),
        ("2026-06-10,18,0,DAM", "2026-06-11T00:00", "2026-06-11T01:00"),
        ("2026-06-10,18,,RUC", "2026-06-11T00:00", "2026-06-11T01:00"),
        ("2026-06-10 00:00:00,18,0,RTD", "2026-06-11T00:00", "2026-06-11T01:00"),
        ("2026-06-10 00:00:00.0,18,0,RTD", "2026-06-11T00:00", "2026-06-11T01:00"),
        ("06/10/2026,7,2,RTD", "2026-06-10T13:05", "2026-06-10T13:10"),
        ("2026-03-08,2,12,RTD", "2026-03-08T09:55", "2026-03-08T10:00"),
        ("2026-03-08,4,1,RTD", "2026-03-08T10:00", "2026-03-08T10:05"),
        ("2026-03-08,24,0,DAM", "2026-03-09T06:00", "2026-03-09T07:00"),
        ("2026-11-01,2,2,RTPD", "2026-11-01T08:15", "2026-11-01T08:30"),
        ("2026-11-01,25,2,RTPD", "2026-11-01T09:15", "2026-11-01T09:30"),
        ("2026-11-01,25,0,DAM", "2026-11-01T09:00", "2026-11-01T10:00"),
        ("2026-11-01,3,1,RTD", "2026-11-01T10:00", "2026-11-01T10:05"),
        ("2026-11-01,24,12,RTD", "2026-11-02T07:55", "2026-11-02T08:00"),
    ],
)
def test_interval_is_the_one_that_was_corrected(row: str, start: str, end: str) -> None:
    """By the clock of California, hour 25 being the second pass of hour 2, and by the market's own intervals."""
    assert span(row) == (utc(start), utc(end))


def test_hour_that_the_clocks_skipped_is_left_out_and_said() -> None:
    """Hour 3 of 2026-03-08: OASIS has no such hour."""
    reading = read(f"2026-03-08,3,1,RTD,{REST}", f"2026-03-08,4,1,RTD,{REST}")
    assert reading.frame.height == 1
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.REJECTED_ROW, 1, True)
    assert "the clocks of America/Los_Angeles skipped this time" in finding.message


def test_hour_25_of_an_ordinary_day_is_no_time() -> None:
    """The row is left out, and counted."""
    reading = read(f"2026-06-10,25,1,RTD,{REST}", f"2026-06-10,1,1,RTD,{REST}")
    assert reading.frame.height == 1
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.REJECTED_ROW, 1)]


def test_correction_says_all_that_is_published() -> None:
    """When, in which run, where, how, of what, why, and the count; the time of the report is local."""
    row = "2026-11-01,25,12,RTD,SP15,Replaced,3,AS,Wrong bid, 2026-11-01 01:30:00"
    (found,) = read(row).frame.iter_rows(named=True)
    assert found == {
        "interval_start": utc("2026-11-01T09:55"),
        "interval_end": utc("2026-11-01T10:00"),
        "publish_time": utc("2026-11-01T08:30"),
        "run": "real_time_5min",
        "location": "SP15",
        "method": "Replaced",
        "price_type": "AS",
        "reason": "Wrong bid",
        "count": 3,
    }


@pytest.mark.parametrize(("market", "run"), UNIFIED.items())
def test_every_market_is_a_run_of_its_own(market: str, run: str) -> None:
    """Residual unit commitment is not the day-ahead market."""
    assert read(f"2026-06-10,1,1,{market},{REST}").frame["run"].to_list() == [run]
    assert len({*UNIFIED.values()}) == len(UNIFIED) == 5


def test_unknown_market_is_said_and_its_row_stays() -> None:
    """Without a run, for the whole hour: how long its intervals are is not known."""
    reading = read(f"2026-06-10,1,3,NEW,{REST}")
    assert reading.frame.select("run", "interval_start", "interval_end").rows() == [
        (None, utc("2026-06-10T07:00"), utc("2026-06-10T08:00"))
    ]
    assert [(each.kind, each.accounts) for each in reading.findings] == [(FindingKind.UNKNOWN_WORD, False)]


@given(where=st.lists(st.booleans(), min_size=1, max_size=8))
def test_rows_that_stand_for_nothing_are_counted(where: list[bool]) -> None:
    """Wherever they are: each row of a report is in the frame or in a finding."""
    rows = [f"2026-06-10,{number + 1},1,RTD,{REST}" if real else NONE for number, real in enumerate(where)]
    reading = read(*rows)
    assert reading.frame.height == sum(where)
    left_out = [each.rows for each in reading.findings if each.kind is FindingKind.PLACEHOLDER_ROW]
    assert left_out == ([where.count(False)] if False in where else [])
    assert reading.payload_rows == reading.accounted_rows == len(where)


def test_day_without_a_correction_is_an_empty_answer() -> None:
    """It came, and has nothing: no error."""
    answer = zipped({"20260610_20260610_PRC_CORR_GRP_N_v1.csv": document(NONE, NONE.replace("RUC", "DAM"))})
    reading = read_answer("PRC_CORR_GRP", answer, LAYOUT)
    assert reading.frame.is_empty()
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.PLACEHOLDER_ROW, 2)]


def test_same_correction_of_energy_and_reserves_is_two_rows() -> None:
    """And so are two areas; the same row twice is one."""
    row = f"2026-06-10,1,1,RTD,{REST}"
    reading = read(row, row, row.replace(",EN,", ",AS,"), row.replace(",AREA,", ",OTHER,"))
    assert reading.frame.select("location", "price_type").rows() == [
        ("AREA", "EN"),
        ("AREA", "AS"),
        ("OTHER", "EN"),
    ]
    assert reading.payload_rows == reading.accounted_rows == 4


def test_corrections_settle_after_the_last_of_them_is_written() -> None:
    """Some days to two weeks after the trade date: at least fifteen days are read again."""
    assert CORRECTIONS.publication.settles_after.days >= 15
    assert CORRECTIONS.sparse
    assert CAISO.feed("PRC_CORR_GRP") is CORRECTIONS
