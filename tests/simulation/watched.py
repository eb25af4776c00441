"""What a watch told, held to what was published while it ran."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
import polars as pl

from energyopti import MarketData
from simulation.truth import DAY, NEVER, Truth

_LATE, _A_LOOK = timedelta(hours=2), timedelta(hours=28)
"""How long after it is out a row, and a change of a row of an earlier day, is told at the latest."""


@attrs.define
class Delivered:
    """The updates of one watch, each with the instant at which it came."""

    feed: str
    began: datetime
    locations: tuple[str, ...] = ()
    updates: list[tuple[datetime, pl.DataFrame]] = attrs.field(factory=list)

    def add(self, at: datetime, update: MarketData) -> None:
        """Note an update."""
        self.updates.append((at, update.frame))


@attrs.frozen(kw_only=True)
class Watched:
    """What became of what was published: lost, told twice, never published so, and how soon it was told."""

    feed: str
    published: int
    lost: int
    uncorrected: int
    twice: int
    wrong: int
    median: timedelta | None
    p99: timedelta | None
    requests: int = 0
    examples: tuple[str, ...] = ()


def compared(
    told: Delivered, truth: Truth, since: datetime, end: datetime, corrections: timedelta
) -> Watched:
    """A watch's updates against the truth from an instant on.

    Lost is a row that was out for hours before the end and never told; uncorrected one whose newer values were not, though they
    got out within ``corrections`` of the row's end, and the watch had the time to look through its day again. Delays are those of first
    versions.
    """
    key, values = truth.key, list(truth.values)
    schema = {"interval_start": pl.Datetime("us", "UTC")}
    frames = [frame.select(*key, *values).with_columns(told=pl.lit(at)) for at, frame in told.updates]
    said = pl.concat(frames) if frames else pl.DataFrame(schema=schema | dict.fromkeys([*key[1:], *values]))
    of = pl.col("location").is_in(list(told.locations)) if told.locations else pl.lit(value=True)
    versions = truth.frame.filter((pl.col("interval_start") >= since) & (pl.col("out") <= end - _LATE) & of)
    if said.is_empty():
        return Watched(
            feed=told.feed,
            published=versions.height,
            lost=versions.height,
            uncorrected=0,
            twice=0,
            wrong=0,
            median=None,
            p99=None,
        )
    doubled = said.filter(said.select(*key, *values).is_duplicated())
    twice = doubled.height - doubled.select(*key, *values).unique().height
    every = truth.frame.filter(pl.col("out") < NEVER)
    first_said = every.group_by(*key, *values).agg(
        pl.col("out", "version").min()
    )  # a value may be published again
    matched = said.join(first_said, on=[*key, *values], how="left")
    wrong = matched.filter(pl.col("out").is_null() | (pl.col("out") > pl.col("told")))
    lost = versions.join(said, on=key, how="anti")
    age = pl.col("out") - pl.col("interval_end")
    looked = pl.when(age < DAY).then(pl.lit(_LATE)).otherwise(pl.lit(_A_LOOK))
    in_time = (age <= pl.lit(corrections)) & (pl.col("out") <= pl.lit(end) - looked)
    newest = versions.filter((pl.col("version") == 1) | in_time).unique(key, keep="last", maintain_order=True)
    uncorrected = newest.filter(pl.col("version") > 1).join(said, on=[*key, *values], how="anti")
    delays = (
        matched.filter((pl.col("out") > told.began) & (pl.col("version") == 1))
        .select(delay=pl.col("told") - pl.col("out"))["delay"]
        .drop_nulls()
    )
    return Watched(
        feed=told.feed,
        published=versions.height,
        lost=lost.height,
        uncorrected=uncorrected.height,
        twice=twice,
        wrong=wrong.height,
        median=delays.median(),  # type: ignore[arg-type]
        p99=delays.quantile(0.99),  # type: ignore[arg-type]
        examples=tuple(
            f"{told.feed} {what}: {frame.sort(key).row(0, named=True)}"
            for what, frame in (
                ("lost", lost),
                ("uncorrected", uncorrected),
                ("twice", doubled),
                ("wrong", wrong),
            )
            if frame.height
        ),
    )
