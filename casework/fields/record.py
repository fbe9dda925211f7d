"""Section G: clinical words and the certification. The attachments themselves are rows of their own."""

from casework.fields.field import Choices, Field, Kind, always
from casework.fields.request import is_expedited

DOCUMENT_TYPES: Choices = (
    ("order", "Order"), ("office_note", "Office note / H&P"), ("imaging", "Imaging"), ("lab", "Lab"),
    ("operative", "Operative report"), ("therapy", "Therapy evaluation / plan of care"),
    ("treatment_plan", "Treatment plan"),
    ("discharge", "Discharge summary"), ("necessity", "Letter of medical necessity"), ("other", "Other"),
)

FIELDS: tuple[Field, ...] = (
    Field("clinical_summary", "Clinical summary", Kind.WORDS, required=is_expedited, most=8000, width=12,
          ask="Describe the patient's condition: an Expedited request needs a clinical summary.",
          hint="Needed for Expedited; it helps with every other request."),
    Field("note", "Note to the reviewer", Kind.WORDS, most=4000, width=12),
    Field("certified", "I certify that the attached records are complete", Kind.TICK, required=always, width=12,
          ask="Tick that the attached records are complete; missing records delay the review."),
)
