"""Lists of locations on PJM's website, no key needed: a posting date, a header, one name per line."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, SchemaDrift
from energyopti.layouts import CsvLayout, Reading, Text, in_utf_8
from energyopti.source import Expect, Request

if TYPE_CHECKING:
    import polars as pl

    from energyopti.source import Collect, Source

HOST = "files"
FOLDER = "pjmfiles/pub/account/auction-user-info/downloads"
POSTED = b"Date Posted"


@attrs.frozen(kw_only=True)
class ListLayout(CsvLayout):
    """A list of sources and sinks: a line with its posting date, a header, and one name per line.

    Names are in the first column, whatever its header.
    """

    def read_this(self, payload: bytes) -> Reading:
        """The places in a list; raises `SchemaDrift` for one without a header."""
        payload = in_utf_8(payload)
        posted, _, rest = payload.partition(b"\n")
        table = rest if POSTED in posted else payload
        name = Text(_first_header(table), to="location_name", required=False)
        plain = attrs.evolve(self, begins=None, columns=(name, *self.columns[1:]))
        return CsvLayout.read_this(plain, table)

    def write(self, frame: pl.DataFrame) -> bytes:
        """A list in the published form, posted on a fixed day."""
        return POSTED + b" - 20260227,,,\r\n" + CsvLayout.write(self, frame)


def _first_header(table: bytes) -> str:
    """The header of a table's first column."""
    line = table.partition(b"\n")[0].decode("utf-8-sig", "replace").strip()
    try:
        cells = next(csv.reader([line]), [])
    except csv.Error:
        cells = []
    if not cells or not cells[0].strip():
        raise SchemaDrift("the list has no header below the line that says when it was posted")
    return cells[0]


def collect_list(name: str) -> Collect:
    """Read a list as it is today."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        request = Request(path=f"{FOLDER}/{name}", expect=Expect.ANY, html_means_missing=True)
        (payload,) = await source.get_all([request])
        reading = await source.run(chunk.feed.layout.read, payload.content)
        return reading.spanning(chunk.start, chunk.end)

    return collect
