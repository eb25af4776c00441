"""XML records: from bytes to columns, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

import polars as pl

from energyopti.errors import SchemaDrift
from energyopti.layouts.decode.raw import RawTable, match_headers, numbers
from energyopti.layouts.tables import XmlLayout

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def parse_xml(payload: bytes, layout: XmlLayout) -> RawTable:
    """The records of an XML payload under the names of their children.

    Raises `SchemaDrift` for bytes that are no whole XML document, have a document type, or lack a column.
    """
    records = _Records(layout)
    try:
        records.parser.Parse(payload, True)
    except expat.ExpatError as error:
        what = (
            "XML that is cut off or damaged" if payload.lstrip()[:1] == b"<" else "not the XML that was due"
        )
        raise SchemaDrift(f"the payload is {what}: {error}; fetch it again") from error
    if records.root != layout.path[0]:
        raise SchemaDrift(f"the payload is XML of {records.root!r}, not of {layout.path[0]!r}")
    if not records.count:
        raise SchemaDrift(f"the payload has no element {layout.record!r}")
    table = records.table()
    headers, findings = match_headers(table.columns, layout)
    table, unread = numbers(table, layout.wire_columns, headers)
    return RawTable(raw=table, headers=headers, payload_rows=records.count, findings=(*findings, *unread))


class _Records:
    """Collects the cells of records, column by column, while the parser runs."""

    def __init__(self, layout: XmlLayout) -> None:
        self.root = ""
        self.count = 0
        self._layout = layout
        self._columns: dict[str, list[str | None]] = {}
        self._opening = {layout.record, layout.beside, layout.path[-1]}
        self._inside: str | None = None
        self._beside: dict[str, str] = {}
        self._cells: dict[str, str] = {}
        self._text: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append
        self.parser.StartDoctypeDeclHandler = self._refuse

    def table(self) -> pl.DataFrame:
        """The records as columns of text."""
        for cells in self._columns.values():
            cells.extend([None] * (self.count - len(cells)))
        return pl.DataFrame(self._columns, schema=dict.fromkeys(self._columns, pl.String))

    def _start(self, name: str, _: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2] if ":" in name else name
        if local in self._opening:
            if local == self._layout.path[-1]:
                self._beside = {}
            else:
                self._inside, self._cells = local, {}
        self.root = self.root or local
        self._text.clear()

    def _end(self, name: str) -> None:
        if self._inside is None:
            return
        local = name.rpartition(":")[2] if ":" in name else name
        if local != self._inside:
            self._cells[local] = "".join(self._text)
            self._text.clear()
            return
        if local == self._layout.record:
            self._add({**self._beside, **self._cells})
        else:
            self._beside = self._cells
        self._inside = None

    def _add(self, record: dict[str, str]) -> None:
        for header, cell in record.items():
            column = self._columns.setdefault(header, [])
            if len(column) < self.count:
                column.extend([None] * (self.count - len(column)))
            column.append(cell)
        self.count += 1

    def _refuse(self, *_: Any) -> None:
        raise SchemaDrift("the payload has a document type, which no known document has; it was not read")


def format_xml(wire: pl.DataFrame, layout: XmlLayout) -> bytes:
    """A table of wire columns as XML in the published form."""
    root, *around = layout.path
    space = f' xmlns="{layout.namespace}"' if layout.namespace else ""
    opening = f"<{root}{space}>" + "".join(f"<{name}>" for name in around)
    closing = "".join(f"</{name}>" for name in reversed(layout.path))
    whole = wire.rechunk()  # polars 2.1 panics at text of a column with an empty piece in it
    rows = whole.select(pl.concat_str(_cell(name) for name in wire.columns).alias("row"))["row"]
    body = "".join(f"<{layout.record}>{row}</{layout.record}>\n" for row in rows)
    return f"{_DECLARATION}{opening}\n{body}{closing}\n".encode()


def _cell(name: str) -> pl.Expr:
    """A column's cells as elements; an empty one as none."""
    text = pl.col(name).cast(pl.String)
    for plain, escaped in _ESCAPES:
        text = text.str.replace_all(plain, escaped, literal=True)
    return (
        pl.when(pl.col(name).is_not_null())
        .then(pl.format(f"<{name}>{{}}</{name}>", text))
        .otherwise(pl.lit(""))
    )
