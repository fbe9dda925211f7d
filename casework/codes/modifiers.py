"""Modifiers of a service line."""

import re
import unicodedata
from dataclasses import dataclass

MOST = 4

_APART = re.compile(r"[\s,;/+.-]+")
_FORM = re.compile(r"[0-9A-Z]{2}", re.ASCII)


@dataclass(frozen=True)
class Modifiers:
    """What was typed: the modifiers in their order, the parts that are none, and those beyond the fourth."""

    codes: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """'GP 59'."""
        return " ".join(self.codes)


def well_formed(code: str) -> bool:
    """Whether `code` (upper case) is two letters or digits."""
    return _FORM.fullmatch(code) is not None


def parse(text: str) -> Modifiers:
    """Modifiers typed with spaces, commas or hyphens between them, or run together ('GP59'); repeated ones once."""
    typed = unicodedata.normalize("NFKC", text).upper()
    parts = [part for piece in _APART.split(typed) for part in _pairs(piece)]
    unknown = tuple(part for part in parts if not well_formed(part))
    codes = tuple(dict.fromkeys(part for part in parts if well_formed(part)))
    return Modifiers(codes[:MOST], unknown, codes[MOST:])


def _pairs(piece: str) -> list[str]:
    if len(piece) in (4, 6, 8) and re.fullmatch(r"[0-9A-Z]+", piece, re.ASCII):
        return [piece[start : start + 2] for start in range(0, len(piece), 2)]
    return [piece] if piece else []
