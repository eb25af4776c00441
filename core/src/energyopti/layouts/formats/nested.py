"""JSON records in several lists, or in objects keyed by words: flattened, and nested again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from energyopti.errors import PluginError, SchemaDrift
from energyopti.layouts.columns import Nested

_Record = dict[str, Any]


class _Object(dict[str, Any]):
    """A JSON object with all of its pairs, so that a repeated key loses nothing."""

    pairs: list[tuple[str, Any]]


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    found.pairs = pairs
    return found


def nested_records(payload: bytes, nested: Nested, items: tuple[str, ...]) -> list[_Record]:
    """The records of a payload, each with the words and fields that surround it.

    Such documents are small: a dashboard of two days. Raises `SchemaDrift` for one with another structure.
    """
    try:
        return _laid_flat(json.loads(payload, object_pairs_hook=_object), nested, items)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SchemaDrift(f"the payload is not the JSON that was due: {error}") from error


def _laid_flat(body: Any, nested: Nested, items: tuple[str, ...]) -> list[_Record]:
    above = {name: body[name] for name in nested.above if name in body}
    parts = [body[part] for part in nested.parts if part in body] if nested.parts else [body]
    if not parts:
        raise SchemaDrift(f"the payload has no {nested.parts[0]!r}", column=nested.parts[0])
    found: list[_Record] = []
    for part in parts:
        around = above | {name: part[name] for name in nested.beside if name in part}
        place = part
        for key in items:
            place = place[key]
        found += [around | words | record for words, record in _leaves(place, nested.keyed)]
    return found


def _leaves(place: Any, keyed: tuple[str, ...]) -> Iterator[tuple[_Record, _Record]]:
    """The records below a place, with the words that lead to them."""
    if not keyed:
        yield from (({}, record) for record in ([place] if isinstance(place, dict) else place))
        return
    name, *deeper = keyed
    for word, below in sorted(place.pairs, key=lambda pair: pair[0]):
        yield from (({name: word} | words, record) for words, record in _leaves(below, tuple(deeper)))


def format_nested(wire: pl.DataFrame, nested: Nested, items: tuple[str, ...]) -> bytes:
    """A table of wire columns in the published form: one part for each set of values beside it, in order.

    Raises `PluginError` if there are more sets than parts. An empty cell is left out.
    """
    above, beside = (
        [name for name in names if name in wire.columns] for names in (nested.above, nested.beside)
    )
    payload: dict[str, Any] = {name: wire[name][0] for name in above if wire.height}
    groups = wire.partition_by(beside, maintain_order=True) if beside else [wire]
    if nested.parts and len(groups) > len(nested.parts):
        raise PluginError(f"{len(groups)} parts do not fit into {', '.join(nested.parts)}")
    for part, group in zip(nested.parts or ("",), groups, strict=False):
        place = payload.setdefault(part, {}) if part else payload
        place |= {name: group[name][0] for name in beside}
        put(place, items, _built(group.drop(*above, *beside), nested.keyed))
    return json.dumps(payload).encode()


def put(place: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """Put a value below a path of keys of an object, creating what is missing on the way."""
    for key in keys[:-1]:
        place = place.setdefault(key, {})
    place[keys[-1]] = value


def _built(group: pl.DataFrame, keyed: tuple[str, ...]) -> Any:
    """Records as a list, or as nested objects by their words."""
    records = [{key: cell for key, cell in row.items() if cell is not None} for row in group.to_dicts()]
    if not keyed:
        return records
    tree: dict[str, Any] = {}
    for record in records:
        place = tree
        for name in keyed:
            place = place.setdefault(str(record.pop(name, "")), {})
        place |= record
    return tree
