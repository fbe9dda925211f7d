"""The files in which CMS publishes the codes, read into rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from casework.errors import Refused


@dataclass(frozen=True)
class IcdRow:
    """A code and its description; a header stands for the codes below it and can't be used itself."""

    code: str
    is_header: bool
    description: str
    terms: str = ""


@dataclass(frozen=True)
class HcpcsRow:
    code: str
    description: str
    valid_from: date
    valid_to: date | None


_ORDER = re.compile(r"\d{5} [A-Z][0-9A-Z]{2,6} +[01] ")
_CODES = re.compile(r"[A-Z][0-9][0-9A-Z]{1,5} +\S|[A-Z][A-Z][0-9][0-9A-Z]{0,4} +\S")
_HCPCS = re.compile(r"[A-Z]\d{4}\d{5}[34]")
_HCPCS_MODIFIER = re.compile(r" {3}[0-9A-Z]{2}\d{5}[78]")


def is_hcpcs(text: str) -> bool:
    """Whether this is the fixed-width HCPCS file (HCPC20xx_…_ANWEB.txt)."""
    return any(_HCPCS.match(line) or _HCPCS_MODIFIER.match(line) for line in text.splitlines()[:200])


def has_headers(text: str) -> bool:
    """Whether this is the ICD-10-CM order file, with headers, and not the file of usable codes alone."""
    return _ORDER.match(text) is not None


def icd_rows(text: str) -> list[IcdRow]:
    """Rows of an ICD-10-CM order file (icd10cm_order_20xx.txt) or codes file (icd10cm_codes_20xx.txt).

    Order file: order number in columns 1-5, code 7-13, 1 in column 15 for a usable code and 0 for a header, short
    description 17-76, long description from 78. Codes file: code in columns 1-7, description from the next word on.
    Raises Refused when a line has another form.
    """
    read = _order_row if has_headers(text) else _codes_row
    rows = [read(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not rows:
        raise Refused("The file is empty.")
    return rows


def _order_row(number: int, line: str) -> IcdRow:
    if not _ORDER.match(line) or len(line) < 78:
        raise _strange(number)
    return IcdRow(line[6:13].strip(), line[14] == "0", line[77:].strip() or line[16:76].strip())


def _codes_row(number: int, line: str) -> IcdRow:
    if not _CODES.match(line):
        raise _strange(number)
    code, description = line.split(maxsplit=1)
    return IcdRow(code, False, description.strip())


def hcpcs_rows(text: str) -> list[HcpcsRow]:
    """Rows of the HCPCS Level II file; modifiers, dental codes and the notice at its top are left out.

    Code in columns 1-5, sequence 6-10, record 11 (3 begins a procedure, 4 goes on with its description), long
    description 12-91; of the first record: added 269-276, end 285-292, as YYYYMMDD (HCPC20xx_recordlayout.txt).
    """
    rows: list[HcpcsRow] = []
    for code, lines in _by_code(text):
        description = " ".join(" ".join(line[11:91] for line in lines).split())
        added, ended = _day(lines[0][268:276]), _day(lines[0][284:292])
        if not code.startswith("D"):
            rows.append(HcpcsRow(code, description, added or date(1980, 1, 1), ended))
    if not rows:
        raise Refused("The file holds no HCPCS codes.")
    return rows


def _by_code(text: str) -> Iterator[tuple[str, list[str]]]:
    lines: list[str] = []
    for line in text.splitlines():
        if not _HCPCS.match(line):
            continue
        if line[10] == "3" and lines:
            yield lines[0][:5], lines
            lines = []
        lines.append(line)
    if lines:
        yield lines[0][:5], lines


def _day(text: str) -> date | None:
    return datetime.strptime(text, "%Y%m%d").date() if re.fullmatch(r"\d{8}", text) else None  # noqa: DTZ007 - a day


def _strange(number: int) -> Refused:
    return Refused(
        f"Line {number} of the file has an unexpected form. Load the ICD-10-CM order file or codes file, "
        "or the fixed-width HCPCS file, as CMS publishes them."
    )


def release_day(name: str) -> date | None:
    """From when a file of this name holds, or None when the name does not say.

    ICD-10-CM releases begin on October 1 of the year before theirs, updates on April 1 of it; HCPCS ones with their
    quarter (JAN, APR, JUL, OCT).
    """
    year = re.search(r"20\d\d", name)
    if year is None:
        return None
    number = int(year[0])
    month = re.search(r"jan|apr|jul|oct", name.lower())
    if "icd" in name.lower():
        return date(number, 4, 1) if month and month[0] == "apr" else date(number - 1, 10, 1)
    months = {"jan": 1, "apr": 4, "jul": 7, "oct": 10}
    return date(number, months[month[0]] if month else 1, 1)
