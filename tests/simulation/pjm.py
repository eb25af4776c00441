"""PJM: Data Miner, whose rows come one by one, are verified days later, and get versions when they are corrected.

The sandbox's own Data Miner answers, with its pages, refusals and archive; its tables are what is published here.
"""

from __future__ import annotations

import bisect
from collections.abc import Hashable, Mapping
from datetime import datetime, time, timedelta
from functools import cached_property

import attrs
import polars as pl

from energyopti.sandbox import Answer, Ask, Responder
from energyopti.timezones import DAY
from energyopti_pjm.sandbox.places import PLACES
from energyopti_pjm.sandbox.tables import TABLES, Table
from simulation.borrowed import Borrowed
from simulation.papers import Papers
from simulation.schedules import (
    FORECAST,
    GROWING,
    USUAL,
    VERIFIED,
    EachInterval,
    Published,
    Runs,
    Verified,
    WholeDay,
    Withheld,
)
from simulation.truth import NEVER, Truth

ZONE = "America/New_York"
_FIVE, _HOUR = timedelta(minutes=5), timedelta(hours=1)
_NODES: Mapping[str, Mapping[str, str]] = {
    number: {} for number in ("51288", "51217", "1", "51292", "8445784", "48592")
}
_AREAS: Mapping[str, Mapping[str, str]] = {name: {} for name in ("RTO", "AECO", "AEPAPT", "DOM")}
_WATCHED = ("51288", "51292")

PUBLISHED = (
    Published(
        feed="da_hrl_lmps",
        closed=False,
        step=_HOUR,
        locations=_NODES,
        release=WholeDay(at=time(12, 50), jitter=timedelta(minutes=40)),
        troubles=USUAL,
        watched=True,
        watched_locations=_WATCHED,
        history=310,
    ),
    Published(
        feed="rt_hrl_lmps",
        closed=False,
        step=_HOUR,
        locations=_NODES,
        release=Verified(
            first=EachInterval(after=timedelta(minutes=8), jitter=timedelta(minutes=10)),
            then=WholeDay(at=time(11, 5), days=1, jitter=timedelta(minutes=40)),
            weekdays=True,
        ),
        troubles=VERIFIED,
        history=310,
    ),
    Published(
        feed="rt_fivemin_hrl_lmps",
        closed=False,
        step=_FIVE,
        locations=_NODES,
        release=Verified(
            first=EachInterval(after=timedelta(seconds=50), jitter=timedelta(seconds=80)),
            then=WholeDay(at=time(11, 10), days=1, jitter=timedelta(minutes=40)),
            weekdays=True,
        ),
        troubles=VERIFIED,
        watched=True,
        watched_locations=_WATCHED,
        history=68,
    ),
    Published(
        feed="hrl_load_metered",
        closed=False,
        step=_HOUR,
        locations=_AREAS,
        release=WholeDay(at=time(5, 31), days=1, jitter=timedelta(minutes=20)),
        troubles=USUAL,
        history=68,
    ),
    Published(
        feed="inst_load",
        step=_FIVE,
        locations={"PJM RTO": {}, "AEP": {}},
        release=EachInterval(after=timedelta(seconds=40), jitter=timedelta(seconds=60), reading=True),
        troubles=tuple(each for each in GROWING if isinstance(each, Withheld)),
        kept=30 * DAY,
    ),
    Published(
        feed="gen_by_fuel",
        step=_HOUR,
        locations={name: {} for name in ("Coal", "Gas", "Nuclear", "Wind")},
        place="fuel_native",
        closed=False,
        release=EachInterval(after=timedelta(minutes=50), jitter=timedelta(minutes=30)),
        troubles=GROWING,
        history=68,
    ),
    Published(
        feed="load_frcstd_hist",
        step=_HOUR,
        locations={"RTO": {}, "MIDATL": {}},
        release=Runs(every=6 * _HOUR, past=timedelta(minutes=45), after=timedelta(minutes=20), reach=7 * DAY),
        troubles=FORECAST[:1],
    ),
)
REQUESTS_A_POLL = {"da_hrl_lmps": 2, "rt_fivemin_hrl_lmps": 3}
"""One for each year, or month, that today and tomorrow lie in; of five minutes the verified and the others."""

