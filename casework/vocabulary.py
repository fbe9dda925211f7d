"""The field's words for what rows hold as codes, and how amounts and lists are said. One home for all pages."""

from collections.abc import Sequence

from models import Basis, CaseType, Outcome, RequestType

CASE_TYPES = {CaseType.INPATIENT: "Inpatient", CaseType.SERVICE: "Service Procedure"}
REQUEST_TYPES = {
    RequestType.INITIAL: "Initial request",
    RequestType.EXTENSION: "Extension",
    RequestType.CHANGE: "Change request",
    RequestType.RECONSIDERATION: "Reconsideration",
}
OUTCOMES = {
    Outcome.APPROVAL: "Approved",
    Outcome.PARTIAL_APPROVAL: "Partially approved",
    Outcome.DENIAL: "Denied",
}
BASES = {
    Basis.NOT_APPROPRIATE: "Not medically appropriate",
    Basis.EXCLUSION: "Plan exclusion",
    Basis.INSUFFICIENT: "Insufficient information",
}


def counted(quantity: int, unit: str) -> str:
    """'1 visit', '12 visits'; `unit` is a plural in -s."""
    return f"{quantity:,} {unit.removesuffix('s') if quantity == 1 else unit}"


def listed(names: Sequence[str]) -> str:
    """'Adams', 'Adams and Brandt', 'Adams, Brandt and Calder'; of at least one."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
