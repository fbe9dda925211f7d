"""From raw text to typed rows: what a submitted request is made of."""

from dataclasses import dataclass
from datetime import date

from casework.answers import Answers, Line
from casework.codes import icd10, modifiers, services
from casework.completeness.one_field import number
from casework.completeness.stay import asked_days
from casework.fields.lines import PERIODS, is_drug, is_equipment
from casework.fields.request import is_attested
from casework.vocabulary import counted
from models import Urgency


@dataclass(frozen=True)
class TypedStay:
    first_day: date
    last_day: date
    """The days asked for: of a program of so many days a week, whole weeks long."""
    patient_status: str
    admission_date: date
    admission_type: str
    level_of_care: str
    days_requested: int
    expected_discharge: date | None


@dataclass(frozen=True)
class TypedServiceLine:
    position: int
    code: str
    description: str
    modifiers: str
    quantity: int
    unit: str
    frequency: str
    """In words: '3 times a week for 4 weeks'."""
    date_from: date
    date_to: date
    place_of_service: str
    details: str
    """Equipment and drug, in words: 'Rent, 3 months; needed for discharge'."""


@dataclass(frozen=True)
class TypedDiagnosisLine:
    position: int
    code: str
    """With its dot: 'M17.11'."""
    description: str
    is_primary: bool


@dataclass(frozen=True)
class Typed:
    """The typed rows of a request whose answers have no problem, and the columns of the request itself."""

    care_kind: str
    urgency: Urgency
    is_attested: bool
    service_from: date
    service_to: date
    stay: TypedStay | None
    service_lines: tuple[TypedServiceLine, ...]
    diagnosis_lines: tuple[TypedDiagnosisLine, ...]


def typed(answers: Answers, approved_through: date | None = None) -> Typed:
    """Turns answers without problems into typed rows. Raises ValueError when they still have some."""
    begin, end = span(answers, approved_through)
    return Typed(
        care_kind=answers.text("care_kind"),
        urgency=Urgency(answers.text("urgency")),
        is_attested=is_attested(answers),
        service_from=_sure(begin),
        service_to=_sure(end),
        stay=_stay(answers, _sure(begin), _sure(end)) if answers.is_inpatient else None,
        service_lines=tuple(
            _service_line(answers, line, position) for position, line in enumerate(answers.filled_lines("service"), 1)
        ),
        diagnosis_lines=tuple(
            _diagnosis_line(answers, line, position)
            for position, line in enumerate(answers.filled_lines("diagnosis"), 1)
        ),
    )


def span(answers: Answers, approved_through: date | None = None) -> tuple[date | None, date | None]:
    """First and last day of the care asked for, as far as the answers tell: the days of the stay, or of all lines."""
    if answers.is_inpatient:
        days = asked_days(answers, approved_through)
        return days if days else (answers.date("admission_date"), None)
    lines = answers.filled_lines("service")
    begins = [begin for line in lines if (begin := line.date("from"))]
    ends = [end for line in lines if (end := line.date("to") or line.date("from"))]
    return min(begins, default=None), max(ends, default=None)


def first_date(answers: Answers) -> date | None:
    """The date of service for which codes are looked up."""
    return span(answers)[0]


def _sure(day: date | None) -> date:
    if day is None:
        raise ValueError("the answers still have problems")
    return day


def _count(text: str) -> int:
    found = number(text)
    if found is None:
        raise ValueError("the answers still have problems")
    return found


def _stay(answers: Answers, first_day: date, last_day: date) -> TypedStay:
    return TypedStay(
        first_day=first_day,
        last_day=last_day,
        patient_status=answers.text("patient_status"),
        admission_date=_sure(answers.date("admission_date")),
        admission_type=answers.text("admission_type"),
        level_of_care=answers.text("level_of_care"),
        days_requested=_count(answers.text("days_requested")),
        expected_discharge=answers.date("expected_discharge"),
    )


def _service_line(answers: Answers, line: Line, position: int) -> TypedServiceLine:
    code = services.service_code(line.text("code"))
    if isinstance(code, services.Problem):
        raise ValueError("the answers still have problems")
    return TypedServiceLine(
        position=position,
        code=code.code,
        description=line.text("description"),
        modifiers=modifiers.parse(line.text("modifiers")).text,
        quantity=_count(line.text("quantity")),
        unit=line.text("unit"),
        frequency=frequency(line),
        date_from=_sure(line.date("from")),
        date_to=_sure(line.date("to")),
        place_of_service=line.text("place"),
        details=details(answers, line),
    )


def frequency(line: Line) -> str:
    """'3 times a week for 4 weeks'; '' when none is given."""
    times, weeks = number(line.text("times")), number(line.text("weeks"))
    period = dict(PERIODS).get(line.text("period"), "")
    if times is None or weeks is None or not period:
        return ""
    return f"{counted(times, 'times')} {period} for {counted(weeks, 'weeks')}"


def details(answers: Answers, line: Line) -> str:
    """What is said of equipment and drugs: 'Rent, 3 months; needed for discharge', 'NDC 12345-6789-01; 40 mg; oral'."""
    said: list[str] = []
    if is_equipment(answers, line):
        months = number(line.text("months")) if line.text("purchase") == "rent" else None
        purchase = {"rent": "Rent", "purchase": "Purchase"}.get(line.text("purchase"), "")
        said += [f"{purchase}, {counted(months, 'months')}" if months else purchase]
        said += ["needed for discharge" if line.ticked("for_discharge") else ""]
    if is_drug(answers, line):
        ndc = line.text("ndc")
        said += [f"NDC {ndc}" if ndc else "", line.text("dose"), line.text("route")]
    return "; ".join(part for part in said if part)


def _diagnosis_line(answers: Answers, line: Line, position: int) -> TypedDiagnosisLine:
    found = icd10.lookup(line.text("code"), _sure(first_date(answers)))
    description = found.description if isinstance(found, icd10.Found) else ""
    return TypedDiagnosisLine(position, found.code, description[:400], line == answers.primary)
