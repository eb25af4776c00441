"""An answer as a file, with what is known of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from energyopti.local_files import check_target, save
from energyopti.output import PARQUET, chosen_format
from energyopti.output.formats import parquet
from energyopti.timezones import iso_utc

if TYPE_CHECKING:
    import polars as pl

    from energyopti.answer.parts import CoveragePart, Shown
    from energyopti.output import Format

KEY = "energyopti"
"""The key of the metadata in Parquet and Arrow: a JSON object."""


@attrs.define
class Described:
    """What is known of an answer, or of one that comes in parts, once all of them are there."""

    first: Shown | None = None
    end: datetime | None = None
    missing: list[CoveragePart] = attrs.field(factory=list)
    findings: list[str] = attrs.field(factory=list)
    sources: dict[str, dict[str, object]] = attrs.field(factory=dict)

    def add(self, part: Shown) -> None:
        """Add a part, which follows the others in time."""
        self.first, self.end = self.first or part, part.coverage.end
        self.missing.extend(part.coverage.missing)
        self.findings.extend(f"{each.kind}: {each.message}" for each in part.findings)
        for each in part.provenance:
            said: dict[str, object] = {
                "chunk": each.chunk,
                "fetched_at": iso_utc(each.fetched_at),
                "urls": list(each.urls),
            }
            self.sources[each.chunk] = said

    def metadata(self) -> dict[str, str]:
        """What Parquet and Arrow say of it: the dataset, units, coverage, findings and sources, as JSON."""
        data = self.first
        if data is None or self.end is None:
            return {}
        known = {
            "dataset": data.dataset.name,
            "dataset_version": data.dataset.version,
            "queries": [str(query) for query in data.queries],
            "units": data.units,
            "coverage": {
                "start": iso_utc(data.coverage.start),
                "end": iso_utc(self.end),
                "complete": not self.missing,
                "missing": [
                    {
                        "market": part.market,
                        "start": iso_utc(part.start),
                        "end": iso_utc(part.end),
                        "status": part.status,
                        "reason": part.reason,
                    }
                    for part in self.missing
                ],
            },
            "findings": self.findings,
            "sources": list(self.sources.values()),
        }
        return {KEY: json.dumps(known)}


def metadata(data: Shown) -> dict[str, str]:
    """What Parquet and Arrow say of an answer."""
    described = Described()
    described.add(data)
    return described.metadata()


def encoded(data: Shown, frame: pl.DataFrame, form: Format) -> Iterable[bytes]:
    """An answer's rows in a format, with what is known of it where the format has room for that."""
    return parquet(frame, metadata(data)) if form is PARQUET else form.encode(frame)


def write(data: Shown, path: Path) -> None:
    """Write an answer as its file's name says; the file takes its place when it is whole."""
    form = chosen_format(None, path)
    check_target(path)
    if form is not None:
        save(path, encoded(data, data.frame, form))
