"""Where commands write: data to standard output or a file, messages to standard error."""

from __future__ import annotations

import contextlib
import errno
import io
import itertools
import json
import os
import re
import shutil
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from energyopti.cli.logs import logs, record
from energyopti.errors import OutputError
from energyopti.local_files import save

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from energyopti.output import Format

_PIPE_WIDTH = 200
_BETWEEN = 2
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def hold_streams() -> None:
    """Give closed standard streams a place: a file opened later would get their number, and be written into.

    What is written to a closed standard output fails, as it should; what is said to a closed standard error is lost.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)
    if sys.stdout is None:
        sys.stdout = open(1, "w", closefd=False, encoding="utf-8")  # noqa: SIM115 - for as long as the process lasts
    if sys.stderr is None:
        sys.stderr = open(2, "w", closefd=False, encoding="utf-8")  # noqa: SIM115


def say(line: str, *, event: str = "message", **fields: object) -> None:
    """Write one line to standard error; as JSON, if that was asked for, it is an ``event`` with these fields."""
    shown = record(event, message=line, **fields) if logs().json else printable(line)
    sys.stderr.write(f"{shown}\n")
    sys.stderr.flush()


def printable(text: str) -> str:
    """Text without characters that could control a terminal: it may come from a source."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def emit(blocks: Iterable[bytes]) -> None:
    """Write blocks to standard output; raises `OutputError` if that fails.

    A reader that closes the pipe has all it wanted: `BrokenPipeError` passes through, and the command line
    ends quietly.
    """
    try:
        for block in blocks:
            _write_all(sys.stdout.buffer, block)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence(sys.stdout)
        raise OutputError(f"cannot write to standard output: {error.strerror}") from None


def _write_all(stream: BinaryIO, block: bytes) -> None:
    """Write a whole block: an unbuffered write ends early when a signal or a full disk interrupts it."""
    rest = memoryview(block)
    while rest:
        written: int | None = stream.write(rest)
        if written is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        rest = rest[written:]


def write(form: Format | None, blocks: Iterable[bytes], output: Path | None) -> None:
    """Write blocks in a format, or of a page, to a file or to standard output."""
    if output is not None:
        save(output, blocks)
    elif form is None or form.binary:
        emit(blocks)
    else:
        emit(shown(blocks))


def shown(blocks: Iterable[bytes]) -> Iterable[bytes]:
    """Blocks of text as a terminal may have them: what comes from a source cannot control it. A pipe gets them as they are."""
    if not sys.stdout.isatty():
        return blocks
    return (
        _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", block.decode("utf-8", "replace")).encode()
        for block in blocks
    )


def emit_json(value: Any) -> None:
    """Write a value to standard output as JSON."""
    emit(shown([json.dumps(value, indent=2, ensure_ascii=False).encode(), b"\n"]))


def silence(*streams: TextIO) -> None:
    """Discard what is left in the streams' buffers, so that exiting does not fail on it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        with contextlib.suppress(OSError, ValueError):  # a program's own stream may have no descriptor
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def show(*renderables: RenderableType) -> None:
    """Write tables and text to standard output: in color on a terminal, plain in a pipe."""
    emit([draw(*renderables).encode(sys.stdout.encoding, "replace")])


def draw(*renderables: RenderableType) -> str:
    """What `show` writes."""
    from rich.console import Console

    console = Console(
        file=io.StringIO(),
        width=page_width(),
        force_terminal=sys.stdout.isatty(),
        highlight=False,
        legacy_windows=False,
    )
    with console.capture() as written:
        console.print(*renderables, sep="\n")
    return "\n".join(line.rstrip() for line in written.get().splitlines()) + "\n"


def page_width() -> int:
    """The page width: the terminal's, or wide enough for every line in a pipe."""
    fallback = 80 if sys.stdout.isatty() else _PIPE_WIDTH
    if fallback == _PIPE_WIDTH and not os.environ.get("COLUMNS"):
        return fallback
    return shutil.get_terminal_size((fallback, 24)).columns


def listing(*columns: str) -> Table:
    """An empty table for a listing; words that are too long for their column go on in the next line."""
    from rich import box
    from rich.table import Table

    table = Table(
        *columns,
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
        pad_edge=False,
        header_style="bold",
    )
    for column in table.columns:
        column.overflow = "fold"
    return table


def fact_sheet() -> Table:
    """An empty table of facts, each with its name before it."""
    from rich.table import Table

    facts = Table.grid(padding=(0, 2))
    facts.add_column(no_wrap=True)
    facts.add_column(overflow="fold")
    return facts


def widths(columns: Sequence[tuple[Sequence[str], bool]]) -> list[int] | None:
    """How wide each column of a listing is to be, by its cells and whether it may wrap; None if they do not fit.

    Words stay whole, and so do the cells of columns that do not wrap; what room is left goes to those that do.
    """
    from rich.cells import cell_len

    full = [max(map(cell_len, cells), default=0) for cells, _ in columns]
    least = [
        max((cell_len(word) for cell in cells for word in cell.split()), default=0) if wraps else most
        for (cells, wraps), most in zip(columns, full, strict=True)
    ]
    room = page_width() - _BETWEEN * (len(columns) - 1) - sum(least)
    if room < 0:
        return None
    wanted = sum(full) - sum(least)
    if wanted <= room:
        return full
    return [few + room * (most - few) // wanted for few, most in zip(least, full, strict=True)]


def fitted(
    rows: Sequence[Mapping[str, str]],
    *,
    whole: Collection[str] = (),
    spare: Sequence[str] = (),
    right: Collection[str] = (),
    more: str = "--json gives all",
) -> list[RenderableType]:
    """A listing of rows by column, and a note on columns that are left out for want of room.

    Columns of ``whole`` do not wrap, those of ``right`` are set to the right. Where the page is too narrow, those of ``spare``
    are left out, the first one first.
    """
    from rich.text import Text

    names, out = list(rows[0]) if rows else [], list[str]()
    for last in (*spare, None):
        shown = [name for name in names if name not in out]
        fits = widths([([name, *(row[name] for row in rows)], name not in whole) for name in shown])
        if fits is not None or last is None:
            break
        out.append(last)
    table = listing(*shown)
    for name, column, width in zip(shown, table.columns, fits or itertools.repeat(None), strict=False):
        column.no_wrap, column.width = name in whole, width
        column.justify = "right" if name in right else "left"
    for row in rows:
        add_row(table, *(row[name] for name in shown))
    if not out:
        return [table]
    return [
        table,
        "",
        Text(f"no room for {', '.join(name for name in names if name in out)}: {more}", "dim"),
    ]


def add_row(table: Table, *cells: str) -> None:
    """Add a row of plain text; nothing in it is read as markup."""
    from rich.text import Text

    table.add_row(*(Text(printable(cell)) for cell in cells))
