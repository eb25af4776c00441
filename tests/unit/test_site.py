"""The site of the documentation, without building it: what its pages say is what the code declares."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import click
import pytest

from check_site import faults, main
from energyopti.cli.app import app
from energyopti.cli.installation import Installation
from energyopti.cli.syncing import listed
from energyopti.errors import EnergyOptiError
from energyopti.market import Feed, Market
from installed import installed
from markdown_parts import slug, table
from site_commands import commands, commands_page
from site_errors import ADVICE, errors_page, tree
from site_markets import columns_table, feed_section, length, market_page, origin, overview
from site_pages import as_python_markdown, completed, made_pages, relinked, tasks
from site_reference import layouts_page, public_names

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MARKETS = list(installed().markets.values())
each_market = pytest.mark.parametrize("there", MARKETS, ids=str)


def test_every_page_is_in_the_menu_once() -> None:
    """The files of the folder and those that are made; the markets' pages come by themselves."""
    named = re.findall(r"(?:- |: )(\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    made = {name for name in made_pages(installed()) if not name.startswith("markets/")}
    assert sorted(named) == sorted({each.name for each in DOCS.glob("*.md")} | made | {"markets/index.md"})


@each_market
def test_every_feed_of_a_market_has_a_section(there: Market) -> None:
    """One heading each, with its history, its source page, how it is asked for, and all that is not confirmed."""
    said = market_page(there)
    headings = re.findall(r"^###? (.+)$", said, re.MULTILINE)
    assert len({slug(each) for each in headings}) == len(headings)
    for feed in there.feeds:
        section = said.partition(f"\n### {feed.name}\n")[2].partition("\n### ")[0]
        assert f"energyopti get {there.id} " in section
        assert f"from {feed.history.since}" in section
        assert f"<{feed.documented_at}>" in section
        assert [each.fact for each in feed.unconfirmed if each.fact not in section] == []
        assert ("Not confirmed" in section) == bool(feed.unconfirmed)
        assert [each.host for each in feed.sources if f"host `{each.host}`" not in section] == []


@each_market
def test_hosts_of_a_market_are_listed_with_limits_and_keys(there: Market) -> None:
    """Every host with its published limit, every credential with its setting."""
    said = market_page(there)
    for host in there.hosts:
        limit = f"{host.rate.requests} in {length(host.rate.per)}" if host.rate else "none published"
        assert f"| `{host.name}` | <{host.url}> | {limit} |" in said
    for each in there.credentials:
        assert f"`ENERGYOPTI_{there.id.upper()}_{each.name.upper()}`" in said


EVERY = [(there, feed) for there in MARKETS for feed in there.feeds]


@pytest.mark.parametrize(("there", "found"), EVERY, ids=str)
def test_columns_of_a_feed_are_those_that_it_fills(there: Market, found: Feed) -> None:
    """Each column of the dataset once: with its unit and what fills it, or among those that no column fills."""
    said = columns_table(found)
    filled = re.findall(r"^\| `(\w+)` \|", said, re.MULTILINE)
    never = re.findall(r"`(\w+)`", said.partition("No column of the document fills ")[2])
    assert sorted([*filled, *never]) == sorted(found.dataset.column_names)
    assert [name for name in found.layout.fields if name not in filled] == []
    required = [each.name for each in found.dataset.columns if each.key and not each.nullable]
    assert [name for name in required if name not in filled] == []


def feed_of(market: str, name: str) -> Feed:
    """An installed feed."""
    return installed().market(market).feed(name)


def test_origin_of_a_column_names_the_published_one_and_its_sign() -> None:
    """New York publishes congestion with the other sign."""
    zone = feed_of("nyiso", "damlbmp_zone")
    assert origin(zone, zone.dataset.column("lmp")) == "`LBMP ($/MWHr)`"
    congestion = origin(zone, zone.dataset.column("congestion"))
    assert congestion == "`Marginal Cost Congestion ($/MWHr)` times -1"
    assert origin(zone, zone.dataset.column("energy")) == "derived"
    assert origin(zone, zone.dataset.column("ghg")) == ""


def test_section_says_how_a_feed_is_published_and_from_where() -> None:
    """As the declaration has it, in words."""
    said = feed_section(installed().market("nyiso"), feed_of("nyiso", "damlbmp_zone"))
    assert "| interval | 1 hour |" in said
    assert "| published | at the latest 11:00, 1 day before (" in said
    assert "0001-01-01" not in said
    assert "asked last" in said
    assert '??? example "As published"\n\n    ~~~~text\n    "Time Stamp"' in said


def test_source_is_said_with_its_days_and_its_limit() -> None:
    """PJM's limit is beside each of its feeds, and ERCOT's sources have days."""
    said = market_page(installed().market("pjm"))
    assert "of host `dataminer`, 6 requests in 1 minute" in said


def test_overview_counts_feeds_by_market_and_dataset() -> None:
    """Each count leads to the feeds."""
    said = overview(installed().markets)
    count = sum(feed.dataset.name == "lmp" for feed in installed().market("pjm").feeds)
    assert f"[{count}](pjm.md#dataset-lmp)" in said
    assert f"{len(MARKETS)} markets with {len(EVERY)} feeds" in said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=5), "5 minutes"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=0.5), "0.5 seconds"),
        (timedelta(), "0 seconds"),
    ],
)
def test_length_of_time_is_said_in_the_largest_whole_unit(span: timedelta, said: str) -> None:
    """As a reader would say it."""
    assert length(span) == said


