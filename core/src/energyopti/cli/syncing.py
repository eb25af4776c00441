"""``sync``: bring the feeds of a list up to date in the lake, one run at a time."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from energyopti.cli.filling import (
    fill,
    on_this_machine,
    with_archive,
    with_archive_too,
    with_jobs,
    with_lake,
    with_max_time,
)
from energyopti.cli.installation import Installation, installation
from energyopti.cli.logs import with_logs
from energyopti.cli.options import with_lake_at, with_sandbox
from energyopti.errors import EnergyOptiError
from energyopti.local_files import read_bounded

if TYPE_CHECKING:
    from energyopti.query import Query
    from energyopti.settings import Settings


@click.command("sync")
@click.argument(
    "file",
    required=False,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The list of feeds; default: sync.toml in ENERGYOPTI_HOME.",
)
@with_lake_at
@with_archive_too
@with_jobs
@with_max_time
@with_logs
@with_sandbox
@click.pass_context
def sync(
    context: click.Context,
    file: Path | None,
    *,
    lake: str | None,
    archive: bool,
    jobs: int,
    max_time: str | None,
    sandbox: bool,
) -> None:
    """Bring the feeds of a list up to date in the lake.

    For cron and systemd: one at a time, an exit code, and a line of JSON on standard output. What has settled is asked for again at long
    intervals, which costs next to nothing unless it has changed.
    """
    here = installation(context)
    settings = with_lake(here.settings(sandbox=sandbox), lake)
    if archive:
        settings = with_archive(settings)
    queries = listed(file or settings.home / "sync.toml", here)
    with _alone(settings):
        filler = on_this_machine(here, settings)
        fill(filler, queries, jobs=jobs, max_time=max_time, only_plan=False, as_json=True)


def listed(file: Path, here: Installation) -> list[Query]:
    """The queries of a list of feeds, up to what is published ahead of now. Raises `InvalidSettings` for another file."""
    import tomllib

    from energyopti.errors import InvalidSettings
    from energyopti.query import Query
    from energyopti.tuning.lake import LAKE_AHEAD
    from energyopti.tuning.reading import TEXT_FILE_BYTES

    example = '[[feed]] with market = "nyiso", data = "lmp", run = "day_ahead", start = "2024-01-01"'
    try:
        content = tomllib.loads(read_bounded(file, cap=TEXT_FILE_BYTES).decode())
    except FileNotFoundError:
        raise InvalidSettings(f"there is no list of feeds {file}", do=f"write one: {example}") from None
    except (OSError, ValueError) as error:
        raise InvalidSettings(f"the list of feeds {file} cannot be read: {error}") from None
    entries = content.pop("feed", [])
    if content or not isinstance(entries, list) or not entries:
        raise InvalidSettings(
            f"the list of feeds {file} must have only tables [[feed]]", do=f"write {example}"
        )
    end = here.now() + LAKE_AHEAD
    queries = []
    for number, entry in enumerate(entries, start=1):
        try:
            query = Query.from_json(json.dumps({"partial": True, **entry}, default=str))
            if query.start is not None and query.end is None:
                aware = not isinstance(query.start, datetime) or query.start.tzinfo is not None
                query = attrs.evolve(query, end=end if aware else f"{end:%Y-%m-%d}")
            queries.append(query)
        except EnergyOptiError as error:
            raise InvalidSettings(f"feed {number} of {file}: {error.line}") from None
    return queries


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the lock of a lake's sync; raises `LakeError` if another one is running.

    Of a lake in an object store the lock is for this machine: there two syncs at once only ask for more than they need.
    """
    from urllib.parse import quote

    from filelock import FileLock, Timeout

    from energyopti.errors import LakeError

    address = settings.lake_address
    if address.folder is not None:
        lock = address.folder / ".locks" / "sync.lock"
    else:
        lock = settings.home / ".locks" / f"sync-{quote(str(address), safe='')}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise LakeError(f"another sync of {address} is running", do="let it end") from None
