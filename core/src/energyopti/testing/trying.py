"""How often a law is tried, and how many examples have been."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import attrs
from hypothesis import HealthCheck, Phase, settings

Law = TypeVar("Law", bound=Callable[..., Any])

_LEAST = 2


@attrs.define
class Trying:
    """The number of examples tried so far, and the share of a law's usual examples that are."""

    examples: int = 0
    share: float = 1.0


TRYING = Trying()
"""That of this process."""


@attrs.frozen
class Often:
    """Decorates a law that is given examples: so many are tried, the same in every run."""

    examples: int

    def __call__(self, law: Law) -> Law:
        """The law, tried so often."""
        handle: Any = law.hypothesis  # type: ignore[attr-defined]  # every law is decorated with `given`
        handle.inner_test = _counted(handle.inner_test)
        most = max(min(self.examples, _LEAST), round(self.examples * TRYING.share))
        return settings(
            max_examples=most,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.explicit, Phase.generate),  # shrinking does not make a frame clearer
            suppress_health_check=list(HealthCheck),
        )(law)


def _counted(test: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(test)
    def counted(*given: Any, **named: Any) -> Any:
        TRYING.examples += 1
        return test(*given, **named)

    return counted


QUICK = Often(20)
"""How often a law is tried if each example takes a moment."""

BRIEF = Often(3)
"""The same for laws that hardly depend on the drawn example."""

A_KIND = Often(4)
"""The same for laws that are tried with each kind of day."""
