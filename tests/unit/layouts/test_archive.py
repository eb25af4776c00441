"""Zip archives from untrusted sources."""

from __future__ import annotations

import io
import re
import threading
import zipfile
import zlib
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energyopti.errors import SchemaDrift
from energyopti.layouts import members
from energyopti.layouts.formats.archive import _Budget, _content, _inflated
from zips import stamped, undated, zipped

STAMP = (2024, 7, 2, 1, 30, 4)


def archive(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of files, all modified at one moment."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as opened:
        for name, content in files:
            opened.writestr(zipfile.ZipInfo(name, STAMP), content, compress_type=method)
    return buffer.getvalue()


MONTH = archive(("20240701load.csv", b"first"), ("20240702load.csv", b"second"), ("readme.txt", b"words"))


def names(payload: bytes) -> list[str]:
    """The names of an archive's files."""
    return [member.name for member in members(payload)]


def test_files_come_in_order_with_their_stamps() -> None:
    """Name, content and modification time of every file, in the archive's order."""
    first, second, third = members(MONTH)
    assert (first.name, first.content) == ("20240701load.csv", b"first")
    assert (second.content, third.content) == (b"second", b"words")
    assert first.modified == datetime(*STAMP)  # noqa: DTZ001 - zip stamps are on no clock


def test_without_the_faster_library_files_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not there for every processor."""
    fast = list(members(MONTH))
    monkeypatch.setattr("energyopti.layouts.formats.archive._deflate", zlib)
    assert list(members(MONTH)) == fast


def test_file_with_a_wrong_checksum_is_drift() -> None:
    """The directory and the header say one, and the bytes have another."""
    payload = archive(("a.csv", b"some words"))
    checksum = zlib.crc32(b"some words").to_bytes(4, "little")
    assert payload.count(checksum) == 2
    with pytest.raises(SchemaDrift, match="cannot be read"):
        list(members(payload.replace(checksum, b"\0\0\0\0")))


@pytest.mark.parametrize("over", [1, 2, 100])
def test_what_another_thread_used_up_is_not_unzipped(over: int) -> None:
    """Of two files that are unpacked at once the other may have gone above the cap already."""
    payload = archive(("a.csv", b"x" * 100_000))
    (info,) = zipfile.ZipFile(io.BytesIO(payload)).infolist()
    budget = _Budget(1_000)
    with pytest.raises(SchemaDrift, match="more than 1,000 bytes"):
        budget.take(1_000 + over)
    with pytest.raises(SchemaDrift, match="more than 1,000 bytes"):
        _inflated(payload, info, budget)


def test_content_stays_out_of_the_repr() -> None:
    """A file's bytes never flood a log."""
    (member,) = members(archive(("a.csv", b"secret")))
    assert "secret" not in repr(member)


def test_one_file_is_found_by_its_name() -> None:
    """``named`` gives the file of that name alone."""
    (member,) = members(MONTH, named="20240702load.csv")
    assert member.content == b"second"


def test_name_that_no_file_has_gives_none() -> None:
    """A missing file is no error: the caller says what that means."""
    assert list(members(MONTH, named="20240703load.csv")) == []


def test_files_are_chosen_by_their_ending() -> None:
    """``ending`` leaves out everything else."""
    assert [member.name for member in members(MONTH, ending=".csv")] == [
        "20240701load.csv",
        "20240702load.csv",
    ]


def test_archive_without_files_gives_none() -> None:
    """An empty archive is a readable one."""
    assert names(archive()) == []


def test_folders_are_no_files() -> None:
    """A folder's entry is passed over; the files in it are not."""
    assert names(archive(("month/", b""), ("month/day.csv", b"x"))) == ["day.csv"]


@pytest.mark.parametrize(
    "path", ["../../etc/day.csv", "/etc/day.csv", "a/../day.csv", "..\\..\\day.csv", "C:\\day.csv"]
)
def test_names_are_never_paths(path: str) -> None:
    """Of a path in an archive only the last part is kept, on any system's separators."""
    assert names(archive((path, b"x"))) == ["day.csv"]


def test_file_in_a_folder_is_found_by_its_name() -> None:
    """``named`` compares the name without its folder."""
    assert [each.content for each in members(archive(("x/day.csv", b"1")), named="day.csv")] == [b"1"]


def test_bomb_is_stopped_at_the_cap() -> None:
    """A small archive that unzips to more than the cap is `SchemaDrift`."""
    bomb = archive(("bomb.csv", bytes(5_000_000)))
    assert len(bomb) < 10_000
    with pytest.raises(SchemaDrift, match="unzips to more than 1,000,000 bytes"):
        list(members(bomb, max_bytes=1_000_000))


def test_cap_covers_all_files_together() -> None:
    """Many small files do not slip below the cap."""
    many = archive(("a", bytes(600)), ("b", bytes(600)))
    with pytest.raises(SchemaDrift):
        list(members(many, max_bytes=1000))


def test_archive_of_exactly_the_cap_is_read() -> None:
    """The cap itself is allowed."""
    assert len(list(members(archive(("a", bytes(600)), ("b", bytes(400))), max_bytes=1000))) == 2


def test_files_that_are_not_chosen_do_not_count() -> None:
    """Only what is unzipped counts against the cap."""
    mixed = archive(("big.bin", bytes(5000)), ("small.csv", bytes(10)))
    assert [each.name for each in members(mixed, ending=".csv", max_bytes=100)] == ["small.csv"]


def test_size_that_an_archive_claims_is_not_trusted() -> None:
    """A file that says it is one byte long is still measured while it is unzipped."""
    honest = archive(("bomb.csv", bytes(100_000)))
    size = (100_000).to_bytes(4, "little")
    with pytest.raises(SchemaDrift):
        list(members(honest.replace(size, (1).to_bytes(4, "little")), max_bytes=1000))


@pytest.mark.parametrize("payload", [b"", b"<html></html>", b"PK\x03\x04", MONTH[:-30], MONTH[:40]])
def test_what_is_no_zip_is_schema_drift(payload: bytes) -> None:
    """Bytes that are not a whole zip raise `SchemaDrift`."""
    with pytest.raises(SchemaDrift, match="cannot be read"):
        list(members(payload))


def test_encrypted_file_is_schema_drift() -> None:
    """A file that wants a password cannot be read, and says so."""
    locked = bytearray(archive(("day.csv", b"x")))
    locked[6] |= 1  # the flag in the file's own header
    locked[locked.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    with pytest.raises(SchemaDrift, match="encrypted"):
        list(members(bytes(locked)))


def test_file_without_a_date_is_read() -> None:
    """Empty stamps, as in ERCOT's yearly workbooks: the files are whole, and nothing is said of when they were made."""
    files = list(members(undated(MONTH)))
    assert [(each.name, each.content) for each in files] == [
        ("20240701load.csv", b"first"),
        ("20240702load.csv", b"second"),
        ("readme.txt", b"words"),
    ]
    assert [each.modified for each in files] == [None, None, None]


def test_first_moment_of_zip_is_no_date() -> None:
    """Midnight of January 1, 1980 is what writers leave where they know none; a second later is a date."""
    first = stamped(MONTH, 0, 1 << 5 | 1)
    assert {each.modified for each in members(first)} == {None}
    later = stamped(MONTH, 1, 1 << 5 | 1)
    assert {each.modified for each in members(later)} == {datetime(1980, 1, 1, 0, 0, 2)}  # noqa: DTZ001


@settings(max_examples=200, deadline=None)
@given(time=st.integers(0, 0xFFFF), day=st.integers(0, 0xFFFF))
def test_no_stamp_makes_a_file_unreadable(time: int, day: int) -> None:
    """Whatever two words stand there: a date if they are one, else none; the files are the same."""
    year, month, number = 1980 + (day >> 9), day >> 5 & 15, day & 31
    hour, minute, second = time >> 11, time >> 5 & 63, time % 32 * 2
    try:
        at = datetime(year, month, number, hour, minute, second)  # noqa: DTZ001 - zip stamps are on no clock
    except ValueError:
        at = None
    found = list(members(stamped(MONTH, time, day)))
    assert [each.content for each in found] == [b"first", b"second", b"words"]
    assert {each.modified for each in found} == {None if (time, day) == (0, 33) else at}


METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
PAYLOADS = [archive(("day.csv", b"Time,Load\n" * 20), method=method) for method in METHODS]


@pytest.mark.parametrize("method", METHODS)
def test_every_compression_is_read(method: int) -> None:
    """Stored, deflated, bzip2 and lzma files come out the same."""
    assert [each.content for each in members(archive(("a", b"abc"), method=method))] == [b"abc"]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    payload=st.sampled_from(PAYLOADS),
    flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=3),
    cut=st.none() | st.integers(0, 200),
)
def test_damaged_archive_is_schema_drift_and_nothing_else(
    payload: bytes, flips: list[tuple[int, int]], cut: int | None
) -> None:
    """A zip that was damaged anywhere is read, or raises `SchemaDrift`: never anything else."""
    damaged = bytearray(payload)
    for position, byte in flips:
        damaged[position % len(damaged)] = byte
    try:
        found = list(members(bytes(damaged[:cut])))
    except SchemaDrift:
        return
    assert len(found) <= 1


