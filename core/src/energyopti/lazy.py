"""What is imported when it is first used: public names, and packages of extras."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

from energyopti.errors import EnergyOptiError, InvalidSettings


def exports(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package: each name is taken from its module in the package, by ``homes``, or is such a module."""

    def attribute(name: str) -> Any:
        if name in homes:
            return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)
        if name in homes.values():
            return importlib.import_module(f"{package}.{name}")
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return attribute


def callable_by(module: str, home: str) -> None:
    """Make a module callable: that calls the function of its own name in ``home``, which is imported then.

    So a package and a function beside it can share the name that users expect of both.
    """

    class Called(ModuleType):
        def __call__(self, *given: Any, **named: Any) -> Any:
            return getattr(importlib.import_module(home), module.rpartition(".")[2])(*given, **named)

    sys.modules[module].__class__ = Called


@contextlib.contextmanager
def extra(name: str, use: str, *, error: type[EnergyOptiError] = InvalidSettings) -> Iterator[None]:
    """Imports of packages that an extra brings; raises an ``error`` that says what to install if one is missing."""
    try:
        yield
    except ImportError as missing:
        raise error(
            f"{use} needs a package that is not installed ({missing.name})",
            do=f"run: pip install 'energyopti[{name}]'",
        ) from missing
