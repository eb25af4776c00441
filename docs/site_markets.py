"""The pages of the site about markets: every feed, from its declaration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from energyopti.feed import ChunkSize, FeedSource
from energyopti.layouts import Layout
from energyopti.market import Feed, Host, Market
from energyopti.schema import Column
from energyopti.settings import variable
from markdown_parts import indented, link, page, slug, table

FOLDER = "markets"
_LINES, _WIDTH = 5, 160
_MANY = 12
"""So many locations of a closed list are named."""


def market_pages(markets: Mapping[str, Market]) -> dict[str, str]:
    """A page for each market and one that lists them, by the names of their files."""
    pages = {f"{FOLDER}/index.md": overview(markets)}
    return pages | {f"{FOLDER}/{name}.md": market_page(each) for name, each in markets.items()}


def overview(markets: Mapping[str, Market]) -> str:
    """Which markets there are, and which feed fills which dataset."""
    every = [(market, feed) for market in markets.values() for feed in market.feeds]
    datasets = list(dict.fromkeys(feed.dataset.name for _, feed in every))
    return page(
        "# Markets and feeds",
        f"{len(markets)} markets with {len(every)} feeds. Each page is written from what the plugin declares, so it says what"
        "\nthe installed version does. `energyopti feeds` and `energyopti describe MARKET FEED` show the same on the command line.",
        table(
            ("market", "clock", "feeds", "reference hub", "key needed"),
            (
                (
                    link(f"{market.id}.md", text=f"**{label(market)}**"),
                    market.zone,
                    str(len(market.feeds)),
                    f"`{market.reference_hub}`" if market.reference_hub else "",
                    _key_needed(market),
                )
                for market in markets.values()
            ),
        ),
        "## Which market has what",
        "The number of feeds of each market that fill a dataset.",
        table(
            ("dataset", *(label(market) for market in markets.values())),
            (
                (
                    link("../datasets.md", name, text=f"`{name}`"),
                    *(_count(market, name) for market in markets.values()),
                )
                for name in sorted(datasets)
            ),
        ),
    )


def _count(market: Market, dataset: str) -> str:
    count = sum(feed.dataset.name == dataset for feed in market.feeds)
    return link(f"{market.id}.md", f"dataset {dataset}", text=str(count)) if count else ""


def _key_needed(market: Market) -> str:
    needing = [host for host in market.hosts if host.secrets]
    if not needing:
        return "no"
    return "yes" if len(needing) == len(market.hosts) else f"for {', '.join(host.name for host in needing)}"


def market_page(market: Market) -> str:
    """A market: its clock, hosts, limits and keys, then every feed, grouped by dataset."""
    groups: dict[str, list[Feed]] = {}
    for feed in market.feeds:
        groups.setdefault(feed.dataset.name, []).append(feed)
    return page(
        f"# {label(market)}: {market.title}",
        f"`{market.id}`, {len(market.feeds)} feeds. Its clock is {market.zone}; naive times and plain dates are read on it.",
        _facts(_of_market(market)),
        "## Hosts and limits",
        "The limits are those that the host publishes; all processes of a machine share them.",
        table(("host", "address", "limit", "at once", "needs"), (_host(each) for each in market.hosts)),
        table(
            ("setting", "what it is", "where to get it"),
            (
                (f"`{variable(market.id, each.name)}`", each.title, f"<{each.obtain}>")
                for each in market.credentials
            ),
        ),
        *_unavailable(market),
        "## All feeds",
        table(
            ("feed", "what", "run", "interval", "since"),
            (
                (
                    f"[`{feed.name}`](#{slug(feed.name)})",
                    feed.title,
                    str(feed.run or ""),
                    _interval(feed),
                    str(feed.history.since),
                )
                for feeds in groups.values()
                for feed in feeds
            ),
        ),
        *(part for feeds in groups.values() for part in _group(market, feeds)),
    )


def label(market: Market) -> str:
    """A market as traders write it."""
    return market.id.upper()


def _of_market(market: Market) -> Iterator[tuple[str, str]]:
    yield "website", f"<{market.website}>"
    if market.reference_hub:
        yield "reference hub", f"`{market.reference_hub}`"
    if market.blocks:
        yield "blocks", ", ".join(f"`{each.name}`" for each in market.blocks)
    if market.peaks:
        yield "coincident peaks", ", ".join(f"{each.name} (of `{each.feed}`)" for each in market.peaks)
    if market.aliases:
        yield (
            "common names",
            ", ".join(f"{name} is `{place}`" for name, place in list(market.aliases.items())[:_MANY]),
        )
    if market.terms:
        note = f"{market.terms.note} " if market.terms.note else ""
        yield "terms", f"{note}<{market.terms.url}>"


def _host(host: Host) -> tuple[str, ...]:
    limit = f"{host.rate.requests} in {length(host.rate.per)}" if host.rate else "none published"
    needs = ", ".join(dict.fromkeys(f"`{name}`" for name in host.secrets))
    return (f"`{host.name}`", f"<{host.url}>", limit, str(host.concurrency), needs or "nothing")


def _unavailable(market: Market) -> Iterator[str]:
    if market.unavailable:
        yield "## What it does not have"
        yield table(("dataset", "why"), ((f"`{name}`", why) for name, why in market.unavailable.items()))


def _group(market: Market, feeds: list[Feed]) -> Iterator[str]:
    """The feeds that fill one dataset."""
    dataset = feeds[0].dataset
    yield f"## Dataset {dataset.name}"
    yield f"{dataset.title}: every column is on the page of {link('../datasets.md', dataset.name, text='datasets')}."
    for feed in feeds:
        yield feed_section(market, feed)


def feed_section(market: Market, feed: Feed) -> str:
    """One feed: how to ask for it, its facts, its columns, what is not confirmed, and how it is published."""
    return page(
        f"### {feed.name}",
        f"**{feed.title}.**",
        f"```sh\n{_command(market, feed)}\n```",
        _facts(_of_feed(market, feed)),
        *_unconfirmed(feed),
        _folded("note", "Columns", columns_table(feed)),
        _folded("example", "As published", _published(feed)),
    ).rstrip()


def _command(market: Market, feed: Feed) -> str:
    days = "" if feed.history.snapshot_only else " --start 2024-07-01 --end 2024-07-02"
    name = feed.name if feed.name.replace("_", "").replace("-", "").isalnum() else f"'{feed.name}'"
    return f"energyopti get {market.id} {name}{days}"


def _of_feed(market: Market, feed: Feed) -> Iterator[tuple[str, str]]:
    publication, locations = feed.publication, feed.locations
    yield "dataset", link("../datasets.md", feed.dataset.name, text=f"`{feed.dataset.name}`")
    if feed.run:
        yield "run", f"`{feed.run}`"
    yield "interval", f"{_interval(feed)}{', with others between' if feed.irregular else ''}"
    yield "history", f"from {feed.history.since}" + (f"; only {feed.history}" if str(feed.history) else "")
    yield "published", _due(feed)
    if publication.forecast_days:
        yield "reaches", f"{publication.forecast_days} days ahead"
    yield "asked again", f"after {length(publication.refresh_every)} at the earliest while a day is not final"
    settled = publication.settles_source or "a guess: nobody documents it"
    yield "settles", f"{length(publication.settles_after)} after a day's end ({settled})"
    yield "fetched by", f"{feed.chunk}{_narrowed(feed)}"
    yield "from", "; ".join(_source(market, each) for each in feed.sources)
    if locations.closed is not None:
        more = f" and {len(locations.closed) - _MANY} more" if len(locations.closed) > _MANY else ""
        yield "locations", ", ".join(f"`{each}`" for each in locations.closed[:_MANY]) + more
    if locations.all_locations_keywords:
        yield "all locations", " or ".join(f"`{each}`" for each in locations.all_locations_keywords)
    yield "documented at", f"<{feed.documented_at}>"


def _due(feed: Feed) -> str:
    due = feed.publication.due
    if due is None:
        return "when an interval is over, at the latest an interval later (the source says no time)"
    return f"at the latest {due} ({due.source})"


def _narrowed(feed: Feed) -> str:
    if feed.locations.per_location is None:
        return ""
    size = feed.locations.per_location
    return (
        f"; chosen locations by {size}"
        if isinstance(size, ChunkSize)
        else "; chosen locations in longer parts"
    )


def _source(market: Market, source: FeedSource) -> str:
    host = market.host(source.host)
    limit = f", {host.rate.requests} requests in {length(host.rate.per)}" if host.rate else ""
    days = "" if str(source.available) == "all days" else f", {source.available}"
    return f"{source.name} of host `{source.host}`{limit}{days}{_turn(source)}"


def _turn(source: FeedSource) -> str:
    """When a source is asked before the others."""
    if source.preferred.end == date.min:
        return ", asked last"
    return "" if str(source.preferred) == "all days" else f", asked first {source.preferred}"


def _unconfirmed(feed: Feed) -> Iterator[str]:
    if feed.unconfirmed:
        facts = "\n".join(
            f"- {each.fact}{f': {each.evidence}' if each.evidence else ''} ({each.since})"
            for each in feed.unconfirmed
        )
        yield f'!!! warning "Not confirmed"\n\n{indented(facts)}'


def columns_table(feed: Feed) -> str:
    """The columns of the answer, with what fills each; those that the feed never fills are named below."""
    origins = {column.name: origin(feed, column) for column in feed.dataset.columns}
    rows = (
        (f"`{column.name}`", column.unit or "", origins[column.name], column.description)
        for column in feed.dataset.columns
        if origins[column.name]
    )
    never = [f"`{name}`" for name, each in origins.items() if not each]
    return page(
        table(("column", "unit", "from", "meaning"), rows),
        f"No column of the document fills {', '.join(never)}." if never else "",
    )


_INTERVAL = {"interval_start": "the clock of the document", "interval_end": "the clock of the document"}
_CORE = {
    "market": "energyopti",
    "feed": "energyopti",
    "run": "energyopti",
    "version": "energyopti, with revisions",
    "publish_time": "the document, if it says",
    "location_type": "energyopti, where the market says it",
}


def origin(feed: Feed, column: Column) -> str:
    """What fills a column of a feed's rows; empty if nothing does."""
    forms = feed.layout.forms
    if column.name in feed.derived:
        return "derived"
    for form in forms:
        if column.name in form.constants:
            return f"always `{form.constants[column.name]}`"
        if found := _published_as(form, column.name):
            return found
    stated = {name for row in feed.example.rows for name, value in row.items() if value is not None}
    if column.name in stated:
        return "the document"
    if column.name in _INTERVAL:
        return _INTERVAL[column.name]
    if column.name == "run" and feed.run is None:
        return ""
    return _CORE.get(column.name, "" if column.nullable else "worked out when it is collected")


