"""Where PJM's website has the results of capacity auctions, and how to find the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Finding, FindingKind, NoData, SchemaDrift
from energyopti.layouts import Layout, Reading
from energyopti.source import Expect, Request
from energyopti.timezones import local_date
from energyopti_pjm.protocol.rows import ZONE
from energyopti_pjm.protocol.rpm_workbooks import delivery_year, of_delivery_year

if TYPE_CHECKING:
    from energyopti.source import Collect, Payload, Source
    from energyopti_pjm.protocol.rpm_summary import ClearingPrices

HOST = "files"
FOLDER = "-/media/DotCom/markets-ops/rpm/rpm-auction-info"

SUMMARY = f"{FOLDER}/rpm-auctions-resource-clearing-price-summary.xlsx"
"""The clearing prices of all auctions held so far."""

_NAMES = ("bra-results.xlsx", "base-residual-auction-results.xlsx", "base-residual-auction-results-xls.xls")
_NAMED_SHORTLY = 2026
_NAMED_XLSX = 2015


def result_paths(year: int) -> tuple[str, ...]:
    """Where the result for a delivery year can be, most usual name first."""
    usual = 0 if year >= _NAMED_SHORTLY else 1 if year >= _NAMED_XLSX else 2
    names = (_NAMES[usual], *(name for name in _NAMES if name != _NAMES[usual]))
    years = f"{year}-{year + 1}"
    return tuple(f"{FOLDER}/{years}/{years}-{name}" for name in names)


async def collect_result(chunk: Chunk, source: Source) -> Reading:
    """Read the result of the auction for the delivery year that begins in a calendar year."""
    year = chunk.day.year
    for path in result_paths(year):
        payload = await _workbook(path, source)
        if payload is not None:
            return await source.run(read_result, chunk.feed.layout, payload.content, year)
    raise NoData(
        f"{chunk}: there is no result of the auction for {year}/{year + 1} under any known name: "
        "not held yet, or published elsewhere"
    )


def from_summary(layout: ClearingPrices, *, lacking: str = "") -> Collect:
    """Read the prices for a delivery year from the workbook of all auctions; ``lacking`` is what it does not have."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        year = chunk.day.year
        payload = await _workbook(SUMMARY, source, shared=True)
        if payload is None:
            raise NoData(
                f"{chunk}: the workbook of the clearing prices of all auctions is not at its address"
            )
        reading = await source.run(read_summary, layout, payload.content, year)
        if not lacking:
            return reading
        finding = Finding(kind=FindingKind.FALLBACK, message=lacking, rows=reading.frame.height)
        return attrs.evolve(reading, findings=(*reading.findings, finding))

    return collect


def read_summary(layout: ClearingPrices, content: bytes, year: int) -> Reading:
    """The rows of a layout's auctions for a delivery year; raises `NoData` if the workbook says nothing of them."""
    reading = attrs.evolve(layout, year=year).read(content)
    says = (FindingKind.PLACEHOLDER_ROW, FindingKind.REJECTED_ROW)
    if reading.frame.is_empty() and not any(each.kind in says for each in reading.findings):
        raise NoData(
            f"the workbook of clearing prices has none of {' or '.join(layout.auctions)} for {year}/{year + 1}: not held yet"
        )
    return reading


async def _workbook(path: str, source: Source, *, shared: bool = False) -> Payload | None:
    """A workbook, or None if there is none: the server answers a miss with a page and status 200."""
    request = Request(path=path, expect=Expect.WORKBOOK, html_means_missing=True, shared=shared)
    try:
        (payload,) = await source.get_all([request])
    except NoData:
        return None
    return payload


def read_result(layout: Layout, content: bytes, year: int) -> Reading:
    """The rows of the workbook for a delivery year; raises `SchemaDrift` if it is another year's."""
    reading = layout.read(content)
    starts = reading.frame["interval_start"].drop_nulls()
    if len(starts) and starts[0] != delivery_year(year)[0]:
        said = local_date(starts[0], ZONE).year
        raise SchemaDrift(f"the workbook for {year}/{year + 1} says that it is of {said}/{said + 1}")
    return of_delivery_year(reading, year)