def test_every_command_is_shown_with_its_options() -> None:
    """Those of groups too, with the examples of the page of tasks."""
    said = commands_page({"get": ("# Prices", "energyopti get nyiso lmp")})
    names = [words for words, _ in commands()]
    assert {"get", "lake", "lake status", "sandbox"} <= set(names)
    for words, command in commands():
        section = said.partition(f"\n## {words}\n")[2].partition("\n## ")[0]
        assert section
        options = [
            each.opts[0] for each in command.params if isinstance(each, click.Option) and not each.hidden
        ]
        assert [name for name in options if name not in section] == []
    assert "```sh\n# Prices\nenergyopti get nyiso lmp\n```" in said
    assert set(app.list_commands(click.Context(app, **app.context_settings))) >= {
        words.split()[0] for words in names
    }


def test_every_error_says_what_to_do() -> None:
    """With its exit code and HTTP status; nothing is said of errors that there are not."""
    said = errors_page()
    assert {each.__name__ for each in tree()} == set(ADVICE)
    assert next(tree()) is EnergyOptiError
    for each in tree():
        section = said.partition(f"\n## {each.__name__}\n")[2].partition("\n## ")[0]
        assert f"Exit code {each.exit_code}, HTTP status {each.http_status}." in section
        assert f"**What to do.** {ADVICE[each.__name__]}" in section


def test_exit_codes_of_operations_are_those_of_the_errors() -> None:
    """Each code that an error can have is in the table, with whether to try again."""
    said = (DOCS / "operations.md").read_text(encoding="utf-8")
    table_of_codes = said.partition("| code |")[2].partition("\n\n")[0]
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", table_of_codes, re.MULTILINE)}
    assert codes == {0, 130, *(each.exit_code for each in tree())}


def test_list_of_feeds_of_operations_can_be_used(tmp_path: Path) -> None:
    """Both of its queries are queries."""
    said = (DOCS / "operations.md").read_text(encoding="utf-8")
    (toml,) = re.findall(r"^```toml\n(.*?)^```$", said, re.MULTILINE | re.DOTALL)
    file = tmp_path / "sync.toml"
    file.write_text(toml)
    day_ahead, quarters = listed(file, Installation())
    assert (day_ahead.run, quarters.locations) == ("day_ahead", ("HB_HOUSTON", "HB_NORTH"))


def test_reference_has_every_public_name_with_an_example() -> None:
    """Nothing public is left out, and nothing else is in."""
    said = (DOCS / "reference.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", said, re.MULTILINE | re.DOTALL)
    assert sorted(name for name, _ in sections) == sorted(public_names())
    assert [name for name, body in sections if "```python" not in body or "```text" not in body] == []


def test_reference_is_completed_from_the_code() -> None:
    """Arguments of a function, fields of a declaration, words of a vocabulary, methods of a class."""
    said = completed(
        "reference.md", "### get\n\n### RateLimit\n\n### ChunkSize\n\n### DATASETS\n\n### battery\n"
    )
    assert "::: energyopti.service.UnifiedMarketService.get_market_data\n" in said
    assert "| `vintages` | `str` | `'latest'` |" in said
    assert "::: energyopti.market.RateLimit\n    options:\n      members: [parse]\n" in said
    assert "| `per` | `timedelta` | required |" in said
    assert "`hour`, `day`, `month`, `year`" in said
    assert "::: energyopti.analysis.battery.battery\n" in said
    assert completed("lake.md", "### get\n") == "### get\n"


