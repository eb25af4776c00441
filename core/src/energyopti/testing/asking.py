"""What ``pytest --energyopti-market`` was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs

from energyopti import timezones
from energyopti.errors import UnsupportedQuery, suggest
from energyopti.registry import Registry
from energyopti.testing.choosing import ClockChanges, installed

_MANY = 12
"""A market with more feeds than this has several of a kind."""


@attrs.frozen(kw_only=True)
class Asked:
    """A market, those of its feeds that are tested (all without names), and real payloads of the only one.

    ``zone`` is the market's time zone, if whoever asks says it.
    """

    market: str
    feeds: tuple[str, ...] = ()
    payloads: tuple[Path, ...] = ()
    brought_by: str | None = None
    zone: str | None = None
    clock_changes: ClockChanges = "every feed"

    @classmethod
    def of(
        cls,
        market: str,
        *,
        feeds: Sequence[str] = (),
        payloads: Sequence[Path] = (),
        brought_by: str | None = None,
        zone: str | None = None,
        registry: Registry | None = None,
    ) -> Asked:
        """What was asked for, if it is there; raises an `EnergyOptiError` that says what is not."""
        registry = registry or installed()
        there = registry.market(market)
        known = [there.feed(name).name for name in feeds]
        if payloads and len(known) != 1:
            raise UnsupportedQuery("a payload is of one feed", do="name it: --feed NAME")
        lacking = [str(each) for each in payloads if not each.is_file()]
        if lacking:
            raise UnsupportedQuery(f"there is no file {lacking[0]}", do="give the path of a payload")
        names = {registry.brought_by(there.id, feed.name) for feed in there.feeds}
        if brought_by is not None and brought_by not in names:
            raise UnsupportedQuery(
                f"{brought_by} brings no feed of {there.id}", do=suggest(brought_by, sorted(names))
            )
        if zone is not None:
            timezones.zone(zone)
        many = len(known or there.feeds) > _MANY
        return cls(
            market=there.id,
            feeds=tuple(known),
            payloads=tuple(payloads),
            brought_by=brought_by,
            zone=zone,
            clock_changes="one of a kind" if many else "every feed",
        )


_held: list[Asked] = []


def hold(asked: Asked) -> None:
    """Keep what was asked for until the tests are collected."""
    _held.append(asked)


def held() -> Asked:
    """What was asked for last."""
    return _held[-1]
