"""What is installed on this machine: looked for once in a process, by tests that install nothing themselves."""

from __future__ import annotations

import functools
import os

from energyopti import Registry


@functools.cache
def installed() -> Registry:
    """The installed markets."""
    return Registry()


def unmeasured() -> dict[str, str]:
    """This environment without energyopti's settings, for a process that shows what is measured elsewhere."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("ENERGYOPTI_", "COVERAGE"))
    }
