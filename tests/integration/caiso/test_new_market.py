"""California's day-ahead market since 2026-05-01, and the corrections of its prices, as whole answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from builders import utc
from caiso_hosts import Hosts, hours, price_file, price_rows, span_of, statuses, table
from energyopti import FindingKind, MarketData
from energyopti.store import Memory
from energyopti.store.lake import Lake
from energyopti_caiso.locations import USUAL
from serving import Clock

NOW = utc("2026-11-20T20:00")
CORRECTED = (
    "MARKET,TRADE_DATE,HOUR_ENDING,INTERVAL,AFFECTED_AREA,CORRECTION_METHOD,CORRECTION_COUNT,CORRECTION_REASON,"
    "ENERGY_TYPECODE,REPORT_GENERATED"
)
NONE = "RUC,,,,,Recalculated,,No records found for report.,,"
BY_AREA = "INTERVAL_START_GMT,INTERVAL_END_GMT,BAA_GRP_ID,PRODUCT_TYPE,REQ_MW,AGG_AWD_MW"


def kinds(data: MarketData) -> set[FindingKind]:
    """What is found."""
    return {each.kind for each in data.findings}


def test_day_without_a_correction_is_complete_and_empty(tmp_path: Path) -> None:
    """The report says so, row by row."""
    hosts = Hosts({"PRC_CORR_GRP": table(CORRECTED, [NONE, NONE.replace("RUC", "DAM")])})
    data = hosts.get(tmp_path, NOW, "PRC_CORR_GRP", "2026-06-10", "2026-06-11")
    assert (statuses(data), len(data)) == (["complete"], 0)
    assert [(each.kind, each.rows) for each in data.findings] == [(FindingKind.PLACEHOLDER_ROW, 2)]


def test_corrections_of_the_long_day_are_of_both_passes(tmp_path: Path) -> None:
    """One of hour 2, one of hour 25, one of the day's last hour, which is in the next day of GMT."""
    rest = "SP15,Recalculated,1,An error,EN,2026-11-09 14:05:00"
    rows = [f"RTD,2026-11-01,{hour},{part},{rest}" for hour, part in ((24, 12), (25, 1), (2, 1))]
    hosts = Hosts({"PRC_CORR_GRP": table(CORRECTED, [*rows, NONE])})
    data = hosts.get(tmp_path, NOW, "price_corrections", "2026-11-01", "2026-11-02", locations=["SP15"])
    assert statuses(data) == ["complete"]
    assert data.frame["interval_start"].to_list() == [
        utc("2026-11-01T08:00"),
        utc("2026-11-01T09:00"),
        utc("2026-11-02T07:55"),
    ]
    (request,) = hosts.asked
    assert request.params["startdatetime"] == "20261101T07:00-0000"
    assert "enddatetime" not in request.params


def priced(start: datetime, count: int, *, lmp: float, ghg: float | None) -> bytes:
    """Day-ahead prices whose components are 40 together, but for that of greenhouse gas."""
    starts, rows = hours(start, count), []
    for word, value in (("LMP", lmp), ("MCE", 39.0), ("MCC", 0.75), ("MCL", 0.25), ("MGHG", ghg)):
        one = [] if value is None else price_rows(starts, USUAL, ["LMP"], lmp=value)
        rows += [row.replace(",LMP,LMP_X,", f",{word},{word}_X,") for row in one]
    return price_file(rows)


@pytest.mark.parametrize(
    ("days", "count", "lmp", "ghg", "status"),
    [
        (("2026-04-30", "2026-05-01"), 24, 40.0, None, "complete"),
        (("2026-05-01", "2026-05-02"), 24, 39.5, -0.5, "complete"),
        (("2026-05-01", "2026-05-02"), 24, 39.5, None, "incomplete"),
        (("2026-05-01", "2026-05-02"), 24, 40.0, None, "complete"),
        (("2026-11-01", "2026-11-02"), 25, 41.25, 1.25, "complete"),
    ],
)
def test_day_ahead_price_has_its_greenhouse_gas_since_the_new_market(
    days: tuple[str, str], count: int, lmp: float, ghg: float | None, status: str, tmp_path: Path
) -> None:
    """A day before it is whole without; a day since then lacks it where the other components are not the price."""
    hosts = Hosts({"PRC_LMP": priced(utc(f"{days[0]}T07:00"), count, lmp=lmp, ghg=ghg)})
    data = hosts.get(tmp_path, NOW, "PRC_LMP", *days)
    assert statuses(data) == [status]
    assert len(data) == count * len(USUAL)
    assert data.frame["ghg"].unique().to_list() == [ghg]
    assert (FindingKind.GAP in kinds(data)) == (status == "incomplete")


