"""What may stand at the cursor, from what is known and what the line has said so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from energyopti.cli.completion.parsing import Said, option_named, parsed
from energyopti.cli.completion.times import times
from energyopti.cli.completion.words import Candidate, Known, Market, Offer, Parameter, Place

Places = Callable[[str], Iterable[Place]]
"""The places of a market that were listed."""

_FILES = {"file": "files", "folder": "folders"}
_LENGTHS = ("5min", "15min", "30min", "1h", "1d", "1w", "1mo", "1y", "on_peak")
_DURATIONS = ("90s", "20m", "2h", "1d")
_ZONES = ("ET", "CT", "MT", "PT", "UTC", "market")
_WATCHED = ("table", "csv", "ndjson")


class _Cursor(NamedTuple):
    """Where a word is to be completed, and with what."""

    known: Known
    said: Said
    current: str
    places: Places
    today: date

    @property
    def markets(self) -> dict[str, Market]:
        """The markets that the line names; all of them if it names none."""
        named = ",".join(self.said.values.get("markets", []) + self.said.values.get("market", []))
        words = [word.strip().casefold() for word in named.split(",")]
        found = {name: each for name, each in self.known["markets"].items() if name in words}
        return found or dict(self.known["markets"])


def offered(known: Known, words: Sequence[str], current: str, *, places: Places, today: date) -> Offer:
    """What is offered for the word that begins with ``current``, after those before it."""
    said = parsed(known["app"], words)
    cursor = _Cursor(known, said, current, places, today)
    if said.awaits is not None:
        return _of(said.awaits, cursor)
    if current.startswith("-") and not said.only_arguments:
        name, sign, begun = current.partition("=")
        option = option_named(said.command, name) if sign else None
        if option is not None and not option["flag"]:
            return _headed(f"{name}=", _of(option, cursor._replace(current=begun)))
        if offer := _fitting(_options(cursor), current):
            return Offer(offer)
    if said.command["commands"]:
        every = said.command["commands"].items()
        return Offer(_fitting((Candidate(name, each["help"]) for name, each in every), current))
    if said.argument is not None:
        return _of(said.argument, cursor)
    return Offer([])


def _of(parameter: Parameter, cursor: _Cursor) -> Offer:
    """What is offered for the value of an option or argument."""
    kind = parameter["kind"]
    if kind in _FILES:
        return Offer([], _FILES[kind])
    if kind == "markets":
        head, comma, last = cursor.current.rpartition(",")
        taken = {each.strip().casefold() for each in head.split(",")}
        every = [each for each in _markets(cursor) if each.word not in taken]
        every = every if comma else [*every, Candidate("all", "every installed market")]
        return _headed(head + comma, Offer(_fitting(every, last)))
    if kind in {"place", "market_place"}:
        return _places(cursor, by_market=kind == "market_place" or len(_typed(cursor)) > 1)
    if kind == "filter":
        return _filter(cursor)
    if parameter["choices"]:
        return Offer(_fitting(map(Candidate, parameter["choices"]), cursor.current))
    found = _WORDS.get(kind)
    return Offer([] if found is None else _fitting(found(cursor), cursor.current))


def _fitting(every: Iterable[Candidate], current: str) -> list[Candidate]:
    """Those that begin as the word does: in its case if any does, else in any case; else one with such a word in it."""
    found = list(dict.fromkeys(every))
    exact = [each for each in found if each.word.startswith(current)]
    if exact:
        return exact
    folded = current.casefold()
    alike = [each for each in found if each.word.casefold().startswith(folded)]
    if alike:
        return alike
    within = [each for each in found if folded in f"{each.word} {each.help}".casefold()]
    return within if len(within) == 1 else []  # of several, a shell would take away what was typed


def _headed(head: str, offer: Offer) -> Offer:
    """An offer for the end of a word, as whole words."""
    return offer._replace(candidates=[each._replace(word=f"{head}{each.word}") for each in offer.candidates])


def _options(cursor: _Cursor) -> Iterator[Candidate]:
    """The options that may still be given, by their long names unless one short letter was typed."""
    for option in cursor.said.command["options"]:
        if option["many"] or cursor.said.given.isdisjoint(option["names"]):
            for name in option["names"]:
                if name.startswith("--") or cursor.current == name:
                    yield Candidate(name, option["help"])


def _markets(cursor: _Cursor) -> Iterator[Candidate]:
    return (Candidate(name, each["title"]) for name, each in cursor.known["markets"].items())


def _markets_or_all(cursor: _Cursor) -> Iterator[Candidate]:
    yield from _markets(cursor)
    yield Candidate("all", "every installed market")


def _datasets(cursor: _Cursor) -> Iterator[Candidate]:
    """Datasets that one of the markets named fills."""
    filled = {feed["dataset"] for market in cursor.markets.values() for feed in market["feeds"].values()}
    for name, dataset in cursor.known["datasets"].items():
        if name in filled:
            yield Candidate(name, dataset["title"])


def _every_dataset(cursor: _Cursor) -> Iterator[Candidate]:
    return (Candidate(name, each["title"]) for name, each in cursor.known["datasets"].items())


def _feeds(cursor: _Cursor) -> Iterator[Candidate]:
    """Feeds of the markets named: of the dataset and run that were said, if any were."""
    data, run = cursor.said.value("data"), cursor.said.value("run")
    of_dataset = data in cursor.known["datasets"]
    for market in cursor.markets.values():
        for name, feed in market["feeds"].items():
            if (not of_dataset or feed["dataset"] == data) and (not run or feed["run"] == run):
                yield Candidate(name, feed["title"])


def _data(cursor: _Cursor) -> Iterator[Candidate]:
    """Datasets first; feeds are of one market."""
    yield from _datasets(cursor)
    if len(cursor.markets) == 1:
        yield from _feeds(cursor._replace(said=cursor.said._replace(values=_without_data(cursor))))


def _without_data(cursor: _Cursor) -> dict[str, list[str]]:
    return {kind: values for kind, values in cursor.said.values.items() if kind != "data"}


def _described(cursor: _Cursor) -> Iterator[Candidate]:
    yield from _markets(cursor)
    yield from _every_dataset(cursor)


def _feeds_of_described(cursor: _Cursor) -> Iterator[Candidate]:
    market = cursor.known["markets"].get(cursor.said.value("described").casefold())
    return (Candidate(name, each["title"]) for name, each in (market["feeds"] if market else {}).items())


def _lake_feeds(cursor: _Cursor) -> Iterator[Candidate]:
    for name, market in cursor.known["markets"].items():
        yield from (Candidate(f"{name}/{feed}", each["title"]) for feed, each in market["feeds"].items())


def _runs(cursor: _Cursor) -> Iterator[Candidate]:
    """The runs of the markets, and of the dataset or feed, that were named."""
    data = cursor.said.value("data")
    for market in cursor.markets.values():
        for name, feed in market["feeds"].items():
            if feed["run"] and (not data or data in {name, feed["dataset"]}):
                yield Candidate(feed["run"])


def _typed(cursor: _Cursor) -> list[str]:
    """The markets that the line names, if several."""
    named = cursor.said.values.get("markets")
    return list(cursor.markets) if named and ("," in named[-1] or named[-1].casefold() == "all") else []


def _places(cursor: _Cursor, *, by_market: bool) -> Offer:
    """Places of a market; where several are asked, a market and then its places, as ``nyiso=N.Y.C.``."""
    if not by_market:
        named = {"markets", "market"} & cursor.said.values.keys()
        found = [each for name in (cursor.markets if named else ()) for each in _places_of(name, cursor)]
        return Offer(_fitting(found, cursor.current))
    market, sign, begun = cursor.current.partition("=")
    if not sign:
        every = cursor.markets.items()
        return Offer(_fitting((Candidate(f"{name}=", each["title"]) for name, each in every), market))
    if market.casefold() not in cursor.known["markets"]:
        return Offer([])
    return _headed(f"{market}=", Offer(_fitting(_places_of(market.casefold(), cursor), begun)))


def _places_of(name: str, cursor: _Cursor) -> Iterator[Candidate]:
    """Places of one market: all that the feed has if it declares them, else the usual ones and those that were listed."""
    market = cursor.known["markets"][name]
    data, run, only = (cursor.said.value(kind) for kind in ("data", "run", "feed"))
    chosen = [
        feed
        for title, feed in market["feeds"].items()
        if (not data or data in {title, feed["dataset"]})
        and (not run or feed["run"] == run)
        and (not only or only == title)
    ]
    listed = list(cursor.places(name))
    kinds = {each.location: each.kind for each in listed}
    declared = dict.fromkeys(place for feed in chosen for place in feed["places"])
    yield from (Candidate(each, market["places"].get(each) or kinds.get(each, "")) for each in declared)
    if chosen and all(feed["places"] for feed in chosen):
        return
    usual = {place: said for place, said in market["places"].items() if place not in declared}
    yield from (Candidate(each, said) for each, said in usual.items())
    known = usual.keys() | declared.keys()
    begun = cursor.current.rpartition("=")[2]
    if market["by_name"] and not begun[:1].isdigit():
        yield from _names(listed)
    else:
        for each in listed:
            if each.location not in known:
                named = each.name if each.name != each.location else ""
                yield Candidate(each.location, ", ".join(part for part in (named, each.kind) if part))


def _names(listed: Sequence[Place]) -> Iterator[Candidate]:
    """Names of a list, each once, and what they mean; one that means several places is none."""
    found: dict[str, set[str]] = {}
    for each in listed:
        found.setdefault(each.name, set()).add(each.location)
    for each in listed:
        if each.name and len(found[each.name]) == 1:
            found[each.name] = set()
            yield Candidate(each.name, ", ".join(part for part in (each.location, each.kind) if part))


def _filter(cursor: _Cursor) -> Offer:
    """Columns of text of the dataset, then the words that the column can hold."""
    data = cursor.said.value("data")
    feeds = [each["feeds"][data] for each in cursor.markets.values() if data in each["feeds"]]
    dataset = cursor.known["datasets"].get(feeds[0]["dataset"] if feeds else data)
    columns = dataset["columns"] if dataset else {}
    column, sign, begun = cursor.current.partition("=")
    if not sign:
        return Offer(_fitting((Candidate(f"{each}=") for each in columns), column))
    return _headed(f"{column}=", Offer(_fitting(map(Candidate, columns.get(column, [])), begun)))


def _zones(cursor: _Cursor) -> Iterator[Candidate]:
    """Zones as desks say them; the hundreds of IANA's once one is begun."""
    return map(Candidate, [*_ZONES, *cursor.known["zones"]] if cursor.current else _ZONES)


