"""What a caller asks, as a value: from Python, the command line, HTTP or an agent, always the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Never

import attrs

from energyopti.datasets import DATASETS
from energyopti.errors import UnsupportedQuery, near_miss
from energyopti.query.ranges import Instant, bound

ALL = "all"
"""Every installed market that has what is asked for."""

VINTAGES = ("latest", "all")

Names = str | int | Sequence[str | int] | None
"""One name or several; a node may be given by its number."""

NamesByMarket = Names | Mapping[str, Names]
"""Names for every market, or by market."""


def _names(value: Names) -> tuple[str, ...]:
    """Some names as they are kept."""
    if value is None:
        return ()
    several = [value] if isinstance(value, str | int) else value
    if not isinstance(several, Sequence) or not all(_is_name(each) for each in several):
        raise UnsupportedQuery(f"{value!r} is no name", do="give one as text, or a list of them")
    return tuple(str(each) for each in several)


def _is_name(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _places(value: NamesByMarket) -> tuple[str, ...] | Mapping[str, tuple[str, ...]]:
    """Locations as they are kept: of every market, or by market."""
    if not isinstance(value, Mapping):
        return _names(value)
    if not value:
        return ()
    return {name.strip().casefold(): _names(each) for name, each in value.items()}


def _filters(value: Mapping[str, Names] | None) -> Mapping[str, tuple[str, ...]]:
    """Filters as they are kept; a column without a value is none."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise UnsupportedQuery(
            f"filters {value!r} are no filters", do="give values by column, as {'fuel': 'wind'}"
        )
    return {name: _names(each) for name, each in value.items() if each is not None}


def _start(value: Instant | None) -> datetime | None:
    return None if value is None else bound("start", value)


def _end(value: Instant | None) -> datetime | None:
    return None if value is None else bound("end", value)


def _check_text(_: Query, attribute: attrs.Attribute[str], value: object) -> None:
    if value is not None and not isinstance(value, str):
        raise UnsupportedQuery(f"{attribute.name} {value!r} is no name", do="give it as text")


def _check_switch(_: Query, attribute: attrs.Attribute[bool], value: object) -> None:
    if not isinstance(value, bool):
        raise UnsupportedQuery(f"{attribute.name} is on or off: give true or false, not {value!r}")


def _check_vintages(_: Query, __: attrs.Attribute[str], value: object) -> None:
    if value not in VINTAGES:
        raise UnsupportedQuery(f"vintages {value!r} means nothing", do=f"say {' or '.join(VINTAGES)}")


