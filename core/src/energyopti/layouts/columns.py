"""Which wire column means which field: the declarations that layouts are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import attrs

from energyopti.errors import PluginError


def _names(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def fold(header: str) -> str:
    """A header as it is compared: without outer blanks and quotes, runs of blanks as one, in one case."""
    return " ".join(header.replace("\ufeff", "").strip().strip('"').split()).casefold()


@attrs.frozen
class WireColumn:
    """A column of the payload.

    ``names`` are the headers it has had, the current one first: that is the one written. ``to`` is the
    field it fills; without one it is read for itself alone. Where several fill one field, the first that says anything
    does. A column that is not ``required`` may be absent.
    """

    names: tuple[str, ...] = attrs.field(converter=_names)
    to: str | None = attrs.field(default=None, kw_only=True)
    required: bool = attrs.field(default=True, kw_only=True)

    @property
    def name(self) -> str:
        """The current header."""
        return self.names[0]

    @property
    def folded(self) -> tuple[str, ...]:
        """Every header it has had, as compared."""
        return tuple(fold(name) for name in self.names)


@attrs.frozen
class Text(WireColumn):
    """A column of words; outer blanks are stripped.

    With ``words`` they are translated, from the source's to the field's; one that is not among them makes a
    finding and means ``default``.
    """

    words: Mapping[str, str] | None = attrs.field(default=None, kw_only=True)
    default: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class Number(WireColumn):
    """A column of numbers; the field's value is the published one times ``scale`` (-1 turns the sign).

    ``null_values`` are the figures that stand for no value, such as 9999 where there is no limit: null.
    """

    scale: float = attrs.field(default=1.0, kw_only=True)
    null_values: tuple[float, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen
class Moment(WireColumn):
    """A column of times, such as when a forecast was published or a location became valid.

    ``formats`` are chrono patterns; the first is written, all are read. With ``utc`` the stamps are UTC, or
    carry their offset; else they are on the market's clock, where a repeated hour means its first pass.
    ``null_values`` are the words that stand for no time, such as 12/31/9999 for no end.
    """

    formats: tuple[str, ...] = attrs.field(converter=_names, kw_only=True)
    utc: bool = attrs.field(default=False, kw_only=True)
    null_values: tuple[str, ...] = attrs.field(converter=_names, default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.utc and any("%z" in each for each in self.formats):
            raise PluginError(f"column {self.name!r} has times with an offset; declare it with utc=True")


@attrs.frozen
class Superseded:
    """A column that says whether a row still stands; ``words`` are those that say it does not."""

    column: str
    words: tuple[str, ...] = attrs.field(converter=_names, default=("false",), kw_only=True)


def _feeds(value: Mapping[str, str | tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {word: _names(feeds) for word, feeds in value.items()}


@attrs.frozen
class Only:
    """A column that says what a row is of, such as its market run: documents may hold rows of several feeds.

    ``words`` are those of this feed, the first of them written; a row with any other word is left out and counted. A
    payload without the column can be of anything, and so can a row whose cell is empty: they are taken.
    ``elsewhere`` names the feed, or the feeds, for the rows of another word; where not all words can be known, a
    ``tolerant`` column leaves out the rows of these words alone.
    """

    names: tuple[str, ...] = attrs.field(converter=_names)
    words: tuple[str, ...] = attrs.field(converter=_names, kw_only=True)
    elsewhere: Mapping[str, tuple[str, ...]] = attrs.field(converter=_feeds, factory=dict, kw_only=True)
    tolerant: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.words:
            raise PluginError(f"column {self.name!r} has no word of its own feed")
        if self.tolerant and not self.elsewhere:
            raise PluginError(f"column {self.name!r} leaves no row out: name the words of other feeds")

    @property
    def name(self) -> str:
        """The current header."""
        return self.names[0]

    @property
    def column(self) -> Text:
        """The column of the payload, which may be absent."""
        return Text(self.names, required=False)

    def has(self, word: str) -> bool:
        """Whether a row with this word is this feed's."""
        if not word or word in self.words:
            return True
        return self.tolerant and word not in self.elsewhere


@attrs.frozen(kw_only=True)
class Copy:
    """A field that says the same as another."""

    to: str
    of: str


@attrs.frozen(kw_only=True)
class Lookup:
    """A field that follows from a word: ``values`` by native word, ``default`` for any other.

    With ``report`` a word that is not among the values makes a finding.
    """

    to: str
    of: str
    values: Mapping[str, str]
    default: str | None
    report: bool = False


@attrs.frozen(kw_only=True)
class Residual:
    """A field that is not published but follows: ``to = of - sum(minus)``, rounded to ``digits``."""

    to: str
    of: str
    minus: tuple[str, ...]
    digits: int = 2


