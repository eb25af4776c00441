"""The public names: sorted, true, documented, and light to import."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys

import pytest

import energyopti
from energyopti import hookspecs

BLOCKING = {"get": "get_market_data", "compare": "get_cross_market_analysis"}
"""The functions that wait, and the methods of the service that they are derived from."""


def test_names_are_in_order_and_said_once() -> None:
    """Constants, then classes, then functions, each alphabetical."""
    names = energyopti.__all__

    def kind(name: str) -> int:
        return 0 if name.isupper() else 1 if name[0].isupper() else 2

    assert names == sorted(set(names), key=lambda name: (kind(name), name))


@pytest.mark.parametrize("name", energyopti.__all__)
def test_name_leads_to_its_home(name: str) -> None:
    """Every public name is there, and is what its module calls so."""
    found = getattr(energyopti, name)
    home = getattr(found, "__module__", None)
    if isinstance(home, str) and home.startswith("energyopti") and hasattr(found, "__name__"):
        assert found.__name__ in {name, BLOCKING.get(name)}
        assert importlib.import_module(home)


@pytest.mark.parametrize("name", [each for each in energyopti.__all__ if each[0].isupper()])
def test_public_class_is_documented(name: str) -> None:
    """What a user meets says what it is."""
    found = getattr(energyopti, name)
    if inspect.isclass(found):
        assert found.__doc__


def test_every_error_is_public() -> None:
    """Whatever is raised on purpose can be caught by a public name."""
    errors = importlib.import_module("energyopti.errors")
    classes = {
        name for name, each in vars(errors).items() if inspect.isclass(each) and issubclass(each, Exception)
    }
    assert classes <= set(energyopti.__all__)


def test_completion_shows_the_public_names() -> None:
    """``dir(energyopti)`` is what is meant to be used."""
    assert sorted(energyopti.__all__) == dir(energyopti)


def test_unknown_name_is_an_attribute_error() -> None:
    """As in any module."""
    with pytest.raises(AttributeError, match="'energyopti' has no attribute 'prices'"):
        _ = energyopti.prices


def test_importing_is_light() -> None:
    """Neither polars nor the HTTP client is loaded before something needs it."""
    code = "import sys, energyopti; print(sorted({'polars', 'httpx', 'rich', 'click'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_hooks_are_these_with_these_arguments() -> None:
    """The plugin contract, word for word: changing it breaks other people's plugins."""
    hooks = {
        name: list(inspect.signature(each).parameters)
        for name, each in vars(hookspecs).items()
        if name.startswith("energyopti_")
    }
    assert hooks == {
        "energyopti_markets": [],
        "energyopti_feeds": ["market"],
        "energyopti_hosts": ["market"],
        "energyopti_datasets": [],
        "energyopti_checks": ["dataset"],
        "energyopti_sandbox": ["market"],
        "energyopti_observe": ["event"],
    }
    assert all(inspect.getdoc(getattr(hookspecs, name)) for name in hooks)