DIRECTORY = b"PK\x01\x02"


def disagreeing(content: bytes = b"Time,Load\n" * 50, *, at: int, value: bytes) -> bytes:
    """A zip of one file whose directory says something else than the header before the file."""
    whole = bytearray(archive(("day.csv", content)))
    start = whole.index(DIRECTORY) + at
    assert whole[start : start + len(value)] != value
    whole[start : start + len(value)] = value
    return bytes(whole)


@pytest.mark.parametrize(
    ("at", "value"),
    [(16, b"\1\2\3\4"), (20, b"\3\0\0\0"), (24, b"\5\0\0\0"), (10, b"\0\0"), (46, b"xay")],
    ids=["checksum", "packed size", "size", "method", "name"],
)
def test_directory_that_disagrees_gives_way_to_the_header_before_a_file(at: int, value: bytes) -> None:
    """The file is read whole, under the name that its own header has: the checksum holds for that."""
    broken = disagreeing(at=at, value=value)
    with zipfile.ZipFile(io.BytesIO(broken)) as opened, pytest.raises((zipfile.BadZipFile, EOFError)):
        opened.read(opened.namelist()[0])
    (member,) = members(broken, named="day.csv")
    assert member.content == b"Time,Load\n" * 50


def test_header_before_a_file_that_is_wrong_gives_way_to_the_directory() -> None:
    """A stored size of zero in the file's own header, as sloppy writers leave it, is not believed."""
    whole = bytearray(archive(("day.csv", b"Time,Load\n")))
    whole[14:26] = bytes(12)
    assert [each.content for each in members(bytes(whole))] == [b"Time,Load\n"]


