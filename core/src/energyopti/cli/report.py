"""What is said about an answer on standard error: how many rows, from where, what was found, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from energyopti.cli.output import say
from energyopti.timezones import iso_utc

if TYPE_CHECKING:
    from energyopti.answer.result import CoveragePart, MarketData
    from energyopti.findings import Finding
    from energyopti.market import Terms
    from energyopti.query import TimeRange

_FINDINGS_SHOWN = 20
_HERE = {"source", "memory"}


@attrs.define
class Report:
    """What is to be said about an answer, or about one that comes in several parts."""

    title: str = ""
    rows: int = 0
    time: TimeRange | None = None
    sources: dict[str, None] = attrs.field(factory=dict)
    stores: dict[str, None] = attrs.field(factory=dict)
    chunks: int = 0
    stored: int = 0
    findings: list[Finding] = attrs.field(factory=list)
    missing: list[CoveragePart] = attrs.field(factory=list)
    terms: dict[str, Terms] = attrs.field(factory=dict)

    @classmethod
    def of(cls, result: MarketData) -> Report:
        """The report of one answer."""
        report = cls()
        report.add(result)
        return report

    def add(self, result: MarketData) -> None:
        """Add a part, which follows the others in time."""
        from energyopti.query import TimeRange

        time = TimeRange(result.coverage.start, result.coverage.end)
        self.time = time if self.time is None else attrs.evolve(self.time, end=time.end)
        self.title = title(result)
        self.rows += len(result)
        self.terms |= result.terms
        self.findings.extend(result.findings)
        self.missing.extend(result.coverage.missing)
        for part in result.provenance:
            self.sources[f"{part.host} ({part.feed_source})"] = None
            self.chunks += 1
            if part.kept_in not in _HERE:
                self.stored += 1
                self.stores[part.kept_in] = None

    def say(self, output: Path | None, *, source: str | None = None) -> None:
        """Say it; ``output`` is the file that the rows went to."""
        say(self._summary(source) + (f", written to {output}" if output else ""))
        if output is not None:
            say_terms(self.terms)
        say_findings(self.findings)
        said = "\n".join(finding.message for finding in self.findings)
        for part in self.missing:
            if part.reason not in said:
                where = f"{part.market}: " if part.market else ""
                say(f"{where}{part.status}: {iso_utc(part.start)} to {iso_utc(part.end)}: {part.reason}")

    def _summary(self, source: str | None) -> str:
        """``24 rows of nyiso/pal, ... , from mis (monthly archive), kept in the lake``."""
        return (
            f"{self.rows:,} {'row' if self.rows == 1 else 'rows'} of {self.title}, {self.time}, "
            f"from {source or ' and '.join(self.sources) or 'no source'}{self._kept()}"
        )

    def _kept(self) -> str:
        """Where it was kept, if not all of it was fetched now."""
        if not self.stored:
            return ""
        part = "" if self.stored == self.chunks else "part of it "
        return f", {part}kept in the {' and '.join(self.stores)}"


def title(result: MarketData) -> str:
    """``nyiso/pal``; for several markets ``nyiso/pal, pjm/inst_load``."""
    return ", ".join(f"{query.market.id}/{query.feed.name}" for query in result.queries)


def say_terms(terms: Mapping[str, Terms]) -> None:
    """Say what users must know before they publish a market's data."""
    for market, each in terms.items():
        if each.note:
            say(f"{market}: {each}")


def say_findings(findings: Sequence[Finding]) -> None:
    """Report the first findings, and how many more there are."""
    for finding in findings[:_FINDINGS_SHOWN]:
        say(f"{finding.kind}: {finding.line}")
    more = len(findings) - _FINDINGS_SHOWN
    if more > 0:
        say(f"... and {more} more findings")
