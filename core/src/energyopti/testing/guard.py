"""What a plugin's code does behind its source's back: each call of it is watched while it runs.

A call counts as the plugin's if the plugin's code stands nearer to it than the core's: the core itself sleeps, connects
and opens files for a plugin that waits. Imports are allowed, and so are polars, and the zone files, logs and warnings of the standard library.

What no watching of calls can see: what compiled libraries do by themselves (polars opens a file that it is given), other
processes, and a clock or a file that was read when the plugin was imported.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import os
import random
import sys
import threading
from collections.abc import Collection, Iterator
from datetime import date
from types import CodeType, FrameType, FunctionType
from typing import Any

import anyio
import attrs

from energyopti.source import Source

_CORE = "energyopti"
_TRUSTED = frozenset({"importlib", "linecache", "logging", "polars", "traceback", "warnings", "zoneinfo"})
_CLOCKS = {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "sleep"}
_FILES = {
    *("execv", "execve", "fork", "forkpty", "posix_spawn", "posix_spawnp", "system"),
    *("open", "listdir", "scandir", "mkdir", "rmdir", "unlink", "remove", "rename", "replace"),
    *("putenv", "unsetenv", "urandom"),
}
_OF_SYSTEM = {
    "_socket": None,
    "_posixsubprocess": None,
    "_winapi": None,
    "_thread": {"start_new_thread", "start_joinable_thread"},
    "_io": {"open", "open_code"},
    "io": {"open", "open_code"},
    "time": _CLOCKS,
    "posix": _FILES,
    "nt": _FILES,
}
"""The functions of compiled modules that reach beyond a source; None for all of a module."""

_CODE: dict[CodeType, str] = {
    asyncio.sleep.__code__: "asyncio.sleep",
    anyio.sleep.__code__: "anyio.sleep",
    type(os.environ).__getitem__.__code__: "os.environ",
    type(os.environ).__setitem__.__code__: "os.environ",
    type(os.environ).__iter__.__code__: "os.environ",
}
"""Those of Python itself."""

_RUNS = {Source.run.__code__, Source.once.__code__}
"""What calls a function for a plugin."""

_NAMES = {name for names in _OF_SYSTEM.values() if names for name in names} | {
    *("now", "utcnow", "today"),
    *("random", "getrandbits", "randbytes"),
    *("connect", "connect_ex", "sendto", "sendmsg", "bind", "getaddrinfo", "gethostbyname", "fork_exec"),
    "CreateProcess",
}


@attrs.define
class Watched:
    """What was seen: the forbidden calls, each with its place, and whether the plugin's code ran at all."""

    packages: frozenset[str]
    calls: dict[str, None] = attrs.field(factory=dict)
    entered: bool = False

    def see(self, frame: FrameType, event: str, what: Any) -> None:
        """What Python says of each call of a thread (`sys.setprofile`)."""
        if event == "c_call":
            name = getattr(what, "__name__", "")
            said = _forbidden(what, name) if name in _NAMES else None
        elif event == "call":
            said = _given(frame) if frame.f_code in _RUNS else _CODE.get(frame.f_code)
            self.entered = self.entered or _package(frame) in self.packages
        else:
            return
        if said is not None:
            place = self._culprit(frame.f_back if frame.f_code in _RUNS else frame)
            if place is not None:
                self.calls[f"{said} at {place}"] = None

    def _culprit(self, frame: FrameType | None) -> str | None:
        """Where the plugin made a call, if it was the plugin and no sandbox of it."""
        place = None
        while frame is not None:
            package = _package(frame)
            if package in self.packages:
                place = place or f"{frame.f_globals.get('__name__')}:{frame.f_lineno}"
            elif package == _CORE:
                sandbox = str(frame.f_globals.get("__name__")).startswith("energyopti.sandbox")
                return None if sandbox else place
            elif place is None and package in _TRUSTED:
                return None
            frame = frame.f_back
        return place


def _given(frame: FrameType) -> str | None:
    """The forbidden function that a plugin hands to its source to run: in its thread nothing tells whose it is."""
    work = frame.f_locals.get("work")
    while isinstance(work, functools.partial):
        work = work.func
    if isinstance(work, FunctionType):
        return _CODE.get(work.__code__)
    name = getattr(work, "__name__", "")
    return _forbidden(work, name) if name in _NAMES else None


def _package(frame: FrameType) -> str:
    name = str(frame.f_globals.get("__name__", ""))
    return "importlib" if name == "importlib._bootstrap" else name.partition(".")[0]


def _forbidden(what: Any, name: str) -> str | None:
    """The name of a compiled function that a plugin must not call; None for others of that name."""
    owner = getattr(what, "__self__", None)
    if name in {"now", "utcnow", "today"}:
        return f"{owner.__name__}.{name}" if isinstance(owner, type) and issubclass(owner, date) else None
    if name in {"random", "getrandbits", "randbytes"}:
        shared = getattr(random, "_inst", None)
        return f"random.{name}" if owner is shared else None
    module = getattr(what, "__module__", None) or type(owner).__module__
    if module == "socket" or type(owner).__module__ == "socket":
        module = "_socket"
    if module not in _OF_SYSTEM:
        return None
    names = _OF_SYSTEM[module]
    return f"{module.strip('_')}.{name}" if names is None or name in names else None


@contextlib.contextmanager
def watching(packages: Collection[str]) -> Iterator[Watched]:
    """Watch what the code of some packages does, in this thread and in those that begin meanwhile.

    Garbage is collected afterwards: whoever is told of a collection would be called wherever the plugin happens to be.
    """
    watched, collects = Watched(frozenset(packages)), gc.isenabled()
    gc.disable()
    before, of_threads = sys.getprofile(), threading.getprofile()
    threading.setprofile(watched.see)
    sys.setprofile(watched.see)
    try:
        yield watched
    finally:
        sys.setprofile(before if callable(before) else None)
        if collects:
            gc.enable()
        threading.setprofile(of_threads)
