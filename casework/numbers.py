"""WebCert # and Authorization #: given once from an atomic counter, and read as people type them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from peewee import CharField, IntegerField
from stdnum import luhn

from casework.clock import chicago
from models import Base, database


class Kind(StrEnum):
    """Which of the two numbers; the value is the letter that it begins with."""

    WEBCERT = "W"
    AUTHORIZATION = "A"


@dataclass(frozen=True)
class Number:
    """A number as somebody typed it: what it is, how it is written, and whether its check digit is right.

    `kind` is None only when the letter is missing and the check digit fits neither of the two.
    """

    kind: Kind | None
    text: str
    valid: bool


class Counter(Base):
    """The last number given, by kind and year."""

    name = CharField(1)
    year = IntegerField()
    value = IntegerField()

    class Meta:
        table_name = "number_counter"
        indexes = ((("name", "year"), True),)


# The digit that stands for the letter in the check digit, so that a number without its letter still says which it is.
_LETTER_DIGIT = {Kind.WEBCERT: "1", Kind.AUTHORIZATION: "2"}
_LABEL = re.compile(r"^(?:WEBCERT|AUTHORIZATION|AUTH)? ?(?:NUMBER|NO\.?|#)? ?:? ?(?=[WA]?[\s-]*\d)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
# Two-digit year, six digits or more without a leading zero beyond six, check digit. The upper bound keeps a pasted
# barcode from being taken for a number.
_BARE = re.compile(r"(?P<letter>[WA]?)(?P<year>\d\d)(?P<sequence>\d{6}|[1-9]\d{6,8})(?P<check>\d)")
_SHAPED = re.compile(r"(?P<letter>[WA]?)[\s-]*(?P<year>\d\d)[\s-]+(?P<sequence>\d{1,9})[\s-]+(?P<check>\d)")


def format_number(kind: Kind, year: int, sequence: int) -> str:
    """'W26-000123-3' from the kind, the year (four digits or two) and the sequence (1 and up, six digits at least)."""
    if sequence < 1:
        raise ValueError("a sequence begins with 1")
    short = f"{year % 100:02d}"
    digits = f"{sequence:06d}"
    check = luhn.calc_check_digit(_LETTER_DIGIT[kind] + short + digits)
    return f"{kind}{short}-{digits}-{check}"


def next_number(kind: Kind, when: datetime) -> str:
    """The next number of this kind in the year of `when` (as it is in Chicago); never given twice.

    One atomic statement counts up. It belongs to the caller's transaction: if that fails, no case has the number.
    Raises RuntimeError outside a transaction, where a number could be lost or, worse, be given without its case.
    """
    if not database.in_transaction():
        raise RuntimeError("a number is given inside the transaction that gives it to a case")
    year = chicago(when).year
    counted = (
        Counter.insert(name=kind.value, year=year, value=1)
        .on_conflict(conflict_target=[Counter.name, Counter.year], update={Counter.value: Counter.value + 1})
        .returning(Counter.value)
        .execute()
    )
    return format_number(kind, year, next(iter(counted)).value)


def looks_bare(text: str) -> bool:
    """Whether these are the nine digits of a number of ours without its letter, and no valid one: a mistyped number, or
    something else of nine digits."""
    digits = re.sub(r"[\s-]", "", text.translate(_DASHES))
    return digits.isascii() and digits.isdigit() and len(digits) == 9 and parse(digits) is None


def parse(text: str) -> Number | None:
    """The WebCert # or Authorization # in `text`, or None if it has not the form of one.

    Letter, hyphens and spaces may be missing, the case be any, the digits full-width, the label stand before it.
    A wrong check digit is told (`valid` is False) when the letter or the hyphens show that one of our numbers was
    meant; bare digits that fit neither kind are None, since they may be a member ID or a phone.
    A member ID or a TIN can look like one of them (nine digits, or a letter and nine): search for both.
    """
    typed = " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).upper().split())
    typed = _LABEL.sub("", typed, count=1)
    shaped = _SHAPED.fullmatch(typed)
    found = shaped or _BARE.fullmatch(re.sub(r"[\s-]", "", typed))
    if found is None or not typed.isascii():
        return None
    letter, year, sequence, check = found["letter"], found["year"], found["sequence"], found["check"]
    written = f"{year}-{sequence}-{check}"
    canonical = len(sequence) == 6 or (len(sequence) > 6 and sequence[0] != "0")
    kinds = [Kind(letter)] if letter else list(Kind)
    for kind in kinds:
        if canonical and luhn.is_valid(_LETTER_DIGIT[kind] + year + sequence + check):
            return Number(kind, f"{kind}{written}", True)
    if letter:
        return Number(Kind(letter), f"{letter}{written}", False)
    return Number(None, written, False) if shaped else None
