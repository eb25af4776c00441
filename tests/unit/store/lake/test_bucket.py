"""A lake in an object store as far as no store is needed: addresses, logins, and what is said without one."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from cli_runs import run
from energyopti.errors import LakeError
from energyopti.store.lake import Lake
from energyopti.store.lake.places import without_secrets
from energyopti.store.opening import open_lake
from lake_writers import FEED, TABLE
from object_store import LOGIN

AT = "s3://prices/lake"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, and a login."""
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name, value in {**LOGIN, "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "home"


def test_login_in_an_address_is_not_repeated(home: Path) -> None:
    """The command says which option, and nothing of what was in it."""
    result = run("lake", "status", "--lake", "s3://key:never-to-be-seen@bucket/lake")
    assert result.exit_code != 0
    assert "--lake contains a login" in result.stderr
    assert "never-to-be-seen" not in result.output + result.stderr


def test_store_that_cannot_be_reached_is_one_line_without_a_login(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the address; the login is in no error, whatever the library says."""
    monkeypatch.setattr("energyopti.store.lake.bucket.LAKE_REMOTE_RETRIES", 0)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"{NOBODY}/{LOGIN['AWS_SECRET_ACCESS_KEY']}")
    lake = Lake(AT)
    for use in (lake.exists, lambda: list(lake.tables()), lambda: lake.covered("testiso", FEED.name)):
        with pytest.raises(LakeError, match="cannot be used") as error:
            use()
        assert "\n" not in error.value.line
        assert AT in error.value.line
        assert LOGIN["AWS_SECRET_ACCESS_KEY"] not in error.value.line
        assert error.value.__suppress_context__


@pytest.mark.parametrize("address", ["gs://bucket/lake", "az://container/lake"])
def test_other_stores_are_asked_with_their_own_logins(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Every library knows the address and the names in the environment: what fails here is the network alone."""
    monkeypatch.setattr("energyopti.store.lake.bucket.LAKE_REMOTE_RETRIES", 0)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "ourprices")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "bmV2ZXItdG8tYmUtc2Vlbg==")
    monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", NOBODY)
    monkeypatch.setenv("AZURE_ALLOW_HTTP", "true")
    login = {"client_email": "", "private_key": "", "private_key_id": "", "disable_oauth": True}
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", json.dumps({**login, "gcs_base_url": NOBODY}))
    lake = Lake(address)
    with pytest.raises(LakeError, match=re.escape(NOBODY)):
        lake.exists()
    with pytest.raises(LakeError, match=re.escape(NOBODY)):
        lake.covered("testiso", FEED.name)
    with pytest.raises(OSError, match=re.escape(NOBODY)):
        lake.place.scan(["rows.parquet"]).collect()


def test_secrets_of_the_environment_are_in_no_text() -> None:
    """Whatever a store's login is called; names of accounts and short words stay."""
    environment = {
        "AWS_SECRET_ACCESS_KEY": "first-secret",
        "AZURE_STORAGE_SAS_TOKEN": "first-secret-and-more",
        "GOOGLE_SERVICE_ACCOUNT_KEY": "third-secret",
        "AZURE_STORAGE_ACCOUNT_NAME": "ourprices",
        "AWS_SESSION_TOKEN": "of",
    }
    said = "first-secret of first-secret-and-more, third-secret of ourprices"
    assert without_secrets(said, environment) == "*** of ***, *** of ourprices"


def test_place_that_another_thread_writes_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads of one lake take turns; one that waits too long says so."""
    monkeypatch.setattr("energyopti.store.lake.lake.LAKE_LOCK_SECONDS", 0.05)
    lake = Lake(AT)
    with lake.writing(TABLE), pytest.raises(LakeError, match="has been writing"), lake.writing(TABLE):
        pass
    with lake.writing(TABLE):
        pass


def test_lake_in_an_object_store_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install."""
    monkeypatch.delitem(sys.modules, "energyopti.store.lake.bucket", raising=False)
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(LakeError, match="not installed") as error:
        open_lake(AT)
    assert "pip install 'energyopti[lake]'" in error.value.line
