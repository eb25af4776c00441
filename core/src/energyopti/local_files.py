"""Files that somebody names, read within bounds: also if one is a device, a pipe, or larger than it can mean to be."""

from __future__ import annotations

import errno
import os
import select
import stat
from pathlib import Path

from energyopti.tuning.output import BYTES_IN_A_BLOCK
from energyopti.tuning.reading import PIPE_BYTES, PIPE_PATIENCE

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_bounded(path: Path, *, cap: int, patience: float = PIPE_PATIENCE) -> bytes:
    """The bytes of a file, ``cap`` of them at the most; a pipe's until its writer closes it.

    Raises `OSError` if it cannot be read, if there are more, and if a pipe sends nothing for ``patience`` seconds.
    """
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
        status = os.fstat(file.fileno())
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            return _drained(file.fileno(), min(cap, PIPE_BYTES), patience)
        content = file.read(cap + 1) if status.st_size <= cap else b""
        if max(len(content), status.st_size) > cap:
            raise _too_large(cap)
        return content


def _drained(descriptor: int, cap: int, patience: float) -> bytes:
    """What a pipe or a device sends."""
    content = bytearray()
    while len(content) <= cap:
        ready, _, _ = select.select([descriptor], [], [], patience)
        if not ready:
            raise TimeoutError(errno.ETIMEDOUT, f"nothing came for {patience:g} s")
        block = os.read(descriptor, BYTES_IN_A_BLOCK)
        if not block:
            return bytes(content)
        content += block
    raise _too_large(cap)


def _too_large(cap: int) -> OSError:
    return OSError(errno.EFBIG, f"it has more than {cap:,} bytes")
