"""New York's installed capacity: the clearing prices of the auctions, from the monthly ICAP market report.

The report is a workbook a month, in a folder a year; its sheet `MCP Table` has the prices of its own month and
of earlier ones. A month is read from its own report alone, since that is the one that is revised.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Example, Feed, FeedSource, NoData, SchemaDrift
from energyopti.datasets import CAPACITY
from energyopti.layouts import Dates, ExcelLayout, Reading, Wide, WideColumn
from energyopti.market import ChunkSize
from energyopti.source import Expect, Request
from energyopti.vocabulary import CapacityBasis
from energyopti_nyiso import timing
from energyopti_nyiso.examples import utc
from energyopti_nyiso.layouts import ZONE

if TYPE_CHECKING:
    from energyopti.source import Payload, Source

HOST = "documents"
SHEET = "MCP Table"
NATIVE_UNIT = "USD/kW-month"

FOLDERS = {
    2014: 1410927,
    2015: 1410895,
    2016: 1410901,
    2017: 1410883,
    2018: 1410889,
    2019: 4266869,
    2020: 10106066,
    2021: 18170164,
    2022: 27447313,
    2023: 35397361,
    2024: 42146126,
    2025: 48997190,
    2026: 56195933,
}
"""The number of the folder that holds a year's reports; each year has a new one that nobody can foresee."""

AUCTIONS = ("Spot", "Monthly", "Strip")
LOCALITIES = {"NYCA": ("NYCA",), "G-J Locality": ("GHIJ", "G-J Locality"), "NYC": ("NYC",), "LI": ("LI",)}
"""The localities with the names that their columns have had, the current one first."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LAST_VERSION = 10
_DIGITS = 6  # polars divides by a constant and by a column otherwise in the last bit
_FIRST_CERTAIN = date(2020, 1, 1)
"""Months before it may be in workbooks of the old form, which ended about 2019."""


@attrs.frozen(kw_only=True)
class CapacityLayout(ExcelLayout):
    """The table of clearing prices: a row a delivery month, a column a locality and auction.

    The price per MW and day is the published one per kW and month, times 1000, divided by the delivery month's
    own number of days: 31 in January, 29 in the February of a leap year. It is rounded to a millionth.
    """

    @property
    def fields(self) -> tuple[str, ...]:
        """The published fields and the price in the dataset's own unit."""
        return (*super().fields, "price")

    @property
    def written_fields(self) -> tuple[str, ...]:
        """All but what follows: the price per MW and day is not in the workbook."""
        return tuple(name for name in super().written_fields if name != "price")

    def read_this(self, payload: bytes) -> Reading:
        """The rows of a workbook; raises `SchemaDrift` for a row that does not begin with its month."""
        import polars as pl

        reading = super().read_this(payload)
        first = pl.col("interval_start").dt.convert_time_zone(self.zone)
        frame = reading.frame.with_columns(
            (pl.col("price_native") * 1000 / first.dt.days_in_month()).round(_DIGITS).alias("price")
        )
        later = frame.select(local=first).filter(pl.col("local").dt.day() != 1)["local"]
        if len(later):
            raise SchemaDrift(
                f"the table has a row of {later[0]:%Y-%m-%d}; its dates are known as the first days of months",
                column="Date",
            )
        return attrs.evolve(reading, frame=frame)


def _columns() -> Iterator[WideColumn]:
    """A column a locality and auction, whichever of the two stands above the other."""
    for locality, names in LOCALITIES.items():
        for auction in AUCTIONS:
            above = [f"{name} {auction}" for name in names]
            below = [f"{auction} {name}" for name in names]
            yield WideColumn((*above, *below), words=(auction, locality))


