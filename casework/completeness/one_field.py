"""The checks of one field by itself, by its kind."""

import re
import unicodedata
from collections.abc import Callable

from casework import clock, compare
from casework.answers import Answers
from casework.codes import identifiers
from casework.fields import Field, Kind

# Words that stand for no answer, and the signs among them also repeated ('??', '--', '000').
_PLACEHOLDER = re.compile(r"\?+|0+|-+|\.+|x{3,}|n\s*/\s*a\.?|n\.\s*a\.?|na|tbd|unknown|none")
_NAMES = frozenset({"na"})
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_WHOLE = re.compile(r"[0-9]{1,7}")

_MOST = {"days_requested": 366, "php_days_per_week": 7, "times": 99, "weeks": 53, "months": 36, "quantity": 99_999}


def check(control: Field, value: str, answers: Answers) -> str:
    """What is wrong with this answer, in words; '' when nothing is. `value` is stripped."""
    is_required = control.required(answers)
    if not value or (control.kind == Kind.TICK and value != "1"):
        return _ask(control) if is_required else ""
    if is_required and is_placeholder(value, control.kind):
        return (
            f"{_ask(control)} “{value}” is a placeholder: it only leads to a call from CMSI. "
            "Save the draft until you know the answer."
        )
    by_kind = _BY_KIND.get(control.kind)
    return by_kind(control, value) if by_kind else _choice(control, value)


def is_placeholder(value: str, kind: Kind = Kind.TEXT) -> bool:
    """Whether people write this where they know no answer; in a name only what can't be one ('Na' is a name)."""
    word = unicodedata.normalize("NFKC", value).strip().translate(_DASHES).casefold()
    if kind == Kind.NAME and word in _NAMES:
        return False
    return _PLACEHOLDER.fullmatch(word) is not None


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"…": "..."})


def _ask(control: Field) -> str:
    return control.ask or f"{control.label}: enter an answer."


def _choice(control: Field, value: str) -> str:
    if control.choices and value not in dict(control.choices):
        return control.ask or f"{control.label}: choose one of the list."
    if control.name == "member_id" and not compare.member_id(value):
        return control.ask
    return ""


def _date(control: Field, value: str) -> str:
    if clock.parse_date(value):
        return ""
    return f"{control.label}: “{value}” is no date. Enter month, day and a year of four digits, for example 11/30/2026."


def _npi(control: Field, value: str) -> str:
    if identifiers.check_npi(value):
        return ""
    return (
        f"{control.label}: “{value}” is not an NPI. An NPI has 10 digits, begins with 1 or 2 "
        "and ends with a check digit: compare it with the provider's own."
    )


def _tin(control: Field, value: str) -> str:
    return (
        ""
        if identifiers.check_tin(value)
        else f"{control.label}: enter the 9 digits of the TIN, for example 39-1234567."
    )


def _phone(control: Field, value: str) -> str:
    if identifiers.clean_phone(value):
        return ""
    return f"{control.label}: enter 10 digits with the area code, for example 262-555-0142."


def _email(control: Field, value: str) -> str:
    return "" if _EMAIL.fullmatch(value) else f"{control.label}: enter an address like name@example.com."


def number(value: str) -> int | None:
    """The whole number in `value` (12, or 12.0 with thousands' commas), or None."""
    typed = unicodedata.normalize("NFKC", value).strip().replace(",", "")
    typed = re.sub(r"\.0+$", "", typed)
    return int(typed) if _WHOLE.fullmatch(typed) else None


def _number(control: Field, value: str) -> str:
    most = _MOST.get(control.name, 9999)
    found = number(value)
    return (
        "" if found is not None and 1 <= found <= most else f"{control.label}: enter a whole number from 1 to {most:,}."
    )


def _name(control: Field, value: str) -> str:
    return "" if any(sign.isalpha() for sign in value) else (control.ask or f"{control.label}: enter a name.")


_BY_KIND: dict[Kind, Callable[[Field, str], str]] = {
    Kind.DATE: _date,
    Kind.NPI: _npi,
    Kind.TIN: _tin,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.NUMBER: _number,
    Kind.NAME: _name,
}
