"""``read``: a file you already have, as a table of the feed it comes from."""

from __future__ import annotations

from pathlib import Path

import click

from energyopti.cli.getting import check_writable, deliver
from energyopti.cli.installation import installation
from energyopti.cli.logs import with_findings
from energyopti.cli.options import form_of, with_format, with_output, with_safe_csv
from energyopti.cli.report import Report


@click.command("read")
@click.argument("market", metavar="MARKET", help="A market, such as nyiso.")
@click.argument("feed", metavar="FEED", help="The feed the file comes from.")
@click.argument(
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file as published or as saved again; zip and gzip are unpacked.",
)
@with_format
@with_safe_csv
@with_output
@with_findings
@click.option("--raw", is_flag=True, help="The source's own columns, as published.")
@click.option("--revisions", is_flag=True, help="Keep superseded rows, with their version.")
@click.pass_context
def read(
    context: click.Context,
    market: str,
    feed: str,
    file: Path,
    *,
    form: str | None,
    safe_csv: bool,
    output: Path | None,
    raw: bool,
    revisions: bool,
) -> None:
    """Read a file you have into the unified table.

    The file is in the market's own format. Nothing is fetched.
    """
    from energyopti.files import read_file

    chosen = form_of(form, output, safe_csv=safe_csv)
    check_writable(chosen, output)
    here = installation(context)
    there = here.registry.market(market)
    result = read_file(there, there.feed(feed), file, now=here.now(), revisions=revisions)
    deliver(result, chosen, output, raw=raw)
    Report.of(result).say(output, source=file.name)
