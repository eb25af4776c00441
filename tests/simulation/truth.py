"""The truth: every version of every row, and the instant at which each got out. No code of the product reads here."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import attrs
import polars as pl

from simulation.schedules import (
    Corrected,
    Cut,
    EachInterval,
    Late,
    Lost,
    PostedEmpty,
    Published,
    Release,
    Runs,
    Trouble,
    Verified,
    WholeDay,
    Withheld,
)

DAY = timedelta(days=1)
NEVER = datetime(2100, 1, 1, tzinfo=UTC)
_TIME = pl.Datetime("us", "UTC")
VALUES = {
    "lmp": ("lmp", "energy", "congestion", "loss"),
    "load": ("load",),
    "load_forecast": ("load",),
    "fuel_mix": ("generation",),
}
"""The columns of a dataset that are compared."""


def mixed(*parts: pl.Expr | int) -> pl.Expr:
    """A number from 0 to some 2e9 that depends on all of the parts."""
    total = pl.lit(17, dtype=pl.Int64)
    for part in parts:
        each = pl.lit(part, dtype=pl.Int64) if isinstance(part, int) else part.cast(pl.Int64)
        total = ((total * 69_621 + each % 2_147_483_647) % 2_147_483_647 * 48_271) % 2_147_483_647
    return total


def local_midnight(day: date, zone: str) -> datetime:
    """The instant at which a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@attrs.frozen(eq=False)
class Page:
    """All versions of the rows of one document (a feed's local day), with the instants at which it changes."""

    day: date
    frame: pl.DataFrame
    opened: datetime

    @cached_property
    def changes(self) -> list[datetime]:
        """When the document changes: first when it is opened."""
        outs = self.frame["out"].filter(self.frame["out"] < NEVER).unique().to_list()
        return sorted({*outs, self.opened})

    def state(self, at: datetime) -> int:
        """How often the document has changed by an instant; 0 before there is one."""
        return bisect.bisect_right(self.changes, at)

    def modified(self, at: datetime) -> datetime:
        """When the document was last changed."""
        return self.changes[self.state(at) - 1]

    def without_superseded(self, at: datetime) -> pl.DataFrame:
        """The rows that the document has at an instant."""
        return self.frame.filter(self.mask(at))

    def mask(self, at: datetime) -> pl.Series:
        """Which of all versions stand at an instant."""
        out = self.frame["out"] <= at
        return out & ~(out.shift(-1, fill_value=False) & self._same_as_next)

    @cached_property
    def _same_as_next(self) -> pl.Series:
        version = self.frame["version"]
        return version.shift(-1, fill_value=0) > version


@attrs.frozen(eq=False)
class Truth:
    """All that is ever published of one feed."""

    published: Published
    dataset: str
    frame: pl.DataFrame
    pages: Mapping[date, Page]

    @property
    def key(self) -> list[str]:
        """What tells rows of a time apart."""
        return ["interval_start", "location"]

    @property
    def values(self) -> tuple[str, ...]:
        """The columns that are compared."""
        return self.published.values or VALUES[self.dataset]

    def within(self, start: datetime, end: datetime, locations: Sequence[str] = ()) -> pl.DataFrame:
        """Every version of the rows that begin in a time."""
        starts = self.frame["interval_start"]
        low, high = starts.search_sorted(start), starts.search_sorted(end)
        found = self.frame[low:high]
        return found.filter(pl.col("location").is_in(list(locations))) if locations else found

    def outs(self, start: datetime, end: datetime) -> list[datetime]:
        """The instants in a time at which anything gets out."""
        found = self.frame["out"].filter((self.frame["out"] >= start) & (self.frame["out"] < end))
        return sorted(found.unique().to_list())


def made(
    published: Published,
    dataset: str,
    zone: str,
    days: Sequence[date],
    dealt: Mapping[date, tuple[Trouble, ...]],
    seed: int,
) -> Truth:
    """The truth of a feed for some days, each with the troubles that were dealt to it."""
    numbers = {name: number for number, name in enumerate(sorted(published.locations))}
    salt = sum(ord(letter) * (place + 1) for place, letter in enumerate(published.feed)) + 1_000 * seed
    opened = {}
    parts = _released(published, zone, days, numbers, salt).partition_by(
        "day", as_dict=True, maintain_order=True
    )
    for (day,), part in parts.items():
        assert isinstance(day, date)
        bounds = local_midnight(day, zone), local_midnight(day + DAY, zone)
        parts[day,], opened[day] = _troubled(part, dealt.get(day, ()), *bounds)
    whole = pl.concat(parts.values())
    figures = "figures" if "figures" in whole.columns else "version"
    whole = whole.with_columns(**_values(dataset, salt, figures))
    whole = whole.sort("day", "interval_start", "location", "version")
    found = whole.partition_by("day", as_dict=True, maintain_order=True)
    pages = {day: Page(day, found[day,], opened[day]) for day in days}
    return Truth(published, dataset, whole.sort("interval_start", "location", "out", "version"), pages)


