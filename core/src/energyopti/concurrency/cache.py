"""A cache of results, limited by count, by bytes and by age."""

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
    """A value in a cache: ``since`` is when it was kept, in seconds by each of its clocks; None if it does not age."""

    value: V
    size: int
    since: tuple[float, ...] | None


class Cache(Generic[K, V]):
    """Values by key: at most ``count`` of them, and at most ``budget`` bytes as ``size`` measures a value.

    With ``age`` (seconds) a value is returned only for that long, by each of ``clocks``: a value that any clock calls
    older, or kept in the future, is not returned. To make room, expired values go first, then the least recently
    used; the newest value stays, even if it alone exceeds the budget. It never waits and reads only those clocks.
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
        """The keys, least recently used first."""
        return iter(self._kept)

    def values(self) -> Iterator[V]:
        """The values, however old, the one that was given longest ago first."""
        return (kept.value for kept in self._kept.values())

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key, made now if there is none; if ``make`` raises, nothing is kept."""
        kept = self._kept.get(key)
        if kept is not None and (kept.since is None or not self._is_old(kept.since, self._now())):
            self._kept.move_to_end(key)
            return kept.value
        value = make()
        self.put(key, value)
        return value

    def find(self, key: K) -> Kept[V] | None:
        """The value kept for a key, if it can still be returned; else None."""
        kept = self._kept.get(key)
        if kept is None or (kept.since is not None and self._is_old(kept.since, self._now())):
            return None
        self._kept.move_to_end(key)
        return kept

    def peek(self, key: K) -> Kept[V] | None:
        """The value kept for a key, however old; looking does not count as use."""
        return self._kept.get(key)

    def put(self, key: K, value: V, *, ages: bool = True) -> None:
        """Keep a value, replacing that of its key; a value that does not age never expires."""
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
        """Drop the value of a key."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._ageing.pop(key, None)
            self.held -= kept.size

    def drop_old(self) -> None:
        """Drop expired values, oldest first, up to the first that is still good."""
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
