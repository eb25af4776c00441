"""A feed's example in files beside its plugin: read when used, instants told from text, mistakes named."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from energyopti import Example, PluginError

PUBLISHED = b'Start,Area,MW\r\n"07/01/2024 00:00",NORTH,812.5\r\n'
ROWS = """[
{"interval_start": "2024-07-01T04:00Z", "location": "NORTH", "load": 812.5, "name": null},
{"interval_start": "2024-07-01T05:00:30.5Z", "location": "2024-07-01"}
]"""
MEANT = (
    {
        "interval_start": datetime(2024, 7, 1, 4, tzinfo=UTC),
        "location": "NORTH",
        "load": 812.5,
        "name": None,
    },
    {"interval_start": datetime(2024, 7, 1, 5, 0, 30, 500_000, tzinfo=UTC), "location": "2024-07-01"},
)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package of a plugin's examples, with one document and what it means."""
    name = "lakeiso_examples"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Examples."""\n')
    (folder / "load.csv").write_bytes(PUBLISHED)
    (folder / "load.rows.json").write_text(ROWS)
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    sys.modules.pop(name, None)


def test_example_is_its_files_byte_for_byte(package: str) -> None:
    """The published lines keep their line ends; only what is written as an instant becomes one."""
    example = Example.load(package, "load.csv")
    assert example.payload == PUBLISHED
    assert example.rows == MEANT


def test_one_document_can_mean_the_rows_of_two_feeds(package: str, tmp_path: Path) -> None:
    """A file of rows of another name is named."""
    (tmp_path / package / "limits.rows.json").write_text('[{"limit": 2175.0}]')
    example = Example.load(package, "load.csv", rows="limits.rows.json")
    assert example.payload == PUBLISHED
    assert example.rows == ({"limit": 2175.0},)


def test_nothing_is_read_before_it_is_used(package: str, tmp_path: Path) -> None:
    """A plugin that declares its examples opens no file, and one that is used twice is read once."""
    example = Example.load(package, "later.csv")
    (tmp_path / package / "later.csv").write_bytes(b"A\n")
    (tmp_path / package / "later.rows.json").write_text('[{"load": 1}]')
    assert example.payload == b"A\n"
    (tmp_path / package / "later.csv").unlink()
    assert example.payload == b"A\n"


@pytest.mark.parametrize("rows", ["[]", '{"load": 1}', "[1]", "{", "null", '[{"at": "2024-13-01T00:00Z"}]'])
def test_what_is_no_list_of_rows_is_the_plugins_mistake(package: str, tmp_path: Path, rows: str) -> None:
    """The error names the file and the package."""
    (tmp_path / package / "load.rows.json").write_text(rows)
    with pytest.raises(PluginError, match=r"^load\.rows\.json of lakeiso_examples is not a list of rows: "):
        _ = Example.load(package, "load.csv").rows


def test_missing_file_is_named(package: str) -> None:
    """A file that was left out of the package is said to be missing where it is used."""
    with pytest.raises(PluginError, match=r"lakeiso_examples has no wind\.csv"):
        _ = Example.load(package, "wind.csv").payload
    with pytest.raises(PluginError, match=r"no_such_package has no load\.csv"):
        _ = Example.load("no_such_package", "load.csv").payload