LAYOUT = CapacityLayout(
    dataset=CAPACITY,
    zone=ZONE,
    sheets=(SHEET,),
    begins=("Date",),
    header_rows=2,
    to_end=True,
    time=Dates(names="Date", formats=("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%m/%d/%Y"), lasts="1mo"),
    wide=Wide(to=("auction", "location"), value="price_native", columns=_columns()),
    constants={"price_native_unit": NATIVE_UNIT, "basis": CapacityBasis.UCAP.value},
)


def report_paths(month: date) -> tuple[str, ...]:
    """Where a month's first report can be, the usual name first; raises `NoData` for a year without a folder."""
    name, year = _MONTHS[month.month - 1], month.year
    plain, spaced = f"ICAP-Market-Report-{name}-{year}", f"ICAP%20Market%20Report%20-%20{name}%20{year}"
    files = (f"{plain}.xlsx", f"{spaced}.xlsx", f"{plain}.xls", f"{spaced}.xls")
    return tuple(f"{_folder(month)}/{file}" for file in files)


def revision_path(month: date, version: int) -> str:
    """Where a revision of a month's report is; the first of them is version 2."""
    name = f"ICAP-Market-Report-{_MONTHS[month.month - 1]}-{month.year}-Version-{version}.xlsx"
    return f"{_folder(month)}/{name}"


def _folder(month: date) -> str:
    if month.year not in FOLDERS:
        raise NoData(
            f"capacity of {month:%Y-%m}: the number of NYISO's folder of reports of {month.year} is not known; "
            "a later version of this plugin may know it"
        )
    return f"documents/20142/{FOLDERS[month.year]}"


async def collect_report(chunk: Chunk, source: Source) -> Reading:
    """Read a month from the highest version of its report."""
    payload = await _report(chunk.day, source)
    if payload is None:
        raise NoData(f"{chunk}: there is no report of that month under any name; not published yet, or never")
    return await source.run(read_report, payload.content, chunk.day)


async def _report(month: date, source: Source) -> Payload | None:
    """The highest version of a month's report, asked for one name at a time; None where there is none.

    The first report may be gone once it is revised: the first revision is asked for in any case.
    """
    found = None
    for path in report_paths(month):
        found = await _document(path, source)
        if found is not None:
            break
    for version in range(2, _LAST_VERSION + 1):
        revised = await _document(revision_path(month, version), source)
        if revised is None:
            break
        found = revised
    return found


async def _document(path: str, source: Source) -> Payload | None:
    """A workbook, or None where there is none: the server answers some misses with a page."""
    try:
        (payload,) = await source.get_all(
            [Request(path=path, expect=Expect.WORKBOOK, html_means_missing=True)]
        )
    except NoData:
        return None
    return payload


def read_report(content: bytes, month: date) -> Reading:
    """The rows of a month's report; raises `SchemaDrift` for one that lacks the table, or the month in it."""
    try:
        reading = LAYOUT.read(content)
    except SchemaDrift as error:
        if month >= _FIRST_CERTAIN:
            raise
        raise SchemaDrift(
            f"{error}; workbooks before about 2019 have no sheet {SHEET!r} and cannot be read: "
            "ask for later months",
            column=error.column,
        ) from error
    local = reading.frame["interval_start"].dt.convert_time_zone(ZONE).dt.date()
    if month.replace(day=1) not in local:
        raise SchemaDrift(f"the report of {month:%Y-%m} has no readable row of that month", column="Date")
    return reading


def _example() -> bytes:
    """A report of two months: locality above auction, dates as a workbook counts them (from 1899-12-30)."""
    february, march = 45323, 45352
    above = [name for names in LOCALITIES.values() for name in (names[0], None, None)]
    rows = (
        (None, *above),
        ("Date", *AUCTIONS * 4),
        (february, 2.9, 5.8, 0.29, 1.45, 0.58, 0.87, 8.7, 7.25, 11.6, 14.5, 4.35, 1.16),
        (march, 3.1, 6.2, 0.31, 1.55, 0.62, 0.93, 9.3, 7.75, 12.4, 15.5, 0, None),
    )
    return _workbook(rows)


