"""The result of one analysis of a desk: its tables, and what was found on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import polars as pl

from energyopti.analysis.tables import as_table
from energyopti.answer.result import MarketData
from energyopti.errors import UnsupportedQuery, suggest
from energyopti.findings import Finding, FindingKind
from energyopti.schema import Dataset
from energyopti.store import ChunkProvenance

Rows = MarketData | pl.DataFrame
"""What an analysis is made of: the answer to a query, or a frame with ``interval_start`` and ``interval_end`` in UTC."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DeskAnalysis:
    """One analysis, such as a basis or a battery: tables by name, findings, and the provenance of the data.

    The tables are polars DataFrames; `energyopti.analysis.DESK_TABLES` has their columns, units and keys, and
    docs/analysis.md the formulas. ``findings`` are those of the data, then what the analysis left out and why.
    """

    tables: Mapping[str, pl.DataFrame]
    findings: tuple[Finding, ...] = ()
    provenance: tuple[ChunkProvenance, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its tables."""
        return tuple(self.tables)

    def table(self, name: str) -> pl.DataFrame:
        """The table of that name; raises `UnsupportedQuery` for any other name."""
        if name not in self.tables:
            raise UnsupportedQuery(f"the analysis has no table {name!r}", do=suggest(name, self.tables))
        return self.tables[name]

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name}: {frame.height:,} rows" for name, frame in self.tables.items())
        first = next(iter(self.tables.values()), pl.DataFrame())
        return f"DeskAnalysis({sizes}; {len(self.findings)} findings)\n{first}"

    def _repr_html_(self) -> str:
        from energyopti.analysis.page import desk_page

        return desk_page(self.tables, self.findings, self.provenance)


def result(
    tables: Mapping[Dataset, pl.DataFrame], sources: Sequence[object], *found: Finding | None
) -> DeskAnalysis:
    """The analysis with these tables, made of these sources: the answers among them give findings and provenance."""
    data = list({id(each): each for each in sources if isinstance(each, MarketData)}.values())
    of_data = [finding for each in data for finding in each.findings]
    return DeskAnalysis(
        tables={table.name: as_table(frame, table) for table, frame in tables.items()},
        findings=(*of_data, *(each for each in found if each is not None)),
        provenance=tuple(part for each in data for part in each.provenance),
    )


def left_out(message: str, rows: int) -> Finding | None:
    """A finding that counts rows that are in no figure, if there are any; ``{}`` in the message is their number."""
    if not rows:
        return None
    return Finding(kind=FindingKind.LEFT_OUT, message=message.format(f"{rows:,}"), rows=rows)
