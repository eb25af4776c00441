"""The yearly workbooks in the sandbox: real workbooks, with the same prices as the documents.

December 2010 is called ``Dec_1``, and each month of 2011 has two sheets. The day-ahead prices of reserves are one text
per year; for the current year they are a workbook of one sheet.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import attrs
import polars as pl

from energyopti.layouts import ExcelLayout, Layout, wire_frame
from energyopti.sandbox import Answer
from energyopti.timezones import DAY, HOUR, local_date, midnight, zone
from energyopti_ercot.feeds import prices, reserve_workbooks
from energyopti_ercot.feeds.ancillary import CO_OPTIMISED
from energyopti_ercot.locations import HUBS, LOAD_ZONES
from energyopti_ercot.protocol.layouts import QUARTER, ZONE
from energyopti_ercot.protocol.workbooks import FIRST_DAY, MONTHS
from energyopti_ercot.sandbox import reserves
from energyopti_ercot.sandbox.issues import Rows
from energyopti_ercot.sandbox.places import POINTS, TYPED_POINTS
from energyopti_ercot.sandbox.prices import on_grid

_HUBS_AND_ZONES = pl.col("location").is_in([*HUBS, *LOAD_ZONES])
_SPLIT = 2011
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@attrs.frozen(kw_only=True)
class Yearly:
    """A report of yearly workbooks; with ``text`` a document has one table, as text once its year is over."""

    name: str
    layout: ExcelLayout
    rows: Rows
    since: date = FIRST_DAY
    text: Layout | None = None


WORKBOOKS: Mapping[str, Yearly] = {
    "13060": Yearly(
        name="DAMLZHBSPP",
        layout=prices.HOURLY_HUBS,
        rows=on_grid(POINTS.filter(_HUBS_AND_ZONES), HOUR, salt=1),
    ),
    "13061": Yearly(
        name="RTMLZHBSPP",
        layout=prices.QUARTERLY_HUBS,
        rows=on_grid(TYPED_POINTS.filter(_HUBS_AND_ZONES), QUARTER, salt=11),
    ),
    "13091": Yearly(
        name="DAMASMCPC",
        layout=reserve_workbooks.CLEARED_BOOK,
        rows=reserves.CLEARED,
        text=reserve_workbooks.CLEARED,
    ),
    "25570": Yearly(
        name="HIST_15Min_RTM_MCPC",
        layout=reserve_workbooks.QUARTERLY,
        rows=reserves.QUARTERLY,
        since=CO_OPTIMISED,
    ),
    "25569": Yearly(
        name="HIST_SCED_RTM_MCPC",
        layout=reserve_workbooks.DISPATCHED,
        rows=reserves.DISPATCHED,
        since=CO_OPTIMISED,
    ),
}


def listed(number: str, now: datetime) -> list[dict[str, Any]]:
    """The workbooks of a report, newest first: one per year, the current year's as of the last Sunday."""
    years = range(local_date(now, ZONE).year, WORKBOOKS[number].since.year - 1, -1)
    return [_entry(number, year, now) for year in years if _until(year, now) > date(year, 1, 1)]


def download(number: str, now: datetime) -> Answer | None:
    """A workbook by its document number: the year and the report; None for any other number."""
    report, year = number[-5:], number[:-5]
    if report not in WORKBOOKS or len(year) != len("2010"):
        return None
    if not WORKBOOKS[report].since.year <= int(year) <= local_date(now, ZONE).year:
        return Answer.missing()
    return Answer(body=_zip(report, int(year), _until(int(year), now)), content_type="application/zip")


def _until(year: int, now: datetime) -> date:
    """The first day missing from a year's workbook: it is published on Sundays, and once the year is over."""
    today = local_date(now, ZONE)
    return min(date(year + 1, 1, 1), today - DAY * (today.isoweekday() % 7))


def _entry(number: str, year: int, now: datetime) -> dict[str, Any]:
    """A workbook on the list."""
    published = datetime.combine(_until(year, now), datetime.min.time()) + timedelta(hours=8, minutes=7)
    offset = now.astimezone(zone(ZONE)).isoformat()[-6:]
    name = f"{WORKBOOKS[number].name}_{year}"
    document = {
        "ExpiredDate": "4712-12-31T00:00:00-06:00",
        "Extension": "zip",
        "ReportTypeID": number,
        "Prefix": "rpt",
        "FriendlyName": name,
        "ConstructedName": f"rpt.000{number}.0000000000000000.{published:%Y%m%d.%H%M%S}000.{name}.zip",
        "DocID": f"{year}{number}",
        "PublishDate": f"{published:%Y-%m-%dT%H:%M:%S}{offset}",
    }
    return {"Document": document}


