"""Missing pieces of an answer: OASIS posts a report in pieces, and an answer with some of them looks like any other.

Every answer is checked for what is known to belong in it: anything missing is a gap, so that the answer is not whole
and is requested again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Finding, FindingKind
from energyopti.layouts import Reading
from energyopti.timezones import midnight

if TYPE_CHECKING:
    import polars as pl

    from energyopti_caiso.protocol.oasis import Finish

COMPONENTS = ("lmp", "energy", "congestion", "loss")
"""What every price has: itself, and the components that OASIS lists for every run; greenhouse gas not always."""

_ROUNDED = 0.02
"""How far rounding may take a price from the sum of its components, in USD/MWh."""

_START, _END = "interval_start", "interval_end"


def in_turn(*finishes: Finish) -> Finish:
    """Several completions of a reading, one after another."""

    def finish(reading: Reading, chunk: Chunk) -> Reading:
        for each in finishes:
            reading = each(reading, chunk)
        return reading

    return finish


def awaiting(column: str, words: Sequence[str]) -> Finish:
    """Adds a gap to a reading for each of the words that a column lacks: every answer should have rows for them."""

    def finish(reading: Reading, chunk: Chunk) -> Reading:
        there = set(reading.frame[column].unique())
        lacking = [word for word in words if word not in there]
        return with_gap(reading, chunk, lacking) if lacking else reading

    return finish


def with_gap(reading: Reading, chunk: Chunk, lacking: Sequence[str]) -> Reading:
    """A reading with a gap over all of its time for things that it lacks; an empty reading is returned as it is."""
    if reading.frame.is_empty():
        return reading
    finding = Finding(
        kind=FindingKind.GAP,
        message=f"OASIS has no row for {', '.join(lacking)} there",
        rows=len(lacking) * reading.frame[_START].n_unique(),
        spans=((chunk.start, chunk.end),),
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def with_components(reading: Reading, _: Chunk) -> Reading:
    """A reading of prices with a gap where a price lacks components, or components lack a price."""
    import polars as pl

    lacking = [name for name in COMPONENTS if reading.frame[name].null_count()]
    if not lacking:
        return reading
    in_pieces = reading.frame.filter(pl.any_horizontal(pl.col(name).is_null() for name in lacking))
    finding = Finding(
        kind=FindingKind.GAP,
        message=f"{in_pieces.height} prices are incomplete: OASIS does not have all of their {', '.join(lacking)}",
        rows=in_pieces.height,
        spans=stretches(in_pieces),
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def with_greenhouse_gas(since: date) -> Finish:
    """Adds a gap where a price of a later day needs a greenhouse-gas component to be the sum, and lacks it.

    Where the other components are the whole price nothing is known to be missing: the component is null.
    """

    def finish(reading: Reading, chunk: Chunk) -> Reading:
        import polars as pl

        begins = midnight(since, chunk.zone)
        parts = pl.sum_horizontal("energy", "congestion", "loss", ignore_nulls=False)
        short = reading.frame.filter(
            pl.col("ghg").is_null() & (pl.col(_START) >= begins) & ((pl.col("lmp") - parts).abs() > _ROUNDED)
        )
        if short.is_empty():
            return reading
        finding = Finding(
            kind=FindingKind.GAP,
            message=f"{short.height} prices are incomplete: OASIS does not have their greenhouse-gas component",
            rows=short.height,
            spans=stretches(short),
        )
        return attrs.evolve(reading, findings=(*reading.findings, finding))

    return finish


def stretches(rows: pl.DataFrame) -> tuple[tuple[datetime, datetime], ...]:
    """The time ranges that some rows cover."""
    import polars as pl

    times = rows.select(_START, _END).unique().sort(_START)
    begins = (pl.col(_START) > pl.col(_END).shift(1)).fill_null(value=False)
    numbered = times.group_by(begins.cum_sum().alias("number"), maintain_order=True)
    return tuple(numbered.agg(pl.col(_START).min(), pl.col(_END).max()).drop("number").rows())
