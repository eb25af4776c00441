"""The second clock in SPP's files: a local time beside each UTC time, which has to agree with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from energyopti import Finding, FindingKind
from energyopti.layouts import Document, Layout, Reading, fold, one_by_one

from energyopti_spp.protocol.stamps import UTC_STAMPS, ZONE

if TYPE_CHECKING:
    import polars as pl


def _read(layout: Layout, document: Document) -> Reading:
    """A document, with a finding if its local times contradict its UTC times."""
    return with_clocks_compared(layout.read(document.content))


both_clocks = one_by_one(_read)
"""Reads documents whose column ``Interval`` says in local time what another one says in UTC."""


def with_clocks_compared(reading: Reading) -> Reading:
    """A reading, with a finding for rows whose local time is not their UTC time on the clock of SPP.

    Rows are read by their UTC times alone. An end at a change of clocks may be called by the clock before or after it.
    """
    import polars as pl

    column = next((name for name in reading.raw.columns if fold(name) == "interval"), None)
    if column is None or reading.frame.is_empty():
        return reading
    stamp = pl.col("said").str.strip_chars()
    said = pl.coalesce(stamp.str.to_datetime(form, strict=False, time_unit="us") for form in UTC_STAMPS)
    rows = reading.frame.select("interval_start", "interval_end").with_columns(
        reading.raw[column].cast(pl.String)[reading.origin].alias("said")
    )
    end, start = pl.col("interval_end"), pl.col("interval_start")
    meant = (_wall(end) == said) | (_wall(start) + (end - start) == said)
    wrong = rows.filter(~meant.fill_null(value=False) & (stamp != ""))
    if wrong.is_empty():
        return reading
    first = wrong.row(0, named=True)
    finding = Finding(
        kind=FindingKind.CLOCK_LABEL,
        message=f"{wrong.height} rows have a local time that is not their UTC time on the clock of {ZONE}: first "
        f"{first['said']!r} beside {first['interval_end']:%Y-%m-%d %H:%MZ}; the UTC time is taken",
        rows=wrong.height,
        column=column,
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def _wall(instant: pl.Expr) -> pl.Expr:
    """What the clocks of SPP show at an instant."""
    return instant.dt.convert_time_zone(ZONE).dt.replace_time_zone(None)
