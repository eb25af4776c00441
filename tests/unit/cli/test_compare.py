"""``energyopti compare``: what it writes, draws, says and exits with."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from analysed import analysed
from cli_runs import Network, registry, run
from compared_markets import CHICAGO, NEW_YORK, day_of, priced
from energyopti import NoData, Run
from energyopti.cli.comparison_page import comparison_page

EAST = priced("east", NEW_YORK, (Run.DAY_AHEAD, Run.REAL_TIME_HOURLY))
WEST = priced("west", CHICAGO)
PAGES: dict[str, bytes | int] = {
    "east/day_ahead/2024-07-01.csv": day_of("2024-07-01", [float(n) for n in range(24)]),
    "east/real_time_hourly/2024-07-01.csv": day_of("2024-07-01", [2.0 * n for n in range(24)]),
    "west/day_ahead/2024-07-01.csv": day_of("2024-07-01", [100.0] * 24, CHICAGO),
}
RANGE = ("--start", "2024-07-01T05:00Z", "--end", "2024-07-02T04:00Z")


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def compare(*arguments: str, network: Network | None = None, **others: Any) -> Result:
    """``compare`` of the two markets, for 23 hours unless the arguments say otherwise."""
    bounds = () if {"--start", "--period"} & {*arguments} else RANGE
    return run(
        "compare", *bounds, *arguments, over=registry(EAST, WEST), network=network or Network(PAGES), **others
    )


def test_period_takes_the_place_of_bounds() -> None:
    """A day of each market's own, as from midnight to midnight; words mean full hours that are over."""
    bounds = ("--start", "2024-07-01", "--end", "2024-07-02")
    both = ("--table", "statistics", "--format", "csv", "--no-dart", "--market", "east")
    assert compare("--period", "2024-07-01", *both).stdout == compare(*bounds, *both).stdout != ""


def rows(text: str, label: str) -> list[str]:
    """The cells of the line that begins with a label."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"{label} ")]
    return line.removeprefix(label).split()


def test_table_has_a_column_for_each_market() -> None:
    """Each figure beside the others: 1 to 23 have the mean 12, a flat price deviates by nothing."""
    result = compare()
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "east, west: day_ahead prices in USD/MWh, 2024-07-01T05:00:00Z to 2024-07-02T04:00:00Z, 23 hours\n"
    )
    assert rows(result.stdout, "mean") == ["12.00", "100.00"]
    assert rows(result.stdout, "std dev") == ["6.78", "0.00"]
    assert rows(result.stdout, "highest") == ["23.00", "100.00"]
    assert rows(result.stdout, "DART mean") == ["-12.00", "-"]
    assert rows(result.stdout, "congestion") == ["10.0", "%", "10.0", "%"]


def test_table_has_the_pairs() -> None:
    """12 less 100 is -88; a flat price has no correlation."""
    result = compare()
    assert rows(result.stdout, "east - west") == ["23", "-88.00", "6.78", "-99.00", "-77.00", "-"]


def test_sparklines_stand_under_the_table() -> None:
    """One for each market; none where a chart is drawn."""
    lines = compare().stdout.splitlines()
    assert "east  ▁▁▂▂▂▃▃▃▄▄▄▅▅▅▅▆▆▆▇▇▇██" in lines
    assert "west  " + "▄" * 23 in lines


def test_what_the_words_mean_is_said() -> None:
    """With the sign of DART and the run it is of, and what a battery's spread leaves out."""
    said = compare().stdout
    assert "DART: day-ahead minus real-time (east real_time_hourly)" in said
    assert "in sum; mean of whole days; round-trip efficiency 1" in said
    assert (
        "on-peak, without NERC holidays: east 5x16 HE07-22 America/New_York; west 5x16 HE07-22 America/Chicago"
        in said
    )


def test_words_go_to_standard_error() -> None:
    """How many prices, of what, and what was found."""
    result = compare()
    assert result.stderr == (
        "46 hourly prices of east, west, 2024-07-01T05:00:00Z to 2024-07-02T04:00:00Z\n"
        "missing_part: west has no spread of day-ahead against real-time: it has no real-time prices\n"
    )


def test_narrow_page_keeps_the_figures() -> None:
    """On eighty columns nothing is left out."""
    result = compare(width=80)
    assert max(map(len, result.stdout.splitlines()[2:30])) <= 80
    assert rows(result.stdout, "mean") == ["12.00", "100.00"]


