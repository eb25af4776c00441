"""Where a worker is: its settings, the lake, and what is installed."""

from __future__ import annotations

import copy
import functools
import threading
from pathlib import Path

import attrs

from energyopti.errors import EnergyOptiError
from energyopti.lake_address import LakeAddress
from energyopti.registry import Registry
from energyopti.settings import LAKE_OFF, Settings

_LOADING = threading.RLock()


def installed() -> Registry:
    """What is installed on this worker, found once."""
    with _LOADING:
        return _registry()


@functools.cache
def _registry() -> Registry:
    return Registry()


@attrs.frozen(kw_only=True)
class Where:
    """Where workers put what they fetch: ``lake``, or what their own settings name; and whether it is generated data."""

    lake: str | None = None
    sandbox: bool = False

    def settings(self) -> Settings:
        """This worker's settings, with that lake; read by one thread at a time."""
        with _LOADING:
            settings = Settings.load(installed().markets.values())
        if self.sandbox:
            settings = attrs.evolve(settings, sandbox="1")
        if self.lake is not None:
            return attrs.evolve(settings, lake=LakeAddress.of(self.lake))
        if settings.lake in {None, LAKE_OFF}:
            return attrs.evolve(settings, lake=LakeAddress(settings.home / "lake"))
        return settings

    def mark(self, word: str) -> Path | None:
        """A file of the lake by which workers tell whether they see the same folder; None for a lake elsewhere."""
        folder = self.settings().lake_address.folder
        return None if folder is None else folder / ".locks" / f"seen-{word}"


def without_past(error: EnergyOptiError) -> EnergyOptiError:
    """An error without where it came from: tracebacks are sent too, and those of errors behind errors have no end."""
    alone = copy.copy(error)
    alone.__cause__ = alone.__context__ = None
    return alone.with_traceback(None)
