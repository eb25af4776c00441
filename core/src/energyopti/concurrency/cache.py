"""Things that were found already, so that they need not be found again: by count, by bytes, and for a time."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import timedelta
from typing import Generic, TypeVar

import attrs

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@attrs.frozen
class Kept(Generic[V]):
    """A value in a cache: ``since`` when by each of its clocks, in seconds; None for one that does not age."""

    value: V
    size: int
    since: tuple[float, ...] | None


class Cache(Generic[K, V]):
    """Values by key: at most ``count`` of them, and at most ``budget`` bytes as ``size`` measures a value.

    With ``age`` a value is given for so long, by each of ``clocks``: what one of them calls older, or found later than
    now, is not given. Where room is wanted, what is too old goes first, then what was given longest ago; the newest
    value stays, even alone above the budget. It waits for nothing and reads no clock but those.
    """

    def __init__(
        self,
        count: int = sys.maxsize,
        *,
        budget: int = sys.maxsize,
        size: Callable[[V], int] | None = None,
        age: timedelta | None = None,
        clocks: Sequence[Callable[[], float]] = (),
    ) -> None:
        self._count = count
        self._budget = budget
        self._size = size
        self._age = None if age is None else age.total_seconds()
        self._clocks = clocks
        self._kept: OrderedDict[K, Kept[V]] = OrderedDict()
        self._ageing: OrderedDict[K, None] = OrderedDict()
        self.held = 0
        """The bytes of all values."""

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[K]:
        """The keys, the one that was given longest ago first."""
        return iter(self._kept)

    def values(self) -> Iterator[V]:
        """The values, however old, the one that was given longest ago first."""
        return (kept.value for kept in self._kept.values())

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key, or the one that is made now; what ``make`` raises is raised, and nothing kept."""
        kept = self._kept.get(key)
        if kept is not None and (kept.since is None or not self._is_old(kept.since, self._now())):
            self._kept.move_to_end(key)
            return kept.value
        value = make()
        self.put(key, value)
        return value

    def find(self, key: K) -> Kept[V] | None:
        """What is kept of a key and can be given; None where there is none."""
        kept = self._kept.get(key)
        if kept is None or (kept.since is not None and self._is_old(kept.since, self._now())):
            return None
        self._kept.move_to_end(key)
        return kept

    def peek(self, key: K) -> Kept[V] | None:
        """What is kept of a key, however old; that somebody looked is not remembered."""
        return self._kept.get(key)

    def put(self, key: K, value: V, *, ages: bool = True) -> None:
        """Keep a value in place of what was kept of its key; one that does not age can be given for ever."""
        self.drop(key)
        since = self._now() if ages and self._age is not None else None
        kept = self._kept[key] = Kept(value, self._size(value) if self._size else 0, since)
        self.held += kept.size
        if since is not None:
            self._ageing[key] = None
        self.drop_old()
        while (len(self._kept) > self._count or self.held > self._budget) and len(self._kept) > 1:
            self.drop(next(iter(self._kept)))

    def drop(self, key: K) -> None:
        """Keep nothing of a key."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._ageing.pop(key, None)
            self.held -= kept.size

    def drop_old(self) -> None:
        """Drop what is too old to be given, in the order in which it was kept, up to the first that is not."""
        if not self._ageing:
            return
        now = self._now()
        while self._ageing:
            oldest = next(iter(self._ageing))
            since = self._kept[oldest].since
            if since is None or not self._is_old(since, now):
                return
            self.drop(oldest)

    def clear(self) -> None:
        """Drop everything."""
        self._kept.clear()
        self._ageing.clear()
        self.held = 0

    def _now(self) -> tuple[float, ...]:
        return tuple(clock() for clock in self._clocks)

    def _is_old(self, since: tuple[float, ...], now: tuple[float, ...]) -> bool:
        age = self._age
        return age is not None and any(
            not 0 <= later - earlier < age for earlier, later in zip(since, now, strict=True)
        )
