"""Section C: who to call, who asks, who treats, and where."""

from casework.answers import Answers
from casework.codes import places
from casework.fields.field import Field, Kind, When, always, answer_is

servicing_is_other: When = answer_is("servicing_same", "no")


def needs_facility(answers: Answers) -> bool:
    """Inpatient always; a Service Procedure when a line's place of service is a facility."""
    return answers.is_inpatient or any(
        places.is_facility(line.text("place")) for line in answers.filled_lines("service")
    )


FIELDS: tuple[Field, ...] = (
    Field("contact_name", "Contact name", Kind.NAME, required=always, width=4,
          ask="Enter who CMSI may call about this request."),
    Field("contact_phone", "Contact phone", Kind.PHONE, required=always, most=40, width=3,
          ask="Enter the phone number of the contact, with area code."),
    Field("contact_extension", "Extension", most=10, width=2),
    Field("contact_fax", "Contact fax", Kind.PHONE, most=40, width=3),
    Field("contact_email", "Contact e-mail", Kind.EMAIL, most=254, width=6),
    Field("requesting_name", "Requesting provider name", Kind.NAME, required=always, width=4, suggest="provider",
          ask="Enter the name of the requesting provider."),
    Field("requesting_npi", "Requesting provider NPI", Kind.NPI, required=always, most=20, width=3,
          ask="Enter the requesting provider's NPI, 10 digits."),
    Field("requesting_tin", "Requesting provider TIN", Kind.TIN, required=always, most=20, width=2,
          ask="Enter the requesting provider's TIN, 9 digits."),
    Field("requesting_specialty", "Specialty", width=3),
    Field("requesting_address", "Requesting provider address", required=always, most=400, width=6,
          ask="Enter the requesting provider's address.", hint="Street, city, state, ZIP"),
    Field("requesting_phone", "Requesting provider phone", Kind.PHONE, required=always, most=40, width=3,
          ask="Enter the requesting provider's phone number, with area code."),
    Field("requesting_fax", "Requesting provider fax", Kind.PHONE, most=40, width=3),
    Field("servicing_same", "Servicing provider same as requesting", Kind.RADIO, required=always,
          choices=(("yes", "Yes"), ("no", "No")), decides=True, width=12,
          ask="Say whether the requesting provider also gives the service."),
    Field("servicing_name", "Servicing provider name", Kind.NAME, required=always, when=servicing_is_other, width=4,
          suggest="provider", ask="Enter the name of the servicing provider."),
    Field("servicing_npi", "Servicing provider NPI", Kind.NPI, required=always, when=servicing_is_other, most=20,
          width=3, ask="Enter the servicing provider's NPI, 10 digits."),
    Field("servicing_tin", "Servicing provider TIN", Kind.TIN, when=servicing_is_other, most=20, width=2),
    Field("servicing_phone", "Servicing provider phone", Kind.PHONE, when=servicing_is_other, most=40, width=3),
    Field("servicing_fax", "Servicing provider fax", Kind.PHONE, when=servicing_is_other, most=40, width=3),
    Field("facility_name", "Facility name", required=always, when=needs_facility, width=4, suggest="facility",
          ask="Enter the name of the facility."),
    Field("facility_npi", "Facility NPI", Kind.NPI, required=always, when=needs_facility, most=20, width=3,
          ask="Enter the facility's NPI, 10 digits."),
    Field("facility_address", "Facility address", when=needs_facility, most=400, width=5,
          hint="Street, city, state, ZIP"),
)
