"""The tasks of docs/tasks.md, run as a reader would run them: each line of Python, each line for the shell."""

from __future__ import annotations

import itertools
import shlex
import shutil
from collections.abc import Iterator, Sized
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import pages
from energyopti.cli.app import app
from energyopti.cli.installation import Installation
from installed import installed
from site_pages import examples_of, tasks

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

PAGE = (pages.ROOT / "docs/tasks.md").read_text(encoding="utf-8")
WITHOUT_LAKE, _, WITH_LAKE = PAGE.partition("\n## With a lake\n")
FEEDS = '[[feed]]\nmarket = "nyiso"\ndata = "pal"\nstart = "2024-07-01"\nend = "2024-07-02"\n'
LASTING = {"sandbox"}
"""Commands that serve until Ctrl-C: only their words are tried here."""
NOON = Installation(now=lambda: datetime(2024, 12, 1, 16, 1, tzinfo=UTC))


def lines(text: str, *, shell: bool) -> list[Any]:
    """The lines of some tables, each under the name of its task."""
    found = [(task, line if shell else python) for task, python, line in tasks(text)]
    return [pytest.param(line, id=task) for task, line in found if line]


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder of one's own without a lake, with a file of NYISO's in it."""
    monkeypatch.chdir(tmp_path)
    example = installed().market("nyiso").feed("damlbmp_zone").example
    tmp_path.joinpath("20240701damlbmp_zone.csv").write_bytes(example.payload)
    with pages.offline(monkeypatch, tmp_path):
        yield tmp_path


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake that the page's first line fills."""
    home = tmp_path_factory.mktemp("filled")
    first = next(tasks(WITH_LAKE))[2]
    with pytest.MonkeyPatch.context() as patch, pages.offline(patch, home):
        said(first)
    return home


@pytest.fixture
def lake(filled: Path, offline: Path) -> Path:
    """A copy of that lake, and a list of feeds."""
    shutil.copytree(filled, offline, dirs_exist_ok=True)
    offline.joinpath("feeds.toml").write_text(FEEDS)
    return offline


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A reader's session of Python without a lake: the page's own imports, and one service for all lines."""
    home = tmp_path_factory.mktemp("session")
    with pytest.MonkeyPatch.context() as patch, pages.offline(patch, home):
        patch.chdir(home)
        yield imported()


def imported() -> dict[str, Any]:
    """What the page's own imports bring."""
    namespace: dict[str, Any] = {}
    (imports,) = (body for language, body in pages.blocks("docs/tasks.md") if language == "python")
    pages.printed(imports, "docs/tasks.md", namespace)
    return namespace


def said(line: str) -> str:
    """What a line for the shell writes to standard output; a command that lasts is only made ready."""
    name, *words = shlex.split(line)
    assert name == "energyopti"
    if words[0] in LASTING:
        command = app.get_command(click.Context(app), words[0])
        assert command is not None
        command.make_context(words[0], words[1:])
        return "ready"
    done = CliRunner().invoke(app, words, obj=NOON, catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout or done.stderr


def holds(value: Any) -> bool:
    """Whether something was given: rows, or a value; a line that writes a file gives nothing back."""
    return len(value) > 0 if isinstance(value, Sized) else True


@pytest.mark.parametrize("line", lines(WITHOUT_LAKE, shell=False))
def test_line_of_python_gives_something(session: dict[str, Any], line: str) -> None:
    """Rows, a value, or a file; nothing is asked of the network."""
    assert holds(pages.value_of(line, session)), line


@pytest.mark.parametrize("line", lines(WITHOUT_LAKE, shell=True))
def test_line_of_the_shell_ends_well(offline: Path, line: str) -> None:
    """It prints something, and writes the file that it names."""
    assert said(line).strip()
    words = shlex.split(line)
    written = [name for option, name in itertools.pairwise(words) if option in {"-o", "--chart"}]
    assert [name for name in written if not offline.joinpath(name).stat().st_size] == []


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize("line", lines(WITH_LAKE, shell=False))
def test_line_of_python_finds_the_lake(line: str) -> None:
    """Its rows come from the lake that the first line filled."""
    assert holds(pages.value_of(line, imported())), line


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize("line", lines(WITH_LAKE, shell=True))
def test_line_of_the_shell_finds_the_lake(line: str) -> None:
    """It ends well on the lake that the first line filled."""
    assert said(line).strip()


def test_page_has_at_least_fifty_tasks_and_shows_every_command() -> None:
    """Each is there once; the page of the command line takes its examples from here."""
    named = [task for task, _, _ in tasks(PAGE)]
    assert len(named) >= 50
    assert len(set(named)) == len(named)
    shown = examples_of(PAGE)
    assert shown.keys() >= {
        "get", "watch", "compare", "read", "backfill", "sync", "sql", "markets", "feeds", "describe", "plugins", "doctor",
        "sandbox", "lake status", "lake gaps", "lake verify", "lake export", "lake compact", "lake vacuum",
    }  # fmt: skip
    assert shown["lake status"] == ("# What the lake holds", "energyopti lake status")
