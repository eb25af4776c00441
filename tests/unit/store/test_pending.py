"""Chunks on their way into a lake: many in one commit, and none lost if that fails."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from collecting_builders import run
from energyopti.errors import LakeError
from energyopti.store import ChunkData, Store
from energyopti.store.lake import Lake
from energyopti.store.pending import Pending
from store_laws import StoreLaws, data_of, day_of


class TestPendingAsAStore(StoreLaws):
    """It answers from what waits as from what was handed on, as far as a store of one version can."""

    keeps_versions = True
    divides = True

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("energyopti.store.pending.PENDING_ROWS", 1)
        self.folder = tmp_path

    def store(self) -> Store:
        """One that hands every chunk on at once."""
        return Pending(Lake(self.folder))


class Refusing(Lake):
    """A lake that is full, until it is not."""

    full = True

    async def put_all(self, several: Sequence[ChunkData]) -> None:
        """Refuse, or keep."""
        if self.full:
            raise LakeError("no room")
        await super().put_all(several)


def test_what_waits_is_given_and_handed_on_together(tmp_path: Path) -> None:
    """Nothing is on disk before; one commit afterwards."""

    async def go() -> None:
        lake = Lake(tmp_path)
        pending = Pending(lake)
        for day in (1, 2, 3):
            await pending.put(data_of(day_of(day), float(day)))
        assert list(lake.tables()) == []
        found = await pending.get(day_of(2))
        assert found is not None
        assert (found.frame["load"].item(), found.provenance.kept_in) == (2.0, "lake")
        await pending.aclose()
        ((_, table),) = lake.tables()
        assert table.snapshot().version == 0
        assert len(await pending.coverage("testiso", "hourly_load")) == 3

    run(go())


def test_what_cannot_be_handed_on_still_waits(tmp_path: Path) -> None:
    """It says why, and tries again."""

    async def go() -> None:
        lake = Refusing(tmp_path)
        pending = Pending(lake)
        await pending.put(data_of(day_of(1)))
        with pytest.raises(LakeError, match="no room"):
            await pending.flush()
        assert str(pending.error) == "no room"
        assert await pending.get(day_of(1)) is not None
        lake.full = False
        await pending.flush()
        assert len(lake.covered("testiso", "hourly_load")) == 1

    run(go())
