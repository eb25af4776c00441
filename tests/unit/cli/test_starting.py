"""When a command's process looks for garbage."""

from __future__ import annotations

import gc

from bounded import bounded
from energyopti.cli.installation import Installation

COMMAND = """
import gc, sys
from energyopti.cli import app, installation, main, starting

kept = []
begun = starting.begun
starting.begun = lambda: (kept.append(gc.isenabled()), begun(), kept.append(gc.isenabled()))
sys.argv = ["energyopti", "markets"]
try:
    main()
finally:
    print(kept, gc.get_freeze_count() > 0)
"""


def test_garbage_is_collected_once_a_command_has_begun() -> None:
    """Not among what was imported until then."""
    ran = bounded(COMMAND)
    assert (ran.code, ran.last) == (0, "[False, True] True"), ran.err


def test_a_program_that_runs_commands_itself_collects_as_it_does() -> None:
    """Nothing is put off there, and nothing is kept for ever."""
    frozen = gc.get_freeze_count()
    assert Installation().registry.markets
    assert gc.isenabled()
    assert gc.get_freeze_count() == frozen