def test_json_has_every_table_and_what_was_found() -> None:
    """One object, with times as text."""
    found = json.loads(compare("--format", "json").stdout)
    assert (found["start"], found["end"]) == ("2024-07-01T05:00:00Z", "2024-07-02T04:00:00Z")
    assert {name: len(found[name]) for name in ("markets", "hours", "statistics", "pairs", "dart")} == {
        "markets": 2,
        "hours": 46,
        "statistics": 2,
        "pairs": 1,
        "dart": 1,
    }
    assert found["statistics"][0]["minimum_at"] == "2024-07-01T05:00:00Z"
    assert found["hours"][0]["day"] == "2024-07-01"
    assert found["findings"]["east"] == []
    assert found["findings"]["west"][0]["kind"] == "missing_part"


def test_csv_is_the_statistics() -> None:
    """A row a market, in the order of the columns."""
    lines = compare("--format", "csv").stdout.splitlines()
    assert lines[0].startswith("market,hours,missing_hours,mean,median,")
    assert [line.split(",")[:4] for line in lines[1:]] == [
        ["east", "23", "0", "12.0"],
        ["west", "23", "0", "100.0"],
    ]


def test_csv_of_prices_side_by_side() -> None:
    """An hour a row, a market a column."""
    lines = compare("--format", "csv", "--table", "side_by_side").stdout.splitlines()
    assert lines[:2] == ["interval_start,east,west", "2024-07-01T05:00:00Z,1.0,100.0"]
    assert len(lines) == 24


def test_one_table_is_shown_alone() -> None:
    """With its units."""
    shown = compare("--table", "pairs").stdout
    assert shown.startswith("pairs")
    assert "USD/MWh" in shown
    assert "volatility" not in shown


def test_one_table_as_json_is_an_array() -> None:
    """Of its rows."""
    (row,) = json.loads(compare("--format", "json", "--table", "dart").stdout)
    assert (row["market"], row["real_time_run"], row["mean"]) == ("east", "real_time_hourly", -12.0)


def test_file_is_written_whole(tmp_path: Path) -> None:
    """Its suffix says the form; what is said names it."""
    target = tmp_path / "prices.parquet"
    result = compare("--output", str(target), "--table", "hours")
    assert (result.exit_code, result.stdout) == (0, "")
    assert target.read_bytes().startswith(b"PAR1")
    assert f"written to {target}" in result.stderr


def test_named_markets_are_compared_in_their_order() -> None:
    """``--market`` can be repeated; ``all`` is what is compared without it."""
    assert json.loads(compare("--market", "west", "--market", "EAST", "-f", "json").stdout)["markets"][0][
        "market"
    ] == ("west")
    everything = compare("--market", "all", "-f", "csv").stdout
    assert everything == compare("-f", "csv").stdout
    assert everything == compare("--market", "west", "--market", "All", "-f", "csv").stdout


def test_run_and_clock_are_passed_on() -> None:
    """Real time of New York's day, of a market that has it."""
    bounds = ("--start", "2024-07-01", "--end", "2024-07-02", "--tz", NEW_YORK)
    result = compare(*bounds, "--market", "east", "--run", "real_time_hourly", "--format", "csv")
    assert result.stdout.splitlines()[1].split(",")[:4] == ["east", "24", "0", "23.0"]


def test_block_and_efficiency_are_passed_on() -> None:
    """New York's hours 7 to 22 in common time: mean 14.5; 50 % of 23 less 0 is 11.50; the notes say both."""
    bounds = ("--start", "2024-07-01", "--end", "2024-07-02", "--market", "east")
    shown = compare(*bounds, "--block", "common_5x16", "--round-trip-efficiency", "0.5").stdout
    assert rows(shown, "on-peak block") == ["common_5x16"]
    assert rows(shown, "on-peak mean") == ["14.50"]
    assert rows(shown, "TB1, USD/MW-day") == ["11.50"]
    assert "east common_5x16 HE07-22 America/Chicago" in shown
    assert "round-trip efficiency 0.5" in shown
    assert rows(compare(*bounds).stdout, "on-peak block") == ["5x16"]


def test_dates_are_each_markets_own() -> None:
    """New York's and Chicago's 1 July have 24 hours each."""
    lines = compare("--start", "2024-07-01", "--end", "2024-07-02", "--format", "csv").stdout.splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [["east", "24", "0"], ["west", "24", "0"]]


def test_without_dart_nothing_more_is_asked_for() -> None:
    """``--no-dart`` leaves the real-time documents alone."""
    network = Network(PAGES)
    result = compare("--no-dart", network=network)
    assert "DART" not in result.stdout
    assert sorted(network.asked) == ["east/day_ahead/2024-07-01.csv", "west/day_ahead/2024-07-01.csv"]


