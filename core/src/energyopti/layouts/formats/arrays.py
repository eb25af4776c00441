"""JSON arrays whose positions are named by a list in the same payload: from bytes to columns, and back."""

from __future__ import annotations

import json
import re
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from energyopti.errors import SchemaDrift
from energyopti.layouts.decode.raw import unique_headers
from energyopti.layouts.formats.nested import put

_HALF_A_PAIR = re.compile(rb"\\u[dD]")
_NAMES = pl.List(pl.Struct({"name": pl.String}))
_ARRAYS = pl.List(pl.List(pl.String))


def has_half_a_pair(payload: bytes) -> bool:
    """Whether half of a surrogate pair may be escaped: polars reads a lone half as an empty character."""
    return b"\\" in payload and _HALF_A_PAIR.search(payload) is not None


def named_arrays(payload: bytes, items: tuple[str, ...], named_by: tuple[str, ...]) -> pl.DataFrame | None:
    """The list of arrays as a table, its columns named as the payload says; None if the list is empty."""
    try:
        table = _as_text(payload, items, named_by)
    except (UnicodeDecodeError, PolarsError):
        table = None
    return _by_hand(payload, items, named_by) if table is None else table


def _as_text(payload: bytes, items: tuple[str, ...], named_by: tuple[str, ...]) -> pl.DataFrame | None:
    """The arrays with each cell as text, read by polars, which releases the interpreter meanwhile.

    A number keeps all digits of a float. None, or `PolarsError`, if the payload must be read by hand: cells are lists
    or records, arrays are not as long as the names, or a character is escaped as half a pair.
    """
    if has_half_a_pair(payload):
        return None
    form: dict[str, Any] = {}
    put(form, named_by, _NAMES)
    put(form, items, _ARRAYS)
    body = pl.Series([payload.decode()]).str.json_decode(_struct(form))
    names = _inside(body, named_by).struct.field("name").to_list()
    arrays = _inside(body, items)
    lengths = arrays.list.len()
    # a single value looks like a list of one: only a longer list can be recognized as a list
    if len(names) < 2 or None in names or not lengths.len() or not lengths.eq_missing(len(names)).all():
        return None
    return arrays.list.to_struct(fields=unique_headers(names)).struct.unnest()


def _struct(form: dict[str, Any]) -> pl.Struct:
    """Types, with their keys, as one struct type."""
    return pl.Struct({key: _struct(each) if isinstance(each, dict) else each for key, each in form.items()})


def _inside(body: pl.Series, keys: tuple[str, ...]) -> pl.Series:
    """The values of the list below a path of keys of a body."""
    for key in keys:
        body = body.struct.field(key)
    return body.explode()


def _by_hand(payload: bytes, items: tuple[str, ...], named_by: tuple[str, ...]) -> pl.DataFrame | None:
    """The same for anything that json reads: slower, but it says what is wrong."""
    try:
        body: Any = json.loads(payload)
        rows, said = body, body
        for key in items:
            rows = rows[key]
        for key in named_by:
            said = said[key]
        names = [each["name"] if isinstance(each, dict) else str(each) for each in said]
        if rows == []:
            return None
        if not all(isinstance(row, list) for row in rows):
            raise SchemaDrift(f"{'.'.join(items)!r} holds something other than arrays")
        words = [[_word(cell) for cell in row] for row in rows]
        columns = dict(zip(unique_headers(names), zip(*words, strict=True), strict=True))
        return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, PolarsError) as error:
        raise SchemaDrift(f"the payload is not the JSON that was due: {error}") from error


def _word(value: Any) -> str | None:
    """A cell as text."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


def format_arrays(wire: pl.DataFrame, items: tuple[str, ...], named_by: tuple[str, ...]) -> bytes:
    """A table of wire columns as arrays, with the list that names their positions."""
    payload: dict[str, Any] = {}
    put(payload, named_by, [{"name": name, "label": name} for name in wire.columns])
    put(payload, items, [list(row) for row in wire.iter_rows()])
    return json.dumps(payload).encode()
