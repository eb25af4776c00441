"""PJM's website in the sandbox: the results of capacity auctions, and the lists of FTR sources and sinks.

Results of base residual auctions have a workbook each; the prices of all auctions are in one more. First incremental
auctions are canceled here in odd years.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import polars as pl

from energyopti.sandbox import Answer, Ask
from energyopti.timezones import local_date, midnight
from energyopti_pjm.feeds.capacity import INCREMENTAL_PRICES, LAYOUT
from energyopti_pjm.feeds.reference import PLACES
from energyopti_pjm.protocol.lists import FOLDER
from energyopti_pjm.protocol.rows import ZONE
from energyopti_pjm.protocol.rpm import SUMMARY, result_paths
from energyopti_pjm.protocol.rpm_summary import AUCTIONS, BASE_RESIDUAL
from energyopti_pjm.protocol.rpm_workbooks import delivery_year
from energyopti_pjm.protocol.workbooks import summary_workbook
from energyopti_pjm.sandbox.places import PLACES as NODES

_FIRST, _LAST = 2015, 2035
_FIRST_PRICED = 2007
_ONE_PRODUCT, _THREE_PRODUCTS, _SINCE_CP = (
    (None,),
    ("annual", "extended_summer", "limited"),
    ("capacity_performance",),
)
_AHEAD = 1
"""How many years before its delivery year an auction is held here, on that year's first day."""

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGE = b"<!DOCTYPE html><html><head><title>PJM</title></head><body>Page not found</body></html>"
_LISTS = {f"{FOLDER}/{name}" for name in ("ftr-source-sink-prompt.csv", "ftr-source-sink-nonprompt.csv")}
_AREAS: Mapping[str, tuple[float, float]] = {
    "RTO": (0.0, 1.0),
    "MAAC": (0.0, 0.42),
    "EMAAC": (4.5, 0.18),
    "SWMAAC": (0.0, 0.05),
    "BGE": (90.5, 0.02),
    "COMED": (12.25, 0.15),
    "DOM": (60.75, 0.14),
}
"""By area: the adder to the system price here, and the share of the system's capacity; areas nest."""


def files(ask: Ask) -> Answer:
    """A result or a list under its one name; a page with status 200 for anything else."""
    year = _results().get(ask.path)
    if year is not None and date(year - _AHEAD, 1, 1) <= local_date(ask.now, ZONE):
        held = midnight(date(year - _AHEAD, 1, 1), ZONE)
        return Answer(body=_result(year), content_type=_WORKBOOK, modified=held)
    if ask.path == SUMMARY:
        today = local_date(ask.now, ZONE)
        day = max(each for each in (date(today.year, 1, 1), date(today.year, 3, 1)) if each <= today)
        return Answer(body=_summary(day), content_type=_WORKBOOK, modified=midnight(day, ZONE))
    if ask.path in _LISTS:
        return Answer(body=PLACES.write(NODES), content_type="text/csv")
    return Answer(body=_PAGE, content_type="text/html")


@lru_cache(maxsize=1)
def _results() -> dict[str, int]:
    """The delivery years that have results, by the path of each."""
    return {result_paths(year)[0]: year for year in range(_FIRST, _LAST)}


@lru_cache(maxsize=32)
def _result(year: int) -> bytes:
    """The workbook for a delivery year."""
    return LAYOUT.write(cleared(year))


def cleared(year: int) -> pl.DataFrame:
    """Prices and MW for a delivery year, one row per area, in the dataset's columns."""
    start, end = delivery_year(year)
    price = round(60 + 37.5 * (year % 5) + 0.25 * (year % 3), 2)
    size = 140_000.0 - 500 * (year % 4)
    return pl.DataFrame(
        [
            {"location": area, "price": round(price + more, 2), "cleared": round(size * part, 1)}
            for area, (more, part) in _AREAS.items()
        ]
    ).with_columns(
        interval_start=pl.lit(start, dtype=pl.Datetime("us", "UTC")),
        interval_end=pl.lit(end, dtype=pl.Datetime("us", "UTC")),
    )


@lru_cache(maxsize=4)
def _summary(held: date) -> bytes:
    """The workbook of all prices as it was after the auctions of a day."""
    years = range(_FIRST_PRICED, min(held.year + _AHEAD + 1, _LAST))
    auctions = [
        (year, word)
        for year in years
        for word in AUCTIONS
        if word == BASE_RESIDUAL or date(year - (word != "3IA"), 3, 1) <= held
    ]
    canceled = {each: "*** AUCTION CANCELLED" for each in auctions if each[1] == "1IA" and each[0] % 2}
    prices = pl.concat([_prices(*each) for each in auctions if each not in canceled])
    return summary_workbook(prices, INCREMENTAL_PRICES, canceled, absent="**")


def _prices(year: int, word: str) -> pl.DataFrame:
    """The prices of an auction, by area and product: those of the base auction as in its own workbook."""
    part = 1.0 if word == BASE_RESIDUAL else 0.5 + 0.1 * (year % 4) + 0.02 * int(word[0])
    products = _ONE_PRODUCT if year < 2014 else _THREE_PRODUCTS if year < 2018 else _SINCE_CP
    there = cleared(year).filter((pl.col("location") != "DOM") | (year >= 2025))
    return pl.concat(
        there.with_columns(
            auction=pl.lit(f"{year}/{year + 1} {AUCTIONS[word]}"),
            product=pl.lit(product, dtype=pl.String),
            price=(pl.col("price") * part * (1 - 0.05 * number)).round(2),
        )
        for number, product in enumerate(products)
    )
