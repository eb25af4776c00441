"""What all tests share: generated cases are the same in every run, and fewer of each in the default one."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from hypothesis import is_hypothesis_test, settings

_LEAST, _PART = 10, 3
_THOROUGH = "thorough"
_LONG = {"recordings", "load", "simulation", "contract", "attacks"}
_OWN = "_hypothesis_internal_use_settings"

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Generated cases, whole days and years, and every feed are many of what examples cover: no coverage is measured of them.

    It would cost half their time again. A third of the cases that a test asks for are tried, unless the run is to be
    thorough (`make test-all`).
    """
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
    """A third of the cases, but not less than so many."""
    return settings(own, max_examples=min(own.max_examples, max(least, own.max_examples // _PART)))