_UNVERIFIED = {"rt_hrl_lmps": "rt_unverified_hrl_lmps", "rt_fivemin_hrl_lmps": "rt_unverified_fivemin_lmps"}
_KEPT = {"rt_unverified_hrl_lmps": 30 * DAY, "rt_unverified_fivemin_lmps": 15 * DAY, "inst_load": 30 * DAY}


@attrs.frozen(eq=False)
class Rows:
    """The rows of a truth that one table of Data Miner has: all, those that are not verified, or those that are."""

    truth: Truth
    which: str = "all"
    kept: timedelta | None = None

    @cached_property
    def frame(self) -> pl.DataFrame:
        """Every version that this table ever has, in the order of time."""
        frame, version = self.truth.frame, pl.col("version")
        if self.which == "first":
            frame = frame.filter(version == 1)
        elif self.which == "then":
            frame = frame.filter(version > 1)
        if self.truth.dataset != "lmp":
            return frame
        places = PLACES.select(
            "location", "location_name", "type", "zone", "voltage", "equipment", "location_type"
        )
        return frame.join(places, on="location", how="left", maintain_order="left")

    @cached_property
    def changes(self) -> list[datetime]:
        """When anything of it changes."""
        return sorted(self.frame["out"].filter(self.frame["out"] < NEVER).unique().to_list())

    def state(self, now: datetime) -> int:
        """How often it changed by an instant."""
        return bisect.bisect_right(self.changes, now)

    def between(self, first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        """What is there of a time at an instant: the newest version, and those that it superseded beside it."""
        by = "publish_time" if "publish_time" in self.frame.columns else "interval_start"
        since = first if self.kept is None else max(first, now - self.kept)
        rows = self.frame.filter(pl.col(by).is_between(since, last) & (pl.col("out") <= now))
        if by == "publish_time":
            return rows
        newest = pl.col("version") == pl.col("version").max().over("interval_start", "location")
        if self.truth.dataset != "lmp":
            return rows.filter(newest).rename({"location": self.truth.published.place})
        current = pl.when(newest).then(pl.lit("true")).otherwise(pl.lit("false"))
        return rows.with_columns(row_is_current=current)


class DataMiner:
    """The service, over what is published."""

    def __init__(self, papers: Mapping[str, Papers]) -> None:
        self._tables: dict[str, Table] = {"pnode": TABLES["pnode"]}
        self._rows: dict[str, Rows] = {}
        for name, each in papers.items():
            self._add(name, Rows(each.truth, "then" if name in _UNVERIFIED else "all", _KEPT.get(name)))
            if name in _UNVERIFIED:
                other = _UNVERIFIED[name]
                self._add(other, Rows(each.truth, "first", _KEPT[other]))
        self._sandbox = Borrowed(
            "energyopti_pjm.sandbox.dataminer", "dataminer", "TABLES", self._tables, self._state
        )

    def _add(self, name: str, rows: Rows) -> None:
        self._rows[name] = rows
        self._tables[name] = attrs.evolve(TABLES[name], rows=rows.between)

    def hosts(self) -> Mapping[str, Responder]:
        """The one server."""
        return {"dataminer": self.answer}

    def _state(self, ask: Ask) -> Hashable:
        rows = self._rows.get(ask.path)
        if rows is None:
            return None
        return rows.state(ask.now), ask.now if rows.kept is not None else None

    def answer(self, ask: Ask) -> Answer:
        """One request."""
        answer = self._sandbox(ask)
        if answer.status == 200 and not answer.body:  # an empty page of CSV does not say that it has no rows
            return attrs.evolve(answer, headers={})
        return answer
