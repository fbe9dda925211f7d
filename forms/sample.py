"""One field of every kind, for the page that shows all components."""

from wtforms import BooleanField, FileField, Form, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

URGENCIES = [
    SelectChoice("expedited", "Expedited"),
    SelectChoice("standard", "Standard"),
    SelectChoice("retro", "Retro"),
]
STATES = [SelectChoice("", "Choose"), SelectChoice("admitted", "Admitted"), SelectChoice("discharged", "Discharged")]
REASONS = [SelectChoice("emergency", "Emergency"), SelectChoice("other", "Other")]


class SampleForm(Form):
    member_id = StringField("Member ID", [DataRequired()])
    last_name = StringField("Last name", [DataRequired()])
    birth_date = StringField("Date of birth", [DataRequired()], description="For example 03/14/1958.")
    group_number = StringField("Group number", [DataRequired("Enter the group number from the member's card.")])
    patient_status = SelectField("Patient status", [DataRequired()], choices=STATES)
    urgency = RadioField("Urgency", [DataRequired()], choices=URGENCIES)
    reason = RadioField("Reason", [DataRequired("Choose why.")], choices=REASONS)
    summary = TextAreaField("Clinical summary", description="What the reviewer has to know, in a few sentences.")
    verified = BooleanField("Benefits and eligibility are verified", [DataRequired()])
    password = PasswordField("Password", [DataRequired()])
    clinicals = FileField(
        "Attach clinicals", description="PDF, JPEG, PNG, TIFF, DOCX, RTF, TXT or XML, up to 25 MB a file."
    )
