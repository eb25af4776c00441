"""The documentation is true to the code: generated pages, tables, links, names."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import click
import pytest

from builders import MARKET, feed, feed_source, market
from energyopti import errors, hookimpl, settings
from energyopti.answer.result import CoverageStatus
from energyopti.checks import Check
from energyopti.cli.app import app
from energyopti.cli.installation import Installation
from energyopti.cli.syncing import listed
from energyopti.datasets import DATASETS
from energyopti.errors import EnergyOptiError
from energyopti.events import Event, EventKind
from energyopti.findings import FindingKind
from energyopti.layouts import Reading
from energyopti.market import Feed, Market
from energyopti.query import Chunk
from energyopti.registry import Registry
from energyopti.service import UnifiedMarketService
from energyopti.settings import Settings
from energyopti.source import Source
from energyopti.testing import PluginContract
from energyopti.vocabulary import Run
from installed import installed

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md")))
HOOKS = (
    "def energyopti_markets() -> Sequence[Market]",
    "def energyopti_feeds(market: str) -> Sequence[Feed]",
    "def energyopti_hosts(market: str) -> Sequence[Host | Credential]",
    "def energyopti_datasets() -> Sequence[Dataset]",
    "def energyopti_checks(dataset: str) -> Sequence[Check]",
    "def energyopti_sandbox(market: str) -> Mapping[str, Responder] | None",
    "def energyopti_observe(event: Event) -> None",
)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def text_of(page: Path) -> str:
    """A page's text."""
    return page.read_text(encoding="utf-8")


def first_cells(page: Path, header: str) -> list[str]:
    """The first cells of the table under a header cell, without their backticks."""
    table = text_of(page).partition(f"\n| {header} |")[2].partition("\n\n")[0]
    return [row.split("|")[1].strip().strip("`") for row in table.splitlines()[2:]]


@pytest.fixture
def generator() -> ModuleType:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["datasets.md", "hooks.md", "tables.md"])
def test_generated_page_is_up_to_date(generator: ModuleType, name: str) -> None:
    """The page as committed is the page that the code gives; if not, `make docs` writes it."""
    fresh = text_of(DOCS / name) == generator.pages()[name]
    assert fresh, f"docs/{name} is stale: run make docs"


def test_generator_writes_what_it_checks(generator: ModuleType, tmp_path: Path) -> None:
    """A missing or changed page is stale; once written, it is not."""
    folder = ["--folder", str(tmp_path)]
    assert generator.main(["--check", *folder]) == 1
    assert list(tmp_path.iterdir()) == []
    assert generator.main(folder) == 0
    assert generator.main(["--check", *folder]) == 0
    tmp_path.joinpath("hooks.md").write_text("older")
    assert generator.main(["--check", *folder]) == 1
    assert tmp_path.joinpath("hooks.md").read_text() == "older"


@pytest.mark.parametrize("definition", HOOKS)
def test_every_hook_is_documented_with_its_exact_arguments(definition: str) -> None:
    """On the page of the hooks, and in the plugin that shows how to write one."""
    assert f"```text\n{definition}\n```" in text_of(DOCS / "hooks.md")
    assert f"@hookimpl\n{definition}:\n" in text_of(DOCS / "write-a-plugin.md")


def test_every_law_of_the_contract_is_documented() -> None:
    """In the table of the page on plugins, and no other."""
    laws = {name for name in dir(PluginContract) if name.startswith("test_")}
    assert set(re.findall(r"`(test_\w+)`", text_of(DOCS / "write-a-plugin.md"))) == laws


@pytest.mark.parametrize("name", list(DATASETS))
def test_every_column_of_a_dataset_is_documented(name: str) -> None:
    """In the order of the frame."""
    section = text_of(DOCS / "datasets.md").partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert tuple(rows) == DATASETS[name].column_names


def test_price_column_is_described_with_unit_key_and_vocabulary() -> None:
    """Type, unit, key, null and description, and where the words of a closed vocabulary are listed."""
    page = text_of(DOCS / "datasets.md")
    rows = [
        "| `interval_end` | timestamp | UTC | | | end of the interval, excluded |",
        "| `ghg` | float | USD/MWh | | yes | greenhouse-gas component |",
        "| `run` | string | | yes | | the market run that made the price; one of [Run](#run) |",
    ]
    assert [row for row in rows if row not in page] == []
    words = ", ".join(f"`{run.value}`" for run in Run)
    section = page.partition("\n### Run\n")[2].partition("\n### ")[0]
    assert section.startswith("\nWhich market run made a price or a schedule.\n\n")
    assert f"\n\n{words}\n" in section


