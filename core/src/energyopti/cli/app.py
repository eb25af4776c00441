"""The command line itself: its global options, its commands, and how errors become exit codes."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import Any

import click

from energyopti.cli.output import emit, say, silence
from energyopti.errors import EnergyOptiError, PluginError
from energyopti.plugins import COMMANDS, brought, load, whose

_OWN = {
    "get": "getting:get",
    "watch": "watching:watch",
    "compare": "comparing:compare",
    "spreads": "comparing:spreads",
    "read": "reading:read",
    "backfill": "filling:backfill",
    "sync": "syncing:sync",
    "sql": "sql:sql",
    "lake": "lake:group",
    "markets": "listings:markets",
    "feeds": "listings:feeds",
    "describe": "describing:describe",
    "locations": "placing:locations",
    "plugins": "listings:plugins",
    "doctor": "doctor:doctor",
    "sandbox": "serving:sandbox",
    "new-plugin": "scaffolding:new_plugin",
}
"""Each command's module and object; a module is imported once its command is called, or all of them are listed."""

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
  energyopti spreads ercot HB_HOUSTON HB_NORTH --period 2024-07
"""


class _Brought(click.Command):
    """A plugin's command: its name and whose it is, until it is called."""

    def __init__(self, name: str, point: EntryPoint) -> None:
        super().__init__(name, short_help=f"Brought by {whose(point)}.")
        self._point = point

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of the plugin's own command; raises `PluginError` if it is none, or cannot be imported."""
        command = load(self._point)
        if not isinstance(command, click.Command):
            raise PluginError(
                f"the command {self.name} of {whose(self._point)} is no command",
                do="its authors have to make it one with click.command()",
            )
        return command.make_context(info_name, args, parent=parent, **extra)


class _Commands(click.Group):
    """The commands; an energyopti error becomes one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """The core's commands, then those of plugins; none of these is imported for its name."""
        return [*_OWN, *(name for name in brought(COMMANDS) if name not in _OWN)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """A command, imported now; a plugin's is imported once it is called."""
        if cmd_name in _OWN:
            return _own(cmd_name)
        points = brought(COMMANDS)
        return _Brought(cmd_name, points[cmd_name]) if cmd_name in points else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant, or the ones that may be."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            known = self.list_commands(ctx)
            raise click.exceptions.NoSuchCommand(error.command_name, possibilities=known, ctx=ctx) from None

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _exits(debug=False):
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _exits(debug=ctx.params["debug"]):
            return super().invoke(ctx)


@contextlib.contextmanager
def _exits(*, debug: bool) -> Iterator[None]:
    """Errors as one line and an exit code; with ``debug``, as they are."""
    try:
        yield
    except click.UsageError as error:
        raise _misused(error) from None
    except KeyboardInterrupt:
        say("energyopti: interrupted")
        raise click.exceptions.Exit(130) from None
    except BrokenPipeError:
        silence(sys.stdout, sys.stderr)
        raise click.exceptions.Exit(0) from None
    except (EnergyOptiError, OSError) as error:
        if debug:
            raise
        say(f"energyopti: {_line(error)}")
        raise click.exceptions.Exit(getattr(error, "exit_code", 1)) from None


@functools.cache
def _own(name: str) -> click.Command:
    """One of the core's commands."""
    module, _, name = _OWN[name].partition(":")
    command: click.Command = getattr(import_module(f"energyopti.cli.{module}"), name)
    return command


def _misused(error: click.UsageError) -> Exception:
    """A usage error, reported on one line; a request for help stays what it is."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error
    words = " ".join(error.format_message().split()).removesuffix(".")
    command = error.ctx.command_path if error.ctx else "energyopti"
    say(f"energyopti: {words} (see {command} --help)")
    return click.exceptions.Exit(2)


def _line(error: EnergyOptiError | OSError) -> str:
    """The error on one line, with the number of rows that arrived anyway; of a file of this machine, with its name."""
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    if error.finished is None:
        return error.line
    rows = len(error.finished)
    return f"{error.line} ({rows} {'row' if rows == 1 else 'rows'} arrived; --partial returns them)"


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version

        emit([f"energyopti {version('energyopti')}\n".encode()])
        context.exit()


@click.group(
    "energyopti",
    cls=_Commands,
    epilog=_EXAMPLES,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option("--debug", is_flag=True, help="Show the full traceback of an error.")
@click.option(
    "--version",
    is_flag=True,
    callback=_version,
    is_eager=True,
    expose_value=False,
    help="Show the version and exit.",
)
def app(*, debug: bool) -> None:
    """One way to read US power-market data: prices, load, generation, capacity, transmission rights."""
