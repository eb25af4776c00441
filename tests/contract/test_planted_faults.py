"""The contract kit catches what costs money: each planted fault fails it, and the right plugin passes."""

from __future__ import annotations

import inspect
from typing import ClassVar

import attrs
import pytest

from contract import wrong_plugins
from contract.wrong_plugins import Plugin, wrong
from energyopti import Chunk, Registry
from energyopti.layouts import Reading
from energyopti.source import Source
from energyopti.testing import Exempt, PluginContract
from energyopti.testing.kinds import kind


def failures(
    plugin: object, *names: str, kit: type[PluginContract] = PluginContract, feed: str = "hourly_prices"
) -> set[str]:
    """The tests of the kit that a plugin's feed fails, among those named (without a name: all of them)."""
    return set(messages(plugin, *names, kit=kit, feed=feed))


def broken(plugin: object, name: str, *, kit: type[PluginContract] = PluginContract) -> str:
    """What the kit says of the law that a plugin breaks: never more than a few lines."""
    message = messages(plugin, name, kit=kit)[name]
    lines = message.splitlines()
    assert len(lines) <= 15
    assert max(map(len, lines)) <= 400
    return message


def messages(
    plugin: object, *names: str, kit: type[PluginContract] = PluginContract, feed: str = "hourly_prices"
) -> dict[str, str]:
    """What the kit says of each test that a plugin's feed fails."""

    class Kit(kit):  # type: ignore[misc, valid-type]
        market = "testiso"

        @classmethod
        def registry(cls) -> Registry:
            return Registry({"testiso": plugin}, discover=False)

    failed = {}
    tried = Kit.registry().market("testiso").feed(feed)
    for name, test in inspect.getmembers(Kit(), inspect.ismethod):
        if not name.startswith("test_") or (names and name not in names):
            continue
        try:
            test(*[tried] if "feed" in inspect.signature(test).parameters else [])
        except Exception as error:  # noqa: BLE001 - whatever a test raises is its failure
            failed[name] = str(error)
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


TOUCHES = "test_collecting_touches_nothing_but_its_source"


@pytest.mark.parametrize("besides", wrong_plugins.BESIDES, ids=lambda name: name)
@pytest.mark.parametrize("threaded", [False, True], ids=["collect", "thread"])
def test_call_beside_the_source_fails(besides: str, threaded: bool) -> None:
    """A plugin that sleeps, reads files, the environment or a clock, rolls dice or connects is not one that only uses its source."""
    assert failures(Plugin(besides=wrong_plugins.BESIDES[besides], threaded=threaded), TOUCHES) == {TOUCHES}


def test_call_while_reading_fails() -> None:
    """A layout of the plugin's own is its code too."""
    assert failures(Plugin(layout=wrong(wrong_plugins.SleepsWhileReading)), TOUCHES) == {TOUCHES}


def test_call_in_a_hook_fails() -> None:
    """What a plugin declares must not depend on where and when it is asked."""
    law = "test_hooks_only_return_values"
    assert failures(Plugin(in_hook=wrong_plugins.home), law) == {law}


@pytest.mark.parametrize("altered", wrong_plugins.ALTERED, ids=lambda name: name)
def test_what_is_collected_is_held_to_instants_and_to_every_row(altered: str) -> None:
    """Also where the layout is right: after reading, `collect` loses a zone, a unit or a row."""
    law = "test_sandbox_days_are_whole"
    assert failures(Plugin(altered=wrong_plugins.ALTERED[altered]), law) == {law}


class OneOfAKind(PluginContract):
    """The kit, where a market asks for days of 23 and 25 hours once for each kind of feed."""

    clock_changes = "one of a kind"


TWO = ("hourly_prices", "the_same_elsewhere")


def test_lost_hour_is_found_by_one_feed_of_a_kind() -> None:
    """Two feeds share a reader that merges the repeated hour: the first fails, the other has no such day."""
    plugin = Plugin(layout=wrong(wrong_plugins.RepeatedHourMerged), feeds=TWO)
    laws = {"test_what_is_written_is_read_back", "test_sandbox_days_are_whole"}
    assert failures(plugin, *laws, kit=OneOfAKind) == laws
    assert failures(plugin, *laws, kit=OneOfAKind, feed=TWO[1]) == set()
    assert failures(plugin, *laws, feed=TWO[1]) == laws


@pytest.mark.parametrize("feed", TWO)
def test_every_feed_of_a_kind_is_held_to_each_law(feed: str) -> None:
    """A swallowed row is found on ordinary days, with whichever feed."""
    laws = {"test_what_is_written_is_read_back", "test_sandbox_days_are_whole"}
    plugin = Plugin(layout=wrong(wrong_plugins.RowSwallowed), feeds=TWO)
    assert failures(plugin, *laws, kit=OneOfAKind, feed=feed) == laws


def test_other_clock_or_protocol_is_another_kind() -> None:
    """Feeds that are told their time otherwise, or collected by other code, each have their own days."""
    feed = Registry({"testiso": Plugin()}, discover=False).market("testiso").feeds[0]
    clock = attrs.evolve(feed, layout=wrong_plugins.ENDING_READ_AS_BEGINNING)
    reader = attrs.evolve(feed, layout=wrong(wrong_plugins.RepeatedHourMerged))

    async def otherwise(chunk: Chunk, source: Source) -> Reading:
        return await feed.sources[0].collect(chunk, source)

    protocol = attrs.evolve(feed, sources=(attrs.evolve(feed.sources[0], collect=otherwise),))
    same = attrs.evolve(feed, name="the_same_elsewhere", title="Other hourly prices")
    assert len({kind(each) for each in (feed, clock, reader, protocol)}) == 4
    assert kind(same) == kind(feed)


def test_exemption_needs_a_reason_in_words() -> None:
    """A skip says why: one of three reasons, and a sentence."""
    with pytest.raises(ValueError, match="because"):
        Exempt("not_yet", "later")


class TestExempted(PluginContract):
    """A feed that is exempt from one test, which it fails."""

    market = "testiso"
    exempt: ClassVar = {
        "hourly_prices:test_sandbox_days_are_whole": Exempt(
            "broken_upstream", "an example of an exemption, of a test that is expected to fail"
        )
    }

    @classmethod
    def registry(cls) -> Registry:
        """A market whose files hold the next day's rows too."""
        return Registry({"testiso": Plugin(days=2)}, discover=False)
