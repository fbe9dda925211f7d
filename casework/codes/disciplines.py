"""Physical, occupational and speech therapy and skilled nursing: each needs a request of its own (CMSI's FAQ)."""

from collections.abc import Iterable
from enum import StrEnum


class Discipline(StrEnum):
    """The value is the kind of care of a request for it."""

    PHYSICAL = "physical_therapy"
    OCCUPATIONAL = "occupational_therapy"
    SPEECH = "speech_therapy"
    NURSING = "home_nursing"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Discipline.PHYSICAL: "physical therapy",
    Discipline.OCCUPATIONAL: "occupational therapy",
    Discipline.SPEECH: "speech therapy",
    Discipline.NURSING: "skilled nursing",
}

# Codes that one discipline alone uses. Treatment codes that several share (97110, 97530 …) are told by modifier or
# kind. The HCPCS codes are those whose CMS description names the therapist or nurse.
_CODES = {
    Discipline.PHYSICAL: "97161 97162 97163 97164 G0151 G0157 G0159 G2168 S9131",
    Discipline.OCCUPATIONAL: "97165 97166 97167 97168 G0129 G0152 G0158 G0160 G2169 S9129",
    Discipline.SPEECH: "92507 92508 92521 92522 92523 92524 G0153 G0161 S9128 S9152",
    Discipline.NURSING: (
        "G0299 G0300 G0154 G0162 G0163 G0164 G0493 G0494 G0495 G0496 S9123 S9124 T1000 T1001 T1002 T1003 T1030 T1031"
    ),
}
_OF_CODE = {code: discipline for discipline, codes in _CODES.items() for code in codes.split()}

# Services under an outpatient plan of care of this therapy.
_OF_MODIFIER = {"GP": Discipline.PHYSICAL, "GO": Discipline.OCCUPATIONAL, "GN": Discipline.SPEECH}


def discipline_of_kind(kind: str) -> Discipline | None:
    """The discipline of a kind of care ('physical_therapy'), or None for all other kinds."""
    return Discipline(kind) if kind in list(Discipline) else None


def discipline_of(code: str, modifiers: Iterable[str] = (), kind: str = "") -> Discipline | None:
    """The discipline of one service line, or None when nothing shows one.

    A code that belongs to one discipline decides; else the modifier GP, GO or GN, as for the codes that disciplines
    share (97110); else the kind of care of the request. Code and modifiers in capitals.
    """
    if code in _OF_CODE:
        return _OF_CODE[code]
    for modifier in modifiers:
        if modifier in _OF_MODIFIER:
            return _OF_MODIFIER[modifier]
    return discipline_of_kind(kind)
