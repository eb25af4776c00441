"""What a desk computes of recorded prices, by plain Python of the published files, against the analysis.

On-peak and monthly means, percentiles, top-bottom spreads. The figures written down were worked out from the files once.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from energyopti import Market, TimeRange
from energyopti.analysis.block_tables import blocks, months
from energyopti.analysis.calendar import BlockChoice, Calendar
from energyopti.analysis.hours import hourly, on_the_clock
from energyopti.analysis.spreads import storage_days
from energyopti.analysis.statistics import statistics
from energyopti.files import read_file
from energyopti_caiso.market import CAISO
from energyopti_nyiso.market import NYISO
from energyopti_pjm.market import PJM
from recordings.where import recordings_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EASTERN, PACIFIC = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
PJM_FILE, NYISO_FILE, CAISO_FILE = (
    "da_hrl_lmps.csv",
    "20220718damlbmp_zone.csv",
    "20191101_PRC_LMP_DAM.csv",
)
HOLIDAYS = {date(2025, 7, 4), date(2025, 9, 1), date(2025, 11, 27), date(2025, 12, 25), date(2026, 1, 1),
            date(2026, 5, 25), date(2019, 11, 28)}  # fmt: skip
"""NERC's, of the time of these files, from a calendar."""

Prices = list[tuple[datetime, float]]
"""Local time with its zone, and price."""


