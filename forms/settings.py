"""The limits that an admin may change."""

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from casework.settings import WORDS
from forms.base import PortalForm


class LimitsForm(PortalForm):
    """One field a limit; made from the table of casework.settings."""

    def values(self) -> dict[str, int]:
        return {name: self[name].data for name in WORDS}


for _name, (_words, _least, _most) in WORDS.items():
    _told = f"Enter a whole number from {_least} to {_most}."
    setattr(
        LimitsForm,
        _name,
        IntegerField(
            _words,
            [InputRequired(_told), NumberRange(_least, _most, _told)],
            description=f"{_least} to {_most}",
            render_kw={"inputmode": "numeric", "autocomplete": "off"},
        ),
    )