def test_every_error_is_listed_with_its_exit_code_and_its_http_status() -> None:
    """The table of errors is the tree of errors."""
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (\d{3}) \|", text_of(DOCS / "index.md"), re.MULTILINE)
    tree = {
        name: (each.exit_code, each.http_status)
        for name, each in vars(errors).items()
        if inspect.isclass(each) and issubclass(each, EnergyOptiError)
    }
    assert {name: (int(code), int(status)) for name, code, status in rows} == tree


def test_every_part_of_an_error_is_listed() -> None:
    """What a program can ask an error for."""
    said = text_of(DOCS / "index.md").partition("## Errors and exit codes")[2]
    parts = ["what", "line", "finished", "retry_after", *errors.Parts.__annotations__]
    assert [name for name in parts if f"`{name}`" not in said] == []


def test_every_status_and_every_kind_of_finding_is_listed() -> None:
    """What `coverage` and `findings` can say, in the order of the code."""
    assert first_cells(DOCS / "index.md", "status") == [status.value for status in CoverageStatus]
    assert first_cells(DOCS / "index.md", "kind") == [kind.value for kind in FindingKind]


def test_every_setting_is_listed() -> None:
    """The variables of the settings module, and no other."""
    known = re.findall(r"^    (ENERGYOPTI_\S+)", settings.__doc__ or "", re.MULTILINE)
    assert len(known) == 13
    assert first_cells(DOCS / "index.md", "variable") == known


def test_documented_settings_file_can_be_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The TOML of the page sets the home, an address and a limit."""
    blocks = re.findall(r"^```toml\n(.*?)^```$", text_of(DOCS / "index.md"), re.MULTILINE | re.DOTALL)
    (toml,) = (each for each in blocks if "[energyopti]" in each)
    file = tmp_path / "settings.toml"
    file.write_text(toml)
    for name in ("HOME", "SANDBOX", "NYISO_MIS_URL", "NYISO_MIS_RATE"):
        monkeypatch.delenv(f"ENERGYOPTI_{name}", raising=False)
    monkeypatch.setenv("ENERGYOPTI_SETTINGS", str(file))
    monkeypatch.setenv("HOME", str(tmp_path))
    nyiso = installed().market("nyiso")
    found = Settings.load([nyiso])
    assert found.home == tmp_path / "energy"
    assert found.url("nyiso", "mis") == "http://mirror.example/nyiso"
    assert str(found.rate("nyiso", nyiso.host("mis"))) == "6/60"


def test_documented_list_of_feeds_can_be_used(tmp_path: Path) -> None:
    """The TOML of the page names a feed that there is."""
    blocks = re.findall(r"^```toml\n(.*?)^```$", text_of(DOCS / "lake.md"), re.MULTILINE | re.DOTALL)
    (toml,) = (each for each in blocks if "[[feed]]" in each)
    file = tmp_path / "sync.toml"
    file.write_text(toml)
    (query,) = listed(file, Installation())
    assert (query.markets, query.data, query.run) == (("nyiso",), "lmp", "day_ahead")
    assert query.end is not None


def installed_feeds() -> list[tuple[Market, Feed]]:
    """Every feed of every installed market."""
    return [(there, each) for there in installed().markets.values() for each in there.feeds]


@pytest.mark.parametrize(("there", "found"), installed_feeds(), ids=str)
def test_every_feed_is_listed_and_says_where_it_is_documented(there: Market, found: Feed) -> None:
    """It can be asked for by what the capabilities say, and leads to the ISO's own page."""
    listed = [
        (each.dataset, each.run)
        for each in installed().capabilities
        if (each.market, each.feed) == (there.id, found.name)
    ]
    assert listed == [(found.dataset.name, found.run)]
    assert re.fullmatch(r"https://[\w.-]+/\S+", found.documented_at)


def test_readme_counts_what_there_is() -> None:
    """So many datasets, and a line for each market that is here."""
    readme = text_of(ROOT / "README.md")
    assert f"all {len(DATASETS)} schemas" in readme
    for name in installed().markets:
        assert f"`energyopti-{name}`" in readme