def test_wrong_checksum_on_both_sides_is_schema_drift() -> None:
    """Nothing says that the bytes are right: the file is not read."""
    broken = bytearray(disagreeing(at=16, value=b"\1\2\3\4"))
    broken[14:18] = b"\1\2\3\4"
    with pytest.raises(SchemaDrift, match="CRC"):
        list(members(bytes(broken)))


def test_cap_holds_where_the_directory_disagrees() -> None:
    """A file that is read by its own header is measured as any other."""
    broken = disagreeing(bytes(100_000), at=16, value=b"\1\2\3\4")
    with pytest.raises(SchemaDrift, match="more than 1,000 bytes"):
        list(members(broken, max_bytes=1_000))


def test_sizes_that_follow_a_file_are_the_directory_s() -> None:
    """A writer that cannot go back leaves zeros before the file; the directory has its size and checksum."""

    class Stream(io.RawIOBase):
        """A place that can only be written onto."""

        def __init__(self) -> None:
            self.written = b""

        def writable(self) -> bool:
            """It can."""
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            """Keep what is written."""
            self.written += bytes(data)
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("day.csv", b"Time,Load\n" * 3)
    assert stream.written[6] & 8
    assert [each.content for each in members(stream.written)] == [b"Time,Load\n" * 3]


def test_files_are_chosen_by_a_pattern() -> None:
    """The whole name has to match; what does not is not unzipped and does not count against the cap."""
    pattern = re.compile(r"2024070\dload\.csv")
    mixed = archive(
        ("x20240701load.csv", bytes(5000)), ("20240701load.csv", b"1"), ("20240702load.csv", b"2")
    )
    assert [each.content for each in members(mixed, matching=pattern, max_bytes=10)] == [b"1", b"2"]


def test_files_unpacked_at_once_come_in_their_order() -> None:
    """Whichever is done first; a file in the middle that is damaged is `SchemaDrift`."""
    packed = archive(*((f"{number}.csv", bytes([number]) * (5_000_000 >> number)) for number in range(6)))
    found = list(members(packed, at_once=2))
    assert found == list(members(packed))
    assert [each.name for each in found] == [f"{number}.csv" for number in range(6)]


def test_cap_covers_files_that_are_unpacked_at_once() -> None:
    """All threads share it, and what it holds exactly is read."""
    many = archive(("a", bytes(600)), ("b", bytes(600)), ("c", bytes(600)))
    with pytest.raises(SchemaDrift, match="1,799 bytes"):
        list(members(many, max_bytes=1799, at_once=3))
    assert len(list(members(many, max_bytes=1800, at_once=3))) == 3


def test_files_that_are_given_up_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The collector may close the rest of them in the midst of anything: what is being unpacked ends by itself."""
    going_on, unpacked = threading.Event(), []

    def unpack(*args: Any) -> bytes:
        content = _content(*args)
        if content == b"b":
            unpacked.append(going_on.wait(30))
        return content

    monkeypatch.setattr("energyopti.layouts.formats.archive._content", unpack)
    files = members(zipped({"a.csv": b"a", "b.csv": b"b", "c.csv": b"c"}), at_once=2)
    assert next(files).content == b"a"
    closing = threading.Thread(target=files.close, daemon=True)
    closing.start()
    closing.join(10)
    assert not closing.is_alive()
    assert unpacked == []
    going_on.set()


def test_what_macs_put_beside_files_is_no_file() -> None:
    """Their archives hold a shadow of each file, and of folders."""
    packed = archive(("pal/a.csv", b"1"), ("__MACOSX/pal/._a.csv", b"\0\5"), ("pal/.DS_Store", b"\0"))
    assert names(packed) == ["a.csv"]
