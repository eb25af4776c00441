"""One statement of SQL: which tables it names, and that it does nothing but read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import attrs
import duckdb

from energyopti.errors import UnsupportedQuery

_READING = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
"""The parts of a statement that only read; there are others that write, such as a ``COPY`` inside a ``WITH``."""

_FUNCTIONS = {
    "duckdb_functions",
    "duckdb_keywords",
    "duckdb_types",
    "generate_series",
    "histogram",
    "histogram_values",
    "json_each",
    "json_tree",
    "pg_timezone_names",
    "pragma_version",
    "range",
    "repeat",
    "repeat_row",
    "unnest",
}
"""The functions that may stand in the place of a table: others open files, or run statements out of their arguments."""

_PARSE = "SELECT json_serialize_sql(?::VARCHAR, skip_null := true, skip_empty := true, skip_default := true)"


@attrs.frozen
class Statement:
    """A statement that reads; ``tables`` are the names in the places of tables, each in its parts (``nyiso``, ``pal``)."""

    text: str
    tables: tuple[tuple[str, ...], ...]
    own: frozenset[str]
    """The names that the statement itself gives to parts of it (``WITH name AS``), folded."""


def parsed(text: str, connection: duckdb.DuckDBPyConnection) -> Statement:
    """The one statement of a text. Raises `UnsupportedQuery` for several, and for one that could change anything."""
    count = len(connection.extract_statements(text))
    (row,) = connection.execute(_PARSE, [text]).fetchall()
    tree: dict[str, Any] = json.loads(row[0])
    if not count:
        raise UnsupportedQuery("there is no statement of SQL", do="write one, such as SELECT * FROM lmp")
    if count > 1:
        raise UnsupportedQuery(f"there are {count} statements of SQL", do="write exactly one")
    if tree["error"]:
        raise UnsupportedQuery(
            "SQL over the lake only reads, with SELECT, FROM, DESCRIBE, SUMMARIZE, or PIVOT ... ON ... IN (...)"
        )
    nodes = list(_nodes(tree["statements"]))
    for node in nodes:
        _check(node)
    tables = [_parts(node) for node in nodes if node.get("type") == "BASE_TABLE"]
    own = (node["key"] for node in nodes if isinstance(node.get("key"), str))
    return Statement(text, tuple(dict.fromkeys(tables)), frozenset(name.casefold() for name in own))


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every part of a parsed statement, outer ones first."""
    if isinstance(tree, dict):
        yield tree
    for each in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(each)


def _check(node: dict[str, Any]) -> None:
    """Raise `UnsupportedQuery` for a part of a statement that may do more than read the lake's tables."""
    kind = str(node.get("type", ""))
    if kind.endswith("_NODE") and kind not in _READING:
        raise UnsupportedQuery(
            f"SQL over the lake only reads, and there is {kind.partition('_')[0]} in it", do="leave it out"
        )
    if kind == "SHOW_REF" and "query" not in node:
        raise UnsupportedQuery(
            "SQL does not list the tables of the lake", do="run `energyopti lake status`, or DESCRIBE one"
        )
    if kind == "TABLE_FUNCTION":
        name = str(node["function"]["function_name"])
        if name.casefold() not in _FUNCTIONS:
            raise UnsupportedQuery(
                f"SQL over the lake does not have {name}() in place of a table",
                do="name a table, such as nyiso.pal",
            )


def _parts(node: dict[str, Any]) -> tuple[str, ...]:
    named = (node.get("catalog_name"), node.get("schema_name"), node.get("table_name"))
    return tuple(part for part in named if part)
