"""What ``energyopti get`` says about an answer that is not whole, and about what was found in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli_runs import NOW, day, get
from energyopti.cli.report import say_findings
from energyopti.findings import Finding, FindingKind

TWO_DAYS = ("--start", "2024-07-01", "--end", "2024-07-03")
FIRST_ONLY = {"2024-07-01.csv": day("2024-07-01")}


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_a_missing_part_fails_and_says_what_did_arrive() -> None:
    """A strict query writes nothing, and says how many rows ``--partial`` would give."""
    result = get(*TWO_DAYS, "--format", "csv", pages=FIRST_ONLY)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.rstrip().endswith("(24 rows arrived; --partial returns them)")
    assert result.stderr.count("\n") == 1


def test_one_row_that_did_arrive_is_one_row() -> None:
    """A single row is not called rows."""
    bounds = ("--start", "2024-07-01T23:00", "--end", "2024-07-03")
    result = get(*bounds, pages=FIRST_ONLY)
    assert "(1 row arrived" in result.stderr


def test_a_failed_query_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """Nothing is written for a query that fails, and nothing is left behind."""
    target = tmp_path / "load.csv"
    target.write_text("before")
    get(*TWO_DAYS, "--output", str(target), pages=FIRST_ONLY)
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_partial_gives_what_there_is_and_names_what_is_missing() -> None:
    """``--partial`` writes the rows that came and says once which part did not."""
    result = get(*TWO_DAYS, "--partial", "--format", "csv", pages=FIRST_ONLY)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 25
    missing = "2024-07-02T04:00:00Z to 2024-07-03T04:00:00Z is missing"
    assert result.stderr.count(missing) == 1
    assert len(result.stderr.splitlines()) == 2


def test_partial_with_nothing_at_all_is_still_no_data() -> None:
    """``--partial`` does not make an empty answer of a source that has nothing."""
    result = get(*TWO_DAYS, "--partial")
    assert result.exit_code == 3
    assert "arrived" not in result.stderr


def test_findings_are_said_with_their_kind() -> None:
    """An unknown column of the payload is a finding on standard error."""
    result = get("--format", "csv", pages={"2024-07-01.csv": day("2024-07-01", extra="Surprise")})
    assert result.exit_code == 0
    (finding,) = result.stderr.splitlines()[1:]
    assert finding.startswith("unknown_column: testiso/hourly_load/2024-07-01: ")
    assert "Surprise" in finding


def test_many_findings_are_counted() -> None:
    """Of more than twenty findings the rest is a number."""
    pages = {
        f"2024-07-{date:02}.csv": day(f"2024-07-{date:02}", extra=f"Surprise{date}") for date in range(1, 24)
    }
    result = get("--start", "2024-07-01", "--end", "2024-07-24", pages=pages)
    lines = result.stderr.splitlines()
    assert len([line for line in lines if line.startswith("unknown_column: ")]) == 20
    assert lines[-1] == "... and 3 more findings; --findings shows them"
    every = get("--start", "2024-07-01", "--end", "2024-07-24", "--findings", pages=pages)
    assert every.stderr.count("unknown_column: ") == 23


def test_findings_that_are_alike_are_one_line() -> None:
    """A column that every day's file has is said once; ``--findings`` says it for each day."""
    pages = {f"2024-07-{date:02}.csv": day(f"2024-07-{date:02}", extra="Surprise") for date in range(1, 24)}
    bounds = ("--start", "2024-07-01", "--end", "2024-07-24")
    (line,) = get(*bounds, pages=pages).stderr.splitlines()[1:]
    assert line.startswith("unknown_column: testiso/hourly_load/2024-07-01: ")
    assert line.endswith("(and 22 more like it; --findings shows them)")
    assert len(get(*bounds, "--findings", pages=pages).stderr.splitlines()) == 24


def finding(kind: FindingKind, message: str, number: int) -> Finding:
    """A finding of a day."""
    return Finding(kind=kind, message=message, rows=2, chunk=f"testiso/load/2024-07-{number:02}")


def test_a_chatty_feed_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """What only says how a source works is counted, and what is doubtful is said first."""
    routine = [finding(FindingKind.SUPERSEDED_ROW, f"{n} rows were replaced", n) for n in range(1, 29)]
    advisory = finding(FindingKind.ADVISORY_ROW, "2 rows were announced", 29)
    gap = finding(FindingKind.GAP, "2024-07-30T04:00:00Z to 2024-07-31T04:00:00Z is missing", 30)
    say_findings([*routine, advisory, gap])
    assert capsys.readouterr().err.splitlines() == [
        f"gap: {gap.line}",
        "how the source works: 29 findings about 58 rows (superseded_row 28, advisory_row 1); --findings shows them",
    ]


def test_a_single_finding_is_said_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is shorter."""
    one = finding(FindingKind.SUPERSEDED_ROW, "2 rows were replaced", 1)
    say_findings([one])
    assert capsys.readouterr().err == f"superseded_row: {one.line}\n"


def test_a_part_that_is_not_published_yet_is_said() -> None:
    """A day that is still under way is incomplete, and that is said though nothing is wrong with it."""
    assert NOW.isoformat() == "2024-08-01T12:00:00+00:00"
    page = day("2024-08-01", hours=range(8))
    result = get("--start", "2024-08-01", "--end", "2024-08-02", pages={"2024-08-01.csv": page})
    assert result.exit_code == 0
    last = result.stderr.splitlines()[-1]
    whole = "2024-08-01T04:00:00Z to 2024-08-02T04:00:00Z"
    assert last == f"incomplete: {whole}: the rest from 2024-08-01T12:00:00Z on is not published yet"


def test_what_a_source_says_cannot_steer_the_terminal() -> None:
    """Control characters of a payload are not passed on to the terminal."""
    page = day("2024-07-01", extra="Sur\x1b[31mprise")
    result = get("--format", "csv", pages={"2024-07-01.csv": page})
    assert "\x1b" not in result.stderr
    assert "prise" in result.stderr
