"""One entry for the code of a service line: CPT or HCPCS Level II, by its form."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from casework.codes import cpt, hcpcs


class System(StrEnum):
    CPT = "CPT"
    HCPCS = "HCPCS"


@dataclass(frozen=True)
class ServiceCode:
    """A well-formed code, in capitals, and the system that it belongs to."""

    code: str
    system: System


@dataclass(frozen=True)
class Problem:
    """Why a text is no code of a service, in words that say what to do."""

    message: str


_EMPTY = Problem("Enter the CPT or HCPCS code.")
_DENTAL = Problem("This is a dental code. CMSI does not review dental services: enter a CPT or HCPCS code.")
_DIAGNOSIS = Problem(
    "This looks like a diagnosis code. Enter the CPT or HCPCS code here and the diagnosis in its section."
)
_WITH_MODIFIER = Problem("Enter the code alone here, 5 characters, and its modifiers in their own field.")
_MALFORMED = Problem(
    "This is not a CPT or HCPCS code. Enter 5 digits (97110), 4 digits and F, T, U or M (0042T), "
    "or a letter and 4 digits (E0601)."
)
_ICD_WITH_DOT = re.compile(r"[A-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}")
_SEPARATORS = re.compile(r"[\s.‐‑‒–—−-]+")


def service_code(text: str) -> ServiceCode | Problem:
    """The CPT or HCPCS code in `text`, or what is wrong with it. Spaces, dashes, dots and the case don't matter."""
    typed = unicodedata.normalize("NFKC", text).strip().upper()
    code = _SEPARATORS.sub("", typed)
    if cpt.well_formed(code):
        return ServiceCode(code, System.CPT)
    if hcpcs.well_formed(code) and not _ICD_WITH_DOT.fullmatch(typed):
        return _DENTAL if hcpcs.is_dental(code) else ServiceCode(code, System.HCPCS)
    return _problem(typed, code)


def hcpcs_among(texts: Iterable[str]) -> list[str]:
    """The HCPCS codes among these texts, for a look-up of all of them at once."""
    found = [service_code(text) for text in texts]
    return [each.code for each in found if isinstance(each, ServiceCode) and each.system == System.HCPCS]


def _problem(typed: str, code: str) -> Problem:
    if not code:
        return _EMPTY
    if _ICD_WITH_DOT.fullmatch(typed):
        return _DIAGNOSIS
    if len(code) in (7, 9, 11, 13) and isinstance(service_code(code[:5]), ServiceCode):
        return _WITH_MODIFIER
    return _MALFORMED