def _published_as(form: Layout, name: str) -> str:
    """The published column of a field, or how it is worked out."""
    for each in form.columns:
        if each.to == name:
            scale = getattr(each, "scale", 1.0)
            return f"`{each.name}`" + ("" if scale == 1.0 else f" times {scale:g}")
    for joined in form.joined:
        if joined.to == name:
            return " and ".join(f"`{each}`" for each in joined.of)
    if form.wide is not None and name in form.wide.fields:
        return "one column for each" if name in form.wide.to else "the cells of its columns"
    if form.long is not None and name in form.long.fields:
        return f"the rows of `{form.long.by.name}`"
    if any(each.to == name for each in form.derived):
        return "derived"
    return ""


def _published(feed: Feed) -> str:
    payload = feed.example.payload
    if payload.startswith(b"PK") or b"\0" in payload:
        return "A workbook or an archive: `energyopti read` reads it."
    lines = payload.decode("utf-8", "replace").splitlines()[:_LINES]
    short = [line if len(line) <= _WIDTH else f"{line[:_WIDTH]} ..." for line in lines]
    return "\n".join(["~~~~text", *short, "~~~~"])


def _folded(kind: str, title: str, body: str) -> str:
    return f'??? {kind} "{title}"\n\n{indented(body.rstrip())}'


def _facts(facts: Iterator[tuple[str, str]]) -> str:
    return table(("", ""), facts)


def _interval(feed: Feed) -> str:
    """The usual length of its rows; what is by date, or has no time, is of calendar months and years."""
    calendar = {ChunkSize.MONTH.length: "1 month", ChunkSize.YEAR.length: "1 year"}
    return calendar.get(feed.step) or length(feed.step)


def length(span: timedelta) -> str:
    """A length of time in the largest unit that it is a whole number of: ``5 minutes``."""
    seconds = span.total_seconds()
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds % size == 0 and seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "0 seconds" if not seconds else f"{seconds:g} seconds"
