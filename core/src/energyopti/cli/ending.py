"""How the process of a command ends: on SIGTERM as on Ctrl-C, and not by threads that nobody waits for."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

_TERMINATED = 128 + signal.SIGTERM


@contextlib.contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends what is inside as Ctrl-C does, so that what is half done is cleaned up; then it is `SystemExit`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        interrupt = signal.getsignal(
            signal.SIGINT
        )  # an event loop has its own: it cancels the command's task
        if not callable(interrupt):
            sys.exit(_TERMINATED)
        interrupt(signal.SIGINT, frame)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except (SystemExit, KeyboardInterrupt):
        if asked:
            raise SystemExit(_TERMINATED) from None
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def at_once() -> Iterator[None]:
    """The process ends with what is inside, if a thread is left that would be waited for."""
    try:
        yield
    except SystemExit as end:
        if threading.active_count() > 1:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))
        raise
