"""Looking locations up: from the names that people use to the identifiers of a market.

A market that has thousands of nodes publishes a list of them; it names the feed that reads it, and the list is
kept on disk for a day.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import polars as pl

from energyopti.errors import UnknownLocation, suggest
from energyopti.planning import fold_location
from energyopti.query import Place
from energyopti.vocabulary import LocationType

KEPT = timedelta(days=1)
_SHOWN = 8


@attrs.frozen(eq=False)
class Directory:
    """A market's locations, by identifier and by name."""

    market: str
    fetched_at: datetime
    _frame: pl.DataFrame = attrs.field(repr=False, alias="frame")

    @classmethod
    def of(cls, market: str, fetched_at: datetime, locations: pl.DataFrame) -> Directory:
        """The directory that rows of the dataset `locations` make."""
        words = (
            pl.col(name)
            .str.strip_chars()
            .str.replace_all(r"\s+", " ")
            .str.to_lowercase()
            .alias(f"{name}_folded")
            for name in ("location", "location_name")
        )
        columns = ("location", "location_name", "location_type", "valid_to")
        return cls(market, fetched_at, locations.select(*columns, *words))

    def find(self, names: Sequence[str], *, now: datetime) -> tuple[Place, ...]:
        """The locations that some names or identifiers mean.

        Raises `UnknownLocation` for a name that means none, or several that are valid: it lists them.
        """
        return tuple(dict.fromkeys(self._one(name, now) for name in names))

    def _one(self, name: str, now: datetime) -> Place:
        word = fold_location(name)
        by_id = self._frame.filter(pl.col("location_folded") == word)
        found = by_id if by_id.height else self._frame.filter(pl.col("location_name_folded") == word)
        valid = found.filter(pl.col("valid_to").is_null() | (pl.col("valid_to") > now))
        found = (valid if valid.height else found).unique("location", maintain_order=True, keep="last")
        if found.height == 1:
            row = found.row(0, named=True)
            return Place(row["location"], row["location_name"], LocationType(row["location_type"]))
        if found.height:
            raise UnknownLocation(
                f"{self.market} has {found.height} locations called {name!r}: {_listed(found)}; say which by its id"
            )
        known = self._frame["location_name"].drop_nulls().unique()
        raise UnknownLocation(f"{self.market} has no location {name!r}.{suggest(name, known)}")

    def save(self, folder: Path) -> None:
        """Keep the directory in a folder; a folder that cannot be written keeps none."""
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
            os.close(handle)
            self._frame.write_ipc(name)
            Path(name).replace(folder / f"{self.market}.arrow")
            stamp = self.fetched_at.timestamp()
            os.utime(folder / f"{self.market}.arrow", (stamp, stamp))

    @classmethod
    def load(cls, market: str, folder: Path) -> Directory | None:
        """The directory that was kept, however old; None where there is none that can be read."""
        file = folder / f"{market}.arrow"
        try:
            fetched_at = datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
            return cls(market, fetched_at, pl.read_ipc(file.read_bytes()))
        except (OSError, pl.exceptions.PolarsError):
            return None


def _listed(found: pl.DataFrame) -> str:
    """Some locations in words."""
    shown = ", ".join(f"{row[0]} ({row[2]})" for row in found.head(_SHOWN).iter_rows())
    return shown + (" ..." if found.height > _SHOWN else "")
