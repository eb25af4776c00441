"""XML records: from bytes to columns, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar
from xml.parsers import expat

import attrs

from energyopti.errors import SchemaDrift
from energyopti.layouts.decode.layout import Layout
from energyopti.layouts.decode.plausible import OF_XML, Plausible
from energyopti.layouts.formats.parsed import ParsedXml

if TYPE_CHECKING:
    import polars as pl

    from energyopti.layouts.decode.raw import RawTable

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


@attrs.frozen(kw_only=True, repr=False)
class XmlLayout(Layout):
    """XML in which every element called ``record`` is a row, with its children as the cells.

    Names are compared without their namespaces. An element called ``beside`` in the same parent applies to all records
    after it there: its children are cells of theirs. Of an element called ``heading``, the children named in ``headed``
    are cells of all records after it, wherever they are; they are written once if all rows agree. ``path`` lists the elements around a record, from the root on, as
    written; with ``any_root`` the first of them may have any other name. A document type, and so any entity of its own,
    is refused.
    """

    due: ClassVar[str] = "XML"

    plausible: Plausible = OF_XML
    record: str
    path: tuple[str, ...]
    beside: str | None = None
    heading: str | None = None
    headed: tuple[str, ...] = ()
    any_root: bool = False
    namespace: str | None = None

    def parse(self, payload: bytes) -> RawTable:
        """The records of an XML payload under the names of their children.

        Raises `SchemaDrift` for bytes that are not a complete XML document, have a document type, or lack a column.
        """
        from energyopti.layouts.decode.raw import RawTable, match_headers, numbers

        self.plausible.check_bytes(payload, self.due)
        records = _Records(self)
        try:
            records.parse(payload)
        except expat.ExpatError as error:
            what = (
                "XML that is cut off or damaged"
                if payload.lstrip()[:1] == b"<"
                else "not the XML that was due"
            )
            raise SchemaDrift(f"the payload is {what}: {error}; fetch it again") from error
        if records.root != self.path[0] and not self.any_root:
            raise SchemaDrift(f"the payload is XML of {records.root!r}, not of {self.path[0]!r}")
        if not records.count:
            raise SchemaDrift(f"the payload has no element {self.record!r}")
        table = records.table()
        headers, findings = match_headers(table.columns, self)
        table, unread = numbers(table, self.wire_columns, headers)
        return RawTable(raw=table, headers=headers, payload_rows=records.count, findings=(*findings, *unread))

    def write(self, frame: pl.DataFrame) -> bytes:
        """A frame as XML in the published form."""
        from energyopti.layouts.decode.writing import wire_frame

        return format_xml(wire_frame(frame, self), self)


class _Records(ParsedXml):
    """Collects the cells of records, column by column, while the parser runs."""

    def __init__(self, layout: XmlLayout) -> None:
        super().__init__()
        self.root = ""
        self.count = 0
        self._layout = layout
        self._columns: dict[str, list[str | None]] = {}
        self._opening = {layout.record, layout.beside, layout.heading, layout.path[-1]}
        self._inside: str | None = None
        self._heading: dict[str, str] = {}
        self._beside: dict[str, str] = {}
        self._cells: dict[str, str] = {}
        self._text: list[str] = []
        self._parser.CharacterDataHandler = self._text.append

    def table(self) -> pl.DataFrame:
        """The records as columns of text."""
        import polars as pl

        for cells in self._columns.values():
            cells.extend([None] * (self.count - len(cells)))
        return pl.DataFrame(self._columns, schema=dict.fromkeys(self._columns, pl.String))

    def start(self, name: str, _: Mapping[str, str]) -> None:
        """An element begins: a record, or what applies to records."""
        self.depth += 1
        local = name.rpartition(":")[2] if ":" in name else name
        if local in self._opening:
            if local == self._layout.path[-1]:
                self._beside = {}
            else:
                self._inside, self._cells = local, {}
        self.root = self.root or local
        self._text.clear()

    def end(self, name: str) -> None:
        """It ends: it is a cell, or all of a record."""
        self.depth -= 1
        if self._inside is None:
            return
        local = name.rpartition(":")[2] if ":" in name else name
        if local != self._inside:
            self._cells[local] = "".join(self._text)
            self._text.clear()
            return
        if local == self._layout.record:
            self._add({**self._heading, **self._beside, **self._cells})
        elif local == self._layout.heading:
            self._heading = {name: cell for name, cell in self._cells.items() if name in self._layout.headed}
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
        if self.count * len(self._columns) > self._layout.plausible.cells:
            self._layout.plausible.check_cells(self.count, len(self._columns))
        if len(self._columns) > self._layout.plausible.columns:
            self._layout.plausible.check_columns(len(self._columns))


def format_xml(wire: pl.DataFrame, layout: XmlLayout) -> bytes:
    """A table of wire columns as XML in the published form."""
    import polars as pl

    root, *around = layout.path
    space = f' xmlns="{layout.namespace}"' if layout.namespace else ""
    once = [name for name in layout.headed if name in wire.columns and wire[name].n_unique() == 1]
    cells = wire.head(1).select(pl.concat_str(_cell(name) for name in once)).item() if once else ""
    heading = f"<{layout.heading}>{cells}</{layout.heading}>" if cells else ""
    wire = wire.drop(once)
    opening = f"<{root}{space}>{heading}" + "".join(f"<{name}>" for name in around)
    closing = "".join(f"</{name}>" for name in reversed(layout.path))
    whole = wire.rechunk()  # polars 2.1 panics on text of a column with an empty piece in it
    rows = whole.select(pl.concat_str(_cell(name) for name in wire.columns).alias("row"))["row"]
    body = "".join(f"<{layout.record}>{row}</{layout.record}>\n" for row in rows)
    return f"{_DECLARATION}{opening}\n{body}{closing}\n".encode()


def _cell(name: str) -> pl.Expr:
    """A column's cells as elements; an empty cell as none."""
    import polars as pl

    text = pl.col(name).cast(pl.String)
    for plain, escaped in _ESCAPES:
        text = text.str.replace_all(plain, escaped, literal=True)
    return (
        pl.when(pl.col(name).is_not_null())
        .then(pl.format(f"<{name}>{{}}</{name}>", text))
        .otherwise(pl.lit(""))
    )
