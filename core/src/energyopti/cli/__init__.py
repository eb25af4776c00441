"""The command line: ``energyopti``, one module a command group.

Data goes to standard output, all that is said about it to standard error. The exit code is 0 when the
command is done, 2 for a query or a command that cannot be, 3 for no data, 4 for a source that is
unavailable, 5 for credentials, 6 for a payload of another shape, 130 for Ctrl-C, 1 for anything else that is
foreseen.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command, the process's own arguments unless others are given; raises `SystemExit`."""
    from typer.main import get_command

    from energyopti.cli.app import app

    get_command(app).main(args=arguments, prog_name="energyopti")


__all__ = ["main"]