def _released(
    published: Published, zone: str, days: Sequence[date], numbers: Mapping[str, int], salt: int
) -> pl.DataFrame:
    """The first version of all days' documents."""
    release, step = published.release, published.step
    times = _times(release, step, zone, days)
    beside = published.offset + (step if published.closes_at_midnight else timedelta())
    times = times.with_columns(pl.col("interval_start") + beside)
    places = pl.DataFrame({"location": list(numbers), "place": list(numbers.values())})
    frame = times.join(places, how="cross", maintain_order="left_right").with_columns(
        interval_end=pl.col("interval_start") + step, version=pl.lit(1, dtype=pl.Int64)
    )
    if isinstance(release, EachInterval):
        jitter = mixed(pl.col("interval_start").dt.epoch("s"), salt) % max(
            1, int(release.jitter.total_seconds())
        )
        since = "interval_start" if release.reading else "interval_end"
        return frame.with_columns(out=pl.col(since) + release.after + pl.duration(seconds=jitter))
    if isinstance(release, WholeDay):
        outs = {day: _on_time(release, zone, day, salt) for day in days}
        out = pl.col("day").replace_strict(list(outs), list(outs.values()), return_dtype=_TIME)
        return frame.with_columns(out=out)
    if isinstance(release, Verified):
        outs = {day: _on_time(release.then, zone, day, salt, weekdays=release.weekdays) for day in days}
        out = pl.col("day").replace_strict(list(outs), list(outs.values()), return_dtype=_TIME)
        first = _released(attrs.evolve(published, release=release.first), zone, days, numbers, salt)
        changed = (mixed(pl.col("interval_start").dt.epoch("s"), pl.col("place"), salt) % 10 < 3).cast(
            pl.Int64
        )
        then = first.with_columns(out=out, version=pl.lit(2, dtype=pl.Int64), figures=changed + 1)
        return pl.concat([first.with_columns(figures="version"), then])
    bounds = {
        name: pl.col("day").replace_strict(
            list(days), [local_midnight(day + beside, zone) for day in days], return_dtype=_TIME
        )
        for name, beside in (("first", timedelta()), ("after", DAY))
    }
    return _runs(frame.with_columns(**bounds), release).drop("first", "after")


def _times(release: Release, step: timedelta, zone: str, days: Sequence[date]) -> pl.DataFrame:
    """The intervals that each day's document speaks of."""
    reach = release.reach if isinstance(release, WholeDay | Runs) else None
    if reach is not None and isinstance(release, Runs):
        reach += DAY
    starts: list[datetime] = []
    spoken: list[date] = []
    for day in days:
        first = local_midnight(day, zone)
        count = (local_midnight(day + DAY, zone) - first if reach is None else reach) // step
        starts.extend(first + number * step for number in range(count))
        spoken.extend(itertools.repeat(day, count))
    return pl.DataFrame(
        {"interval_start": starts, "day": spoken}, schema={"interval_start": _TIME, "day": pl.Date}
    )


