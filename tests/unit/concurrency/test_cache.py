"""What was found is kept by count, by bytes and for a time, and no more than that."""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyopti.concurrency.cache import Cache

MINUTE = timedelta(minutes=1)


class Clock:
    """A clock that stands where it is set."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.at


@given(st.integers(1, 4), st.lists(st.integers(0, 6), max_size=40))
def test_what_was_wanted_lately_is_not_made_again(count: int, keys: list[int]) -> None:
    """Held against a list of keys in the order in which they were wanted last."""
    cache: Cache[int, list[int]] = Cache(count)
    kept: OrderedDict[int, list[int]] = OrderedDict()
    for key in keys:
        made: list[list[int]] = []
        value = cache.get(key, lambda key=key, made=made: made.append([key]) or made[0])  # type: ignore[misc]
        assert value == [key]
        assert bool(made) == (key not in kept)
        assert made or value is kept[key]
        kept[key] = value
        kept.move_to_end(key)
        while len(kept) > count:
            kept.popitem(last=False)
        assert len(cache) == len(kept)


def test_what_fails_is_not_kept() -> None:
    """The next one who wants it makes it."""

    def fail() -> int:
        raise LookupError("not now")

    cache: Cache[str, int] = Cache(2)
    with pytest.raises(LookupError, match="not now"):
        cache.get("a", fail)
    assert not len(cache)
    assert cache.get("a", lambda: 1) == 1


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12)), max_size=40))
def test_bytes_stay_within_the_budget(puts: list[tuple[int, int]]) -> None:
    """What is held is what was put last and fits; the newest stays, even alone above the budget."""
    cache: Cache[int, bytes] = Cache(budget=20, size=len)
    kept: OrderedDict[int, int] = OrderedDict()
    for key, size in puts:
        cache.put(key, bytes(2 * size))
        kept.pop(key, None)
        kept[key] = 2 * size
        while sum(kept.values()) > 20 and len(kept) > 1:
            kept.popitem(last=False)
        assert cache.held == sum(kept.values())
        assert list(cache) == list(kept)


def test_value_is_given_until_it_is_too_old() -> None:
    """A minute is kept for just under a minute."""
    clock = Clock()
    cache: Cache[str, int] = Cache(age=MINUTE, clocks=(clock,))
    cache.put("a", 1)
    clock.at += 59.9
    found = cache.find("a")
    assert found is not None
    assert (found.value, found.since) == (1, (1000.0,))
    clock.at = 1060.0
    assert cache.find("a") is None
    assert cache.get("a", lambda: 2) == 2


@pytest.mark.parametrize(("measured", "told"), [(60.0, 0.0), (0.0, 60.0), (0.0, -0.5)])
def test_any_clock_can_call_a_value_old(measured: float, told: float) -> None:
    """One stands still while a computer sleeps, another can be set back: then nobody knows how old a value is."""
    clocks = Clock(), Clock()
    cache: Cache[str, int] = Cache(age=MINUTE, clocks=clocks)
    cache.put("a", 1)
    assert cache.find("a") is not None
    clocks[0].at += measured
    clocks[1].at += told
    assert cache.find("a") is None
    kept = cache.peek("a")
    assert kept is not None
    assert kept.value == 1


def test_value_that_does_not_age_is_given_for_ever() -> None:
    """A document that never changes stays as long as there is room."""
    clock = Clock()
    cache: Cache[str, int] = Cache(age=MINUTE, clocks=(clock,))
    cache.put("a", 1, ages=False)
    cache.put("b", 2)
    clock.at += 3600
    cache.drop_old()
    assert cache.find("a") is not None
    assert cache.peek("b") is None


def test_what_is_too_old_makes_room_first() -> None:
    """Though it was given later than what does not age."""
    clock = Clock()
    cache: Cache[str, bytes] = Cache(budget=10, size=len, age=MINUTE, clocks=(clock,))
    cache.put("a", b"aaaa", ages=False)
    cache.put("b", b"bbbb")
    clock.at += 61
    cache.put("c", b"cccc")
    assert list(cache) == ["a", "c"]
    assert cache.held == 8


def test_everything_can_be_dropped() -> None:
    """One value, and then all."""
    cache: Cache[str, bytes] = Cache(budget=10, size=len)
    cache.put("a", b"a")
    cache.put("b", b"b")
    cache.drop("a")
    cache.drop("a")
    assert (len(cache), cache.held) == (1, 1)
    cache.clear()
    assert (len(cache), cache.held) == (0, 0)
