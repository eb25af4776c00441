"""What Tab offers: words by what the line has said, lines as shells hand them over, and the list on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import attrs
import click
import polars as pl
import pytest
from click.testing import CliRunner

from cli_runs import MARKET, Network, registry, run
from energyopti.cli import main
from energyopti.cli.app import app
from energyopti.cli.completion import known as knowing
from energyopti.cli.completion.candidates import KINDS, offered
from energyopti.cli.completion.kept import kept, made
from energyopti.cli.completion.known import known
from energyopti.cli.completion.lines import (
    bash_line,
    bash_word,
    powershell_line,
    powershell_word,
)
from energyopti.cli.completion.places import keep_places, listed_places, places_file, words_file, write
from energyopti.cli.completion.reply import reply
from energyopti.cli.completion.times import times
from energyopti.cli.completion.words import Known, Place
from installed import installed, unmeasured

BREAKS = " \t\n\"'><=;|&(:"
TODAY = date(2024, 8, 1)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("ENERGYOPTI_SANDBOX", raising=False)


@pytest.fixture(scope="module")
def everything() -> Known:
    """What there is to know with the installed markets."""
    return known(app, installed())


def words(everything: Known, line: str, *places: Place) -> list[str]:
    """What is offered at the end of a line."""
    *before, current = line.split(" ")
    found = offered(everything, before, current, places=lambda _: places, today=TODAY)
    return [found.paths] if found.paths else [each.word for each in found.candidates]


def test_commands_and_those_of_groups(everything: Known) -> None:
    """The first word is a command; groups have commands of their own."""
    assert {"get", "lake", "completion"} <= set(words(everything, ""))
    assert words(everything, "lake exp") == ["export"]
    assert words(everything, "nonsense exp") == []


def test_options_that_were_given_are_not_offered_again(everything: Known) -> None:
    """Unless they may be repeated; a short name is offered only where it was typed."""
    first = words(everything, "get nyiso lmp --run day_ahead --location NORTH -")
    assert "--run" not in first
    assert {"--location", "--format"} <= set(first)
    assert "-f" not in first
    assert words(everything, "get nyiso lmp -f") == ["-f"]


def test_global_options_come_before_the_command(everything: Known) -> None:
    """``--debug`` is of the whole command line."""
    assert words(everything, "--deb") == ["--debug"]
    assert words(everything, "--debug get ny") == ["nyiso"]


def test_markets_of_a_list_are_each_offered_once(everything: Known) -> None:
    """What was named before in the list is left out, and ``all`` stands alone."""
    assert words(everything, "get ") == ["caiso", "ercot", "nyiso", "pjm", "all"]
    assert words(everything, "get nyiso,ercot,") == ["nyiso,ercot,caiso", "nyiso,ercot,pjm"]
    assert words(everything, "feeds n") == ["nyiso"]
    assert words(everything, "compare --market a") == ["all"]
    assert words(everything, "new-plugin n") == []


def test_feeds_are_of_the_market_and_datasets_it_fills(everything: Known) -> None:
    """A dataset that the market does not fill would only be an error."""
    offer = words(everything, "get nyiso ")
    assert {"lmp", "capacity", "damlbmp_zone"} <= set(offer)
    assert "emissions" not in offer
    assert words(everything, "get nyiso,pjm damlbmp") == []
    assert words(everything, "get NYISO damlbmp_z") == ["damlbmp_zone"]
    assert words(everything, "backfill nyiso lmp dam") == ["damlbmp_zone", "damlbmp_gen", "damasp"]


def test_feeds_of_an_option_fit_the_dataset_and_the_run(everything: Known) -> None:
    """``--feed`` chooses between feeds of one dataset."""
    assert words(everything, "get nyiso lmp --run day_ahead --feed ") == ["damlbmp_zone", "damlbmp_gen"]
    assert "pal" in words(everything, "read nyiso ")


def test_runs_fit_the_market_and_what_is_asked(everything: Known) -> None:
    """Load has no run, and each market has runs of its own."""
    assert words(everything, "get nyiso load --run ") == []
    assert "real_time_hourly" in words(everything, "get nyiso lmp --run r")
    assert words(everything, "get ercot lmp --run day") == ["day_ahead"]
    assert words(everything, "get ercot dam_stlmnt_pnt_prices --run ") == ["day_ahead"]


def test_places_of_a_closed_list_are_all_there_are(everything: Known) -> None:
    """Where the feed declares them, listed places of other feeds are not offered."""
    other = Place("ELSEWHERE", "", "node")
    offer = words(everything, "get nyiso damlbmp_zone --location ", other)
    assert len(offer) == 15
    assert "ELSEWHERE" not in offer
    assert "ELSEWHERE" in words(everything, "get nyiso lmp --location ", other)
    assert "ELSEWHERE" not in words(everything, "get nyiso lmp --feed damlbmp_zone --location ", other)


def test_places_have_names_where_the_market_takes_them(everything: Known) -> None:
    """PJM's identifiers are numbers: names are offered, and numbers once one is begun."""
    hub, twins = Place("5", "WEST HUB", "hub"), [Place(each, "TWIN", "node") for each in "67"]
    line = "get pjm lmp --location "
    assert words(everything, f"{line}W", hub, hub, *twins) == ["WEST HUB"]
    assert words(everything, f"{line}T", hub, *twins) == []
    assert words(everything, f"{line}6", hub, *twins) == ["6"]
    assert words(everything, "get ercot lmp --location W", Place("WEST", "", "hub")) == ["WEST"]


