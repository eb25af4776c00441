"""PJM's interchange, interfaces, bids and capacity: signs, parts, empty cells, the page's export."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from energyopti import FindingKind, MarketData, NoData, SchemaDrift, Settings, UnifiedMarketService
from energyopti.layouts import Reading
from energyopti_pjm.feeds import schedules
from installed import installed

NOW = utc("2026-11-20T17:00")
ENDS = "datetime_beginning_utc,datetime_beginning_ept,datetime_ending_utc,datetime_ending_ept"
HOUR = "3/10/2024 6:00:00 AM,3/10/2024 1:00:00 AM,3/10/2024 7:00:00 AM,3/10/2024 3:00:00 AM"
BEGINS = "datetime_beginning_utc,datetime_beginning_ept"
BEGIN = "3/10/2024 7:00:00 AM,3/10/2024 3:00:00 AM"
BIDS = "bid_datetime_beginning_utc,bid_datetime_beginning_ept"


def rows(reading: Reading, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a reading, row by row."""
    return reading.frame.select(columns).rows()


def table(*lines: str) -> bytes:
    """Lines as the page exports them."""
    return "".join(f"{line}\r\n" for line in lines).encode()


def ask(feed: str, start: str, end: str, home: Path, *, now: datetime = NOW) -> MarketData:
    """The answer to a query over the sandbox."""

    async def collect() -> MarketData:
        settings = Settings(home=home, sandbox="1", attempts=1)
        async with UnifiedMarketService(installed(), settings, now=lambda: now) as service:
            return await service.get_market_data("pjm", feed, start, end)

    return asyncio.run(collect())


def test_interchange_keeps_its_sign() -> None:
    """Imports are positive and exports negative, as published; the hour before the clocks go forward is an hour."""
    found = schedules.INTERCHANGE.read(
        table(
            f"{ENDS},tie_line,actual_flow,sched_flow,inadv_flow",
            f"{HOUR},NYIS,-1250.500,-1300,49.5",
            f"{HOUR},TVA,80,,",
        )
    )
    assert rows(found, "interval_start", "interval_end", "kind", "location", "scheduled", "actual") == [
        (utc("2024-03-10T06:00"), utc("2024-03-10T07:00"), "interchange", "NYIS", -1300.0, -1250.5),
        (utc("2024-03-10T06:00"), utc("2024-03-10T07:00"), "interchange", "TVA", None, 80.0),
    ]
    assert {each.kind for each in found.findings} == {FindingKind.MISSING_VALUE}


def test_net_schedules_are_schedules_alone() -> None:
    """An empty cell is null; nothing is said of what flowed."""
    found = schedules.SCHEDULED.read(
        table(f"{ENDS},tie_line,hrly_net_tie_sched", f"{HOUR},MISO,-450.25", f"{HOUR},NEPT,")
    )
    assert rows(found, "location", "scheduled") == [("MISO", -450.25), ("NEPT", None)]
    assert "actual" not in found.frame.columns


def test_ties_of_a_second_past_mean_the_five_minutes() -> None:
    """12:05:01 is 12:05; the interval is one of the grid, and the published stamp stays in the raw columns."""
    stamps = [f"2025-05-20T12:{minute:02d}:{second:02d}" for minute, second in ((0, 0), (5, 1), (9, 59))]
    row = '{"datetime_beginning_utc": "%s", "tie_flow_name": "NYIS", "actual_mw": 1, "scheduled_mw": 2}'
    found = schedules.TIE_FLOWS.read(f'{{"items": [{", ".join(row % each for each in stamps)}]}}'.encode())
    assert rows(found, "interval_start", "interval_end") == [
        (utc(f"2025-05-20T12:{minute:02d}"), utc(f"2025-05-20T12:{minute + 5:02d}")) for minute in (0, 5, 10)
    ]
    assert found.raw["datetime_beginning_utc"].to_list() == stamps


def test_five_minute_ties_say_both() -> None:
    """What flows and what is scheduled every five minutes."""
    found = schedules.TIE_FLOWS.read(
        table(f"{BEGINS},tie_flow_name,actual_mw,scheduled_mw", f"{BEGIN},NYIS,-820.5,-800")
    )
    assert rows(found, "interval_start", "interval_end", "location", "scheduled", "actual") == [
        (utc("2024-03-10T07:00"), utc("2024-03-10T07:05"), "NYIS", -800.0, -820.5)
    ]


def test_interfaces_are_read_for_flows_and_for_limits() -> None:
    """One document fills schedules with its flows and constraints with its limits."""
    text = table(f"{BEGINS},interface_limit_name,flow_mw,limit_mw", f"{BEGIN},NORTH TRANSFER,-3150.5,4200")
    flows, limits = schedules.INTERFACE_FLOWS.read(text), schedules.INTERFACE_LIMITS.read(text)
    assert rows(flows, "location", "scheduled") == [("NORTH TRANSFER", -3150.5)]
    assert rows(limits, "constraint", "flow", "limit") == [("NORTH TRANSFER", -3150.5, 4200.0)]
    assert (flows.findings, limits.findings) == ((), ())


