"""``new-plugin``: a plugin for a market that has none yet, as a folder of files."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from energyopti.cli.installation import installation
from energyopti.cli.output import say
from energyopti.errors import UnsupportedQuery

if TYPE_CHECKING:
    from energyopti.registry import Registry


@click.command("new-plugin")
@click.argument("market", metavar="MARKET", help="The new market's name, such as spp.")
@click.option(
    "--timezone", required=True, metavar="ZONE", help="The market's clock, such as America/Chicago."
)
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A CSV of the market: its first feed is drafted from it.",
)
@click.option(
    "--dataset", metavar="DATASET", help="What the file fills, if it does not show: lmp, load or fuel_mix."
)
@click.option("--run", metavar="RUN", help="The market run of its prices: day_ahead, real_time_5min ...")
@click.option("--title", metavar="TITLE", help="The market's title; default: its name in capitals.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="FOLDER",
    help="Where to make the distribution's folder; default: here.",
)
@click.pass_context
def new_plugin(
    context: click.Context,
    market: str,
    *,
    timezone: str,
    file: Path | None,
    dataset: str | None,
    run: str | None,
    title: str | None,
    folder: Path,
) -> None:
    """Make a plugin for a market: a distribution that installs and passes the contract tests.

    With --from the first feed is drafted from a file of the market. What the file does not show is a guess: all guesses
    are listed, and stand as TODOs in the code. Without it, the feed is a placeholder.
    """
    from energyopti.scaffold.drafting import dataset_named, draft, run_named
    from energyopti.scaffold.project import Plugin, check_market, check_title, placeholder
    from energyopti.scaffold.sample import read_sample
    from energyopti.scaffold.writing import check_folder, write_folder
    from energyopti.timezones import zone

    check_market(market)
    title = market.upper() if title is None else title
    check_title(title)
    zone(timezone)
    here = installation(context)
    _check_unclaimed(market, here.registry)
    sample = placeholder() if file is None else read_sample(file)
    feed = draft(
        sample,
        market=market,
        zone=timezone,
        dataset=None if dataset is None else dataset_named(dataset),
        run=None if run is None else run_named(run),
    )
    plugin = Plugin(
        market=market,
        title=title,
        zone=timezone,
        feed=feed,
        source=sample.name if file else None,
        today=here.now().date(),
    )
    target = folder / plugin.distribution
    check_folder(target)
    write_folder(target, plugin.files)
    of = f"{feed.dataset.name}, run {feed.run.value}" if feed.run else feed.dataset.name
    if file is None:
        say(f"{target} is written; its feed {feed.name} ({of}) is a placeholder for yours")
    else:
        read, rows = feed.rows
        say(
            f"{target} is written; its feed {feed.name} ({of}) reads {read:,} of {rows:,} rows of {sample.name}"
        )
        for each in feed.checks:
            say(f"check: {each}")
    say("check: addresses, paths, publication times and the first day are placeholders (TODO in the code)")
    path = target if target.is_absolute() else f"./{target}"  # pip takes a bare name for a published package
    say(f"next: pip install -e {shlex.quote(f'{path}[testing]')} && pytest {shlex.quote(str(path))}")


def _check_unclaimed(market: str, registry: Registry) -> None:
    """Raise `UnsupportedQuery` for a market that an installed plugin brings: two of them would take each other down."""
    owner = next((each.distribution for each in registry.reports if market in each.markets), None)
    if owner is not None:
        raise UnsupportedQuery(
            f"{owner} brings the market {market} already", do="choose another name, or uninstall it first"
        )
