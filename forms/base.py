"""What every form of the portal shares: a token that lives as long as its session."""

from collections.abc import Callable

from flask_wtf import FlaskForm
from wtforms import Form
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.validators import ValidationError

token_source: Callable[[], str]
"""Gives the token of the current visitor; `views.web` sets it."""


class SessionToken(CSRF):
    """Flask-WTF's own token dies with SECRET_KEY and after an hour; this one is an HMAC of the session row."""

    def setup_form(self, form: Form) -> list[tuple[str, CSRFTokenField]]:
        return super().setup_form(form)  # type: ignore[no-any-return]

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        return token_source()

    def validate_csrf_token(self, form: Form, field: CSRFTokenField) -> None:
        if field.data != token_source():
            raise ValidationError("This page was open for too long. Nothing was lost: send it again.")


class PortalForm(FlaskForm):
    class Meta(FlaskForm.Meta):
        csrf_class = SessionToken
        csrf_field_name = "csrf_token"

        @property
        def csrf(self) -> bool:
            return True
