"""PJM's load: every form of its feeds, stamps off the grid at midnight, and runs of forecasts that overlap."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import polars as pl
import pytest

from builders import utc
from energyopti import (
    Chunk,
    FindingKind,
    MarketData,
    NoData,
    SchemaDrift,
    Settings,
    UnifiedMarketService,
)
from energyopti.layouts import Layout, Reading
from energyopti.query import TimeRange, plan
from energyopti.settings import HostSettings
from energyopti.source import Source
from energyopti_pjm.feeds import load
from energyopti_pjm.market import PJM
from energyopti_pjm.protocol import minutes
from installed import installed
from servers import Server, serving

Row = tuple[Any, ...]
TIMES = ("interval_start", "interval_end", "location", "load")

READ_CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,area,instantaneous_load\r\n"
    b"11/1/2026 6:00:01 AM,11/1/2026 1:00:01 AM,PJM RTO,71234.567800\r\n"
    b"11/1/2026 5:00:00 AM,11/1/2026 1:00:00 AM,PJM RTO,72000.000000\r\n"
    b"11/1/2026 5:00:00 AM,11/1/2026 1:00:00 AM,ALPHA,\r\n"
)
METERED_CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,nerc_region,mkt_region,zone,load_area,mw,is_verified\r\n"
    b"11/3/2024 5:00:00 AM,11/3/2024 1:00:00 AM,RFC,MIDATL,AL,ALPHA,904.125,True\r\n"
    b"11/3/2024 6:00:00 AM,11/3/2024 1:00:00 AM,RFC,MIDATL,AL,ALPHA,-1.500,False\r\n"
)
PRELIMINARY_CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,datetime_ending_utc,datetime_ending_ept,load_area,"
    b"prelim_load_avg_hourly\r\n"
    b"3/10/2024 6:00:00 AM,3/10/2024 1:00:00 AM,3/10/2024 7:00:00 AM,3/10/2024 3:00:00 AM,BRAVO,15000.250\r\n"
)
SEVEN_DAYS_CSV = (
    b"evaluated_at_datetime_utc,evaluated_at_datetime_ept,forecast_datetime_beginning_utc,"
    b"forecast_datetime_beginning_ept,forecast_datetime_ending_utc,forecast_datetime_ending_ept,"
    b"forecast_area,forecast_load_mw\r\n"
    b"7/1/2026 4:15:09 PM,7/1/2026 12:15:09 PM,7/1/2026 4:00:00 AM,7/1/2026 12:00:00 AM,"
    b"7/1/2026 5:00:00 AM,7/1/2026 1:00:00 AM,RTO_COMBINED,88123\r\n"
)
HISTORICAL_CSV = (
    b"evaluated_at_utc,evaluated_at_ept,forecast_hour_beginning_utc,forecast_hour_beginning_ept,"
    b"forecast_area,forecast_load_mw\r\n"
    b"7/1/2024 9:45:00 PM,7/1/2024 5:45:00 PM,7/2/2024 4:00:00 AM,7/2/2024 12:00:00 AM,CHARLIE,70001\r\n"
)
VERY_SHORT_CSV = (
    b"evaluated_at_utc,evaluated_at_ept,forecast_datetime_beginning_utc,forecast_datetime_beginning_ept,"
    b"forecast_datetime_ending_utc,forecast_datetime_ending_ept,forecast_area,forecast_load_mw\r\n"
    b"7/1/2026 3:59:59 AM,6/30/2026 11:59:59 PM,7/1/2026 4:05:00 AM,7/1/2026 12:05:00 AM,"
    b"7/1/2026 4:10:00 AM,7/1/2026 12:10:00 AM,DELTA,20000.5\r\n"
)
FORMS: list[tuple[Layout, bytes, list[Row]]] = [
    (
        load.INSTANTANEOUS,
        READ_CSV,
        [
            (utc("2026-11-01T06:00:01"), utc("2026-11-01T06:05:01"), "PJM RTO", 71234.5678),
            (utc("2026-11-01T05:00"), utc("2026-11-01T05:05"), "PJM RTO", 72000.0),
            (utc("2026-11-01T05:00"), utc("2026-11-01T05:05"), "ALPHA", None),
        ],
    ),
    (
        load.METERED,
        METERED_CSV,
        [
            (utc("2024-11-03T05:00"), utc("2024-11-03T06:00"), "ALPHA", 904.125),
            (utc("2024-11-03T06:00"), utc("2024-11-03T07:00"), "ALPHA", -1.5),
        ],
    ),
    (
        load.PRELIMINARY,
        PRELIMINARY_CSV,
        [(utc("2024-03-10T06:00"), utc("2024-03-10T07:00"), "BRAVO", 15000.25)],
    ),
    (
        load.SEVEN_DAYS,
        SEVEN_DAYS_CSV,
        [(utc("2026-07-01T04:00"), utc("2026-07-01T05:00"), "RTO_COMBINED", 88123.0)],
    ),
    (
        load.HISTORICAL,
        HISTORICAL_CSV,
        [(utc("2024-07-02T04:00"), utc("2024-07-02T05:00"), "CHARLIE", 70001.0)],
    ),
    (
        load.VERY_SHORT,
        VERY_SHORT_CSV,
        [(utc("2026-07-01T04:05"), utc("2026-07-01T04:10"), "DELTA", 20000.5)],
    ),
]
NAMES = ["inst_load", "hrl_load_metered", "hrl_load_prelim", "7 day", "hist", "very short"]


def page(items: Sequence[dict[str, Any]]) -> bytes:
    """A page of Data Miner."""
    return json.dumps({"links": [], "items": items, "totalRows": len(items)}).encode()


@pytest.mark.parametrize(("layout", "payload", "rows"), FORMS, ids=NAMES)
def test_export_of_the_page_is_read(layout: Layout, payload: bytes, rows: list[Row]) -> None:
    """Twelve-hour stamps in UTC, both passes of the repeated hour, megawatts as published; every column is known."""
    reading = layout.read(payload)
    assert reading.frame.select(*TIMES).rows() == rows
    assert {finding.kind for finding in reading.findings} <= {FindingKind.MISSING_VALUE}
    assert reading.payload_rows == reading.accounted_rows == len(rows)


@pytest.mark.parametrize(
    ("layout", "payload", "made"),
    [
        (load.SEVEN_DAYS, SEVEN_DAYS_CSV, utc("2026-07-01T16:15:09")),
        (load.HISTORICAL, HISTORICAL_CSV, utc("2024-07-01T21:45")),
        (load.VERY_SHORT, VERY_SHORT_CSV, utc("2026-07-01T03:59:59")),
    ],
    ids=NAMES[3:],
)
def test_forecast_says_when_it_was_made(layout: Layout, payload: bytes, made: datetime) -> None:
    """The time of making is read from its UTC column, to the second."""
    assert layout.read(payload).frame["publish_time"].to_list() == [made]


def test_area_may_be_chosen_by_fields() -> None:
    """Metered load needs its time, area and megawatts alone."""
    item = {"datetime_beginning_utc": "2024-07-01T04:00:00", "load_area": "RTO", "mw": 90000}
    frame = load.METERED.read(json.dumps([item]).encode()).frame
    assert frame.select(*TIMES).rows() == [(utc("2024-07-01T04:00"), utc("2024-07-01T05:00"), "RTO", 90000.0)]
    del item["load_area"]
    with pytest.raises(SchemaDrift, match="load_area"):
        load.METERED.read(page([item]))


def test_metered_load_says_whether_it_is_verified() -> None:
    """A figure that is not verified yet is preliminary, in both forms of the feed; preliminary load always is."""
    assert load.METERED.read(METERED_CSV).frame["status"].to_list() == ["verified", "preliminary"]
    assert load.PRELIMINARY.read(PRELIMINARY_CSV).frame["status"].to_list() == ["preliminary"]


def test_name_that_stands_for_all_of_pjm_is_kept() -> None:
    """Each feed has its own word for the whole: none is renamed."""
    assert load.INSTANTANEOUS.read(READ_CSV).frame["location"][0] == "PJM RTO"
    assert load.SEVEN_DAYS.read(SEVEN_DAYS_CSV).frame["location"][0] == "RTO_COMBINED"


def chunk(feed: str, day: str) -> Chunk:
    """A feed's chunk that holds a day's noon."""
    noon = utc(f"{day}T17:00")
    return plan(PJM, PJM.feed(feed), TimeRange(noon, noon + timedelta(hours=1)))[0]


class Scripted:
    """Stands in for what fetches rows: it keeps what was asked of it."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.asked: list[Chunk] = []

    async def __call__(self, asked: Chunk, _source: Source) -> Reading:
        """The reading, whatever is asked."""
        self.asked.append(asked)
        return self.reading


