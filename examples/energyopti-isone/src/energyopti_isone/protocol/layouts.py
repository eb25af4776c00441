"""The form that all reports share, and reports whose rows state a time of day alone."""

from __future__ import annotations

import re
from functools import partial

import attrs
import polars as pl
from energyopti import SchemaDrift
from energyopti.layouts import CsvLayout, RawTable, RowLetters, wire_frame
from energyopti.layouts.formats import format_csv

from energyopti_isone.protocol.stamps import ZONE

_DATE = rb"(\d{2}/\d{2}/\d{4})"
_REPORT_FOR = re.compile(rb"Report for:?\s*" + _DATE + rb"(?:\s*-\s*" + _DATE + rb")?", re.IGNORECASE)
_FILE_NAME = re.compile(rb"lmp_5min_(\d{4})(\d{2})(\d{2})_\d{2}-\d{2}", re.IGNORECASE)
_TITLES = 2_000
"""In how many bytes from the top the lines above a header are."""

_TIME_ALONE = r"^\d{1,2}:\d{2}"


@attrs.frozen(kw_only=True, repr=False)
class TimeOfDayLayout(CsvLayout):
    """A report whose rows have a time of day, and their date elsewhere: in column ``day``, or in a line above the table.

    The date is put before the time, also in the raw rows. A time that has a date already keeps it.
    """

    day: str | None = None

    @property
    def clock(self) -> str:
        """The column of the time of day."""
        return self.wire_columns[0].name

    def parse(self, payload: bytes) -> RawTable:
        """The rows with their dates; raises `SchemaDrift` if nothing says the day of a row."""
        wire = super().parse(payload)
        header = wire.headers[self.clock]
        cells = wire.raw[header].cast(pl.String).str.strip_chars()
        alone = cells.str.contains(_TIME_ALONE).fill_null(value=False)
        if not alone.any():
            return wire
        if self.day is None:
            day = pl.Series([_day_of(payload)]).new_from_index(0, len(cells))
        else:
            day = wire.raw[wire.headers[self.day]].cast(pl.String).str.strip_chars()
        clock = cells.zip_with(~alone, day + " " + cells).alias(header)
        return attrs.evolve(wire, raw=wire.raw.with_columns(clock))

    def write(self, frame: pl.DataFrame) -> bytes:
        """A frame in the published form; if its date is above the table, rows of several days have theirs in the stamp."""
        wire, clock = wire_frame(frame, self), self.clock
        parts = wire[clock].str.split_exact(" ", 1).struct.unnest()
        day, time = parts["field_0"], parts["field_1"]
        if self.day is not None:
            wire = wire.with_columns(day.alias(self.day), time.alias(clock))
            return format_csv(wire.select(self.day, pl.exclude(self.day)), self)
        if day.n_unique() != 1:
            return format_csv(wire, self)
        titled = attrs.evolve(self, titles=(*self.titles, f"Report for: {day[0]} - {day[0]}"))
        return format_csv(wire.with_columns(time.alias(clock)), titled)


COUNTED = RowLetters(counts="{} lines")
"""The first cell says what a row is; the last row says how many rows of data there are."""

report = partial(CsvLayout, zone=ZONE, letters=COUNTED, quoted=True, repeats="once")
"""A report. Line ends are not confirmed: any are read. A row that is there twice, word for word, is one."""

timed_report = partial(TimeOfDayLayout, **report.keywords)
"""A report whose rows have a time of day alone."""


def _day_of(payload: bytes) -> str:
    """The day that the lines above a table name; raises `SchemaDrift` unless they name exactly one."""
    head = payload[:_TITLES]
    named = {each for found in _REPORT_FOR.finditer(head) for each in found.groups() if each}
    named |= {b"/".join((found[2], found[3], found[1])) for found in _FILE_NAME.finditer(head)}
    if len(named) != 1:
        said = " and ".join(sorted(each.decode() for each in named)) or "no day"
        raise SchemaDrift(f"the rows have a time without a date, and the lines above them name {said}")
    return named.pop().decode()
