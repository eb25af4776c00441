"""The lake keeps chunks on disk, as every store has to, and for other processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from energyopti.store import Store
from energyopti.store.lake import Lake
from store_laws import StoreLaws


class TestLakeAsAStore(StoreLaws):
    """It keeps every version, and finds some locations in a chunk of all."""

    keeps_versions = True
    divides = True

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def store(self) -> Store:
        """An empty one."""
        return Lake(self.folder / "lake")


class TestLakeOpenedAgain(TestLakeAsAStore):
    """Every question is put to a lake that was opened for it alone, as by another process."""

    def store(self) -> Store:
        """One that opens the folder for each call."""
        return _Reopened(self.folder / "lake")


class _Reopened(Lake):
    """A lake that remembers nothing."""

    def _open(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        self._tables.clear()
        return super()._open(*args, **kwargs)  # type: ignore[arg-type]