def readings(*stamps: str) -> Reading:
    """Readings of PJM RTO at stamps in UTC, of 1, 2, 3, ... megawatts."""
    items = [
        {"datetime_beginning_utc": stamp, "area": "PJM RTO", "instantaneous_load": number}
        for number, stamp in enumerate(stamps, start=1)
    ]
    return load.INSTANTANEOUS.read(json.dumps(items).encode())


def very_short(*made: str | None) -> Reading:
    """Forecasts of one interval, made at stamps in UTC, of 1, 2, 3, ... megawatts."""
    items = [
        {
            "evaluated_at_utc": stamp,
            "forecast_datetime_beginning_utc": "2026-07-02T04:10:00",
            "forecast_area": "DELTA",
            "forecast_load_mw": number,
        }
        for number, stamp in enumerate(made, start=1)
    ]
    return load.VERY_SHORT.read(json.dumps(items).encode())


def to_the_end(scripted: Scripted, asked: Chunk) -> Reading:
    """What is kept of a scripted reading."""

    async def go() -> Reading:
        return await minutes.to_the_end(scripted)(asked, cast("Source", None))

    return asyncio.run(go())


def test_last_minute_of_a_day_is_asked_for() -> None:
    """The reading half a minute before midnight is kept, the one at midnight is counted: it is the next day's."""
    scripted = Scripted(readings("2026-07-01T04:00:00", "2026-07-02T03:59:30", "2026-07-02T04:00:00"))
    reading = to_the_end(scripted, chunk("inst_load", "2026-07-01"))
    assert (scripted.asked[0].start, scripted.asked[0].end) == (
        utc("2026-07-01T04:00"),
        utc("2026-07-02T04:01"),
    )
    assert reading.frame["load"].to_list() == [1.0, 2.0]
    assert reading.origin.to_list() == [0, 1]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.OUTSIDE_CHUNK, 1, True)
    assert reading.payload_rows == reading.accounted_rows == 3


