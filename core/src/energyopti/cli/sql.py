"""``sql``: a statement of SQL over the lake, as a table or a file."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from energyopti.cli.filling import with_lake
from energyopti.cli.getting import check_writable
from energyopti.cli.installation import installation
from energyopti.cli.options import (
    form_of,
    with_format,
    with_lake_at,
    with_output,
    with_safe_csv,
    with_sandbox,
)
from energyopti.cli.output import draw, say, write
from energyopti.cli.report import say_terms
from energyopti.errors import OutputError, UnsupportedQuery
from energyopti.local_files import read_bounded
from energyopti.tuning.reading import TEXT_FILE_BYTES

if TYPE_CHECKING:
    import polars as pl

_STANDARD_INPUT = "-"


@click.command("sql")
@click.argument(
    "statement",
    required=False,
    metavar="STATEMENT",
    help='One statement, such as "SELECT * FROM lmp"; -: from standard input.',
)
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The statement is in this file.",
)
@with_lake_at
@with_format
@with_safe_csv
@with_output
@with_sandbox
@click.pass_context
def sql(
    context: click.Context,
    statement: str | None,
    *,
    file: Path | None,
    lake: str | None,
    form: str | None,
    safe_csv: bool,
    output: Path | None,
    sandbox: bool,
) -> None:
    """Ask the lake in SQL.

    A table is MARKET.FEED, such as nyiso.damlbmp_zone; a dataset, such as lmp, is all of its tables. Names with other signs are
    quoted: nyiso."damlbmp_zone.history". Nothing is fetched and nothing is changed. Times are UTC.
    """
    from energyopti.store.opening import open_sql

    text = _statement(statement, file)
    chosen = form_of(form, output, safe_csv=safe_csv)
    check_writable(chosen, output)
    here = installation(context)
    opened = open_sql(with_lake(here.settings(sandbox=sandbox), lake).lake_address, here.registry)
    with opened.answer(text) as rows, _as_written(output):
        counted = _Counted(rows.frames)
        if chosen is None:
            from energyopti.cli.table import page

            frame = rows.whole()
            counted.rows = frame.height
            text = draw(*page(frame, None, title=_title(frame)))
            blocks = iter([text.encode("utf-8" if output else sys.stdout.encoding, "replace")])
        else:
            blocks = iter(chosen.blocks(rows.schema, iter(counted)))
        write(chosen, blocks, output)
    count = counted.rows
    say(f"{count:,} {'row' if count == 1 else 'rows'}" + (f", written to {output}" if output else ""))
    if output is not None:
        there = here.registry.markets
        terms = {name: there[name].terms for name in rows.markets if name in there}
        say_terms({name: each for name, each in terms.items() if each is not None})


def _statement(given: str | None, file: Path | None) -> str:
    """The statement, from where it is."""
    if (given is None) == (file is None):
        raise UnsupportedQuery("there must be one statement of SQL", do="give it, or --file, or - to read it")
    if file is None and given != _STANDARD_INPUT:
        return given or ""
    try:
        if file is not None:
            return read_bounded(file, cap=TEXT_FILE_BYTES).decode("utf-8-sig")
        text = sys.stdin.read(TEXT_FILE_BYTES + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise UnsupportedQuery(
            f"the statement cannot be read from {file or 'standard input'}: {error}"
        ) from None
    if len(text) > TEXT_FILE_BYTES:
        raise UnsupportedQuery(
            f"the statement on standard input is longer than {TEXT_FILE_BYTES:,} characters"
        )
    return text


class _Counted:
    """Frames as they pass by, and how many rows they had."""

    def __init__(self, frames: Iterator[pl.DataFrame]) -> None:
        self._frames = frames
        self.rows = 0

    def __iter__(self) -> Iterator[pl.DataFrame]:
        for frame in self._frames:
            self.rows += frame.height
            yield frame


def _title(frame: pl.DataFrame) -> str:
    """``nyiso/pal``, if all rows are of one market or feed."""
    import polars as pl

    named = [name for name in ("market", "feed") if frame.schema.get(name) == pl.String]
    words = [frame[name][0] for name in named if frame[name].n_unique() == 1]
    return "/".join(word for word in words if word) or "lake"


@contextlib.contextmanager
def _as_written(output: Path | None) -> Iterator[None]:
    """A format that has no form for some column says so in one line."""
    import polars as pl

    try:
        yield
    except pl.exceptions.PolarsError as error:
        raise OutputError(
            f"the rows cannot be written{f' to {output}' if output else ''}: {error}",
            do="choose another format, or CAST the column",
        ) from None
