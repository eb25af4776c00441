"""Load in SPP's files: actuals beside forecasts, and control zones that are spread over several rows."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
from energyopti import FindingKind
from energyopti.layouts import Document, Layout, ReadDocuments, Reading, fold, one_by_one

from energyopti_spp.protocol.clocks import with_clocks_compared

TWO_AREAS = datetime(2026, 4, 1, 5, tzinfo=UTC)
"""Since when there are two balancing areas."""


def with_actuals(before_areas: Layout) -> ReadDocuments:
    """Reads forecasts with actuals beside them, for the actuals.

    A file without a column of balancing areas is read as ``before_areas`` if it is from before there were two; a later
    one is `SchemaDrift`, since its rows could be of either.
    """

    def read(layout: Layout, document: Document) -> Reading:
        header = document.content.partition(b"\n")[0].decode("utf-8", "replace")
        if "baa" in {fold(word) for word in header.split(",")}:
            return _of_actuals(layout.read(document.content))
        reading = before_areas.read(document.content)
        if (reading.frame["interval_end"] > TWO_AREAS).any():
            return layout.read(document.content)  # says which column is missing
        return _of_actuals(reading)

    return one_by_one(read)


def _of_actuals(reading: Reading) -> Reading:
    return without_hours_to_come(with_clocks_compared(reading))


def without_hours_to_come(reading: Reading) -> Reading:
    """A reading without the rows after the last actual of each area; an earlier one without a figure stays, as null."""
    import polars as pl

    rows = reading.frame.select("location", "interval_end", "load")
    known = pl.when(pl.col("load").is_not_null()).then("interval_end").max().over("location")
    kept = rows.select((pl.col("interval_end") <= known).fill_null(value=False)).to_series()
    others = "rows are of hours to come: they have a forecast and no actual"
    reading = reading.where(kept, FindingKind.ADVISORY_ROW, others)
    if reading.frame["load"].null_count():
        return reading
    findings = tuple(each for each in reading.findings if each.kind is not FindingKind.MISSING_VALUE)
    return attrs.evolve(reading, findings=findings)


def _zones(layout: Layout, document: Document) -> Reading:
    return with_zones_added_up(layout.read(document.content))


whole_zones = one_by_one(_zones)
"""Reads control zones whose load is spread over several rows, one a type of forecast area."""


def with_zones_added_up(reading: Reading) -> Reading:
    """A reading in which the rows of a zone and hour are one: their sum, null if one of them is.

    Rows that repeat a type are left as they are: they are no parts of a whole.
    """
    import polars as pl

    names = {fold(name): name for name in reading.raw.columns}
    if "forecast area type" not in names or reading.frame.is_empty():
        return reading
    beside = [
        reading.raw[names[name]][reading.origin] for name in ("forecast area type", "balancing area name")
    ]
    keys = ["interval_start", "location", beside[1].name]
    kind = pl.col(beside[0].name)
    rows = reading.frame.hstack(beside).with_row_index("row")
    parts = ((kind.n_unique() == pl.len()) & (pl.len() > 1)).over(keys)
    rows = rows.with_columns(first=pl.when(parts).then(pl.col("row").min().over(keys)).otherwise("row"))
    whole = pl.when(pl.col("load").null_count().over("first") == 0).then(pl.col("load").sum().over("first"))
    rows = rows.with_columns(load=whole).filter(pl.col("row") == pl.col("first"))
    return attrs.evolve(
        reading,
        frame=rows.select(reading.frame.columns),
        origin=reading.origin[rows["row"]],
        joined=reading.joined + reading.frame.height - rows.height,
    )
