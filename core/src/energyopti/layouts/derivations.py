"""Fields that no column of a payload has: what they are derived from. Declarations alone; nothing here reads."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs


@attrs.frozen(kw_only=True)
class Copy:
    """A field with the same value as another."""

    to: str
    of: str


@attrs.frozen(kw_only=True)
class Lookup:
    """A field derived from a word: ``values`` by native word, ``default`` for any other.

    The values are words, or whole numbers where the field is one. With ``report`` a word that is not among the values is
    a finding.
    """

    to: str
    of: str
    values: Mapping[str, str | int]
    default: str | int | None
    report: bool = False


@attrs.frozen(kw_only=True)
class Residual:
    """A field that is derived, not published: ``to = of - sum(minus)``, rounded to ``digits``.

    With ``tolerance`` it cannot be negative: a difference below zero is zero if it is no larger than that, else null.
    With ``at_most`` it is a bound: what is null of ``minus`` counts as zero.
    """

    to: str
    of: str
    minus: tuple[str, ...]
    digits: int = 2
    tolerance: float | None = None
    at_most: bool = False


@attrs.frozen(kw_only=True)
class Pattern:
    """A field derived from the form of a word: the value of the first pattern that matches, else ``default``.

    ``patterns`` maps regular expressions, in polars' syntax, to values: words, or whole numbers where the field is one.
    Each may match anywhere in the word. A value of None is null: the word is known, and means nothing. With ``report`` a word that matches no pattern is a finding.
    """

    to: str
    of: str
    patterns: Mapping[str, str | int | None]
    default: str | int | None
    report: bool = False

    def value(self, word: str) -> str | int | None:
        """The value of a word."""
        return next((value for form, value in self.patterns.items() if re.search(form, word)), self.default)


@attrs.frozen(kw_only=True)
class BlockHours:
    """The hours of a row's block within its interval, on the layout's clock; null where either is not known.

    ``daytime`` is the first and last of the market's sixteen daytime hours, by hour ending.
    """

    to: str
    of: str
    daytime: tuple[int, int]


@attrs.frozen(kw_only=True)
class Moved:
    """A published figure that means another field in some rows: those with one of the ``words`` in ``by``. There ``of`` is null."""

    to: str
    of: str
    by: str
    words: tuple[str, ...]


Derivation = Copy | Lookup | Residual | Pattern | BlockHours | Moved
