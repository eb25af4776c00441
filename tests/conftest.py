"""What all tests share: generated cases are the same in every run, and fewer of each in the default one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import is_hypothesis_test, settings
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

_LEAST, _PART = 10, 4
_THOROUGH = "thorough"
_LONG = {"recordings", "load", "simulation", "attacks"}
_OWN = "_hypothesis_internal_use_settings"
_FIRST = {"integration", "contract", "attacks", "load"}
"""Where modules of few tests may take long: they begin first, so that no worker is left alone with one."""

settings.register_profile("reproducible", derandomize=True, deadline=None, database=None)
settings.register_profile(_THOROUGH, settings.get_profile("reproducible"))
settings.load_profile("reproducible")


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests() -> Iterator[None]:
    """What one test's settings keep secret is no secret to the next: hundreds of them would slow every message."""
    yield
    forget = sys.modules.get("energyopti.redaction")
    if forget is not None:
        forget.forget_secrets()


class _ByFeed(LoadScopeScheduling):  # type: ignore[misc]
    """A module or a class on one worker; of the contract a feed, whose laws share what was collected of it."""

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        feed = nodeid.partition("[")[2]
        return f"{scope}[{feed}" if scope.startswith("tests/contract/test_installed_plugins") else scope


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Callable[..., None]
) -> LoadScopeScheduling | None:
    """With ``--dist loadscope``, scopes in the order of collection: long ones come first there."""
    if config.getoption("dist") != "loadscope":
        return None
    config.option.loadscopereorder = False
    return _ByFeed(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Generated cases, whole days and years, and every feed are many of what examples cover: no coverage is measured of them.

    It would cost half their time again, and so it would in commands that tests run. A quarter of the cases that a test
    asks for is tried, unless the run is to be thorough (`make test-all`).
    """
    items.sort(key=lambda item: not _FIRST & {*item.path.parts})
    functions = [item for item in items if isinstance(item, pytest.Function)]
    for item in functions:
        if is_hypothesis_test(item.obj) or item.path.parent.name in _LONG:
            item.add_marker(pytest.mark.no_cover)
    if config.getoption("--hypothesis-profile") == _THOROUGH:
        return
    for test in {getattr(item.obj, "__func__", item.obj) for item in functions}:
        own = getattr(test, _OWN, None)
        if own is not None:
            setattr(test, _OWN, _fewer(own, _LEAST))
    from energyopti.testing.trying import TRYING  # here, as coverage begins after this file is read

    TRYING.share = 1 / _PART  # the planted faults are found all the same


def _fewer(own: settings, least: int) -> settings:
    """A quarter of the cases, but not less than so many."""
    return settings(own, max_examples=min(own.max_examples, max(least, own.max_examples // _PART)))
