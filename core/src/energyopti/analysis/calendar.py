"""The calendar of each market in a comparison: the clock of its days and months, and the blocks of its hours."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import attrs
import polars as pl

from energyopti.analysis.tables import Peak
from energyopti.blocks import Block
from energyopti.errors import UnsupportedQuery, suggest
from energyopti.findings import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from energyopti.market import Market

_COMMON, _CENTRAL = Block.traded("5x16", first=7, last=22), "America/Chicago"
"""The common blocks and their clock: the same hours as 5x16 of hours ending 08 to 23 Eastern."""

_ALL, _REST = "7x24", "offpeak"


class BlockChoice(StrEnum):
    """Which hours of a comparison are on-peak: those of each market's own block, or the same UTC hours for all."""

    OWN = "own"
    COMMON_5X16 = "common_5x16"

    @classmethod
    def of(cls, text: str) -> BlockChoice:
        """The choice of that name; raises `UnsupportedQuery` for any other."""
        if text not in set(cls):
            raise UnsupportedQuery(
                f"markets cannot be compared by block {text!r}",
                do=suggest(text, [each.value for each in cls]),
            )
        return cls(text)


@attrs.frozen(kw_only=True)
class Calendar:
    """One market's calendar: ``zone`` is the clock of its days, ``block_zone`` that of its blocks.

    ``prefix`` sets the names of common blocks apart. ``undeclared`` is whether they stand in for a market's own.
    """

    zone: str
    blocks: tuple[Block, ...]
    block_zone: str
    prefix: str = ""
    undeclared: bool = False

    @classmethod
    def of(cls, market: Market, *, block: BlockChoice, tz: str | None) -> Calendar:
        """The calendar of a market: its own, or on the clock of ``tz`` if that is given.

        ``tz`` does not move blocks: a market's own are on its own clock, the common ones on Central.
        """
        own, days = block is BlockChoice.OWN, tz or market.zone
        if own and market.onpeak is not None:
            return cls(zone=days, blocks=market.blocks, block_zone=market.zone)
        return cls(zone=days, blocks=_COMMON, block_zone=_CENTRAL, prefix="common_", undeclared=own)

    @property
    def _onpeak(self) -> Block:
        return next(block for block in self.blocks if block.onpeak)

    @property
    def onpeak(self) -> str:
        """The name of the on-peak block."""
        return f"{self.prefix}{self._onpeak}"

    @property
    def onpeak_hours(self) -> str:
        """The hours of the on-peak block on any of its days: ``HE08-23 America/New_York``."""
        first, last = self._onpeak.daytime
        return f"HE{first:02}-{last:02} {self.block_zone}"

    def peak(self) -> pl.Expr:
        """Whether the hour at ``interval_start`` is on-peak."""
        onpeak = self._onpeak.covers(self.block_zone)
        return pl.when(onpeak).then(pl.lit(Peak.ONPEAK.value)).otherwise(pl.lit(Peak.OFFPEAK.value))

    def block(self) -> pl.Expr:
        """The block of the hour at ``interval_start``: the first that has it, except the one of all hours."""
        return pl.coalesce(pl.when(inside).then(pl.lit(name)) for name, inside in self._parts().items())

    def members(self) -> Mapping[str, pl.Expr]:
        """The blocks by name, each as whether it has the hour at ``interval_start``: off-peak and all hours come last."""
        onpeak = self._onpeak.covers(self.block_zone)
        return self._parts() | {
            f"{self.prefix}{_REST}": ~onpeak,
            _ALL: pl.col("interval_start").is_not_null(),
        }

    def _parts(self) -> dict[str, pl.Expr]:
        return {
            f"{self.prefix}{block}": block.covers(self.block_zone)
            for block in self.blocks
            if block.name != _ALL
        }

    def findings(self, market: str) -> tuple[Finding, ...]:
        """A finding if the common block stands in for one that the market does not declare."""
        if not self.undeclared:
            return ()
        message = f"{market} declares no on-peak block: {self.onpeak} is used, {self.onpeak_hours}"
        return (Finding(kind=FindingKind.NO_BLOCK, message=message),)
