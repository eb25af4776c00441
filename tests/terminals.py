"""Real shells and commands in a terminal of their own: keys are typed, and what the screen shows is read."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence

import attrs

PATIENCE = 30.0


@attrs.define
class Terminal:
    """A process in a terminal, and all that it has written so far."""

    descriptor: int
    process: subprocess.Popen[bytes]
    screen: str = ""

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.descriptor, keys.encode())

    def wait_for(self, text: str, *, after: int = 0) -> str:
        """What is on the screen, once it shows a text behind so many characters."""
        end = time.monotonic() + PATIENCE
        while text not in self.screen[after:]:
            assert time.monotonic() < end, f"never saw {text!r}: {self.screen[-600:]!r}"
            self.read(0.2)
        return self.screen

    def read(self, seconds: float) -> None:
        """Read what comes within that time; nothing more comes from a process that has ended."""
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return
        with contextlib.suppress(OSError):  # the other side was closed
            self.screen += os.read(self.descriptor, 65_536).decode("utf-8", "replace")

    def quiet(self, seconds: float = 0.3) -> str:
        """What is on the screen once nothing more has come for that time."""
        seen = -1
        while seen != len(self.screen):
            seen = len(self.screen)
            self.read(seconds)
        return self.screen

    def ended(self) -> str:
        """What is on the screen once the process has ended."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, f"it does not end: {self.screen[-600:]!r}"
            self.read(0.1)
        return self.quiet(0.1)


@contextlib.contextmanager
def terminal(
    command: Sequence[str], surroundings: Mapping[str, str], *, columns: int = 100
) -> Iterator[Terminal]:
    """A command in a terminal of that width; whatever is left of it is ended."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))

    def own() -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=dict(surroundings),
        preexec_fn=own,  # noqa: PLW1509 - as no thread runs yet
    )
    os.close(theirs)
    try:
        yield Terminal(ours, process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(ours)
