"""Files that polars writes while their frames come, each from a thread of its own: a signal ends the wait for a frame."""

from __future__ import annotations

import contextlib
import queue
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from typing import IO, TYPE_CHECKING, Any

from energyopti.tuning.calls import CANCELLED_WITHIN, SIGNALS_SEEN_WITHIN
from energyopti.tuning.output import BYTES_IN_A_BLOCK

if TYPE_CHECKING:
    import polars as pl

_Frames = queue.Queue["pl.DataFrame | None"]


def sunk(
    sink: Callable[[pl.LazyFrame, IO[bytes]], Any], schema: pl.Schema, frames: Iterator[pl.DataFrame]
) -> Iterator[bytes]:
    """The blocks of a file; it is kept on disk until it is whole."""
    from polars.io.plugins import register_io_source

    handed: _Frames = queue.Queue(1)

    def source(*_: object) -> Iterator[pl.DataFrame]:
        while (frame := handed.get()) is not None:
            yield frame
        yield schema.to_frame()

    with tempfile.TemporaryFile() as file:
        rows = register_io_source(source, schema=schema)
        written = _started(lambda: sink(rows, file))
        try:
            for frame in frames:
                _hand(frame, handed, written)
            _hand(None, handed, written)
            while not written.done():
                wait([written], SIGNALS_SEEN_WITHIN)
        except BaseException:
            with contextlib.suppress(queue.Full):
                handed.put(None, timeout=CANCELLED_WITHIN)
            wait([written], CANCELLED_WITHIN)
            raise
        written.result()
        file.seek(0)
        while block := file.read(BYTES_IN_A_BLOCK):
            yield block


def _started(work: Callable[[], object]) -> Future[None]:
    """Work in a thread that does not keep the process from ending."""
    done: Future[None] = Future()

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            done.set_exception(error)
        else:
            done.set_result(None)

    threading.Thread(target=run, daemon=True).start()
    return done


def _hand(frame: pl.DataFrame | None, handed: _Frames, written: Future[None]) -> None:
    """Hand on a frame, or that there are no more; a writer that has failed takes none."""
    while not written.done():
        with contextlib.suppress(queue.Full):
            handed.put(frame, timeout=SIGNALS_SEEN_WITHIN)
            return
