"""A person's own data, the office's, and what intake and admins fill in about accounts."""

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from casework.accounts import resets
from casework.accounts.profile import OfficeData, OwnData
from casework.accounts.staff import NewStaff
from casework.codes.identifiers import check_npi, check_tin, clean_phone, show_phone, show_tin
from forms.base import PortalForm
from models import Role

CODE = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
PHONE = "Enter a phone number with area code: 10 digits."
STAFF_ROLES = [
    SelectChoice(Role.INTAKE.value, "Intake"),
    SelectChoice(Role.NURSE.value, "Nurse"),
    SelectChoice(Role.PHYSICIAN.value, "Physician"),
    SelectChoice(Role.ADMIN.value, "Admin"),
]


class PhoneField(StringField):
    """Ten digits, shown as people write them."""

    def process_data(self, value: str | None) -> None:
        super().process_data(show_phone(value or ""))


class TinField(StringField):
    """Nine digits, shown as people write them."""

    def process_data(self, value: str | None) -> None:
        super().process_data(show_tin(value or ""))


class OwnDataForm(PortalForm):
    name = StringField(
        "Your name", [DataRequired("Enter your name."), Length(max=200)], render_kw={"autocomplete": "name"}
    )
    email = StringField(
        "E-mail",
        [DataRequired("Enter your e-mail address."), Length(max=254)],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    phone = PhoneField(
        "Phone", [DataRequired("Enter your phone number.")], render_kw={"autocomplete": "tel", "inputmode": "tel"}
    )

    def validate_email(self, field: StringField) -> None:
        name, _, host = field.data.strip().rpartition("@")
        if not name or "." not in host.strip(".") or " " in field.data.strip():
            raise ValidationError("Enter an e-mail address like name@office.example.")

    def validate_phone(self, field: StringField) -> None:
        if clean_phone(field.data) is None:
            raise ValidationError(PHONE)

    def own_data(self) -> OwnData:
        return OwnData(self.name.data.strip(), self.email.data.strip(), clean_phone(self.phone.data) or "")


class OfficeForm(PortalForm):
    office_name = StringField(
        "Office name",
        [DataRequired("Enter the name of your office."), Length(max=200)],
        render_kw={"autocomplete": "organization"},
    )
    physician_name = StringField(
        "Primary physician", [DataRequired("Enter the name of the primary physician."), Length(max=200)], render_kw=CODE
    )
    npi = StringField(
        "NPI", [DataRequired("Enter the primary physician's NPI.")], render_kw={**CODE, "inputmode": "numeric"}
    )
    tin = TinField("TIN", [DataRequired("Enter the TIN of the office.")], render_kw={**CODE, "inputmode": "numeric"})
    specialty = StringField("Specialty", [Length(max=200)], render_kw=CODE)
    address = StringField(
        "Address",
        [DataRequired("Enter the address of the office."), Length(max=400)],
        render_kw={"autocomplete": "address-line1"},
    )
    office_phone = PhoneField(
        "Office phone", [DataRequired("Enter the phone number of the office.")], render_kw={"inputmode": "tel"}
    )
    fax = PhoneField("Fax", render_kw={**CODE, "inputmode": "tel"})

    def validate_npi(self, field: StringField) -> None:
        if check_npi(field.data) is None:
            raise ValidationError("An NPI has 10 digits and a check digit: look at it once more.")

    def validate_tin(self, field: StringField) -> None:
        if check_tin(field.data) is None:
            raise ValidationError("A TIN has 9 digits.")

    def validate_office_phone(self, field: StringField) -> None:
        if clean_phone(field.data) is None:
            raise ValidationError(PHONE)

    def validate_fax(self, field: StringField) -> None:
        if field.data and clean_phone(field.data) is None:
            raise ValidationError(PHONE)

    def office_data(self) -> OfficeData:
        """Numbers as digits alone."""
        return OfficeData(
            name=self.office_name.data.strip(),
            physician_name=self.physician_name.data.strip(),
            npi=check_npi(self.npi.data) or "",
            tin=check_tin(self.tin.data) or "",
            phone=clean_phone(self.office_phone.data) or "",
            fax=clean_phone(self.fax.data or "") or "",
            address=self.address.data.strip(),
            specialty=(self.specialty.data or "").strip(),
        )


class ReasonForm(PortalForm):
    """Any change of an account that asks why."""

    reason = StringField(
        "Reason", [DataRequired("Say why, and who asked for it."), Length(max=400)], render_kw={"autocomplete": "off"}
    )


class ResetLinkForm(ReasonForm):
    checks = SelectMultipleField(
        "Checked with the caller",
        choices=[SelectChoice(name, words) for name, words in resets.CHECKS],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=True,
    )

    def validate_checks(self, field: SelectMultipleField) -> None:
        if len(field.data or ()) < resets.FEWEST_CHECKS:
            raise ValidationError(f"Check at least {resets.FEWEST_CHECKS} of the points with the caller first.")


class LinkForm(ReasonForm):
    """The offices that will be together are sent along as they were shown, so that nothing else is agreed to."""

    agreed = HiddenField()


class RoleForm(PortalForm):
    role = SelectField("Role", choices=STAFF_ROLES)


class StaffForm(PortalForm):
    username = StringField("Username", [DataRequired("Choose a username."), Length(max=60)], render_kw=CODE)
    name = StringField("Name", [DataRequired("Enter the name."), Length(max=200)], render_kw=CODE)
    email = StringField("E-mail", [Length(max=254)], render_kw=CODE)
    credentials = StringField(
        "Credentials",
        [Length(max=200)],
        description="As letters give them, for example RN, or MD with the board.",
        render_kw=CODE,
    )
    role = RadioField("Role", [DataRequired("Choose a role.")], choices=STAFF_ROLES)

    def new_staff(self) -> NewStaff:
        return NewStaff(
            self.username.data,
            self.name.data.strip(),
            Role(self.role.data),
            (self.credentials.data or "").strip(),
            self.email.data or "",
        )
