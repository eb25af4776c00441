"""Layouts whose rows can only be interpreted together: changed interval lengths, rows of another kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from energyopti import Finding, FindingKind
from energyopti.layouts import JsonLayout, Layout, Reading, fold

_UNIT = "unit"
_SERIES = ("location", "product_native")

Correct = Callable[[Reading], Reading]
"""Corrects a payload's rows after they are read."""


@attrs.frozen(kw_only=True)
class CorrectedLayout(JsonLayout):
    """Rows of Data Miner, in any of their forms, with a correction applied after reading."""

    correct: Correct

    def read(self, payload: bytes) -> Reading:
        """The payload's rows, corrected; raises `SchemaDrift`, and nothing else."""
        return self.correct(super().read(payload))


def corrected(layout: Layout, correct: Correct) -> CorrectedLayout:
    """The same layout, with its rows corrected."""
    given = {each.name: getattr(layout, each.name) for each in attrs.fields(type(layout))}
    return CorrectedLayout(**given, correct=correct)


@attrs.frozen(kw_only=True)
class EitherLayout(JsonLayout):
    """Rows of Data Miner, in any of their forms, read by another layout if they lack a column."""

    column: str
    instead: Layout

    def read(self, payload: bytes) -> Reading:
        """The payload's rows, by the layout that fits; raises `SchemaDrift`, and nothing else."""
        reading = super().read(payload)
        there = any(fold(name) == self.column for name in reading.raw.columns)
        return reading if there else self.instead.read(payload)


def unless_without(column: str, layout: Layout, instead: Layout) -> EitherLayout:
    """A layout, replaced by another for rows that lack a column."""
    given = {each.name: getattr(layout, each.name) for each in attrs.fields(type(layout))}
    return EitherLayout(**given, column=column, instead=instead)


def once(longer: timedelta, *, before: datetime | None = None) -> Correct:
    """Give rows the longer interval that a feed once had, wherever its stamps are that far apart.

    From ``before`` on, if given, stamps that far apart have a hole between them.

    The rows do not give the length of their intervals, and the day on which it changed is not known for sure. A stamp
    whose neighbors of the same series, before and after, are both at least that far away counts as that long; any other
    keeps the length it was read with.
    """

    def correct(reading: Reading) -> Reading:
        import polars as pl

        series = [name for name in _SERIES if name in reading.frame.columns]
        start = pl.col("interval_start")
        stamps = reading.frame.select("interval_start", *series).unique().sort(*series, "interval_start")
        step = start.diff()
        nearest = pl.min_horizontal(step, step.shift(-1))
        nearest = nearest.over(series) if series else nearest
        alone = stamps.filter(nearest >= longer).with_columns(end=start + longer)
        alone = alone if before is None else alone.filter(start < before)
        frame = reading.frame.join(
            alone, on=["interval_start", *series], how="left", nulls_equal=True, maintain_order="left"
        )
        end = pl.coalesce("end", "interval_end").alias("interval_end")
        return attrs.evolve(reading, frame=frame.with_columns(end).drop("end"))

    return correct


def only_prices(reading: Reading) -> Reading:
    """The rows whose ``unit`` is a price; a finding counts the others, such as ratios, which stay raw."""
    import polars as pl

    (header,) = (name for name in reading.raw.columns if fold(name) == _UNIT)
    unit = reading.raw[header].cast(pl.String).gather(reading.origin).str.strip_chars().str.to_lowercase()
    mask = (unit == "price").fill_null(value=True)
    if mask.all():
        return reading
    others = int((~mask).sum())
    words = ", ".join(sorted(map(repr, unit.filter(~mask).unique())))
    finding = Finding(
        kind=FindingKind.UNKNOWN_WORD,
        message=f"{others} rows are not prices, their unit is {words}: they are only in the raw columns",
        rows=others,
        accounts=True,
        column=header,
    )
    return attrs.evolve(
        reading,
        frame=reading.frame.filter(mask),
        origin=reading.origin.filter(mask),
        findings=(*reading.findings, finding),
    )
