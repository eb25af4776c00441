"""The command line: ``energyopti``, one module per command group.

Data goes to standard output, everything said about it to standard error. Exit codes: 0 for success, 2 for an
invalid query or command, 3 for no data, 4 for an unavailable source, 5 for credentials, 6 for a payload in a
changed format, 130 for Ctrl-C, 1 for any other error that energyopti raises on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command, from the process's own arguments unless others are given; raises `SystemExit`."""
    from energyopti.cli.app import app
    from energyopti.cli.output import hold_streams

    hold_streams()
    app.main(args=arguments, prog_name="energyopti")


__all__ = ["main"]