def test_places_of_several_markets_name_theirs(everything: Known) -> None:
    """First the market, then its places."""
    assert words(everything, "get nyiso,pjm lmp --location ") == ["nyiso=", "pjm="]
    assert words(everything, "get nyiso,pjm lmp --location nyiso=HUD") == ["nyiso=HUD VL"]
    assert words(everything, "compare --location ercot=HB_N") == ["ercot=HB_NORTH"]
    assert words(everything, "compare --location nowhere=") == []
    assert words(everything, "get --location ") == []
    assert "ercot=" in words(everything, "get all lmp --location ")


def test_a_place_is_found_by_a_common_name_if_it_is_the_only_one(everything: Known) -> None:
    """Several would have nothing in common with what was typed, and a shell would take it away."""
    assert words(everything, "get nyiso lmp --location Hudson") == ["HUD VL"]
    assert words(everything, "get nyiso lmp --location Zone") == []
    assert words(everything, "get nyiso lmp --location n.y") == ["N.Y.C."]


def test_filters_are_columns_and_then_their_words(everything: Known) -> None:
    """The column is of the dataset, also where a feed was named."""
    assert words(everything, "get nyiso lmp --filter location_t") == ["location_type="]
    assert "fuel=wind" in words(everything, "get nyiso rtfuelmix --filter fuel=")
    assert words(everything, "get nyiso lmp --filter location=") == []
    assert words(everything, "get nyiso nothing --filter ") == []


def test_choices_files_formats_and_zones(everything: Known) -> None:
    """Each option's own words; where a file is asked for, the shell completes it."""
    assert words(everything, "compare --table dart_b") == ["dart_blocks"]
    assert words(everything, "get nyiso lmp --output ") == ["files"]
    assert words(everything, "lake rebuild --archive ") == ["folders"]
    assert words(everything, "get nyiso lmp --format=pa") == ["--format=parquet"]
    assert words(everything, "watch nyiso lmp -f ") == ["table", "csv", "ndjson"]
    assert words(everything, "get nyiso lmp --tz ") == ["ET", "CT", "MT", "PT", "UTC", "market"]
    assert words(everything, "get nyiso lmp --tz America/New") == ["America/New_York"]
    assert words(everything, "get nyiso lmp --resample 15") == ["15min"]
    assert words(everything, "locations nyiso --type z") == ["zone"]
    assert words(everything, "get nyiso lmp --start yes") == ["yesterday"]
    assert words(everything, "get nyiso lmp --period last_q") == ["last_quarter"]
    assert words(everything, "describe nyi") == ["nyiso"]
    assert words(everything, "describe nyiso damlbmp_z") == ["damlbmp_zone"]
    assert words(everything, "describe lmp ") == []
    assert words(everything, "new-plugin x --dataset fuel_") == ["fuel_mix"]
    assert words(everything, "backfill nyiso lmp --max-time 2") == ["20m", "2h"]
    assert words(everything, "lake export nyiso/pal") == ["nyiso/pal", "nyiso/palIntegrated"]
    assert words(everything, "get nyiso lmp --timeout ") == []
    assert words(everything, "get nyiso lmp --partial=") == []


