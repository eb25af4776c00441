"""The progress bar: on a terminal, after a moment, never in a pipe."""

from __future__ import annotations

import io

import pytest

from energyopti.events import Event, EventKind
from energyopti.progress import progress


class Screen(io.StringIO):
    """A standard error that is a terminal, or is none."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        """Whether somebody looks."""
        return self._terminal


class Clock:
    """A clock that tests turn by hand."""

    now = 0.0

    def __call__(self) -> float:
        """The time it shows."""
        return self.now


def planned(count: int) -> Event:
    """A query for so many chunks."""
    return Event(kind=EventKind.QUERY_PLANNED, market="testiso", subject="hourly_load", count=count)


DONE = Event(kind=EventKind.CHUNK_FINISHED, market="testiso", subject="testiso/hourly_load/2024-07-01")
RETRIED = Event(kind=EventKind.FETCH_RETRIED, market="testiso", subject="https://iso.example/x")


def shown(monkeypatch: pytest.MonkeyPatch, *story: float | Event, terminal: bool = True) -> str:
    """What is written while events happen; numbers are seconds that pass."""
    screen, clock = Screen(terminal=terminal), Clock()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress(clock) as observe:
        for each in story:
            if isinstance(each, Event):
                observe(each)
            else:
                clock.now += each
    return screen.getvalue()


def test_long_work_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """After more than a second: the market, the feed and how many chunks are done."""
    words = shown(monkeypatch, planned(10), DONE, 1.5, DONE, DONE)
    assert "testiso hourly_load" in words
    assert "3/10" in words


def test_quick_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the first second no bar flickers up."""
    assert shown(monkeypatch, planned(10), 0.9, DONE, DONE) == ""


def test_single_chunk_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to count."""
    assert shown(monkeypatch, planned(1), 5.0, DONE) == ""


def test_pipe_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where standard error is no terminal nothing is ever written."""
    assert shown(monkeypatch, planned(10), 5.0, DONE, terminal=False) == ""


def test_other_events_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries are no progress."""
    assert "1/10" in shown(monkeypatch, planned(10), 1.5, DONE, RETRIED, RETRIED)


def test_bar_never_passes_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks fetched beyond the plan, such as earlier publications, do not make 3 of 2."""
    words = shown(monkeypatch, planned(2), 1.5, DONE, DONE, DONE)
    assert "2/2" in words
    assert "3/2" not in words


def test_bar_may_begin_with_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more than a second passes before the query is planned, the bar names the feed as ever."""
    assert "testiso hourly_load" in shown(monkeypatch, 1.5, planned(10), DONE)


def test_bar_ends_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception passes through, and the bar is taken away."""
    screen, clock = Screen(terminal=True), Clock()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with pytest.raises(KeyError), progress(clock) as observe:
        observe(planned(5))
        clock.now = 2
        observe(DONE)
        raise KeyError("x")
    assert screen.getvalue().endswith("\x1b[2K")
