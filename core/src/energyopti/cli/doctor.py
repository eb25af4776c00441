"""``doctor``: what is installed and configured, and whether the markets' servers answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from energyopti.cli.installation import Installation, installation
from energyopti.cli.listings import with_json
from energyopti.cli.output import add_row, emit_json, fact_sheet, listing, say, show

if TYPE_CHECKING:
    from energyopti.market import Host, Market
    from energyopti.settings import Settings

_TIMEOUT = 5.0
"""How many seconds a host has for its whole answer."""


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Contact no server.")
@click.option("--sandbox", is_flag=True, help="Same as ENERGYOPTI_SANDBOX=1.")
@with_json
@click.pass_context
def doctor(context: click.Context, *, offline: bool, sandbox: bool, as_json: bool) -> None:
    """Check plugins, settings and the markets' servers.

    Exits with 1 if something is wrong. Credentials are shown as set or not set; their values never are.
    """
    here = installation(context)
    settings = here.settings(sandbox=sandbox)
    answers = _answers(here, settings, offline=offline)
    report = _report(here, settings, answers)
    if as_json:
        emit_json(report)
    else:
        _show(report)
    wrong = _wrong(report)
    for line in wrong:
        say(line)
    if wrong:
        raise click.exceptions.Exit(1)


def _answers(here: Installation, settings: Settings, *, offline: bool) -> dict[tuple[str, str], str]:
    """Each host's answer, in words; nothing for hosts that were not asked."""
    hosts = [(market, host) for market in here.registry.markets.values() for host in market.hosts]
    if offline or settings.sandbox == "1":
        return {}
    import anyio
    import httpx

    found: dict[tuple[str, str], str] = {}

    async def ask(client: httpx.AsyncClient, market: Market, host: Host) -> None:
        found[market.id, host.name] = f"does not answer completely within {_TIMEOUT:g} s"
        try:
            with anyio.move_on_after(_TIMEOUT):
                response = await client.head(settings.base(market.id, host))
                verb = "fails" if response.is_server_error else "answers"
                found[market.id, host.name] = f"{verb} (status {response.status_code})"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            why = f" ({error})" if str(error) else ""
            found[market.id, host.name] = f"does not answer: {type(error).__name__}{why}"

    async def ask_all() -> None:
        client = httpx.AsyncClient(transport=here.transport, timeout=_TIMEOUT)
        async with client, anyio.create_task_group() as group:
            for market, host in hosts:
                group.start_soon(ask, client, market, host)

    anyio.run(ask_all)
    return found


def _report(here: Installation, settings: Settings, answers: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """The whole report; it holds no part of a secret."""
    from energyopti.settings import variable

    return {
        "home": str(settings.home),
        "settings_file": str(settings.file) if settings.file else None,
        "sandbox": _without_login(settings.sandbox) if settings.sandbox else None,
        "plugins": [
            {
                "distribution": each.distribution,
                "version": each.version,
                "markets": list(each.markets),
                "error": each.error,
            }
            for each in here.registry.reports
        ],
        "hosts": [
            _host_report(settings, market, host, answers.get((market.id, host.name)))
            for market in here.registry.markets.values()
            for host in market.hosts
        ],
        "credentials": [
            {
                "market": market.id,
                "setting": variable(market.id, each.name),
                "title": each.title,
                "set": (market.id, each.name) in settings.credentials,
                "obtain": each.obtain,
            }
            for market in here.registry.markets.values()
            for each in market.credentials
        ],
    }


def _host_report(settings: Settings, market: Market, host: Host, answer: str | None) -> dict[str, Any]:
    rate = settings.rate(market.id, host)
    return {
        "market": market.id,
        "host": host.name,
        "url": _without_login(settings.base(market.id, host)),
        "rate": str(rate) if rate else None,
        "answer": answer,
    }


def _without_login(url: str) -> str:
    """An address without any user name, password or query."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _show(report: dict[str, Any]) -> None:
    """The report as a page."""

    facts = fact_sheet()
    add_row(facts, "home", report["home"])
    add_row(facts, "settings file", report["settings_file"] or "none")
    add_row(facts, "sandbox", {None: "off", "1": "in process"}.get(report["sandbox"], report["sandbox"]))
    plugins = listing("plugin", "version", "markets", "state")
    for each in report["plugins"]:
        markets = ", ".join(each["markets"])
        add_row(plugins, each["distribution"], each["version"], markets, each["error"] or "ok")
    hosts = listing("market", "host", "address", "rate", "state")
    for each in report["hosts"]:
        state = each["answer"] or "not asked"
        add_row(hosts, each["market"], each["host"], each["url"], each["rate"] or "no limit", state)
    credentials = listing("market", "credential", "setting", "state")
    for each in report["credentials"]:
        state = "set" if each["set"] else f"not set; get one at {each['obtain']}"
        add_row(credentials, each["market"], each["title"], each["setting"], state)
    for table in (plugins, hosts, credentials):
        for column in table.columns[:2] if table is hosts else table.columns[:1]:
            column.no_wrap = True
    tables = [table for table in (plugins, hosts, credentials) if table.row_count]
    show(facts, *(part for table in tables for part in ("", table)))


def _wrong(report: dict[str, Any]) -> list[str]:
    """Everything that keeps something from working, line by line."""
    return [
        *(each["error"] for each in report["plugins"] if each["error"]),
        *(
            f"{each['market']} host {each['host']} {each['answer']}"
            for each in report["hosts"]
            if each["answer"] and not each["answer"].startswith("answers")
        ),
    ]