def test_partial_leaves_out_what_cannot_answer() -> None:
    """Strict, no data exits with 3; with ``--partial`` the rest is compared, and what is missing is said."""
    pages = {name: page for name, page in PAGES.items() if not name.startswith("west")}
    strict = compare(network=Network(pages))
    assert (strict.exit_code, strict.stdout) == (NoData.exit_code, "")
    assert strict.stderr.count("\n") == 1
    partial = compare("--partial", network=Network(pages))
    assert partial.exit_code == 0
    assert "missing_market: west is left out: " in partial.stderr
    assert "less" not in partial.stdout.partition("\n\n")[2].partition("\n\n")[0]


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [
        pytest.param("html", b"<!DOCTYPE html>", marks=pytest.mark.exhaustive),  # as the demo draws it
        ("png", b"\x89PNG"),
        ("SVG", b"<svg"),
    ],
)
def test_chart_is_drawn_as_its_name_says(suffix: str, begins: bytes, tmp_path: Path) -> None:
    """Beside the table, in place of the sparklines."""
    target = tmp_path / f"chart.{suffix}"
    result = compare("--chart", str(target))
    assert result.exit_code == 0
    assert target.read_bytes().startswith(begins)
    assert f"drawn in {target}" in result.stderr
    assert rows(result.stdout, "mean") == ["12.00", "100.00"]
    assert "▁" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--location", "HB_WEST"), "write MARKET=LOCATION, such as ercot=HB_WEST"),
        (("--location", "east="), "write MARKET=LOCATION"),
        (("--location", "east=HUB", "--location", "east=HUB"), "east is given HUB twice"),
        (("--against", "north"), "'north' is not compared"),
        (("--location", "north=A"), "'north', which is not being compared"),
        (("--location", "east=HUP"), "no location 'HUP'"),
        (("--market", "eats"), "Did you mean 'east'?"),
        (("--run", "yesterday"), "no run 'yesterday'"),
        (("--tz", "Mars"), "not a time zone"),
        (("--block", "6x16"), "'6x16' is not one of"),
        (("--round-trip-efficiency", "1.2"), "a round-trip efficiency cannot be 1.2"),
        (("--start", "2024-07-02", "--end", "2024-07-01"), "runs backwards"),
        (("--start", "2024-07-01T00:30", "--end", "2024-07-02"), "full UTC hours"),
        (("--start", "2024-07-01"), "a comparison needs a start and an end; give both, or a period"),
        (("--start", "2024-07-01", "--period", "today"), "a period has a start and an end of its own"),
        (("--table", "prices"), "'prices' is not one of"),
        (("--chart", "chart.pdf"), "end it in .html, .png, .svg"),
        (("--chart", "no/such/chart.png"), "does not exist"),
        (("--output", "table.txt"), "--format"),
        (("--chart", "same.html", "--output", "same.html", "--format", "csv"), "name two different files"),
    ],
)
def test_wrong_question_is_one_line_and_2(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """What the caller can mend; nothing is written."""
    result = compare(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("energyopti: ")
    assert result.stderr.count("\n") == 1
    assert said in result.stderr
    assert list(tmp_path.glob("*.*")) == []


@pytest.mark.parametrize(
    "arguments", [("--chart", "chart.pdf"), ("--location", "HB_WEST"), ("--output", "x.txt")]
)
def test_wrong_options_are_found_before_any_request(arguments: tuple[str, ...]) -> None:
    """Nothing is fetched for a file that could not be written."""
    network = Network(PAGES)
    assert compare(*arguments, network=network).exit_code == 2
    assert network.asked == []


def test_chart_without_the_extra_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In one line, before anything is fetched."""
    monkeypatch.setitem(sys.modules, "altair", None)
    network = Network(PAGES)
    result = compare("--chart", str(tmp_path / "chart.html"), network=network)
    assert (result.exit_code, network.asked) == (2, [])
    assert result.stderr == (
        "energyopti: a chart needs a package that is not installed (altair); "
        "run: pip install 'energyopti[chart]'\n"
    )


def test_failed_comparison_leaves_no_chart(tmp_path: Path) -> None:
    """Nor half of one: what stood there stands."""
    target = tmp_path / "chart.html"
    target.write_text("before")
    result = compare("--chart", str(target), network=Network({}))
    assert result.exit_code == 3
    assert target.read_text() == "before"
    assert [path for path in tmp_path.iterdir() if path.is_file()] == [target]


def test_output_that_cannot_show_blocks_has_no_sparklines(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of rows of question marks."""
    found = analysed({"east": [1.0, 2.0]})
    assert "east  ▁█" in map(str, comparison_page(found, sparklines=True))
    with monkeypatch.context() as changed:
        changed.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
        page = comparison_page(found, sparklines=True)
    assert [each for each in map(str, page) if "█" in each] == []


def test_help_says_what_is_compared() -> None:
    """Every option with a word of explanation."""
    shown = run("compare", "--help").stdout
    for option in (
        "--market",
        "--location",
        "--run",
        "--chart",
        "--partial",
        "--table",
        "--sandbox",
        "--block",
    ):
        assert option in shown
