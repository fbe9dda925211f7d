"""NPI, TIN and phone numbers, as people type them."""

import re
import unicodedata

from stdnum import luhn

_PUNCTUATION = re.compile(r"[\s.()/+‐‑‒–—−-]+")
_PHONE = re.compile(r"[2-9](?!11)\d{2}[2-9](?!11)\d{6}")


def _digits(text: str) -> str:
    """The digits of `text` when it holds nothing else but spaces, dashes, dots, slashes and parentheses; else ''."""
    bare = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text))
    return bare if bare.isascii() and bare.isdigit() else ""


def check_npi(text: str) -> str | None:
    """The NPI's 10 digits, or None: it begins with 1 or 2 and Luhn over 80840 and it is right (45 CFR 162.406)."""
    digits = _digits(text)
    if len(digits) == 10 and digits[0] in "12" and luhn.is_valid("80840" + digits):
        return digits
    return None


def check_tin(text: str) -> str | None:
    """The TIN's 9 digits (an EIN or, of a provider in practice alone, an SSN), or None.

    All digits alike are no TIN. Prefixes aren't checked: the IRS opens new ones.
    """
    digits = _digits(text)
    return digits if len(digits) == 9 and len(set(digits)) > 1 else None


def clean_phone(text: str) -> str | None:
    """The 10 digits of a North American phone or fax number, or None; a leading 1 or +1 is dropped.

    Area code and exchange begin with 2 to 9 and are no service codes (N11): North American Numbering Plan.
    """
    digits = _digits(text)
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    return digits if _PHONE.fullmatch(digits) else None


def show_phone(digits: str) -> str:
    """'262-369-8750' from ten digits; anything else as it is."""
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 and digits.isdigit() else digits


def show_tin(digits: str) -> str:
    """'39-1234567' from nine digits; anything else as it is."""
    return f"{digits[:2]}-{digits[2:]}" if len(digits) == 9 and digits.isdigit() else digits
