"""JSON objects in one list: from bytes to columns."""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from energyopti.errors import SchemaDrift
from energyopti.layouts.decode.plausible import Plausible
from energyopti.layouts.formats.arrays import has_half_a_pair
from energyopti.tuning.reading import HEAD_BYTES, KEYS_LOOKED_AT

_KEY = r'"(?:[^"\\]|\\.)*"\s*:'


def check_keys(payload: bytes, plausible: Plausible, *, keyed: bool) -> None:
    """Refuse JSON with too many values or different keys: each key is a column of all records.

    If words are keys (``keyed``), records have far fewer: these are checked when they are laid flat.
    """
    plausible.check_values(payload.count(b",") + payload.count(b"["))
    if keyed or not _may_have_own_keys(payload):
        return
    text = pl.Series([payload.decode("utf-8", "replace")])
    keys = text.str.extract_all(_KEY).explode().n_unique()
    plausible.check_columns(keys)
    plausible.check_cells(payload.count(b"{"), keys)


def _may_have_own_keys(payload: bytes) -> bool:
    """Whether a key that is rare is met at some of many places, chosen at random so that none can be hidden from them.

    Enough of them to do harm are met with certainty; all others are counted only in JSON that is unusual anyway.
    """
    if b"\\" in payload:
        return True
    met: Counter[bytes] = Counter()
    for place in random.choices(range(len(payload)), k=KEYS_LOOKED_AT):
        end = payload.find(b":", place)
        before = payload[max(0, end - HEAD_BYTES) : end].rstrip() if end >= 0 else b""
        if before.endswith(b'"'):
            _, quote, key = before[:-1].rpartition(b'"')
            met[key if quote else b""] += 1
    return not met or b"" in met or min(met.values()) == 1


def listed_records(payload: bytes, items: tuple[str, ...]) -> pl.DataFrame | None:
    """The list of records as a table; None if the list is empty."""
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
    """Whether a 0 or 1 in the table was a false or true in the payload, in a column that has numbers too."""
    names = [
        pl.escape_regex(column.name)
        for column in table.iter_columns()
        if column.dtype.is_numeric() and ((column == 0) | (column == 1)).any()
    ]
    found = rf'"(?:{"|".join(names)})"\s*:\s*[tf]'
    return bool(names) and pl.Series([payload.decode()]).str.contains(found).item()


def _records_by_hand(payload: bytes, items: tuple[str, ...]) -> pl.DataFrame | None:
    """The same for JSON whose records disagree in their types: slower, but it reads anything that json reads."""
    where = ".".join(items) or "the payload"
    try:
        found: Any = json.loads(payload)
        for key in items:
            found = found[key]
        return None if found == [] else of_records(found)
    except KeyError as error:
        raise SchemaDrift(f"the payload has no {where!r}", column=str(error.args[0])) from error
    except (ValueError, TypeError, AttributeError, RecursionError, PolarsError) as error:
        raise SchemaDrift(f"the payload is not the JSON that was due ({where}): {error}") from error


def of_records(records: list[dict[str, Any]]) -> pl.DataFrame:
    """Records as a table, whatever their cells hold."""
    plain = [{key: _plain(value) for key, value in record.items()} for record in records]
    return pl.DataFrame(plain, infer_schema_length=None, strict=False)


def _plain(value: Any) -> Any:
    """A cell as a word or a number."""
    known = value is None or isinstance(value, str) or type(value) in {int, float}
    return value if known else json.dumps(value)


def words_and_numbers(table: pl.DataFrame) -> pl.DataFrame:
    """A table whose columns each hold either numbers or text."""
    return table.select(
        pl.col(name) if dtype.is_numeric() else _as_text(name, dtype) for name, dtype in table.schema.items()
    )


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column without numbers, as text; nested values as JSON."""
    if dtype.is_nested():
        alone = pl.struct(pl.col(name).alias("_")).struct.json_encode()
        cell = alone.str.strip_prefix('{"_":').str.strip_suffix("}")
        return pl.when(pl.col(name).is_not_null()).then(cell).alias(name)
    return pl.col(name).cast(pl.String)


def no_records(names: Iterable[str]) -> pl.DataFrame:
    """A table without records, but with the columns they would have."""
    return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