def test_long_day_of_requirements_is_whole_with_25_hours(tmp_path: Path) -> None:
    """Of two products and two areas in the run two days ahead; without one of the hours it is not."""
    rows = [
        f"{span_of(at)},{area},{product},100,90"
        for at in hours(utc("2026-11-01T07:00"), 25)
        for area in ("CISO", "PACE")
        for product in ("IRU", "IRD")
    ]
    for kept, status in ((rows, "complete"), (rows[:8] + rows[12:], "incomplete")):
        hosts = Hosts({"2DA_CAP_REQ_AWRD_GRP": table(BY_AREA, kept)})
        data = hosts.get(tmp_path, NOW, "2DA_CAP_REQ_AWRD_GRP", "2026-11-01", "2026-11-02")
        assert (statuses(data), len(data)) == ([status], len(kept))
        assert set(data.frame["run"]) == {"two_days_ahead"}


def corrected(row: str, prices: Sequence[float]) -> Hosts:
    """Hosts that serve June with one price after the other, and a report of corrections with one row."""
    june, served = hours(utc("2026-06-01T07:00"), 30 * 24), iter(prices)
    return Hosts(
        {
            "PRC_LMP": lambda _: price_file(price_rows(june, USUAL, lmp=next(served))),
            "PRC_CORR_GRP": table(CORRECTED, [row]),
        }
    )


@pytest.mark.parametrize(
    ("market", "day", "generated", "again"),
    [
        ("DAM", "2026-06-10", "2026-11-21 09:00:00", 2),
        ("DAM", "2026-06-10", "2026-11-19 09:00:00", 1),  # the prices are newer
        ("RTD", "2026-06-10", "2026-11-21 09:00:00", 1),  # other prices
    ],
)
def test_prices_that_were_corrected_are_asked_for_again(
    market: str, day: str, generated: str, again: int, tmp_path: Path
) -> None:
    """Final ones too, once somebody has read the report of their day; and once only."""
    hosts = corrected(f"{market},{day},10,,SP15,Recalculated,1,An error,EN,{generated}", [40.0, 41.0, 42.0])
    clock = Clock(NOW)

    async def go() -> list[float]:
        found = []
        async with hosts.service(tmp_path, clock) as service:
            for what in ("PRC_LMP", "PRC_LMP", "price_corrections", "PRC_LMP", "PRC_LMP"):
                data = await service.get_market_data("caiso", what, "2026-06-10", "2026-06-11")
                if what == "PRC_LMP":
                    found.append(data.frame["lmp"][0])
                clock.at += timedelta(hours=7)
        return found

    prices = asyncio.run(go())
    assert prices == ([40.0, 40.0, 41.0, 41.0] if again == 2 else [40.0] * 4)
    assert sum("PRC_LMP" in str(url) for url in hosts.asked) == again


@pytest.mark.parametrize("kind", ["memory", "lake"])
def test_store_learns_of_a_correction_too(tmp_path: Path, kind: str) -> None:
    """The next service over it asks for the prices again, though it has not read the report."""
    hosts = corrected("DAM,2026-06-10,10,,SP15,Recalculated,1,An error,EN,2026-11-21 09:00:00", [40.0, 41.0])
    clock, store = Clock(NOW), Memory(1 << 26) if kind == "memory" else Lake(tmp_path / "lake")

    async def price() -> float:
        async with hosts.service(tmp_path, clock, store) as service:
            data = await service.get_market_data("caiso", "PRC_LMP", "2026-06-10", "2026-06-11")
        clock.at += timedelta(hours=7)
        return float(data.frame["lmp"][0])

    async def report() -> None:
        async with hosts.service(tmp_path, clock, store) as service:
            for what in ("PRC_LMP", "price_corrections"):
                await service.get_market_data("caiso", what, "2026-06-10", "2026-06-11")
        clock.at += timedelta(hours=7)

    assert asyncio.run(price()) == 40.0
    asyncio.run(report())
    assert asyncio.run(price()) == 41.0
    assert sum("PRC_LMP" in str(url) for url in hosts.asked) == 2


def test_prices_of_the_lake_are_held_against_later_reports(tmp_path: Path) -> None:
    """The report was fetched by a service that never had the prices; once they are fetched again, that is over."""
    hosts = corrected("DAM,2026-06-10,10,,SP15,Recalculated,1,An error,EN,2026-11-21 09:00:00", [40.0, 41.0])
    clock = Clock(NOW)

    async def get(what: str) -> float | None:
        async with hosts.service(tmp_path, clock, Lake(tmp_path / "lake")) as service:
            data = await service.get_market_data("caiso", what, "2026-06-10", "2026-06-11")
        clock.at += timedelta(days=1)
        return float(data.frame["lmp"][0]) if "lmp" in data.frame.columns else None

    prices = [asyncio.run(get(what)) for what in ("PRC_LMP", "price_corrections", "PRC_LMP", "PRC_LMP")]
    assert prices == [40.0, None, 41.0, 41.0]
    assert sum("PRC_LMP" in str(url) for url in hosts.asked) == 2
