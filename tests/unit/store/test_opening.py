"""Opening the lake: with its extra, without it, and if nobody asked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from energyopti.errors import LakeError
from energyopti.settings import LAKE_OFF, Settings
from energyopti.store.lake import Lake
from energyopti.store.opening import open_lake, store_of


@pytest.fixture
def _without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The packages of the lake are not installed."""
    monkeypatch.setitem(sys.modules, "energyopti.store.lake", None)


@pytest.mark.usefixtures("_without_extra")
def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    """A lake that was asked for is an error; one that only lies there is left alone, with a warning."""
    with pytest.raises(LakeError, match=r"pip install 'energyopti\[lake\]'"):
        open_lake(tmp_path)
    with pytest.raises(LakeError, match="pip install"):
        store_of(Settings(home=tmp_path, lake=tmp_path / "mine"))


@pytest.mark.usefixtures("_without_extra")
def test_lake_that_nobody_asked_for_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The warning says what to install."""
    (tmp_path / "lake").mkdir()
    assert store_of(Settings(home=tmp_path)) is None
    assert "is not used: the lake needs a package that is not installed" in caplog.text


def test_settings_say_whether_there_is_a_store(tmp_path: Path) -> None:
    """None without a lake or with `off`; the one that lies there, or that is set."""
    assert store_of(Settings(home=tmp_path)) is None
    (tmp_path / "lake").mkdir()
    assert isinstance(store_of(Settings(home=tmp_path)), Lake)
    assert store_of(Settings(home=tmp_path, lake=LAKE_OFF)) is None
    assert repr(store_of(Settings(home=tmp_path, lake=tmp_path / "x"))) == f"<Lake {tmp_path / 'x'}>"
