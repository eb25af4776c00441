"""The files of a plugin's distribution: the templates of this package, with a market and its first feed put in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from importlib.metadata import version
from importlib.resources import files
from string import Template
from typing import Any

import attrs

from energyopti.errors import UnsupportedQuery
from energyopti.hookspecs import API_VERSION
from energyopti.layouts import CsvLayout
from energyopti.publication import Due
from energyopti.scaffold.code import code, comment, imports, text, used_names
from energyopti.scaffold.drafting import Draft
from energyopti.scaffold.sample import Sample, sample_of
from energyopti.timezones import iso_utc
from energyopti.vocabulary import LocationType, Run

_ID = re.compile(r"[a-z][a-z0-9_]{0,29}")
_TAKEN = {"all": "it means every market"}
_TEMPLATES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "LICENSE": "LICENSE",
    ".gitignore": "gitignore",
    ".github/workflows/ci.yml": "ci.yml",
    "tests/test_contract.py": "test_contract.py",
    "src/{package}/__init__.py": "init.py",
    "src/{package}/market.py": "market.py",
    "src/{package}/timing.py": "timing.py",
    "src/{package}/protocol/__init__.py": "protocol_init.py",
    "src/{package}/protocol/stamps.py": "stamps.py",
    "src/{package}/protocol/files.py": "files.py",
    "src/{package}/feeds/__init__.py": "feeds_init.py",
    "src/{package}/feeds/{family}.py": "feed.py",
    "src/{package}/examples/__init__.py": "examples_init.py",
    "src/{package}/sandbox/__init__.py": "sandbox_init.py",
    "src/{package}/sandbox/generated.py": "generated.py",
}
"""The files of a distribution, and the template of each."""

_FIRST_DAY = date(2020, 1, 1)
_FIGURES = {
    "lmp": (
        ("at_places", "hour", "noise"),
        """\
    parts = grid.with_columns(
        energy=(24 + 9 * ((hour(ZONE) - 9) / 24 * 6.28319).sin() + 2 * noise(1)).round(2),
        congestion=(place * noise(2)).round(2),
        loss=(place * 0.25).round(2),
        ghg=pl.lit(0.0),
    )
    return parts.with_columns(lmp=(pl.col("energy") + pl.col("congestion") + pl.col("loss")).round(2))""",
    ),
    "load": (
        ("at_places", "demand"),
        """\
    return grid.with_columns(load=(demand(ZONE, 1_000) * (1 + place / 4)).round(1))""",
    ),
    "fuel_mix": (
        ("at_places", "demand"),
        """\
    return grid.with_columns(generation=(demand(ZONE, 600) / (1 + place)).round(1))""",
    ),
}
"""What the sandbox makes up for each dataset: the names it needs, and the code."""


_FAMILIES = {
    "lmp": ("prices", "PRICES", "Prices"),
    "load": ("load", "LOADS", "Load"),
    "fuel_mix": ("generation", "GENERATION", "Generation by fuel"),
}
"""The module of each dataset's feeds, the name of their list, and what they are."""

_DUE_AHEAD = "not confirmed: assumed to be by 14:00 of the day before"
_DUE = "not confirmed: assumed to be so long after the end of each interval"


