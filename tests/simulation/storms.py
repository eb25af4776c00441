"""How often hosts are asked, next to what a person would do who knows when things get out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from energyopti.market import Feed
from simulation.schedules import Outage
from simulation.truth import Truth
from simulation.world import Asked

_HOUR = timedelta(hours=1)
TWICE = 2


@attrs.frozen(kw_only=True)
class Storm:
    """One hour in which one host was asked for one watch: how often, and what would have been fair."""

    asker: str
    host: str
    hour: datetime
    requests: int
    fair: int

    @property
    def is_one(self) -> bool:
        """Whether it was more than twice what is fair."""
        return self.requests > TWICE * self.fair

    def __str__(self) -> str:
        return f"{self.asker} asked {self.host} {self.requests} times in the hour from {self.hour:%m-%d %H:%M}Z; fair: {self.fair}"


def hours(
    requests: Sequence[Asked],
    watches: Mapping[str, tuple[Truth, Feed, int]],
    outages: Sequence[Outage],
    attempts: int,
    once: str = "",
) -> list[Storm]:
    """Each hour of each host and watch: of each watch are known its truth, its feed, and the requests that a poll takes.

    Fair is a poll for each instant at which something got out, at least one in the feed's cadence, and one a hour that looks
    for corrections of the day before; while a host is down each may be tried as often as the settings say. A document that never
    changes, as a request says that holds the word ``once``, is not counted by the hour: it may be asked for twice in all.
    """
    counted: Counter[tuple[str, str, datetime]] = Counter()
    for each in requests:
        if each.asker in watches and not (once and once in each.path):
            counted[each.asker, each.host, each.at.replace(minute=0, second=0, microsecond=0)] += 1
    fair: dict[tuple[str, datetime], int] = {}
    found = []
    for (asker, host, hour), count in counted.items():
        truth, feed, a_poll = watches[asker]
        if (asker, hour) not in fair:
            minutes = {out.replace(second=0, microsecond=0) for out in truth.outs(hour, hour + _HOUR)}
            polls = max(
                len(minutes), math.ceil(_HOUR / max(feed.publication.refresh_every, timedelta(seconds=1)))
            )
            fair[asker, hour] = (polls + 1) * a_poll
        troubled = any(each.start < hour + _HOUR and hour < each.end for each in outages)
        bound = fair[asker, hour] * (attempts if troubled else 1)
        found.append(Storm(asker=asker, host=host, hour=hour, requests=count, fair=bound))
    if once:
        found += _again([each for each in requests if each.asker in watches and once in each.path])
    return sorted(found, key=lambda each: each.requests / each.fair, reverse=True)


def _again(requests: Sequence[Asked]) -> list[Storm]:
    """The documents that never change, and were there, and were asked for again."""
    counted = Counter((each.asker, each.host, each.path) for each in requests if each.status == 200)
    first = {(each.asker, each.host, each.path): each.at for each in reversed(requests)}
    return [
        Storm(asker=asker, host=f"{host}/{path}", hour=first[asker, host, path], requests=count, fair=1)
        for (asker, host, path), count in counted.items()
        if count > 1
    ]
