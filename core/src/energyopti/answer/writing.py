"""An answer as a file, with what is known of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from energyopti.local_files import check_target, save
from energyopti.output import PARQUET, chosen_format
from energyopti.output.formats import parquet
from energyopti.timezones import iso_utc

if TYPE_CHECKING:
    from energyopti.answer.parts import Shown

KEY = "energyopti"
"""The key of the metadata in Parquet and Arrow: a JSON object."""


def metadata(data: Shown) -> dict[str, str]:
    """What Parquet and Arrow say of an answer: the dataset, units, coverage, findings and sources, as JSON."""
    known = {
        "dataset": data.dataset.name,
        "dataset_version": data.dataset.version,
        "queries": [str(query) for query in data.queries],
        "units": data.units,
        "coverage": {
            "start": iso_utc(data.coverage.start),
            "end": iso_utc(data.coverage.end),
            "complete": data.coverage.complete,
            "missing": [
                {
                    "market": part.market,
                    "start": iso_utc(part.start),
                    "end": iso_utc(part.end),
                    "status": part.status,
                    "reason": part.reason,
                }
                for part in data.coverage.missing
            ],
        },
        "findings": [f"{each.kind}: {each.message}" for each in data.findings],
        "sources": [
            {"chunk": each.chunk, "fetched_at": iso_utc(each.fetched_at), "urls": list(each.urls)}
            for each in data.provenance
        ],
    }
    return {KEY: json.dumps(known)}


def write(data: Shown, path: Path) -> None:
    """Write an answer as its file's name says; the file takes its place when it is whole."""
    form = chosen_format(None, path)
    check_target(path)
    if form is PARQUET:
        save(path, parquet(data.frame, metadata(data)))
    elif form is not None:
        save(path, form.encode(data.frame))
