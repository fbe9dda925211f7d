"""Section A: kind and type agree; the rules of Expedited and Retro."""

from collections.abc import Iterator
from datetime import date, timedelta

from casework.answers import Answers
from casework.completeness.problem import Context, Problem
from casework.fields.request import CRITERIA, KINDS, TYPE_OF_KIND, is_attested, ticked_criteria
from models import CaseType, RequestType, Urgency

PLANNED_DAYS = 7
"""CMSI's Criteria for Expedited Status: an admission planned for 7 days or less from now."""


def check(answers: Answers, context: Context) -> Iterator[Problem]:
    yield from _kind(answers)
    if answers.urgency == Urgency.EXPEDITED:
        yield from _expedited(answers, context)
    message = _retro(answers, context.today)
    if message:
        yield Problem("urgency", "A", message)


def _kind(answers: Answers) -> Iterator[Problem]:
    kind = answers.text("care_kind")
    if kind not in KINDS or TYPE_OF_KIND[kind] == answers.case_type:
        return
    is_now, belongs = (
        ("an Inpatient", "Service Procedure") if answers.is_inpatient else ("a Service Procedure", "Inpatient")
    )
    cure = "Choose a kind that fits, or change the case type." if answers.is_initial else "Start a new request for it."
    yield Problem("care_kind", "A", f"{KINDS[kind]} belongs to {belongs}, and this is {is_now} request. {cure}")


def _expedited(answers: Answers, context: Context) -> Iterator[Problem]:
    ticked = ticked_criteria(answers)
    if not ticked and not is_attested(answers):
        yield Problem(
            f"criterion_{CRITERIA[0][0]}",
            "A",
            "Expedited needs at least one of the criteria, or a physician's statement that this is urgent: "
            "tick what applies, or choose Standard.",
        )
    if "admission_7_days" in ticked:
        message = _planned_admission(answers, context.today)
        if message:
            yield Problem("criterion_admission_7_days", "A", message)
    if "er_admission" in ticked and answers.text("through_er") == "no":
        yield Problem(
            "criterion_er_admission",
            "A",
            "An admission through the ER is ticked here, but section D says that the patient did not come "
            "through the ER. Correct one of them.",
            is_warning=True,
        )


def _planned_admission(answers: Answers, today: date) -> str:
    if answers.case_type != CaseType.INPATIENT:
        return "An admission within 7 days is a criterion for Inpatient requests. Tick another one, or choose Standard."
    admission = answers.date("admission_date")
    if admission is None or today <= admission <= today + timedelta(days=PLANNED_DAYS):
        return ""
    if admission < today:
        return "The admission date is past: this is no planned admission. Tick another criterion, or correct the date."
    return "The admission date is more than 7 days away. Take this tick away, choose Standard, or correct the date."


def is_over(answers: Answers, today: date) -> bool | None:
    """Whether the care is over: the patient is discharged, or every line ends in the past. None: can't be told yet."""
    if answers.is_inpatient:
        status = answers.text("patient_status")
        return status == "discharged" if status else None
    ends = [line.date("to") or line.date("from") for line in answers.filled_lines("service")]
    known = [end for end in ends if end is not None]
    if any(end >= today for end in known):
        return False
    return True if known and len(known) == len(ends) else None


def _retro(answers: Answers, today: date) -> str:
    over = is_over(answers, today)
    if over is None or answers.urgency is None:
        return ""
    if answers.urgency == Urgency.RETRO:
        return "" if over else _not_retro(answers)
    if not over or answers.request_type == RequestType.RECONSIDERATION:
        return ""
    why = "The patient is discharged" if answers.is_inpatient else "All dates of service are in the past"
    return f"{why}: choose Retro and give the reason, or correct what is wrong."


def _not_retro(answers: Answers) -> str:
    if not answers.is_inpatient:
        why = "these lines reach today or later"
    elif answers.text("patient_status") == "admitted":
        why = "the patient is still admitted"
    else:
        why = "the patient is not yet admitted"
    return f"Retro is for care that is over, and {why}: choose Expedited or Standard, or correct what is wrong."