def _on_time(release: WholeDay, zone: str, day: date, salt: int, *, weekdays: bool = False) -> datetime:
    """When a day is out that comes as a whole."""
    on = day + release.days * DAY
    while weekdays and on.weekday() >= 5:
        on += DAY
    wall = datetime.combine(on, release.at, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return wall + timedelta(
        seconds=(day.toordinal() * 7_919 + salt) % max(1, int(release.jitter.total_seconds()))
    )


def _runs(frame: pl.DataFrame, release: Runs) -> pl.DataFrame:
    """Each day's publications of a forecast, each with all that it says: one more in a day of 25 hours, one less in 23."""
    runs = []
    for number in range((DAY + timedelta(hours=1)) // release.every):
        made = pl.col("first") + number * release.every + release.past
        said = frame.with_columns(
            publish_time=made, out=made + release.after, version=pl.lit(number + 1, dtype=pl.Int64)
        )
        start = pl.col("interval_start")
        ahead = (start > made) & (start <= made + release.reach)
        runs.append(said.filter(ahead & (pl.col("publish_time") < pl.col("after"))))
    return pl.concat(runs)


def _troubled(
    frame: pl.DataFrame, troubles: tuple[Trouble, ...], first: datetime, end: datetime
) -> tuple[pl.DataFrame, datetime]:
    """A day with what happened to it, and the instant at which its document is there."""
    opened = frame["out"].min()
    verified = isinstance(opened, datetime) and "figures" in frame.columns
    if verified:  # what happens befalls the figures that were verified
        first_version, frame = frame.filter(pl.col("version") == 1), frame.filter(pl.col("version") > 1)
    out, start = pl.col("out"), pl.col("interval_start")
    for trouble in troubles:
        if isinstance(trouble, Late):
            frame = frame.with_columns(out=out + trouble.by)
        elif isinstance(trouble, Withheld):
            begin = first + trouble.first * timedelta(hours=1)
            inside = start.is_between(begin, begin + trouble.hours * timedelta(hours=1), closed="left")
            until = begin + trouble.until
            frame = frame.with_columns(
                out=pl.when(inside).then(pl.max_horizontal(out, pl.lit(until))).otherwise(out)
            )
        elif isinstance(trouble, PostedEmpty):
            frame = frame.with_columns(out=pl.max_horizontal(out, out.min() + trouble.until))
        elif isinstance(trouble, Cut):
            middle = first + (end - first) / 2
            later = start >= middle if trouble.by == "time" else pl.col("place") % 2 == 1
            frame = frame.with_columns(out=pl.when(later).then(out + trouble.until).otherwise(out))
        elif isinstance(trouble, Lost):
            gone = start == first + trouble.hour * timedelta(hours=1)
            frame = frame.with_columns(out=pl.when(gone).then(pl.lit(NEVER, dtype=_TIME)).otherwise(out))
        else:
            frame = pl.concat([frame, _corrected(frame, trouble, end)])
    if verified:
        assert isinstance(opened, datetime)
        return pl.concat([first_version, frame]), opened
    if not any(isinstance(trouble, PostedEmpty) for trouble in troubles):
        opened = frame["out"].min()
    assert isinstance(opened, datetime)
    return frame, opened


def _corrected(frame: pl.DataFrame, trouble: Corrected, end: datetime) -> pl.DataFrame:
    """The second version of some rows: they are out so long after the day."""
    at = end + trouble.after
    share = mixed(pl.col("interval_start").dt.epoch("s"), pl.col("place"), 5) % 1_000 < int(
        1_000 * trouble.share
    )
    newest = frame.filter((pl.col("version") == pl.col("version").max()) & share)
    if "figures" in frame.columns:
        newest = newest.with_columns(figures=pl.col("figures") + 1)
    return newest.with_columns(
        version=pl.col("version") + 1, out=pl.max_horizontal("out", pl.lit(at, dtype=_TIME))
    )


def _values(dataset: str, salt: int, figures: str = "version") -> dict[str, pl.Expr]:
    """What rows say: figures that depend on the time, the place and the version."""
    when, place, version = pl.col("interval_start").dt.epoch("s"), pl.col("place"), pl.col(figures)
    if dataset == "lmp":
        energy = mixed(when, version, salt, 1) % 20_000 + 500
        congestion = mixed(when, place, version, salt, 2) % 3_000 - 1_500
        loss = mixed(when, place, version, salt, 3) % 600 - 300
        total = energy + congestion + loss
        cents = {"lmp": total, "energy": energy, "congestion": congestion, "loss": loss}
        return {name: (figure / 100).round(2) for name, figure in cents.items()}
    parts = [when, place, version, pl.lit(salt)]
    if dataset == "load_forecast":
        parts.append(pl.col("day").cast(pl.Int32))
    (column,) = VALUES[dataset]
    return {column: (mixed(*parts) % 29_000 + 1_000).cast(pl.Float64)}


def announced(frame: pl.DataFrame, dataset: str, version: int, salt: int = 0) -> pl.DataFrame:
    """Rows that say something else, such as what is only announced: figures of another version."""
    return frame.with_columns(version=pl.lit(version, dtype=pl.Int64)).with_columns(**_values(dataset, salt))
