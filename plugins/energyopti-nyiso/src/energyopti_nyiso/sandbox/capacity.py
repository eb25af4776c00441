"""NYISO's document server in the sandbox: monthly ICAP market reports with made-up prices.

Summer costs more than winter, the city more than the state; a strip has one price for its whole capability
period. Each price is a function of its month, locality and auction only.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote

import polars as pl

from energyopti.sandbox import Answer, Ask
from energyopti.timezones import local_date, midnight
from energyopti_nyiso.feeds.capacity import AUCTIONS, CAPACITY_PRICES, LOCALITIES
from energyopti_nyiso.protocol.icap import FOLDERS, report_paths
from energyopti_nyiso.protocol.stamps import ZONE

_FIRST = date(2019, 1, 1)
"""Earlier reports had another format; the sandbox has none of them."""

_SPACED = date(2023, 12, 1)
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGE = b"<!DOCTYPE html><html><head><title>NYISO</title></head><body>Not available</body></html>"
_LEVELS = {"NYCA": 2.4, "G-J Locality": 3.1, "NYC": 9.2, "LI": 4.6}
_SPREADS = {"Spot": 1.0, "Monthly": 0.94, "Strip": 0.9}


def documents_server(ask: Ask) -> Answer:
    """One report per month up to the current one, each under its one name; a page for later months."""
    month = _reports().get(quote(ask.path))
    if month is None:
        return Answer.missing()
    if month > local_date(ask.now, ZONE):
        return Answer(body=_PAGE, content_type="text/html")
    return Answer(body=_report(month), content_type=_WORKBOOK, modified=midnight(month, ZONE))


@lru_cache(maxsize=1)
def _reports() -> dict[str, date]:
    """The months with reports, by path; only December 2023 has blanks in its name."""
    months = [date(year, month, 1) for year in FOLDERS for month in range(1, 13)]
    return {report_paths(month)[1 if month == _SPACED else 0]: month for month in months if month >= _FIRST}


@lru_cache(maxsize=32)
def _report(month: date) -> bytes:
    """A month's report: the months of its capability period up to itself."""
    return CAPACITY_PRICES.layout.write(prices(_period(month)))


def _period(month: date) -> list[date]:
    """The months from the beginning of a capability period (May or November) to one of its months."""
    count = (month.month - 5) % 6 + 1
    months = [month.year * 12 + month.month - 1 - back for back in reversed(range(count))]
    return [date(number // 12, number % 12 + 1, 1) for number in months]


def prices(months: list[date]) -> pl.DataFrame:
    """The prices of some months in the dataset's columns, to the cent per kW-month."""
    times = pl.DataFrame(
        {
            "interval_start": [midnight(month, ZONE) for month in months],
            "interval_end": [_end(month) for month in months],
        },
        schema={"interval_start": pl.Datetime("us", "UTC"), "interval_end": pl.Datetime("us", "UTC")},
    )
    series = pl.DataFrame(
        [(auction, locality) for locality in LOCALITIES for auction in AUCTIONS],
        schema=["auction", "location"],
        orient="row",
    )
    return times.join(series, how="cross", maintain_order="left_right").with_columns(price_native=_price())


def _end(month: date) -> datetime:
    """The local midnight at which a month ends."""
    return midnight(date(month.year + month.month // 12, month.month % 12 + 1, 1), ZONE)


def _price() -> pl.Expr:
    """A price by season and locality, with some noise; a strip uses the noise of its first month."""
    local = pl.col("interval_start").dt.convert_time_zone(ZONE)
    number = (local.dt.year() * 12 + local.dt.month() - 1).cast(pl.Int64)
    summer = local.dt.month().is_between(5, 10)
    first = number - (number - 4) % 6
    drawn = pl.when(pl.col("auction") == "Strip").then(first).otherwise(number).cast(pl.Float64)
    level = pl.col("location").replace_strict(_LEVELS, return_dtype=pl.Float64)
    spread = pl.col("auction").replace_strict(_SPREADS, return_dtype=pl.Float64)
    wave = (drawn * 12.9898 + level * 78.233 + spread * 37.719).sin()
    return (level * spread * pl.when(summer).then(1.4).otherwise(0.8) * (1 + 0.15 * wave)).round(2)
