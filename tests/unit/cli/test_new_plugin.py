"""``energyopti new-plugin``: a folder of files, or one line that says why there is none."""

from __future__ import annotations

import os
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import Result

from cli_runs import run
from energyopti import OutputError
from energyopti.scaffold.project import _versions
from energyopti.scaffold.writing import write_folder
from market_files import DAY_AHEAD, FUEL_MIX, LOAD, TITLED


def new(folder: Path, *arguments: str, market: str = "spp", zone: str = "America/Chicago") -> Result:
    """The command, into a folder."""
    return run("new-plugin", market, "--timezone", zone, "--folder", str(folder), *arguments)


def files(folder: Path) -> set[str]:
    """The files below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A file of day-ahead prices."""
    path = tmp_path / "DA-LMP-SL.csv"
    path.write_bytes(DAY_AHEAD)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to make plugins in."""
    path = tmp_path / "made"
    path.mkdir()
    return path


def test_plugin_has_the_shape_of_plugins(folder: Path) -> None:
    """A distribution with an entry point, and a package with its rooms."""
    result = new(folder, "--title", "Southwest Power Pool")
    assert (result.exit_code, result.stdout) == (0, "")
    assert [path.name for path in folder.iterdir()] == ["energyopti-spp"]
    made = folder / "energyopti-spp"
    package = {
        "__init__.py",
        "market.py",
        "timing.py",
        "py.typed",
        *(f"protocol/{name}" for name in ("__init__.py", "stamps.py", "files.py")),
        *(f"feeds/{name}" for name in ("__init__.py", "prices.py")),
        *(f"examples/{name}" for name in ("__init__.py", "da_lmp.csv", "da_lmp.rows.json")),
        *(f"sandbox/{name}" for name in ("__init__.py", "generated.py")),
    }
    assert files(made) == {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        ".gitignore",
        ".github/workflows/ci.yml",
        "tests/test_contract.py",
        *(f"src/energyopti_spp/{each}" for each in package),
    }
    project = tomllib.loads((made / "pyproject.toml").read_text())["project"]
    assert project["description"] == "Southwest Power Pool for energyopti."
    assert project["entry-points"]["energyopti"] == {"spp": "energyopti_spp"}
    assert f"energyopti{_versions(version('energyopti'))}" in project["dependencies"]
    assert made.joinpath("src/energyopti_spp/market.py").read_text().count("Southwest Power Pool") == 2


def test_guesses_are_said_on_the_terminal_and_in_the_code(folder: Path, given: Path) -> None:
    """The same ones, in the README too."""
    result = new(folder, "--from", str(given))
    assert result.exit_code == 0
    said = result.stderr.splitlines()
    assert "its feed da_lmp (lmp, run day_ahead) reads 6 of 6 rows of DA-LMP-SL.csv" in said[0]
    guess = "GMTIntervalEnd taken as the interval's end, in UTC"
    assert f"check: {guess}" in said
    assert said[-1].startswith(f"next: pip install -e '{folder}/energyopti-spp[testing]' && pytest ")
    made = folder / "energyopti-spp"
    code = made.joinpath("src/energyopti_spp/feeds/prices.py").read_text()
    assert f"# TODO: {guess}\n" in code
    assert f'        "{guess}",\n' in code
    assert f"- {guess}\n" in made.joinpath("README.md").read_text()
    example = made.joinpath("src/energyopti_spp/examples/da_lmp.csv").read_bytes()
    assert DAY_AHEAD.startswith(example)


@pytest.mark.parametrize(
    ("content", "module"), [(LOAD, "load"), (FUEL_MIX, "generation"), (TITLED, "prices")]
)
def test_feed_is_in_the_module_of_its_family(
    folder: Path, tmp_path: Path, content: bytes, module: str
) -> None:
    """As in other plugins."""
    path = tmp_path / f"{module}.csv"
    path.write_bytes(content)
    assert new(folder, "--from", str(path), market="two_words").exit_code == 0
    package = folder / "energyopti-two-words" / "src" / "energyopti_two_words"
    assert (package / "feeds" / f"{module}.py").is_file()


def test_next_step_never_names_a_published_package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a slash would be looked up in an index of packages."""
    monkeypatch.chdir(folder)
    result = run("new-plugin", "spp", "--timezone", "America/Chicago")
    assert result.stderr.splitlines()[-1] == (
        "next: pip install -e './energyopti-spp[testing]' && pytest ./energyopti-spp"
    )


