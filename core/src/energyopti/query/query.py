"""A caller's query as a value, the same from Python, the command line, HTTP or an agent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Never

import attrs

from energyopti.datasets import DATASETS
from energyopti.errors import UnsupportedQuery, near_miss
from energyopti.query.as_of import AsOf
from energyopti.query.ranges import Instant
from energyopti.query.shape import Every
from energyopti.query.spoken import LATEST, Bound, Spoken, of_period, said_bound
from energyopti.timezones import spoken_zone

ALL = "all"
"""Every installed market that has the data."""

VINTAGES = ("latest", "all")

Names = str | int | Sequence[str | int] | None
"""One name or several; a node may be given by its number."""

NamesByMarket = Names | Mapping[str, Names]
"""Names for every market, or by market."""


def _names(value: Names) -> tuple[str, ...]:
    """Names in the form a query keeps."""
    if value is None:
        return ()
    several = [value] if isinstance(value, str | int) else value
    if not isinstance(several, Sequence) or not all(_is_name(each) for each in several):
        raise UnsupportedQuery(f"{value!r} is not a name", do="give one as text, or a list of them")
    return tuple(str(each) for each in several)


def _is_name(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _places(value: NamesByMarket) -> tuple[str, ...] | Mapping[str, tuple[str, ...]]:
    """Locations in the form a query keeps: for every market, or by market."""
    if not isinstance(value, Mapping):
        return _names(value)
    if not value:
        return ()
    return {name.strip().casefold(): _names(each) for name, each in value.items()}


def _filters(value: Mapping[str, Names] | None) -> Mapping[str, tuple[str, ...]]:
    """Filters in the form a query keeps; a column without a value is dropped."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise UnsupportedQuery(
            f"filters {value!r} is not valid", do="give values by column, as {'fuel': 'wind'}"
        )
    return {name: _names(each) for name, each in value.items() if each is not None}


def _start(value: Bound | None) -> datetime | Spoken | None:
    return said_bound("start", value)


def _end(value: Bound | None) -> datetime | Spoken | None:
    return said_bound("end", value)


def _as_of(value: AsOf | Instant | None) -> AsOf | None:
    return None if value is None else AsOf.of(value)


def _every(value: str | None) -> str | None:
    return None if value is None else str(Every.of(value))


def _check_text(_: Query, attribute: attrs.Attribute[str], value: object) -> None:
    if value is not None and not isinstance(value, str):
        raise UnsupportedQuery(f"{attribute.name} {value!r} is not a name", do="give it as text")


def _check_switch(_: Query, attribute: attrs.Attribute[bool], value: object) -> None:
    if not isinstance(value, bool):
        raise UnsupportedQuery(f"{attribute.name} must be true or false, not {value!r}")


def _check_vintages(_: Query, __: attrs.Attribute[str], value: object) -> None:
    if value not in VINTAGES:
        raise UnsupportedQuery(f"vintages {value!r} is not valid", do=f"give {' or '.join(VINTAGES)}")


