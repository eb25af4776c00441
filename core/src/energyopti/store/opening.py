"""Open the lake, if its extra is installed."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from energyopti.errors import LakeError
from energyopti.registry import Registry
from energyopti.settings import Settings
from energyopti.store.base import Store

if TYPE_CHECKING:
    from energyopti.store.lake import Lake
    from energyopti.store.lake.sql import LakeSql

_log = logging.getLogger("energyopti")


def open_lake(folder: Path) -> Lake:
    """The lake in a folder, which is made when something is put into it.

    Raises `LakeError` if the packages for it are not installed.
    """
    try:
        from energyopti.store.lake import Lake
    except ImportError as error:
        raise LakeError(
            f"the lake needs a package that is not installed ({error.name})",
            do="run: pip install 'energyopti[lake]'",
        ) from error
    return Lake(folder)


def open_sql(folder: Path, registry: Registry) -> LakeSql:
    """SQL over the lake in a folder.

    Raises `LakeError` if there is none, or if the packages for it are not installed.
    """
    try:
        from energyopti.store.lake.sql import LakeSql
    except ImportError as error:
        raise LakeError(
            f"SQL needs a package that is not installed ({error.name})",
            do="run: pip install 'energyopti[sql]'",
        ) from error
    if not folder.is_dir():
        raise LakeError(f"there is no lake in {folder}", do="fill one with `energyopti backfill`")
    return LakeSql(open_lake(folder), registry)


def store_of(settings: Settings) -> Store | None:
    """The store that the settings name; None if there is none.

    A lake that was not asked for, but lies at the usual place, is left alone where its packages are not installed.
    """
    if not settings.uses_lake:
        return None
    try:
        return open_lake(settings.lake_folder)
    except LakeError as error:
        if settings.lake is not None:
            raise
        _log.warning("%s is not used: %s", settings.lake_folder, error.line)
        return None
