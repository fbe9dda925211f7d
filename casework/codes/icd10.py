"""ICD-10-CM: the form of a code, its meaning on a day, and the look-up by code or words."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from peewee import BooleanField, CharField, DateField, Expression, IntegerField, SqliteDatabase, TextField, fn

from casework import clock
from casework.codes.releases import ICD10CM, CodeRelease
from casework.ready import MARK_TEXT, Ready, models_of
from casework.storage import rows
from models import Base, database

_FORM = re.compile(r"[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])[0-9A-Z]{0,4}", re.ASCII)
_APART = re.compile(r"[\s.‐‑‒–—−-]+")


class IcdCode(Base):
    """A code of ICD-10-CM as it reads from one day on, until another when that is known.

    Headers (M17) have children; only codes without children may be used (M17.11).
    """

    code = CharField(7)
    """Without its dot."""
    parent = CharField(7, default="", index=True)
    """The header above it; '' for a category."""
    is_header = BooleanField()
    description = TextField()
    terms = TextField(default="")
    """Other names, that only the search uses."""
    words = TextField()
    """Description and terms as the search compares them."""
    position = IntegerField(default=0, index=True)
    """Order in which codes are offered: short, general descriptions first; 0 for headers, which are never offered."""
    valid_from = DateField()
    valid_to = DateField(null=True)

    class Meta:
        table_name = "icd_code"
        indexes = ((("code", "valid_from"), True),)

    @property
    def dotted(self) -> str:
        return dotted(self.code)


# The index of the words beside the table: SQLite's own full text search, holding row positions and no second copy of
# the text; PostgreSQL's own on the column. Frozen copy: migrations/0002_code_search.py.
SEARCH_DDL = {
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS icd_search "
        "USING fts5(words, content='', detail='none', prefix='2 3 4 5 6 7 8 9')"
    ),
    "postgres": "CREATE INDEX IF NOT EXISTS icd_code_search ON icd_code USING gin (to_tsvector('simple', words))",
}


@dataclass(frozen=True)
class Choice:
    """A code offered: with its dot, and its description."""

    code: str
    description: str
    is_header: bool = False


@dataclass(frozen=True)
class Found:
    code: str
    description: str


@dataclass(frozen=True)
class Header:
    """A code that stands for the ones below it and can't be used itself."""

    code: str
    description: str
    children: tuple[Choice, ...]


@dataclass(frozen=True)
class Unknown:
    """Not in the table for this date: `ended_on` is its last day, `starts_on` its first, if the table knows one."""

    code: str
    well_formed: bool
    ended_on: date | None = None
    starts_on: date | None = None


def normalise(text: str) -> str:
    """The code as the table has it: 'm17.11 ' becomes 'M1711'. Spaces, dots, dashes and the case don't matter."""
    return _APART.sub("", unicodedata.normalize("NFKC", text)).upper()


