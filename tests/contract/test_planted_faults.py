"""The contract kit catches what costs money: each planted fault fails it, and the right plugin passes."""

from __future__ import annotations

import inspect
from typing import ClassVar

import pytest

from contract import wrong_plugins
from contract.wrong_plugins import Plugin, wrong
from energyopti import Registry
from energyopti.testing import Exempt, PluginContract


def failures(plugin: Plugin, *names: str) -> set[str]:
    """The tests of the kit that a plugin fails, among those named (without a name: all of them)."""

    class Kit(PluginContract):
        market = "testiso"

        @classmethod
        def registry(cls) -> Registry:
            return Registry({"testiso": plugin}, discover=False)

    kit, failed = Kit(), set()
    (feed,) = Kit.registry().market("testiso").feeds
    for name, test in inspect.getmembers(kit, inspect.ismethod):
        if not name.startswith("test_") or (names and name not in names):
            continue
        try:
            test(feed)
        except Exception:  # noqa: BLE001 - whatever a test raises is its failure
            failed.add(name)
    return failed


def test_right_plugin_passes_the_whole_kit() -> None:
    """A market that declares itself as it publishes fails nothing."""
    assert failures(Plugin()) == set()


def test_sign_that_is_not_flipped_fails() -> None:
    """A congestion column read as published no longer adds up, nor says what the example states."""
    caught_by = {
        "test_example_is_read_as_its_author_states",
        "test_prices_are_the_sum_of_their_components",
    }
    assert failures(Plugin(layout=wrong_plugins.SIGN_NOT_FLIPPED), *caught_by) == caught_by


def test_hour_ending_read_as_beginning_fails() -> None:
    """An hour's shift contradicts the example, and leaves the sandbox's days without their first hour."""
    caught_by = {
        "test_example_is_read_as_its_author_states",
        "test_sandbox_days_are_whole",
    }
    assert failures(Plugin(layout=wrong_plugins.ENDING_READ_AS_BEGINNING), *caught_by) == caught_by


def test_repeated_hour_that_is_merged_fails() -> None:
    """On the 25-hour day a row is missing: in the round trip and in the sandbox."""
    caught_by = {
        "test_what_is_written_is_read_back",
        "test_sandbox_days_are_whole",
    }
    assert failures(Plugin(layout=wrong(wrong_plugins.RepeatedHourMerged)), *caught_by) == caught_by


def test_missing_hour_that_is_invented_fails() -> None:
    """On the 23-hour day there is a row too many."""
    caught_by = {
        "test_what_is_written_is_read_back",
        "test_sandbox_days_are_whole",
    }
    assert failures(Plugin(layout=wrong(wrong_plugins.MissingHourInvented)), *caught_by) == caught_by


def test_overlapping_chunks_fail() -> None:
    """A chunk that brings rows of the next day too does not keep to itself."""
    caught_by = {
        "test_sandbox_days_are_whole",
    }
    assert failures(Plugin(days=2), *caught_by) == caught_by


def test_swallowed_row_fails() -> None:
    """A row that is neither in the frame nor in a finding is missed."""
    caught_by = {
        "test_every_row_is_in_the_frame_or_in_a_finding",
        "test_example_is_read_as_its_author_states",
        "test_what_is_written_is_read_back",
    }
    assert failures(Plugin(layout=wrong(wrong_plugins.RowSwallowed)), *caught_by) == caught_by


def test_naive_times_fail() -> None:
    """A time without a zone is no instant."""
    caught_by = {
        "test_times_are_utc_and_half_open",
        "test_what_is_written_is_read_back",
    }
    assert failures(Plugin(layout=wrong(wrong_plugins.TimesNaive)), *caught_by) == caught_by


def test_payload_error_that_is_not_schema_drift_fails() -> None:
    """A parser's own error on damaged bytes would reach the caller bare."""
    caught_by = {
        "test_damaged_payload_is_schema_drift_or_accounted_for",
    }
    assert failures(Plugin(layout=wrong(wrong_plugins.OtherError)), *caught_by) == caught_by


def test_exemption_needs_a_reason_in_words() -> None:
    """A skip says why: one of three reasons, and a sentence."""
    with pytest.raises(ValueError, match="because"):
        Exempt("not_yet", "later")


class TestExempted(PluginContract):
    """A feed that is excused from one test, as its market does not publish what the test needs."""

    market = "testiso"
    exempt: ClassVar = {
        "hourly_prices:test_sandbox_days_are_whole": Exempt(
            "broken_upstream", "an example of an exemption, which skips this test and says why"
        )
    }

    @classmethod
    def registry(cls) -> Registry:
        """The right market."""
        return Registry({"testiso": Plugin()}, discover=False)