def test_after_two_dashes_nothing_is_an_option(everything: Known) -> None:
    """As click reads it."""
    assert words(everything, "get -- ny") == ["nyiso"]
    assert words(everything, "get -- nyiso lmp -") == []
    assert words(everything, "get --nonsense ny") == ["nyiso"]
    assert words(everything, "get --run=day_ahead nyiso lmp --feed damlbmp_z") == ["damlbmp_zone"]
    assert words(everything, "get nyiso lmp extra ") == []


@pytest.mark.parametrize(
    ("current", "some"),
    [
        ("", {"yesterday", "-7d", "now", "2024-08-01", "2024-08", "2022"}),
        ("2023", {"2023-01", "2023-12", "2023-Q4"}),
        ("2023-", {"2023-11", "2023-Q1"}),
        ("2023-02-", {"2023-02-01", "2023-02-28"}),
        ("2024-02-2", {"2024-02-29"}),
    ],
)
def test_times_are_words_and_dates_around_what_is_written(current: str, some: set[str]) -> None:
    """Months of a year that is begun, days of a month that is."""
    assert some <= {each.word for each in times(current, TODAY, bound=True)}


def test_times_end_with_the_day() -> None:
    """Hours are the user's own; no month has a day too many, and a period is not now."""
    assert list(times("2024-07-01T", TODAY, bound=True)) == []
    assert "2023-02-29" not in {each.word for each in times("2023-02-", TODAY, bound=True)}
    assert "now" not in {each.word for each in times("", TODAY, bound=False)}


@pytest.mark.parametrize(
    ("text", "said", "current", "quote", "fixed"),
    [
        ("energyopti get ny", ["energyopti", "get"], "ny", "", 0),
        ("energyopti get ", ["energyopti", "get"], "", "", 0),
        (r"e --location HUD\ V", ["e", "--location"], "HUD V", "", 0),
        ("e 'HUD VL' x", ["e", "HUD VL"], "x", "", 0),
        ('e "HUD V', ["e"], "HUD V", '"', 0),
        ("e 'a", ["e"], "a", "'", 0),
        (r'e "a\"b\c', ["e"], r'a"b\c', '"', 0),
        ("e --run=da", ["e"], "--run=da", "", 6),
        ("e nyiso='HU", ["e"], "nyiso=HU", "'", 6),
        ('e "" x', ["e", ""], "x", "", 0),
        ("e  get  x", ["e", "get"], "x", "", 0),
        ("e a\\", ["e"], "a", "", 0),
    ],
)
def test_a_line_of_bash_is_read_as_bash_does(
    text: str, said: list[str], current: str, quote: str, fixed: int
) -> None:
    """Quotes, backslashes, and the characters at which readline begins a word of its own."""
    assert bash_line(text, BREAKS) == (said, current, quote, fixed)


@pytest.mark.parametrize(
    ("text", "replaced", "said", "current", "fixed"),
    [
        ("energyopti get ny", "ny", ["energyopti", "get"], "ny", 0),
        ("e get nyiso,pj", "pj", ["e", "get"], "nyiso,pj", 6),
        ("e get nyiso,pj", "nyiso,pj", ["e", "get"], "nyiso,pj", 0),
        ("e 'HUD V", "'HUD V", ["e"], "HUD V", 0),
        ("e 'it''s' a", "a", ["e", "it's"], "a", 0),
        ("e HUD` VL", "HUD` VL", ["e"], "HUD VL", 0),
        ('e "x y"  ', "", ["e", "x y"], "", 0),
    ],
)
def test_a_line_of_powershell_is_read_as_powershell_does(
    text: str, replaced: str, said: list[str], current: str, fixed: int
) -> None:
    """A mark within quotes is doubled, the backtick escapes; only what it replaces is answered."""
    line = powershell_line(text, replaced)
    assert (line.words, line.current) == (said, current)
    assert line.fixed == fixed or replaced == "HUD` VL"


def test_words_are_quoted_as_each_shell_reads_them() -> None:
    """Spaces, quotes and what a shell would carry out."""
    assert bash_word("HUD VL", "") == r"HUD\ VL"
    assert bash_word("$(x)`y`", "") == r"\$\(x\)\`y\`"
    assert bash_word('a"$b', '"') == r"a\"\$b"
    assert bash_word("it's", "'") == r"it'\''s"
    assert powershell_word("N.Y.C.") == "N.Y.C."
    assert powershell_word("it's $(x)") == "'it''s $(x)'"
    assert powershell_word("") == "''"


