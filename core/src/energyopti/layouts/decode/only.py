"""Documents that hold rows of several feeds, such as those of all market runs: each feed takes its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
import polars as pl

from energyopti.errors import SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import Only
from energyopti.layouts.tables import ColumnMapping


class OtherFeeds(SchemaDrift):
    """A document in which no row is the feed's: no other form of it would read it."""


@attrs.frozen(eq=False)
class Own:
    """The rows of a payload that are a feed's own: ``rows`` says which they are, None that they are all."""

    known: pl.DataFrame
    rows: pl.Series | None = None
    findings: tuple[Finding, ...] = ()

    def lines(self, rows: pl.Series | None) -> pl.Series | None:
        """Which rows of the payload some of these are; None: they are the same."""
        if rows is None or self.rows is None:
            return self.rows if rows is None else rows
        return self.rows[rows]

    def records(self, of: pl.Series, height: int) -> pl.Series:
        """The first row of the record that each row of the payload is a figure of; another feed's row is by itself."""
        if self.rows is None:
            return of
        return pl.int_range(0, height, dtype=pl.UInt32, eager=True).scatter(self.rows, self.rows[of])


def own_rows(known: pl.DataFrame, layout: ColumnMapping) -> Own:
    """The rows of a payload that are this feed's; a finding counts the others.

    Raises `SchemaDrift` where there are others alone, saying what was due and which feeds have them.
    """
    found = [(each, _others(known[each.name], each)) for each in layout.only if each.name in known.columns]
    strange = [(each, words) for each, words in found if words]
    if not strange:
        return Own(known)
    mask = ~_any(known[each.name].cast(pl.String).is_in(words) for each, words in strange)
    if not mask.any():
        each, words = strange[0]
        raise OtherFeeds(
            f"the payload is of {_list(words, each)} by its column {each.name!r}, where {each.words[0]} was due: "
            f"{_advice(each, words)}",
            column=each.name,
        )
    rows = mask.arg_true()
    return Own(known[rows], rows, (_left_out(strange, known.height - len(rows)),))


def _others(words: pl.Series, only: Only) -> list[str]:
    """The words of a column that are other feeds', as they stand; mostly one word stands in all rows."""
    first = words[0] if len(words) else None
    if first in only.words and (words == first).all():
        return []
    distinct = words.unique().cast(pl.String).drop_nulls().to_list()
    return sorted(word for word in distinct if not only.has(word.strip()))


def _any(masks: Iterable[pl.Series]) -> pl.Series:
    """The rows of any mask; an empty cell is in none."""
    table = pl.DataFrame([mask.fill_null(value=False).alias(str(n)) for n, mask in enumerate(masks)])
    return table.select(pl.any_horizontal(pl.all())).to_series()


def _list(words: Sequence[str], only: Only) -> str:
    """Some words, those first whose feeds are known."""
    names = sorted({word.strip() for word in words}, key=lambda word: (word not in only.elsewhere, word))
    return ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")


def _feeds(only: Only, words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(feed for word in words for feed in only.elsewhere.get(word.strip(), ())))


def _advice(only: Only, words: Sequence[str]) -> str:
    """As which feed a document is read that is none of this one."""
    feeds = _feeds(only, words)
    return f"read it as {' or '.join(feeds)}" if feeds else "no feed here is known to have it"


def _left_out(strange: Sequence[tuple[Only, list[str]]], count: int) -> Finding:
    """A finding that accounts for the rows of other feeds."""
    said = "; ".join(f"of {_list(words, each)}, not of {each.words[0]}" for each, words in strange)
    feeds = list(dict.fromkeys(feed for each, words in strange for feed in _feeds(each, words)))
    named = f" ({', '.join(feeds)} {'has' if len(feeds) == 1 else 'have'} them)" if feeds else ""
    return Finding(
        kind=FindingKind.OTHER_RUN,
        message=f"{count} rows are {said}: they are left out{named}",
        rows=count,
        accounts=True,
        column=strange[0][0].name,
    )
