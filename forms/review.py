"""The forms of the review page. Each has a prefix of its own, since several stand on one page."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from casework import clock
from casework.compared import Asked
from casework.fields.request import URGENCIES
from casework.vocabulary import BASES
from casework.workflow.intake import REASONS
from casework.workflow.review import Asking, Decision, Problem, Verdict, approved_dates, explained_by_lines
from casework.workflow.review.information import LONGEST_ITEM, TEMPLATES
from forms.base import PortalForm
from models import Basis, Determination, LineDecision, LineOutcome, ServiceLine, User

LONG = 4000


def _choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in pairs]


class PanelForm(PortalForm):
    """A form among others on one page: its prefix keeps their controls apart.

    The token is checked for every post by `views.web`; here a prefix would give it another name.
    """

    class Meta(PortalForm.Meta):
        csrf = False


class AcceptForm(PanelForm):
    urgency = RadioField("Urgency assigned", [DataRequired("Choose the urgency.")], choices=_choices(URGENCIES))
    reason = TextAreaField(
        "Reason for another urgency",
        [Length(max=LONG)],
        description="The office reads it.",
        render_kw={"rows": 2},
    )
    reviewer = SelectField("Reviewer", description="Without one it waits in the queue.")

    def offer(self, people: Sequence[User]) -> None:
        self.reviewer.choices = _choices([("", "Leave in the queue"), *((user.key, _named(user)) for user in people)])


class RejectForm(PanelForm):
    reason = SelectField(
        "Reason for the rejection",
        [DataRequired("Choose why the request is rejected.")],
        choices=_choices([("", "Choose"), *((code, reason.label) for code, reason in REASONS.items())]),
    )
    words = TextAreaField("What is wrong and what to do, for the office", [Length(max=LONG)], render_kw={"rows": 3})
    seen = HiddenField()


class UrgencyForm(PanelForm):
    urgency = RadioField("Urgency", [DataRequired("Choose the urgency.")], choices=_choices(URGENCIES))
    reason = TextAreaField(
        "Reason for the change",
        [DataRequired("Give the reason: the office reads it."), Length(max=LONG)],
        description="The office reads it.",
        render_kw={"rows": 2},
    )


class Ticks(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class InformationForm(PanelForm):
    items = Ticks(
        "Items often asked for",
        choices=_choices((text, text) for texts in TEMPLATES.values() for text in texts),
        validate_choice=True,
    )
    own = TextAreaField(
        "Other items, in your own words",
        [Length(max=LONG)],
        description="One item a line.",
        render_kw={"rows": 3},
    )
    reason = TextAreaField(
        "Why it is needed",
        [DataRequired("Say why the information is needed: the office reads it."), Length(max=LONG)],
        render_kw={"rows": 2},
    )
    reply_within = SelectField("Time to answer")

    def wanted(self) -> list[str]:
        """The ticked items and the own ones."""
        lines = [line.strip()[: LONGEST_ITEM + 1] for line in (self.own.data or "").splitlines()]
        return [*(self.items.data or []), *(line for line in lines if line)]

    def offer(self, times: Iterable[tuple[str, str]]) -> None:
        self.reply_within.choices = _choices(times)


class ReasonForm(PanelForm):
    """Escalate, take back, void: one reason in words."""

    reason = TextAreaField("Reason", [Length(max=LONG)], render_kw={"rows": 2})


class NoteForm(PanelForm):
    text = TextAreaField("Note", [DataRequired("Write the note first."), Length(max=LONG)], render_kw={"rows": 3})


class HandOverForm(PanelForm):
    to = SelectField("Hand over to")

    def offer(self, people: Sequence[User]) -> None:
        self.to.choices = _choices([("", "Back to the queue"), *((user.key, _named(user)) for user in people)])


def _named(user: User) -> str:
    return f"{user.username} ({user.role})"


class VerdictForm(Form):
    """What is decided on one line."""

    outcome = RadioField(
        "Decision",
        choices=_choices([("approved", "Approved"), ("modified", "Modified"), ("denied", "Denied")]),
        default="approved",
    )
    quantity = StringField("Approved quantity", [Length(max=20)], render_kw={"inputmode": "numeric"})
    date_from = StringField("From", [Length(max=20)])
    date_to = StringField("To", [Length(max=20)])
    basis = SelectField(
        "Basis",
        default="",
        choices=_choices([("", "Choose"), *((basis.value, words) for basis, words in BASES.items())]),
    )
    criterion = StringField("Criterion used", [Length(max=400)])
    rationale = TextAreaField("Rationale in plain words", [Length(max=LONG)], render_kw={"rows": 3})
    missing_information = TextAreaField(
        "What is missing, and why it is needed", [Length(max=LONG)], render_kw={"rows": 2}
    )


class DecisionForm(PanelForm):
    """A verdict for each line that was asked for, and what belongs to the whole. Blank, it approves what was asked."""

    verdicts = FieldList(FormField(VerdictForm))
    valid_from = StringField("Valid from", [Length(max=20)], description="Empty: the first approved date.")
    valid_to = StringField("Valid to", [Length(max=20)], description="Empty: the last approved date.")
    requirements = TextAreaField(
        "Navigation or care requirements of the plan", [Length(max=LONG)], render_kw={"rows": 2}
    )
    rationale = TextAreaField(
        "Clinical explanation of the whole",
        [Length(max=LONG)],
        description="Empty: the rationales of the lines.",
        render_kw={"rows": 3},
    )
    plan_provision = TextAreaField(
        "Plan provision",
        [Length(max=LONG)],
        description="Empty: the letter says to contact the plan administrator.",
        render_kw={"rows": 2},
    )
    notice_by_phone = TextAreaField(
        "Notice by phone",
        [Length(max=LONG)],
        description="Expedited: whom you told, when and by which number.",
        render_kw={"rows": 2},
    )
    correction = TextAreaField("Reason for the correction", [Length(max=LONG)], render_kw={"rows": 2})
    seen = HiddenField()

    def validate_valid_from(self, field: Field) -> None:
        _check_date(field)

    def validate_valid_to(self, field: Field) -> None:
        _check_date(field)

    def match(self, asking: Asking, last: Sequence[LineDecision] = ()) -> None:
        """As many verdicts as lines were asked for, each beginning as it was decided last, or as it was asked."""
        decided = {each.service_line_id: each for each in last}
        while len(self.verdicts) > len(asking):
            self.verdicts.pop_entry()
        for line, asked in asking[len(self.verdicts) :]:
            self.verdicts.append_entry(_first_typed(asked, decided.get(line.id if line else None)))

    def go_on_from(self, made: Determination, decided: Sequence[LineDecision]) -> None:
        """What belongs to the whole begins as it was decided last, but for what follows from the lines by itself."""
        self.requirements.data, self.plan_provision.data = made.requirements, made.plan_provision
        if made.rationale != explained_by_lines(decided):
            self.rationale.data = made.rationale
        first, last = approved_dates(decided)
        for field, day, by_lines in ((self.valid_from, made.valid_from, first), (self.valid_to, made.valid_to, last)):
            if day is not None and day != by_lines:
                field.data = clock.show_date(day)

    def decision(self, asking: Asking) -> Decision:
        """What was typed, as a decision. An adverse line without reasons has those of the adverse line above it."""
        verdicts: list[Verdict] = []
        above: dict[str, str] = {}
        for entry, (line, _) in zip(self.verdicts, asking, strict=True):
            typed = {name: (field.data or "").strip() for name, field in entry.form._fields.items()}
            if typed["outcome"] != LineOutcome.APPROVED:
                above = _reasons(typed, above)
                typed |= above
            verdicts.append(_verdict(line, typed))
        return Decision(
            tuple(verdicts),
            requirements=self.requirements.data or "",
            rationale=self.rationale.data or "",
            plan_provision=self.plan_provision.data or "",
            notice_by_phone=self.notice_by_phone.data or "",
            valid_from=clock.parse_date(self.valid_from.data or ""),
            valid_to=clock.parse_date(self.valid_to.data or ""),
        )

    def blame(self, problems: Sequence[Problem], asking: Asking) -> list[tuple[str, str]]:
        """Puts each problem beside its control; returns pairs (id of the control or '', message) for the summary.

        A reason that is missing is asked for once: where a line would take it over, in the line above.
        """
        found = []
        missing = {(problem.place, problem.field) for problem in problems}
        for problem in problems:
            if (self._above(problem), problem.field) in missing:
                continue
            control = self._control(problem)
            if control is not None:
                control.errors = [*control.errors, problem.message]
            line = "" if problem.place is None else f"{asking[problem.place][1].what}: "
            found.append((control.id if control is not None else "", f"{line}{problem.message}"))
        return found

    def _above(self, problem: Problem) -> int:
        """The place of the adverse line from which this one takes the reason over; -1 when there is none."""
        if problem.place is None or problem.field not in REASON_FIELDS:
            return -1
        forms = [entry.form for entry in self.verdicts]
        earlier = [place for place in range(problem.place) if forms[place].outcome.data != LineOutcome.APPROVED]
        own = forms[problem.place].basis.data
        return earlier[-1] if earlier and own in ("", forms[earlier[-1]].basis.data) else -1

    def _control(self, problem: Problem) -> Field | None:
        if problem.place is None:
            return self._fields.get(problem.field)
        return self.verdicts[problem.place].form._fields.get(problem.field)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Names and values of all controls, for the hidden fields of the preview."""
        for entry in self.verdicts:
            yield from ((field.name, field.data or "") for field in entry.form)
        for name, field in self._fields.items():
            if name != "verdicts":
                yield field.name, field.data or ""


