"""From a determination to the words of its letter, element by element. Nothing is drawn here."""

from typing import Any

import config
from casework import clock, compared, notices
from casework.drafts import answers
from casework.fields.providers import needs_facility
from casework.fields.request import KINDS
from casework.letters import words
from casework.letters.settable import settable
from casework.vocabulary import REQUEST_TYPES
from models import (
    Case,
    Determination,
    DiagnosisLine,
    LineDecision,
    LineOutcome,
    Office,
    Outcome,
    Request,
    ServiceLine,
    Stay,
    Urgency,
)

Content = dict[str, Any]
"""What a letter says: strings, lists and mappings of strings alone, so that it can be kept as JSON."""


def compose(determination: Determination) -> Content:
    """The words of the letter for this determination and its line decisions, as of now.

    The result is complete for both forms of the letter; `missing` says what an adverse one still lacks.
    """
    request: Request = determination.request
    case: Case = request.case
    site = config.current()
    is_adverse = determination.outcome != Outcome.APPROVAL
    typed = answers(request)
    phones = site.submission_phones
    issued_at = clock.now()
    filled = {
        "phones": phones,
        "organisation_long": site.organisation_long,
        "administrator": typed.text("plan_administrator") or "named on the member's card",
        "appeal_by": clock.show_date(clock.appeal_by(issued_at)),
        "appeal_days": str(clock.IN_FORCE.appeal_days),
    }
    lines = _lines(determination)
    content = {
        "title": f"Determination: {words.TITLES[determination.outcome]}",
        "outcome": determination.outcome.value,
        "summary": words.SUMMARIES[determination.outcome],
        "organisation": site.organisation_long,
        "date": clock.show_date(issued_at),
        "to": _addressee(case.office),
        "numbers": [["Authorization #", case.authorization_number or ""], ["WebCert #", case.webcert_number or ""]],
        "facts": _facts(request, typed),
        "diagnoses": _diagnoses(request),
        "lines": lines,
        "reasons": _reasons(lines),
        "valid": _valid(determination),
        "requirements": determination.requirements,
        "corrects": determination.correction_reason if determination.number > 1 else "",
        "next_steps": _next_steps(determination.outcome, filled),
        "adverse": _adverse(determination, request, filled) if is_adverse else {},
        "explained": _explained(determination, lines),
        "languages": _taglines(phones) if is_adverse else [],
        "notices": notices.texts(notices.ON_LETTER, site.organisation),
        "contact": f"Questions on this letter: {phones}, {site.hours}.",
        "legal": site.legal_line,
    }
    settled: Content = settable(content)
    return settled


def _taglines(phones: str) -> list[list[str]]:
    return [[tag, text.format(phones=phones.replace(" or ", " / "))] for tag, text in words.TAGLINES]


def _addressee(office: Office) -> list[str]:
    return [office.physician_name, office.name, *(line.strip() for line in office.address.splitlines() if line.strip())]


def _facts(request: Request, typed: Any) -> list[list[str]]:
    """Who, for whom, what and when, in pairs of words."""
    case = request.case
    same = typed.text("servicing_same") != "no"
    requesting = f"{typed.text('requesting_name')}, NPI {typed.text('requesting_npi')}"
    servicing = requesting if same else f"{typed.text('servicing_name')}, NPI {typed.text('servicing_npi')}"
    facts = [
        ["Member", case.member_name],
        ["Date of birth", clock.show_date(case.birth_date) if case.birth_date else ""],
        ["Member ID", typed.text("member_id")],
        ["Group number", typed.text("group_number")],
        ["Plan administrator or health fund", typed.text("plan_administrator")],
        ["Requesting provider", requesting],
        ["Servicing provider", servicing],
        ["Facility", typed.text("facility_name") if needs_facility(typed) else ""],
        ["Request", f"{REQUEST_TYPES[request.request_type]}: {KINDS.get(request.care_kind, '')}"],
        ["Urgency", (request.urgency or "").capitalize()],
        ["Received", clock.show_moment(request.submitted_at) if request.submitted_at else ""],
    ]
    return [fact for fact in facts if fact[1]]


