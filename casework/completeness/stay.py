"""Section D: the dates of a stay agree with each other and with the patient's status."""

from collections.abc import Iterator
from datetime import date, timedelta

from casework import clock
from casework.answers import Answers
from casework.completeness.one_field import number
from casework.completeness.problem import Context, Problem

LONGEST = timedelta(days=366)


def check(answers: Answers, context: Context) -> Iterator[Problem]:
    admission = answers.date("admission_date")
    if admission is not None:
        yield from _admission(answers, admission, context.today)
        yield from _discharge(answers, admission, context.today)
    if context.discharged is not None and answers.text("patient_status") in ("admitted", "not_admitted"):
        on = clock.show_date(context.discharged)
        yield Problem("patient_status", "D", f"The discharge on {on} is on record: choose Discharged.")
    if answers.text("care_kind") == "php" and not answers.text("php_days_per_week"):
        yield Problem(
            "php_days_per_week",
            "D",
            "Enter how many days a week the program runs, if it is known: the reviewer will ask.",
            True,
        )


def _admission(answers: Answers, admission: date, today: date) -> Iterator[Problem]:
    born = answers.date("birth_date")
    status = answers.text("patient_status")
    if born is not None and admission < born:
        yield Problem(
            "admission_date", "D", "The admission is before the member's date of birth. Correct one of the dates."
        )
    elif status == "not_admitted" and admission < today:
        yield Problem(
            "admission_date",
            "D",
            "The admission date is past: choose Admitted or Discharged as patient status, or correct it.",
        )
    elif status in ("admitted", "discharged") and admission > today:
        yield Problem(
            "admission_date",
            "D",
            "The admission date is still to come: choose Not yet admitted as patient status, or correct it.",
        )


def _discharge(answers: Answers, admission: date, today: date) -> Iterator[Problem]:
    expected = answers.date("expected_discharge")
    if expected is not None and expected < admission:
        yield Problem(
            "expected_discharge", "D", "The expected discharge is before the admission. Correct one of the dates."
        )
    elif expected is not None and expected - admission > LONGEST:
        yield Problem("expected_discharge", "D", "The stay is longer than 366 days. Correct one of the dates.")
    discharge = answers.date("discharge_date")
    if discharge is None or answers.text("patient_status") != "discharged":
        return
    if discharge < admission:
        yield Problem("discharge_date", "D", "The discharge is before the admission. Correct one of the dates.")
    elif discharge > today:
        yield Problem(
            "discharge_date",
            "D",
            "The discharge date is still to come: choose Admitted as patient status, or correct it.",
        )
    elif discharge - admission > LONGEST:
        yield Problem("discharge_date", "D", "The stay is longer than 366 days. Correct one of the dates.")


def asked_days(answers: Answers, approved_through: date | None = None) -> tuple[date, date] | None:
    """First and last of the days that are asked for, or None while it can't be told.

    They count from the admission; those of an extension from the day after `approved_through`. A partial
    hospitalization of so many days a week takes whole weeks.
    """
    admission, days = answers.date("admission_date"), number(answers.text("days_requested"))
    if admission is None or days is None or not 1 <= days <= LONGEST.days:
        return None
    first = admission if approved_through is None else max(admission, approved_through + timedelta(days=1))
    a_week = number(answers.text("php_days_per_week")) if answers.text("care_kind") == "php" else None
    if a_week is not None and 1 <= a_week <= 7:
        days = (days - 1) // a_week * 7 + (days - 1) % a_week + 1
    return first, first + timedelta(days=days - 1)


def bounds(answers: Answers, approved_through: date | None = None) -> tuple[date, date] | None:
    """From the admission to the day of discharge, or None while it can't be told: what happens within the stay.

    Without a discharge it is the later of the expected one and the day after those asked for.
    """
    admission = answers.date("admission_date")
    if admission is None:
        return None
    if answers.text("patient_status") == "discharged":
        discharge = answers.date("discharge_date")
        return (admission, max(discharge, admission)) if discharge else None
    asked = asked_days(answers, approved_through)
    ends = [end for end in (answers.date("expected_discharge"), asked and asked[1] + timedelta(days=1)) if end]
    return (admission, max(ends)) if ends else None