def answered(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str) -> list[str]:
    """What a script reads."""
    assert reply(arguments) == 0
    return capfdbinary.readouterr().out.decode().splitlines()


def test_a_reply_says_how_to_go_on(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """First how, then the candidates with what they are; bash has only the rest of a word."""
    assert answered(capfdbinary, "zsh", "get", "nyi") == ["words", "nyiso\tNew York ISO"]
    assert answered(capfdbinary, "fish", "get", "nyiso", "lmp", "--location", '"HUD')[1].startswith(
        "HUD VL\t"
    )
    assert answered(capfdbinary, "bash", "energyopti get nyiso lmp --run=day", BREAKS) == [
        "words",
        "day_ahead",
    ]
    assert answered(capfdbinary, "zsh", "get", "nyiso", "lmp", "--filter", "location_t") == [
        "open",
        "location_type=\t",
    ]
    assert answered(capfdbinary, "zsh", "read", "nyiso", "pal", "") == ["files"]


def test_a_reply_to_powershell_goes_by_the_environment(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text to put in, the text to show, and what it is."""
    monkeypatch.setenv("_ENERGYOPTI_LINE", "energyopti get nyiso lmp --location HU")
    monkeypatch.setenv("_ENERGYOPTI_WORD", "HU")
    assert answered(capfdbinary, "powershell") == ["words", "'HUD VL'\tHUD VL\tZone G, Hudson Valley, G"]


def test_titles_that_cannot_be_printed_are_not_offered(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    """A plugin's words cannot steer a terminal."""
    made(registry(attrs.evolve(MARKET, title="Te\x1b[31mst")))
    assert answered(capfdbinary, "zsh", "get", "t") == ["words"]


@pytest.mark.parametrize("arguments", [(), ("tcsh", "x"), ("bash",), ("zsh",), ("powershell",)])
def test_a_reply_never_fails(capfdbinary: pytest.CaptureFixture[bytes], arguments: tuple[str, ...]) -> None:
    """Whatever a script sends, a prompt shows no error."""
    assert answered(capfdbinary, *arguments) == []


def test_generated_places_are_offered_for_generated_data(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the sandbox listed is not offered for the real market; unprintable names are offered nowhere."""
    places = pl.DataFrame(
        {
            "location": ["MADE_UP", "BE\x1bLL", "HB_NORTH"],
            "location_name": ["Made up", None, "HB_NORTH"],
            "location_type": ["node", None, "hub"],
        }
    )
    keep_places("ercot", places, sandbox=True)
    asked = ("zsh", "get", "ercot", "lmp", "--location", "M")
    assert answered(capfdbinary, *asked) == ["words"]
    assert answered(capfdbinary, "zsh", "get", "--sandbox", *asked[2:]) == ["words", "MADE_UP\tMade up, node"]
    monkeypatch.setenv("ENERGYOPTI_SANDBOX", "1")
    assert answered(capfdbinary, *asked) == ["words", "MADE_UP\tMade up, node"]
    assert [each.location for each in listed_places("ercot", sandbox=True)] == ["HB_NORTH", "MADE_UP"]


def test_what_cannot_be_kept_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is a file costs nothing but the list; damaged bytes are no places."""
    tmp_path.joinpath("flat").touch()
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "flat"))
    write(places_file("ercot", sandbox=False), ["A"])
    assert list(listed_places("ercot", sandbox=False)) == []
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path))
    write(places_file("ercot", sandbox=False), ["A", "B\tname\thub\tmore"])
    assert list(listed_places("ercot", sandbox=False)) == [
        Place("A", "", ""),
        Place("B", "name", "hub\tmore"),
    ]
    places_file("ercot", sandbox=False).write_bytes(b"\xff\xfe")
    assert list(listed_places("ercot", sandbox=False)) == []