def _first_typed(asked: Asked, last: LineDecision | None) -> dict[str, str]:
    """What the controls of a line hold before somebody types."""
    first, final = asked.first, asked.last
    typed = {"outcome": "approved", "quantity": str(asked.quantity)}
    if last is not None:
        first, final = last.date_from or first, last.date_to or final
        typed = {
            "outcome": last.outcome.value,
            "quantity": str(last.quantity or asked.quantity),
            "basis": last.basis.value if last.basis else "",
            "criterion": last.criterion,
            "rationale": last.rationale,
            "missing_information": last.missing_information,
        }
    return {**typed, "date_from": clock.show_date(first), "date_to": clock.show_date(final)}


def _check_date(field: Field) -> None:
    if (field.data or "").strip() and clock.parse_date(field.data) is None:
        raise ValidationError("Enter a date, for example 12/30/2026, or leave it empty.")


REASON_FIELDS = ("basis", "criterion", "rationale", "missing_information")


def _reasons(typed: dict[str, Any], above: dict[str, str]) -> dict[str, str]:
    """The reasons of an adverse line: what is left empty is as above, unless the basis is another one."""
    own = {name: typed[name] for name in REASON_FIELDS}
    if own["basis"] not in ("", above.get("basis")):
        return own
    return {name: value or above.get(name, "") for name, value in own.items()}


def _verdict(line: ServiceLine | None, typed: dict[str, Any]) -> Verdict:
    outcome = typed["outcome"] if typed["outcome"] in list(LineOutcome) else LineOutcome.APPROVED
    return Verdict(
        line,
        LineOutcome(outcome),
        quantity=int(typed["quantity"]) if typed["quantity"].isdecimal() else 0,
        date_from=clock.parse_date(typed["date_from"]),
        date_to=clock.parse_date(typed["date_to"]),
        basis=Basis(typed["basis"]) if typed["basis"] in list(Basis) else None,
        criterion=typed["criterion"],
        rationale=typed["rationale"],
        missing_information=typed["missing_information"],
    )
