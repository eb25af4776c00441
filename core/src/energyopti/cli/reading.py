"""``read``: a file you already have, as a table of the feed it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from energyopti.cli.getting import check_writable, deliver
from energyopti.cli.installation import installation
from energyopti.cli.options import Form, Output, form_of
from energyopti.cli.report import Report


def read(
    context: typer.Context,
    market: Annotated[str, typer.Argument(metavar="MARKET", help="A market, such as nyiso.")],
    feed: Annotated[str, typer.Argument(metavar="FEED", help="The feed the file comes from.")],
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="The file as published or as saved again; zip and gzip are unpacked.",
            exists=True,
            dir_okay=False,
        ),
    ],
    *,
    form: Form = None,
    output: Output = None,
    raw: Annotated[bool, typer.Option("--raw", help="The source's own columns, as published.")] = False,
    revisions: Annotated[
        bool, typer.Option("--revisions", help="Keep superseded rows, with their version.")
    ] = False,
) -> None:
    """Read a file you have into the unified table.

    The file is in the market's own format. Nothing is fetched.
    """
    from energyopti.files import read_file

    chosen = form_of(form, output)
    check_writable(chosen, output)
    here = installation(context)
    there = here.registry.market(market)
    result = read_file(there, there.feed(feed), file, now=here.now(), revisions=revisions)
    deliver(result, chosen, output, raw=raw)
    Report.of(result).say(output, source=file.name)
