"""Fills the code tables, at set-up and once a release. A load is one transaction; the same again changes nothing."""

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from casework import clock
from casework.codes import icd10, readers
from casework.codes.hcpcs import HcpcsCode
from casework.codes.icd10 import IcdCode
from casework.codes.readers import HcpcsRow, IcdRow
from casework.codes.releases import HCPCS, ICD10CM, CodeRelease
from casework.errors import Refused
from casework.storage import transaction
from models import Base, database

TABLES: tuple[type[Base], ...] = (CodeRelease, IcdCode, HcpcsCode)

PACKAGE = "simple-icd-10-cm 1.5.0"
PACKAGE_DAY = date(2026, 4, 1)
"""The package carries the release of April 2026."""

_ONE_DAY = timedelta(days=1)
_LEAST_SHARE = 0.9


@dataclass(frozen=True)
class Loaded:
    """What a load did: the codes of the release, and how many were added, changed and ended by it."""

    system: str
    valid_from: date
    codes: int
    added: int = 0
    changed: int = 0
    ended: int = 0

    @property
    def words(self) -> str:
        """For the terminal."""
        news = f"{self.added} added, {self.changed} changed, {self.ended} ended"
        return f"{self.system} from {clock.show_date(self.valid_from)}: {self.codes} codes ({news})"


def load_package() -> Loaded:
    """Loads ICD-10-CM as it comes with the portal, unless this release or a newer one is there."""
    newest = _newest(ICD10CM)
    if newest is not None and newest.valid_from >= PACKAGE_DAY:
        return Loaded(ICD10CM, newest.valid_from, newest.codes)
    text = _package_text()
    rows = [IcdRow(*json.loads(line)) for line in text.splitlines()]
    return _load_icd(rows, PACKAGE_DAY, PACKAGE, text)


def _package_text() -> str:
    program = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("extract.py"))]
    return subprocess.run(program, check=True, capture_output=True, text=True, encoding="utf-8").stdout  # noqa: S603 - no input


def load_file(path: Path, valid_from: date | None = None) -> Loaded:
    """Loads a release from a file of CMS: ICD-10-CM order file or codes file, or the fixed-width HCPCS file.

    `valid_from` is the first day on which the release holds; None: as the file's name says. Codes that are not in the
    new release end on the day before. Raises Refused when the file is of another form, cut off, older than what is
    loaded, or does not say from when it holds.
    """
    text = _text(path.read_bytes())
    day = valid_from or readers.release_day(path.name)
    if day is None:
        raise Refused("The file's name does not say from when it holds. Give the date with --from, as 2026-10-01.")
    if readers.is_hcpcs(text):
        return _load_hcpcs(readers.hcpcs_rows(text), day, path.name, text)
    rows = readers.icd_rows(text)
    if not readers.has_headers(text):
        rows = _with_known_headers(rows)
    return _load_icd(rows, day, path.name, text)


def _text(read: bytes) -> str:
    """CMS publishes in UTF-8 or Windows' Western code page."""
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError:
        return read.decode("cp1252", errors="replace")


def _with_known_headers(rows: list[IcdRow]) -> list[IcdRow]:
    """The codes file names no headers: those that are loaded and still have codes below them stay."""
    begun = {row.code[:end] for row in rows for end in range(3, len(row.code))}
    headers = IcdCode.select().where(IcdCode.is_header & IcdCode.valid_to.is_null())
    return [IcdRow(each.code, True, each.description, each.terms) for each in headers if each.code in begun] + rows


def _newest(system: str) -> CodeRelease | None:
    releases = CodeRelease.select().where(CodeRelease.system == system).order_by(CodeRelease.valid_from.desc())
    newest: CodeRelease | None = releases.first()
    return newest


def _check(system: str, day: date, codes: int) -> None:
    newest = _newest(system)
    if newest is None:
        return
    if day < newest.valid_from:
        raise Refused(
            f"A newer release of {system} is loaded, from {clock.show_date(newest.valid_from)}. "
            "Load releases in their order."
        )
    if codes < newest.codes * _LEAST_SHARE:
        raise Refused(f"The file holds only {codes} codes, the loaded release {newest.codes}: it seems to be cut off.")


