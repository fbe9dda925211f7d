"""Text that can be set: of whatever people typed, each character has a glyph, or a word stands in its place.

A tagged PDF must not hold a character that its fonts can't show; typst refuses to make it. A letter must come out all
the same, and the page beside it must say the same words: so the words are made settable before either is drawn.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

import typst

from casework.letters.typesetting import typeset

_SPACES = re.compile("[\t\u1680]")
"""Spaces that can't be set: a plain one says the same."""
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_PLAIN = re.compile(
    "[\n -~\xa0-\xac\xae-\u017f\u2010-\u2015\u2018-\u201e\u2022\u2026\u20ac\u2122\u2190-\u2193\u2212\u2264\u2265]*"
)
"""What the letter's font surely has: a test sets all of it. Anything else is tried before."""
_JOINERS = "\u200c\u200d"
_SELECTORS = re.compile("[\ufe00-\ufe0f]")


def settable(said: Any) -> Any:
    """The same strings, lists and mappings, with every text in a form that can be set as a tagged PDF.

    Line ends are kept; other control and format characters go. A character without a glyph becomes its name in
    brackets when it is a symbol ('[grinning face]'), else its number ('[U+6F22]').
    """
    if isinstance(said, str):
        return _text(said)
    if isinstance(said, list):
        return [settable(each) for each in said]
    if isinstance(said, dict):
        return {name: settable(each) for name, each in said.items()}
    return said


_GONE = frozenset({"Cc", "Cf", "Cs"})
_KEPT = "\n" + _JOINERS


def _text(text: str) -> str:
    lines = _SPACES.sub(" ", _LINE_ENDS.sub("\n", text))
    kept = "".join(each for each in lines if each in _KEPT or unicodedata.category(each) not in _GONE)
    whole = unicodedata.normalize("NFC", kept)
    return whole if _PLAIN.fullmatch(whole) else re.sub(r"[^\s]+", lambda word: _word(word[0]), whole)


def _word(word: str) -> str:
    """The word itself; or with names for what has no glyph; or, for marks that don't go with their letters, without."""
    if unicodedata.combining(word[0]):
        return _named(word[0]) + (_word(word[1:]) if len(word) > 1 else "")
    if _is_settable(word):
        return word
    named = "".join(each if _is_settable(each) else _named(each) for each in _SELECTORS.sub("", word))
    named = re.sub(f"[{_JOINERS}]", "", named)
    if _is_settable(named):
        return named
    bare = "".join(each for each in unicodedata.normalize("NFD", named) if not unicodedata.combining(each))
    return bare if _is_settable(bare) else "".join(each if each.isascii() else _named(each) for each in bare)


@lru_cache(maxsize=4096)
def _is_settable(text: str) -> bool:
    if _PLAIN.fullmatch(text):
        return True
    if any(unicodedata.category(each) in ("Co", "Cn") for each in text):
        return False
    try:
        typeset("probe.typ", text)
    except typst.TypstError:
        return False
    return True


def _named(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and _is_settable(plain):
        return plain
    is_symbol = unicodedata.category(character).startswith("S")
    name = unicodedata.name(character, "").lower() if is_symbol else ""
    return f"[{name or f'U+{ord(character):04X}'}]"