@attrs.frozen(kw_only=True)
class Plugin:
    """A plugin to be: its market, and a feed. ``source`` is the file that the feed was drafted from, if any."""

    market: str
    title: str
    zone: str
    feed: Draft
    source: str | None
    today: date

    @property
    def distribution(self) -> str:
        """The name of its distribution, and of its folder."""
        return f"energyopti-{self.market.replace('_', '-')}"

    @property
    def package(self) -> str:
        """The name of its package."""
        return f"energyopti_{self.market}"

    @property
    def files(self) -> dict[str, bytes]:
        """The content of each file, by its path in the distribution's folder."""
        words = self._words
        found = {
            path.format(**words): Template(_template(f"{name}.in")).substitute(words).encode()
            for path, name in _TEMPLATES.items()
        }
        folder = f"src/{self.package}"
        found[f"{folder}/py.typed"] = b""
        found[f"{folder}/examples/{self.feed.name}.csv"] = self.feed.payload
        found[f"{folder}/examples/{self.feed.name}.rows.json"] = _stated(self.feed)
        return found

    @property
    def _words(self) -> dict[str, str]:
        """What the templates say of this plugin."""
        feed = self.feed
        family, feeds, about = _FAMILIES[feed.dataset.name]
        ahead = feed.run is Run.DAY_AHEAD
        since = min([_FIRST_DAY, *(row["interval_start"].date() for row in feed.stated)])
        return {
            "distribution": self.distribution,
            "package": self.package,
            "market": self.market,
            "constant": self.market.upper(),
            "klass": "".join(part.capitalize() for part in self.market.split("_")),
            "title": self.title,
            "zone": self.zone,
            "site": self.market.replace("_", "-"),
            "versions": _versions(version("energyopti")),
            "api": API_VERSION,
            "feed": feed.name,
            "family": family,
            "feeds": feeds,
            "about": about,
            "from_file": f" from {self.source}" if self.source else "",
            **self._of_market,
            **self._of_timing(ahead=ahead),
            **self._of_feed(since),
            **self._of_sandbox,
        }

    @property
    def _of_market(self) -> dict[str, str]:
        """What its market's module says of the feed."""
        more, names = "", ["from energyopti import Host, Market"]
        if self.feed.hub is not None:
            more += f"    reference_hub={text(self.feed.hub)},\n"
        if self.feed.wholes:
            wholes = dict.fromkeys(self.feed.wholes, LocationType.SYSTEM)
            more += f"    wholes={code(wholes, used=len('wholes='), depth=1)},\n"
            names.append("from energyopti.vocabulary import LocationType")
        return {"more": more, "market_imports": "\n".join(names)}

    def _of_timing(self, *, ahead: bool) -> dict[str, str]:
        """When the feed is published, as far as anybody may guess."""
        if ahead:
            lines = [
                "published_ahead=timedelta(days=2)",
                "refresh_every=timedelta(minutes=30)",
                f"due=Due(at=time(14), days=-1, source={text(_DUE_AHEAD)})",
            ]
        else:
            step = self.feed.layout.time.step  # type: ignore[union-attr]
            lines = [
                f"refresh_every={code(step)}",
                f"due={code(Due(after=2 * step, source=_DUE), used=len('due='), depth=1)}",
            ]
        return {
            "timing": "DAY_AHEAD" if ahead else "ACTUAL",
            "times": "time, timedelta" if ahead else "timedelta",
            "publication": "".join(f"    {line},\n" for line in lines),
        }

    def _of_feed(self, since: date) -> dict[str, str]:
        """The declaration of the feed, with what is unconfirmed about it."""
        feed, layout = self.feed, self.feed.layout
        run = f"    run=Run.{feed.run.name},\n" if feed.run is not None else ""
        derived = '    derived=("energy",),\n' if any(each.to == "energy" for each in layout.derived) else ""
        facts = [code(self.today), *(text(each) for each in feed.checks)]
        declared = _declared(layout, {self.zone: "ZONE"})
        modules = {
            "datetime": {"date", *(["timedelta"] if "timedelta(" in declared else [])},
            "energyopti": {"Feed", "History", "Unconfirmed", *(["Run"] if run else [])},
            "energyopti.datasets": {feed.dataset.name.upper()},
            "energyopti.layouts": used_names(layout),
        }
        standard, *ours = (imports(module, each) for module, each in modules.items())
        return {
            "imports": "\n".join([standard, "", *(["import attrs"] if layout.others else []), *ours]),
            "checks": "\n".join(comment(each) for each in feed.checks),
            "listed": "\n".join(f"- {each}" for each in feed.checks),
            "layouts": declared,
            "expect": "CSV" if layout.letters is None else "ANY",
            "feed_name": _CONSTANTS.get(feed.name, feed.name.upper()),
            "dataset": feed.dataset.name.upper(),
            "run": run,
            "derived": derived,
            "feed_title": _TITLES[feed.name],
            "since": code(since),
            "unconfirmed": "Unconfirmed.noted(\n" + "".join(f"        {each},\n" for each in facts) + "    )",
        }

    @property
    def _of_sandbox(self) -> dict[str, str]:
        """What the sandbox makes up."""
        names, figures = _FIGURES[self.feed.dataset.name]
        return {
            "series": code(
                {name: tuple(words) for name, words in self.feed.series.items()}, used=len("SERIES = ")
            ),
            "series_import": imports("energyopti.sandbox.series", names),
            "figures": figures,
        }


