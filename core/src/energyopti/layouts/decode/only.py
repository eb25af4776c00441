"""Documents with rows of several feeds, such as those of all market runs: each feed takes its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
import polars as pl

from energyopti.errors import SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import Only
from energyopti.layouts.tables import ColumnMapping


class OtherFeeds(SchemaDrift):
    """A document without a row of this feed: no other form of it would help."""


@attrs.frozen(eq=False)
class Own:
    """The rows of a payload that belong to the feed: ``rows`` says which; None means all."""

    known: pl.DataFrame
    rows: pl.Series | None = None
    findings: tuple[Finding, ...] = ()

    def lines(self, rows: pl.Series | None) -> pl.Series | None:
        """Which rows of the payload some of these are; None if they are the same."""
        if rows is None or self.rows is None:
            return self.rows if rows is None else rows
        return self.rows[rows]

    def records(self, of: pl.Series, height: int) -> pl.Series:
        """For each payload row, the first row of its record; another feed's row is a record by itself."""
        if self.rows is None:
            return of
        return pl.int_range(0, height, dtype=pl.UInt32, eager=True).scatter(self.rows, self.rows[of])


def own_rows(known: pl.DataFrame, layout: ColumnMapping) -> Own:
    """The rows of a payload that belong to this feed and report something; findings count the others."""
    own = _of_feed(known, layout)
    mark = layout.placeholder
    if mark is None or mark.column not in own.known.columns:
        return own
    mask = ~own.known[mark.column].cast(pl.String).str.strip_chars().is_in(mark.words).fill_null(value=False)
    if mask.all():
        return own
    kept = mask.arg_true()
    count = own.known.height - len(kept)
    finding = Finding(
        kind=FindingKind.PLACEHOLDER_ROW,
        message=f"{count} rows only say that there is nothing to report: they are left out",
        rows=count,
        accounts=True,
        column=mark.column,
    )
    return Own(own.known[kept], own.lines(kept), (*own.findings, finding))


def _of_feed(known: pl.DataFrame, layout: ColumnMapping) -> Own:
    """The rows of a payload that belong to this feed; a finding counts the others.

    Raises `SchemaDrift` if there are only others, saying what was due and which feeds have them.
    """
    found = [(each, _others(known[each.name], each)) for each in layout.only if each.name in known.columns]
    strange = [(each, words) for each, words in found if words]
    if not strange:
        return Own(known)
    mask = ~_any(known[each.name].cast(pl.String).is_in(words) for each, words in strange)
    if not mask.any():
        each, words = strange[0]
        raise OtherFeeds(
            f"column {each.name!r} of the payload says {_list(words, each)}, where {each.words[0]} was due: "
            f"{_advice(each, words)}",
            column=each.name,
        )
    rows = mask.arg_true()
    return Own(known[rows], rows, (_left_out(strange, known.height - len(rows)),))


def _others(words: pl.Series, only: Only) -> list[str]:
    """The words of a column that are other feeds', unchanged; mostly all rows have the same word."""
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
    """Some words, those with known feeds first."""
    names = sorted({word.strip() for word in words}, key=lambda word: (word not in only.elsewhere, word))
    return ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")


def _feeds(only: Only, words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(feed for word in words for feed in only.elsewhere.get(word.strip(), ())))


def _advice(only: Only, words: Sequence[str]) -> str:
    """Which feed to read a document as that has nothing of this one."""
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
