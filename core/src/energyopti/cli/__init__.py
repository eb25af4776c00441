"""The command line: ``energyopti``, one module per command group.

Data goes to standard output, everything said about it to standard error. Exit codes: 0 for success, 2 for an
invalid query or command, 3 for no data, 4 for an unavailable source, 5 for credentials, 6 for a payload in a
changed format, 130 for Ctrl-C, 143 for SIGTERM, 1 for any other error that energyopti raises on purpose.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command, from the process's own arguments unless others are given; raises `SystemExit`.

    A process that runs nothing else ends with its command, whatever its threads still do.
    """
    if arguments is None and sys.argv[1:2] == [
        "__complete"
    ]:  # Tab was pressed: no more is imported than is needed
        from energyopti.cli.completion.reply import reply

        raise SystemExit(reply(sys.argv[2:]))
    from energyopti.cli.ending import at_once, ended_by_sigterm
    from energyopti.cli.output import hold_streams
    from energyopti.cli.starting import begin

    if arguments is None:
        begin()
    hold_streams()
    with contextlib.nullcontext() if arguments is not None else at_once(), ended_by_sigterm():
        from energyopti.cli.app import app

        app.main(args=arguments, prog_name="energyopti")


__all__ = ["main"]
