"""The examples of the README and the plugin of write-a-plugin.md, run as a reader would run them."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

import pages
from energyopti.cli.app import app
from energyopti.cli.installation import Installation
from pages import blocks, environment, printed, with_outputs

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it


def examples() -> list[tuple[str, str]]:
    """The README's Python examples, each with the output that is stated below it."""
    return with_outputs("README.md")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The sandbox and an empty home."""
    with pages.offline(monkeypatch, tmp_path):
        yield


def test_readme_has_an_example_for_each_way_to_ask() -> None:
    """Blocking, several at once, partial with filters, other forms, a watch, across markets: each with its output; and a command."""
    outputs = [output for _, output in examples()]
    assert len(outputs) == 6
    assert all(outputs)
    assert [language for language, _ in blocks("README.md")].count("console") == 1


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_example_prints_what_the_readme_says(number: int) -> None:
    """Run offline, an example prints the lines below it, and warns of nothing."""
    code, expected = examples()[number - 1]
    assert printed(code, f"README.md, example {number}") == expected


@pytest.mark.usefixtures("offline")
def test_example_of_a_desk_prints_what_its_page_says() -> None:
    """That of docs/analysis.md, offline too."""
    (_, code), (_, expected) = blocks("docs/analysis.md")
    assert printed(code, "docs/analysis.md") == expected


@pytest.fixture
def lake_page(offline: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of one's own, and in it a lake that is named as on docs/lake.md."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENERGYOPTI_LAKE", "lake")
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def test_examples_of_the_lake_print_what_their_page_says(lake_page: Path) -> None:
    """Its commands fill a lake and look after it; what they and the examples of all readers print is on the page."""
    found = blocks("docs/lake.md")
    ran = []
    for (language, body), (_, expected) in zip(found, [*found[1:], ("", "")], strict=True):
        if language == "console":
            for each in body.split("$ ")[1:]:
                command, _, stated = each.partition("\n")
                done = CliRunner().invoke(app, shlex.split(command)[1:], catch_exceptions=False)
                assert done.exit_code == 0, f"{command}: {done.stderr}"
                assert done.stdout.startswith(stated)
                ran.append(command.split()[1])
        elif language == "python":
            assert printed(body, "docs/lake.md") == expected
    assert set(ran) == {"backfill", "lake", "sql"}
    assert (lake_page / "pjm.parquet").is_file()


def test_documented_list_of_feeds_can_be_used(lake_page: Path) -> None:
    """`sync` brings the lake up to date with the list of docs/lake.md."""
    (listed,) = (body for language, body in blocks("docs/lake.md") if language == "toml")
    lake_page.joinpath("feeds.toml").write_text(listed)
    noon = Installation(now=lambda: datetime(2024, 7, 2, 16, tzinfo=UTC))
    done = CliRunner().invoke(
        app, ["sync", "feeds.toml", "--max-time", "20m"], obj=noon, catch_exceptions=False
    )
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["rows"] > 0


def test_command_prints_what_the_readme_says(tmp_path: Path) -> None:
    """The data is on standard output, as stated up to the dots; the summary is on standard error."""
    (session,) = (body for language, body in blocks("README.md") if language == "console")
    command, _, stated = session.removeprefix("$ ").partition("\n")
    done = subprocess.run(
        command.split(),
        env=environment(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    expected = stated.removesuffix("...\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout[: len(expected)] == expected
    assert len(done.stdout.splitlines()) == 361
    assert done.stderr.startswith("360 rows of nyiso/damlbmp_zone")


def plugin_files() -> dict[str, str]:
    """The files of the plugin that write-a-plugin.md builds up, each from the blocks that name it."""
    files: dict[str, str] = {}
    for language, body in blocks("docs/write-a-plugin.md"):
        first, _, rest = body.partition("\n")
        if language in {"python", "toml"}:
            name = first.removeprefix("# ")
            files[name] = f"{files[name]}\n\n{rest}" if name in files else rest
    return files


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin of write-a-plugin.md, installed in a folder of its own."""
    folder = tmp_path_factory.mktemp("energyopti-lakeiso")
    for name, text in plugin_files().items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    info = folder / "src" / "energyopti_lakeiso-0.1.0.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: energyopti-lakeiso\nVersion: 0.1.0\n")
    info.joinpath("entry_points.txt").write_text(_entry_points(plugin_files()["pyproject.toml"]))
    return folder


def _entry_points(project: str) -> str:
    """The entry points of a pyproject.toml as an installer writes them."""
    import tomllib

    groups: Mapping[str, Mapping[str, str]] = tomllib.loads(project)["project"]["entry-points"]
    lines = []
    for group, points in groups.items():
        lines.append(f"[{group}]")
        lines.extend(f"{name} = {value}" for name, value in points.items())
    return "\n".join([*lines, ""])


