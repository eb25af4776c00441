"""Files that somebody names: read within bounds, also if one is a device or a pipe, and written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import select
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from energyopti.errors import OutputError
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


def check_target(path: Path) -> None:
    """Raise `OutputError` for a file that cannot be written, before anything is fetched."""
    mode = _mode(path)
    if stat.S_ISDIR(mode):
        raise OutputError(f"{path} is a folder", do="name a file in it")
    if not stat.S_ISDIR(_mode(path.parent)):
        raise OutputError(
            f"cannot write {path}: the folder {path.parent} does not exist", do="create it first"
        )
    if not os.access(path if _special(mode) else _place(path).parent, os.W_OK):
        raise OutputError(f"cannot write {path}: no permission to write in its folder")


def save(path: Path, blocks: Iterable[bytes]) -> None:
    """Write a whole file or nothing: write a temporary file beside it, then move it into place."""
    try:
        with _opened(path) as file:
            for block in blocks:
                file.write(block)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}; nothing is left there") from None


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file to write to; only a complete one replaces what was at the path."""
    mode = _mode(path)
    if _special(mode):
        with path.open("wb") as device:
            yield device
        return
    place = _place(path)
    part = place.with_name(f".energyopti-{secrets.token_hex(6)}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode:
            part.chmod(stat.S_IMODE(mode))
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """The kind and mode of what is at a path; 0 if nothing is. Raises `OutputError` if there can be nothing."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot write {path}: {getattr(error, 'strerror', error)}") from None


def _place(path: Path) -> Path:
    """Where a file is, or will be, once links are followed."""
    return Path(os.path.realpath(path))


def _special(mode: int) -> bool:
    """Whether it is a pipe or a device, which is written to and never replaced."""
    return bool(mode) and not stat.S_ISREG(mode)
