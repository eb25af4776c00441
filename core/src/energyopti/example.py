"""A feed's example: a few lines exactly as published, and the rows they mean."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from energyopti.errors import PluginError

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z")


@attrs.frozen(kw_only=True)
class Example:
    """A few lines exactly as published, and the rows they mean.

    Write both by hand from the ISO's documentation; never copy a payload. The contract kit checks the layout
    against them: signs, clocks and units cannot be checked against the layout itself.
    """

    payload: bytes
    rows: tuple[Mapping[str, Any], ...] = attrs.field(validator=attrs.validators.min_len(1))

    @staticmethod
    def load(package: str, payload: str, *, rows: str | None = None) -> ExampleFiles:
        """The example in two files of a package, such as ``("energyopti_nyiso.examples", "pal.csv")``.

        ``payload`` is the file with the published lines, ``rows`` the JSON file with the rows they mean; without it,
        ``pal.rows.json`` next to ``pal.csv``. Neither file is read before the example is used.
        """
        return ExampleFiles(package, payload, rows or f"{payload.rpartition('.')[0]}.rows.json")


@attrs.frozen
class ExampleFiles:
    """An example in two files of a package, read when it is first used.

    The rows are a JSON list of objects; a string such as ``2024-07-01T04:00Z`` is an instant. Raises `PluginError`
    at that use if a file is missing or the rows are not such a list.
    """

    package: str
    payload_file: str
    rows_file: str

    @property
    def payload(self) -> bytes:
        """The published lines."""
        return self._example.payload

    @property
    def rows(self) -> tuple[Mapping[str, Any], ...]:
        """The rows they mean."""
        return self._example.rows

    @functools.cached_property
    def _example(self) -> Example:
        payload, rows = self._content(self.payload_file), self._content(self.rows_file)
        try:
            stated = tuple({name: _value(value) for name, value in row.items()} for row in json.loads(rows))
            return Example(payload=payload, rows=stated)
        except (ValueError, TypeError, AttributeError) as error:
            raise PluginError(f"{self.rows_file} of {self.package} is not a list of rows: {error}") from error

    def _content(self, name: str) -> bytes:
        from importlib.resources import files

        try:
            return files(self.package).joinpath(name).read_bytes()
        except (OSError, ModuleNotFoundError) as error:
            raise PluginError(
                f"{self.package} has no {name}, which holds a feed's example; add it to the package"
            ) from error


def _value(value: Any) -> Any:
    """A value of a row; JSON has no instants, so rows hold them as text."""
    return datetime.fromisoformat(value) if isinstance(value, str) and _INSTANT.fullmatch(value) else value
