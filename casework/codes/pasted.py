"""Service lines pasted as text: '97110 x12, 97140-GP x12', a column of a spreadsheet, a line of an order."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from casework.codes import modifiers

# A code, and no letter or digit after it but a quantity (97110x12) or modifiers run together with it (97140GP59).
_CODE = re.compile(
    r"(?:\d{4}[0-9FTUM]|[A-Z]\d{4})(?=[^0-9A-Z]|$|[X×*]\s*\d|(?:[0-9A-Z]{2}){1,4}(?:[^0-9A-Z]|$))",
    re.ASCII | re.IGNORECASE,
)
_LEAD = re.compile(r"[\s•*-]*(?:\d{1,2}[.)]\s+)?(?:(?:CPT|HCPCS)\b[\s:#]*)?", re.IGNORECASE)
_WITH_UNIT = re.compile(r"\b(\d{1,6})\s*(UNIT|VISIT|DAY|HOUR|HR|MINUTE|MIN|MONTH)S?\b", re.ASCII)
_COUNTED = re.compile(
    r"(?<![0-9A-Z])[X×*]\s*(\d{1,6})\b|\b(\d{1,6})\s*[X×*](?!\s*\d|[A-Z])|(?:QTY|QUANTITY)[\s:=]*(\d{1,6})\b", re.ASCII
)
_UNITS = {"HR": "hours", "MIN": "minutes"}
_BREAKS = re.compile(r"[,;]")
_WORDS = re.compile(r"[0-9A-Z]+")
_NUMERIC_MODIFIERS = frozenset(
    [
        22,
        23,
        24,
        25,
        26,
        27,
        32,
        33,
        47,
        *range(50, 60),
        62,
        63,
        66,
        73,
        74,
        *range(76, 83),
        *range(90, 94),
        95,
        96,
        97,
        99,
    ]
)
_NO_MODIFIERS = frozenset(["AN", "BY", "IN", "NO", "OF", "ON", "OR", "TO"])


@dataclass(frozen=True)
class PastedLine:
    """One service line. `quantity` is None and `unit` '' where the text says none; `unit` is a value of the form's."""

    code: str
    modifiers: tuple[str, ...] = ()
    quantity: int | None = None
    unit: str = ""


@dataclass
class Pasted:
    """The lines found, in their order, and the pieces of the text that hold no code."""

    lines: list[PastedLine] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def parse(text: str) -> Pasted:
    """Reads codes with modifiers and quantities, one after another, on lines or between commas or semicolons.

    A quantity is 'x12', '12x', 'qty 12', '12 units' (visits, days, hours, minutes, months), the last column of a
    pasted table, or a bare number that is no modifier. Whether a code is right is for the checks of the form to say.
    """
    found = Pasted()
    for piece in _pieces(unicodedata.normalize("NFKC", text)):
        code = _CODE.match(piece)
        if code:
            found.lines.append(_line(code[0].upper(), piece[code.end() :].upper()))
        else:
            found.unread.append(" ".join(piece.split()))
    return found


def _pieces(text: str) -> Iterator[str]:
    """Pieces that begin with a code; a part after a comma that begins with none belongs to the piece before it."""
    for row in text.splitlines():
        held = ""
        for part in _BREAKS.split(row):
            bare = _LEAD.sub("", part, count=1)
            if held and not _CODE.match(bare):
                held = f"{held} {bare}"
                continue
            if held.strip():
                yield held
            held = bare
        if held.strip():
            yield held


def _line(code: str, rest: str) -> PastedLine:
    glued = re.match(r"(?![X×*]\s*\d)[0-9A-Z]+", rest)
    signs = [glued[0]] if glued else []
    quantity, unit, rest = _quantity(rest[len(glued[0]) :] if glued else rest)
    for word in _WORDS.findall(rest):
        if _is_modifier(word):
            signs.append(word)
        elif quantity is None and word.isdigit() and len(word) <= 6:
            quantity = int(word)
    return PastedLine(code, modifiers.parse(" ".join(signs)).codes, quantity, unit)


def _quantity(rest: str) -> tuple[int | None, str, str]:
    """The quantity that the text names as such, its unit, and what is left of the text."""
    if found := _WITH_UNIT.search(rest):
        unit = _UNITS.get(found[2], found[2].lower() + "s")
        return int(found[1]), unit, f"{rest[: found.start()]} {rest[found.end() :]}"
    if found := _COUNTED.search(rest):
        number = next(group for group in found.groups() if group)
        return int(number), "", f"{rest[: found.start()]} {rest[found.end() :]}"
    head, tab, last = rest.rstrip().rpartition("\t")
    if tab and last.strip().isdigit() and len(last.strip()) <= 6:
        return int(last), "", head
    return None, "", rest


def _is_modifier(word: str) -> bool:
    if word.isdigit():
        return len(word) == 2 and int(word) in _NUMERIC_MODIFIERS
    return modifiers.well_formed(word) and word not in _NO_MODIFIERS
