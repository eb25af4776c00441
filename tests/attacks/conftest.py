"""A line for each attack: whether it held, if only attacks were asked for (`make attack`)."""

from __future__ import annotations

from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_OUTCOMES = {"passed": "held", "failed": "fell", "error": "fell"}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Each attack by its name, and how many held and fell."""
    asked = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    if not all(each == _HERE or _HERE in each.parents for each in asked):
        return
    counted = dict.fromkeys(("held", "fell"), 0)
    terminalreporter.section("attacks")
    for outcome, word in _OUTCOMES.items():
        for report in terminalreporter.stats.get(outcome, []):
            counted[word] += 1
            name = report.nodeid.partition("attacks/")[2].removeprefix("test_").replace(".py::test_", ": ")
            terminalreporter.write_line(f"{word}  {name.replace('_', ' ')}")
    terminalreporter.write_line(f"{counted['held']} held, {counted['fell']} fell")
