"""The reports on a round of TCC auctions: title lines, a table, a closing line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

import attrs

from energyopti import Finding, FindingKind, PluginError, SchemaDrift
from energyopti.layouts import CsvLayout, Reading, fold, in_utf_8
from energyopti.timezones import midnight
from energyopti_nyiso.protocol.stamps import ZONE

if TYPE_CHECKING:
    import polars as pl

HEADER = re.compile(rb'^[ \t\xef\xbb\xbf]*"?Period ID', re.MULTILINE)
_FOOTER = re.compile(rb'^[ \t]*"?Report Created', re.MULTILINE)
_POSTED = re.compile(r"Posted:\s*([A-Za-z]+ \d{1,2}, (?:19|20)\d{2})")
_SAID_ELSEWHERE = re.compile(r"Posted:|Current Status")
_PUBLISHED = "%B %-d, %Y"


@attrs.frozen(kw_only=True)
class ReportLayout(CsvLayout):
    """A report on one round: title lines, a table, a closing line.

    The title lines give the date on which the result was posted: `publish_time` is the local midnight at which it
    begins. The other title lines name the round; code that collects the report knows the name from the list.
    """

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the table, plus the publish time; the round's name is the same for all rows."""
        return (*super().fields, "publish_time")

    def read_this(self, payload: bytes) -> Reading:
        """The rows of a report that names its round itself; raises `SchemaDrift` if it does not."""
        payload = in_utf_8(payload)
        titles = [line for line in _lines_above(payload) if not _SAID_ELSEWHERE.search(line)]
        if HEADER.search(payload) and not titles:
            raise SchemaDrift("the report has no title line: its round is not known", column="auction")
        return self.read_round(payload, " - ".join(titles))

    def read_round(self, payload: bytes, auction: str) -> Reading:
        """The rows of a report on the round of that name."""
        import polars as pl

        payload = in_utf_8(payload)
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
        """The price column's header, if it gives an unknown unit."""
        names = next(column.names for column in self.columns if column.to == "price")
        top = HEADER.search(payload)
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
        """A frame of one round as its report; a frame that names no round gets a generic title."""
        from energyopti.layouts import wire_frame
        from energyopti.layouts.formats import format_csv

        first, second, *others = (column.name for column in self.columns)
        table = wire_frame(frame, self).select(first, second, "Start Date", "End Date", *others)
        auction = _only(frame, "auction") or "TCC Auction"
        posted = _only(frame, "publish_time")
        date_line = [] if posted is None else [f'"Posted: {posted}"']
        above = self.newline.join([auction, "Current Status - Approved", *date_line, "", ""])
        below = self.newline.join(["", f'Report Created:,"{posted or ""}"', ""])
        return above.encode() + format_csv(table, self) + below.encode()


def _only(frame: pl.DataFrame, name: str) -> str | None:
    """The only value of a column in a report, in words."""
    if name not in frame.columns or frame.is_empty():
        return None
    values = frame[name].unique()
    if len(values) > 1:
        raise PluginError(f"a report holds one round, but the frame has {len(values)} values of {name}")
    if values.dtype.is_temporal():
        values = values.dt.convert_time_zone(ZONE).dt.strftime(_PUBLISHED)
    only: str | None = values[0]
    return only


def _lines_above(payload: bytes) -> list[str]:
    """The title lines of a report, without quotes and trailing empty cells; blank lines are skipped."""
    found = HEADER.search(payload)
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
    """Findings about anything unusual or missing in a report."""
    if strange is not None:
        message = f"the price is under {strange!r}: check that it is USD/MW for the whole period"
        yield Finding(kind=FindingKind.UNKNOWN_WORD, message=message, rows=rows, column=strange)
    if posted is None:
        message = "the report does not say when it was posted: publish_time is null"
        yield Finding(kind=FindingKind.UNKNOWN_TIME, message=message, rows=rows, column="publish_time")


def _closed(payload: bytes) -> Iterator[Finding]:
    """A finding about a report without its closing line."""
    if not _FOOTER.search(payload):
        message = "the report has no closing line 'Report Created': rows may be missing at its end"
        yield Finding(kind=FindingKind.MISSING_PART, message=message)
