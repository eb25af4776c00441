"""A feed drafted from a file: its dataset, its layout, an example, and the list of all that is a guess."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs
import polars as pl

from energyopti.datasets import FUEL_MIX, LMP, LOAD, Dataset
from energyopti.errors import SchemaDrift, UnsupportedQuery, suggest
from energyopti.layouts import CsvLayout, Reading
from energyopti.scaffold import matching
from energyopti.scaffold.clocks import clock_of
from energyopti.scaffold.columns import Found, fuel_mix, listed, load, prices
from energyopti.scaffold.sample import Column, Sample
from energyopti.scaffold.times import Clock
from energyopti.timezones import HOUR
from energyopti.tuning.reading import SAMPLE_LINES
from energyopti.vocabulary import Run

DATASETS = {each.name: each for each in (LMP, LOAD, FUEL_MIX)}
"""The datasets that a file can be drafted for."""

NAMES = {
    Run.DAY_AHEAD: "da_lmp",
    Run.HOUR_AHEAD: "ha_lmp",
    Run.REAL_TIME_5MIN: "rt_5min_lmp",
    Run.REAL_TIME_15MIN: "rt_15min_lmp",
    Run.REAL_TIME_HOURLY: "rt_hourly_lmp",
}
"""What a feed of prices is called, by its run."""


def dataset_named(name: str) -> Dataset:
    """One of them; raises `UnsupportedQuery` for any other."""
    if name not in DATASETS:
        raise UnsupportedQuery(f"no feed of {name!r} can be drafted from a file", do=suggest(name, DATASETS))
    return DATASETS[name]


def run_named(name: str) -> Run:
    """A run that prices can be of; raises `UnsupportedQuery` for any other."""
    if name not in NAMES:
        raise UnsupportedQuery(
            f"no prices of run {name!r} can be drafted from a file", do=suggest(name, NAMES)
        )
    return Run(name)


_LINES, _WIDE_LINES, _SERIES = 6, 2, 8
_DAY_AHEAD = re.compile(r"(?<![a-z])(?:da|dam|day[-_ ]?ahead)(?![a-z])", re.IGNORECASE)
_REAL_TIME = re.compile(r"(?<![a-z])(?:rt|rtm|rtbm|real[-_ ]?time)(?![a-z])", re.IGNORECASE)


@attrs.frozen(kw_only=True)
class Draft:
    """A feed as far as a file shows it.

    ``series`` are the words by which the sandbox's rows differ, ``hub`` is a location that may be the reference hub,
    ``wholes`` are locations that hold others, and ``checks`` say what is a guess. ``rows`` is how many rows of the
    file were read, of how many.
    """

    dataset: Dataset
    run: Run | None
    layout: CsvLayout
    payload: bytes
    stated: tuple[Mapping[str, Any], ...]
    series: Mapping[str, tuple[str, ...]]
    hub: str | None = None
    wholes: tuple[str, ...] = ()
    rows: tuple[int, int]
    checks: tuple[str, ...]

    @property
    def name(self) -> str:
        """What to call the feed."""
        return NAMES[self.run] if self.run is not None else self.dataset.name


def draft(sample: Sample, *, market: str, zone: str, dataset: Dataset | None, run: Run | None) -> Draft:
    """A feed drafted from a file, of a dataset and a run if they are given.

    Raises `UnsupportedQuery` for a file that does not show its time or its dataset, and `SchemaDrift` for one of which
    the draft reads no row.
    """
    clock = clock_of(sample, zone)
    kind = dataset or _dataset(sample, clock)
    if run is not None and kind is not LMP:
        raise UnsupportedQuery(f"{kind} has no market run", do="leave out --run")
    found = Found(sample=sample, clock=clock, market=market, dataset=kind, checks=[*clock.checks])
    {LMP.name: prices, LOAD.name: load, FUEL_MIX.name: fuel_mix}[kind.name](found)
    if kind is LMP and run is None:
        run = _run(found)
    layout = CsvLayout(
        dataset=kind,
        zone=zone,
        time=clock.time,
        columns=tuple(found.columns),
        ignored=tuple(each.name for each in found.rest),
        derived=tuple(found.derived),
        constants=found.constants,
        wide=found.wide,
        quoted=sample.quoted,
        letters=sample.letters,
    )
    if sample.begins is not None:
        layout = attrs.evolve(
            layout, begins=sample.begins, others=(layout,)
        )  # the table alone is what it writes
    strange = [each.name for each in _numbers(found) if each.words & matching.OTHER_UNITS]
    if strange:
        found.checks.append(
            f"{listed(strange)} taken as MW and USD/MWh, but named after another unit: set its scale"
        )
    if found.rest:
        found.checks.append(f"not used: {listed([each.name for each in found.rest])}")
    if sample.units:
        found.checks.append(
            f"not used: the units below the header ({', '.join(sample.units)}): declare those that matter (units)"
        )
    return _held_against_the_file(found, layout, run if kind is LMP else None)


def _numbers(found: Found) -> list[Column]:
    """The columns of numbers that the layout uses."""
    unused = {*found.clock.columns, *(each.name for each in found.rest)}
    return [each for each in found.sample.columns if each.is_numeric and each.name not in unused]


def _dataset(sample: Sample, clock: Clock) -> Dataset:
    """The dataset that a file's columns show; raises `UnsupportedQuery` if they show none."""
    columns = [each for each in sample.columns if each.name not in clock.columns]
    numeric = [each for each in columns if each.is_numeric]
    said = frozenset(re.findall(r"[a-z]+", f"{sample.name} {sample.title}".casefold()))
    unsure = UnsupportedQuery(
        f"the columns of {sample.name} do not show what it is about",
        do=f"say it with --dataset {' or '.join(DATASETS)}, or make the plugin without --from",
    )
    if said & matching.FORECAST:
        raise unsure
    if any(matching.is_price(each) for each in numeric):
        return LMP
    fuels = [each for each in numeric if matching.fuel(each.name) is not None]
    if len(fuels) > 1 or any(matching.is_fuel_word(each) for each in columns):
        return FUEL_MIX
    if any(matching.is_load(each) for each in numeric) or (numeric and said & matching.LOADS):
        return LOAD
    raise unsure