def test_changelog_has_a_section_for_what_is_to_be_released() -> None:
    """Keep a Changelog: a version with its date or state, and what was added."""
    changelog = text_of(ROOT / "CHANGELOG.md")
    assert re.search(r"^## \[(Unreleased|0\.1\.0)\]", changelog, re.MULTILINE)
    assert "\n### Added\n" in changelog


@each_page
def test_no_page_names_a_folder_of_some_machine(page: Path) -> None:
    """Paths are the project's own, or a reader's."""
    assert re.findall(r"(?<![\w.])/(?:work|tmp|root|home|Users|mnt|var|opt)/\S*", text_of(page)) == []


@each_page
def test_commands_that_a_page_names_exist(page: Path) -> None:
    """Every ``energyopti <command>`` is one of the command line's, every ``make <target>`` the Makefile's."""
    quoted = re.findall(r"`([^`\n]+)`", text_of(page))
    typed = re.findall(r"^(?: {4}|\$ )((?:energyopti|make) .+)$", text_of(page), re.MULTILINE)
    commands = set(app.list_commands(click.Context(app)))
    commands |= set(re.findall(r"^\[.*energyopti\.commands\"\]\n([\w-]+) = ", text_of(page), re.MULTILINE))
    targets = set(re.findall(r"^([\w-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    named = [line.split()[:2] for line in [*quoted, *typed] if re.match(r"(energyopti|make) [a-z]+", line)]
    assert {word for program, word in named if program == "energyopti"} <= commands
    assert {word for program, word in named if program == "make"} <= targets


class Sparing:
    """A plugin whose hooks leave out the argument that they do not need."""

    def __init__(self) -> None:
        self.seen = 0

    @hookimpl
    def energyopti_markets(self) -> Sequence[Market]:
        """One market."""
        return [MARKET]

    @hookimpl
    def energyopti_feeds(self) -> Sequence[Feed]:
        """One more feed, whatever the market."""
        return [feed(name="another")]

    @hookimpl
    def energyopti_observe(self) -> None:
        """Count events, whatever they are."""
        self.seen += 1


def test_hook_takes_only_the_arguments_it_names() -> None:
    """As the contract says, an implementation may leave out what it does not need."""
    plugin = Sparing()
    registry = Registry({"sparing": plugin}, discover=False)
    registry.observe(Event(kind=EventKind.FINDING, market="testiso", subject="x"))
    assert [report.error for report in registry.reports] == [None]
    assert [each.feed for each in registry.capabilities] == ["hourly_load", "another"]
    assert plugin.seen == 1


class Unmarked:
    """A plugin that has a function of a hook's name without marking it."""

    @hookimpl
    def energyopti_markets(self) -> Sequence[Market]:
        """One market."""
        return [MARKET]

    def energyopti_feeds(self, market: str) -> Sequence[Feed]:
        """Not a hook: it is not marked."""
        return [feed(name=f"{market}_more")]


def test_only_marked_functions_are_hooks() -> None:
    """As the contract says, hooks are marked with `hookimpl`; other functions are the plugin's own."""
    registry = Registry({"unmarked": Unmarked()}, discover=False)
    assert [each.feed for each in registry.capabilities] == ["hourly_load"]


class Checking:
    """A plugin that notes when it is asked for checks, and whose market needs no server."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @hookimpl
    def energyopti_markets(self) -> Sequence[Market]:
        """One market, whose source has an hour of each day."""

        async def collect(chunk: Chunk, source: Source) -> Reading:
            payload = chunk.feed.example.payload.replace(b"2024-07-01", f"{chunk.day}".encode())
            return chunk.feed.layout.read(payload)

        return [market(feeds=(feed(sources=(feed_source(collect=collect),)),))]

    @hookimpl
    def energyopti_checks(self, dataset: str) -> Sequence[Check]:
        """No check."""
        self.asked.append(dataset)
        return []


def test_checks_are_asked_for_once_a_dataset(tmp_path: Path) -> None:
    """As the contract says: not once for every chunk that is fetched."""
    plugin = Checking()

    async def ask() -> int:
        registry = Registry({"checking": plugin}, discover=False)
        async with UnifiedMarketService(registry, Settings(home=tmp_path)) as service:
            data = await service.get_market_data("testiso", "load", "2024-07-01", "2024-07-04")
            return len(data.provenance)

    assert asyncio.run(ask()) == 3
    assert plugin.asked == ["load"]
