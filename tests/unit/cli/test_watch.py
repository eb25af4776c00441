"""``energyopti watch``: rows on standard output as they come, what failed on standard error."""

from __future__ import annotations

import json
import shlex
import sys
from datetime import timedelta
from pathlib import Path

import anyio
import attrs
import httpx
import pytest

from builders import changed
from cli_runs import MARKET, day, registry, run
from energyopti.cli.commands import Command

TODAY = "2024-08-01.csv"


@attrs.define
class Script:
    """A network that answers with one page after the other, and the last one for ever."""

    answers: list[bytes | int]
    asked: list[str] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The next answer."""
        self.asked.append(request.url.path)
        page = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(page, int):
            return httpx.Response(page)
        return httpx.Response(200, stream=httpx.ByteStream(page))


QUICK = attrs.evolve(
    MARKET, feeds=tuple(changed(each, refresh_every=timedelta(milliseconds=10)) for each in MARKET.feeds)
)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("ENERGYOPTI_ATTEMPTS", "1")


def hours(count: int) -> bytes:
    """So many hours of the running day."""
    return day("2024-08-01", hours=range(count))


def watch(*arguments: str, answers: list[bytes | int]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a watch."""
    found = run(
        "watch",
        "testiso",
        "load",
        *arguments,
        over=registry(QUICK),
        network=Script(answers),  # type: ignore[arg-type]
    )
    return found.exit_code, found.stdout, found.stderr


def test_csv_goes_on_under_one_header() -> None:
    """The day so far, then the new row alone."""
    code, out, err = watch("--updates", "2", "--format", "csv", answers=[hours(2), hours(2), hours(3)])
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "market,feed,interval_start,interval_end,location,location_type,load,net_load,status",
        "testiso,hourly_load,2024-08-01T04:00:00Z,2024-08-01T05:00:00Z,NORTH,,1000.5,,",
        "testiso,hourly_load,2024-08-01T05:00:00Z,2024-08-01T06:00:00Z,NORTH,,1001.5,,",
        "testiso,hourly_load,2024-08-01T06:00:00Z,2024-08-01T07:00:00Z,NORTH,,1002.5,,",
    ]


def test_ndjson_is_an_object_a_line() -> None:
    """For whatever reads line by line."""
    code, out, _ = watch("--updates", "2", "-f", "ndjson", answers=[hours(1), hours(2)])
    assert code == 0
    assert [json.loads(line)["load"] for line in out.splitlines()] == [1000.5, 1001.5]


def test_table_shows_each_update() -> None:
    """With the feed as its title."""
    code, out, _ = watch("--updates", "2", answers=[hours(1), hours(2)])
    assert code == 0
    assert out.count("testiso/hourly_load") == 2
    assert out.index("1,000.5") < out.index("1,001.5")


def test_failure_is_said_and_the_watch_goes_on() -> None:
    """In one line on standard error."""
    code, out, err = watch("--updates", "1", "-f", "csv", answers=[500, hours(1)])
    assert (code, out.count("\n")) == (0, 2)
    (line,) = err.splitlines()
    assert line.startswith("testiso/hourly_load: ")
    assert line.endswith("; retrying")


def test_failure_that_lasts_is_said_once() -> None:
    """However often the source is asked meanwhile."""
    _, _, err = watch("--updates", "1", "-f", "csv", answers=[404, 404, 404, hours(1)])
    assert err.count("retrying") == 1
    _, _, err = watch("--updates", "2", "-f", "csv", answers=[404, 404, hours(1), 404, 404, hours(2)])
    assert err.count("retrying") == 2


def test_hole_is_said() -> None:
    """What is to be known of an update, once."""
    holed = day("2024-08-01", hours=range(1)) + day("2024-08-01", hours=range(2, 3)).partition(b"\n")[2]
    _, _, err = watch("--updates", "1", answers=[holed])
    assert err.startswith("gap: testiso/hourly_load/2024-08-01: 1 intervals are missing")


