"""Payloads that are small, and would take a hundred times their size or more to read."""

from __future__ import annotations

import re

import pytest

from bounded import Ran, bounded

_BEFORE = """
import io, zipfile
from energyopti.datasets import LOAD
from energyopti.errors import SchemaDrift
from energyopti.layouts import CsvLayout, JsonLayout, Number, Text, Undated, XmlLayout, members

table = dict(
    dataset=LOAD, zone="America/New_York", time=Undated(),
    columns=(Text("A", to="location"), Number("B", to="load")),
)
text, json = CsvLayout(**table), JsonLayout(**table)
xml = XmlLayout(**table, record="r", path=("x",))

def zipped(block, times):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a", "w") as file:
        for _ in range(times):
            file.write(block)
    return buffer.getvalue()

def attack(read, payload):
    try:
        print("read", len(read(payload).findings))
    except SchemaDrift as drift:
        print(drift.args[0])
"""


def attacked(code: str) -> Ran:
    """What became of an attack; it took little memory and little time."""
    ran = bounded(f"{_BEFORE}\n{code}", memory=900 << 20, seconds=90)
    assert ran.code == 0, ran.err[-500:]
    return ran


def test_zip_that_unpacks_to_a_thousand_times_its_size_is_refused() -> None:
    """One line of 700 MB, and 100 MB of XML."""
    said = attacked(
        """
attack(lambda zip: text.read(next(members(zip)).content), zipped(b"a" * (1 << 20), 700))
attack(lambda zip: xml.read(next(members(zip)).content), zipped(b"<r><A>1</A></r>" * 65_536, 100))
"""
    )
    assert [line.count("unzips to more than") for line in said.out.splitlines()] == [1, 1]


def refused(code: str) -> list[str]:
    """Of what there was too much, in the last word of each refusal."""
    return re.findall(r"has more than [\d,]+ (.*), more than any known", attacked(code).out)


def test_text_past_its_plausible_size_is_refused() -> None:
    """A long header, a long cell, many columns, many empty cells."""
    of = refused(
        """
attack(text.read, b"A" * 30_000_000)
attack(text.read, b"A,B\\nx," + b"1" * 30_000_000)
attack(text.read, b"A,B" + b",c" * 100_000)
attack(text.read, b"A,B" + b",c" * 98 + b"\\n" + (b"," * 99 + b"\\n") * 800_000)
"""
    )
    assert of == ["bytes in a line", "bytes in a line", "columns", "cells"]


def test_json_past_its_plausible_size_is_refused() -> None:
    """Records with keys of their own, the same one level below, empty lists, and one wide record among many."""
    of = refused(
        """
attack(json.read, b"[" + b",".join(b'{"A":"x","k%d":1}' % n for n in range(200_000)) + b"]")
attack(json.read, b"[" + b",".join(b'{"B":{"k%d":1}}' % n for n in range(200_000)) + b"]")
attack(json.read, b'[{"A":[' + b"[]," * 10_000_000 + b"[]]}]")
attack(json.read, b"[" + b"{}," * 100_000 + b"{%s}]" % b",".join(b'"k%d":1' % n for n in range(1_500)))
"""
    )
    assert of == ["columns", "columns", "values", "cells"]


def test_xml_past_its_plausible_size_is_refused() -> None:
    """One wide record among many, elements in elements, and names without end."""
    said = attacked(
        """
attack(xml.read, b"<x><r>" + b"".join(b"<c%d/>" % n for n in range(1_500)) + b"</r>" + b"<r/>" * 100_000)
attack(xml.read, b"<x>" + b"<a>" * 3_000_000)
attack(xml.read, b"<x>" + b"".join(b"<a%d/>" % n for n in range(300_000)))
"""
    )
    assert re.findall("cells|nested|names", said.out) == ["cells", "nested", "names"]


def test_many_members_are_refused() -> None:
    """Each of 200,000 empty files takes some three kilobytes to list."""
    said = attacked(
        """
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as archive:
    archive.writestr("a", b"")
one = buffer.getvalue()
entry = one[one.index(b"PK\\1\\2") : one.index(b"PK\\5\\6")]
many = one[: one.index(b"PK\\1\\2")] + entry * 200_000 + one[one.index(b"PK\\5\\6") :]
attack(lambda zip: list(members(zip)), many)
"""
    )
    assert "more than 20,000 files" in said.last


def test_unknown_columns_are_one_finding() -> None:
    """With their count; not one for each of them."""
    said = attacked('attack(text.read, b"A,B" + b",c" * 1_000 + b"\\nx,1" + b",2" * 1_000 + b"\\n")')
    assert said.last == "read 1"


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "code",
    [
        'attack(text.read, b"A,B\\n" + b"x,1\\n" * 2_000_000 + b"x,1,2\\n")',
        'attack(text.read, b"A,B\\n" + b"x,1\\n" * 2_000_000 + b"\\xe9,1\\n")',
        'attack(text.read, b"A;B\\n" + b"x;1\\n" * 2_000_000)',
        'attack(xml.read, b"<x>" + b"<r><A>1</A><B>2</B></r>" * 1_000_000 + b"</x>")',
    ],
    ids=["a row of another width", "a word in another encoding", "semicolons", "many records"],
)
def test_large_document_that_is_odd_is_read_in_parts(code: str) -> None:
    """Its text is never held as rows of words, all at once."""
    assert attacked(code).last.startswith("read")
