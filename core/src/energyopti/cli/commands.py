"""Commands that a watch runs for the rows that arrive."""

from __future__ import annotations

import shlex
import shutil
import sys
from typing import TYPE_CHECKING

import anyio
import attrs

from energyopti.cli.output import say
from energyopti.errors import UnsupportedQuery
from energyopti.output import NDJSON
from energyopti.tuning.sinks import COMMAND_PATIENCE

if TYPE_CHECKING:
    from energyopti.answer.result import MarketData
    from energyopti.query import Query
    from energyopti.registry import Registry


@attrs.frozen
class Command:
    """A program and its arguments; it is not run by a shell. ``when`` is a condition in SQL, None for all rows."""

    words: tuple[str, ...]
    when: str | None = None
    patience: float = COMMAND_PATIENCE

    @classmethod
    def of(cls, said: str, when: str | None) -> Command:
        """The command that one text says, as a shell would split it; raises `UnsupportedQuery` for a program that is not there."""
        try:
            words = tuple(shlex.split(said))
        except ValueError as error:
            raise UnsupportedQuery(f"--exec cannot be read: {error}", do="close the quotes") from None
        if not words or shutil.which(words[0]) is None:
            raise UnsupportedQuery(
                f"--exec names no program: {words[0] if words else 'it is empty'}",
                do="give a program that is installed, with its arguments; for a shell: sh -c '...'",
            )
        return cls(words, when)

    def check(self, registry: Registry, query: Query) -> None:
        """Raise `UnsupportedQuery` for a condition that the rows of a query cannot meet, and the errors of resolving it."""
        if self.when is not None:
            from energyopti.query.resolving import asked_markets
            from energyopti.query.shape import condition

            for name in asked_markets(registry, query):
                for feed in registry.feeds(registry.market(name), query.data, run=query.run)[:1]:
                    condition(self.when, feed.dataset)

    async def run(self, update: MarketData) -> None:
        """Run it once for an update's rows, which it gets as NDJSON on standard input; what it prints goes to standard error.

        That it fails is said, and ends nothing.
        """
        rows = update.frame
        if self.when is not None:
            from energyopti.query.shape import condition

            rows = rows.filter(condition(self.when, update.dataset))
        if rows.height and (why := await self._failure(b"".join(NDJSON.encode(rows)))):
            say(f"--exec {self.words[0]}: {why}")

    async def _failure(self, rows: bytes) -> str:
        """Why a run failed; empty if it did not."""
        try:
            process = await anyio.open_process(
                self.words, stdin=-1, stdout=_standard_error(), stderr=_standard_error()
            )
        except OSError as error:
            return f"it cannot be started: {error.strerror}"
        async with process:
            with anyio.move_on_after(self.patience):
                await _fed(process, rows)
                status = await process.wait()
                return f"it ended with exit code {status}" if status else ""
            process.kill()
            await process.wait()
        return f"it was ended: it had not finished after {self.patience:g} s"


async def _fed(process: anyio.abc.Process, rows: bytes) -> None:
    """Give a process its input; one that does not read it is not to blame."""
    assert process.stdin is not None  # noqa: S101 - it was opened with one
    try:
        await process.stdin.send(rows)
    except (anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
        return
    finally:
        await process.stdin.aclose()


def _standard_error() -> int:
    """The descriptor of standard error; a program that replaced the stream may have none."""
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):
        return 2
