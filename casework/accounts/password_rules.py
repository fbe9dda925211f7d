"""What makes a password good enough: the portal's rules, each with the words that say what to do.

Ten characters with capitals, small letters and a special character: the FAQ, "User Access". Not a common one, and not
one built from the username or the portal's name: OWASP ASVS 5.0, 6.2.4, 6.2.11 and 6.2.12.
"""

import re
from collections.abc import Callable
from functools import cache

from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from casework.accounts.passwords import LONGEST
from casework.vocabulary import listed

SHORTEST = 10
OWN_SHARE = 8
"""So many characters must remain when the username and the portal's words are taken out."""

TICKS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("length", f"At least {SHORTEST} characters", lambda password: len(password) >= SHORTEST),
    ("upper", "A capital letter", lambda password: any(each.isupper() for each in password)),
    ("lower", "A small letter", lambda password: any(each.islower() for each in password)),
    (
        "special",
        "A special character, such as ! - . or #",
        lambda password: any(_is_special(each) for each in password),
    ),
)
"""Those that tick off while the password is typed: name in app.js, words, what must be found."""

PORTAL_WORDS = ("cmsi", "portal", "provider", "webcert", "authorization", "casemanagement")
_LEET = {"@": "a", "4": "a", "8": "b", "3": "e", "6": "g", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t"}
_AS_I = str.maketrans(_LEET)
_AS_L = str.maketrans({**_LEET, "1": "l", "!": "l"})
_LETTERS_AT_THE_EDGE = re.compile(r"^[^a-z]+|[^a-z]+$")


def ticks() -> list[tuple[str, str]]:
    """The rules that tick off, for the page: pairs (name, words)."""
    return [(name, words) for name, words, _ in TICKS]


def problems(password: str, username: str = "", office: str = "") -> list[str]:
    """What is wrong with this password, in words; empty when it is good.

    `username` and `office` (its name) are what the password must not be made of.
    """
    unmet = [words[0].lower() + words[1:] for _, words, is_met in TICKS if not is_met(password)]
    if unmet:
        return [f"The password still needs {listed(unmet)}."]
    if len(password) > LONGEST:
        return [f"Use at most {LONGEST} characters."]
    if _own_share(password, _context(username, office)) < OWN_SHARE:
        return ["Choose a password that isn't built from your username, your office's name or the portal's name."]
    if is_common(password) or zxcvbn(password[:72], [username, office])["score"] < 3:
        return [
            "This password is easy to guess. Choose a less common one, such as three words that don't belong together."
        ]
    return []


def is_common(password: str) -> bool:
    """Whether it is a word of the lists of common passwords, names and words, dressed up with digits and symbols."""
    lowered = password.casefold()
    bare = [_LETTERS_AT_THE_EDGE.sub("", lowered)]
    bare += [_LETTERS_AT_THE_EDGE.sub("", lowered.translate(table)) for table in (_AS_I, _AS_L)]
    bare += [_LETTERS_AT_THE_EDGE.sub("", lowered).translate(table) for table in (_AS_I, _AS_L)]
    return any(each in _common() for each in (lowered, *bare))


@cache
def _common() -> frozenset[str]:
    return frozenset(word for words in FREQUENCY_LISTS.values() for word in words)


def _context(username: str, office: str) -> list[str]:
    words = [username, *re.findall(r"[^\W\d_]{4,}", office), *PORTAL_WORDS]
    return sorted({word.casefold() for word in words if len(word) >= 3}, key=len, reverse=True)


def _own_share(password: str, context: list[str]) -> int:
    """How many characters remain without the words of the context, whichever way digits stand for letters."""
    remaining = []
    for text in (password.casefold(), password.casefold().translate(_AS_I), password.casefold().translate(_AS_L)):
        own = text
        for word in context:
            own = own.replace(word, "")
        remaining.append(len(own))
    return min(remaining)


def _is_special(character: str) -> bool:
    return not character.isalnum() and not character.isspace()
