"""New York's transmission congestion contracts (TCCs): what each auction awarded, and its price at every point.

A TCC of 1 MW goes from a point of injection (POI) to a point of withdrawal (POW), covers all hours of its
period and obliges its holder. A public page lists the rounds of all auctions; each round has two reports.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import (
    Chunk,
    ChunkSize,
    Era,
    Example,
    Feed,
    Finding,
    FindingKind,
    NoData,
    PluginError,
    SchemaDrift,
)
from energyopti.datasets import FTR
from energyopti.layouts import CsvLayout, Dates, Number, Reading, Text
from energyopti.layouts.columns import fold
from energyopti.market import Collect
from energyopti.source import Expect, Request
from energyopti.timezones import midnight
from energyopti.vocabulary import FtrKind, Hedge, Trade
from energyopti_nyiso.examples import utc
from energyopti_nyiso.layouts import ZONE

if TYPE_CHECKING:
    import polars as pl

    from energyopti.source import Source

HOST = "tcc"
ROUNDS_PATH = "view_nodal_prices.do"
AWARDS_PATH = "view_awards_summary_xls_view.do"
NODAL_PRICES_PATH = "view_nodal_prices_xls_view.do"
REFERENCE = "REFERENCE"
"""Where the right begins that a price at one point is the price of: the same place for all points."""

_OPTION = re.compile(r"""<option\b[^>]*?\bvalue\s*=\s*["']?0*([1-9]\d*)["']?[^>]*>([^<]+)""", re.IGNORECASE)
_LABEL = re.compile(r"(?P<name>.+?)(?: \(Ver (?P<version>\d+)[^()]*\))?")
_SEASON = re.compile(r"(\d{4}) (?:Winter|Spring|Summer|Autumn) ")
_FIXED_PRICE = re.compile(r"fixed[ -]price", re.IGNORECASE)
_HEADER = re.compile(rb'^[ \t\xef\xbb\xbf]*"?Period ID', re.MULTILINE)
_FOOTER = re.compile(rb'^[ \t]*"?Report Created', re.MULTILINE)
_POSTED = re.compile(r"Posted:\s*([A-Za-z]+ \d{1,2}, (?:19|20)\d{2})")
_SAID_ELSEWHERE = re.compile(r"Posted:|Current Status")
_REFUSAL = 100
_PUBLISHED = "%B %-d, %Y"


@attrs.frozen(kw_only=True)
class Round:
    """A round as the list has it; one whose label does not begin with a season has no ``year``."""

    number: int
    name: str
    year: int | None = None
    version: int = 0

    @property
    def is_auction(self) -> bool:
        """Whether it clears: fixed-price allocations do not, and have no reports."""
        return self.year is None or _FIXED_PRICE.search(self.name) is None


def listed_rounds(page: bytes) -> tuple[Round, ...]:
    """The rounds of the list, of each the latest version; raises `SchemaDrift` for a page that lists none."""
    options = _OPTION.findall(page.decode("utf-8", "replace"))
    found = [_round(int(number), " ".join(html.unescape(label).split())) for number, label in options]
    if not found:
        raise SchemaDrift(f"the page {ROUNDS_PATH} lists no round of any auction", column="option")
    latest = {each.name: each.version for each in sorted(found, key=lambda each: each.version)}
    return tuple(each for each in found if each.version == latest[each.name])


def _round(number: int, label: str) -> Round:
    """A round by its label, such as ``2026 Autumn Centralized TCC Auction - Round 6 (Ver 1 - Approved)``."""
    read = _LABEL.fullmatch(label)
    name, version = (read["name"], int(read["version"] or 0)) if read else (label, 0)
    season = _SEASON.match(name)
    return Round(number=number, name=name, year=int(season[1]) if season else None, version=version)


def rounds_of(page: bytes, year: int) -> tuple[Round, ...]:
    """The rounds that can sell periods that start in a year: those of its seasons and of the year before's.

    One whose label says no year is among those of every year.
    """
    return tuple(
        each for each in listed_rounds(page) if each.is_auction and each.year in {None, year - 1, year}
    )


@attrs.frozen(kw_only=True)
class ReportLayout(CsvLayout):
    """A report on one round: title lines, a table, a closing line.

    The title lines say when the result was posted, as a date: `publish_time` is the local midnight with which
    it begins. The others name the round; whoever collects it knows the name from the list.
    """

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the table, and when it was posted; the name of the round is one for all rows."""
        return (*super().fields, "publish_time")

    def read_this(self, payload: bytes) -> Reading:
        """The rows of a report that names its round itself; raises `SchemaDrift` for one that does not."""
        titles = [line for line in _lines_above(payload) if not _SAID_ELSEWHERE.search(line)]
        if _HEADER.search(payload) and not titles:
            raise SchemaDrift("the report has no title line: its round is not known", column="auction")
        return self.read_round(payload, " - ".join(titles))

    def read_round(self, payload: bytes, auction: str) -> Reading:
        """The rows of a report on a round of that name."""
        import polars as pl

        strange = self._strange_price(payload)
        reading = CsvLayout.read_this(self._with_price_under(strange) if strange else self, payload)
        posted = _posted(_lines_above(payload))
        frame = reading.frame.with_columns(
            pl.lit(auction).alias("auction"),
            pl.lit(posted, dtype=pl.Datetime("us", "UTC")).alias("publish_time"),
        )
        found = (*reading.findings, *_said(strange, posted, frame.height), *_closed(payload))
        return attrs.evolve(reading, frame=frame, findings=found)

    def _strange_price(self, payload: bytes) -> str | None:
        """The header of the price where it says a unit that is not known."""
        names = next(column.names for column in self.columns if column.to == "price")
        top = _HEADER.search(payload)
        line = payload[top.start() :].partition(b"\n")[0].decode("utf-8", "replace") if top else ""
        found = re.search(rf'"({names[-1]}\b[^"]*)"|,\s*({names[-1]}\b[^,"\r]*)', line, re.IGNORECASE)
        header = (found[1] or found[2]).strip() if found else names[0]
        return None if fold(header) in map(fold, names) else header

    def _with_price_under(self, header: str) -> ReportLayout:
        """The same layout with one more header for the price."""
        columns = (
            attrs.evolve(column, names=(*column.names, header)) if column.to == "price" else column
            for column in self.columns
        )
        return attrs.evolve(self, columns=tuple(columns))

    def write(self, frame: pl.DataFrame) -> bytes:
        """A frame of one round as its report; one that names no round is written under a title of its own."""
        from energyopti.layouts.csv import format_csv
        from energyopti.layouts.writing import wire_frame

        first, second, *others = (column.name for column in self.columns)
        table = wire_frame(frame, self).select(first, second, "Start Date", "End Date", *others)
        auction = _only(frame, "auction") or "TCC Auction"
        posted = _only(frame, "publish_time")
        date_line = [] if posted is None else [f'"Posted: {posted}"']
        above = self.newline.join([auction, "Current Status - Approved", *date_line, "", ""])
        below = self.newline.join(["", f'Report Created:,"{posted or ""}"', ""])
        return above.encode() + format_csv(table, self) + below.encode()


def _only(frame: pl.DataFrame, name: str) -> str | None:
    """The one value that a column has in a report, in words."""
    if name not in frame.columns or frame.is_empty():
        return None
    values = frame[name].unique()
    if len(values) > 1:
        raise PluginError(f"a report holds one round, and the frame has {len(values)} values of {name}")
    if values.dtype.is_temporal():
        values = values.dt.convert_time_zone(ZONE).dt.strftime(_PUBLISHED)
    only: str | None = values[0]
    return only


def _lines_above(payload: bytes) -> list[str]:
    """The title lines of a report, without quotes and trailing empty cells; blank ones are none."""
    found = _HEADER.search(payload)
    above = payload[: found.start()] if found else b""
    lines = (line.strip(' \t,"') for line in above.decode("utf-8-sig", "replace").splitlines())
    return [line for line in lines if line]


def _posted(titles: Iterable[str]) -> datetime | None:
    """The local midnight of the day on which the result was posted."""
    import polars as pl

    words = next((found[1] for found in map(_POSTED.search, titles) if found), None)
    day: date | None = pl.Series([words], dtype=pl.String).str.to_date("%B %d, %Y", strict=False)[0]
    return None if day is None else midnight(day, ZONE)


def _said(strange: str | None, posted: datetime | None, rows: int) -> Iterator[Finding]:
    """What a report says otherwise than others, or not at all."""
    if strange is not None:
        message = f"the price stands under {strange!r}: check that it is USD/MW of the whole period"
        yield Finding(kind=FindingKind.UNKNOWN_WORD, message=message, rows=rows, column=strange)
    if posted is None:
        message = "the report does not say when it was posted: publish_time is null"
        yield Finding(kind=FindingKind.UNKNOWN_TIME, message=message, rows=rows, column="publish_time")


def _closed(payload: bytes) -> Iterator[Finding]:
    """A finding about a report without the line that it ends with."""
    if not _FOOTER.search(payload):
        message = "the report has no closing line 'Report Created': rows may be missing at its end"
        yield Finding(kind=FindingKind.MISSING_PART, message=message)


def reports(path: str, layout: ReportLayout) -> Collect:
    """Read a year from the reports on all rounds that can sell periods which start in it.

    Rows of other years are cut by the core, which counts them.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        from energyopti.together import together

        page = await source.get(ROUNDS_PATH, expect=Expect.PAGE, shared=True)
        rounds = await source.run(rounds_of, page.content, chunk.day.year)
        contents = await together([functools.partial(_report, path, each, source) for each in rounds])
        asked = list(zip(rounds, contents, strict=True))
        found = [(each, content) for each, content in asked if content is not None]
        if not found:
            raise NoData(f"{chunk}: none of the {len(rounds)} rounds that can sell it has a published result")
        reading = await source.run(read_rounds, layout, found)
        absent = [each for each, content in asked if content is None]
        return attrs.evolve(reading, findings=(*reading.findings, *_about(rounds, absent)))

    return collect


async def _report(path: str, each: Round, source: Source) -> bytes | None:
    """A round's report; None where the server has a page or a few words of refusal instead."""
    form = {"display": "Y", "roundVersionId": str(each.number), "format": "csv"}
    request = Request(path=path, method="POST", form=form, shared=True, page_is_absence=True)
    try:
        (payload,) = await source.get_all([request])
    except NoData:
        return None
    content = payload.content
    refused = len(content) < _REFUSAL or b"improper" in content.lower()
    return None if refused and not _HEADER.search(content) else content


def read_rounds(layout: ReportLayout, reports: Sequence[tuple[Round, bytes]]) -> Reading:
    """The rows of several rounds' reports; raises `SchemaDrift` with the name of the round."""
    readings = []
    for each, content in reports:
        try:
            reading = layout.read_round(content, each.name)
        except SchemaDrift as error:
            raise SchemaDrift(f"{each.name}: {error}", column=error.column) from error
        named = [attrs.evolve(found, message=f"{each.name}: {found.message}") for found in reading.findings]
        readings.append(attrs.evolve(reading, findings=(*named, *_astray(each, reading))))
    return Reading.concat(readings)


def _astray(each: Round, reading: Reading) -> Iterator[Finding]:
    """A finding about rows that start in a year for which their round is not asked."""
    if each.year is None:
        return
    starts = reading.frame["interval_start"].dt.convert_time_zone(ZONE).dt.year()
    off = starts.filter(~starts.is_between(each.year, each.year + 1))
    if len(off):
        message = f"{each.name}: {len(off)} rows start in {off[0]}, in which no query finds them"
        yield Finding(kind=FindingKind.OUTSIDE_CHUNK, message=message, rows=len(off))


def _about(rounds: Sequence[Round], absent: Sequence[Round]) -> Iterator[Finding]:
    """Findings about rounds without a result, without a season, or of one name."""
    names = [each.name for each in rounds]
    unnamed = [each for each in rounds if each.year is None]
    same = [each for each in rounds if names.count(each.name) > 1]
    yield from _listed(FindingKind.MISSING_PART, absent, "have no published result and are left out")
    yield from _listed(FindingKind.UNKNOWN_WORD, unnamed, "say no season and are asked for every year")
    yield from _listed(FindingKind.DUPLICATE_KEY, same, "share a name, and all of them are read")


def _listed(kind: FindingKind, rounds: Sequence[Round], what: str) -> Iterator[Finding]:
    if rounds:
        listed = "; ".join(f"{each.name} ({each.number})" for each in rounds)
        yield Finding(kind=kind, message=f"{len(rounds)} auction rounds {what}: {listed}")


_PERIOD = ("Period ID", "Period Name", "Period Duration (# of months)")
_CONSTANTS = {"hedge": Hedge.OBLIGATION.value, "period_type": "24h", "price_unit": "USD/MW"}


def _layout(kind: FtrKind, *columns: Text | Number, **constants: str) -> ReportLayout:
    """A report; a period's last day is included, and its price is for 1 MW and the whole period."""
    return ReportLayout(
        dataset=FTR,
        zone=ZONE,
        begins="Period ID",
        ends="Report Created",
        time=Dates(names="Start Date", end="End Date", formats=("%m/%d/%Y",)),
        columns=(*(Text(name, required=False) for name in _PERIOD), *columns),
        constants={"kind": kind.value, **_CONSTANTS, **constants},
    )


AWARDS_LAYOUT = _layout(
    FtrKind.AWARD,
    Text("POI", required=False),
    Text("POI Name", to="source"),
    Text("POI Zone", required=False),
    Text("POW", required=False),
    Text("POW Name", to="sink"),
    Text("POW Zone", required=False),
    Text("Award Type", to="trade", words={"Bid": Trade.BUY.value, "Offer": Trade.SELL.value}),
    Number("TCCs Awarded", to="quantity"),
    Number(("MCP ($/TCC-Period Duration)", "MCP"), to="price"),
)
"""A row an award; several awards of one path and price are several equal rows."""

NODAL_PRICES_LAYOUT = _layout(
    FtrKind.CLEARING_PRICE,
    Text("PTID", required=False),
    Text("PTID Name", to="sink"),
    Text("Zone", required=False),
    Number(("Nodal Price ($/TCC-Period Duration)", "Nodal Price"), to="price"),
    source=REFERENCE,
)
"""A row a point and period: the price of a right from the reference to it; from A to B it is B's less A's."""


def _report_of(header: str, *lines: str) -> bytes:
    """A report of one round."""
    title, posted = "2026 Autumn Centralized TCC Auction - Round 6", '"Posted: October 1, 2026"'
    above = (title, "Current Status - Approved", posted, "")
    period = "Period ID,Period Name,Start Date,End Date,Period Duration (# of months)"
    return "\r\n".join((*above, f"{period},{header}", *lines, "", "Report Created:,10/02/2026", "")).encode()


_WINTER, _YEAR = "1,Winter 2026-2027,11/01/2026,04/30/2027,6", "2,One Year,11/01/2026,10/31/2027,12"
_BUY = f"{_WINTER},23512,ALDER___1,WEST,61757,CAPITL,CAPITL,Bid,25,-1204.5"
_SELL = f"{_YEAR},61758,HUD VL,HUD VL,61762,LONGIL,LONGIL,Offer,7,3310.08"
_PATH = "POI,POI Name,POI Zone,POW,POW Name,POW Zone"
_AWARDS = _report_of(f"{_PATH},Award Type,TCCs Awarded,MCP ($/TCC-Period Duration)", _BUY, _BUY, _SELL)
_NODAL_PRICES = _report_of(
    "PTID,PTID Name,Zone,Nodal Price ($/TCC-Period Duration)",
    f"{_WINTER},23512,ALDER___1,WEST,150.25",
    f"{_YEAR},61757,CAPITL,CAPITL,-1054.25",
)
_STATED = {
    "auction": "2026 Autumn Centralized TCC Auction - Round 6",
    "interval_start": utc("2026-11-01T04:00"),
    "hedge": "obligation",
    "period_type": "24h",
    "price_unit": "USD/MW",
    "participant": None,
    "ordinal": 0,
    "publish_time": utc("2026-10-01T04:00"),
}
_HALF = {**_STATED, "interval_end": utc("2027-05-01T04:00")}
_WHOLE = {**_STATED, "interval_end": utc("2027-11-01T04:00")}
_BOUGHT = {**_HALF, "kind": "award", "source": "ALDER___1", "sink": "CAPITL", "trade": "buy"}
_SOLD = {**_WHOLE, "kind": "award", "source": "HUD VL", "sink": "LONGIL", "trade": "sell"}
_AWARD_ROWS = (
    {**_BOUGHT, "quantity": 25.0, "price": -1204.5},
    {**_BOUGHT, "quantity": 25.0, "price": -1204.5, "ordinal": 1},
    {**_SOLD, "quantity": 7.0, "price": 3310.08},
)
_PRICE = {"kind": "clearing_price", "source": "REFERENCE", "trade": None, "quantity": None}
_NODAL_PRICE_ROWS = (
    {**_HALF, **_PRICE, "sink": "ALDER___1", "price": 150.25},
    {**_WHOLE, **_PRICE, "sink": "CAPITL", "price": -1054.25},
)
_UNCONFIRMED = (
    "the title lines beside the status and the date posted, and the closing line's rest; that an auction sells "
    "only periods that start in the year of its season or the next (a finding tells of any other); that a round "
    "without a result is answered by a page or a few words; that reports since 2006 have these columns; "
    "when results are revised"
)


def _feed(name: str, title: str, path: str, layout: ReportLayout, example: Example, unconfirmed: str) -> Feed:
    """One of the two reports, by years; an auction sells about a year ahead."""
    return Feed(
        name=name,
        dataset=FTR,
        title=title,
        documented_at=f"https://tcc.nyiso.com/tcc/public/{path.replace('_xls_view', '')}",
        history_from=date(2006, 1, 1),
        step=timedelta(days=30),
        chunk=ChunkSize.YEAR,
        sparse=True,
        ahead=timedelta(days=366),
        settles_after=timedelta(days=366),
        cadence=timedelta(hours=12),
        layout=layout,
        example=example,
        eras=(Era(name="public reports", host=HOST, collect=reports(path, layout)),),
        unconfirmed=unconfirmed,
    )


AWARDS = _feed(
    "tcc_awards",
    "Awards of transmission congestion contracts in every auction round, by path",
    AWARDS_PATH,
    AWARDS_LAYOUT,
    Example(payload=_AWARDS, rows=_AWARD_ROWS),
    _UNCONFIRMED,
)

NODAL_PRICES = _feed(
    "tcc_nodal_prices",
    "Prices of every transmission congestion contract auction at each point, of a right from the reference to it",
    NODAL_PRICES_PATH,
    NODAL_PRICES_LAYOUT,
    Example(payload=_NODAL_PRICES, rows=_NODAL_PRICE_ROWS),
    f"the unit in the price's header (another than that of awards is a finding); {_UNCONFIRMED}",
)

TCC = (AWARDS, NODAL_PRICES)
