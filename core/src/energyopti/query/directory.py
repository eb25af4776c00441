"""Look up locations: from the names that people use to the identifiers of a market.

A market with thousands of nodes publishes a list of them. The market declares the feed that reads the list, and the
list is kept on disk for a day.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import attrs
import polars as pl

from energyopti.errors import UnknownLocation
from energyopti.folding import fold_location, folded_locations
from energyopti.query import Place
from energyopti.suggestions import advice
from energyopti.vocabulary import LocationType

_SHOWN = 8
_EVER = datetime.max.replace(tzinfo=UTC)
_KNOWN = ("location", "location_name", "location_type", "valid_to")
_FOLDED = ("location_folded", "location_name_folded")
_DIGEST = hashlib.sha256().digest_size


@attrs.frozen(eq=False)
class Directory:
    """A market's locations, by identifier and by name; each result is remembered until its validity ends."""

    market: str
    fetched_at: datetime
    _frame: pl.DataFrame = attrs.field(repr=False, alias="frame")
    _found: dict[str, tuple[Place, datetime]] = attrs.field(init=False, factory=dict, repr=False)

    @classmethod
    def of(cls, market: str, fetched_at: datetime, locations: pl.DataFrame) -> Directory:
        """The directory made from rows of the dataset `locations`."""
        words = (
            folded_locations(pl.col(name)).alias(f"{name}_folded") for name in ("location", "location_name")
        )
        return cls(market, fetched_at, locations.select(*_KNOWN, *words))

    def find(self, names: Sequence[str], *, now: datetime) -> tuple[Place, ...]:
        """The locations that some names or identifiers mean.

        Raises `UnknownLocation` for a name that means none, or more than one that is valid; the error lists them.
        """
        places = [self._known(name, now) for name in names]
        return tuple({place.location: place for place in places}.values())

    def _known(self, name: str, now: datetime) -> Place:
        place, until = self._found.get(name, (None, now))
        if place is None or until <= now:
            place, until = self._found[name] = self._one(name, now)
        return place

    def _one(self, name: str, now: datetime) -> tuple[Place, datetime]:
        """The location that a name means, and until when that is certain."""
        word = fold_location(name)
        by_id = self._frame.filter(pl.col("location_folded") == word)
        found = by_id if by_id.height else self._frame.filter(pl.col("location_name_folded") == word)
        valid = found.filter(pl.col("valid_to").is_null() | (pl.col("valid_to") > now))
        found = (valid if valid.height else found).unique("location", maintain_order=True, keep="last")
        if found.height == 1:
            row = found.row(0, named=True)
            kind = row["location_type"]
            until: datetime = min(valid["valid_to"].drop_nulls().to_list(), default=_EVER)
            place = Place(row["location"], row["location_name"], None if kind is None else LocationType(kind))
            return place, until
        if found.height:
            raise UnknownLocation(
                f"{found.height} locations called {name!r}: {_listed(found)}",
                do="give the id of one",
                market=self.market,
            )
        known = self._frame["location_name"].fill_null(self._frame["location"])
        near, do = advice(name, known)
        raise UnknownLocation(f"no location {name!r}", location=name, near=near, do=do, market=self.market)

    def save(self, folder: Path) -> None:
        """Save the directory in a folder, if the folder can be written."""
        content = io.BytesIO()
        self._frame.write_ipc(content)
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
            with os.fdopen(handle, "wb") as part:
                part.write(hashlib.sha256(content.getbuffer()).digest())
                part.write(content.getbuffer())
            Path(name).replace(folder / f"{self.market}.arrow")
            stamp = self.fetched_at.timestamp()
            os.utime(folder / f"{self.market}.arrow", (stamp, stamp))

    @classmethod
    def load(cls, market: str, folder: Path) -> Directory | None:
        """The saved directory, however old; None if there is none that can be read.

        The file begins with a hash of the rest: polars may crash the whole process on damaged Arrow data.
        """
        file = folder / f"{market}.arrow"
        try:
            fetched_at = datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
            kept = file.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(kept[_DIGEST:]).digest() != kept[:_DIGEST]:
            return None
        frame = pl.read_ipc(kept[_DIGEST:])
        return cls(market, fetched_at, frame) if frame.columns == [*_KNOWN, *_FOLDED] else None


def _listed(found: pl.DataFrame) -> str:
    """The first few locations with their types, in words."""
    shown = ", ".join(f"{row[0]} ({row[2]})" for row in found.head(_SHOWN).iter_rows())
    return shown + (" ..." if found.height > _SHOWN else "")
