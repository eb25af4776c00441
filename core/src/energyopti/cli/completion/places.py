"""Places of markets, kept for completion: those that commands have listed, a line each, sorted."""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from energyopti.cli.completion.words import Place

if TYPE_CHECKING:
    import polars as pl


def folder() -> Path:
    """Where completion keeps its lists: in the folder of ENERGYOPTI_HOME, or that of the user's caches."""
    home = os.environ.get("ENERGYOPTI_HOME")
    if home:
        return Path(home).expanduser() / "completion"
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("energyopti")) / "completion"


def words_file(prefix: str) -> Path:
    """The file of all words but places, of the environment with that prefix."""
    return folder() / f"words-{zlib.crc32(os.fsencode(prefix)):08x}.json"


def places_file(market: str, *, sandbox: bool) -> Path:
    """The file of a market's places; of generated data it is another."""
    return folder() / ("places-sandbox" if sandbox else "places") / f"{market}.txt"


def keep_places(market: str, found: pl.DataFrame, *, sandbox: bool) -> None:
    """Keep places that were listed, in columns ``location``, ``location_name`` and ``location_type``.

    It is a convenience: where the file cannot be written, nothing is kept. Raises nothing for that.
    """
    rows = found.select("location", "location_name", "location_type").unique().rows()
    lines = {line for row in rows if (line := _line(*row))}
    write(places_file(market, sandbox=sandbox), sorted(lines))


def _line(place: str, name: str | None, kind: str | None) -> str:
    """Place, name and type between tabs; empty for a place that no shell could take."""
    parts = (place, name or "", kind or "")
    return "\t".join(parts) if place and all(part.isprintable() for part in parts) else ""


def write(file: Path, lines: Iterable[str]) -> None:
    """Replace a file by these lines, whole or not at all; nothing is raised if it cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=file.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            written.writelines(f"{line}\n" for line in lines)
        Path(part).replace(file)
    except OSError:
        return


def listed_places(market: str, *, sandbox: bool) -> Iterator[Place]:
    """The places of a market that were kept; none if there is no list that can be read."""
    try:
        content = places_file(market, sandbox=sandbox).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return
    for line in content.splitlines():
        place, name, kind = (*line.split("\t", 2), "", "")[:3]
        yield Place(place, name, kind)
