"""How a command speaks on standard error: each request or not, as text or as JSON, findings folded or in full."""

from __future__ import annotations

import contextlib
import enum
import itertools
import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import attrs
import click

from energyopti.redaction import redacted

_KEY = "energyopti.logs"
_JSON = "--log-format=json"
F = TypeVar("F", bound=Callable[..., Any])


class LogFormat(enum.StrEnum):
    """How lines on standard error are written."""

    TEXT = "text"
    JSON = "json"


@attrs.define
class Logs:
    """What was asked for: ``verbose`` says each request and wait, ``findings`` all of them."""

    verbose: bool = False
    form: LogFormat = LogFormat.TEXT
    findings: bool = False

    @property
    def json(self) -> bool:
        """Whether each line is an object."""
        return self.form is LogFormat.JSON

    @property
    def quiet(self) -> bool:
        """Whether standard error is for people who see a bar: nothing else was asked for."""
        return not self.verbose and not self.json


def logs(context: click.Context | None = None) -> Logs:
    """How the command under way speaks; the same for all commands of a line."""
    context = context or click.get_current_context(silent=True)
    if context is None:
        return Logs()
    found: Logs = context.meta.setdefault(_KEY, Logs())
    return found


def expect_form(context: click.Context, words: Sequence[str]) -> None:
    """Take JSON from a whole line's words before any command reads them: it may fail at another word."""
    pairs = itertools.pairwise([*words, ""])
    if any(f"{word}={after}".casefold().startswith(_JSON) for word, after in pairs):
        logs(context).form = LogFormat.JSON


def record(event: str, **fields: object) -> str:
    """One line of JSON without secrets: when, what, and the fields that are given."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    shown = {name: redacted(value) if isinstance(value, str) else value for name, value in fields.items()}
    return json.dumps({"time": now, "event": event, **shown}, ensure_ascii=True)


def _verbose(context: click.Context, _: click.Parameter, given: bool) -> None:
    logs(context).verbose |= given


def _form(context: click.Context, _: click.Parameter, given: LogFormat | None) -> None:
    if given is not None:
        logs(context).form = given


def _findings(context: click.Context, _: click.Parameter, given: bool) -> None:
    logs(context).findings |= given


def with_logs(command: F) -> F:
    """The options of commands that ask hosts."""
    verbose = click.option(
        "--verbose",
        "-v",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_verbose,
        help="Say each request and each wait on standard error.",
    )
    form = click.option(
        "--log-format",
        type=click.Choice(LogFormat, case_sensitive=False),
        is_eager=True,
        expose_value=False,
        callback=_form,
        help="Lines on standard error as text, or as one JSON object each.",
    )
    return verbose(form(command))


with_findings = click.option(
    "--findings",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_findings,
    help="Show every finding, also those that only say how a source works.",
)


class _Records(logging.Handler):
    """Writes the warnings of libraries as the command speaks; as Python does, unless somebody else writes them."""

    def __init__(self, speaks: Logs) -> None:
        super().__init__(logging.WARNING)
        self._speaks = speaks

    def emit(self, record_: logging.LogRecord) -> None:
        if _handled(record_.name):
            return
        message = redacted(record_.getMessage())
        if self._speaks.json:
            level = record_.levelname.lower()
            line = record("log", level=level, logger=record_.name, message=message)
        elif any(each is not self for each in logging.getLogger().handlers):
            return
        else:
            line = message
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")


def _handled(name: str) -> bool:
    """Whether somebody takes care of a logger's records, if only to drop them, before the root does."""
    logger: logging.Logger | None = logging.getLogger(name)
    while logger is not None and logger.parent is not None:
        if logger.handlers:
            return True
        logger = logger.parent if logger.propagate else None
    return False


@contextlib.contextmanager
def speaking(context: click.Context) -> Iterator[None]:
    """Warnings, of libraries and of Python, are written as the command speaks."""
    speaks, shown = logs(context), warnings.showwarning
    handler = _Records(speaks)

    def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if speaks.json:
            sys.stderr.write(
                f"{record('log', level='warning', logger=category.__name__, message=str(message))}\n"
            )
        else:
            shown(message, category, *where, **more)

    logging.getLogger().addHandler(handler)
    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = shown
        logging.getLogger().removeHandler(handler)