def _declared(layout: CsvLayout, names: Mapping[str, str]) -> str:
    """The layout's declaration; below lines of another kind, that of its table first."""
    if not layout.others:
        return f"LAYOUT = {code(layout, names=names, used=len('LAYOUT = '))}"
    table = code(layout.others[0], names=names, used=len("TABLE = "))
    whole = f"LAYOUT = attrs.evolve(TABLE, begins={text(str(layout.begins))}, others=(TABLE,))"
    return f'TABLE = {table}\n"""The table alone, as the sandbox writes it."""\n\n{whole}'


_CONSTANTS = {"load": "ACTUAL_LOAD", "fuel_mix": "FUEL_MIXES"}
"""Feeds whose own name in capitals is that of their dataset."""

_TITLES = {
    "da_lmp": "Day-ahead prices",
    "ha_lmp": "Hour-ahead prices",
    "rt_5min_lmp": "Real-time prices, five-minute",
    "rt_15min_lmp": "Real-time prices, 15-minute",
    "rt_hourly_lmp": "Real-time prices, hourly",
    "load": "Load",
    "fuel_mix": "Generation by fuel",
}


def check_market(name: str) -> None:
    """Raise `UnsupportedQuery` for a name that a market cannot have."""
    if not _ID.fullmatch(name):
        raise UnsupportedQuery(
            f"{name!r} cannot be the name of a market",
            do="use up to 30 lower-case letters, digits and underscores, a letter first, such as spp",
        )
    if name in _TAKEN:
        raise UnsupportedQuery(f"{name!r} cannot be the name of a market: {_TAKEN[name]}")


def check_title(title: str) -> None:
    """Raise `UnsupportedQuery` for a title that would not be one in code."""
    if not title.strip() or not title.isprintable() or set(title) & set('"\\$'):
        raise UnsupportedQuery(
            f"{title!r} cannot be a title", do="use one line without quotation marks and backslashes"
        )


def placeholder() -> Sample:
    """The file of a plugin that was made without one: day-ahead prices in a plain form."""
    return sample_of("plain.csv", _template("plain.csv").encode())


def _template(name: str) -> str:
    """A file of the templates' folder."""
    return files("energyopti.scaffold").joinpath("templates", name).read_text(encoding="utf-8")


def _versions(installed: str) -> str:
    """The versions of energyopti that a plugin made with this one works with."""
    major, minor, *_ = (*installed.split("."), "0")
    first = int(major)
    below = f"{first + 1}" if first else f"0.{int(minor) + 1}"
    return f">={installed},<{below}"


def _stated(feed: Draft) -> bytes:
    """The rows of the example as JSON, a row a line."""
    rows = [
        json.dumps({name: _plain(each) for name, each in row.items()}, ensure_ascii=False)
        for row in feed.stated
    ]
    return ("[\n" + ",\n".join(f"  {row}" for row in rows) + "\n]\n").encode()


def _plain(value: Any) -> Any:
    """A cell as JSON has it."""
    return iso_utc(value) if isinstance(value, datetime) else value
