"""Running what may take all memory, or never end: in a child process that is stopped at a bound of either."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import attrs

MOST_MEMORY = 1_500 << 20
"""No attack may make us take more bytes than this."""

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_LOOKED_EVERY = 0.02


@attrs.frozen(kw_only=True)
class Ran:
    """What became of a child: ``code`` is negative for a signal; ``peak`` is the most bytes of its process group."""

    code: int
    out: str
    err: str
    peak: int
    seconds: float

    @property
    def last(self) -> str:
        """The last line that it printed."""
        return (self.out.strip().splitlines() or [""])[-1]


def bounded(
    code: str,
    *arguments: str,
    seconds: float = 30.0,
    memory: int = MOST_MEMORY,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Ran:
    """Run Python ``code`` in a child; it fails the test if it takes more time or ``memory`` than allowed.

    Not by a limit of the system: address space that is only reserved is none that is used.
    """
    return commanded(
        sys.executable,
        "-c",
        textwrap.dedent(code),
        *arguments,
        seconds=seconds,
        memory=memory,
        env=env,
        cwd=cwd,
    )


def commanded(
    *command: str,
    seconds: float = 30.0,
    memory: int = MOST_MEMORY,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Ran:
    """Run a command likewise."""
    began = time.monotonic()
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**unmeasured(), **(env or {})},
        cwd=cwd,
    )
    peak, stopped = [0], [""]

    def watch() -> None:
        while child.poll() is None:
            peak[0] = max(peak[0], _taken(child.pid))
            if peak[0] > memory:
                stopped[0] = f"took more than {memory >> 20} MB"
            elif time.monotonic() - began > seconds:
                stopped[0] = f"took more than {seconds:g} s"
            if stopped[0]:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                return
            time.sleep(_LOOKED_EVERY)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, err = child.communicate()
    watcher.join()
    assert not stopped[0], f"it {stopped[0]} and was stopped\n{out[-2000:]}\n{err[-2000:]}"
    return Ran(code=child.returncode, out=out, err=err, peak=peak[0], seconds=time.monotonic() - began)


def unmeasured() -> dict[str, str]:
    """The environment for a child whose coverage is not measured: it would cost half its time again."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def _taken(group: int) -> int:
    """The bytes that the processes of a group have in memory; 0 where the system does not say."""
    taken = 0
    for each in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            if int((each / "stat").read_text().rpartition(") ")[2].split()[2]) == group:
                taken += int((each / "statm").read_text().split()[1]) * _PAGE
    return taken
