"""Workbooks that would end the process, or take all of its memory, if their reader believed them."""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest
import xlsxwriter

import old_workbooks as old
from bounded import bounded
from energyopti.errors import SchemaDrift
from energyopti.layouts.formats.oldform import check_old_workbook

_READ = """
import pathlib, sys
from energyopti.datasets import LOAD
from energyopti.errors import SchemaDrift
from energyopti.layouts import ExcelLayout, Number, Text, Undated

layout = ExcelLayout(
    dataset=LOAD, zone="America/New_York", time=Undated(), sheets=("S",), begins=("A",),
    columns=(Text("A", to="location"), Number("B", to="load")),
)
for each in sys.argv[1:]:
    try:
        print(layout.read(pathlib.Path(each).read_bytes()).frame.height, "rows")
    except SchemaDrift as drift:
        print("drift:", drift.args[0])
"""

FAR = '<row r="9"><c r="XFD1048576"><v>1</v></c></row>'


def read(*payloads: bytes) -> list[str]:
    """What reading workbooks in a child says of each; the child ends well and takes little memory."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, str(number)) for number in range(len(payloads))]
        for file, payload in zip(files, payloads, strict=True):
            file.write_bytes(payload)
        ran = bounded(_READ, *map(str, files), memory=600 << 20)
    assert ran.code == 0, ran.err[-500:]
    said = ran.out.splitlines()
    assert len(said) == len(payloads)
    return said


def book(cells: str = "", *, head: str = "", strings: str | None = None) -> bytes:
    """A workbook with a table of one row, and other cells below it."""
    buffer, changed = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("S")
        sheet.write_row(0, 0, ("A", "B"))
        sheet.write_row(1, 0, ("x", 1))
    with zipfile.ZipFile(buffer) as whole, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as other:
        for name in whole.namelist():
            part = whole.read(name).decode()
            if name.endswith("sheet1.xml"):
                part = part.replace("</sheetData>", f"{cells}</sheetData>").replace(
                    "<sheetViews>", f"{head}<sheetViews>"
                )
            if strings is not None and name.endswith("sharedStrings.xml"):
                part = part.replace("</sst>", f"<si><t>{strings}</t></si></sst>")
            other.writestr(name, part)
    return changed.getvalue()


def all_refused(said: Iterable[str], because: str) -> bool:
    """Whether every workbook was refused for one reason."""
    return all(line.startswith("drift:") and because in line for line in said)


def test_cell_far_away_is_found_however_it_is_spelt() -> None:
    """With blanks or line breaks around the equals sign, in other quotes, in lower case, in a namespace of its own."""
    spelt = [
        'r ="XFD1048576"',
        'r\n=\n"XFD1048576"',
        "r\t= 'XFD1048576'",
        'r="xfd1048576"',
        's="0" r="XFD1048576"',
    ]
    payloads = [book(FAR.replace('r="XFD1048576"', each)) for each in spelt]
    payloads += [book(FAR.replace("<c ", '<x:c xmlns:x="u" ').replace("</c>", "</x:c>"))]
    assert all_refused(read(*payloads), "spans more than")


def test_cells_without_addresses_are_counted() -> None:
    """The next column of the last row, and the next row after it."""
    in_last_row = f'<row r="1048576">{"<c><v>1</v></c>" * 16}</row>'
    after_a_far_one = '<row r="1048576"><c r="XFC3"/><c><v>1</v></c></row>'
    next_row = '<row r="1048575"></row><row><c r="XFC3"/><c><v>1</v></c></row>'
    assert all_refused(read(*map(book, (in_last_row, after_a_far_one, next_row))), "spans more than")


def test_name_that_only_the_reader_takes_for_a_cell_is_refused() -> None:
    """No XML parser takes it for anything; the reader of cells does."""
    assert all_refused(
        read(book(FAR.replace("<c ", "<a/b:c ").replace("</c>", "</a/b:c>"))), "not the workbook"
    )


def test_far_cells_that_are_empty_do_no_harm() -> None:
    """Programs leave them behind; what a sheet says of its own size is not believed either."""
    payloads = (
        book('<row r="1048576"><c r="XFD1048576" s="1"/></row>'),
        book(head='<dimension ref="A1:XFD1048576"/>'),
    )
    assert read(*payloads) == ["1 rows", "1 rows"]


def test_long_string_in_many_cells_is_refused() -> None:
    """Each cell would have a copy of it."""
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>3</v></c></row>' for row in range(3, 5_000))
    assert all_refused(read(book(cells, strings="long" * 20_000)), "string of 80,000 characters")


def test_sheet_that_is_nested_without_end_is_refused() -> None:
    """And one with names without end."""
    deep = "<a>" * 500_000 + "</a>" * 500_000
    names = "".join(f"<a{number}/>" for number in range(200_000))
    payloads = [book(f"<c><v>1</v></c>{odd}") for odd in (deep, names)]
    assert all_refused(read(*payloads), "XML ")


def test_workbook_within_another_file_is_not_opened() -> None:
    """The reader would try one form after the other, and find the zip at the end of what is no old workbook."""
    polyglot = old.filed(old.stream({"S": old.rows(("A", "B"))}))[:2048] + book(FAR)
    assert all_refused(read(polyglot), "holds an archive too")


def test_zip_that_means_one_sheet_to_us_and_another_to_the_reader_is_read_as_ours() -> None:
    """The directory has the far cell with a wrong checksum, the header before the file has a sheet that is well."""
    near, far = book(), bytearray(book(FAR))
    with zipfile.ZipFile(io.BytesIO(near)) as ours, zipfile.ZipFile(io.BytesIO(bytes(far))) as theirs:
        name = next(each for each in theirs.namelist() if each.endswith("sheet1.xml"))
        content, info = ours.read(name), theirs.getinfo(name)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as whole, zipfile.ZipFile(io.BytesIO(bytes(far))) as theirs:
        for each in theirs.namelist():
            both = content + theirs.read(each) if each == name else theirs.read(each)
            whole.writestr(each, both)
        info = whole.getinfo(name)
    payload = bytearray(buffer.getvalue())
    struct.pack_into("<I", payload, info.header_offset + 14, zlib.crc32(content))
    struct.pack_into("<2I", payload, info.header_offset + 18, len(content), len(content))
    place = payload.rindex(b"PK\x01\x02", 0, payload.rindex(name.encode()))
    struct.pack_into("<I", payload, place + 16, 1)
    assert read(bytes(payload)) == ["1 rows"]


CELLS = old.rows(("A", "B"), ("x", 1.5))


def test_old_workbook_is_read() -> None:
    """What the attacks below spoil."""
    whole = old.filed(
        old.stream({"R": old.rows(("other",)), "S": old.dimensions(2, 2) + CELLS}, old.strings("a"))
    )
    assert read(whole) == ["1 rows"]


def test_sectors_that_loop_are_refused() -> None:
    """Those of the stream, of the directory, and of the list of tables."""
    content = old.stream({"S": CELLS})
    listed = bytearray(old.filed(content))
    struct.pack_into("<I", listed, 68, 3)
    struct.pack_into("<I", listed, (3 + 2) * 512 - 4, 3)
    payloads = [old.filed(content, following={4: 2}), old.filed(content, following={1: 1}), bytes(listed)]
    assert all_refused(read(*payloads), "that loops")


@pytest.mark.parametrize(
    ("cells", "before", "because"),
    [
        (CELLS, old.strings("a", claimed=2**31 - 1), "more strings than it can hold"),
        (CELLS, old.strings("a", claimed=-1), "more strings than it can hold"),
        (old.dimensions(2**32 - 1, 0xFFFF) + CELLS, b"", "more cells than a sheet has"),
        (CELLS + old.number(0xFFFF, 0xFFFF, 1), b"", "spans more than"),
        (CELLS + old.shared(2, 0) * 20_000, old.strings("long" * 10_000), "could take more than"),
    ],
    ids=["strings", "fewer than none", "dimensions", "far cell", "long string"],
)
def test_old_workbook_that_claims_too_much_is_refused(cells: bytes, before: bytes, because: str) -> None:
    """Room would be made for all of it."""
    with pytest.raises(SchemaDrift, match=because):
        check_old_workbook(old.filed(old.stream({"S": cells}, before)))


def test_old_workbook_with_its_sheets_in_one_place_is_refused() -> None:
    """Each would be read once more."""
    content = bytearray(old.stream({f"S{number}": b"" for number in range(20)} | {"S": CELLS * 500}))
    (last,) = struct.unpack_from("<I", content, content.rindex(b"\x85\0", 0, 500) + 4)
    place = 20
    for _ in range(20):
        struct.pack_into("<I", content, place + 4, last)
        place += 4 + struct.unpack_from("<H", content, place + 2)[0]
    assert all_refused(read(old.filed(bytes(content))), "several sheets in one place")
