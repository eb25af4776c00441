"""Destinations by address: what each text means, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from energyopti import Settings
from energyopti.errors import OutputError
from energyopti.output import CSV
from energyopti.sinks.files import FileSink
from energyopti.sinks.opening import address_of
from energyopti.sinks.parts import PartsSink
from energyopti.sinks.sqlite import SqliteSink
from energyopti.sinks.webhook import WebhookSink


@pytest.mark.parametrize(
    ("said", "kind", "shown"),
    [
        ("prices.csv", FileSink, "prices.csv"),
        ("prices.NDJSON", FileSink, "prices.NDJSON"),
        ("parts", PartsSink, "parts"),
        ("sqlite:///prices.db", SqliteSink, "prices.db"),
        ("sqlite:////data/the%20prices.db", SqliteSink, "/data/the prices.db"),
        ("https://hooks.example.com/T0/secret?x=1", WebhookSink, "webhook at hooks.example.com"),
        ("http://127.0.0.1:8080/x", WebhookSink, "webhook at 127.0.0.1:8080"),
    ],
)
def test_address_says_the_kind(said: str, kind: type, shown: str, tmp_path: Path) -> None:
    """What is shown of it has neither path nor query of a webhook."""
    address = address_of(said)
    assert str(address) == shown
    assert type(address.opened(Settings(home=tmp_path))) is kind
    assert address_of(address) is address


def test_database_of_postgresql_is_shown_by_its_host() -> None:
    """Not by its user."""
    assert (
        str(address_of("postgresql://trader@db.example.com:5433/prices"))
        == "PostgreSQL at db.example.com:5433"
    )
    assert str(address_of("postgres:///prices")) == "PostgreSQL at this machine"


def test_file_of_any_name_has_the_format_that_is_given() -> None:
    """Its suffix does not count then."""
    assert address_of(Path("prices.txt"), CSV).form is CSV


@pytest.mark.parametrize(
    ("said", "what", "do"),
    [
        ("", "is empty", "--to FOLDER"),
        ("prices.parquet", "cannot be added to parquet files", "--to FOLDER"),
        ("prices.xlsx", "cannot be added to xlsx files", "--to FOLDER"),
        ("mysql://host/x", "unknown kind", "sqlite:///FILE"),
        ("https://[::1/x", "not an address", "https://HOST/PATH"),
        ("https:///x", "not an address of a host", "https://HOST/PATH"),
        ("https://me@host/x", "not an address of a host", "https://HOST/PATH"),
        ("https://me:pass-word-1@host/x", "holds a password", "ENERGYOPTI_WEBHOOK_TOKEN"),
        ("postgresql://me:pass-word-1@host/x", "holds a password", "PGPASSWORD"),
        ("postgresql://host/x?password=pass-word-1", "holds a password", "PGPASSWORD"),
        ("sqlite://prices.db", "names no file", "sqlite:///prices.db"),
        ("sqlite:///", "names no file", "sqlite:///prices.db"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(said: str, what: str, do: str) -> None:
    """With what to do, and without the password."""
    with pytest.raises(OutputError, match=what) as caught:
        address_of(said)
    assert do in caught.value.line
    assert "pass-word-1" not in caught.value.line


def test_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In one line."""
    monkeypatch.setitem(__import__("sys").modules, "adbc_driver_postgresql", None)
    with pytest.raises(OutputError, match="not installed") as caught:
        address_of("postgresql://host/x").opened(Settings(home=tmp_path))
    assert "pip install 'energyopti[postgres]'" in caught.value.line