@attrs.frozen(kw_only=True)
class Pattern:
    """A field that follows from the form of a word: the value of the first pattern that it matches, else ``default``.

    ``patterns`` maps regular expressions, as polars reads them, to values; each may match anywhere in the word. A value
    of None is null: the word is known, and means none. With ``report`` a word that matches no pattern makes a finding.
    """

    to: str
    of: str
    patterns: Mapping[str, str | None]
    default: str | None
    report: bool = False

    def value(self, word: str) -> str | None:
        """What a word means."""
        return next((value for form, value in self.patterns.items() if re.search(form, word)), self.default)


Derivation = Copy | Lookup | Residual | Pattern


@attrs.frozen(kw_only=True)
class Joined:
    """A field whose word stands in several columns, which together tell one thing from another.

    ``separator`` stands between their words; none of them holds it.
    """

    to: str
    of: tuple[str, ...]
    separator: str = " "


@attrs.frozen
class WideColumn(Number):
    """A column of a wide payload; ``words`` are what its rows get in the fields that tell them apart."""

    words: tuple[str, ...] = attrs.field(converter=_names, kw_only=True)


def _wide_columns(
    columns: Mapping[str, str | tuple[str, ...]] | Iterable[WideColumn],
) -> tuple[WideColumn, ...]:
    if isinstance(columns, Mapping):
        return tuple(WideColumn(header, words=words) for header, words in columns.items())
    return tuple(columns)


@attrs.frozen(kw_only=True)
class Wide:
    """A payload with one column a location (or fuel, or product): its columns become rows.

    ``to`` names the field, or the fields, that tell the rows apart; ``columns`` maps each header to the word,
    or the words, that they get (or lists `WideColumn` s); the cells fill the field ``value``.
    """

    to: tuple[str, ...] = attrs.field(converter=_names)
    value: str
    columns: tuple[WideColumn, ...] = attrs.field(converter=_wide_columns)

    def __attrs_post_init__(self) -> None:
        for column in self.columns:
            if len(column.words) != len(self.to):
                raise PluginError(
                    f"wide column {column.name!r} has {len(column.words)} words for {len(self.to)} fields"
                )


@attrs.frozen(kw_only=True)
class Nested:
    """Records that do not lie in one list below one path.

    With ``parts`` there is a list below each of these keys of the payload (one that is not there has none); fields
    that stand ``beside`` a part's list are columns of its rows, and fields that stand ``above`` all parts are columns
    of every row. With ``keyed`` the records lie in objects in objects instead of lists: the keys are words of the
    columns of these names, the outermost first. An object has no order: its keys are read in that of their words, and a
    key that stands twice is read twice.
    """

    parts: tuple[str, ...] = attrs.field(converter=_names, default=())
    keyed: tuple[str, ...] = attrs.field(converter=_names, default=())
    beside: tuple[str, ...] = attrs.field(converter=_names, default=())
    above: tuple[str, ...] = attrs.field(converter=_names, default=())

    def __attrs_post_init__(self) -> None:
        if self.beside and not self.parts:
            raise PluginError(
                f"fields stand beside the list of a part, such as {self.beside[0]!r}: name the parts"
            )


Figure = str | tuple[str, str] | None
"""Which field a figure fills; with a second word for the field that tells figures apart; None: none."""


@attrs.frozen(kw_only=True)
class Long:
    """A payload with a row for each figure of one thing, such as each component of a price: rows become columns.

    The column ``by`` says which figure a row holds, ``value`` holds it, and ``words`` maps every word to the field
    it fills. Figures that fill no field (None) are known and left out, which a finding counts. Rows that agree in
    the columns ``same`` are one row of the dataset (with ``by`` among them every figure is a row of its own); of a
    figure that stands twice the last one counts. Where words
    also tell rows apart, such as up from down, ``kind_field`` names the field, and ``words`` has pairs.
    """

    by: Text
    value: Number
    words: Mapping[str, Figure]
    same: tuple[str, ...]
    kind_field: str | None = None

    def __attrs_post_init__(self) -> None:
        pairs = [isinstance(figure, tuple) for figure in self.words.values() if figure is not None]
        if not pairs or any(each != (self.kind_field is not None) for each in pairs):
            raise PluginError(
                f"the words of {self.by.name!r} name a field each, and with `kind_field` its word too"
            )

    @property
    def figures(self) -> dict[str, tuple[str, str | None]]:
        """The field of each word that fills one, and the word that tells it apart."""
        return {
            word: (figure, None) if isinstance(figure, str) else figure
            for word, figure in self.words.items()
            if figure is not None
        }

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are filled, each once."""
        kind = [self.kind_field] if self.kind_field is not None else []
        return tuple(dict.fromkeys([*kind, *(field for field, _ in self.figures.values())]))
