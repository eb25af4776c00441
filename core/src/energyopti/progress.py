"""A progress bar for work that takes more than a moment; on a terminal, never in a pipe."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from energyopti.events import Event, EventKind, Observer

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE = 1.0


class _Bar:
    """Counts chunks as they finish, and appears once the work has taken a while."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = clock()
        self._planned = 0
        self._done = 0
        self._title = ""
        self._shown: tuple[Progress, TaskID] | None = None

    def __call__(self, event: Event) -> None:
        if event.kind is EventKind.QUERY_PLANNED:
            self._planned += event.count
            self._title = f"{event.market} {event.subject}"
        elif event.kind is EventKind.CHUNK_FINISHED:
            self._done += 1
        else:
            return
        if self._shown is None and self._planned > 1 and self._clock() - self._began > _PATIENCE:
            self._shown = self._show()
        if self._shown is not None:
            bar, task = self._shown
            bar.update(task, completed=min(self._done, self._planned), total=self._planned)

    def _show(self) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("chunks"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        bar.start()
        return bar, bar.add_task(self._title, total=self._planned)

    def close(self) -> None:
        if self._shown is not None:
            self._shown[0].stop()


@contextlib.contextmanager
def progress(clock: Callable[[], float] = time.monotonic, *, shown: bool = True) -> Iterator[Observer]:
    """An observer that draws a bar on standard error; it does nothing if that is not a terminal, or is not ``shown``."""
    if not shown or not sys.stderr.isatty():
        yield lambda _: None
        return
    bar = _Bar(clock)
    try:
        yield bar
    finally:
        bar.close()
