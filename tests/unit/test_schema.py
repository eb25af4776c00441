"""From a record class to a dataset: columns, units, keys, JSON schema."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import attrs
import pytest

from builders import utc
from energyopti.errors import UnsupportedQuery
from energyopti.schema import Column, ColumnType, dataset, field, record


class Tide(StrEnum):
    """A vocabulary of these tests."""

    HIGH = "high"
    LOW = "low"


@record
class TideRow:
    """Tides.

    Heights at the quay,
    as measured.
    """

    at: datetime = field("when", unit="UTC", key=True)
    port: str = field("where", key=True)
    tide: Tide = field("which")
    before: Tide | None = field("the one before")
    height: float | None = field("how high", unit="m")
    rank: int = field("which of the month")
    day: date | None = field("the calendar day")


@record
class Flagged:
    """A record with a type that no column can have."""

    flag: bool = field("yes or no")


@record
class Mixed:
    """A record with two types in one field."""

    value: int | str = field("either")


@record
class Untitled:  # noqa: D101
    value: int = field("a number")


TIDES = dataset("tides", TideRow)


def test_title_and_description_are_the_docstring() -> None:
    """The first line, without its full stop, is the title; the rest, folded, the description."""
    assert (TIDES.title, TIDES.description) == ("Tides", "Heights at the quay, as measured.")


def test_a_record_without_a_docstring_has_an_empty_title() -> None:
    """Nothing is invented where nothing is said."""
    made = dataset("untitled", Untitled)
    assert (made.title, made.description) == ("", "")


def test_columns_keep_the_order_of_the_fields() -> None:
    """Column order is the order of declaration."""
    assert TIDES.column_names == ("at", "port", "tide", "before", "height", "rank", "day")


def test_key_is_the_fields_declared_as_such() -> None:
    """Key columns come in the order of the columns."""
    assert TIDES.key == ("at", "port")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("at", ColumnType.TIMESTAMP),
        ("port", ColumnType.STRING),
        ("tide", ColumnType.STRING),
        ("before", ColumnType.STRING),
        ("height", ColumnType.FLOAT),
        ("rank", ColumnType.INTEGER),
        ("day", ColumnType.DATE),
    ],
)
def test_annotation_gives_the_type(name: str, kind: ColumnType) -> None:
    """Each Python type is one column type; vocabularies are text."""
    assert TIDES.column(name).type is kind


def test_column_carries_all_that_the_field_declares() -> None:
    """Description, unit, key, nullability and choices are the field's."""
    assert TIDES.column("height") == Column(
        name="height", type=ColumnType.FLOAT, description="how high", unit="m", key=False, nullable=True
    )


def test_vocabulary_gives_the_choices() -> None:
    """A column of a closed vocabulary lists its words in order."""
    assert TIDES.column("tide").choices == ("high", "low")


def test_free_text_has_no_choices() -> None:
    """A plain text column is open."""
    assert TIDES.column("port").choices == ()


def test_only_fields_annotated_with_none_are_nullable() -> None:
    """`| None` is what makes a column nullable."""
    assert [column.name for column in TIDES.columns if column.nullable] == ["before", "height", "day"]


def test_nullable_fields_are_null_unless_given() -> None:
    """A record needs its required fields only."""
    given: dict[str, Any] = {"at": utc("2024-07-01"), "port": "Hull", "tide": Tide.HIGH, "rank": 1}
    row = TideRow(**given)
    assert (row.before, row.height, row.day) == (None, None, None)


def test_required_fields_must_be_given() -> None:
    """A record without a required field cannot be made."""
    with pytest.raises(TypeError, match="rank"):
        TideRow(at=utc("2024-07-01"), port="Hull", tide=Tide.HIGH)  # type: ignore[call-arg]


def test_records_are_frozen() -> None:
    """A row does not change once it is made."""
    row = Untitled(value=1)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        row.value = 2  # type: ignore[misc]


def test_records_take_keywords_only() -> None:
    """Positions mean nothing."""
    with pytest.raises(TypeError, match="positional"):
        Untitled(1)  # type: ignore[call-arg]


def test_unknown_column_is_refused_with_a_suggestion() -> None:
    """The message names the dataset, the column asked for and the near miss."""
    with pytest.raises(
        UnsupportedQuery, match=r"dataset tides has no column 'hight'\. Did you mean 'height'"
    ):
        TIDES.column("hight")


def test_a_type_that_no_column_can_have_is_refused_by_name() -> None:
    """The message names the field and its type."""
    with pytest.raises(TypeError, match="'flag': bool is not a column type"):
        dataset("flagged", Flagged)


def test_a_union_of_two_types_is_refused() -> None:
    """A column has one type."""
    with pytest.raises(TypeError, match=r"int \| str is not one column type"):
        dataset("mixed", Mixed)


def test_dataset_is_written_as_its_name() -> None:
    """Messages show a dataset by its name."""
    assert f"{TIDES}" == "tides"


def test_dataset_is_no_forecast_unless_declared() -> None:
    """`forecast` is off by default and kept where given."""
    assert (TIDES.forecast, dataset("tides", TideRow, forecast=True).forecast) == (False, True)


def test_json_schema_follows_from_the_class() -> None:
    """Types, formats, choices, nulls, units and keys all reach the JSON schema of one record."""
    assert TIDES.json_schema() == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tides",
        "description": "Tides. Heights at the quay, as measured.",
        "type": "object",
        "properties": {
            "at": {
                "type": "string",
                "format": "date-time",
                "description": "when",
                "x-unit": "UTC",
                "x-key": True,
            },
            "port": {"type": "string", "description": "where", "x-key": True},
            "tide": {"type": "string", "enum": ["high", "low"], "description": "which"},
            "before": {
                "type": ["string", "null"],
                "enum": ["high", "low", None],
                "description": "the one before",
            },
            "height": {"type": ["number", "null"], "description": "how high", "x-unit": "m"},
            "rank": {"type": "integer", "description": "which of the month"},
            "day": {"type": ["string", "null"], "format": "date", "description": "the calendar day"},
        },
        "required": ["at", "port", "tide", "before", "height", "rank", "day"],
        "additionalProperties": False,
    }


def test_json_schemas_share_nothing_that_can_be_changed() -> None:
    """Changing one schema leaves the next untouched."""
    TIDES.json_schema()["properties"]["rank"]["type"] = "spoilt"
    assert TIDES.json_schema()["properties"]["rank"]["type"] == "integer"
