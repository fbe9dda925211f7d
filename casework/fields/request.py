"""Section A: what is requested and how urgent it is."""

from casework.answers import Answers
from casework.fields.field import Choices, Field, Kind, When, always, answer_is
from casework.vocabulary import CASE_TYPES
from models import CaseType

INPATIENT_KINDS: Choices = (
    ("medical", "Medical stay"),
    ("surgical", "Surgical stay"),
    ("maternity", "Maternity / newborn"),
    ("observation", "Observation stay"),
    ("behavioral", "Behavioral health"),
    ("substance", "Inpatient treatment (substance use)"),
    ("php", "Partial hospitalization (PHP)"),
    ("residential", "Residential treatment"),
    ("rehabilitation", "Rehabilitation"),
    ("snf", "Skilled nursing facility"),
    ("transplant", "Transplant"),
    ("hospice_inpatient", "Hospice, inpatient"),
    ("other_inpatient", "Other inpatient"),
)
SERVICE_KINDS: Choices = (
    ("surgery", "Outpatient surgery / procedure"),
    ("imaging", "Diagnostics: imaging"),
    ("lab", "Diagnostics: lab"),
    ("diagnostics", "Diagnostics: other"),
    ("physical_therapy", "Physical therapy"),
    ("occupational_therapy", "Occupational therapy"),
    ("speech_therapy", "Speech therapy"),
    ("home_nursing", "Skilled nursing at home"),
    ("home_care", "Other home care"),
    ("infusion", "Injection / infusion"),
    ("oncology", "Chemotherapy / radiation"),
    ("dialysis", "Dialysis"),
    ("dme", "Durable medical equipment"),
    ("iop", "Behavioral health IOP"),
    ("hospice_home", "Hospice, home"),
    ("transport", "Transport"),
    ("other_service", "Other service"),
)
KINDS: dict[str, str] = dict(INPATIENT_KINDS + SERVICE_KINDS)
TYPE_OF_KIND: dict[str, CaseType] = {kind: CaseType.INPATIENT for kind, _ in INPATIENT_KINDS} | {
    kind: CaseType.SERVICE for kind, _ in SERVICE_KINDS
}
WITH_FREQUENCY = frozenset(
    {"physical_therapy", "occupational_therapy", "speech_therapy", "home_nursing", "home_care",
     "infusion", "dialysis", "iop"}
)
"""Kinds of care whose service lines need a frequency (therapies, home care, infusion, dialysis, IOP)."""

URGENCIES: Choices = (("expedited", "Expedited"), ("standard", "Standard"), ("retro", "Retro"))

CRITERIA: Choices = (
    ("cancer", "Cancer diagnosis: chemotherapy or urgent diagnostics"),
    ("transfer", "Transfer between facilities"),
    ("transplant", "Transplant"),
    ("dialysis", "Dialysis"),
    ("dme_discharge", "Durable medical equipment needed to leave the hospital (life vest, oxygen, wheelchair …)"),
    ("er_admission", "Inpatient admission through the ER, not planned"),
    ("admission_7_days", "Inpatient admission planned within 7 days"),
    ("behavioral_admission", "Behavioral health admission of any kind"),
    ("infusion", "Infusion or injection"),
    ("hospice", "Hospice, at home or inpatient"),
)
"""The ten of CMSI's Criteria for Expedited Status, in the order of that document."""

RETRO_REASONS: Choices = (
    ("emergency", "Emergency"),
    ("retroactive_eligibility", "Eligibility was made retroactive"),
    ("plan_not_known", "The plan was not known"),
    ("code_changed", "The code changed during the procedure"),
    ("other", "Other"),
)

is_expedited: When = answer_is("urgency", "expedited")
is_retro: When = answer_is("urgency", "retro")


def is_attested(answers: Answers) -> bool:
    return is_expedited(answers) and answers.ticked("attested")


def ticked_criteria(answers: Answers) -> list[str]:
    """Codes of the expedited criteria that are ticked."""
    return [code for code, _ in CRITERIA if answers.ticked(f"criterion_{code}")]


FIELDS: tuple[Field, ...] = (
    Field(
        "case_type", "Case type", Kind.RADIO, required=always, when=lambda answers: answers.is_initial,
        decides=True, width=6, ask="Choose Inpatient or Service Procedure.",
        choices=tuple((each.value, words) for each, words in CASE_TYPES.items()),
    ),
    Field(
        "care_kind", "Kind of care", Kind.CHOICE, required=always, decides=True, width=6,
        ask="Choose the kind of care.",
        hint="Each therapy, and skilled nursing, needs a request of its own.",
        choices=INPATIENT_KINDS + SERVICE_KINDS,
    ),
    Field(
        "urgency", "Urgency requested", Kind.RADIO, required=always, decides=True, width=6,
        ask="Choose Expedited, Standard or Retro.",
        hint="This is a request: CMSI may change it under its guidelines.",
        choices=URGENCIES,
    ),
    *(Field(f"criterion_{code}", words, Kind.TICK, when=is_expedited, width=12) for code, words in CRITERIA),
    Field(
        "attested", "A physician who knows the patient's condition states that this is urgent", Kind.TICK,
        when=is_expedited, decides=True, width=12,
        hint="Without any of the criteria above, this statement is needed.",
    ),
    Field(
        "attesting_physician", "Physician who states this", Kind.NAME, when=is_attested, required=always, width=6,
        ask="Enter the name of the physician who states that this is urgent.",
    ),
    Field(
        "retro_reason", "Retro reason", Kind.CHOICE, when=is_retro, required=always, width=6,
        ask="Choose why the authorization is asked for after the care.", choices=RETRO_REASONS,
    ),
)
