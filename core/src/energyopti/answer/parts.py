"""What an answer covers, part by part; and what of an answer people are shown."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Protocol

import attrs
import polars as pl

from energyopti.findings import Finding
from energyopti.query import ResolvedQuery
from energyopti.schema import Dataset
from energyopti.store import ChunkProvenance


class CoverageStatus(enum.StrEnum):
    """The state of one part of the queried range."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    NOT_PUBLISHED = "not_published"
    MISSING = "missing"
    NOT_KEPT = "not_kept"
    FAILED = "failed"


@attrs.frozen(kw_only=True)
class CoveragePart:
    """One part of the queried range: a half-open UTC span, and why it is not complete.

    ``market`` is its market if several were asked.
    """

    start: datetime
    end: datetime
    status: CoverageStatus
    reason: str = ""
    rows: int = 0
    market: str | None = None


@attrs.frozen(kw_only=True)
class Coverage:
    """What was asked for and what arrived, part by part in time order."""

    start: datetime
    end: datetime
    parts: tuple[CoveragePart, ...]

    @property
    def complete(self) -> bool:
        """Whether all parts are complete."""
        return all(part.status is CoverageStatus.COMPLETE for part in self.parts)

    @property
    def missing(self) -> tuple[CoveragePart, ...]:
        """The parts that are missing or incomplete."""
        return tuple(part for part in self.parts if part.status is not CoverageStatus.COMPLETE)


class Shown(Protocol):
    """An answer, as pages, charts and files need it."""

    @property
    def queries(self) -> tuple[ResolvedQuery, ...]:
        """The queries it answers, one per market."""

    @property
    def frame(self) -> pl.DataFrame:
        """Its rows."""

    @property
    def columns(self) -> list[str]:
        """The names of their columns."""

    @property
    def dataset(self) -> Dataset:
        """Their dataset."""

    @property
    def units(self) -> dict[str, str]:
        """The unit of each column that has one."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found."""

    @property
    def provenance(self) -> tuple[ChunkProvenance, ...]:
        """Where it came from."""

    @property
    def coverage(self) -> Coverage:
        """What was asked for and what arrived."""

    @property
    def stale(self) -> bool:
        """Whether any part should have been fetched again, but could not be."""
