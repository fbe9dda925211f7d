"""Signing in and registering."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from casework.accounts import register
from casework.accounts.register import Registration
from casework.codes.identifiers import check_npi, check_tin, clean_phone
from forms.base import PortalForm

CODE = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class SignInForm(PortalForm):
    username = StringField(
        "Username",
        [DataRequired("Enter your username."), Length(max=80)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "Password",
        [DataRequired("Enter your password."), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class RegisterForm(PortalForm):
    """The primary physician's data: what CMSI asks of a new office."""

    username = StringField(
        "Username",
        [DataRequired("Choose a username."), Length(max=60, message="Use at most 60 characters.")],
        description="No spaces. Capitals count.",
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "Password", [DataRequired("Choose a password.")], render_kw={"autocomplete": "new-password", "maxlength": 128}
    )
    name = StringField(
        "Your name", [DataRequired("Enter your name."), Length(max=200)], render_kw={"autocomplete": "name"}
    )
    email = StringField(
        "E-mail",
        [DataRequired("Enter your e-mail address."), Length(max=254)],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    phone = StringField(
        "Phone", [DataRequired("Enter a phone number.")], render_kw={"autocomplete": "tel", "inputmode": "tel"}
    )
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
    tin = StringField("TIN", [DataRequired("Enter the TIN of the office.")], render_kw={**CODE, "inputmode": "numeric"})
    specialty = StringField("Specialty", [Length(max=200)], render_kw=CODE)
    address = StringField(
        "Address",
        [DataRequired("Enter the address of the office."), Length(max=400)],
        render_kw={"autocomplete": "street-address"},
    )
    fax = StringField("Fax", render_kw={**CODE, "inputmode": "tel"})

    def validate_username(self, field: StringField) -> None:
        if any(character.isspace() or not character.isprintable() for character in field.data):
            raise ValidationError("A username has no spaces. Take them out.")
        if register.is_taken(field.data):
            raise ValidationError(register.TAKEN)

    def validate_email(self, field: StringField) -> None:
        name, _, host = field.data.strip().rpartition("@")
        if not name or "." not in host.strip(".") or " " in field.data.strip():
            raise ValidationError("Enter an e-mail address like name@office.example.")

    def validate_npi(self, field: StringField) -> None:
        if check_npi(field.data) is None:
            raise ValidationError("An NPI has 10 digits and a check digit: look at it once more.")

    def validate_tin(self, field: StringField) -> None:
        if check_tin(field.data) is None:
            raise ValidationError("A TIN has 9 digits.")

    def validate_phone(self, field: StringField) -> None:
        if field.data and clean_phone(field.data) is None:
            raise ValidationError("Enter a phone number with area code: 10 digits.")

    validate_fax = validate_phone

    def registration(self) -> Registration:
        """What was entered, numbers as digits alone."""
        return Registration(
            username=self.username.data,
            password=self.password.data,
            name=self.name.data.strip(),
            email=self.email.data.strip(),
            phone=clean_phone(self.phone.data) or "",
            office_name=self.office_name.data.strip(),
            physician_name=self.physician_name.data.strip(),
            npi=check_npi(self.npi.data) or "",
            tin=check_tin(self.tin.data) or "",
            address=self.address.data.strip(),
            fax=clean_phone(self.fax.data or "") or "",
            specialty=(self.specialty.data or "").strip(),
        )
