"""The request form: what a browser posted becomes changes of a draft, and a draft becomes controls.

Nothing is validated here beyond what a control can hold: a draft keeps what was typed, and `casework.completeness`
says what is missing or wrong.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from casework import fields
from casework.answers import Answers
from casework.completeness import Problem, SectionState
from casework.fields import Field, Kind, Section
from casework.fields.request import CRITERIA, INPATIENT_KINDS, SERVICE_KINDS
from casework.vocabulary import CASE_TYPES
from models import CaseType

KINDS_BY_TYPE = ((CASE_TYPES[CaseType.INPATIENT], INPATIENT_KINDS), (CASE_TYPES[CaseType.SERVICE], SERVICE_KINDS))
GROUPS = {
    "contact": "Contact",
    "requesting": "Requesting provider",
    "servicing": "Servicing provider",
    "facility": "Facility",
    "criterion": "Criteria for Expedited",
}
"""Fields whose names begin alike stand together under these words."""


@dataclass(frozen=True)
class Typed:
    """What was typed since the page was drawn: the new texts, and the version of each that the person had seen."""

    changes: dict[str, str]
    known: dict[str, int]


@dataclass(frozen=True)
class Control:
    """One control as the page draws it."""

    field: Field
    name: str
    value: str = ""
    version: int = 0
    is_required: bool = False
    error: str = ""
    is_unsaved: bool = False
    """What stands in it could not be saved; the draft holds something else."""


@dataclass(frozen=True)
class Group:
    """Controls that belong together; `name` is '' for those without words of their own."""

    name: str
    controls: list[Control] = field(default_factory=list)

    @property
    def title(self) -> str:
        return GROUPS.get(self.name, "")

    @property
    def error(self) -> str:
        return next((each.error for each in self.controls if each.error), "")


@dataclass(frozen=True)
class Drawn:
    """What a draft holds and what is to be said about it, by the names of the controls."""

    answers: Answers
    versions: Mapping[str, int]
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    """Texts that were not saved because somebody else was faster: they stay in their fields."""

    def control(self, each: Field, name: str = "", *, is_asked: bool = True) -> Control:
        """`is_asked`: whether its asterisk counts; a blank line that may stay blank has none."""
        name = name or each.name
        value = self.typed.get(name, self.answers.values.get(name, ""))
        needed = is_asked and each.required(self.answers)
        version, error = self.versions.get(name, 0), self.errors.get(name, "")
        return Control(each, name, value, version, needed, error, name in self.typed)

    def sections(self) -> list[Section]:
        return list(fields.sections(self.answers))

    def groups(self, section: Section) -> list[Group]:
        """The fields of a section that apply now, those that belong together in one group."""
        groups: list[Group] = []
        for each in section.fields:
            if not each.when(self.answers):
                continue
            first = each.name.partition("_")[0]
            name = first if first in GROUPS else ""
            if not groups or groups[-1].name != name:
                groups.append(Group(name))
            groups[-1].controls.append(self.control(each))
        return groups

    def error_of(self, name: str) -> str:
        return self.errors.get(name, "")

    @property
    def shown(self) -> str:
        """What the page shows, for a hidden field, as name:version:mark: `typed_into` tells by it what was changed."""
        return self.shown_of("")

    def shown_of(self, start: str) -> str:
        """The same of the controls whose names begin so, for a line that comes to the page by itself."""
        return " ".join(
            f"{name}:{self.versions.get(name, 0)}:{_mark(self.answers.values.get(name, ''))}"
            for name, _ in fields.applying(self.answers)
            if name.startswith(start) and (name in self.versions or name in self.answers.values)
        )


def typed_into(posted: MultiDict[str, str]) -> Typed:
    """What was changed, out of a posted form.

    An autosave sends changed fields alone, each with `v-<name>`, the version that it has seen. A button sends all
    fields; those that still are as the page showed them (its field `shown`) were not touched, whatever others did to
    them meanwhile. What was saved by itself since has its new version at the end of `shown`, as name:version; a line
    that came later brings a `shown` of its own. Names that the form doesn't know are left out.
    """
    shown = _shown(" ".join(reversed(posted.getlist("shown"))))
    changes: dict[str, str] = {}
    known: dict[str, int] = {}
    for name, text in _texts(posted, shown):
        version, mark = shown.get(name, (0, _mark("")))
        if f"v-{name}" in posted:
            version = _number(posted[f"v-{name}"])
        elif mark == _mark(text):
            continue
        changes[name], known[name] = text, version
    return Typed(changes, known)


def _texts(posted: Mapping[str, str], shown: Mapping[str, tuple[int, str]]) -> Iterator[tuple[str, str]]:
    for name, text in posted.items():
        if fields.field_of(name) is not None:
            yield name, text.replace("\r\n", "\n")
    for name in shown:  # a browser sends nothing for a box that was unticked
        each = fields.field_of(name)
        if name not in posted and each is not None and each.kind == Kind.TICK:
            yield name, ""


def _shown(text: str) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for part in text.split(" "):
        name, _, rest = part.partition(":")
        version, _, mark = rest.partition(":")
        if version and _number(version) >= found.get(name, (0, ""))[0]:
            first = found.get(name, (0, _mark("")))[1]
            found[name] = (_number(version), mark or first)
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _mark(text: str) -> str:
    return f"{zlib.crc32(text.encode('utf-8', 'replace')):x}"


@dataclass(frozen=True)
class Panel:
    """A section in the panel beside the form: how much is left, and links to it (id of the control, words)."""

    name: str
    left: int
    items: list[tuple[str, str]]


def panels(states: Iterable[SectionState], answers: Answers) -> list[Panel]:
    """What is still missing or not right yet, section by section, in a few words each."""
    return [
        Panel(
            f"{state.letter}. {state.title}",
            state.left,
            [(each.control, _in_panel(each, answers)) for each in state.problems],
        )
        for state in states
    ]


def _in_panel(problem: Problem, answers: Answers) -> str:
    # Under "Still missing", what was typed and can't stay would look as if it had not been saved.
    name = name_of(problem, answers)
    return f"{name}: check it" if answers.values.get(problem.control, "").strip() else name


def name_of(problem: Problem, answers: Answers) -> str:
    """The label of the control that a problem belongs to ('Quantity 2'), or what to do where there is no control."""
    each = fields.field_of(problem.control)
    if each is None:
        return _PLACES.get(problem.control, problem.message)
    prefix, _, rest = problem.control.partition("-")
    if not rest:
        return _PLACES.get(problem.control, each.label)
    numbers = [line.number for line in answers.lines(prefix)]
    number = int(rest.partition("-")[0])
    return f"{each.label} {numbers.index(number) + 1}" if number in numbers else each.label


_PLACES = {
    "attachments": "Attachments",
    f"criterion_{CRITERIA[0][0]}": "A criterion, or the physician's statement",
    "add-service": "Service line",
    "add-diagnosis": "Diagnosis line",
    "certified": "Certification",
    "benefits_verified": "Benefits verified",
}


@dataclass(frozen=True)
class Offer:
    """A kind of care as Add shows it: its own button, and a word on where people look for it in vain."""

    kind: str
    words: str
    note: str = ""


_SEPARATE = "a request of its own"
_ADD_WORDS = {  # where the form's own words would repeat the case type that stands above them
    "substance": ("Substance use treatment", ""),
    "php": ("Partial hospitalization (PHP)", "belongs here, not under outpatient"),
    "behavioral": ("Behavioral health", "for an intensive outpatient program see IOP"),
    "hospice_inpatient": ("Hospice in a facility", ""),
    "other_inpatient": ("Any other stay", ""),
    "physical_therapy": ("Physical therapy", _SEPARATE),
    "occupational_therapy": ("Occupational therapy", _SEPARATE),
    "speech_therapy": ("Speech therapy", _SEPARATE),
    "home_nursing": ("Skilled nursing at home", _SEPARATE),
    "iop": ("Behavioral health IOP", "intensive outpatient; for PHP see the stays"),
    "hospice_home": ("Hospice at home", ""),
    "other_service": ("Anything else that is no stay", ""),
}


def offers(case_type: str) -> list[Offer]:
    """The kinds of care of a case type ('inpatient' or 'service') for Add."""
    kinds = INPATIENT_KINDS if case_type == "inpatient" else SERVICE_KINDS
    return [Offer(kind, *_ADD_WORDS.get(kind, (words, ""))) for kind, words in kinds]
