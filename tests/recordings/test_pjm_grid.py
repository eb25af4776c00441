"""Recorded reserves, regulation and constraints of PJM, row by row."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from energyopti import FindingKind, MarketData
from energyopti.files import read_file
from energyopti_pjm.market import PJM
from recordings.where import recordings_of

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, FIVE_MINUTES = timedelta(hours=1), timedelta(minutes=5)

RESERVES = "reserve_market_results_2024-08.csv"
REGULATION = "reg_market_results_2023-04.csv"
SETTLED = "ancillary_services_RTO_SR_2024-09.csv"
DAY_AHEAD = "da_marginal_value_2024-09-02_2024-09-04.json"
REAL_TIME = "rt_marginal_value_2024-09-02_2024-09-04.json"
EVENTS = "da_transconstraints_2024-09-02_2024-09-04.json"
CONSTRAINTS = {"da_marginal_value": DAY_AHEAD, "rt_marginal_value": REAL_TIME, "da_transconstraints": EVENTS}

Published = dict[str, Any]
Row = tuple[Any, ...]


@pytest.fixture(scope="module")
def folder() -> Path:
    """PJM's recordings; the tests are skipped where there are none."""
    return recordings_of("pjm")


def published(path: Path) -> list[Published]:
    """The rows of a recording, read without the library; figures of JSON are kept as they are written."""
    if path.suffix == ".csv":
        with path.open(newline="") as table:
            return list(csv.DictReader(table))
    rows: list[Published] = json.loads(path.read_bytes(), parse_float=Decimal)["items"]
    return rows


def stamp(text: str) -> datetime:
    """A stamp of the export or of the API, in UTC."""
    pattern = "%m/%d/%Y %I:%M:%S %p" if "/" in text else "%Y-%m-%dT%H:%M:%S"
    return datetime.strptime(text, pattern).replace(tzinfo=UTC)


def figure(cell: Any) -> float | None:
    """A published figure; an empty cell is none."""
    return None if cell in {"", None} else float(Decimal(str(cell)))


def turned(cell: Any) -> float | None:
    """A published figure with its sign turned."""
    return None if cell in {"", None} else float(-Decimal(str(cell)))


def read(feed: str, path: Path) -> MarketData:
    """A recording as the library reads it."""
    return read_file(PJM, PJM.feed(feed), path, now=NOW)


def rows(data: MarketData, *columns: str) -> list[Row]:
    """Some columns of an answer, sorted."""
    return sorted(data.frame.select(columns).rows(), key=repr)


def ordered(found: list[Row]) -> list[Row]:
    """The oracle's rows, sorted in the same way."""
    return sorted(found, key=repr)


def test_eastern_stamps_are_those_of_new_york(folder: Path) -> None:
    """In every recording with both clocks, New York's wall clock at the UTC stamp is the eastern one."""
    for name in (RESERVES, REGULATION, SETTLED):
        for row in published(folder / name):
            eastern = datetime.strptime(row["datetime_beginning_ept"], "%m/%d/%Y %I:%M:%S %p")  # noqa: DTZ007
            local = stamp(row["datetime_beginning_utc"]).astimezone(NEW_YORK).replace(tzinfo=None)
            assert local == eastern


def test_reserve_prices_are_as_published(folder: Path) -> None:
    """Each row of results is five minutes long and has the published price."""
    expected = [
        (
            at := stamp(row["datetime_beginning_utc"]),
            at + FIVE_MINUTES,
            row["locale"],
            row["service"],
            figure(row["mcp"]),
        )
        for row in published(folder / RESERVES)
    ]
    data = read("reserve_market_results", folder / RESERVES)
    columns = ("interval_start", "interval_end", "location", "product_native", "price")
    assert rows(data, *columns) == ordered(expected)
    assert data.frame["product"].unique().to_list() == ["regulation_total"]
    assert data.findings == ()
    assert data.coverage.complete


def test_reserve_quantities_are_as_published(folder: Path) -> None:
    """Each row of results has the published requirement and purchase."""
    expected = [
        (
            stamp(row["datetime_beginning_utc"]),
            row["locale"],
            figure(row["as_req_mw"]),
            figure(row["total_mw"]),
        )
        for row in published(folder / RESERVES)
    ]
    data = read("reserve_market_results_quantities", folder / RESERVES)
    assert rows(data, "interval_start", "location", "requirement", "procured") == ordered(expected)
    assert data.findings == ()


def test_regulation_price_is_the_sum_of_its_parts(folder: Path) -> None:
    """The price that is read is capability and performance together, to a cent."""
    for row in published(folder / RESERVES):
        parts = Decimal(row["reg_ccp"]) + Decimal(row["reg_pcp"])
        assert abs(Decimal(row["mcp"]) - parts) <= Decimal("0.01")


