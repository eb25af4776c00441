"""The words of a command line as bash and PowerShell hand it over: one text, cut off at the cursor."""

from __future__ import annotations

from typing import NamedTuple

_ESCAPED_IN_QUOTES = '"\\$`'


class Line(NamedTuple):
    """The words before the cursor's, and the ``current`` one up to the cursor.

    ``quote`` is the mark that is still open in it. The shell replaces only what follows its first ``fixed`` characters.
    """

    words: list[str]
    current: str
    quote: str = ""
    fixed: int = 0


def bash_line(text: str, breaks: str) -> Line:
    """A line of bash; after one of the characters ``breaks``, readline begins a word of its own."""
    words: list[str] = []
    current, quote, fixed, begun = "", "", 0, False
    rest = iter(text)
    for each in rest:
        if quote:
            if each == quote:
                quote = ""
            elif quote == '"' and each == "\\":
                following = next(rest, "")
                current += following if following in _ESCAPED_IN_QUOTES else each + following
            else:
                current += each
        elif each in " \t\n":
            if begun:
                words.append(current)
            current, fixed, begun = "", 0, False
            continue
        elif each in "\"'":
            quote, fixed = each, len(current)
        elif each == "\\":
            current += next(rest, "")
        else:
            current += each
            fixed = len(current) if each in breaks else fixed
        begun = True
    return Line(words, current, quote, fixed)


def powershell_line(text: str, replaced: str) -> Line:
    """A line of PowerShell, which replaces the text ``replaced`` at its end; a mark within quotes is written twice."""
    words: list[str] = []
    current, quote, begun = "", "", False
    rest = iter(enumerate(text))
    for at, each in rest:
        if quote:
            if each != quote:
                current += each
            elif text[at + 1 : at + 2] == quote:
                current += each
                next(rest)
            else:
                quote = ""
        elif each in " \t\n":
            if begun:
                words.append(current)
            current, begun = "", False
            continue
        elif each in "\"'":
            quote = each
        elif each == "`":
            current += next(rest, (0, ""))[1]
        else:
            current += each
        begun = True
    bare = replaced.strip("\"'")
    fixed = len(current) - len(bare) if current.endswith(bare) else 0
    return Line(words, current, quote, fixed)


def bash_word(word: str, quote: str) -> str:
    """A word as bash reads it again, within the open quotes or bare; nothing in it is expanded."""
    if quote == "'":
        return word.replace("'", "'\\''")
    if quote == '"':
        return "".join(f"\\{each}" if each in _ESCAPED_IN_QUOTES else each for each in word)
    return "".join(each if each.isalnum() or each in "-_=./,:+@%" else f"\\{each}" for each in word)


def powershell_word(word: str) -> str:
    """A word as PowerShell reads it again."""
    if word and all(each.isalnum() or each in "-_=./,:+%" for each in word) and not word.startswith(","):
        return word
    return "'" + word.replace("'", "''") + "'"
