"""JSON records: from bytes to columns, and back."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, ClassVar

import attrs

from energyopti.errors import SchemaDrift
from energyopti.layouts.columns import Nested
from energyopti.layouts.decode.layout import Layout
from energyopti.layouts.decode.plain import in_utf_8
from energyopti.layouts.decode.plausible import OF_JSON, Plausible
from energyopti.tuning.reading import SMALL_JSON

if TYPE_CHECKING:
    import polars as pl

    from energyopti.layouts.decode.raw import RawTable


@attrs.frozen(kw_only=True, repr=False)
class JsonLayout(Layout):
    """JSON records: a bare array of objects, or one below the keys ``items`` of an envelope.

    If the records are arrays, ``names`` are the keys of the list that names their positions: objects with a ``name``,
    or the names themselves. If the records are in several lists, or in objects keyed by words, ``nested`` says how.
    """

    due: ClassVar[str] = "JSON"

    plausible: Plausible = OF_JSON
    items: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    nested: Nested | None = None

    def parse(self, payload: bytes) -> RawTable:
        """The records of a JSON payload under their own keys.

        Raises `SchemaDrift` for bytes that are not JSON, have no list of records where one was due, or lack a column.
        """
        from energyopti.layouts.decode.raw import RawTable, match_headers, numbers, unique_headers
        from energyopti.layouts.formats.objects import check_keys, no_records, words_and_numbers

        self.plausible.check_bytes(payload, self.due)
        payload = in_utf_8(payload).removeprefix(codecs.BOM_UTF8)
        if len(payload) > SMALL_JSON:
            check_keys(payload, self.plausible, keyed=self.nested is not None)
        table = _table(payload, self)
        if table is None:
            names = {column.name: column.name for column in self.wire_columns}
            return RawTable(raw=no_records(names), headers=names, payload_rows=0)
        if not table.columns:
            raise SchemaDrift("the payload's records have no fields")
        found = unique_headers(table.columns)
        table.columns = found
        table = words_and_numbers(table)
        headers, findings = match_headers(found, self)
        height = table.height
        table, unread = numbers(table, self.wire_columns, headers)
        return RawTable(raw=table, headers=headers, payload_rows=height, findings=(*findings, *unread))

    def write(self, frame: pl.DataFrame) -> bytes:
        """A frame as JSON in the published form."""
        from energyopti.layouts.decode.writing import wire_frame

        return format_json(wire_frame(frame, self), self)


def _table(payload: bytes, layout: JsonLayout) -> pl.DataFrame | None:
    """The records as a table; None if there are none."""
    from energyopti.layouts.formats.arrays import named_arrays
    from energyopti.layouts.formats.nested import nested_records
    from energyopti.layouts.formats.objects import listed_records, of_records

    if layout.nested is not None:
        records = nested_records(payload, layout.nested, layout.items)
        keys = {key for record in records for key in record}
        layout.plausible.check_columns(len(keys))
        layout.plausible.check_cells(len(records), len(keys))
        return of_records(records) if records else None
    if layout.names:
        return named_arrays(payload, layout.items, layout.names)
    return listed_records(payload, layout.items)


def format_json(wire: pl.DataFrame, layout: JsonLayout) -> bytes:
    """A table of wire columns as JSON in the published form."""
    from energyopti.layouts.formats.arrays import format_arrays
    from energyopti.layouts.formats.nested import format_nested

    if layout.nested is not None:
        return format_nested(wire, layout.nested, layout.items)
    if layout.names:
        return format_arrays(wire, layout.items, layout.names)
    opening = "".join(f"{{{json.dumps(key)}: " for key in layout.items)
    return opening.encode() + wire.write_json().encode() + b"}" * len(layout.items)
