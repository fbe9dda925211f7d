"""What a request still needs before a submit, over the text as it was typed: one file a section of the form."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from casework import clock
from casework.actor import Actor
from casework.answers import Answers
from casework.approved import approved_through
from casework.completeness import diagnosis_lines, duplicates, member, one_field, record, request, service_lines, stay
from casework.completeness.problem import SPLIT, Context, Duplicate, Problem, SectionState
from casework.completeness.typed import Typed, span, typed
from casework.fields import Field, Section, line_controls, sections
from models import Request, RequestType

Check = Callable[[Answers, Context], Iterator[Problem]]

# Section C needs nothing beyond what each of its fields needs.
_CHECKS: dict[str, Check] = {
    "A": request.check,
    "B": member.check,
    "D": stay.check,
    "E": service_lines.check,
    "F": diagnosis_lines.check,
    "G": record.check,
}


def context(asked: Request) -> Context:
    """What the checks of this request know beside its answers, without duplicates: see with_duplicates."""
    if asked.request_type != RequestType.EXTENSION:
        return Context(clock.today())
    return Context(clock.today(), approved_through(asked.case), asked.case.discharge_date)


def with_duplicates(answers: Answers, asked: Request, actor: Actor) -> Context:
    """The same, with the cases that `actor` may see and that ask for the same: for the page before a submit."""
    known = context(asked)
    return replace(known, duplicates=duplicates.of_answers(answers, asked, actor, known.approved_through))


def problems(answers: Answers, known: Context) -> list[Problem]:
    """Everything that is missing or contradictory, in the order of the form; warnings among them.

    At most one problem a control, the gravest.
    """
    found: list[Problem] = []
    for section in sections(answers):
        found += _of_section(section, answers, known)
    return found


def _of_section(section: Section, answers: Answers, known: Context) -> list[Problem]:
    controls = list(_controls(section, answers))
    order = {name: place for place, (name, _, _) in enumerate(controls)}
    check = _CHECKS.get(section.letter)
    found = [
        Problem(name, section.letter, message)
        for name, control, value in controls
        if (message := one_field.check(control, value, answers))
    ]
    if check is not None:
        found += check(answers, known)
    found.sort(key=lambda each: (order.get(each.control, -1), each.is_warning))
    return _with_line_numbers(section, answers, _one_a_control(found))


def _with_line_numbers(section: Section, answers: Answers, found: list[Problem]) -> list[Problem]:
    """'Line 2: …', counted as the page shows them, once there is more than one line."""
    lines = answers.lines(section.line_prefix) if section.line_prefix else []
    if len(lines) < 2:
        return found
    places = {f"{line.prefix}-{line.number}": place for place, line in enumerate(lines, 1)}
    return [
        replace(each, message=f"Line {places[of_line]}: {each.message}")
        if (of_line := each.control.rpartition("-")[0]) in places
        else each
        for each in found
    ]


def _one_a_control(found: list[Problem]) -> list[Problem]:
    grave = {each.control for each in found if not each.is_warning}
    kept: list[Problem] = []
    seen: set[str] = set()
    for each in found:
        if each.is_warning:
            if each.control not in grave:
                kept.append(each)
        elif each.control not in seen:
            seen.add(each.control)
            kept.append(each)
    return kept


def _controls(section: Section, answers: Answers) -> Iterator[tuple[str, Field, str]]:
    for each in section.fields:
        if each.when(answers):
            yield each.name, each, answers.text(each.name)
    if section.line_prefix:
        blank = {
            f"{section.line_prefix}-{line.number}-" for line in answers.lines(section.line_prefix) if line.is_blank
        }
        for name, control in line_controls(answers, section):
            if name[: name.rindex("-") + 1] not in blank:
                yield name, control, answers.text(name)


def missing_count(answers: Answers, known: Context) -> int:
    """How many problems keep the request from being submitted."""
    return sum(not each.is_warning for each in problems(answers, known))


def by_section(found: list[Problem], answers: Answers) -> list[SectionState]:
    """The sections of this request with what each still needs, for the panel beside the form."""
    return [
        SectionState(
            section.letter,
            section.title,
            tuple(each for each in found if each.section_letter == section.letter and not each.is_warning),
            tuple(each for each in found if each.section_letter == section.letter and each.is_warning),
        )
        for section in sections(answers)
    ]


__all__ = [
    "SPLIT",
    "Context",
    "Duplicate",
    "Problem",
    "SectionState",
    "Typed",
    "by_section",
    "context",
    "duplicates",
    "missing_count",
    "problems",
    "span",
    "typed",
    "with_duplicates",
]
