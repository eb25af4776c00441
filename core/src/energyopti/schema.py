"""From an attrs class to a dataset: columns, units, keys, JSON schema.

An attrs class is the single definition of a dataset. Everything else (the frame's schema, the
documentation, the command line's help, records, tests) is derived from it, so nothing can disagree.
"""

from __future__ import annotations

import enum
import inspect
import types
import typing
from datetime import date, datetime
from typing import Any, TypeVar

import attrs

from energyopti.errors import UnsupportedQuery, suggest

_R = TypeVar("_R")
_UNIT, _DESCRIPTION, _KEY = "energyopti.unit", "energyopti.description", "energyopti.key"


class ColumnType(enum.StrEnum):
    """The types a column can have; times are UTC in microseconds."""

    STRING = "string"
    FLOAT = "float"
    INTEGER = "integer"
    TIMESTAMP = "timestamp"
    DATE = "date"


_TYPES: dict[type, ColumnType] = {
    str: ColumnType.STRING,
    float: ColumnType.FLOAT,
    int: ColumnType.INTEGER,
    datetime: ColumnType.TIMESTAMP,
    date: ColumnType.DATE,
}
_JSON_TYPES: dict[ColumnType, dict[str, Any]] = {
    ColumnType.STRING: {"type": "string"},
    ColumnType.FLOAT: {"type": "number"},
    ColumnType.INTEGER: {"type": "integer"},
    ColumnType.TIMESTAMP: {"type": "string", "format": "date-time"},
    ColumnType.DATE: {"type": "string", "format": "date"},
}


@attrs.frozen(kw_only=True)
class Column:
    """One column of a dataset.

    ``key`` columns together identify a row within one feed; ``choices`` is the closed vocabulary, if any.
    """

    name: str
    type: ColumnType
    description: str
    unit: str | None = None
    key: bool = False
    nullable: bool = False
    choices: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Dataset:
    """A unified schema that any market can fill.

    ``version`` goes up when a column changes its meaning: rows that were kept before are fetched again. A new column
    does not change it: in rows that were kept before, it is null.
    """

    name: str
    title: str
    description: str
    record: type = attrs.field(repr=False)
    columns: tuple[Column, ...] = attrs.field(repr=False)
    forecast: bool = False
    version: int = 1

    def __str__(self) -> str:
        return self.name

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that together identify a row within one feed."""
        return tuple(column.name for column in self.columns if column.key)

    def column(self, name: str) -> Column:
        """The column of that name; raises `UnsupportedQuery` with a suggestion for any other."""
        for column in self.columns:
            if column.name == name:
                return column
        raise UnsupportedQuery(
            f"dataset {self.name} has no column {name!r}",
            do=suggest(name, self.column_names),
            column=name,
        )

    def json_schema(self) -> dict[str, Any]:
        """The dataset as a JSON schema (draft 2020-12) of one record."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.name,
            "description": f"{self.title}. {self.description}",
            "type": "object",
            "properties": {column.name: _json_property(column) for column in self.columns},
            "required": [column.name for column in self.columns],
            "additionalProperties": False,
        }


def _json_property(column: Column) -> dict[str, Any]:
    """One column as a JSON schema property; the unit and the key are kept as annotations."""
    kind: dict[str, Any] = dict(_JSON_TYPES[column.type])
    if column.choices:
        kind["enum"] = list(column.choices)
    if column.nullable:
        kind["type"] = [kind["type"], "null"]
        if column.choices:
            kind["enum"] = [*column.choices, None]
    kind["description"] = column.description
    if column.unit:
        kind["x-unit"] = column.unit
    if column.key:
        kind["x-key"] = True
    return kind


def field(description: str, *, unit: str | None = None, key: bool = False, default: None = None) -> Any:
    """A field of a record. A field annotated ``| None`` is nullable, and null unless given.

    ``default`` exists for type checkers only, which would otherwise require every nullable field.

    The annotation gives the type: ``str``, ``float``, ``int``, ``datetime`` (UTC), ``date`` or a
    vocabulary of `energyopti.vocabulary`.
    """
    del default
    return attrs.field(metadata={_DESCRIPTION: description, _UNIT: unit, _KEY: key})


@typing.dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def record(cls: type[_R]) -> type[_R]:
    """Make a class of `field` s a record: frozen, keyword-only, nullable fields null by default."""
    return attrs.frozen(kw_only=True, field_transformer=_null_by_default)(cls)


def _null_by_default(_: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    """Nullable fields default to None; the annotations are still strings here."""
    return [each.evolve(default=None) if "None" in str(each.type) else each for each in fields]


def dataset(name: str, record: type, *, forecast: bool = False, version: int = 1) -> Dataset:
    """The dataset that a record class defines; title and description are its docstring."""
    title, _, description = inspect.cleandoc(record.__doc__ or "").partition("\n\n")
    hints = typing.get_type_hints(record)
    return Dataset(
        name=name,
        title=title.rstrip("."),
        description=" ".join(description.split()),
        record=record,
        columns=tuple(_column(each, hints[each.name]) for each in attrs.fields(record)),
        forecast=forecast,
        version=version,
    )


def _column(attribute: attrs.Attribute[Any], hint: Any) -> Column:
    """The column that one attribute of a record class declares."""
    plain, nullable = _without_none(hint)
    choices: tuple[str, ...] = ()
    if issubclass(plain, enum.StrEnum):
        choices, plain = tuple(member.value for member in plain), str
    if plain not in _TYPES:
        raise TypeError(f"field {attribute.name!r}: {plain.__name__} is not a column type")
    return Column(
        name=attribute.name,
        type=_TYPES[plain],
        description=attribute.metadata[_DESCRIPTION],
        unit=attribute.metadata[_UNIT],
        key=attribute.metadata[_KEY],
        nullable=nullable,
        choices=choices,
    )


def _without_none(hint: Any) -> tuple[type, bool]:
    """``float | None`` -> ``(float, True)``."""
    if isinstance(hint, types.UnionType):
        kinds = [kind for kind in typing.get_args(hint) if kind is not types.NoneType]
        if len(kinds) != 1:
            raise TypeError(f"{hint} is not one column type")
        return kinds[0], True
    return hint, False
