"""Processes that were forked from one that has read data already: the threads that it read them with are not there.

Imported with energyopti itself, so that a fork is noticed before anything is read.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_THREADS = Path("/proc/self/task")
_POOLS = ("polars-0", "tokio-")


class _Forks:
    """Whether this process has ``used`` threads that its children will lack, or lacks those of its parent itself."""

    used = False
    broken = False

    def look(self) -> None:
        """Before a fork: a program may have used polars without us."""
        self.used = self.used or any(name.startswith(_POOLS) for name in _thread_names())

    def inherit(self) -> None:
        """In the child."""
        self.broken = self.broken or self.used


def _thread_names() -> list[str]:
    """The names of the threads of this process, where the system says them."""
    names = []
    for each in _THREADS.glob("*/comm"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            names.append(each.read_text())
    return names


_forks = _Forks()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_forks.look, after_in_child=_forks.inherit)


def check_forked() -> None:
    """Raise `UnsupportedQuery` in a process that could only wait without end."""
    if _forks.broken:
        from energyopti.errors import UnsupportedQuery

        raise UnsupportedQuery(
            "this process was forked from one that had read data already, and lacks the threads to do so itself",
            do="start it with multiprocessing.get_context('spawn'), or fork before the first call",
        )
    _forks.used = True
