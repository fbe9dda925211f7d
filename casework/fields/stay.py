"""Section D: the stay (Inpatient)."""

from casework.fields.field import YES_NO, Choices, Field, Kind, When, always, answer_is

PATIENT_STATUSES: Choices = (
    ("not_admitted", "Not yet admitted"), ("admitted", "Admitted"), ("discharged", "Discharged"),
)
ADMISSION_TYPES: Choices = (
    ("emergency", "Emergency"), ("urgent", "Urgent"), ("elective", "Elective"),
    ("newborn", "Newborn"), ("trauma", "Trauma"),
)
LEVELS_OF_CARE: Choices = (
    ("medical_surgical", "Medical / surgical"), ("telemetry", "Telemetry / step-down"), ("icu", "Intensive care (ICU)"),
    ("nicu", "Neonatal intensive care (NICU)"), ("pediatric", "Pediatric"), ("obstetric", "Obstetric"),
    ("nursery", "Nursery"), ("observation", "Observation"), ("behavioral", "Behavioral health"),
    ("detox", "Detoxification"), ("residential", "Residential"), ("partial", "Partial hospitalization"),
    ("rehabilitation", "Rehabilitation"), ("skilled", "Skilled nursing"), ("hospice", "Hospice"), ("other", "Other"),
)
DISPOSITIONS: Choices = (
    ("home", "Home"), ("home_health", "Home with home health"), ("snf", "Skilled nursing facility"),
    ("rehabilitation", "Rehabilitation facility"), ("transfer", "Other hospital"), ("hospice", "Hospice"),
    ("left", "Left against medical advice"), ("deceased", "Deceased"), ("other", "Other"),
)

is_discharged: When = answer_is("patient_status", "discharged")
is_php: When = answer_is("care_kind", "php")

FIELDS: tuple[Field, ...] = (
    Field("patient_status", "Patient status", Kind.RADIO, required=always, choices=PATIENT_STATUSES, decides=True,
          width=12, ask="Choose whether the patient is not yet admitted, admitted or discharged."),
    Field("admission_date", "Admission date", Kind.DATE, required=always, most=20, width=3,
          ask="Enter the admission date, for example 11/30/2026."),
    Field("admission_type", "Admission type", Kind.CHOICE, required=always, choices=ADMISSION_TYPES, width=3,
          ask="Choose the admission type."),
    Field("through_er", "Admitted through the ER", Kind.RADIO, required=always, choices=YES_NO, width=4,
          ask="Say whether the patient came through the ER."),
    Field("is_transfer", "Transfer from another facility", Kind.RADIO, required=always, choices=YES_NO, width=4,
          ask="Say whether the patient was transferred from another facility."),
    Field("level_of_care", "Level of care/bed type", Kind.CHOICE, required=always, choices=LEVELS_OF_CARE, width=4,
          ask="Choose the level of care."),
    Field("days_requested", "Days requested", Kind.NUMBER, required=always, most=4, width=3,
          ask="Enter the number of days requested."),
    Field("expected_discharge", "Expected discharge", Kind.DATE, most=20, width=3),
    Field("php_days_per_week", "Days a week", Kind.NUMBER, when=is_php, most=2, width=3,
          hint="Of the partial hospitalization program"),
    Field("discharge_date", "Discharge date", Kind.DATE, required=always, when=is_discharged, most=20, width=3,
          ask="Enter the date on which the patient was discharged."),
    Field("disposition", "Discharge disposition", Kind.CHOICE, required=always, when=is_discharged,
          choices=DISPOSITIONS, width=4, ask="Choose where the patient went after discharge."),
)