def _workbook(rows: Sequence[Sequence[str | float | None]]) -> bytes:
    """The least that is a workbook: one sheet; words in their cells, numbers of its first column as dates."""
    lines = (
        f"<row>{''.join(_cell(cell, column, number) for column, cell in zip(_COLUMNS, row, strict=True))}</row>"
        for number, row in enumerate(rows, start=1)
    )
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in ("B1:D1", "E1:G1", "H1:J1", "K1:M1"))
    cells = f"<sheetData>{''.join(lines)}</sheetData><mergeCells>{merged}</mergeCells>"
    sheet = f'<worksheet xmlns="{_MAIN}">{cells}</worksheet>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


def _cell(value: str | float | None, column: str, row: int) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{column}{row}" t="inlineStr"><is><t>{value}</t></is></c>'
    style = ' s="1"' if column == "A" else ""
    return f'<c r="{column}{row}"{style}><v>{value}</v></c>'


_COLUMNS = "ABCDEFGHIJKLM"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    f'<sheets><sheet name="{SHEET}" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="17"/></cellXfs></styleSheet>',
}

_FEBRUARY = {"interval_start": utc("2024-02-01T05:00"), "interval_end": utc("2024-03-01T05:00")}
_MARCH = {"interval_start": utc("2024-03-01T05:00"), "interval_end": utc("2024-04-01T04:00")}
_STATED = (
    (_FEBRUARY, "NYCA", (2.9, 100.0), (5.8, 200.0), (0.29, 10.0)),
    (_FEBRUARY, "G-J Locality", (1.45, 50.0), (0.58, 20.0), (0.87, 30.0)),
    (_FEBRUARY, "NYC", (8.7, 300.0), (7.25, 250.0), (11.6, 400.0)),
    (_FEBRUARY, "LI", (14.5, 500.0), (4.35, 150.0), (1.16, 40.0)),
    (_MARCH, "NYCA", (3.1, 100.0), (6.2, 200.0), (0.31, 10.0)),
    (_MARCH, "G-J Locality", (1.55, 50.0), (0.62, 20.0), (0.93, 30.0)),
    (_MARCH, "NYC", (9.3, 300.0), (7.75, 250.0), (12.4, 400.0)),
    (_MARCH, "LI", (15.5, 500.0), (0.0, 0.0), (None, None)),
)
"""What the example's months say: by locality the price of each auction, as published and per MW and day."""

_ROWS = tuple(
    {
        **month,
        "auction": auction,
        "location": locality,
        "price_native": native,
        "price": price,
        "price_native_unit": "USD/kW-month",
        "cleared": None,
        "basis": "ucap",
    }
    for month, locality, *prices in _STATED
    for auction, (native, price) in zip(AUCTIONS, prices, strict=True)
)

CAPACITY_PRICES = Feed(
    name="icap_market_report",
    dataset=CAPACITY,
    title="Clearing prices of the spot, monthly and strip capacity auctions by locality",
    documented_at="https://www.nyiso.com/installed-capacity-market",
    history_from=date(2014, 1, 1),
    step=timedelta(days=30),
    chunk=ChunkSize.MONTH,
    published_ahead=timedelta(days=31),
    refresh_every=timedelta(hours=12),
    locations=tuple(LOCALITIES),
    derived=("price",),
    **timing.CAPACITY,
    layout=LAYOUT,
    example=Example(payload=_example(), rows=_ROWS),
    sources=(FeedSource(name="market report", host=HOST, collect=collect_report),),
    unconfirmed=(
        "whether locality or auction is the upper header (both are read); when a report comes out and until when "
        "it is revised; a page in a revision's place is taken to mean that there is none; workbooks before about "
        "2019 lack the table and cannot be read; a year's folder is known once the year has begun; MW cleared is "
        "published by month over all auctions, so that cleared is null"
    ),
)
"""Prices of unforced capacity by delivery month; a month's running report is published within it."""
