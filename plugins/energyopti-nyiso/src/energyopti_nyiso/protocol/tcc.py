"""New York's public pages of TCC auctions: a list of the rounds of all auctions, and two reports per round."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import attrs

from energyopti import Chunk, Finding, FindingKind, NoData, SchemaDrift
from energyopti.layouts import Layout, Reading
from energyopti.source import Collect, Expect, Request
from energyopti_nyiso.protocol.stamps import ZONE
from energyopti_nyiso.protocol.tcc_reports import HEADER, ReportLayout

if TYPE_CHECKING:
    from energyopti.source import Source

HOST = "tcc"
ROUNDS_PATH = "view_nodal_prices.do"
AWARDS_PATH = "view_awards_summary_xls_view.do"
NODAL_PRICES_PATH = "view_nodal_prices_xls_view.do"

_OPTION = re.compile(r"""<option\b[^>]*?\bvalue\s*=\s*["']?0*([1-9]\d*)["']?[^>]*>([^<]+)""", re.IGNORECASE)
_LABEL = re.compile(r"(?P<name>.+?)(?: \(Ver (?P<version>\d+)[^()]*\))?")
_SEASON = re.compile(r"(\d{4}) (?:Winter|Spring|Summer|Autumn) ")
_FIXED_PRICE = re.compile(r"fixed[ -]price", re.IGNORECASE)
_REFUSAL = 100


@attrs.frozen(kw_only=True)
class Round:
    """A round in the list; if its label does not begin with a season, it has no ``year``."""

    number: int
    name: str
    year: int | None = None
    version: int = 0

    @property
    def is_auction(self) -> bool:
        """Whether it clears: fixed-price allocations do not, and have no reports."""
        return self.year is None or _FIXED_PRICE.search(self.name) is None


def listed_rounds(page: bytes) -> tuple[Round, ...]:
    """The latest version of each round in the list; raises `SchemaDrift` for a page that lists none."""
    options = _OPTION.findall(page.decode("utf-8", "replace"))
    found = [_round(int(number), " ".join(html.unescape(label).split())) for number, label in options]
    if not found:
        raise SchemaDrift(f"the page {ROUNDS_PATH} lists no round of any auction", column="option")
    latest = {each.name: each.version for each in sorted(found, key=lambda each: each.version)}
    return tuple(each for each in found if each.version == latest[each.name])


def _round(number: int, label: str) -> Round:
    """A round, from its label, such as ``2026 Autumn Centralized TCC Auction - Round 6 (Ver 1 - Approved)``."""
    read = _LABEL.fullmatch(label)
    name, version = (read["name"], int(read["version"] or 0)) if read else (label, 0)
    season = _SEASON.match(name)
    return Round(number=number, name=name, year=int(season[1]) if season else None, version=version)


def rounds_of(page: bytes, year: int) -> tuple[Round, ...]:
    """The rounds that can sell periods starting in a year: those of its seasons and of the year before.

    A round whose label has no year is included in every year.
    """
    return tuple(
        each for each in listed_rounds(page) if each.is_auction and each.year in {None, year - 1, year}
    )


def reports(path: str) -> Collect:
    """Read a year from the reports on all rounds that can sell periods starting in it.

    The core cuts rows of other years, and counts them.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        from energyopti.concurrency import gather

        page = await source.get(ROUNDS_PATH, expect=Expect.PAGE, shared=True)
        rounds = await source.run(rounds_of, page.content, chunk.day.year)
        contents = await gather([functools.partial(_report, path, each, source) for each in rounds])
        asked = list(zip(rounds, contents, strict=True))
        found = [(each, content) for each, content in asked if content is not None]
        if not found:
            raise NoData(f"{chunk}: none of the {len(rounds)} rounds that can sell it has a published result")
        reading = await source.run(read_rounds, chunk.feed.layout, found)
        absent = [each for each, content in asked if content is None]
        return attrs.evolve(reading, findings=(*reading.findings, *_about(rounds, absent)))

    return collect


async def _report(path: str, each: Round, source: Source) -> bytes | None:
    """A round's report; None if the server sends a page or a short refusal in its place."""
    form = {"display": "Y", "roundVersionId": str(each.number), "format": "csv"}
    request = Request(path=path, method="POST", form=form, shared=True, html_means_missing=True)
    try:
        (payload,) = await source.get_all([request])
    except NoData:
        return None
    content = payload.content
    refused = len(content) < _REFUSAL or b"improper" in content.lower()
    return None if refused and not HEADER.search(content) else content


def read_rounds(layout: Layout, reports: Sequence[tuple[Round, bytes]]) -> Reading:
    """The rows of several rounds' reports; raises `SchemaDrift` with the name of the round."""
    report, readings = cast("ReportLayout", layout), []
    for each, content in reports:
        try:
            reading = report.read_round(content, each.name)
        except SchemaDrift as error:
            raise SchemaDrift(f"{each.name}: {error}", column=error.column) from error
        named = [attrs.evolve(found, message=f"{each.name}: {found.message}") for found in reading.findings]
        readings.append(attrs.evolve(reading, findings=(*named, *_astray(each, reading))))
    return Reading.concat(readings)


def _astray(each: Round, reading: Reading) -> Iterator[Finding]:
    """A finding about rows that start in a year for which their round is not read."""
    if each.year is None:
        return
    starts = reading.frame["interval_start"].dt.convert_time_zone(ZONE).dt.year()
    off = starts.filter(~starts.is_between(each.year, each.year + 1))
    if len(off):
        message = f"{each.name}: {len(off)} rows start in {off[0]}, where no query finds them"
        yield Finding(kind=FindingKind.OUTSIDE_CHUNK, message=message, rows=len(off))


def _about(rounds: Sequence[Round], absent: Sequence[Round]) -> Iterator[Finding]:
    """Findings about rounds without a result, without a season, or with the same name."""
    names = [each.name for each in rounds]
    unnamed = [each for each in rounds if each.year is None]
    same = [each for each in rounds if names.count(each.name) > 1]
    yield from _listed(FindingKind.MISSING_PART, absent, "have no published result and are left out")
    yield from _listed(FindingKind.UNKNOWN_WORD, unnamed, "name no season and are read for every year")
    yield from _listed(FindingKind.DUPLICATE_KEY, same, "share a name, and all of them are read")


def _listed(kind: FindingKind, rounds: Sequence[Round], what: str) -> Iterator[Finding]:
    if rounds:
        listed = "; ".join(f"{each.name} ({each.number})" for each in rounds)
        yield Finding(kind=kind, message=f"{len(rounds)} auction rounds {what}: {listed}")