def test_regulation_market_is_as_published(folder: Path) -> None:
    """Each row of April 2023 is an hour long; the hour that PJM left out is found missing."""
    wire = published(folder / REGULATION)
    expected = [
        (
            at := stamp(row["datetime_beginning_utc"]),
            at + HOUR,
            figure(row["requirement"]),
            figure(row["total_mw"]),
        )
        for row in wire
    ]
    data = read("reg_market_results", folder / REGULATION)
    assert rows(data, "interval_start", "interval_end", "requirement", "procured") == ordered(expected)
    starts = {row[0] for row in expected}
    (hole,) = (
        at
        for number in range((max(starts) - min(starts)) // HOUR)
        if (at := min(starts) + number * HOUR) not in starts
    )
    (gap,) = (finding for finding in data.findings if finding.kind is FindingKind.GAP)
    assert gap.spans == ((hole, hole + HOUR),)


def test_regulation_is_required_and_bought_in_one_unit(folder: Path) -> None:
    """What is bought is the requirement, off peak as on peak, but for a few intervals that were short."""
    month = read("reg_market_results", folder / REGULATION).frame
    for row in published(folder / REGULATION):
        parts = sum(Decimal(row[name]) for name in ("regd_ssmw", "rega_ssmw", "regd_procure", "rega_procure"))
        assert abs(Decimal(row["total_mw"]) - parts) < 1
    five_minutes = read("reserve_market_results_quantities", folder / RESERVES).frame
    for frame, within, share in ((month, 0.001, 0.95), (five_minutes, 0.01, 0.6)):
        ratio = pl.col("procured") / pl.col("requirement")
        of = frame.filter(pl.col("product") == "regulation").group_by("requirement")
        found = of.agg(((ratio - 1).abs() < within).mean().alias("met"), pl.len()).sort("requirement")
        assert found["requirement"].to_list() == [525.0, 800.0]
        assert (found["met"] > share).all()


def test_settled_prices_are_as_published(folder: Path) -> None:
    """Each row is an hour of synchronized reserve in all of PJM."""
    expected = [
        (
            at := stamp(row["datetime_beginning_utc"]),
            at + HOUR,
            row["ancillary_service"],
            figure(row["value"]),
        )
        for row in published(folder / SETTLED)
    ]
    data = read("ancillary_services", folder / SETTLED)
    assert rows(data, "interval_start", "interval_end", "product_native", "price") == ordered(expected)
    assert data.frame.select("location", "product").unique().rows() == [("PJM_RTO", "spinning_reserve")]
    assert data.findings == ()


@pytest.mark.parametrize("feed", ["da_marginal_value", "rt_marginal_value"])
def test_marginal_values_are_as_published_and_positive(folder: Path, feed: str) -> None:
    """Each row stands from its published beginning to its published end, with the sign turned."""
    path = folder / CONSTRAINTS[feed]
    expected = [
        (
            stamp(row["datetime_beginning_utc"]),
            stamp(row["datetime_ending_utc"]),
            row["monitored_facility"],
            row["contingency_facility"],
            turned(row["shadow_price"]),
        )
        for row in published(path)
    ]
    data = read(feed, path)
    columns = ("interval_start", "interval_end", "constraint", "contingency", "shadow_price")
    assert rows(data, *columns) == ordered(expected)
    assert data.frame.filter(data.frame["shadow_price"] < 0).is_empty()
    assert data.findings == ()


def test_stretches_are_as_published(folder: Path) -> None:
    """Each stretch of hours is one row, as long as its published duration."""
    wire = published(folder / EVENTS)
    expected = [
        (
            stamp(row["datetime_beginning_utc"]),
            stamp(row["datetime_ending_utc"]),
            row["monitored_facility"],
            row["contingency_facility"],
        )
        for row in wire
    ]
    data = read("da_transconstraints", folder / EVENTS)
    assert rows(data, "interval_start", "interval_end", "constraint", "contingency") == ordered(expected)
    hours = sum((data.frame["interval_end"] - data.frame["interval_start"]).dt.total_hours())
    assert hours == sum(int(row["duration"]) for row in wire)
    assert data.findings == ()


def test_stretches_are_the_hours_that_have_a_value(folder: Path) -> None:
    """Every hour of a stretch that both recordings hold has a marginal value, and the other way round."""
    values, stretches = (
        read("da_marginal_value", folder / DAY_AHEAD),
        read("da_transconstraints", folder / EVENTS),
    )
    priced = set(values.frame.select("interval_start", "constraint", "contingency").rows())
    last = max(at for at, *_ in priced)
    hours = {
        (start + number * HOUR, constraint, contingency)
        for start, end, constraint, contingency in stretches.frame.select(
            "interval_start", "interval_end", "constraint", "contingency"
        ).rows()
        for number in range((end - start) // HOUR)
        if start + number * HOUR <= last
    }
    assert hours == priced
