"""A progress bar for work that takes more than a moment, with what it waits for: on a terminal or in a notebook, never in a pipe."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import html
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from energyopti.events import Event, EventKind, WaitFor

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import Progress, ProgressColumn

_PATIENCE = 1.0
_DRAWN_EVERY = 0.5
_WIDEST_BAR, _NARROWEST_BAR = 40, 10
_ROOM = 50
_OVER = frozenset({EventKind.FETCH_FINISHED, EventKind.FETCH_FAILED, EventKind.FETCH_ABSENT})
_WAITS = {
    WaitFor.LIMIT: "waiting for the rate limit of {host}: {left:.0f} s",
    WaitFor.PAUSE: "waiting, as {host} asked for a pause: {left:.0f} s",
    WaitFor.RETRY: "waiting to ask {host} once more: {left:.0f} s",
}
_MB = 1e6


class Doing:
    """What goes on now, from the events of requests: waiting and for what, downloading, or reading."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._under_way: Counter[str] = Counter()
        self._bytes = 0
        self._wait: tuple[float, str, WaitFor] = (0.0, "", WaitFor.TURN)

    def __call__(self, event: Event) -> None:
        """Take an event."""
        if event.kind is EventKind.FETCH_STARTED:
            self._under_way[event.host] += 1
        elif event.kind is EventKind.FETCH_WAITING and event.reason in _WAITS:
            self._wait = max(self._wait, (self._clock() + event.seconds, event.host, event.reason))
        elif event.kind in _OVER:
            self._under_way[event.host] -= 1
            self._bytes += event.count if event.kind is EventKind.FETCH_FINISHED else 0

    def __str__(self) -> str:
        until, host, reason = self._wait
        left = until - self._clock()
        if left > 0:
            return _WAITS[reason].format(host=host, left=left)
        so_far = f"{self._bytes / _MB:,.1f} MB so far"
        for host in [host for host, requests in self._under_way.items() if requests > 0][-1:]:
            return f"downloading from {host}: {so_far}"
        return f"reading: {so_far}" if self._bytes else ""


class _Painter(Protocol):
    """Where a bar is drawn, again and again until it is closed."""

    def close(self) -> None:
        """Take the bar away."""


class Bar:
    """Counts the chunks of a call as they finish, and appears once the work has taken a while, or has to wait.

    It hears of the call's own events; of requests, which calls share, its `requests` does.
    """

    def __init__(self, clock: Callable[[], float], paint: Callable[[Bar], _Painter] | None) -> None:
        self._clock = clock
        self._began = clock()
        self._paint = paint
        self._painter: _Painter | None = None
        self._feeds: dict[tuple[str, str], None] = {}
        self.doing = Doing(clock)
        self.planned = 0
        self.done = 0

    def __call__(self, event: Event) -> None:
        """Take an event of the call."""
        if event.kind is EventKind.QUERY_PLANNED:
            self.planned += event.count
            self._feeds[event.market, event.subject] = None
        elif event.kind is EventKind.CHUNK_FINISHED:
            self.done = min(self.done + 1, self.planned)
        else:
            return
        if self.planned > 1 and self._clock() - self._began > _PATIENCE:
            self._appear()

    def requests(self, event: Event) -> None:
        """Take an event of a request, if it is of a market that was planned for."""
        if any(event.market == market for market, _ in self._feeds):
            self.doing(event)
            if event.kind is EventKind.FETCH_WAITING and event.seconds > _PATIENCE:
                self._appear()

    def _appear(self) -> None:
        if self._painter is None and self._paint is not None:
            self._painter = self._paint(self)

    @property
    def title(self) -> str:
        """``nyiso damlbmp_zone``; of several feeds ``nyiso 2 feeds``, of several markets ``nyiso, pjm``."""
        markets = list(dict.fromkeys(market for market, _ in self._feeds))
        if len(markets) > 1:
            return ", ".join(markets)
        feeds = [feed for _, feed in self._feeds]
        return " ".join([*markets, feeds[0] if len(feeds) == 1 else f"{len(feeds)} feeds"])

    def close(self) -> None:
        """Take it away."""
        if self._painter is not None:
            self._painter.close()


