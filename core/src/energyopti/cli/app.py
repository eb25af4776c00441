"""The command line itself: its global options, its commands, and how errors become exit codes."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from energyopti.cli import (
    comparing,
    describing,
    doctor,
    filling,
    getting,
    lake,
    listings,
    reading,
    serving,
    sql,
    syncing,
    watching,
)
from energyopti.cli.output import emit, say, silence
from energyopti.errors import EnergyOptiError
from energyopti.plugins import brought, load, whose

COMMANDS = "energyopti.commands"
"""The entry points by which plugins bring commands: the name is the command, the object a function with typed options."""

_EXAMPLES = """\b
Examples:
  energyopti markets
  energyopti feeds nyiso
  energyopti describe lmp
  energyopti get nyiso lmp --run day_ahead --start 2024-07-01 --end 2024-07-02
  energyopti get nyiso load --start 2024-07-01 --end 2024-08-01 -o july.parquet
  energyopti get all lmp --run day_ahead --start 2024-07-01 --end 2024-07-02 --sandbox
  energyopti watch nyiso lmp --run real_time_5min --location N.Y.C. --format csv
  energyopti sql "select location, avg(lmp) from nyiso.damlbmp_zone group by all"
  energyopti compare --start 2024-07-01 --end 2024-08-01 --chart july.html --sandbox
"""

_UsageError: Any = typer.BadParameter.__base__


class _Brought(TyperCommand):
    """A plugin's command: its name and whose it is, until it is called."""

    def __init__(self, name: str, point: EntryPoint) -> None:
        super().__init__(name, short_help=f"Brought by {whose(point)}.")
        self._point = point

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the plugin's own function; raises `PluginError` where it cannot be imported."""
        alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        alone.command(self.name)(load(self._point))
        return typer.main.get_command(alone).make_context(info_name, args, parent=parent, **extra)


class _Commands(TyperGroup):
    """The commands; an energyopti error becomes one line and an exit code."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The core's commands, then those of plugins; none of these is imported for its name."""
        own = super().list_commands(ctx)
        return [*own, *(name for name in brought(COMMANDS) if name not in own)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command; a plugin's is imported once it is called."""
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in (points := brought(COMMANDS)):
            return own
        return _Brought(cmd_name, points[cmd_name])

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().make_context(*args, **kwargs)
        except _UsageError as error:
            raise _misused(error) from None

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except _UsageError as error:
            raise _misused(error) from None
        except EnergyOptiError as error:
            if ctx.params["debug"]:
                raise
            say(f"energyopti: {_line(error)}")
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            say("energyopti: interrupted")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            silence(sys.stdout, sys.stderr)
            raise typer.Exit(0) from None


def _misused(error: Any) -> Exception:
    """A usage error, reported on one line; a request for help stays what it is."""
    if type(error).__name__ == "NoArgsIsHelpError":
        asked_for_help: Exception = error
        return asked_for_help
    words = " ".join(error.format_message().replace("Value error, ", "").split())
    command = error.ctx.command_path if error.ctx else "energyopti"
    say(f"energyopti: {words} (see {command} --help)")
    return typer.Exit(2)


def _line(error: EnergyOptiError) -> str:
    """The error on one line, with the number of rows that arrived anyway."""
    if error.finished is None:
        return error.line
    rows = len(error.finished)
    return f"{error.line} ({rows} {'row' if rows == 1 else 'rows'} arrived; --partial returns them)"


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        emit([f"energyopti {version('energyopti')}\n".encode()])
        raise typer.Exit


app = typer.Typer(
    name="energyopti",
    cls=_Commands,
    epilog=_EXAMPLES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: the renderer of the other costs more than all that is read for it
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


@app.callback()
def _energyopti(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show the full traceback of an error.")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """One way to read US power-market data: prices, load, generation, capacity, transmission rights."""


app.command("get")(getting.get)
app.command("watch")(watching.watch)
app.command("compare")(comparing.compare)
app.command("read")(reading.read)
app.command("backfill")(filling.backfill)
app.command("sync")(syncing.sync)
app.command("sql")(sql.sql)
app.add_typer(lake.app, name="lake")
app.command("markets")(listings.markets)
app.command("feeds")(listings.feeds)
app.command("describe")(describing.describe)
app.command("plugins")(listings.plugins)
app.command("doctor")(doctor.doctor)
app.command("sandbox")(serving.sandbox)