def dotted(code: str) -> str:
    """'M17.11' from 'M1711'."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def well_formed(code: str) -> bool:
    """Whether a normalised text could be a code: a letter, then a digit and a letter or digit, or (as in QA0) a letter
    and a digit, then up to four letters or digits."""
    return _FORM.fullmatch(code) is not None


def lookup(text: str, on: date) -> Found | Header | Unknown:
    """What a code means on the date of service.

    After the newest loaded release that one counts, and before the oldest that one: nobody is asked about releases.
    An unknown well-formed code is a reason to warn, never to block: the table may be older than the code.
    """
    return lookups([text], on)[text]


def lookups(texts: Iterable[str], on: date) -> dict[str, Found | Header | Unknown]:
    """The same for several texts at once: two statements, and one more for each heading among them."""
    codes = {text: normalise(text) for text in texts}
    wanted = [code for code in codes.values() if well_formed(code)]
    if not wanted:
        return {text: Unknown(text.strip(), well_formed=False) for text in codes}
    named = dict(zip(_code_marks(len(wanted)), wanted, strict=True))
    there: list[IcdCode] = [models_of(row, IcdCode)[0] for row in _of_codes(len(wanted)).run(named)]
    day = _covered(on)
    return {text: _reading(text, code, [row for row in there if row.code == code], day) for text, code in codes.items()}


def _code_marks(count: int) -> list[str]:
    return [f"{MARK_TEXT} {place}" for place in range(count)]


@lru_cache
def _of_codes(count: int) -> Ready:
    """All that so many codes ever meant, the oldest first: asked for at each pause in typing a request."""
    return Ready(IcdCode.select().where(IcdCode.code.in_(_code_marks(count))).order_by(IcdCode.valid_from))


def _reading(text: str, code: str, there: list[IcdCode], day: date) -> Found | Header | Unknown:
    for row in there:
        if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day):
            return _header(row, day) if row.is_header else Found(row.dotted, row.description)
    return Unknown(
        dotted(code) if well_formed(code) else text.strip(),
        well_formed(code),
        ended_on=max((row.valid_to for row in there if row.valid_to and row.valid_to < day), default=None),
        starts_on=min((row.valid_from for row in there if row.valid_from > day), default=None),
    )


def meanings(texts: Iterable[str], on: date) -> dict[str, str]:
    """Normalised code → description, of those texts that are codes which may be used on that day; in two statements."""
    codes = {normalise(text) for text in texts}
    wanted = [code for code in codes if well_formed(code)]
    if not wanted:
        return {}
    usable = IcdCode.code.in_(wanted) & (IcdCode.is_header == False) & _valid(_covered(on))  # noqa: E712 - SQL
    return dict(rows(IcdCode.select(IcdCode.code, IcdCode.description).where(usable)))


def _covered(on: date) -> date:
    """The day itself, or the first one that the loaded releases cover."""
    day: Any = CodeRelease.valid_from
    oldest: date | None = day.python_value(_oldest().run({})[0][0])
    return max(on, oldest) if oldest else on


@cache
def _oldest() -> Ready:
    return Ready(CodeRelease.select(fn.MIN(CodeRelease.valid_from)).where(CodeRelease.system == ICD10CM))


def _header(row: IcdCode, day: date) -> Header:
    below = IcdCode.select().where((IcdCode.parent == row.code) & _valid(day)).order_by(IcdCode.code)
    return Header(
        row.dotted, row.description, tuple(Choice(each.dotted, each.description, each.is_header) for each in below)
    )


def _valid(day: date) -> Expression:
    return (IcdCode.valid_from <= day) & (IcdCode.valid_to.is_null() | (IcdCode.valid_to >= day))


def search(text: str, limit: int = 12, on: date | None = None) -> list[Choice]:
    """Codes to offer for what was typed, at most `limit`: by the beginning of a code, else by words, in any order.

    Words may be begun ('fract rad left') or be usual short forms ('fx', 'htn'). Only codes that may be used on the
    day `on` (today when None) are offered, never headers: short, general descriptions first.
    """
    code = normalise(text)
    day = _covered(on or clock.today())
    if re.search(r"\d", code) and _could_begin(code):
        offered = _by_code(code, limit, day)
        if offered:
            return offered
    prefixes = search_prefixes(text)
    return _by_words(prefixes, limit, day) if prefixes else []


def _could_begin(code: str) -> bool:
    return well_formed(code) or (len(code) == 2 and re.fullmatch(r"[A-Z][0-9]", code, re.ASCII) is not None)


def _by_code(code: str, limit: int, day: date) -> list[Choice]:
    # BETWEEN, not LIKE: it uses the index in both databases, whatever their collation.
    begun = IcdCode.code.between(code, code + "ZZZZZZZ")
    rows = IcdCode.select().where(begun & ~IcdCode.is_header & _valid(day))
    return [Choice(row.dotted, row.description) for row in rows.order_by(IcdCode.code).limit(limit)]


_SELECT = "SELECT c.code, c.description FROM "
_VALID = "c.valid_from <= {0} AND (c.valid_to IS NULL OR c.valid_to >= {0})"
# CROSS JOIN holds SQLite to this order: matches come by position, and the twelfth ends the search.
_SQLITE_SEARCH = (
    _SELECT
    + "icd_search CROSS JOIN icd_code c ON c.position = icd_search.rowid WHERE icd_search MATCH ? AND "
    + _VALID.format("?")
    + " ORDER BY icd_search.rowid LIMIT ?"
)
# "+ 0" keeps PostgreSQL from walking the codes by position: it takes the index of the words, whatever it expects.
_POSTGRES_SEARCH = (
    _SELECT
    + "icd_code c WHERE to_tsvector('simple', c.words) @@ to_tsquery('simple', %s) AND NOT c.is_header AND "
    + _VALID.format("%s")
    + " ORDER BY c.position + 0 LIMIT %s"
)


def _by_words(prefixes: list[str], limit: int, day: date) -> list[Choice]:
    if isinstance(database.obj, SqliteDatabase):
        statement, match = (
            _SQLITE_SEARCH,
            " AND ".join(f'"{each}"*' if len(each) > 1 else f'"{each}"' for each in prefixes),
        )
    else:
        statement, match = _POSTGRES_SEARCH, " & ".join(f"{each}:*" if len(each) > 1 else each for each in prefixes)
    rows = database.execute_sql(statement, (match, day.isoformat(), day.isoformat(), limit))
    return [Choice(dotted(code), description) for code, description in rows]


_SHORT_FORMS = {
    "acl": "anterior cruciate ligament",
    "adhd": "attention hyperactivity",
    "afib": "atrial fibrillation",
    "bilat": "bilateral",
    "cad": "atherosclerotic heart disease",
    "cancer": "malignant",
    "chf": "congestive heart failure",
    "ckd": "chronic kidney disease",
    "copd": "chronic obstructive pulmonary",
    "dm": "diabetes mellitus",
    "dvt": "embolism thrombosis deep veins",
    "esrd": "end stage renal",
    "fx": "fracture",
    "gerd": "gastro esophageal reflux",
    "htn": "hypertension",
    "lt": "left",
    "ptsd": "post traumatic stress",
    "rt": "right",
    "tia": "transient ischemic attack",
    "uti": "urinary tract infection",
}
_LITTLE_WORDS = frozenset(
    ["and", "at", "by", "due", "for", "from", "in", "of", "on", "or", "other", "the", "to", "with"]
)
_MOST_WORDS = 8


def fold(text: str) -> str:
    """Words as the search compares them: lower case, no accents, no punctuation ('Crohn's' is 'crohns')."""
    bare = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", ""))
    return " ".join(re.findall(r"[a-z0-9]+", bare.encode("ascii", "ignore").decode().lower()))


def search_prefixes(text: str) -> list[str]:
    """The beginnings of words that a code's words must hold: short forms spelled out, plural endings dropped.

    A single letter or digit ('type 2', 'vitamin d') stands for a whole word.
    """
    typed = [word for words in fold(text[:200]).split() for word in _SHORT_FORMS.get(words, words).split()]
    telling = [word for word in typed if word not in _LITTLE_WORDS] or typed
    return list(dict.fromkeys(_singular(word) for word in telling))[:_MOST_WORDS]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def create_search() -> None:
    """Makes the index of the words, if it is not there."""
    kind = "sqlite" if isinstance(database.obj, SqliteDatabase) else "postgres"
    database.execute_sql(SEARCH_DDL[kind])


# Injuries: initial encounters (seventh character A to C) before subsequent ones (D to R) and sequelae (S). Then codes
# with few characters, the general ones, and short descriptions.
_NUMBER = """
UPDATE icd_code SET position = ranked.place FROM (
    SELECT id, row_number() OVER (
        ORDER BY
            CASE WHEN substr(code, 7, 1) BETWEEN 'D' AND 'R' THEN 1 WHEN substr(code, 7, 1) = 'S' THEN 2 ELSE 0 END,
            length(code), length(description), code, valid_from
    ) AS place FROM icd_code WHERE NOT is_header
) AS ranked WHERE ranked.id = icd_code.id
"""


def renew_search() -> None:
    """Numbers the codes in the order in which they are offered, and fills the index of the words anew."""
    database.execute_sql("UPDATE icd_code SET position = 0 WHERE position <> 0")
    database.execute_sql(_NUMBER)
    if isinstance(database.obj, SqliteDatabase):
        database.execute_sql("INSERT INTO icd_search(icd_search) VALUES ('delete-all')")
        database.execute_sql(
            "INSERT INTO icd_search(rowid, words) "
            "SELECT position, words FROM icd_code WHERE position > 0 ORDER BY position"
        )


def parents(codes: Iterable[str]) -> dict[str, str]:
    """For each code without its dot the longest shorter one that it begins with, '' if there is none."""
    known = set(codes)
    return {
        code: next((code[:end] for end in range(len(code) - 1, 2, -1) if code[:end] in known), "") for code in known
    }
