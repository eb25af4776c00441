"""What a shell's script is answered: a line that says how to complete, then a line a candidate."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime

from energyopti.cli.completion.candidates import offered
from energyopti.cli.completion.kept import kept, made, silent
from energyopti.cli.completion.lines import Line, bash_line, bash_word, powershell_line, powershell_word
from energyopti.cli.completion.places import listed_places
from energyopti.cli.completion.words import Known, Offer, Place

ASKED = "__complete"
"""The first word of a command line that a shell's script runs."""

_OFF = {"", "0", "false", "no", "off"}


def reply(arguments: Sequence[str]) -> int:
    """Answer a script on standard output; returns 0 whatever happens, so that no shell shows an error.

    ``arguments`` are the shell and what it knows: bash the line up to the cursor and the characters that end words, zsh
    and fish the words, the current one last. PowerShell has its line and the text that it replaces in two variables of
    the environment: its older versions lose quotes of arguments.
    """
    try:
        shell, *said = arguments
        asked = _ASKED[shell](said)
        lines = list(_lines(shell, asked, _offer(asked)))
    except Exception:  # noqa: BLE001 - a prompt is no place for errors
        return 0
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())
    sys.stdout.buffer.flush()
    return 0


def _of_bash(said: Sequence[str]) -> Line:
    return _after_the_program(bash_line(said[0], said[1]))


def _of_powershell(_: Sequence[str]) -> Line:
    return _after_the_program(powershell_line(os.environ["_ENERGYOPTI_LINE"], os.environ["_ENERGYOPTI_WORD"]))


def _after_the_program(line: Line) -> Line:
    return line._replace(words=line.words[1:])


def _of_words(said: Sequence[str]) -> Line:
    """zsh and fish: a quote that is still open begins the current word."""
    return Line(list(said[:-1]), said[-1].lstrip("\"'"))


_ASKED = {"bash": _of_bash, "powershell": _of_powershell, "zsh": _of_words, "fish": _of_words}


def _offer(asked: Line) -> Offer:
    known = kept() or _made()
    sandbox = "--sandbox" in asked.words or os.environ.get("ENERGYOPTI_SANDBOX", "").casefold() not in _OFF

    def places(market: str) -> Iterator[Place]:
        return listed_places(market, sandbox=sandbox)

    today = datetime.now().astimezone().date()
    return offered(known, asked.words, asked.current, places=places, today=today)


def _made() -> Known:
    with silent():
        return made()


def _lines(shell: str, asked: Line, offer: Offer) -> Iterator[str]:
    """``words``, ``open`` (no space behind), ``files`` or ``folders``; then the candidates."""
    yield offer.paths or ("open" if offer.open else "words")
    for word, said in offer.candidates:
        if not f"{word}{said}".isprintable():
            continue
        if shell == "bash":
            yield bash_word(word[asked.fixed :], asked.quote)
        elif shell == "powershell":
            yield f"{powershell_word(word[asked.fixed :])}\t{word}\t{said or word}"
        else:
            yield f"{word}\t{said}"