def test_confidential_capacity_is_null() -> None:
    """What PJM keeps to itself is null and counted; what schedules itself is there."""
    found = schedules.COMMITTED.read(
        table(f"{BEGINS},rt_ecomax,conf_disclaimer,self_ecomax", f"{BEGIN},,Confidential,18050.5")
    )
    assert rows(found, "kind", "component", "location", "scheduled") == [
        ("offered_capacity", "rt_ecomax", "RTO", None),
        ("offered_capacity", "self_ecomax", "RTO", 18050.5),
    ]
    (finding,) = found.findings
    assert (finding.kind, finding.rows) == (FindingKind.MISSING_VALUE, 1)


def test_capacity_has_three_parts() -> None:
    """A row of capacity makes a row of each of its parts, at the stamp of its bids."""
    found = schedules.CAPACITY.read(
        table(f"{BIDS},eco_max,emerg_max,total_committed", f"{BEGIN},150250.5,154000,139500")
    )
    assert rows(found, "interval_start", "component", "scheduled") == [
        (utc("2024-03-10T07:00"), "eco_max", 150250.5),
        (utc("2024-03-10T07:00"), "emerg_max", 154000.0),
        (utc("2024-03-10T07:00"), "total_committed", 139500.0),
    ]
    assert (found.payload_rows, found.accounted_rows) == (3, 3)


def test_demand_bids_are_load_by_area() -> None:
    """Areas overlap; all of them are kept."""
    found = schedules.DEMAND_BIDS.read(
        table(
            f"{BEGINS},hrly_da_demand_bid,area", f"{BEGIN},71250.5,PJM_RTO", f"{BEGIN},35000,WESTERN_REGION"
        )
    )
    assert rows(found, "kind", "location", "scheduled") == [
        ("load", "PJM_RTO", 71250.5),
        ("load", "WESTERN_REGION", 35000.0),
    ]


def test_demand_curve_has_a_row_a_price() -> None:
    """The price is the part; the demand that is bid at it is the schedule."""
    row = {"bid_datetime_beginning_utc": "2024-03-10T07:00:00", "price_point": -10.5, "demand_mw": 70100.25}
    found = schedules.DEMAND_CURVE.read(json.dumps({"items": [row]}).encode())
    assert rows(found, "kind", "component", "location", "scheduled") == [("load", "-10.5", "RTO", 70100.25)]


def test_another_demand_curve_is_drift() -> None:
    """Its columns are not confirmed: those of another form are not guessed at."""
    with pytest.raises(SchemaDrift) as caught:
        schedules.DEMAND_CURVE.read(table(f"{BIDS},area,hrly_fixed_bid", f"{BEGIN},PJM_RTO,5"))
    assert caught.value.column == "price_point"


def test_bid_feeds_are_asked_by_their_own_stamp(tmp_path: Path) -> None:
    """The filter of capacity speaks of its bids' hours: a 25-hour day has 25 of each part."""
    frame = ask("day_gen_capacity", "2025-11-02", "2025-11-03", tmp_path).frame
    assert frame.group_by("component").len().sort("component").rows() == [
        ("eco_max", 25),
        ("emerg_max", 25),
        ("total_committed", 25),
    ]


def test_a_leap_year_of_bids_is_whole(tmp_path: Path) -> None:
    """366 days are asked for in two parts, and no hour is lost or doubled between them."""
    frame = ask("hrl_dmd_bids", "2024-01-01", "2025-01-01", tmp_path).frame
    assert frame.height == 8784 * 3
    assert frame["interval_start"].n_unique() == 8784
    assert frame["interval_start"].max() == utc("2025-01-01T04:00")


def test_five_minute_ties_are_kept_for_thirty_days(tmp_path: Path) -> None:
    """Older days are not asked for."""
    assert ask("five_min_tie_flows", "2026-11-19", "2026-11-20", tmp_path).frame.height == 288 * 3
    with pytest.raises(NoData, match="30 days"):
        ask("five_min_tie_flows", "2026-10-01", "2026-10-02", tmp_path)


def test_interchange_says_what_is_not_there_yet(tmp_path: Path) -> None:
    """Interchange comes five days late: days that are not there yet are no answer, and the one before is a part."""
    with pytest.raises(NoData, match="not published yet: due 2026-11-23T23:00:00Z") as caught:
        ask("act_sch_interchange", "2026-11-14", "2026-11-18", tmp_path)
    assert caught.value.finished is not None
    data = ask("act_sch_interchange", "2026-11-14", "2026-11-16", tmp_path)
    assert data.frame["interval_end"].max() == utc("2026-11-15T17:00")
    assert not data.coverage.complete


def test_confidential_hours_are_counted(tmp_path: Path) -> None:
    """Every third hour of the sandbox is confidential: eight nulls a day, and a finding."""
    data = ask("rt_and_self_ecomax", "2026-11-10", "2026-11-11", tmp_path)
    assert data.frame.filter(data.frame["scheduled"].is_null())["component"].to_list() == ["rt_ecomax"] * 8
    assert FindingKind.MISSING_VALUE in {each.kind for each in data.findings}


@pytest.mark.parametrize(
    ("feed", "rows_a_day"),
    [
        ("rt_scheduled_interchange", 72),
        ("da_interface_flows_and_limits", 48),
        ("da_interface_flows_and_limits_limits", 48),
        ("hrl_da_demand_bids", 72),
        ("day_gen_capacity", 72),
    ],
)
def test_day_is_whole(feed: str, rows_a_day: int, tmp_path: Path) -> None:
    """A day of each feed has all hours of each of its series."""
    data = ask(feed, "2026-11-10", "2026-11-11", tmp_path)
    assert data.frame.height == rows_a_day
    assert data.coverage.complete
