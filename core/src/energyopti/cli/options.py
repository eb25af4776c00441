"""Options shared by several commands, with the same wording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from energyopti.errors import UnsupportedQuery
from energyopti.output import CSV, SAFE_CSV, Format, chosen_format, find_format

with_data = click.argument(
    "data",
    metavar="DATASET|FEED",
    help="A dataset, such as lmp, or one of the market's feeds.",
)
with_run = click.option("--run", help="The market run: day_ahead, real_time_5min ...")
with_feed = click.option("--feed", help="Use this feed only.")
with_filters = click.option(
    "--filter", "column", multiple=True, metavar="COLUMN=VALUE", help="Only rows with this value; repeatable."
)
with_tz = click.option("--tz", help="The clock for naive bounds, if not the market's: ET, CT, PT, UTC, ...")
with_period = click.option(
    "--period", help="Both bounds: today, yesterday, -7d, 2024-07, 2024-Q3, last month, ..."
)
with_format = click.option(
    "--format",
    "-f",
    "form",
    help="table, csv, json, ndjson, parquet, arrow or xlsx; default: from the file's suffix.",
    metavar="FORMAT",
)
with_safe_csv = click.option(
    "--safe-csv",
    is_flag=True,
    help="CSV for spreadsheets: an apostrophe before text that would be a formula.",
)
TABLE = "table"


def form_of(given: str | None, output: Path | None, *, safe_csv: bool = False) -> Format | None:
    """The format to write in; None for a table.

    Raises `UnsupportedQuery` for a format that nobody knows, and `OutputError` for a file whose suffix names none.
    """
    if given is None:
        found = chosen_format(None, output)
    else:
        found = None if given.strip().casefold() == TABLE else find_format(given)
    if safe_csv and found is not CSV:
        raise UnsupportedQuery(
            "--safe-csv is for CSV", do="add --format csv, or name a file that ends in .csv"
        )
    return SAFE_CSV if safe_csv else found


with_lake_at = click.option(
    "--lake",
    help="The lake: a folder, or s3://bucket/prefix (gs://, az://); default: that of the settings.",
    metavar="LAKE",
)


def _place(_: click.Context, __: click.Parameter, given: Path | None) -> Path | None:
    """A file; ``-`` is standard output, as everywhere."""
    return None if given == Path("-") else given


with_output = click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    callback=_place,
    help="Write to this file; - is standard output.",
)
with_sandbox = click.option("--sandbox", is_flag=True, help="Generated data: no network, no key.")


def filters(given: Sequence[str]) -> dict[str, list[str]]:
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