def published(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV."""
    with path.open(newline="") as lines:
        yield from csv.DictReader(lines)


def of_pjm() -> Prices:
    """ALDENE, hour by hour for a year."""
    rows = published(recordings_of("pjm", PJM_FILE) / PJM_FILE)
    return [
        (
            datetime.strptime(row["datetime_beginning_utc"], "%m/%d/%Y %I:%M:%S %p")
            .replace(tzinfo=UTC)
            .astimezone(EASTERN),
            float(row["total_lmp_da"]),
        )
        for row in rows
    ]


def of_nyiso() -> Prices:
    """New York City on Monday 18 July 2022."""
    rows = published(recordings_of("nyiso", NYISO_FILE) / NYISO_FILE)
    return [
        (
            datetime.strptime(row["Time Stamp"], "%m/%d/%Y %H:%M").replace(tzinfo=EASTERN),
            float(row["LBMP ($/MWHr)"]),
        )
        for row in rows
        if row["Name"] == "N.Y.C."
    ]


def of_caiso() -> Prices:
    """A node of NP15 in November 2019."""
    rows = published(recordings_of("caiso", CAISO_FILE) / CAISO_FILE)
    return [
        (datetime.fromisoformat(row["INTERVALSTARTTIME_GMT"]).astimezone(PACIFIC), float(row["MW"]))
        for row in rows
        if (row["NODE"], row["LMP_TYPE"]) == ("NP15SLAK_5_N001", "LMP")
    ]


def mean(prices: list[float]) -> float:
    """Their sum over their number."""
    return sum(prices) / len(prices)


def onpeak(prices: Prices, first: int, last: int, weekdays: int) -> list[float]:
    """Prices of hours ending first to last on the first so many days of the week, without holidays."""
    return [
        price
        for time, price in prices
        if first <= time.hour + 1 <= last and time.weekday() < weekdays and time.date() not in HOLIDAYS
    ]


def analysed(market: Market, feed: str, file: str, location: str) -> tuple[pl.DataFrame, Calendar]:
    """A table `hours` of a location in a recorded file, and the market's own calendar."""
    data = read_file(market, market.feed(feed), recordings_of(market.id, file) / file, now=NOW)
    rows = data.frame.filter((pl.col("location") == location) | (pl.col("location_name") == location))
    starts, ends = rows["interval_start"].to_list(), rows["interval_end"].to_list()
    calendar = Calendar.of(market, block=BlockChoice.OWN, tz=None)
    hours = hourly(rows, TimeRange(min(starts), max(ends)))
    return on_the_clock(hours, market=market.id, calendar=calendar), calendar


def pjm() -> tuple[pl.DataFrame, Calendar]:
    """ALDENE, as read."""
    return analysed(PJM, "da_hrl_lmps", PJM_FILE, "ALDENE")


def nyiso() -> tuple[pl.DataFrame, Calendar]:
    """New York City, as read."""
    return analysed(NYISO, "damlbmp_zone", NYISO_FILE, "N.Y.C.")


def figures(hours: pl.DataFrame, calendar: Calendar) -> dict[str, object]:
    """The statistics of one market."""
    markets = hours.select("market").head(1).with_columns(pl.lit(calendar.onpeak).alias("block"))
    return statistics(hours, markets).row(0, named=True)


def test_on_peak_of_a_pjm_node_in_february_2026() -> None:
    """74.53 in 320 hours ending 08 to 23, 86.72 in the other 352; hours ending 07 to 22 would be 77.18."""
    february = [(time, price) for time, price in of_pjm() if (time.year, time.month) == (2026, 2)]
    by_hand = onpeak(february, 8, 23, 5)
    assert (len(february), len(by_hand)) == (672, 320)
    assert (round(mean(by_hand), 2), round(mean(onpeak(february, 7, 22, 5)), 2)) == (74.53, 77.18)
    hours, calendar = pjm()
    row = figures(hours.filter(pl.col("day").is_between(date(2026, 2, 1), date(2026, 2, 28))), calendar)
    assert (row["block"], row["hours"], row["onpeak_hours"]) == ("5x16", 672, 320)
    assert row["onpeak_mean"] == pytest.approx(mean(by_hand), abs=1e-9)
    assert round(float(str(row["onpeak_mean"])), 2) == 74.53
    assert round(float(str(row["offpeak_mean"])), 2) == 86.72


def test_months_of_a_pjm_node() -> None:
    """Around the clock and on-peak, every whole month of the file, those of a clock change among them."""
    all_hours: dict[date, list[float]] = defaultdict(list)
    by_month: dict[date, Prices] = defaultdict(list)
    for time, price in of_pjm():
        month = time.date().replace(day=1)
        all_hours[month].append(price)
        by_month[month].append((time, price))
    found = months(*pjm()).filter(pl.col("mean").is_not_null())
    around = found.filter(block="7x24")
    assert dict(around.select("month", "hours").iter_rows())[date(2025, 11, 1)] == 721
    assert dict(around.select("month", "hours").iter_rows())[date(2026, 3, 1)] == 743
    assert around.height == 11
    for month, average in around.select("month", "mean").iter_rows():
        assert average == pytest.approx(mean(all_hours[month]), abs=1e-9), month
    for month, average in found.filter(block="5x16").select("month", "mean").iter_rows():
        assert average == pytest.approx(mean(onpeak(by_month[month], 8, 23, 5)), abs=1e-9), month
    february = found.filter(month=date(2026, 2, 1))
    rounded = {name: round(value, 2) for name, value in february.select("block", "mean").iter_rows()}
    assert (rounded["7x24"], rounded["5x16"], rounded["offpeak"]) == (80.92, 74.53, 86.72)


def test_new_york_city_on_a_monday() -> None:
    """On-peak 105.870625; TB1, TB2 and TB4 from the day's prices in order: 59.09, 59.26, ... 132.35, 136.93."""
    prices = of_nyiso()
    assert mean(onpeak(prices, 8, 23, 5)) == pytest.approx(105.870625)
    hours, calendar = nyiso()
    row = figures(hours, calendar)
    assert row["onpeak_mean"] == pytest.approx(105.870625)
    assert row["offpeak_mean"] == pytest.approx(537.35 / 8)
    assert row["p50"] == pytest.approx((94.39 + 95.00) / 2)
    assert row["p5"] == pytest.approx(59.26 + 0.15 * (61.39 - 59.26))
    (day,) = storage_days(hours, zone=calendar.zone).iter_rows(named=True)
    assert day["tb1_usd_per_mw_day"] == pytest.approx(136.93 - 59.09)
    assert day["tb2_usd_per_mw_day"] == pytest.approx(150.93)
    assert day["tb4_usd_per_mw_day"] == pytest.approx(281.04)
    (lossy,) = storage_days(hours, zone=calendar.zone, round_trip_efficiency=0.85).iter_rows(named=True)
    tops, bottoms = 136.93 + 132.35 + 131.42 + 121.53, 59.09 + 59.26 + 61.39 + 61.45
    assert lossy["tb4_usd_per_mw_day"] == pytest.approx(0.85 * tops - bottoms)


def test_california_in_november_2019() -> None:
    """Saturdays are on-peak, Thanksgiving is not: 25 days of sixteen hours, 721 hours in the month."""
    prices = of_caiso()
    by_hand = onpeak(prices, 7, 22, 6)
    assert (len(prices), len(by_hand)) == (721, 400)
    hours, calendar = analysed(CAISO, "PRC_LMP", CAISO_FILE, "NP15SLAK_5_N001")
    found = {row["block"]: row for row in months(hours, calendar).iter_rows(named=True)}
    assert {name: row["hours"] for name, row in found.items()} == {
        "6x16": 400,
        "1x16": 80,
        "7x8": 241,
        "offpeak": 321,
        "7x24": 721,
    }
    assert found["6x16"]["mean"] == pytest.approx(mean(by_hand), abs=1e-9)
    assert found["7x24"]["mean"] == pytest.approx(mean([price for _, price in prices]), abs=1e-9)
    assert blocks(hours, calendar)["block"].to_list() == list(found)
    days: dict[date, list[float]] = defaultdict(list)
    for time, price in prices:
        days[time.date()].append(price)
    spreads = storage_days(hours, zone=calendar.zone)
    assert spreads["day_hours"].sum() == 721
    for day, spread in spreads.select("day", "tb4_usd_per_mw_day").iter_rows():
        ordered = sorted(days[day])
        assert spread == pytest.approx(sum(ordered[-4:]) - sum(ordered[:4]), abs=1e-9), day


def test_a_long_day_has_no_longer_daytime() -> None:
    """Sunday 3 November 2019 in California: nine hours of the night, sixteen of 1x16."""
    hours, _ = analysed(CAISO, "PRC_LMP", CAISO_FILE, "NP15SLAK_5_N001")
    counts = hours.filter(day=date(2019, 11, 3)).group_by("block").len()
    assert dict(counts.iter_rows()) == {"7x8": 9, "1x16": 16}
    assert hours["interval_start"].diff().drop_nulls().unique().to_list() == [timedelta(hours=1)]
