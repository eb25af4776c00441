"""Open the lake, if its extra is installed."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from energyopti.errors import LakeError
from energyopti.lake_address import LakeAddress
from energyopti.lazy import extra
from energyopti.registry import Registry
from energyopti.settings import Settings
from energyopti.store.base import Store

if TYPE_CHECKING:
    from energyopti.store.lake import Lake
    from energyopti.store.lake.sql import LakeSql

_log = logging.getLogger("energyopti")


def open_lake(address: str | os.PathLike[str] | LakeAddress) -> Lake:
    """The lake in a folder or at an address (``s3://bucket/prefix``), which is made when something is put into it.

    Raises `LakeError` if the packages for it are not installed.
    """
    with extra("lake", "the lake", error=LakeError):
        from energyopti.store.lake import Lake

        return Lake(address)


def open_sql(address: str | os.PathLike[str] | LakeAddress, registry: Registry) -> LakeSql:
    """SQL over the lake in a folder or at an address.

    Raises `LakeError` if there is none, or if the packages for it are not installed.
    """
    where = LakeAddress.of(address)
    with extra("sql", "SQL", error=LakeError):
        from energyopti.store.lake.sql import LakeSql
    lake = open_lake(where)
    if not lake.exists():
        raise LakeError(f"there is no lake in {where}", do="fill one with `energyopti backfill`")
    return LakeSql(lake, registry)


def store_of(settings: Settings) -> Store | None:
    """The store that the settings name; None if there is none.

    A lake that was not asked for, but lies at the usual place, is left alone where its packages are not installed.
    """
    if not settings.uses_lake:
        return None
    try:
        return open_lake(settings.lake_address)
    except LakeError as error:
        if settings.lake is not None:
            raise
        _log.warning("%s is not used: %s", settings.lake_address, error.line)
        return None


__all__ = ["open_lake"]
