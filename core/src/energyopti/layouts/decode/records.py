"""From one row per figure to one row per record: what `Long` declares, carried out on whole columns.

Payloads mostly list each figure of all records in the same order, so that the figures only need to be put side by
side; where they do not, the rows are matched by what they have in common.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import attrs
import polars as pl

from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import Long
from energyopti.layouts.decode.fields import nulls, read_numbers
from energyopti.neighbours import run_starts
from energyopti.tuning.reading import FEW_RUNS

_ROW, _FIRST = "\0row", "\0first"


@attrs.frozen(kw_only=True, eq=False)
class Records:
    """One row per record: the payload's columns of its first row, and its figures by field.

    ``origin`` is that first row, ``joined`` how many rows completed others; ``of`` is, for each payload row, the
    first row of its record, or itself.
    """

    frame: pl.DataFrame
    origin: pl.Series
    joined: int
    of: pl.Series
    findings: tuple[Finding, ...]


def records(known: pl.DataFrame, long: Long) -> Records:
    """The rows of a payload, with those of one record put together.

    A missing figure is null. Rows whose word fills no field are left out, counted by a finding.
    """
    words = known[long.by.name]
    places = _places(words)
    idle = {long.by.name, long.value.name} - set(long.same)
    others = known[[name for name in known.columns if name not in idle]]
    same = [name for name in long.same if name in others.columns]
    values = read_numbers(known[long.value.name], long.value)
    parts: list[Records] = []
    of = pl.int_range(0, known.height, dtype=pl.UInt32, eager=True)
    for kind, figures in _by_kind(places, long).items():
        part = _beside(values, others, same, figures, of)
        of = part.of
        if long.kind_field is not None:
            word = pl.lit(kind, dtype=pl.String).alias(long.kind_field)
            part = attrs.evolve(part, frame=part.frame.with_columns(word))
        parts.append(part)
    frames = [part.frame for part in parts] or [others.clear()]
    frame = pl.concat(frames, how="diagonal")
    for name in long.fields:
        if name not in frame.columns:
            dtype = pl.String() if name == long.kind_field else pl.Float64()
            frame = frame.with_columns(nulls(frame.height, dtype).alias(name))
    origins = [part.origin for part in parts] or [pl.Series([], dtype=pl.UInt32)]
    return Records(
        frame=frame,
        origin=pl.concat(origins),
        joined=sum(part.joined for part in parts),
        of=of,
        findings=(*(each for part in parts for each in part.findings), *_left_out(words, places, long)),
    )


def _places(words: pl.Series) -> dict[str, pl.Series]:
    """The rows of each word; payloads mostly list all rows of one word, then all of the next."""
    starts = run_starts([words])
    if len(starts) > FEW_RUNS:
        distinct = words.unique(maintain_order=True).drop_nulls()
        return {word: (words == word).arg_true() for word in distinct}
    rows: dict[str, list[pl.Series]] = {}
    for word, (first, end) in zip(words[starts], itertools.pairwise([*starts, len(words)]), strict=True):
        if word is not None:
            rows.setdefault(word, []).append(pl.int_range(first, end, dtype=pl.UInt32, eager=True))
    return {word: pl.concat(each) for word, each in rows.items()}


def _by_kind(places: Mapping[str, pl.Series], long: Long) -> dict[str | None, dict[str, pl.Series]]:
    """The rows of each figure, by the word that distinguishes its record from others."""
    found: dict[str | None, dict[str, pl.Series]] = {}
    for word, (field, kind) in long.figures.items():
        if word in places:
            group = found.setdefault(kind, {})
            group[field] = pl.concat([group[field], places[word]]).sort() if field in group else places[word]
    return found


def _beside(
    values: pl.Series,
    others: pl.DataFrame,
    same: Sequence[str],
    figures: Mapping[str, pl.Series],
    of: pl.Series,
) -> Records:
    """The figures of the same records side by side."""
    first = next(iter(figures.values()))
    keys = others.select(same)
    base = _rows(keys, first)
    if all(len(rows) == len(first) and base.equals(_rows(keys, rows)) for rows in list(figures.values())[1:]):
        columns = {field: _rows(values.to_frame(), rows).to_series() for field, rows in figures.items()}
        frame = _rows(others, first).hstack([values.alias(field) for field, values in columns.items()])
        for rows in list(figures.values())[1:]:
            of = of.scatter(rows, first)
        return Records(frame=frame, origin=first, joined=len(first) * (len(figures) - 1), of=of, findings=())
    return _matched(values, others, same, figures, of)


def _rows(table: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Some rows of a table, in rising order; adjacent rows are not copied."""
    if len(rows) and rows[-1] - rows[0] + 1 == len(rows):
        return table.slice(rows[0], len(rows))
    return table[rows]


def _matched(
    values: pl.Series,
    others: pl.DataFrame,
    same: Sequence[str],
    figures: Mapping[str, pl.Series],
    of: pl.Series,
) -> Records:
    """The figures of the same records, matched by what they have in common."""
    parts, kept, repeated = {}, 0, 0
    for field, rows in figures.items():
        part = others.select(same)[rows].with_columns(values.gather(rows).alias(field), rows.alias(_ROW))
        parts[field] = part.unique(subset=same, keep="last", maintain_order=True)
        kept += parts[field].height
        repeated += part.height - parts[field].height
    every = pl.concat([part.select(*same, _ROW) for part in parts.values()]).sort(_ROW)
    every = every.unique(subset=same, keep="first", maintain_order=True)
    frame, origin = others[every[_ROW]], every[_ROW]
    for field, part in parts.items():
        matched = every.join(part.drop(_ROW), on=same, how="left", nulls_equal=True, maintain_order="left")
        frame = frame.with_columns(matched[field])
        there = every.select(*same, pl.col(_ROW).alias(_FIRST))
        found = part.join(there, on=same, how="left", nulls_equal=True, maintain_order="left")
        of = of.scatter(found[_ROW], found[_FIRST])
    findings = [_lacking(frame, field) for field in figures if frame[field].null_count()]
    if repeated:
        findings.append(_repeated(repeated))
    return Records(frame=frame, origin=origin, joined=kept - frame.height, of=of, findings=tuple(findings))


def _lacking(frame: pl.DataFrame, field: str) -> Finding:
    return Finding(
        kind=FindingKind.MISSING_VALUE,
        message=f"{field} is missing although other figures of its row are there; it is null here",
        rows=frame[field].null_count(),
        column=field,
    )


def _repeated(count: int) -> Finding:
    return Finding(
        kind=FindingKind.SUPERSEDED_ROW,
        message=f"{count} figures appear twice: the last one counts",
        rows=count,
        accounts=True,
    )


def _left_out(words: pl.Series, places: Mapping[str, pl.Series], long: Long) -> list[Finding]:
    """Findings about rows that fill no field: known figures, and unknown words."""
    findings = []
    known = [word for word in places if word in long.words and long.words[word] is None]
    unknown = [word for word in places if word not in long.words]
    if known:
        findings.append(
            Finding(
                kind=FindingKind.OTHER_FIGURE,
                message=f"rows of {', '.join(known)} hold figures that have no column here",
                rows=sum(len(places[word]) for word in known),
                accounts=True,
                column=long.by.name,
            )
        )
    count = sum(len(places[word]) for word in unknown) + words.null_count()
    if count:
        named = ", ".join(sorted(map(repr, unknown))) or "an empty cell"
        findings.append(
            Finding(
                kind=FindingKind.UNKNOWN_WORD,
                message=f"{named} is not a figure that the layout knows: its rows are left out",
                rows=count,
                accounts=True,
                column=long.by.name,
            )
        )
    return findings
