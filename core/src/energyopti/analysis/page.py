"""Analyses as a notebook shows them: their figures with units, the rest folded away. They load nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import polars as pl

from energyopti.analysis.desk_tables import DESK_TABLES
from energyopti.analysis.tables import TABLES
from energyopti.answer.html import counted, folded, table, whole
from energyopti.answer.page import sources

if TYPE_CHECKING:
    from energyopti.findings import Finding
    from energyopti.schema import Dataset
    from energyopti.store import ChunkProvenance

SUMMARY = (
    *("hours", "missing_hours", "mean", "median", "standard_deviation", "minimum", "maximum"),
    *("negative_hours", "onpeak_mean", "offpeak_mean"),
)
"""The statistics that are shown first."""


def summary(markets: pl.DataFrame, statistics: pl.DataFrame) -> pl.DataFrame:
    """One row a market: its place, and the statistics that are looked at first."""
    places = markets.select("market", pl.coalesce("location_name", "location").alias("location"))
    figures = statistics.select("market", *SUMMARY)
    return places.join(figures, on="market", how="left", maintain_order="left")


def comparison_page(
    title: str,
    tables: Mapping[str, pl.DataFrame],
    findings: Sequence[Finding],
    provenance: Sequence[ChunkProvenance],
) -> str:
    """A comparison of markets as HTML."""
    sizes = (f"{name}: {counted(frame.height, 'row')}" for name, frame in tables.items())
    pairs = tables["pairs"]
    return whole(
        [
            f"<div><b>{escape(title)}</b></div>",
            table(summary(tables["markets"], tables["statistics"]), _units(TABLES["statistics"])),
            table(pairs, _units(TABLES["pairs"])) if pairs.height else "",
            folded(f"tables: {', '.join(tables)}", sizes),
            _findings(findings),
            sources(provenance),
        ]
    )


def desk_page(
    tables: Mapping[str, pl.DataFrame], findings: Sequence[Finding], provenance: Sequence[ChunkProvenance]
) -> str:
    """One analysis of a desk as HTML: each of its tables."""
    parts = [
        f"<div><b>{escape(name)}</b></div>{table(frame, _units(DESK_TABLES[name]))}"
        for name, frame in tables.items()
    ]
    return whole([*parts, _findings(findings), sources(provenance)])


def _units(dataset: Dataset) -> Mapping[str, str]:
    return {column.name: column.unit or "" for column in dataset.columns}


def _findings(found: Sequence[Finding]) -> str:
    return folded(counted(len(found), "finding"), (f"{each.kind}: {each.line}" for each in found))
