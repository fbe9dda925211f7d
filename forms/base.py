"""What every form of the portal shares: a token that lives as long as its session."""

from collections.abc import Callable

from flask_wtf import FlaskForm
from wtforms import Form
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.validators import ValidationError


def _nobodys(token: str) -> bool:
    return False


token_source: Callable[[], str] = str
"""Gives a token of the current visitor; `views.web` sets it."""
token_check: Callable[[str], bool] = _nobodys
"""Whether a token is the current visitor's; `views.web` sets it too."""


class SessionToken(CSRF):
    """Flask-WTF's own token dies with SECRET_KEY and after an hour; this one is an HMAC of the session row."""

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        return token_source()

    def validate_csrf_token(self, form: Form, field: CSRFTokenField) -> None:
        if not token_check(field.data or ""):
            raise ValidationError("This page was open for too long. Nothing was lost: send it again.")


class PortalForm(FlaskForm):
    class Meta(FlaskForm.Meta):
        csrf_class = SessionToken
        csrf_field_name = "csrf_token"

        @property
        def csrf(self) -> bool:
            return True
