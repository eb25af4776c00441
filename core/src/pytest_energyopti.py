"""The pytest plugin: ``pytest --energyopti-market spp`` holds an installed market to the contract, without a test file.

    pytest --energyopti-market spp                                       every feed
    pytest --energyopti-market spp --feed da_lmp                         one feed
    pytest --energyopti-market spp --feed da_lmp --payload real.csv      and a real payload of it
    pytest --energyopti-market pjm --brought-by energyopti-vendor        the feeds that one distribution adds
    pytest --energyopti-market spp --zone America/Chicago                its clock, where all of its stamps are in UTC

A line a feed says how many laws it holds, how many examples were tried, and how long that took. pytest reads this file at
every start, so it imports nothing of energyopti before it is asked for.
"""

from __future__ import annotations

from pathlib import Path

import pytest

MARKET = "--energyopti-market"


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """The market always; the other options, whose names are short, only beside it."""
    group = parser.getgroup("energyopti", "the contract of energyopti's plugins")
    group.addoption(MARKET, metavar="ID", help="hold an installed market to the contract")
    config = pluginmanager.get_plugin("pytestconfig")
    words = config.invocation_params.args if isinstance(config, pytest.Config) else ()
    names: tuple[str, ...] = ("--feed", "--payload", "--brought-by", "--zone")
    if not any(str(word).partition("=")[0] == MARKET for word in words):
        names = tuple(f"--energyopti-{name.removeprefix('--')}" for name in names)
    feed, payload, brought_by, zone = names
    group.addoption(
        feed, dest="energyopti_feeds", metavar="NAME", action="append", help="only this feed (several times)"
    )
    group.addoption(
        payload,
        dest="energyopti_payloads",
        metavar="FILE",
        action="append",
        help="a real payload of the feed, held to the laws too (several times)",
    )
    group.addoption(
        brought_by, dest="energyopti_brought_by", metavar="DISTRIBUTION", help="only feeds that it brings"
    )
    group.addoption(
        zone,
        dest="energyopti_zone",
        metavar="NAME",
        help="the market's time zone, as somebody read it up: stamps in UTC do not tell it",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Look up what was asked for, and run the kit instead of test files."""
    market = config.getoption("energyopti_market", None)
    if market is None:
        return
    from energyopti.errors import EnergyOptiError
    from energyopti.testing import asking
    from energyopti.testing.summary import Summary

    worker = hasattr(config, "workerinput")
    if not worker and config.args_source is pytest.Config.ArgsSource.ARGS:
        raise pytest.UsageError(f"{MARKET} runs the contract itself: leave out {' '.join(config.args)}")
    try:
        asked = asking.Asked.of(
            market,
            feeds=config.getoption("energyopti_feeds") or (),
            payloads=[Path(each).resolve() for each in config.getoption("energyopti_payloads") or ()],
            brought_by=config.getoption("energyopti_brought_by"),
            zone=config.getoption("energyopti_zone"),
        )
    except EnergyOptiError as error:
        raise pytest.UsageError(error.line) from error
    asking.hold(asked)
    config.pluginmanager.register(Summary(asked), "energyopti-summary")
    config.args = [str(Path(asking.__file__).with_name("asked.py"))]
