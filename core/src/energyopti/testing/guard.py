"""Detects what code does behind its source's back: connections, sleeps, processes."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator

_FORBIDDEN = frozenset(
    {"socket.connect", "socket.getaddrinfo", "time.sleep", "subprocess.Popen", "os.system"}
)
_lock = threading.Lock()
_watching: list[list[str]] = []
_installed: list[bool] = []


def _hook(event: str, _: tuple[object, ...]) -> None:
    if _watching and event in _FORBIDDEN:
        for calls in _watching:
            calls.append(event)


@contextlib.contextmanager
def forbidden_calls() -> Iterator[list[str]]:
    """The forbidden calls made while this lasts, by Python's audit events."""
    calls: list[str] = []
    with _lock:
        if not _installed:  # an audit hook cannot be removed: install only one
            sys.addaudithook(_hook)
            _installed.append(True)
        _watching.append(calls)
    try:
        yield calls
    finally:
        with _lock:
            _watching.remove(calls)