def _times(cursor: _Cursor) -> Iterator[Candidate]:
    return times(cursor.current, cursor.today, bound=True)


def _periods(cursor: _Cursor) -> Iterator[Candidate]:
    return times(cursor.current, cursor.today, bound=False)


def _formats(cursor: _Cursor) -> Iterator[Candidate]:
    return map(Candidate, ("table", *cursor.known["formats"]))


_WORDS: dict[str, Callable[[_Cursor], Iterable[Candidate]]] = {
    "market": _markets,
    "market_or_all": _markets_or_all,
    "data": _data,
    "dataset": _every_dataset,
    "described": _described,
    "feed_of_described": _feeds_of_described,
    "feed": _feeds,
    "lake_feed": _lake_feeds,
    "run": _runs,
    "zone": _zones,
    "time": _times,
    "period": _periods,
    "format": _formats,
    "watched_format": lambda _: map(Candidate, _WATCHED),
    "length": lambda _: map(Candidate, _LENGTHS),
    "duration": lambda _: map(Candidate, _DURATIONS),
    "location_type": lambda cursor: map(Candidate, cursor.known["location_types"]),
}
"""The words of each kind of value."""

KINDS = frozenset(_WORDS) | frozenset(_FILES) | {"markets", "place", "market_place", "filter", "choice"}
"""All kinds of values that can be completed."""
