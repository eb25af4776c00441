"""The breaker: closed, open, half open."""

from __future__ import annotations

import pytest

from energyopti.source.breaker import Breaker


class Clock:
    """A clock that tests turn by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The time it shows."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at 100 s."""
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    """A breaker that opens after three failures for ten seconds."""
    return Breaker(threshold=3, cooldown=10.0, clock=clock)


def fail(breaker: Breaker, times: int) -> None:
    """So many failures in a row."""
    for _ in range(times):
        assert breaker.admit()
        breaker.failed()


def test_new_breaker_admits(breaker: Breaker) -> None:
    """Nothing has failed yet."""
    assert breaker.admit()
    assert breaker.seconds_left == 0


def test_failures_below_the_threshold_admit(breaker: Breaker) -> None:
    """Two of three failures change nothing."""
    fail(breaker, 2)
    assert breaker.admit()


def test_threshold_opens_for_the_cooldown(breaker: Breaker, clock: Clock) -> None:
    """After the third failure requests are refused for ten seconds, and the rest is said."""
    fail(breaker, 3)
    clock.now += 4
    assert not breaker.admit()
    assert breaker.seconds_left == 6


def test_success_between_failures_starts_the_count_anew(breaker: Breaker) -> None:
    """Only failures in a row count."""
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)
    assert breaker.admit()


def test_one_probe_goes_after_the_cooldown(breaker: Breaker, clock: Clock) -> None:
    """Half open: the first to ask may try, the others wait for what becomes of it."""
    fail(breaker, 3)
    clock.now += 10
    assert [breaker.admit(), breaker.admit(), breaker.admit()] == [True, False, False]


def test_probe_that_succeeds_closes(breaker: Breaker, clock: Clock) -> None:
    """The host is back: everybody may go."""
    fail(breaker, 3)
    clock.now += 10
    assert breaker.admit()
    breaker.succeeded()
    assert [breaker.admit(), breaker.admit()] == [True, True]


def test_probe_that_fails_opens_again(breaker: Breaker, clock: Clock) -> None:
    """The host still fails: another cooldown from that failure on."""
    fail(breaker, 3)
    clock.now += 10
    assert breaker.admit()
    clock.now += 3
    breaker.failed()
    assert breaker.seconds_left == 10
    assert not breaker.admit()


def test_probe_that_never_comes_back_does_not_shut_the_host_out(breaker: Breaker, clock: Clock) -> None:
    """A cancelled probe says nothing; after another cooldown the next one may try."""
    fail(breaker, 3)
    clock.now += 10
    assert breaker.admit()
    clock.now += 10
    assert breaker.admit()


def test_abandoned_probe_lets_the_next_try(breaker: Breaker, clock: Clock) -> None:
    """Whoever asked gave up before the answer: the host is not left alone for that."""
    fail(breaker, 3)
    clock.now += 10
    assert breaker.admit()
    assert not breaker.admit()
    breaker.abandoned()
    assert breaker.admit()
    breaker.succeeded()
    assert breaker.admit()


def test_abandoned_request_does_not_end_a_cooldown(breaker: Breaker, clock: Clock) -> None:
    """One that was on its way when the others failed."""
    fail(breaker, 3)
    breaker.abandoned()
    assert not breaker.admit()
    clock.now += 10
    assert breaker.admit()
    breaker.failed()
    breaker.abandoned()
    assert not breaker.admit()