def _diagnoses(request: Request) -> list[str]:
    lines = DiagnosisLine.select().where(DiagnosisLine.request == request).order_by(DiagnosisLine.position)
    return [f"{line.code} {line.description}".strip() + (" (primary)" if line.is_primary else "") for line in lines]


def _lines(determination: Determination) -> list[dict[str, str]]:
    """Each line as asked and decided, and for an adverse one its reason code, criterion and explanation."""
    request = determination.request
    decisions = list(LineDecision.select().where(LineDecision.determination == determination))
    services = list(ServiceLine.select().where(ServiceLine.request == request).order_by(ServiceLine.position))
    stay = Stay.get_or_none(Stay.request == request)
    by_line = {each.service_line_id: each for each in decisions}
    order: list[int | None] = ([None] if stay else []) + [line.id for line in services]
    rows = compared.compared(services, stay, decisions)
    return [_line(row, by_line.get(line)) for row, line in zip(rows, order, strict=True)]


def _line(row: compared.Compared, decision: LineDecision | None) -> dict[str, str]:
    said = {
        "what": row.what,
        "description": row.description,
        "asked": f"{row.asked}, {row.asked_dates}",
        "decided": ", ".join(part for part in (row.decided, row.decided_dates) if part),
        "difference": row.difference,
        "outcome": decision.outcome.value if decision else "",
    }
    if decision is None or decision.outcome == LineOutcome.APPROVED or decision.basis is None:
        return said
    code, name, meaning = words.REASONS[decision.basis]
    return said | {
        "reason": f"{code} {name}",
        "meaning": meaning,
        "criterion": decision.criterion,
        "explanation": decision.rationale,
        "missing": decision.missing_information,
    }


REASON = ("reason", "meaning", "criterion", "explanation", "missing")


def _reasons(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """The reasons of the adverse lines, each once, with all the lines that it is for ('97110 GP, 97140 GP')."""
    found: dict[tuple[str, ...], list[str]] = {}
    for line in lines:
        if "reason" in line:
            found.setdefault(tuple(line[name] for name in REASON), []).append(line["what"])
    return [{"what": ", ".join(whats)} | dict(zip(REASON, said, strict=True)) for said, whats in found.items()]


def _explained(determination: Determination, lines: list[dict[str, str]]) -> str:
    """The clinical explanation of the whole; where it says no more than the lines do, a word that it stands there."""
    of_lines = list(dict.fromkeys(line["explanation"] for line in lines if line.get("explanation")))
    said = determination.rationale.strip()
    return words.EXPLAINED_BY_LINE if said and said in (*of_lines, " ".join(of_lines)) else said


def _valid(determination: Determination) -> str:
    if determination.valid_from is None or determination.valid_to is None:
        return ""
    return compared.span(determination.valid_from, determination.valid_to)


def _next_steps(outcome: Outcome, filled: dict[str, str]) -> list[str]:
    approved = words.NEXT_APPROVED if outcome != Outcome.DENIAL else ()
    adverse = words.NEXT_ADVERSE if outcome != Outcome.APPROVAL else ()
    return [step.format(**filled) for step in (*approved, *adverse)]


def _adverse(determination: Determination, request: Request, filled: dict[str, str]) -> dict[str, str]:
    """What only an adverse letter says; the keys are those that `missing` asks for."""
    reviewer = determination.decided_by
    provision = determination.plan_provision or words.ASK_ADMINISTRATOR.format(**filled)
    said = {
        "plan_provision": provision,
        "criterion_free": words.CRITERION_FREE.format(**filled),
        "explanation": determination.rationale,
        "reviewer": f"{reviewer.name}, {reviewer.credentials}" if reviewer.name and reviewer.credentials else "",
        "codes_on_request": words.CODES_ON_REQUEST.format(**filled),
        "appeal": words.APPEAL.format(**filled),
        "expedited_appeal": words.EXPEDITED_APPEAL.format(**filled),
        "external_review": words.EXTERNAL_REVIEW,
        "erisa": words.ERISA,
        "assistance": words.ASSISTANCE,
        "language": words.LANGUAGE.format(**filled),
    }
    if request.urgency == Urgency.EXPEDITED:
        said["notice_by_phone"] = determination.notice_by_phone
    return said