def run(lake: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command in the plugin's folder, with the plugin installed."""
    paths = [str(lake / "src"), os.environ.get("PYTHONPATH", "")]
    return subprocess.run(
        [sys.executable, *command],
        env=environment(lake, PYTHONPATH=os.pathsep.join(path for path in paths if path)),
        cwd=lake,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


PYTEST = ("-m", "pytest", "-q", "-rA", "-W", "error", "-p", "no:cacheprovider", "-p", "no:randomly")


def test_documented_files_are_those_of_a_plugin() -> None:
    """Its project file, its module with a dataset and extras beside it, its contract tests, and the exemption shown."""
    assert sorted(plugin_files()) == [
        "pyproject.toml",
        "src/energyopti_lakeiso/__init__.py",
        "src/energyopti_lakeiso/extras.py",
        "src/energyopti_lakeiso/levels.py",
        "tests/test_contract.py",
        "tests/test_exempt.py",
    ]


def test_documented_plugin_passes_the_contract(lake: Path) -> None:
    """Both of its feeds, one of them brought by `energyopti_feeds`, go through every test of the kit."""
    done = run(lake, *PYTEST, "tests/test_contract.py")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    passed = re.findall(r"^PASSED \S+::(test_\w+)\[(\w+)\]", done.stdout, re.MULTILINE)
    loads = {test for test, feed in passed if feed == "hourly_load"}
    prices = {test for test, feed in passed if feed == "day_ahead_prices"}
    assert prices - loads == {"test_prices_are_the_sum_of_their_components"}
    assert loads < prices
    assert {
        "test_example_is_read_as_its_author_states",
        "test_what_is_written_is_read_back",
        "test_sandbox_days_are_whole",
    } <= loads
    assert "skipped" not in done.stdout.splitlines()[-1]


def test_documented_exemption_is_of_one_test_of_one_feed(lake: Path) -> None:
    """The reason is shown, and that it is not needed; the other feed is still held to the law."""
    done = run(lake, *PYTEST, "tests/test_exempt.py", "-k", "test_sandbox_days_are_whole")
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr
    reason = "not_published: the ISO leaves out the hours in which an area is islanded"
    assert f"[XPASS(strict)] {reason}" in done.stdout
    assert "1 failed, 1 passed" in done.stdout.splitlines()[-1]


HOOKS = """
import polars as pl
import energyopti_lakeiso as lake
from energyopti import Event, EventKind, Registry, TimeRange
from energyopti.query import plan
from energyopti.timezones import DAY, midnight
from datetime import date

registry = Registry()
market = registry.market("lakeiso")
print([f"{each.feed} {each.dataset}" for each in registry.capabilities if each.market == "lakeiso"])
start = midnight(date(2024, 7, 1), market.zone)
(chunk,) = plan(market, market.feed("hourly_load"), TimeRange(start, start + DAY))
(check,) = registry.checks("load")
print([str(each) for each in check(pl.DataFrame({"load": [0.0, 1.0]}), chunk)], registry.checks("lmp"))
print(list(registry.sandbox("lakeiso")))
registry.observe(Event(kind=EventKind.FETCH_RETRIED, market="lakeiso", subject="x.csv", detail="status 503"))
print(lake.RETRIES)
"""


def test_documented_plugin_is_heard_in_every_hook(lake: Path) -> None:
    """Its market, its further feed, its check, its sandbox and its observer are all in force."""
    done = run(lake, "-c", HOOKS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "['hourly_load load', 'day_ahead_prices lmp']",
        "['1 readings in lakeiso/hourly_load/2024-07-01 are zero'] ()",
        "['files']",
        "['lakeiso: x.csv: status 503']",
    ]


def test_documented_plugin_answers_like_any_other(lake: Path) -> None:
    """Its prices have their sign turned, and its 25-hour day has 25 hours an area."""
    code = (
        "import energyopti\n"
        "day = ('2024-11-03', '2024-11-04')\n"
        "print(len(energyopti.get('lakeiso', 'load', *day, locations='North')))\n"
        "prices = energyopti.get('lakeiso', 'lmp', *day, run='day_ahead', locations='PIER')\n"
        "print(prices.frame['congestion'].unique().to_list(), prices.findings)\n"
        "print(prices.raw()['Congestion Deduction'].unique().to_list())\n"
    )
    done = run(lake, "-W", "error", "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["25", "[1.5] ()", "[-1.5]"]


def test_documented_extras_work(lake: Path) -> None:
    """The dataset is known, the command runs, and rows are written in the plugin's own format."""
    shown = run(lake, "-m", "energyopti", "describe", "lake_levels")
    assert "height above the sea" in shown.stdout, shown.stderr
    said = run(lake, "-m", "energyopti", "lake-levels", "--gauge", "BAY")
    assert said.stdout == "the level at BAY\n", said.stderr
    query = ("get", "lakeiso", "load", "--start", "2024-07-01", "--end", "2024-07-02", "--sandbox")
    rows = run(lake, "-m", "energyopti", *query, "--format", "tsv").stdout.splitlines()
    assert rows[0].startswith("market\tfeed\t")
    assert len(rows) == 1 + 2 * 24


def test_all_that_the_plugin_brings_is_listed(lake: Path) -> None:
    """It implements every hook, and has a command and a format."""
    done = run(lake, "-m", "energyopti", "plugins", "--json")
    (report,) = (each for each in json.loads(done.stdout) if each["plugin"] == "lakeiso")
    assert report == {
        "plugin": "lakeiso",
        "distribution": "energyopti-lakeiso",
        "version": "0.1.0",
        "api": "1.0",
        "markets": ["lakeiso"],
        "feeds": ["lakeiso/hourly_load", "lakeiso/day_ahead_prices"],
        "hosts": ["lakeiso/files"],
        "credentials": ["lakeiso/api_key"],
        "datasets": ["lake_levels"],
        "checks": ["load/no_load_at_all"],
        "observes": True,
        "sandbox": ["lakeiso/files"],
        "commands": ["lake-levels"],
        "formats": ["tsv"],
        "error": None,
    }
