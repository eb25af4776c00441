"""The source's own columns of a chunk, at hand or read when they are asked for."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Sequence
from functools import cached_property

import attrs
import polars as pl

from energyopti.errors import UnsupportedQuery
from energyopti.findings import FindingKind
from energyopti.layouts.reading import RECORD, LeftOut, joined_raw


@attrs.frozen(eq=False)
class RawRows:
    """The source's own columns of some rows, one row per payload row.

    ``origin`` (UInt32) gives, for each row of the frame, the row of ``raw`` that it was read from. ``left_out`` are rows
    that are not in the frame, with the reason.
    """

    raw: pl.DataFrame
    origin: pl.Series
    left_out: tuple[LeftOut, ...] = ()

    @cached_property
    def bytes(self) -> int:
        """About how many bytes of memory they take."""
        others = sum(each.raw.estimated_size() + each.frame.estimated_size() for each in self.left_out)
        return int(self.raw.estimated_size() + self.origin.estimated_size() + others)

    @classmethod
    def none(cls) -> RawRows:
        """Those of no rows."""
        return cls(pl.DataFrame(), pl.Series("origin", [], dtype=pl.UInt32))

    @classmethod
    def concat(cls, several: Sequence[RawRows]) -> RawRows:
        """The raw rows of several frames, one after the other."""
        raw, origin = joined_raw([(each.raw, each.origin) for each in several])
        return cls(raw, origin, tuple(rows for each in several for rows in each.left_out))

    def loaded(self) -> RawRows:
        """The rows themselves."""
        return self

    def of(self, rows: pl.Series) -> RawRows:
        """Those of some rows of the frame only, by their numbers; what was left out stays."""
        origin = self.origin.gather(rows)
        if RECORD in self.raw.columns:  # several raw rows make one: they keep their numbers
            return RawRows(self.raw, origin, self.left_out)
        chosen = origin.unique(maintain_order=True)
        numbers = pl.int_range(len(chosen), dtype=pl.UInt32, eager=True)
        return RawRows(self.raw[chosen], origin.replace_strict(chosen, numbers), self.left_out)


@attrs.frozen(eq=False)
class StoredRows:
    """The same, still in a store; ``rows`` are the numbers of the frame's rows, counted from ``first`` (None: all)."""

    load: Callable[[], RawRows]
    rows: pl.Series | None = None
    first: int = 0
    bytes: int = 0

    def loaded(self) -> RawRows:
        """The rows, read now."""
        found = self.load()
        return found if self.rows is None else found.of(self.rows - self.first)

    def of(self, rows: pl.Series) -> StoredRows:
        """Those of some rows of the frame only, by their numbers."""
        return StoredRows(self.load, rows if self.rows is None else self.rows.gather(rows), self.first)


def apart(rows: RawRows) -> StoredRows:
    """The same rows in memory of their own, packed: as they are, a few of them keep all of their document in memory."""
    parts = pack(rows)
    return StoredRows(functools.partial(unpack, parts), bytes=sum(map(len, parts)))


@attrs.frozen(eq=False)
class NoRows:
    """The same, not kept: of a long range nobody asked for them."""

    bytes: int = 0

    def loaded(self) -> RawRows:
        """Raises `UnsupportedQuery`."""
        raise UnsupportedQuery(
            "the source's own columns of so long a range are not kept", do="ask for them with raw=True"
        )

    def of(self, _: pl.Series) -> NoRows:
        """Those of some rows are not kept either."""
        return self


def pack(rows: RawRows) -> tuple[bytes, ...]:
    """Raw rows as bytes: the rows, which of them each row of the frame is from, and those that were left out."""
    frames = [rows.raw, rows.origin.rename("origin").to_frame()]
    parts = [_packed(frame) for frame in frames]
    for each in rows.left_out:
        parts += [str(each.kind).encode(), _packed(each.raw), _packed(each.frame)]
    return tuple(parts)


def unpack(parts: Sequence[bytes]) -> RawRows:
    """Raw rows out of their bytes."""
    raw, origin, *others = parts
    left_out = [
        LeftOut(FindingKind(kind.decode()), _unpacked(own), _unpacked(frame))
        for kind, own, frame in zip(others[::3], others[1::3], others[2::3], strict=True)
    ]
    return RawRows(_unpacked(raw), _unpacked(origin)["origin"], tuple(left_out))


def _packed(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_ipc(stream, compression="zstd")
    return stream.getvalue()


def _unpacked(content: bytes) -> pl.DataFrame:
    return pl.read_ipc(io.BytesIO(content))