def _run(found: Found) -> Run:
    """The run of a file's prices, by its name, its headers and its step."""
    said = " ".join([found.sample.name, found.sample.title, *(each.name for each in found.sample.columns)])
    hourly, step = found.clock.time.step == HOUR, found.clock.time.step
    ahead, real = _DAY_AHEAD.search(said), _REAL_TIME.search(said)
    if ahead and real:
        raise UnsupportedQuery(
            f"{found.sample.name} names a day-ahead and a real-time market ({ahead[0]}, {real[0]})",
            do="say whose its prices are with --run",
        )
    if ahead:
        run, why = Run.DAY_AHEAD, f"by {ahead[0]!r} in the file's name, title or headers"
    else:
        of_step = {5: Run.REAL_TIME_5MIN, 15: Run.REAL_TIME_15MIN}.get(round(step.total_seconds() / 60))
        run = of_step or (Run.REAL_TIME_HOURLY if real else Run.DAY_AHEAD)
        why = "by its step" + (f" and {real[0]!r}" if real else "")
        if hourly and not real:
            why = "because it is hourly: nothing else says so"
    found.checks.append(f"the market run taken as {run.value}, {why}")
    return run


def _held_against_the_file(found: Found, layout: CsvLayout, run: Run | None) -> Draft:
    """The draft, after it has read the file; what it could not read is said."""
    sample = found.sample
    reading = layout.read(sample.payload())
    payload = sample.payload(_WIDE_LINES if layout.wide else _LINES)
    example = layout.read(payload)
    if not example.frame.height:
        told = next((each.message for each in example.findings), "there is none")
        raise SchemaDrift(
            f"the first rows of {sample.name} cannot be read: {told}", do="remove them in a copy"
        )
    checks = [*found.checks, *_findings(reading, sample.name)]
    if sample.cut:
        checks.append(f"only the first {SAMPLE_LINES:,} lines of {sample.name} were looked at")
    repeated = _repeated(reading, layout)
    if repeated:
        checks.append(
            f"{repeated} rows share time and location with another: a column that tells them apart is unused"
        )
    checks.append("the example's rows are what the draft read: hold each against the ISO's documentation")
    names = ["interval_start", "interval_end", *layout.fields]
    keys = [each for each in ("location", "location_type", "fuel", "fuel_native") if each in layout.fields]
    series = reading.frame.select(keys).drop_nulls().unique(maintain_order=True)
    series = series if layout.wide else series.head(_SERIES)
    return Draft(
        dataset=layout.dataset,
        run=run,
        layout=layout,
        payload=payload,
        stated=tuple(example.frame.select([*dict.fromkeys(names)]).iter_rows(named=True)),
        series={name: tuple(series[name]) for name in keys},
        hub=_hub(series) if layout.dataset is LMP else None,
        wholes=tuple(found.wholes),
        rows=(reading.frame.height, reading.payload_rows),
        checks=tuple(checks),
    )


def _hub(series: pl.DataFrame) -> str | None:
    """A location whose name says that it is a hub."""
    return next((each for each in series["location"] if "HUB" in each.upper()), None)


def _repeated(reading: Reading, layout: CsvLayout) -> int:
    """How many rows have the key of another."""
    key = [name for name in layout.dataset.key if name in reading.frame.columns]
    return int(reading.frame.select(key).is_duplicated().sum())


def _findings(reading: Reading, name: str) -> list[str]:
    """What the reader found in the file."""
    return [f"{name}: {each.line}" for each in reading.findings]