@attrs.frozen(kw_only=True, repr=False)
class Query:
    """A query to one market or several, in the caller's own words; nothing in it is looked up yet.

    ``markets`` are market ids, or ``all``. ``data`` is a dataset (``lmp``, ``load``) or one feed. ``start`` and ``end``
    (excluded) are aware times, or naive ones on the clock of ``tz``, by default each market's own; words (`Spoken`: ``today``, ``-7d``,
    ``2024-07``) mean the beginning of their period, and without an end all of it; ``latest`` is the newest interval that is out. ``locations`` are
    for every market, or by market. ``filters`` maps a text column to the values wanted. ``vintages`` is ``latest`` (the
    last publication for each interval of a forecast) or ``all``; ``revisions`` keeps rows that have since been
    superseded. ``as_of`` is an instant, or ``"1 day before 10:00"``: rows are as they were known then. With ``partial`` a missing part is a finding instead of an error.

    ``system`` keeps one row for the whole system of each market. ``resample`` puts the rows at intervals of another length (``1h``, ``1d``, ``on_peak``); ``where`` keeps the rows that meet a condition in
    SQL (``lmp > 200``), after that; ``columns`` keeps only these columns, in this order.

    `to_json` and `from_json` write it as a JSON object and read it back. Raises `UnsupportedQuery` for an invalid
    value, and `InvalidTimeRange` for a bound that is not a time.
    """

    markets: tuple[str, ...] = attrs.field(converter=_names)
    data: str = attrs.field(validator=_check_text)
    start: datetime | Spoken | None = attrs.field(default=None, converter=_start)
    end: datetime | Spoken | None = attrs.field(default=None, converter=_end)
    locations: tuple[str, ...] | Mapping[str, tuple[str, ...]] = attrs.field(
        default=(), converter=_places, hash=False
    )
    run: str | None = attrs.field(default=None, validator=_check_text)
    feed: str | None = attrs.field(default=None, validator=_check_text)
    filters: Mapping[str, tuple[str, ...]] = attrs.field(default=None, converter=_filters, hash=False)
    tz: str | None = attrs.field(default=None, converter=spoken_zone, validator=_check_text)
    vintages: str = attrs.field(default="latest", validator=_check_vintages)
    revisions: bool = attrs.field(default=False, validator=_check_switch)
    as_of: AsOf | None = attrs.field(default=None, converter=_as_of)
    raw: bool = attrs.field(default=False, validator=_check_switch)
    partial: bool = attrs.field(default=False, validator=_check_switch)
    system: bool = attrs.field(default=False, validator=_check_switch)
    resample: str | None = attrs.field(default=None, converter=_every)
    where: str | None = attrs.field(default=None, validator=_check_text)
    columns: tuple[str, ...] = attrs.field(default=(), converter=_names)

    def __attrs_post_init__(self) -> None:
        if not self.markets:
            raise UnsupportedQuery("no market is given", do="give one or more, or all")

    @classmethod
    def of(
        cls,
        market: Query | str | Sequence[str],
        data_type: str | None = None,
        start_time: Bound | None = None,
        end_time: Bound | None = None,
        *,
        start: Bound | None = None,
        end: Bound | None = None,
        period: str | None = None,
        location: NamesByMarket = None,
        locations: NamesByMarket = None,
        run: str | None = None,
        feed: str | None = None,
        filters: Mapping[str, Names] | None = None,
        tz: str | None = None,
        vintages: str = "latest",
        revisions: bool = False,
        as_of: AsOf | Instant | None = None,
        raw: bool = False,
        partial: bool = False,
        system: bool = False,
        resample: str | None = None,
        where: str | None = None,
        columns: Names = None,
        **misspelled: Never,
    ) -> Query:
        """The query that keywords make, in any of their spellings; a `Query` is returned as it is.

        Raises `UnsupportedQuery` for an unknown keyword, with the one that is probably meant.
        """
        if misspelled:
            raise UnsupportedQuery(_misspelled(misspelled))
        if isinstance(market, Query):
            return market
        if data_type is None:
            raise UnsupportedQuery(
                "no data type is given; give a dataset, such as lmp, or a feed of the market"
            )
        first = _either("start", start, "start_time", start_time)
        last = _either("end", end, "end_time", end_time)
        if period is not None:
            first, last = of_period(period, first, last)
        return cls(
            markets=market,
            data=data_type,
            start=first,
            end=last,
            locations=_either("locations", locations, "location", location),
            run=run,
            feed=feed,
            filters=filters,
            tz=tz,
            vintages=vintages,
            revisions=revisions,
            as_of=as_of,
            raw=raw,
            partial=partial,
            system=system,
            resample=resample,
            where=where,
            columns=columns,
        )

    @property
    def all_markets(self) -> bool:
        """Whether the query means every installed market."""
        return [name.strip().casefold() for name in self.markets] == [ALL]

    @property
    def newest(self) -> bool:
        """Whether the query asks for the newest interval that is out: its start is ``latest``."""
        return self.end is None and self.start == Spoken(LATEST)

    def locations_of(self, market: str) -> tuple[str, ...]:
        """The locations for one market."""
        if isinstance(self.locations, Mapping):
            return self.locations.get(market.strip().casefold(), ())
        return self.locations

    def to_json(self) -> str:
        """The query as a JSON object, without default values; times are ISO 8601."""
        return json.dumps(_said(self), default=_json)

    @classmethod
    def from_json(cls, text: str | bytes) -> Query:
        """The query that a JSON object means; ``market`` and ``location`` are accepted too.

        Raises `UnsupportedQuery` for anything else; for an unknown name, with the one that is probably meant.
        """
        try:
            words = json.loads(text)
        except ValueError as error:
            raise UnsupportedQuery(f"a query must be a JSON object ({error})") from None
        if not isinstance(words, dict):
            raise UnsupportedQuery(
                'a query must be a JSON object, such as {"markets": ["nyiso"], "data": "lmp"}'
            )
        for alias, name in _ALIASES.items():
            if alias in words:
                words[name] = _either(name, words.get(name), alias, words.pop(alias))
        if "period" in words:
            bounds = words.get("start"), words.get("end")
            words["start"], words["end"] = of_period(words.pop("period"), *bounds)
        for name in words:
            if name not in _FIELDS:
                raise UnsupportedQuery(f"a query has no {name!r}", do=near_miss(name, _FIELDS))
        for name in ("markets", "data"):
            if name not in words:
                raise UnsupportedQuery(f"a query needs {name!r}")
        return cls(**words)

    def __repr__(self) -> str:
        return f"Query({', '.join(f'{name}={value!r}' for name, value in _said(self).items())})"

    def __str__(self) -> str:
        bounds = [_shown(each) for each in (self.start, self.end) if each is not None]
        return f"{', '.join(self.markets)}: {self.data}{', ' if bounds else ''}{' to '.join(bounds)}"


