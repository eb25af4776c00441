"""The examples of the site's own pages, run as a reader would run them: the first page, the reference, the cookbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pages

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

EXAMPLES = pages.with_outputs("docs/reference.md")


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The sandbox and an empty home, with one service for all examples, as in one session of a reader."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch, pages.offline(patch, home):
        yield home


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_example_of_the_reference_prints_what_is_below_it(number: int) -> None:
    """Each stands by itself."""
    code, expected = EXAMPLES[number]
    assert expected
    assert pages.printed(code, f"docs/reference.md, example {number + 1}") == expected


@pytest.mark.usefixtures("offline")
def test_first_page_shows_the_table_that_a_reader_gets() -> None:
    """One example, and its table."""
    ((code, expected),) = pages.with_outputs("docs/home.md")
    assert pages.printed(code, "docs/home.md") == expected


def test_recipes_of_the_cookbook_print_what_they_say() -> None:
    """They go on from one another; each but the first prints its rows."""
    namespace: dict[str, Any] = {"__name__": "cookbook"}
    (first, *recipes) = pages.with_outputs("docs/cookbook.md")
    assert pages.printed(first[0], "docs/cookbook.md", namespace) == ""
    assert len(recipes) >= 15
    for code, expected in recipes:
        assert expected
        assert pages.printed(code, "docs/cookbook.md", namespace) == expected
