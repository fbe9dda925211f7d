"""How names and member IDs are compared: as people type them, not as they are spelled."""

import re
import unicodedata

# Letters of names that no keyboard in an office has, and that Unicode doesn't take apart.
_PLAIN = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ß": "ss", "ð": "d", "đ": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i"}
)


def fold(text: str) -> str:
    """Lower case, plain letters without accents, single spaces: how names are compared."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.lower().translate(_PLAIN).split())


def name_folded(last_name: str, first_name: str) -> str:
    """'okafor, samuel': what Case.name_folded holds."""
    return fold(", ".join(part for part in (last_name.strip(), first_name.strip()) if part))


def member_id(text: str) -> str:
    """Capitals and digits only: what Case.member_id holds."""
    return re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKC", text).upper())