def _shown(bound: datetime | Spoken) -> str:
    return str(bound) if isinstance(bound, Spoken) else bound.isoformat()


_FIELDS = tuple(field.name for field in attrs.fields(Query))
_ALIASES = {"market": "markets", "location": "locations", "start_time": "start", "end_time": "end"}
_KEYWORDS = (*_FIELDS[2:], "period", "location", "start_time", "end_time", "timeout", "observe")


def _said(query: Query) -> dict[str, Any]:
    """The values of a query that are not the default."""
    values = ((field, getattr(query, field.name)) for field in attrs.fields(Query))
    return {field.name: value for field, value in values if value and value != field.default}


def _json(value: object) -> object:
    """A value that JSON has no form for."""
    if isinstance(value, AsOf | Spoken):
        return str(value)
    if isinstance(value, datetime):
        if value.fold and value.tzinfo is None:
            raise UnsupportedQuery(
                f"{value.isoformat()} is in the second pass of the repeated hour, which text cannot express",
                do="give the time with its UTC offset",
            )
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be part of a query")


def _either(name: str, value: Any, alias: str, other: Any) -> Any:
    """A value that may be given under either of two names."""
    if value is not None and other is not None:
        raise UnsupportedQuery(f"{name} is given twice: as {name} and as {alias}", do="give one")
    return other if value is None else value


def _misspelled(given: Mapping[str, object]) -> str:
    """Which keyword is unknown, and which is probably meant."""
    name, value = next(iter(given.items()))
    if any(name in dataset.column_names for dataset in DATASETS.values()):
        return f"no keyword {name!r}; to filter by a column, use filters={{{name!r}: {value!r}}}"
    known = near_miss(name, _KEYWORDS) or f" There are {', '.join(_KEYWORDS)}."
    return f"no keyword {name!r}.{known}"


__all__ = ["ALL", "Names", "NamesByMarket", "Query"]
