"""JSON records: from bytes to columns, and back."""

from __future__ import annotations

import codecs
import io
import json
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from energyopti.errors import SchemaDrift
from energyopti.layouts.decode.plain import in_utf_8
from energyopti.layouts.decode.raw import RawTable, match_headers, numbers, unique_headers
from energyopti.layouts.formats.arrays import format_arrays, has_half_a_pair, named_arrays
from energyopti.layouts.formats.nested import format_nested, nested_records
from energyopti.layouts.tables import JsonLayout


def parse_json(payload: bytes, layout: JsonLayout) -> RawTable:
    """The records of a JSON payload under their own keys.

    Raises `SchemaDrift` for bytes that are not JSON, hold no list of records where one was due, or lack a
    column.
    """
    table = _table(in_utf_8(payload).removeprefix(codecs.BOM_UTF8), layout)
    if table is None:
        return RawTable(raw=_empty(layout), headers=_own_headers(layout), payload_rows=0)
    if not table.columns:
        raise SchemaDrift("the payload's records have no fields")
    found = unique_headers(table.columns)
    table.columns = found
    table = table.select(
        pl.col(name) if dtype.is_numeric() else _as_text(name, dtype) for name, dtype in table.schema.items()
    )
    headers, findings = match_headers(found, layout)
    height = table.height
    table, unread = numbers(table, layout.wire_columns, headers)
    return RawTable(raw=table, headers=headers, payload_rows=height, findings=(*findings, *unread))


def _table(payload: bytes, layout: JsonLayout) -> pl.DataFrame | None:
    """The records as a table; None where there are none."""
    if layout.nested is not None:
        records = nested_records(payload, layout.nested, layout.items)
        return _of_records(records) if records else None
    return named_arrays(payload, layout) if layout.names else _records(payload, layout.items)


def _records(payload: bytes, items: tuple[str, ...]) -> pl.DataFrame | None:
    """The list of records as a table; None where the list is empty."""
    where = ".".join(items) or "the payload"
    if payload.lstrip()[:1] != (b"{" if items else b"["):
        raise SchemaDrift(f"the payload is not the JSON that was due: it starts with {payload[:40]!r}")
    if has_half_a_pair(payload):
        return _records_by_hand(payload, items)
    try:
        table = pl.read_json(io.BytesIO(payload), infer_schema_length=None)
    except (PolarsError, OSError):
        return _records_by_hand(payload, items)
    for key in items:
        if key not in table.columns:
            raise SchemaDrift(f"the payload has no {where!r}", column=key)
        column = table.select(key)
        dtype = column.schema[key]
        if isinstance(dtype, pl.List):
            column = (
                column.explode(key, empty_as_null=False) if column[key].list.len().sum() else column.clear()
            )
            dtype = dtype.inner  # type: ignore[assignment]
        if not isinstance(dtype, pl.Struct):
            if column.height == 0:
                return None
            raise SchemaDrift(f"{where!r} holds no records", column=key)
        table = column.unnest(key)
    if not table.width or _takes_truths_for_numbers(table, payload):
        return _records_by_hand(payload, items)
    return table if table.height else None


def _takes_truths_for_numbers(table: pl.DataFrame, payload: bytes) -> bool:
    """Whether a 0 or 1 of a table is a false or true of the payload, in a column that has numbers too."""
    names = [
        pl.escape_regex(column.name)
        for column in table.iter_columns()
        if column.dtype.is_numeric() and ((column == 0) | (column == 1)).any()
    ]
    found = rf'"(?:{"|".join(names)})"\s*:\s*[tf]'
    return bool(names) and pl.Series([payload.decode()]).str.contains(found).item()


def _records_by_hand(payload: bytes, items: tuple[str, ...]) -> pl.DataFrame | None:
    """The same for JSON whose records do not agree in their types: slower, but it reads what json reads."""
    where = ".".join(items) or "the payload"
    try:
        found: Any = json.loads(payload)
        for key in items:
            found = found[key]
        return None if found == [] else _of_records(found)
    except KeyError as error:
        raise SchemaDrift(f"the payload has no {where!r}", column=str(error.args[0])) from error
    except (ValueError, TypeError, AttributeError, RecursionError, PolarsError) as error:
        raise SchemaDrift(f"the payload is not the JSON that was due ({where}): {error}") from error


def _of_records(records: list[dict[str, Any]]) -> pl.DataFrame:
    """Records as a table, whatever their cells hold."""
    plain = [{key: _plain(value) for key, value in record.items()} for record in records]
    return pl.DataFrame(plain, infer_schema_length=None, strict=False)


def _plain(value: Any) -> Any:
    """A cell as a word or a number."""
    known = value is None or isinstance(value, str) or type(value) in {int, float}
    return value if known else json.dumps(value)


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column that holds no numbers, as text; nested ones as JSON."""
    if dtype.is_nested():
        alone = pl.struct(pl.col(name).alias("_")).struct.json_encode()
        cell = alone.str.strip_prefix('{"_":').str.strip_suffix("}")
        return pl.when(pl.col(name).is_not_null()).then(cell).alias(name)
    return pl.col(name).cast(pl.String)


def _own_headers(layout: JsonLayout) -> dict[str, str]:
    return {column.name: column.name for column in layout.wire_columns}


def _empty(layout: JsonLayout) -> pl.DataFrame:
    """No records, with the columns that they would have."""
    return pl.DataFrame(schema=dict.fromkeys(_own_headers(layout), pl.String))


def format_json(wire: pl.DataFrame, layout: JsonLayout) -> bytes:
    """A table of wire columns as JSON in the published form."""
    if layout.nested is not None:
        return format_nested(wire, layout.nested, layout.items)
    if layout.names:
        return format_arrays(wire, layout)
    payload: Any = wire.to_dicts()
    for key in reversed(layout.items):
        payload = {key: payload}
    return json.dumps(payload).encode()
