"""Options shared by several commands, with the same wording."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from energyopti.errors import UnsupportedQuery
from energyopti.output import Format, chosen_format, find_format

Data = Annotated[
    str,
    typer.Argument(metavar="DATASET|FEED", help="A dataset, such as lmp, or one of the market's feeds."),
]
RunName = Annotated[str | None, typer.Option("--run", help="The market run: day_ahead, real_time_5min ...")]
FeedName = Annotated[str | None, typer.Option("--feed", help="Use this feed only.")]
Columns = Annotated[
    list[str] | None,
    typer.Option("--filter", metavar="COLUMN=VALUE", help="Only rows with this value; repeatable."),
]
Clock = Annotated[str | None, typer.Option("--tz", help="The clock for naive bounds, if not the market's.")]
Form = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        help="table, csv, json, ndjson, parquet or arrow; default: from the file's suffix.",
        metavar="FORMAT",
    ),
]
TABLE = "table"


def form_of(given: str | None, output: Path | None) -> Format | None:
    """The format to write in; None for a table.

    Raises `UnsupportedQuery` for a format that nobody knows, and `OutputError` for a file whose suffix names none.
    """
    if given is None:
        return chosen_format(None, output)
    return None if given.strip().casefold() == TABLE else find_format(given)


LakeAt = Annotated[
    str | None,
    typer.Option(
        "--lake",
        help="The lake: a folder, or s3://bucket/prefix (gs://, az://); default: that of the settings.",
        metavar="LAKE",
    ),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")]
Generated = Annotated[bool, typer.Option("--sandbox", help="Generated data: no network, no key.")]


def filters(given: list[str] | tuple[()]) -> dict[str, list[str]]:
    """``COLUMN=VALUE`` as values by column."""
    found: dict[str, list[str]] = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign:
            raise UnsupportedQuery(
                f"--filter {each!r} is not a filter", do="write COLUMN=VALUE, such as fuel=wind"
            )
        found.setdefault(name.strip(), []).append(value.strip())
    return found
