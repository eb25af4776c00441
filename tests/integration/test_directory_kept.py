"""How long a market's list of locations is kept, and what stands in for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from collecting_builders import NOW
from energyopti.errors import EnergyOptiError, NoData, SourceUnavailable, UnknownLocation
from energyopti.findings import FindingKind
from narrowed_market import NODES, Host, load_of, moved, serve


@pytest.mark.parametrize(
    ("passed", "requests"), [(timedelta(hours=24), 1), (timedelta(hours=24, seconds=1), 2)]
)
def test_list_is_kept_for_a_day(tmp_path: Path, passed: timedelta, requests: int) -> None:
    """By a service that lives so long."""
    host = Host()
    serve(host, tmp_path, load_of("West Hub"), moved(host, passed), load_of("West Hub"))
    assert host.count("/nodes.csv") == requests


@pytest.mark.parametrize(("passed", "requests"), [(timedelta(hours=23), 1), (timedelta(hours=25), 2)])
def test_list_is_kept_on_disk_for_a_day(tmp_path: Path, passed: timedelta, requests: int) -> None:
    """For the services that come after."""
    host = Host()
    serve(host, tmp_path, load_of("West Hub"))
    assert [file.name for file in (tmp_path / "directories").iterdir()] == ["testiso.arrow"]
    serve(host, tmp_path, moved(host, passed), load_of("West Hub"))
    assert host.count("/nodes.csv") == requests


def test_newer_list_knows_what_is_new(tmp_path: Path) -> None:
    """After a day; until then a new node is unknown."""
    host = Host()
    serve(host, tmp_path, load_of("West Hub"))
    host.nodes = NODES + "900,New Plant,node,\n"
    with pytest.raises(UnknownLocation):
        serve(host, tmp_path, load_of("New Plant"))
    serve(host, tmp_path, moved(host, timedelta(hours=25)), load_of("New Plant"))
    assert host.asked[-2:] == ["/nodes.csv", "/load/2024-07-01/900"]


@pytest.mark.parametrize("nodes", [500, 404, 403, "Something,Else\n1,2\n"], ids=str)
def test_old_list_serves_where_there_is_no_newer(tmp_path: Path, nodes: str | int) -> None:
    """Whatever is wrong with the list: days old as it is, it still knows the hub, and a finding says how old."""
    host = Host()
    (fresh,) = serve(host, tmp_path, load_of("West Hub"))
    days = moved(host, timedelta(days=3), nodes=nodes)
    _, data, _, mended = serve(
        host, tmp_path, days, load_of("West Hub"), moved(host, timedelta(), nodes=NODES), load_of("West Hub")
    )
    assert len(data) == len(mended) == 48
    assert [each.message for each in data.findings if each.kind is FindingKind.STALE] == [
        f"the list of locations cannot be fetched; names are from the list of {NOW:%Y-%m-%d %H:%M:%S}Z"
    ]
    assert fresh.findings == mended.findings == ()
    assert host.count("/nodes.csv") == 3


@pytest.mark.parametrize(("nodes", "error"), [(500, SourceUnavailable), (404, NoData)])
def test_no_list_at_all_is_the_lists_own_error(
    tmp_path: Path, nodes: int, error: type[EnergyOptiError]
) -> None:
    """No name can be looked up; and nothing is kept of it."""
    host = Host(nodes=nodes)
    with pytest.raises(error, match="nodes"):
        serve(host, tmp_path, load_of("West Hub"))
    assert host.asked == ["/nodes.csv"]
    assert not (tmp_path / "directories").exists()


@pytest.mark.parametrize("spoil", [lambda kept: kept[:100], lambda kept: kept[:0], lambda kept: kept[::-1]])
def test_damaged_file_is_fetched_anew(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    """As if there were none, and it is whole again afterwards."""
    host = Host()
    serve(host, tmp_path, load_of("West Hub"))
    file = tmp_path / "directories" / "testiso.arrow"
    file.write_bytes(spoil(file.read_bytes()))
    (data,) = serve(host, tmp_path, load_of("West Hub"))
    assert len(data) == 48
    serve(host, tmp_path, load_of("West Hub"))
    assert host.count("/nodes.csv") == 2


def test_home_that_cannot_be_written_costs_a_request_a_service(tmp_path: Path) -> None:
    """And nothing else."""
    home = tmp_path / "file"
    home.write_text("no folder")
    host = Host()
    serve(host, home, load_of("West Hub"), load_of("Mill Creek"))
    serve(host, home, load_of("West Hub"))
    assert host.count("/nodes.csv") == 2


def test_sandbox_has_a_list_of_its_own(tmp_path: Path) -> None:
    """Made-up nodes are never taken for real ones, nor real ones for made-up ones."""
    real, pretended = Host(), Host(nodes="Id,Name,Kind,Until\n1,Sand Hub,hub,\n")
    serve(real, tmp_path, load_of("West Hub"))
    serve(pretended, tmp_path, load_of("Sand Hub"), sandbox="1")
    assert set(pretended.hosts) == {"sandbox"}
    with pytest.raises(UnknownLocation):
        serve(pretended, tmp_path, load_of("West Hub"), sandbox="1")
    with pytest.raises(UnknownLocation):
        serve(real, tmp_path, load_of("Sand Hub"))
    assert (real.count("/nodes.csv"), pretended.count("/nodes.csv")) == (1, 1)
    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["directories", "directories-sandbox"]