@attrs.frozen(kw_only=True, repr=False)
class Query:
    """A question to one market or several, in the caller's own words; nothing of it is looked up yet.

    ``markets`` are markets' ids, or ``all``. ``data`` is a dataset (``lmp``, ``load``) or one feed. ``start`` and ``end``
    (excluded) are aware, or naive and then on the clock of ``tz``, by default each market's own. ``locations`` are for
    every market, or by market. ``filters`` maps a text column to the values wanted. ``vintages`` is ``latest`` (of a
    forecast the last publication for each interval) or ``all``; ``revisions`` keeps rows that were superseded since.
    With ``partial`` a part that is missing is a finding, and no error.

    `to_json` and `from_json` write it as a JSON object and read it back. Raises `UnsupportedQuery` for a value that
    means nothing, and `InvalidTimeRange` for a bound that is no time.
    """

    markets: tuple[str, ...] = attrs.field(converter=_names)
    data: str = attrs.field(validator=_check_text)
    start: datetime | None = attrs.field(default=None, converter=_start)
    end: datetime | None = attrs.field(default=None, converter=_end)
    locations: tuple[str, ...] | Mapping[str, tuple[str, ...]] = attrs.field(
        default=(), converter=_places, hash=False
    )
    run: str | None = attrs.field(default=None, validator=_check_text)
    feed: str | None = attrs.field(default=None, validator=_check_text)
    filters: Mapping[str, tuple[str, ...]] = attrs.field(default=None, converter=_filters, hash=False)
    tz: str | None = attrs.field(default=None, validator=_check_text)
    vintages: str = attrs.field(default="latest", validator=_check_vintages)
    revisions: bool = attrs.field(default=False, validator=_check_switch)
    partial: bool = attrs.field(default=False, validator=_check_switch)

    def __attrs_post_init__(self) -> None:
        if not self.markets:
            raise UnsupportedQuery("no market is named", do="name some, or say all")

    @classmethod
    def of(
        cls,
        market: Query | str | Sequence[str],
        data_type: str | None = None,
        start_time: Instant | None = None,
        end_time: Instant | None = None,
        *,
        start: Instant | None = None,
        end: Instant | None = None,
        location: NamesByMarket = None,
        locations: NamesByMarket = None,
        run: str | None = None,
        feed: str | None = None,
        filters: Mapping[str, Names] | None = None,
        tz: str | None = None,
        vintages: str = "latest",
        revisions: bool = False,
        partial: bool = False,
        **misspelled: Never,
    ) -> Query:
        """The query that keywords mean, in any of their spellings; one that is a query already is taken as it is.

        Raises `UnsupportedQuery` for a keyword that there is not, with the one that is meant.
        """
        if misspelled:
            raise UnsupportedQuery(_misspelled(misspelled))
        if isinstance(market, Query):
            return market
        if data_type is None:
            raise UnsupportedQuery("say what is wanted: a dataset, such as lmp, or one of the market's feeds")
        return cls(
            markets=market,
            data=data_type,
            start=_either("start", start, "start_time", start_time),
            end=_either("end", end, "end_time", end_time),
            locations=_either("locations", locations, "location", location),
            run=run,
            feed=feed,
            filters=filters,
            tz=tz,
            vintages=vintages,
            revisions=revisions,
            partial=partial,
        )

    @property
    def all_markets(self) -> bool:
        """Whether every installed market is meant."""
        return [name.strip().casefold() for name in self.markets] == [ALL]

    def locations_of(self, market: str) -> tuple[str, ...]:
        """The locations that are meant for one market."""
        if isinstance(self.locations, Mapping):
            return self.locations.get(market.strip().casefold(), ())
        return self.locations

    def to_json(self) -> str:
        """The query as a JSON object, without what is as usual; times are ISO 8601."""
        return json.dumps(_said(self), default=_json)

    @classmethod
    def from_json(cls, text: str | bytes) -> Query:
        """The query that a JSON object means; ``market`` and ``location`` are understood too.

        Raises `UnsupportedQuery` for what is no such object, with the name that is meant where one is near.
        """
        try:
            words = json.loads(text)
        except ValueError as error:
            raise UnsupportedQuery(f"a query is a JSON object, and this is none ({error})") from None
        if not isinstance(words, dict):
            raise UnsupportedQuery('a query is a JSON object, such as {"markets": ["nyiso"], "data": "lmp"}')
        for alias, name in _ALIASES.items():
            if alias in words:
                words[name] = _either(name, words.get(name), alias, words.pop(alias))
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
        span = (
            "" if self.start is None else f", {self.start.isoformat()} to {self.end and self.end.isoformat()}"
        )
        return f"{', '.join(self.markets)}: {self.data}{span}"


_FIELDS = tuple(field.name for field in attrs.fields(Query))
_ALIASES = {"market": "markets", "location": "locations", "start_time": "start", "end_time": "end"}
_KEYWORDS = (*_FIELDS[2:], "location", "start_time", "end_time", "timeout", "observe")


def _said(query: Query) -> dict[str, Any]:
    """What a query says beside what is as usual."""
    values = ((field, getattr(query, field.name)) for field in attrs.fields(Query))
    return {field.name: value for field, value in values if value and value != field.default}


def _json(value: object) -> object:
    """A value that JSON has no form of."""
    if isinstance(value, datetime):
        if value.fold and value.tzinfo is None:
            raise UnsupportedQuery(
                f"{value.isoformat()} is meant in its second pass, which no text says",
                do="give it with its offset",
            )
        return value.isoformat()
    raise TypeError(f"{value!r} is no part of a query")


def _either(name: str, value: Any, alias: str, other: Any) -> Any:
    """A value that may be given by either of two names."""
    if value is not None and other is not None:
        raise UnsupportedQuery(f"{name} is given twice: as {name} and as {alias}", do="say one")
    return other if value is None else value


def _misspelled(given: Mapping[str, object]) -> str:
    """Which keyword there is not, and which is meant."""
    name, value = next(iter(given.items()))
    if any(name in dataset.column_names for dataset in DATASETS.values()):
        return f"there is no keyword {name!r}; a column is filtered by filters={{{name!r}: {value!r}}}"
    known = near_miss(name, _KEYWORDS) or f" There are {', '.join(_KEYWORDS)}."
    return f"there is no keyword {name!r}.{known}"


__all__ = ["ALL", "Names", "NamesByMarket", "Query"]