def test_every_name_of_the_layouts_has_its_fields() -> None:
    """The page that goes with the cookbook."""
    said = layouts_page()
    assert "\n## CsvLayout\n\n::: energyopti.layouts.formats.csv.CsvLayout\n" in said
    assert "| `quoted` | `bool` | `False` |" in said
    assert "| `step` | `timedelta` | 1 hour |" in said
    assert "| `words` | `tuple[str, ...]` | required |" in said


def test_tasks_are_read_from_rows_with_code() -> None:
    """A dash is no line, a bar in code is escaped as in any table, and other tables are none."""
    dash = "\N{EN DASH}"
    page = f"| task | Python | shell |\n| --- | --- | --- |\n| A | `a \\| b` | {dash} |\n| B | {dash} | `energyopti x` |\n| c | d |\n"
    assert list(tasks(page)) == [("A", "a | b", ""), ("B", "", "energyopti x")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("words\n- a\n- b\n", "words\n\n- a\n- b\n"),
        ("- a\n  - b\n", "- a\n    - b\n"),
        ("- a\n  more\n  - b\n- c\n", "- a\n    more\n\n    - b\n\n- c\n"),
        ("- a\n\n      code\n\nafter\n", "- a\n\n        code\n\nafter\n"),
        ("```text\nx\n- y\n  z\n```\n", "```text\nx\n- y\n  z\n```\n"),
        ("!!! note\n\n    - a\n      b\n", "!!! note\n\n    - a\n      b\n"),
        ("| `a \\| b` | c \\| d |\n", "| `a | b` | c \\| d |\n"),
        ("words\n\n    code\n", "words\n\n    code\n"),
    ],
)
def test_markdown_of_github_is_read_by_the_site(text: str, expected: str) -> None:
    """Lists after words, lists in lists; code and blocks of the site stay as they are."""
    assert as_python_markdown(text) == expected


def test_links_to_the_files_above_lead_to_pages() -> None:
    """The README and the changelog are pages of the site."""
    assert relinked("[a](../README.md#install) [b](lake.md)") == "[a](quick-start.md#install) [b](lake.md)"
    pages = made_pages(installed())
    assert "](docs/" not in pages["quick-start.md"]
    assert pages["quick-start.md"].startswith("# Quick start\n")
    assert "\n## Install\n" in pages["quick-start.md"]


def test_table_escapes_bars_and_is_empty_without_rows() -> None:
    """A cell is one line."""
    assert table(("a", "b"), [("x|y", "two\nlines")]) == "| a | b |\n| --- | --- |\n| x\\|y | two lines |"
    assert table(("a",), []) == ""


WORDS = " ".join(["word"] * 30)


@pytest.mark.parametrize(
    ("html", "loads"),
    [
        (f"<p>{WORDS} <a href='https://iso.example'>x</a></p>", ""),
        (f"<link rel='canonical' href='https://docs.example/'><p>{WORDS}</p>", ""),
        (f"<script src='https://cdn.example/a.js'></script>{WORDS}", "https://cdn.example/a.js"),
        (f"<link rel=stylesheet href='//fonts.example/f.css'>{WORDS}", "//fonts.example/f.css"),
        (f"<img src='http://pictures.example/p.png'>{WORDS}", "http://pictures.example/p.png"),
        (f"<img srcset='a.png 1x, https://p.example/b.png 2x'>{WORDS}", "https://p.example/b.png"),
        (f"<style>@import 'https://f.example/x.css';</style>{WORDS}", "https://f.example/x.css"),
        (f"<div style='background: url(https://b.example/b.png)'>{WORDS}</div>", "https://b.example/b.png"),
        (f"<pre class='mermaid'>{WORDS}</pre>", "mermaid"),
    ],
)
def test_page_that_loads_from_another_host_is_a_fault(tmp_path: Path, html: str, loads: str) -> None:
    """A link that a reader may click is none."""
    tmp_path.joinpath("index.html").write_text(html)
    found = list(faults(tmp_path))
    assert bool(found) == bool(loads)
    assert all("index.html loads" in each for each in found)
    assert main([str(tmp_path)]) == bool(loads)


def test_empty_site_empty_page_and_foreign_styles_are_faults(tmp_path: Path) -> None:
    """What a build may leave behind when it goes wrong."""
    assert list(faults(tmp_path)) == [f"{tmp_path} has no page"]
    tmp_path.joinpath("a.html").write_text("<p>no words</p>")
    tmp_path.joinpath("a.css").write_text("@font-face { src: url(https://fonts.example/a.woff2) }")
    assert list(faults(tmp_path)) == ["a.html is empty", "a.css loads https://fonts.example/a.woff2"]
