"""The kit's watch over a plugin's code: what it sees, whose it says it was, and what it leaves alone."""

# ruff: noqa: DTZ001, DTZ005, DTZ011, PLW0108, PTH123 - calls that a plugin must not make

from __future__ import annotations

import asyncio
import functools
import importlib
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from energyopti.testing.guard import watching

from_time = time.sleep
"""As a module that imports it by name has it."""

HERE = __name__.partition(".")[0]


def seen(work: Callable[[], object], package: str = HERE) -> str:
    """What is seen of a function."""
    with watching({package}) as watched:
        work()
    return "; ".join(watched.calls)


def threaded() -> None:
    """A thread of its own."""
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()


def connected() -> None:
    """A connection that nobody takes."""
    with socket.socket() as there:
        there.connect_ex(("127.0.0.1", 9))


@pytest.mark.parametrize(
    ("work", "says"),
    [
        (lambda: time.sleep(0), "time.sleep"),
        (lambda: from_time(0), "time.sleep"),
        (lambda: asyncio.run(asyncio.sleep(0)), "asyncio.sleep"),
        (lambda: anyio.run(anyio.sleep, 0), "anyio.sleep"),
        (lambda: anyio.run(functools.partial(anyio.to_thread.run_sync, lambda: from_time(0))), "time.sleep"),
        (lambda: os.environ.get("HOME"), "os.environ"),
        (lambda: os.getenv("HOME"), "os.environ"),
        (lambda: "HOME" in os.environ, "os.environ"),
        (lambda: dict(os.environ), "os.environ"),
        (lambda: open(__file__).close(), "io.open"),
        (lambda: Path(__file__).read_bytes(), "io.open"),
        (lambda: list(Path(__file__).parent.iterdir()), "posix."),
        (
            lambda: subprocess.run([sys.executable, "-c", ""], check=True),
            "posixsubprocess.fork_exec" if sys.version_info < (3, 13) else "posix.posix_spawn",
        ),
        (lambda: datetime.now().year, "datetime.now"),
        (lambda: date.today().year, "date.today"),
        (time.time, "time.time"),
        (lambda: time.time_ns(), "time.time_ns"),
        (lambda: time.monotonic(), "time.monotonic"),
        (lambda: random.random(), "random.random"),
        (lambda: random.randint(1, 6), "random.getrandbits"),
        (lambda: os.urandom(1), "posix.urandom"),
        (connected, "socket."),
        (lambda: socket.getaddrinfo("127.0.0.1", 9), "socket.getaddrinfo"),
        (threaded, "thread.start_"),
    ],
    ids=lambda value: value if isinstance(value, str) else "call",
)
def test_call_is_seen(work: Callable[[], object], says: str) -> None:
    """Whether it is imported by name, made in a thread, or deep inside a library: with its name and place."""
    if work is time.time:
        work = lambda: time.time()  # noqa: E731 - called by a plugin's own line
    found = seen(work)
    assert says in found
    assert f"at {__name__}:" in found


def test_what_is_allowed_is_not_seen() -> None:
    """Imports, a seeded generator of its own, arithmetic with times; and what others do."""

    def fine() -> None:
        importlib.reload(importlib.import_module("colorsys"))
        random.Random(7).random()
        datetime(2024, 7, 1).timestamp()
        datetime.fromisoformat("2024-07-01")

    assert seen(fine) == ""
    assert seen(lambda: time.sleep(0), package="another") == ""


def test_watching_ends() -> None:
    """Afterwards nothing is seen, and a tool that watched before watches again."""
    before = sys.getprofile()
    with watching({HERE}) as watched:
        assert sys.getprofile() is not before
    time.sleep(0)
    assert watched.calls == {}
    assert sys.getprofile() is before


def test_code_that_never_ran_is_known() -> None:
    """Else a guard over nothing would pass."""
    with watching({"another"}) as watched:
        asyncio.run(asyncio.sleep(0))
    assert not watched.entered
    with watching({HERE}) as watched:
        threaded()
    assert watched.entered
