"""Tab in real shells, with the scripts that ``energyopti completion`` prints: each line is typed, and then read as words."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from energyopti.cli.completion.places import write
from installed import unmeasured
from terminals import Terminal, terminal

STARTED = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
SHOWN = {
    "bash": "shown() { printf '<%s>' \"$@\"; echo E''ND; }",
    "zsh": "shown() { printf '<%s>' \"$@\"; echo E''ND; }",
    "fish": "function shown; printf '<%s>' $argv; echo E''ND; end",
}
SHELLS = [
    pytest.param(
        each, marks=pytest.mark.skipif(not shutil.which(each), reason=f"{each} is not on this machine")
    )
    for each in STARTED
]


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with this energyopti on its path, and with places of ERCOT that were listed before."""
    home = tmp_path_factory.mktemp("home")
    home.joinpath("prices.csv").touch()
    home.joinpath("two words").mkdir()
    listed = ["HB_WEST\t\thub", "LZ_WEST\t\tzone", "EVIL $(touch evil)`touch evil`\t\tnode"]
    write(home / "kept/completion/places/ercot.txt", sorted(listed))
    return unmeasured() | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "ENERGYOPTI_HOME": str(home / "kept"),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "TERM": "xterm",
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "",
    }


@pytest.fixture(scope="module", params=SHELLS)
def shell(request: pytest.FixtureRequest, surroundings: dict[str, str]) -> Iterator[tuple[str, Terminal]]:
    """A shell that has read its script."""
    name: str = request.param
    home = Path(surroundings["HOME"])
    script = home / f"script.{name}"
    command = ["energyopti", "completion", name]
    script.write_bytes(subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, check=True).stdout)
    with terminal(STARTED[name], surroundings, columns=200) as running:
        running.quiet()
        first = "autoload -U compinit && compinit -u -D; PS1='> '; " if name == "zsh" else ""
        running.type(f"cd ~; {first}{SHOWN[name]}; . {script}; echo rea''dy\r")
        running.wait_for("ready\r\n")
        running.quiet()
        yield name, running


def typed(shell: tuple[str, Terminal], line: str) -> list[str]:
    """The words of a line, typed and completed by one Tab, as a command of the shell gets them."""
    _, running = shell
    before = len(running.screen)
    running.type(f"{line}\t\x01shown \r")
    screen = running.wait_for(">END", after=before)
    running.quiet(0.1)
    return re.findall(r"<([^>]*)>", screen[before:].rpartition(">END")[0].rpartition("\r")[2] + ">")


@pytest.mark.parametrize(
    ("line", "last"),
    [
        ("energyopti backf", "backfill"),
        ("energyopti get nyi", "nyiso"),
        ("energyopti get nyiso,pj", "nyiso,pjm"),
        ("energyopti get nyiso fuel_m", "fuel_mix"),
        ("energyopti get nyiso damlbmp_z", "damlbmp_zone"),
        ("energyopti get nyiso lmp --ru", "--run"),
        ("energyopti get nyiso lmp --run day", "day_ahead"),
        ("energyopti get nyiso lmp --run=day", "--run=day_ahead"),
        ("energyopti get nyiso lmp --run DAY", "day_ahead"),
        ("energyopti get nyiso lmp --location HUD", "HUD VL"),
        ("energyopti get nyiso,pjm lmp --location nyiso=HUD", "nyiso=HUD VL"),
        ("energyopti get ercot lmp --location LZ_W", "LZ_WEST"),
        ("energyopti get ercot lmp --location EV", "EVIL $(touch evil)`touch evil`"),
        ("energyopti get nyiso lmp --period last_m", "last_month"),
        ("energyopti get nyiso lmp -f parq", "parquet"),
        ("energyopti get nyiso lmp --tz America/New_Y", "America/New_York"),
        ("energyopti lake export nyiso/damlbmp_z", "nyiso/damlbmp_zone"),
        ("energyopti get nyiso lmp -o pri", "prices.csv"),
    ],
)
def test_tab_completes_the_word(shell: tuple[str, Terminal], line: str, last: str) -> None:
    """The shell itself puts the whole word on the line, quoted as it has to be."""
    assert typed(shell, line)[-1] == last


def test_a_quote_that_is_open_is_closed(shell: tuple[str, Terminal]) -> None:
    """Names with spaces are often begun with a quote."""
    assert typed(shell, 'energyopti get nyiso lmp --location "MHK')[-1] == "MHK VL"
    assert typed(shell, "energyopti get nyiso lmp --location 'MHK")[-1] == "MHK VL"


def test_names_of_places_are_not_carried_out(
    shell: tuple[str, Terminal], surroundings: dict[str, str]
) -> None:
    """What a market calls a place is never a command of the shell's."""
    typed(shell, "energyopti get ercot lmp --location EV")
    assert not Path(surroundings["HOME"], "evil").exists()


def test_a_word_that_goes_on_gets_no_space(shell: tuple[str, Terminal]) -> None:
    """``--filter location_type=`` waits for its value."""
    _, running = shell
    before = len(running.screen)
    running.type("energyopti get nyiso lmp --filter location_t\tzone\x01shown \r")
    running.wait_for("<--filter><location_type=zone>", after=before)
    running.quiet()


def test_unknown_words_say_nothing(shell: tuple[str, Terminal]) -> None:
    """Where there is nothing to offer, the line stays as it is, and no error is on the screen."""
    _, running = shell
    before = len(running.screen)
    assert typed(shell, "energyopti get nowhere nothing --location zzz")[-1] == "zzz"
    assert "Traceback" not in running.screen[before:]
    assert "rror" not in running.screen[before:]
