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
    """SIGTERM raises `SystemExit` inside, so that what is half done is cleaned up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(_TERMINATED)


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