def test_day_whose_rows_are_all_its_own_has_no_finding() -> None:
    """On the 25-hour day the day ends at 05:00 UTC."""
    scripted = Scripted(readings("2026-11-01T04:00:00", "2026-11-02T04:59:59"))
    reading = to_the_end(scripted, chunk("inst_load", "2026-11-01"))
    assert scripted.asked[0].end == utc("2026-11-02T05:01")
    assert (reading.frame["load"].to_list(), reading.findings) == ([1.0, 2.0], ())


def test_filter_stays_within_its_year() -> None:
    """On the last of December midnight itself is in the next year, which a request may not reach."""
    scripted = Scripted(readings("2026-01-01T04:55:00"))
    to_the_end(scripted, chunk("inst_load", "2025-12-31"))
    assert scripted.asked[0].end == utc("2026-01-01T05:00")


def test_nothing_but_the_next_midnight_is_no_data() -> None:
    """A day of which the source has no row is not there, though the next one's first came along."""
    with pytest.raises(NoData, match="no longer kept"):
        to_the_end(Scripted(readings("2026-07-02T04:00:00")), chunk("inst_load", "2026-07-01"))


def test_forecasts_are_cut_by_the_time_of_their_making() -> None:
    """A run at midnight is the next day's, though it speaks of the same interval; one without a time is kept."""
    scripted = Scripted(very_short("2026-07-02T03:59:59", "2026-07-02T04:00:00", None))
    reading = to_the_end(scripted, chunk("very_short_load_frcst", "2026-07-01"))
    assert reading.frame["load"].to_list() == [1.0, 3.0]
    assert reading.payload_rows == reading.accounted_rows == 3


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where a service may keep files."""
    return tmp_path


def served(server: Server, home: Path, now: datetime, *question: str) -> MarketData:
    """The answer to a query over a scripted server."""
    settings = Settings(
        home=home,
        hosts={("pjm", "dataminer"): HostSettings(url=server.url, rate="off")},
        credentials={("pjm", "api_key"): "a-key"},
    )

    async def go() -> MarketData:
        async with UnifiedMarketService(installed(), settings, now=lambda: now) as service:
            return await service.get_market_data("pjm", *question)

    return asyncio.run(go())


def test_reading_before_midnight_is_asked_for_by_name_and_minute(home: Path) -> None:
    """The filter of the 25-hour day ends at its second midnight, on the eastern clock."""
    with serving() as server:
        stamps = [utc("2026-11-01T04:00") + number * timedelta(minutes=5) for number in range(300)]
        items = [
            {
                "datetime_beginning_utc": f"{at:%Y-%m-%dT%H:%M:%S}",
                "area": "PJM RTO",
                "instantaneous_load": 1.0,
            }
            for at in stamps
        ]
        server.on("/inst_load", page(items))
        now = utc("2026-11-10T12:00")
        data = served(server, home, now, "inst_load", "2026-11-01", "2026-11-02")
        params = server.asked[0].params
    assert params["datetime_beginning_ept"] == "11/01/2026 00:00to11/02/2026 00:00"
    assert (len(data), data.findings) == (300, ())


def test_newest_forecast_is_asked_for_without_times(home: Path) -> None:
    """There is but one: no filter is sent."""
    with serving() as server:
        server.on(
            "/load_frcstd_7_day",
            page(
                [
                    {
                        "evaluated_at_datetime_utc": "2026-11-20T16:15:00",
                        "forecast_datetime_beginning_utc": "2026-11-20T05:00:00",
                        "forecast_area": "RTO_COMBINED",
                        "forecast_load_mw": 80000,
                    }
                ]
            ),
        )
        data = served(server, home, utc("2026-11-20T17:00"), "load_frcstd_7_day")
        params = server.asked[0].params
    assert sorted(params) == ["rowCount", "startRow"]
    assert data.frame.select(*TIMES).rows() == [
        (utc("2026-11-20T05:00"), utc("2026-11-20T06:00"), "RTO_COMBINED", 80000.0)
    ]


def sandboxed(home: Path, *question: str, now: str = "2026-11-20T17:00", **more: Any) -> MarketData:
    """The answer to a query over the sandbox."""

    async def go() -> MarketData:
        settings = Settings(home=home, sandbox="1")
        async with UnifiedMarketService(installed(), settings, now=lambda: utc(now)) as service:
            return await service.get_market_data("pjm", *question, **more)

    return asyncio.run(go())


def test_preliminary_load_follows_the_last_metered_hour(home: Path) -> None:
    """Metered load ends three days ago; then come the preliminary areas, each hour from one of the two alone."""
    data = sandboxed(home, "hrl_load_metered", "2026-11-15", "2026-11-20", partial=True)
    by_hour = data.frame.group_by("interval_start").agg("location").sort("interval_start")
    areas = {at: set(names) for at, names in by_hour.rows()}
    assert areas[utc("2026-11-17T16:00")] == {"RTO", "AECO", "AEPAPT", "DOM"}
    assert areas[utc("2026-11-17T17:00")] == {"AEP", "DOM", "MIDATL"}
    assert data.frame.select("interval_start", "location").is_unique().all()
    fallback = [finding for finding in data.findings if finding.kind is FindingKind.FALLBACK]
    assert len(fallback) == 1


def test_metered_month_that_is_over_asks_for_nothing_preliminary(home: Path) -> None:
    """A whole month of metered load is not completed."""
    data = sandboxed(home, "hrl_load_metered", "2026-09-01", "2026-10-01")
    assert set(data.frame["location"]) == {"RTO", "AECO", "AEPAPT", "DOM"}
    assert len(data) == 30 * 24 * 4
    assert data.coverage.complete


def test_coming_days_are_answered_by_the_newest_forecast(home: Path) -> None:
    """Tomorrow and the day after are forecast today."""
    data = sandboxed(home, "load_frcstd_7_day", "2026-11-21", "2026-11-23")
    assert data.frame.group_by("location").len()["len"].to_list() == [48, 48]
    assert data.frame["publish_time"].unique().to_list() == [utc("2026-11-20T16:45:17")]


def test_first_hours_of_a_day_are_from_the_run_before(home: Path) -> None:
    """Runs are made at 01:45 and later in the sandbox: midnight's hour was forecast the evening before."""
    frame = sandboxed(home, "load_frcstd_hist", "2026-11-10", "2026-11-11", locations="RTO").frame
    assert frame["interval_start"].to_list() == [
        utc("2026-11-10T05:00") + number * timedelta(hours=1) for number in range(24)
    ]
    first = dict(frame.select("interval_start", "publish_time").rows())
    assert first[utc("2026-11-10T05:00")] == utc("2026-11-10T00:45")
    assert first[utc("2026-11-10T06:00")] == utc("2026-11-10T00:45")
    assert first[utc("2026-11-10T07:00")] == utc("2026-11-10T06:45")