@lru_cache(maxsize=4)
def _zip(number: str, year: int, until: date) -> bytes:
    """A year's document."""
    yearly = WORKBOOKS[number]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        ending, content = _content(yearly, year, until)
        name = f"rpt.000{number}.0000000000000000.{yearly.name}_{year}.{ending}"
        archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def _content(yearly: Yearly, year: int, until: date) -> tuple[str, bytes]:
    """The content of a year's document, and the suffix of its name."""
    if yearly.text is None:
        return "xlsx", workbook(_sheets(yearly, year, until))
    first, end = (midnight(each, ZONE) for each in (max(date(year, 1, 1), yearly.since), until))
    frame = yearly.rows(first, end, end).sort("interval_start", maintain_order=True)
    if until == date(year + 1, 1, 1):
        return "csv", yearly.text.write(frame)
    return "xlsx", workbook({f"{yearly.name}_{year}": wire_frame(frame, yearly.layout)})


def _sheets(yearly: Yearly, year: int, until: date) -> dict[str, pl.DataFrame]:
    """The sheets of a year's workbook: the months that have begun."""
    sheets: dict[str, pl.DataFrame] = {}
    for number, name in enumerate(MONTHS, start=1):
        first = max(date(year, number, 1), yearly.since)
        end = min(date(year + number // 12, number % 12 + 1, 1), until)
        if first >= end:
            continue
        frame = yearly.rows(midnight(first, ZONE), midnight(end, ZONE), midnight(end, ZONE))
        wire = wire_frame(frame.sort("interval_start", maintain_order=True), yearly.layout)
        wire = wire.with_columns(pl.col("^Delivery (Hour|Interval)$").cast(pl.Int64))
        half = wire.height // 2 if year == _SPLIT else wire.height
        names = [name] if year > _SPLIT else [f"{name}_1", f"{name}_2"]
        sheets |= {
            each: part
            for each, part in zip(names, (wire.head(half), wire.slice(half)), strict=False)
            if len(part)
        }
    return sheets


def workbook(sheets: Mapping[str, pl.DataFrame]) -> bytes:
    """A minimal workbook of several sheets, written column by column; always the same bytes."""
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{each}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
            for each in numbers
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{each}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{each}.xml"/>'
            for each in numbers
        )
        + "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(
            f'<sheet name="{name}" sheetId="{each}" r:id="r{each}"/>'
            for each, name in zip(numbers, sheets, strict=True)
        )
        + "</sheets></workbook>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
        for each, frame in zip(numbers, sheets.values(), strict=True):
            info = zipfile.ZipInfo(f"xl/worksheets/sheet{each}.xml")
            archive.writestr(info, _sheet(frame), compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)
    return buffer.getvalue()


def _sheet(frame: pl.DataFrame) -> str:
    """A sheet: its header, then one line per row, with words inline in their cells."""
    header = pl.DataFrame({name: [name] for name in frame.columns})
    lines = pl.concat([_lines(header, first=1), _lines(frame, first=2)])
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _lines(frame: pl.DataFrame, *, first: int) -> pl.Series:
    """The rows of a sheet as text."""
    cells = [_cell(chr(ord("A") + n), name, kind) for n, (name, kind) in enumerate(frame.schema.items())]
    row = pl.col("\0row").cast(pl.String)
    numbered = frame.with_row_index("\0row", offset=first)
    line = pl.concat_str(pl.lit('<row r="'), row, pl.lit('">'), *cells, pl.lit("</row>"))
    return numbered.select(line.alias("line"))["line"]


def _cell(letter: str, name: str, kind: pl.DataType) -> pl.Expr:
    """A cell as text; an empty cell as nothing."""
    place = pl.concat_str(pl.lit(f'<c r="{letter}'), pl.col("\0row").cast(pl.String))
    value = pl.col(name).cast(pl.String)
    opens, closes = (
        ('" t="inlineStr"><is><t>', "</t></is></c>") if kind == pl.String else ('"><v>', "</v></c>")
    )
    return pl.concat_str(place, pl.lit(opens), value, pl.lit(closes)).fill_null("")
