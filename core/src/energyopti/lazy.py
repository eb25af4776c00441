"""What is imported when it is first used: public names, and packages of extras."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from energyopti.errors import EnergyOptiError, InvalidSettings


def exports(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package: each name is taken from its module in the package, by ``homes``."""

    def attribute(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)

    return attribute


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
