"""The page of the site about errors: each with its exit code, its HTTP status, what it means and what to do."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from energyopti import errors
from energyopti.errors import EnergyOptiError
from markdown_parts import markdown, page, table

ADVICE: dict[str, str] = {
    "EnergyOptiError": "Read the line: its last part says it. A program looks at the class and at the parts, never at the text.",
    "UnknownMarket": "`pip install energyopti-MARKET`, or correct the name: the message has the nearest ones. `energyopti plugins` "
    "shows what is installed, and why a plugin was left out.",
    "UnknownDataset": "`energyopti feeds MARKET` lists what there is; the message has the nearest names.",
    "UnknownLocation": "Use the market's own identifier or one of its common names; the market's feed of dataset `locations` lists "
    "them. A location may also have begun, or ended, on another day.",
    "UnsupportedQuery": "Change the query as the message says: another run, fewer filters, a range that the feed has. Asking again "
    "does not help.",
    "InvalidTimeRange": "Give a start before the end, within the feed's history (`energyopti describe MARKET FEED`). For an hour that "
    "the clocks skip or repeat, give an offset or `Z`.",
    "InvalidSettings": "Correct the variable, or the line of the file, that the message names. `energyopti doctor` shows the settings "
    "in force.",
    "OutputError": "Choose a folder that exists and can be written, a suffix that names a format, or another `--format`.",
    "MissingCredential": "Get the key where the message says, and set the variable that it names. Without one, `--sandbox` has "
    "generated data.",
    "AuthenticationFailed": "Check the key for a typing error, its expiry, and its subscription at the host. Asking again with the "
    "same key does not help.",
    "NoData": "If it is not due yet, ask later: `energyopti describe MARKET FEED` says when. With `--partial` (`partial=True`) the rest "
    "of the range is the answer.",
    "SourceUnavailable": "Ask again, after `retry_after` seconds if that is known. What arrived is in `finished`, and is not fetched "
    "again while it is in memory or in a lake. `energyopti doctor` shows which hosts answer.",
    "RateLimited": "Wait, or ask for less at once. Processes of a machine share the limits only if they share `ENERGYOPTI_HOME`.",
    "SchemaDrift": "Update the plugin. If it is the newest, report the feed, the column and the day to its authors: the ISO changed "
    "its document, and no row was guessed.",
    "PluginError": "Update the plugin, or report the message to its authors; the other markets go on working.",
    "LakeError": "`energyopti lake verify --repair` if files are damaged, `energyopti backfill` if there is no lake yet; else free "
    "the disk, or let the other writer end.",
}
"""What to do about each error, for its reader: the message says it for the case at hand."""


def errors_page() -> str:
    """Every error, from its class."""
    found = list(tree())
    return page(
        "# Errors and what to do",
        "Every error that energyopti raises on purpose is an `EnergyOptiError`. Its message is one line that says where it was,\n"
        "what happened and what to do; the parts are attributes (see [Errors and exit codes](index.md#errors-and-exit-codes)).\n"
        "The command line prints that line and ends with the exit code; 0 is success, 130 is Ctrl-C.",
        table(
            ("error", "exit code", "HTTP status", "meaning"),
            (
                (
                    f"[`{each.__name__}`](#{each.__name__.lower()})",
                    str(each.exit_code),
                    str(each.http_status),
                    meaning(each).partition("\n\n")[0],
                )
                for each in found
            ),
        ),
        *(_section(each) for each in found),
    )


def tree() -> Iterator[type[EnergyOptiError]]:
    """The root and all below it, in the order in which they are defined."""
    for each in vars(errors).values():
        if inspect.isclass(each) and issubclass(each, EnergyOptiError) and each.__module__ == errors.__name__:
            yield each


def meaning(error: type[EnergyOptiError]) -> str:
    """What an error says of itself."""
    return markdown(inspect.cleandoc(error.__doc__ or ""))


def _section(error: type[EnergyOptiError]) -> str:
    (above,) = error.__bases__
    kind = f" A kind of [`{above.__name__}`](#{above.__name__.lower()})." if above is not Exception else ""
    return page(
        f"## {error.__name__}",
        f"Exit code {error.exit_code}, HTTP status {error.http_status}.{kind}",
        meaning(error),
        f"**What to do.** {ADVICE[error.__name__]}" if error.__name__ in ADVICE else "",
    ).rstrip()
