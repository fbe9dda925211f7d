"""What an office tells CMSI after a submit: records, answers, discharge, a talk, a reason."""

from collections.abc import Iterable

from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from casework import clock
from casework.codes.identifiers import clean_phone
from casework.fields.stay import DISPOSITIONS
from forms.base import PortalForm
from models import InformationItem

LONG = 4000
TOO_LONG = f"Keep it within {LONG} characters; what is longer goes into a file."


class RecordsForm(PortalForm):
    note = TextAreaField(
        "Note",
        [Length(max=LONG, message=TOO_LONG)],
        description="What is new, in a few words. The reviewer reads it.",
        render_kw={"rows": 4},
    )


class AnswerForm(PortalForm):
    """Words for each item of an information request, by `item-<id>`."""

    def words(self) -> dict[int, str]:
        """What was written, by the item's id."""
        return {int(each.name.removeprefix("item-")): each.data or "" for each in self if each.name.startswith("item-")}


def answer_form(items: Iterable[InformationItem]) -> type[AnswerForm]:
    """The form with one field for each of these items."""
    fields = {
        f"item-{item.id}": TextAreaField(
            f"Answer {item.position}",
            [Length(max=LONG, message=TOO_LONG)],
            default=item.answer,
            render_kw={"rows": 2, "data-version": "1"},
        )
        for item in items
    }
    return type("AnswerFormOfItems", (AnswerForm,), fields)


class WithdrawForm(PortalForm):
    reason = TextAreaField(
        "Reason", [Length(max=LONG, message=TOO_LONG)], description="CMSI reads it.", render_kw={"rows": 3}
    )


class CancelForm(PortalForm):
    reason = TextAreaField(
        "Why the care is not given",
        [DataRequired("Say why the care is not given."), Length(max=LONG, message=TOO_LONG)],
        description="CMSI reads it.",
        render_kw={"rows": 3},
    )


class DischargeForm(PortalForm):
    day = StringField(
        "Date of discharge",
        [DataRequired("Enter the date of discharge, for example 11/30/2026.")],
        description="From the admission to today, for example 11/30/2026.",
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": 20},
    )
    disposition = SelectField(
        "Where the patient went",
        [DataRequired("Choose where the patient went.")],
        choices=[SelectChoice("", "Choose"), *(SelectChoice(value, words) for value, words in DISPOSITIONS)],
    )

    def validate_day(self, field: StringField) -> None:
        if clock.parse_date(field.data) is None:
            raise ValidationError("Enter a real date with a year of four digits, for example 11/30/2026.")


class TalkForm(PortalForm):
    """A peer-to-peer talk: who wants to talk, under which number, and when."""

    physician_name = StringField(
        "Physician who wants to talk",
        [DataRequired("Enter the name of the physician."), Length(max=200)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    phone = StringField(
        "Direct phone",
        [DataRequired("Enter the phone number under which the physician is reached.")],
        description="Where the physician answers, for example 262-555-0142.",
        render_kw={"inputmode": "tel", "autocomplete": "off", "maxlength": 30},
    )
    window_1 = StringField(
        "First time",
        [DataRequired("Offer at least one time for the talk."), Length(max=200)],
        description="Day and hours, for example Mon Nov 30, 1–3 PM Central.",
        render_kw={"autocomplete": "off"},
    )
    window_2 = StringField("Second time", [Length(max=200)], render_kw={"autocomplete": "off"})
    window_3 = StringField("Third time", [Length(max=200)], render_kw={"autocomplete": "off"})

    def validate_phone(self, field: StringField) -> None:
        if clean_phone(field.data) is None:
            raise ValidationError("Enter a phone number with area code: 10 digits, for example 262-555-0142.")

    @property
    def windows(self) -> list[str]:
        return [each.data or "" for each in (self.window_1, self.window_2, self.window_3)]
