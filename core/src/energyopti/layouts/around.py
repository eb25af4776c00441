"""What is around the rows of a delimited text: the letters that lead its rows, and the lines below them."""

from __future__ import annotations

from typing import Any

import attrs

from energyopti.errors import PluginError
from energyopti.layouts.columns import _names


def _has_place(_: Any, attribute: attrs.Attribute[Any], value: str | None) -> None:
    if value is not None and value.count("{}") != 1:
        raise PluginError(f"{attribute.name}={value!r} needs one {{}} where the number of rows is")


@attrs.frozen(kw_only=True)
class RowLetters:
    """Each row says by its first cell what it is: a comment, a header, data, or the trailer that ends the file.

    The first row led by ``header`` names the columns; a second one right below it holds units or types. The ``trailer``
    says how many rows of data there are, in the form ``counts``: a file without it, or with another number of rows, is
    `SchemaDrift`. With ``counts=None`` there may be no trailer, and its number means nothing. A row of another letter is
    a finding. No cell has a line break.
    """

    data: str = "D"
    header: str = "H"
    comment: str = "C"
    trailer: str = "T"
    counts: str | None = attrs.field(default="{}", validator=_has_place)

    def __attrs_post_init__(self) -> None:
        letters = (self.data, self.header, self.comment, self.trailer)
        if len(set(letters)) < len(letters) or not all(letters):
            raise PluginError(f"rows of different kinds are led by different letters, not by {letters}")


@attrs.frozen(kw_only=True)
class Footer:
    """The lines below a table: totals, notes, the number of rows.

    ``begins`` are how the first of them may begin; an empty word means a blank line. A line as wide as the table that
    begins with one of these words, such as a total, is a placeholder; any other line as wide as the table is a rejected
    row: both are counted by a finding. ``counts`` is the line that says how many rows there are, such as ``Rows: {}``: a
    file without it, or with another number of rows, is `SchemaDrift`. Ask for such a file with `Expect.ANY`: the source takes
    a CSV whose last line is narrower than its first for one that was cut off.
    """

    begins: tuple[str, ...] = attrs.field(converter=_names, default=())
    counts: str | None = attrs.field(default=None, validator=_has_place)

    def __attrs_post_init__(self) -> None:
        if not self.words:
            raise PluginError("a footer needs a word that it begins with")
        if self.counts is not None and not self.counts.partition("{}")[0].strip():
            raise PluginError(f"counts={self.counts!r} needs a word before the number of rows")

    @property
    def words(self) -> tuple[str, ...]:
        """How the first line below the table may begin."""
        return self.begins if self.counts is None else (*self.begins, self.counts.partition("{}")[0])
