"""Where the commands write: whole files or none, and streams that may be full."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from energyopti.cli.output import draw, emit, fitted, printable, silence
from energyopti.errors import OutputError
from energyopti.local_files import check_target, save


def test_a_file_is_replaced_by_a_complete_one(tmp_path: Path) -> None:
    """What stood there is replaced, and nothing else is left in the folder."""
    target = tmp_path / "load.csv"
    target.write_bytes(b"before")
    save(target, [b"a,", b"b\n"])
    assert target.read_bytes() == b"a,b\n"
    assert list(tmp_path.iterdir()) == [target]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """A file is never half-written: the old one stands until the new one is complete."""
    target = tmp_path / "load.csv"
    target.write_bytes(b"before")

    def blocks() -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left on device"):
        save(target, blocks())
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C in the middle of a write leaves no part of the file."""

    def blocks() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save(tmp_path / "load.csv", blocks())
    assert list(tmp_path.iterdir()) == []


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    """Who may read the file is not changed by writing it again."""
    target = tmp_path / "load.csv"
    target.write_bytes(b"")
    target.chmod(0o604)
    save(target, [b"x"])
    assert stat.S_IMODE(target.stat().st_mode) == 0o604


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Writing through a symbolic link replaces the file that it points to."""
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_bytes(b"before")
    link.symlink_to(real)
    save(link, [b"after"])
    assert link.is_symlink()
    assert real.read_bytes() == b"after"


def test_a_full_device_is_an_output_error_and_stays_a_device() -> None:
    """A device is written to, never replaced by a file."""
    with pytest.raises(OutputError, match="No space left on device"):
        save(Path("/dev/full"), [b"x" * 100_000])
    assert Path("/dev/full").is_char_device()


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    """A named pipe gets the bytes; a reader at its other end sees them."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    save(pipe, [b"a,", b"b\n"])
    assert os.read(reading, 100) == b"a,b\n"
    os.close(reading)
    assert pipe.is_fifo()


def test_a_folder_is_no_target(tmp_path: Path) -> None:
    """A folder cannot be written as a file."""
    with pytest.raises(OutputError, match="is a folder"):
        check_target(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The message says which folder to make."""
    with pytest.raises(OutputError, match=r"the folder .*/absent does not exist; create it first"):
        check_target(tmp_path / "absent" / "load.csv")


def test_a_folder_that_lets_nobody_write_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without permission is found out before anything is fetched."""
    monkeypatch.setattr(os, "access", lambda path, _: path != tmp_path.resolve())
    with pytest.raises(OutputError, match="cannot write"):
        check_target(tmp_path / "load.csv")


def test_a_place_that_can_be_written_is_accepted(tmp_path: Path) -> None:
    """A new file in a folder, an old file and a device are fine."""
    old = tmp_path / "old.csv"
    old.write_bytes(b"")
    for path in (tmp_path / "new.csv", old, Path("/dev/null")):
        check_target(path)


def test_a_full_standard_output_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full under standard output is an error of ours, and the exit stays quiet about it."""
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(OutputError, match="No space left on device"):
            emit([b"x"])
        assert os.path.samestat(os.fstat(full.fileno()), Path(os.devnull).stat())


def test_a_closed_pipe_is_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that went away is not an error of the output."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        with pytest.raises(BrokenPipeError):
            emit([b"x"])
        silence(pipe)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("N.Y.C.", "N.Y.C."),
        ("a\x1b[31mb", "a\N{REPLACEMENT CHARACTER}[31mb"),
        ("é\t", "é\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_what_could_steer_a_terminal_is_replaced(text: str, shown: str) -> None:
    """Letters of any language stay; control characters do not."""
    assert printable(text) == shown


def test_a_pipe_gets_whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe no line is folded at 80 columns."""
    monkeypatch.delenv("COLUMNS", raising=False)
    assert draw("word " * 30) == ("word " * 30).rstrip() + "\n"


def test_columns_says_how_wide_a_page_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's COLUMNS is obeyed in a pipe too."""
    monkeypatch.setenv("COLUMNS", "40")
    assert max(len(line) for line in draw("word " * 30).splitlines()) <= 40


ROWS = [{"name": "first_of_all", "words": "some words that wrap", "number": "1", "spare": "x" * 30}]


def lines(width: int, monkeypatch: pytest.MonkeyPatch, **how: Any) -> list[str]:
    """The rows as a listing on a page of that width."""
    monkeypatch.setenv("COLUMNS", str(width))
    return draw(*fitted(ROWS, whole={"name", "number"}, **how)).splitlines()


def test_a_listing_leaves_out_what_has_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all columns fit, nothing is said; else whole columns go, and a note names them."""
    assert lines(100, monkeypatch, spare=("spare",))[0].split() == ["name", "words", "number", "spare"]
    narrow = lines(40, monkeypatch, spare=("spare", "number"), more="ask for more")
    assert narrow[0].split() == ["name", "words", "number"]
    assert narrow[2].startswith("first_of_all  some words")
    assert narrow[-1] == "no room for spare: ask for more"
    assert max(map(len, narrow[:-1])) <= 40


def test_a_listing_that_never_fits_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut away: long words go on in the next line."""
    folded = lines(40, monkeypatch)
    assert "".join("".join(folded).split()).count("x") >= 30
    assert "…" not in "".join(folded)


def test_numbers_are_set_to_the_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the end of their header."""
    page = lines(100, monkeypatch, right={"number"})
    assert page[2].index("1") == page[0].index("number") + len("number") - 1


def test_a_listing_of_nothing_is_empty() -> None:
    """No rows, no columns."""
    assert draw(*fitted([])).strip() == ""