def _note(system: str, day: date, source: str, digest: str, codes: int) -> None:
    CodeRelease.delete().where((CodeRelease.system == system) & (CodeRelease.valid_from == day)).execute()
    CodeRelease.create(
        system=system, valid_from=day, source=source[:200], digest=digest, codes=codes, loaded_at=clock.now()
    )


def _is_there(system: str, day: date, digest: str) -> bool:
    newest = _newest(system)
    return newest is not None and newest.valid_from == day and newest.digest == digest


def _insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Many rows at once, straight to the driver: through the models it would take half a minute."""
    marks = ", ".join([database.param] * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
    database.cursor().executemany(statement, [[_plain(value) for value in row] for row in rows])


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _load_icd(rows: list[IcdRow], day: date, source: str, text: str) -> Loaded:
    usable = sum(not row.is_header for row in rows)
    digest = sha256(text.encode()).hexdigest()
    with transaction():
        if _is_there(ICD10CM, day, digest):
            return Loaded(ICD10CM, day, usable)
        _check(ICD10CM, day, usable)
        loaded = _merge_icd(rows, day, usable)
        icd10.renew_search()
        _note(ICD10CM, day, source, digest, usable)
    return loaded


def _merge_icd(rows: list[IcdRow], day: date, usable: int) -> Loaded:
    """Closes what the release ends or words otherwise, and adds what is new in it."""
    current = {row.code: row for row in IcdCode.select().where(IcdCode.valid_to.is_null())}
    fresh = [row for row in rows if row.code not in current]
    changed = [row for row in rows if row.code in current and _differs(row, current[row.code])]
    gone = current.keys() - {row.code for row in rows}
    _end([current[row.code] for row in changed] + [current[code] for code in gone], day)
    terms = {code: row.terms for code, row in current.items()}
    above = icd10.parents(row.code for row in rows)
    _insert(
        "icd_code",
        ("code", "parent", "is_header", "description", "terms", "words", "position", "valid_from"),
        (
            (
                row.code,
                above[row.code],
                row.is_header,
                row.description,
                names,
                icd10.fold(f"{row.description} {names}"),
                0,
                day,
            )
            for row in fresh + changed
            for names in [row.terms or terms.get(row.code, "")]
        ),
    )
    return Loaded(ICD10CM, day, usable, len(fresh), len(changed), len(gone))


def _differs(row: IcdRow, current: IcdCode) -> bool:
    return row.is_header != current.is_header or row.description != current.description


def _end(rows: list[IcdCode], day: date) -> None:
    """Ends rows on the day before; one that began on that very day (a release loaded again, corrected) is dropped."""
    dropped = [row.id for row in rows if row.valid_from >= day]
    ended = [row.id for row in rows if row.valid_from < day]
    for start in range(0, max(len(dropped), len(ended)), 500):
        IcdCode.delete().where(IcdCode.id.in_(dropped[start : start + 500])).execute()
        IcdCode.update(valid_to=day - _ONE_DAY).where(IcdCode.id.in_(ended[start : start + 500])).execute()


def _load_hcpcs(rows: list[HcpcsRow], day: date, source: str, text: str) -> Loaded:
    """Codes that the release leaves out stay, ended on the day before it unless they ended earlier."""
    digest = sha256(text.encode()).hexdigest()
    with transaction():
        if _is_there(HCPCS, day, digest):
            return Loaded(HCPCS, day, len(rows))
        _check(HCPCS, day, len(rows))
        before = {each.code: each for each in HcpcsCode.select()}
        named = {row.code: row for row in rows}
        gone = [each for code, each in before.items() if code not in named]
        columns = ("code", "description", "valid_from", "valid_to")
        HcpcsCode.delete().execute()
        _insert("hcpcs_code", columns, [[getattr(row, name) for name in columns] for row in named.values()])
        _insert(
            "hcpcs_code",
            columns,
            [[each.code, each.description, each.valid_from, each.valid_to or day - _ONE_DAY] for each in gone],
        )
        _note(HCPCS, day, source, digest, len(named))
    changed = sum(code in before and before[code].description != row.description for code, row in named.items())
    ended = sum(each.valid_to is None for each in gone)
    return Loaded(HCPCS, day, len(named), len(named.keys() - before.keys()), changed, ended)
