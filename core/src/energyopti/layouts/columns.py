"""Which wire column fills which field: the declarations that layouts are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from energyopti.errors import PluginError


def _names(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def fold(header: str) -> str:
    """A header folded for comparison: no outer blanks or quotes, runs of blanks as one, one case."""
    return " ".join(header.replace("\ufeff", "").strip().strip('"').split()).casefold()


@attrs.frozen
class WireColumn:
    """A column of the payload.

    ``names`` are the headers it has had, the current one first: that is the one written. ``to`` is the field it fills;
    a column without one is only read. If several columns fill one field, the first with a value wins. A column that is
    not ``required`` may be absent.
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
        """Every header it has had, folded for comparison."""
        return tuple(fold(name) for name in self.names)


@attrs.frozen
class Text(WireColumn):
    """A column of words; outer blanks are stripped.

    ``words`` translates them from the source's words to the field's; any other word is a finding and becomes
    ``default``.
    """

    words: Mapping[str, str] | None = attrs.field(default=None, kw_only=True)
    default: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class Number(WireColumn):
    """A column of numbers; the field's value is the published one times ``scale`` (-1 flips the sign).

    ``null_values`` are numbers that mean no value, such as 9999 for no limit: null.
    """

    scale: float = attrs.field(default=1.0, kw_only=True)
    null_values: tuple[float, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen
class Moment(WireColumn):
    """A column of times, such as when a forecast was published or a location became valid.

    ``formats`` are chrono patterns; the first is written, all are read. With ``utc`` the stamps are UTC or carry their
    offset; otherwise they are on the market's clock, where a repeated hour means its first pass. ``null_values`` are
    words that mean no time, such as 12/31/9999 for no end.
    """

    formats: tuple[str, ...] = attrs.field(converter=_names, kw_only=True)
    utc: bool = attrs.field(default=False, kw_only=True)
    null_values: tuple[str, ...] = attrs.field(converter=_names, default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.utc and any("%z" in each for each in self.formats):
            raise PluginError(f"column {self.name!r} has times with an offset; declare it with utc=True")


@attrs.frozen
class Superseded:
    """A column that says whether a row is still valid; ``words`` are those that say it is not."""

    column: str
    words: tuple[str, ...] = attrs.field(converter=_names, default=("false",), kw_only=True)


@attrs.frozen
class Placeholder:
    """A column in which some words say that there is nothing to report: a row with one is left out and counted.

    Such a row needs no time: a document with no other rows is whole, and empty.
    """

    column: str
    words: tuple[str, ...] = attrs.field(
        converter=_names, validator=attrs.validators.min_len(1), kw_only=True
    )


def _feeds(value: Mapping[str, str | tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {word: _names(feeds) for word, feeds in value.items()}


@attrs.frozen
class Only:
    """A column that says what a row is of, such as its market run: documents may hold rows of several feeds.

    ``words`` are this feed's, the first of them written; a row with any other word is left out and counted. A payload
    without the column, or a row whose cell is empty, could be of anything and is taken. ``elsewhere`` names the feed or
    feeds for the rows of another word. If not all words can be known, a ``tolerant`` column leaves out only the rows of
    the words in ``elsewhere``.
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
        """Whether a row with this word belongs to this feed."""
        if not word or word in self.words:
            return True
        return self.tolerant and word not in self.elsewhere


@attrs.frozen(kw_only=True)
class Joined:
    """A field whose word is spread over several columns, which together identify one thing.

    ``separator`` goes between their words; none of them contains it.
    """

    to: str
    of: tuple[str, ...]
    separator: str = " "


@attrs.frozen
class WideColumn(Number):
    """A column of a wide payload; ``words`` go into its rows' fields that distinguish them."""

    words: tuple[str, ...] = attrs.field(converter=_names, kw_only=True)


def _wide_columns(
    columns: Mapping[str, str | tuple[str, ...]] | Iterable[WideColumn],
) -> tuple[WideColumn, ...]:
    if isinstance(columns, Mapping):
        return tuple(WideColumn(header, words=words) for header, words in columns.items())
    return tuple(columns)


@attrs.frozen(kw_only=True)
class Wide:
    """A payload with one column per location (or fuel, or product): its columns become rows.

    ``to`` names the field, or fields, that distinguish the rows; ``columns`` maps each header to the word, or words,
    for them (or lists `WideColumn` s); the cells fill the field ``value``.

    Columns ``beside`` fill another field, each its own (`WireColumn.to`), in the rows of its words; in all other rows
    that field is null. They are not required.
    """

    to: tuple[str, ...] = attrs.field(converter=_names)
    value: str
    columns: tuple[WideColumn, ...] = attrs.field(converter=_wide_columns)
    beside: tuple[WideColumn, ...] = ()

    def __attrs_post_init__(self) -> None:
        for column in self.beside:
            if column.to is None or column.required:
                raise PluginError(
                    f"column {column.name!r} is beside others: it needs `to` and `required=False`"
                )
        for column in (*self.columns, *self.beside):
            if len(column.words) != len(self.to):
                raise PluginError(
                    f"wide column {column.name!r} has {len(column.words)} words for {len(self.to)} fields"
                )

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are filled: those that distinguish rows, and the values."""
        return (*self.to, self.value, *(str(column.to) for column in self.beside))

    @property
    def wire_columns(self) -> tuple[WideColumn, ...]:
        """The columns of the payload."""
        return (*self.columns, *self.beside)


@attrs.frozen(kw_only=True)
class Nested:
    """Records that are not in one list below one path.

    With ``parts`` there is a list below each of these keys of the payload (an absent key has none). Fields ``beside`` a
    part's list are columns of its rows; fields ``above`` all parts are columns of every row. With ``keyed`` the records
    are in nested objects, not lists: the keys are words of the columns of these names, the outermost first. An object
    has no order: its keys are read in the order of their words, and a repeated key is read twice.
    """

    parts: tuple[str, ...] = attrs.field(converter=_names, default=())
    keyed: tuple[str, ...] = attrs.field(converter=_names, default=())
    beside: tuple[str, ...] = attrs.field(converter=_names, default=())
    above: tuple[str, ...] = attrs.field(converter=_names, default=())

    def __attrs_post_init__(self) -> None:
        if self.beside and not self.parts:
            raise PluginError(
                f"fields are beside the list of a part, such as {self.beside[0]!r}: name the parts"
            )


Figure = str | tuple[str, str] | None
"""The field that a figure fills; with a second word for the field that distinguishes figures; None: no field."""


@attrs.frozen(kw_only=True)
class Long:
    """A payload with one row per figure, such as each component of a price: rows become columns.

    The column ``by`` says which figure a row holds, ``value`` holds it, and ``words`` maps every word to the field it
    fills. Figures that fill no field (None) are known and left out, counted by a finding. Rows that agree in the
    columns ``same`` are one row of the dataset (with ``by`` among them every figure is a row of its own); if a figure
    appears twice, the last one counts. If words also distinguish rows, such as up from down, ``kind_field`` names
    that field, and ``words`` has pairs.
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
        """For each word that fills a field: that field, and the word that distinguishes its row."""
        return {
            word: (figure, None) if isinstance(figure, str) else figure
            for word, figure in self.words.items()
            if figure is not None
        }

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields filled, each once."""
        kind = [self.kind_field] if self.kind_field is not None else []
        return tuple(dict.fromkeys([*kind, *(field for field, _ in self.figures.values())]))
