"""The progress bar: on a terminal, after a moment, never in a pipe."""

from __future__ import annotations

import io
import re
import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest

from energyopti.events import Event, EventKind, WaitFor
from energyopti.progress import Bar, Doing, progress


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


def request(kind: EventKind, **more: Any) -> Event:
    """An event of a request to the market's host."""
    return Event(kind=kind, market="testiso", subject="https://iso.example/x", host="main", **more)


def wait(reason: WaitFor, seconds: float) -> Event:
    """The event that the host's requests wait."""
    return request(EventKind.FETCH_WAITING, reason=reason, seconds=seconds)


DONE = Event(kind=EventKind.CHUNK_FINISHED, market="testiso", subject="testiso/hourly_load/2024-07-01")
RETRIED = Event(kind=EventKind.FETCH_RETRIED, market="testiso", subject="https://iso.example/x")


def shown(monkeypatch: pytest.MonkeyPatch, *story: float | Event, terminal: bool = True) -> str:
    """What is written while events happen; numbers are seconds that pass."""
    screen, clock = Screen(terminal=terminal), Clock()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress(clock) as bar:
        for each in story:
            if isinstance(each, Event):
                bar.requests(each)
                bar(each)
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


def test_a_long_wait_shows_a_bar_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for a single chunk: nobody should look at an empty line for a minute."""
    words = shown(monkeypatch, planned(1), wait(WaitFor.LIMIT, 60.0))
    assert "0/1" in words
    assert "waiting for the rate limit of main: 60 s" in words


def test_a_bar_says_what_it_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Downloading, and then reading."""
    began = request(EventKind.FETCH_STARTED)
    over = request(EventKind.FETCH_FINISHED, count=2_500_000)
    assert "downloading from main: 0.0 MB so far" in shown(monkeypatch, planned(3), began, 1.5, DONE)
    assert "reading: 2.5 MB so far" in shown(monkeypatch, planned(3), began, over, 1.5, DONE)


def test_requests_of_other_calls_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls share requests: those of markets that were not asked for are another call's."""
    other = Event(
        kind=EventKind.FETCH_WAITING,
        market="other",
        subject="x",
        host="far",
        seconds=60,
        reason=WaitFor.LIMIT,
    )
    assert shown(monkeypatch, planned(3), other) == ""


def test_a_bar_is_not_drawn_if_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each request is a line, a bar would be in the way."""
    screen = Screen(terminal=True)
    monkeypatch.setattr("sys.stderr", screen)
    with progress(shown=False) as bar:
        bar(planned(2))
        bar.requests(wait(WaitFor.LIMIT, 60.0))
    assert screen.getvalue() == ""


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (WaitFor.LIMIT, "waiting for the rate limit of main: 9 s"),
        (WaitFor.PAUSE, "waiting, as main asked for a pause: 9 s"),
        (WaitFor.RETRY, "waiting to ask main once more: 9 s"),
        (WaitFor.TURN, "downloading from main: 0.0 MB so far"),
    ],
)
def test_what_goes_on_is_in_words(reason: WaitFor, words: str) -> None:
    """The wait counts down, and once it is over the request is under way."""
    clock = Clock()
    doing = Doing(clock)
    assert str(doing) == ""
    doing(request(EventKind.FETCH_STARTED))
    doing(wait(reason, 10))
    clock.now = 1.0
    assert str(doing) == words
    clock.now = 10.0
    assert str(doing) == "downloading from main: 0.0 MB so far"
    doing(request(EventKind.FETCH_FAILED, count=5))
    assert str(doing) == ""


def test_titles_say_how_many_feeds_and_which_markets() -> None:
    """A comparison is of markets, not of the feed that was planned last."""
    bar = Bar(Clock(), None)
    bar(planned(2))
    assert bar.title == "testiso hourly_load"
    bar(Event(kind=EventKind.QUERY_PLANNED, market="testiso", subject="prices", count=2))
    assert bar.title == "testiso 2 feeds"
    bar(Event(kind=EventKind.QUERY_PLANNED, market="other", subject="prices", count=2))
    assert bar.title == "testiso, other"


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_narrow_terminal_has_a_bar_of_two_lines(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """The feed and the count stay, and no line breaks."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    words = shown(monkeypatch, planned(10), 1.5, DONE, wait(WaitFor.LIMIT, 60.0))
    plain = re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "", words)
    lines = [line for line in re.split(r"[\r\n]+", plain) if line.strip()]
    assert max(map(len, lines)) <= columns
    assert any("testiso" in line and "1/10" in line for line in lines)
    assert any(line.startswith("waiting for the rate limit of main") for line in lines)
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", words)


def test_a_notebook_has_the_bar_in_its_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """IPython's own calls, as a kernel makes them: one display, updates of it, and nothing at the end."""
    pages: list[dict[str, str]] = []

    def take(page: dict[str, str], *, raw: bool) -> None:
        assert raw
        pages.append(page)

    def display(page: dict[str, str], *, raw: bool, display_id: bool) -> SimpleNamespace:
        assert display_id
        take(page, raw=raw)
        return SimpleNamespace(update=take)

    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    monkeypatch.setattr("sys.stderr", Screen(terminal=False))
    clock = Clock()
    with progress(clock) as bar:
        bar(planned(4))
        clock.now = 2.0
        bar(DONE)
        bar.requests(request(EventKind.FETCH_STARTED))
        bar.requests(request(EventKind.FETCH_STARTED))
        end = time.monotonic() + 20
        while len(pages) < 2 and time.monotonic() < end:
            time.sleep(0.01)
    assert "testiso hourly_load: 1/4 chunks" in pages[0]["text/plain"]
    assert '<progress value="1" max="4">' in pages[0]["text/html"]
    assert "downloading from main" in pages[1]["text/plain"]
    assert pages[-1] == {"text/html": "", "text/plain": ""}


def test_a_shell_of_ipython_is_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """IPython without a kernel draws where any program does."""
    shell = SimpleNamespace(get_ipython=SimpleNamespace)
    monkeypatch.setitem(sys.modules, "IPython", shell)
    assert shown(monkeypatch, planned(10), 5.0, DONE, terminal=False) == ""
    assert "1/10" in shown(monkeypatch, planned(10), 5.0, DONE)
