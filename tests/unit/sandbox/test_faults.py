"""The sandbox's switches: which request is hit, how often, and that chance repeats itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energyopti.sandbox import Fault, FaultKind
from energyopti.sandbox.faults import Faults

DROP, HTML = Fault(kind=FaultKind.DROP), Fault(kind=FaultKind.HTML)


def switched(*on: Fault, seed: int = 0) -> Faults:
    """Switches with these faults on."""
    faults = Faults(seed)
    faults.set(*on)
    return faults


def test_nothing_goes_wrong_unless_told() -> None:
    """Switches are off at first."""
    assert Faults().strike("/nyiso/mis/x") is None


def test_fault_without_a_number_hits_every_request() -> None:
    """``times`` None has no end."""
    faults = switched(DROP)
    assert [faults.strike("/x") for _ in range(50)] == [DROP] * 50


def test_fault_hits_only_paths_that_hold_its_own() -> None:
    """``path`` is looked for anywhere in the request's path."""
    fault = Fault(kind=FaultKind.HTML, path="_csv.zip")
    faults = switched(fault)
    assert faults.strike("/nyiso/mis/csv/pal/20260901pal_csv.zip") is fault
    assert faults.strike("/nyiso/mis/csv/pal/20260901pal.csv") is None


def test_setting_faults_turns_the_others_off() -> None:
    """Only what was set last is on; setting none turns all off."""
    faults = switched(DROP)
    faults.set(HTML)
    assert faults.strike("/x") is HTML
    faults.set()
    assert faults.strike("/x") is None


def test_setting_a_fault_again_begins_to_count_anew() -> None:
    """A spent fault that is set again hits again."""
    fault = Fault(kind=FaultKind.DROP, times=1)
    faults = switched(fault)
    assert [faults.strike("/x"), faults.strike("/x")] == [fault, None]
    faults.set(fault)
    assert faults.strike("/x") is fault


def test_first_fault_that_fits_hits() -> None:
    """One request is hit by one fault, in the order of the switches."""
    first = Fault(kind=FaultKind.DROP, path="/b", times=2)
    faults = switched(first, HTML)
    assert [faults.strike(path) for path in ("/a", "/b", "/b", "/b")] == [HTML, first, first, HTML]


@given(times=st.integers(0, 6), paths=st.lists(st.sampled_from(["/a", "/b"]), max_size=20))
@settings(max_examples=50, deadline=None)
def test_fault_hits_its_number_of_matching_requests(times: int, paths: list[str]) -> None:
    """The first ``times`` requests that fit are hit, and requests that do not fit cost nothing."""
    faults = switched(Fault(kind=FaultKind.DROP, path="/a", times=times))
    hit = [number for number, path in enumerate(paths) if faults.strike(path) is not None]
    assert hit == [number for number, path in enumerate(paths) if path == "/a"][:times]


@given(rate=st.sampled_from([0.1, 0.3, 0.7]), seed=st.integers(0, 2**16))
@settings(max_examples=30, deadline=None)
def test_rate_is_the_share_that_is_hit(rate: float, seed: int) -> None:
    """Of 2,000 requests about the rate's share goes wrong."""
    faults = switched(Fault(kind=FaultKind.DROP, rate=rate), seed=seed)
    hits = sum(faults.strike("/x") is not None for _ in range(2_000))
    assert abs(hits / 2_000 - rate) < 0.06


@given(seed=st.integers(0, 2**16))
@settings(max_examples=20, deadline=None)
def test_chance_repeats_itself(seed: int) -> None:
    """The same seed and the same requests are hit in the same places."""
    fault = Fault(kind=FaultKind.DROP, rate=0.3)
    one, other = switched(fault, seed=seed), switched(fault, seed=seed)
    assert [one.strike("/x") for _ in range(40)] == [other.strike("/x") for _ in range(40)]


def test_seeds_differ() -> None:
    """Another seed hits in other places."""
    fault = Fault(kind=FaultKind.DROP, rate=0.5)
    one, other = switched(fault, seed=1), switched(fault, seed=2)
    assert [one.strike("/x") for _ in range(64)] != [other.strike("/x") for _ in range(64)]


@pytest.mark.parametrize(("rate", "expected"), [(0.0, 0), (1.0, 100)])
def test_rates_at_the_ends_leave_nothing_to_chance(rate: float, expected: int) -> None:
    """Rate 0 never hits, rate 1 always."""
    faults = switched(Fault(kind=FaultKind.DROP, rate=rate))
    assert sum(faults.strike("/x") is not None for _ in range(100)) == expected


def test_request_that_chance_spares_is_not_counted() -> None:
    """``times`` counts the hits: with a rate of 0.3 five hits take more than five requests."""
    faults = switched(Fault(kind=FaultKind.DROP, rate=0.3, times=5))
    hits = [faults.strike("/x") is not None for _ in range(200)]
    assert sum(hits) == 5
    assert not all(hits[:5])


def test_spared_request_may_be_hit_by_the_next_fault() -> None:
    """Each fault throws its own dice."""
    faults = switched(Fault(kind=FaultKind.DROP, rate=0.5), HTML)
    hit = {fault.kind for fault in (faults.strike("/x") for _ in range(40)) if fault is not None}
    assert hit == {FaultKind.DROP, FaultKind.HTML}


def test_kind_is_read_from_its_word() -> None:
    """JSON brings words; a word that is no kind is refused."""
    assert Fault(kind="truncate").kind is FaultKind.TRUNCATE
    with pytest.raises(ValueError, match="explode"):
        Fault(kind="explode")