def test_only_some_rows() -> None:
    """By location, by a column, and since an instant."""
    both = day("2024-08-01", hours=range(3), areas=("NORTH", "SOUTH"))
    _, out, _ = watch(
        *("--updates", "1", "-f", "csv", "--since", "2024-08-01T01:00", "--filter", "location=SOUTH"),
        answers=[both],
    )
    assert [line.split(",")[2:5:2] for line in out.splitlines()[1:]] == [
        ["2024-08-01T05:00:00Z", "SOUTH"],
        ["2024-08-01T06:00:00Z", "SOUTH"],
    ]


def test_corrections_are_looked_for_as_long_as_is_said() -> None:
    """None at all, some days, and those of versions; a number below zero is none."""
    for arguments in (("--corrections", "0"), ("--corrections", "2.5"), ("--versions",)):
        code, out, _ = watch("--updates", "1", "-f", "csv", *arguments, answers=[hours(1)])
        assert (code, out.count("\n")) == (0, 2)
    code, _, err = watch("--corrections", "-1", answers=[hours(1)])
    assert (code, "--corrections" in err) == (2, True)


def test_what_is_missing_for_good_is_said() -> None:
    """In one line, though the watch goes on."""
    holed = day("2024-07-30", hours=range(1)) + day("2024-07-30", hours=range(2, 24)).partition(b"\n")[2]
    there = attrs.evolve(QUICK, feeds=tuple(changed(each, settles_after=timedelta()) for each in QUICK.feeds))
    found = run(
        *("watch", "testiso", "load", "--since", "2024-07-30", "--updates", "1", "-f", "csv"),
        over=registry(there),
        network=Script([holed]),  # type: ignore[arg-type]
    )
    said = [line for line in found.stderr.splitlines() if "giving up" in line]
    assert (
        "testiso/hourly_load: testiso/hourly_load/2024-07-30: the missing part has not come in 0 days;"
        in said[0]
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "parquet"), "watch cannot write parquet; use table, csv, ndjson"),
        (("--filter", "NORTH"), "--filter 'NORTH' is not a filter; write COLUMN=VALUE, such as fuel=wind"),
        (("--updates", "0"), "Invalid value for '--updates'"),
        (("--since", "2024-13-01"), "2024-13-01"),
    ],
)
def test_wrong_use_is_said_before_anything_is_asked(arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2, and no request."""
    script = Script([hours(1)])
    found = run("watch", "testiso", "load", *arguments, over=registry(QUICK), network=script)  # type: ignore[arg-type]
    assert (found.exit_code, found.stdout, script.asked) == (2, "", [])
    assert said in found.stderr


SCRIPT = "import sys; rows = sys.stdin.read(); print(len(rows.splitlines()), 'got'); "


def command(rest: str = "") -> str:
    """A command that says how many rows it got."""
    return shlex.join([sys.executable, "-c", SCRIPT + rest])


def test_command_runs_for_each_arrival(capfd: pytest.CaptureFixture[str]) -> None:
    """With its rows on standard input; what it prints goes to standard error, and nothing to standard output."""
    code, out, _ = watch("--updates", "2", "--exec", command(), answers=[hours(3), hours(3), hours(4)])
    assert (code, out) == (0, "")
    printed = capfd.readouterr()
    assert (printed.out, printed.err.splitlines()) == ("", ["3 got", "1 got"])


def test_command_runs_for_rows_that_meet_the_condition(capfd: pytest.CaptureFixture[str]) -> None:
    """All rows are still printed if a format is named."""
    words = ("--updates", "2", "--when", "load > 1002", "--exec", command(), "--format", "csv")
    code, out, _ = watch(*words, answers=[hours(2), hours(2), hours(4)])
    assert (code, len(out.splitlines())) == (0, 5)
    assert capfd.readouterr().err.splitlines() == ["2 got"]


def test_command_that_fails_is_said_and_ends_nothing() -> None:
    """With its exit code."""
    words = ("--updates", "2", "--exec", command("sys.exit(3)"))
    code, _, err = watch(*words, answers=[hours(2), hours(2), hours(4)])
    assert code == 0
    assert err.count(f"--exec {sys.executable}: it ended with exit code 3") == 2


def test_command_that_reads_nothing_is_fine() -> None:
    """However much it is given."""
    words = ("--updates", "1", "--exec", shlex.join([sys.executable, "-c", "pass"]))
    code, _, err = watch(*words, answers=[hours(20)])
    assert (code, "--exec" in err) == (0, False)


def test_command_that_does_not_end_is_ended() -> None:
    """After so many seconds."""
    sleeping = Command((sys.executable, "-c", "import time; time.sleep(60)"), patience=0.3)
    why = anyio.run(sleeping._failure, b"{}\n" * 100_000)
    assert why == "it was ended: it had not finished after 0.3 s"


def test_command_that_is_gone_is_said(tmp_path: Path) -> None:
    """It was there when the watch began."""
    assert "cannot be started" in anyio.run(Command((str(tmp_path / "gone"),))._failure, b"")


def test_condition_alone_narrows_what_is_printed() -> None:
    """In any format."""
    code, out, _ = watch("--updates", "1", "--when", "load > 1002", "-f", "csv", answers=[hours(4)])
    assert code == 0
    assert [line.split(",")[6] for line in out.splitlines()[1:]] == ["1002.5", "1003.5"]


def test_rows_go_to_a_file_over_restarts(tmp_path: Path) -> None:
    """Under one header; each arrival is a line on standard error."""
    path = tmp_path / "rows.csv"
    code, out, err = watch("--updates", "1", "-o", str(path), answers=[hours(2)])
    assert (code, out, err) == (0, "", "testiso/hourly_load: 2 rows\n")
    code, _, err = watch("--updates", "1", "-o", str(path), answers=[hours(3)])
    assert code == 2
    assert "rows.csv is there already; add --append" in err
    code, _, err = watch("--updates", "1", "-o", str(path), "--append", answers=[hours(3)])
    assert (code, err) == (0, "testiso/hourly_load: 1 row\n")
    assert [line.split(",")[6] for line in path.read_text().splitlines()] == [
        "load",
        "1000.5",
        "1001.5",
        "1002.5",
    ]


def test_file_may_have_any_name_with_a_format(tmp_path: Path) -> None:
    """As for other commands."""
    path = tmp_path / "rows.txt"
    code, _, _ = watch("--updates", "1", "-o", str(path), "--format", "ndjson", answers=[hours(2)])
    assert (code, len(path.read_text().splitlines())) == (0, 2)


def test_rows_go_to_a_database(tmp_path: Path) -> None:
    """Named by its address."""
    code, out, err = watch("--updates", "1", "--to", f"sqlite:///{tmp_path}/rows.db", answers=[hours(2)])
    assert (code, out, err) == (0, "", "testiso/hourly_load: 2 rows\n")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--append",), "--append is for a file; add -o FILE"),
        (("-o", "x.csv", "--to", "y"), "--output and --to are given; give one"),
        (("--to", "y", "-f", "csv"), "--to has a format of its own"),
        (("--to", "x.parquet"), "rows cannot be added to parquet files; name a file"),
        (("-o", "x.parquet"), "rows cannot be added to parquet files; name a file"),
        (("-o", "x.csv", "--safe-csv"), "cannot read its file back"),
        (("-o", "x.csv", "-f", "table"), "cannot read its file back"),
        (("-o", "gone/x.csv"), "the folder gone does not exist"),
        (("-f", "parquet"), "watch cannot write parquet; use table, csv, ndjson"),
        (("--exec", "no-such-program-here x"), "--exec names no program: no-such-program-here"),
        (("--exec", ""), "--exec names no program: it is empty"),
        (("--exec", "'"), "--exec cannot be read"),
        (("--when", "lod > 2"), "has no column 'lod'"),
        (("--when", "lod > 2", "--exec", "true"), "has no column 'lod'"),
        (("--corrections", "-1"), "-1"),
    ],
)
def test_mistake_is_one_line(
    words: tuple[str, ...], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is asked for."""
    monkeypatch.chdir(tmp_path)
    script = Script([hours(2)])
    found = run("watch", "testiso", "load", *words, over=registry(QUICK), network=script)  # type: ignore[arg-type]
    assert (found.exit_code, script.asked) == (2, [])
    assert why in found.stderr