def test_the_list_is_kept_where_caches_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a folder of energyopti's own."""
    monkeypatch.delenv("ENERGYOPTI_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert words_file("/x").parent.parent.name == "energyopti"


def test_the_list_holds_until_something_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is made again once a folder of the import path changes, is added or is gone, or if it cannot be read."""
    assert kept() is None
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    first = made(registry(MARKET))
    assert kept() == first
    assert list(first["markets"]) == ["testiso"]
    os.utime(site, ns=(1, 1))
    assert kept() is None
    made(registry(MARKET))
    assert kept() is not None
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(other)])
    assert kept() is None
    made(registry(MARKET))
    other.rmdir()
    assert kept() is None
    file = words_file(sys.prefix)
    for content in (b"{", b"[]", b"\xff", json.dumps({**first, "version": 0}).encode()):
        file.write_bytes(content)
        assert kept() is None


def test_a_plugin_that_prints_does_not_spoil_the_reply(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plugins are imported when the list is made, and some say things then."""

    def loud() -> Known:
        os.write(1, b"hello\n")
        os.write(2, b"warning\n")
        print("hello again")  # noqa: T201
        return made(registry(MARKET))

    monkeypatch.setattr("energyopti.cli.completion.reply.made", loud)
    assert reply(("zsh", "get", "t")) == 0
    assert capfdbinary.readouterr() == (b"words\ntestiso\tTest ISO\n", b"")


def test_a_tab_imports_no_more_than_it_needs(tmp_path: Path) -> None:
    """Once there is a list: neither click nor polars nor a plugin is imported, and no more processor time is used."""
    surroundings = unmeasured() | {"ENERGYOPTI_HOME": str(tmp_path)}
    command = "import sys; from energyopti.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    asked = [sys.executable, "-c", command, "__complete", "zsh", "get", "nyiso", "fuel"]
    subprocess.run(asked, env=surroundings, capture_output=True, check=True)
    done = subprocess.run(asked, env=surroundings, capture_output=True, check=True, text=True)
    assert done.stdout == "words\nfuel_mix\tGeneration by fuel\n"
    assert {"click", "polars", "attr", "httpx", "energyopti.registry", "energyopti_nyiso"}.isdisjoint(
        done.stderr.split()
    )


def test_every_kind_of_value_is_one_that_can_be_completed(everything: Known) -> None:
    """A kind that nothing completes, or a parameter that no command has, would be a slip."""
    assert set(knowing._KINDS.values()) | set(knowing._IN_COMMANDS.values()) <= KINDS | {""}
    commands = [everything["app"], *everything["app"]["commands"].values()]
    commands += everything["app"]["commands"]["lake"]["commands"].values()
    said = {
        parameter["kind"] for each in commands for parameter in [*each["options"], *each["arguments"]]
    } - {""}
    assert said == KINDS


def test_a_group_may_name_a_command_that_it_has_not() -> None:
    """A plugin's group is the plugin's own."""

    class Odd(click.Group):
        def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
            return ["gone"]

    assert known(Odd("odd"), registry(MARKET))["app"]["commands"] == {}


def test_places_are_kept_when_they_are_listed() -> None:
    """``energyopti locations`` is what fills the list."""
    result = CliRunner().invoke(app, ["locations", "nyiso", "--sandbox", "north"])
    assert result.exit_code == 0
    kept_now = [each.location for each in listed_places("nyiso", sandbox=True)]
    assert "N.Y.C." in kept_now


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_script_goes_to_standard_output(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks ``__complete`` for its shell, and the list is there before the first Tab."""
    tests = Path(__file__).parents[2]  # other tests import from there meanwhile, which may write bytecode
    elsewhere = [each for each in sys.path if not Path(each).is_relative_to(tests.parent / "docs")]
    monkeypatch.setattr(sys, "path", [each for each in elsewhere if not Path(each).is_relative_to(tests)])
    result = run("completion", shell, network=Network())
    assert result.exit_code == 0
    assert f"__complete {shell}" in result.stdout
    before = words_file(sys.prefix).stat()
    run("completion", shell, network=Network())
    assert (
        words_file(sys.prefix).stat().st_ino == before.st_ino
    )  # each start of a shell asks, and must be quick


def test_the_help_says_how_to_install_it() -> None:
    """A line for each shell's own file."""
    words_of_help = run("completion", "--help", network=Network()).stdout
    for each in ("~/.bashrc", "~/.zshrc", "config.fish", "$PROFILE"):
        assert each in words_of_help


def test_an_unknown_shell_is_a_usage_error() -> None:
    """With the four that there are."""
    result = run("completion", "tcsh", network=Network())
    assert result.exit_code == 2
    assert "powershell" in result.stderr


def test_the_command_line_itself_answers_a_script(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``energyopti __complete`` is no command that is listed."""
    monkeypatch.setattr(sys, "argv", ["energyopti", "__complete", "zsh", "completion", "f"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capfdbinary.readouterr().out.decode() == "words\nfish\t\n"
