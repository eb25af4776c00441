"""The lake keeps chunks on disk, as every store has to, and for other processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from energyopti.errors import LakeError
from energyopti.store import Store
from energyopti.store.lake import Lake
from store_laws import StoreLaws, data_of, day_of

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it


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


def test_columns_of_the_source_that_are_gone_are_an_error_of_the_lake(tmp_path: Path) -> None:
    """They are read when somebody asks for them, maybe long after the rows."""
    lake, chunk = Lake(tmp_path), day_of(1)
    lake.write([data_of(chunk)])
    found = lake.read([chunk])[chunk]
    for file in tmp_path.rglob("_chunks/*.parquet"):
        file.unlink()
    with pytest.raises(LakeError, match="cannot be used"):
        found.raw_rows.loaded()


class _Reopened(Lake):
    """A lake that remembers nothing."""

    def _open(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        self._tables.clear()
        return super()._open(*args, **kwargs)  # type: ignore[arg-type]