class _OnTerminal:
    """A bar with the time that is left, and below it what goes on."""

    def __init__(self, bar: Bar) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        columns: list[ProgressColumn] = [
            TextColumn("{task.description}"),
            BarColumn(bar_width(console)),
            MofNCompleteColumn(),
        ]
        if console.width >= _ROOM:
            columns += [TextColumn("chunks"), TimeRemainingColumn()]
        self._drawn = with_doing(columns, console, bar.doing, self._update)
        self._bar = bar
        self._task = self._drawn.add_task(bar.title, total=bar.planned)
        self._drawn.start()

    def _update(self) -> None:
        bar = self._bar
        self._drawn.update(self._task, completed=bar.done, total=bar.planned, description=bar.title)

    def close(self) -> None:
        self._update()
        self._drawn.stop()


def with_doing(
    columns: Sequence[ProgressColumn],
    console: Console,
    doing: Doing,
    update: Callable[[], None] = lambda: None,
) -> Progress:
    """A bar that is taken away at its end, with a line below it for what goes on; ``update`` is called before it is drawn."""
    from rich.console import Group
    from rich.progress import Progress
    from rich.text import Text

    class Drawn(Progress):
        def get_renderable(self) -> RenderableType:
            if self.tasks:
                update()
            line = Text(str(doing), style="dim", no_wrap=True, overflow="ellipsis")
            return Group(self.make_tasks_table(self.tasks), line)

    return Drawn(*columns, console=console, transient=True)


def bar_width(console: Console) -> int:
    """How wide a bar may be beside its words."""
    return max(_NARROWEST_BAR, min(_WIDEST_BAR, console.width - _ROOM))


class _InNotebook:
    """A bar in the cell's output, drawn by a thread of its own: no event comes while a request waits."""

    def __init__(self, bar: Bar, cell: contextvars.Context) -> None:
        self._bar = bar
        self._over = threading.Event()
        self._thread = threading.Thread(target=cell.run, args=(self._draw,), daemon=True)
        self._thread.start()

    def _draw(self) -> None:
        display: Any = import_module("IPython.display").display
        handle = display(self._page(), raw=True, display_id=True)
        while not self._over.wait(_DRAWN_EVERY):
            handle.update(self._page(), raw=True)
        handle.update({"text/html": "", "text/plain": ""}, raw=True)

    def _page(self) -> dict[str, str]:
        bar, doing = self._bar, str(self._bar.doing)
        words = f"{bar.title}: {bar.done}/{bar.planned} chunks{f' ({doing})' if doing else ''}"
        meter = f'<progress value="{bar.done}" max="{bar.planned}"></progress>'
        return {"text/html": f"<div>{meter} {html.escape(words)}</div>", "text/plain": words}

    def close(self) -> None:
        self._over.set()
        self._thread.join()


def _in_notebook() -> bool:
    """Whether this process runs the cells of a notebook; IPython is not imported to know."""
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    return getattr(running, "kernel", None) is not None


@contextlib.contextmanager
def progress(clock: Callable[[], float] = time.monotonic, *, shown: bool = True) -> Iterator[Bar]:
    """A bar on standard error or in a notebook's cell, which is an observer of the call; its ``requests`` observes requests.

    Nothing is drawn if there is neither, or if it is not ``shown``.
    """
    paint: Callable[[Bar], _Painter] | None = None
    if shown and sys.stderr.isatty():
        paint = _OnTerminal
    elif shown and _in_notebook():
        paint = functools.partial(_InNotebook, cell=contextvars.copy_context())
    bar = Bar(clock, paint)
    try:
        yield bar
    finally:
        bar.close()