def test_headers_of_a_file_do_not_become_code(folder: Path, given: Path) -> None:
    """Whatever they hold: they are words in the plugin."""
    header = 'UTC Begin,Node,LMP,x\0\u2028y,"a""\nb",\'\'\'\n'
    given.write_text(f"{header.replace(chr(10) + 'b', ' b')}2024-07-15 05:00,A,1,2,3,4\n", encoding="utf-8")
    assert new(folder, "--from", str(given)).exit_code == 0
    code = folder.joinpath("energyopti-spp/src/energyopti_spp/feeds/prices.py").read_text()
    compile(code, "prices.py", "exec")


@pytest.mark.parametrize(
    ("market", "arguments", "code", "said"),
    [
        ("SPP", (), 2, "'SPP' cannot be the name of a market"),
        ("9iso", (), 2, "'9iso' cannot be the name of a market"),
        ("all", (), 2, "it means every market"),
        ("testiso", (), 2, "brings the market testiso already"),
        ("spp", ("--timezone", "Chicago"), 2, "'Chicago' is not a time zone"),
        ("spp", ("--title", 'The "SPP"'), 2, "cannot be a title"),
        ("spp", ("--title", "two\nlines"), 2, "cannot be a title"),
        ("spp", ("--from", "gone.csv"), 2, "'gone.csv' does not exist"),
        ("spp", ("--dataset", "ftr"), 2, "no feed of 'ftr' can be drafted"),
        ("spp", ("--run", "never"), 2, "no prices of run 'never'"),
    ],
)
def test_what_cannot_be_made_is_one_line(
    folder: Path, market: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """And nothing is written."""
    result = new(folder, *arguments, market=market)
    assert result.exit_code == code
    (line,) = result.stderr.splitlines()
    assert said in line
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"PK\x03\x04", 6, "a zip archive or a workbook"),
        (b"LMP,Node\n1,A\n", 2, "no column of the file holds a time"),
        (b"Time UTC,Volts\n2024-07-01 00:00,3\n", 2, "do not show what it is about"),
    ],
)
def test_file_that_cannot_be_drafted_is_one_line(
    folder: Path, given: Path, content: bytes, code: int, said: str
) -> None:
    """With the exit code of its kind."""
    given.write_bytes(content)
    result = new(folder, "--from", str(given))
    assert result.exit_code == code
    (line,) = result.stderr.splitlines()
    assert said in line
    assert list(folder.iterdir()) == []


def test_folder_that_is_there_is_left_alone(folder: Path) -> None:
    """Whatever is in it; and its parent is not made."""
    kept = folder / "energyopti-spp"
    kept.mkdir()
    for there, said in ((folder, "exists already"), (folder / "gone", "does not exist")):
        result = new(there)
        assert result.exit_code == 2
        assert said in result.stderr
    assert list(kept.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_cannot_be_written_is_said(folder: Path) -> None:
    """As with any other file."""
    folder.chmod(0o500)
    result = new(folder)
    folder.chmod(0o700)
    assert result.exit_code == 2
    assert "nothing is left there" in result.stderr


def test_folder_is_whole_or_not_there(folder: Path) -> None:
    """A file that cannot be written takes the others with it."""
    with pytest.raises(OutputError, match="nothing is left there"):
        write_folder(folder / "new", {"a": b"1", "a/b": b"2"})
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("installed", "said"),
    [("0.1.0", ">=0.1.0,<0.2"), ("0.12", ">=0.12,<0.13"), ("2.3.4", ">=2.3.4,<3"), ("1", ">=1,<2")],
)
def test_versions_go_to_the_next_that_may_change_names(installed: str, said: str) -> None:
    """Before 1.0 that is a minor one."""
    assert _versions(installed) == said
