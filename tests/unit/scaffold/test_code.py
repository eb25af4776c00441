"""Declarations as code: the code makes the same declaration, and is formatted as ruff formats it."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyopti import datasets, layouts
from energyopti.scaffold.code import code, comment, imports, text
from energyopti.scaffold.drafting import draft
from energyopti.scaffold.sample import sample_of
from market_files import CENTRAL, FORMS

NAMES = {**vars(datasets), **vars(layouts), "timedelta": timedelta, "date": date, "ZONE": CENTRAL}


@pytest.mark.parametrize("name", FORMS)
def test_code_of_a_layout_makes_that_layout(name: str) -> None:
    """Every form of file, whose layouts use most of what there is to declare."""
    layout = draft(sample_of(name, FORMS[name]), market="spp", zone=CENTRAL, dataset=None, run=None).layout
    assert eval(code(layout, names={CENTRAL: "ZONE"}), dict(NAMES)) == layout


@given(st.text())
def test_text_is_quoted_whatever_it_holds(word: str) -> None:
    """A header comes from a file: it must not become code."""
    assert eval(text(word)) == word
    assert "\n" not in text(word)


@given(st.text())
def test_comment_stays_a_comment(word: str) -> None:
    """On every one of its lines."""
    assert all(line.startswith("# ") for line in comment(word).splitlines())


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (timedelta(minutes=5), "timedelta(minutes=5)"),
        (timedelta(days=2), "timedelta(days=2)"),
        (timedelta(seconds=90), "timedelta(seconds=90)"),
        (timedelta(), "timedelta(seconds=0)"),
        (-1.0, "-1"),
        (0.5, "0.5"),
        (True, "True"),
        (("a",), '("a",)'),
        ({"a": "b"}, '{"a": "b"}'),
        ((), "()"),
    ],
)
def test_plain_values(value: object, said: str) -> None:
    """On one line."""
    assert code(value) == said


def test_imports_are_wrapped_in_order() -> None:
    """Constants, classes, functions."""
    assert imports("a", ["b", "Cc", "DD"]) == "from a import DD, Cc, b"
    many = [f"Name{number:02}" for number in range(20)]
    assert imports("a", many).splitlines() == ["from a import (", *(f"    {each}," for each in many), ")"]


def test_code_is_formatted(tmp_path: Path) -> None:
    """Long and short, nested and flat."""
    values = [
        draft(sample_of(name, content), market="spp", zone=CENTRAL, dataset=None, run=None).layout
        for name, content in FORMS.items()
    ]
    values += [{f"A long word, number {number}": "with a long meaning" for number in range(9)}, ("x" * 120,)]  # type: ignore[list-item]
    file = tmp_path / "made.py"
    file.write_text("".join(f"V{number} = {code(each, used=5)}\n" for number, each in enumerate(values)))
    ruff = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--isolated",
        "--line-length",
        "110",
        "--check",
        str(file),
    ]
    done = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
