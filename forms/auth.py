"""Signing in and registering."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from casework.accounts import password_rules, register
from casework.accounts.register import Registration
from forms.accounts import CODE, OfficeForm, OwnDataForm
from forms.base import PortalForm

DIGITS = {**CODE, "inputmode": "numeric", "autocomplete": "one-time-code"}


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


def password_field(label: str) -> PasswordField:
    """A field for a password that is being chosen."""
    return PasswordField(
        label, [DataRequired("Choose a password.")], render_kw={"autocomplete": "new-password", "maxlength": 128}
    )


class RegisterForm(OwnDataForm, OfficeForm):
    """The primary physician's data: what CMSI asks of a new office."""

    username = StringField(
        "Username",
        [DataRequired("Choose a username."), Length(max=60, message="Use at most 60 characters.")],
        description="No spaces. Capitals count.",
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = password_field("Password")

    def validate_username(self, field: StringField) -> None:
        if any(character.isspace() or not character.isprintable() for character in field.data):
            raise ValidationError("A username has no spaces. Take them out.")
        if register.is_taken(field.data):
            raise ValidationError(register.TAKEN)

    def validate_password(self, field: PasswordField) -> None:
        for problem in password_rules.problems(field.data, self.username.data or "", self.office_name.data or ""):
            raise ValidationError(problem)

    def registration(self) -> Registration:
        """What was entered, numbers as digits alone."""
        return Registration(self.username.data, self.password.data, self.own_data(), self.office_data())


NO_CODE = "Enter the code that your app shows."


class CodeForm(PortalForm):
    code = StringField("Code", [DataRequired(NO_CODE), Length(max=12)], render_kw=DIGITS)


class SignInCodeForm(PortalForm):
    """The code of the app, or a recovery code in its place."""

    code = StringField("Code", [Length(max=12)], render_kw=DIGITS)
    recovery = StringField("Recovery code", [Length(max=60)], render_kw=CODE)
    ticket = HiddenField()
    next = HiddenField()

    def validate_code(self, field: StringField) -> None:
        if not self.given():
            raise ValidationError(NO_CODE)

    def given(self) -> str:
        """Whichever of the two was entered, spaces at its ends aside."""
        return (self.recovery.data or self.code.data or "").strip()

    def wrong(self) -> str:
        """The field that a refusal belongs to."""
        return "recovery" if self.recovery.data else "code"


class ProofForm(PortalForm):
    password = PasswordField(
        "Password", [DataRequired("Enter your password.")], render_kw={"autocomplete": "current-password"}
    )
    code = StringField(
        "Code",
        [Length(max=60)],
        description="The one that your app shows now, or a recovery code.",
        render_kw={**CODE, "autocomplete": "one-time-code"},
    )
    next = HiddenField()


class NewPasswordForm(PortalForm):
    password = password_field("New password")