def test_every_vintage_is_kept_once(home: Path) -> None:
    """With all vintages, an hour stands once for each run that spoke of it, over seven days."""
    data = sandboxed(home, "load_frcstd_hist", "2026-11-10", "2026-11-11", locations="RTO", vintages="all")
    hour = data.frame.filter(pl.col("interval_start") == utc("2026-11-10T12:00"))
    made = hour["publish_time"].sort().to_list()
    assert (made[0], made[-1], len(made)) == (utc("2026-11-03T12:45"), utc("2026-11-10T06:45"), 28)
    assert len(set(made)) == 28


def test_five_minute_forecasts_are_gone_after_thirty_days(home: Path) -> None:
    """A day that is no longer kept is not asked for."""
    with pytest.raises(NoData, match="keeps only the last 30 days"):
        sandboxed(home, "very_short_load_frcst", "2026-10-01", "2026-10-02")


def test_rows_that_do_not_say_whether_they_are_verified_can_be_written() -> None:
    """The column is optional: without a status its cells are empty, or those that the frame has under its own header."""
    frame = load.METERED.read(METERED_CSV).frame.drop("status")
    bare = load.METERED.read(load.METERED.write(frame)).frame
    assert bare["status"].to_list() == [None, None]
    assert bare.drop("status").equals(frame)
    own = frame.with_columns(is_verified=pl.Series(["true", "false"]))
    assert load.METERED.read(load.METERED.write(own)).frame["status"].to_list() == ["verified", "preliminary"]
