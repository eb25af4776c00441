"""Where PJM's website has the results of base residual auctions, and how to find the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from energyopti import Chunk, NoData, SchemaDrift
from energyopti.layouts import Layout, Reading
from energyopti.source import Expect, Request
from energyopti.timezones import local_date
from energyopti_pjm.protocol.rows import ZONE
from energyopti_pjm.protocol.rpm_workbooks import delivery_year, of_delivery_year

if TYPE_CHECKING:
    from energyopti.source import Payload, Source

HOST = "files"
FOLDER = "-/media/DotCom/markets-ops/rpm/rpm-auction-info"

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


async def _workbook(path: str, source: Source) -> Payload | None:
    """A workbook, or None if there is none: the server answers a miss with a page and status 200."""
    request = Request(path=path, expect=Expect.WORKBOOK, html_means_missing=True)
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
