"""The review page as a whole: everything that its panels need, with a refused form in its place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from wtforms import FieldList, FormField

from casework import access, clock, completeness, drafts, reading, told
from casework.answers import Answers
from casework.errors import NotAllowed, Stale
from casework.fields import BY_NAME
from casework.fields.record import DOCUMENT_TYPES
from casework.lists import history
from casework.overview import Overview, RequestView, overview
from casework.standing import standing
from casework.workflow import claims, news, review
from forms.review import (
    AcceptForm,
    DecisionForm,
    HandOverForm,
    InformationForm,
    NoteForm,
    PanelForm,
    ReasonForm,
    RejectForm,
    UrgencyForm,
)
from models import Attachment, Request, Status
from views.viewer import viewing
from views.web import actor, render

DOCUMENT_TYPES_WORDS = dict(DOCUMENT_TYPES)
Errors = Sequence[tuple[str, str]]

PANELS: dict[str, tuple[type[PanelForm], str]] = {
    "accept": (AcceptForm, "accept"),
    "reject": (RejectForm, "reject"),
    "urgency": (UrgencyForm, "raise_urgency"),
    "information": (InformationForm, "ask_information"),
    "escalate": (ReasonForm, "escalate"),
    "take_back": (ReasonForm, "take_back"),
    "void": (ReasonForm, "void"),
    "note": (NoteForm, "note_internally"),
    "hands": (HandOverForm, "hand_over"),
    "decision": (DecisionForm, "decide"),
    "correction": (DecisionForm, "correct_determination"),
}
"""The forms of the page by name: their class, and the verb that must be possible for the panel to be shown."""


@dataclass(frozen=True)
class Dossier:
    """One request under review, beside the case that it belongs to."""

    asked: Request
    case: Overview
    view: RequestView
    others: list[RequestView]

    @property
    def asking(self) -> review.Asking:
        return review.asking(self.view.stay, self.view.services)

    @property
    def files(self) -> list[Attachment]:
        """The clinicals of this request, then those of the case's other requests."""
        return [*self.view.files, *(file for other in self.others for file in other.files)]


def open_dossier(asked: Request) -> Dossier:
    """The request with all of its case, as the actor may see it."""
    number = asked.case.webcert_number or ""
    case = overview(actor(), number)
    view = next(each for each in case.views if each.request.id == asked.id)
    return Dossier(view.request, case, view, [each for each in case.views if each is not view])


def posted(name: str) -> Any:
    """The form of this panel as it was posted, with the choices that depend on people and on the request."""
    return PANELS[name][0](request.form, prefix=f"{name}-")


def page(asked: Request, status: int = 200, errors: Errors = (), **bound: PanelForm) -> Response:
    """The review page; `bound` are forms by the name of their panel, to be shown as they were posted."""
    seen = news.newest(asked)  # before all that is shown: what comes meanwhile was not seen
    dossier = open_dossier(asked)
    asked = dossier.asked
    answers = drafts.answers(asked, len(dossier.view.files))
    return render(
        "review/show.html",
        status=status,
        dossier=dossier,
        asked=asked,
        view=dossier.view,
        case=dossier.case.case,
        forms={name: bound.get(name) or _blank(name, dossier) for name in PANELS if _is_possible(name, asked)},
        errors=list(errors),
        kept=_kept(asked, bound),
        viewing=viewing(dossier.files),
        said=lambda name: BY_NAME[name].words(answers.text(name)),
        about=reading.pairs(answers, "AD"),
        asking=dossier.asking,
        documents=DOCUMENT_TYPES_WORDS,
        left=clock.left,
        ask_by=review.ask_by(asked),
        escalation=told.escalation(asked, actor()),
        seen=seen,
        is_free=claims.is_free_for(asked, actor()),
        decided_before=actor().user.id in claims.deciders_before(asked),
        earlier=history.of_member(asked, actor()),
        readers=history.readers(asked.case),
        **_for_intake(asked, answers),
    )


def _for_intake(asked: Request, answers: Answers) -> dict[str, Any]:
    """What intake looks at before it accepts: warnings of the checks, and requests that ask for the same."""
    if asked.status != Status.SUBMITTED:
        return {"warnings": [], "duplicates": ()}
    known = completeness.context(asked)
    alike = completeness.duplicates.of_answers(answers, asked, actor(), known.approved_through)
    return {"warnings": completeness.problems(answers, known), "duplicates": alike}


def _is_possible(name: str, asked: Request) -> bool:
    """An attested urgency is the highest and can't be lowered: there is nothing to change then."""
    return access.can(actor(), PANELS[name][1], asked) and not (name == "urgency" and asked.is_attested)


def _blank(name: str, dossier: Dossier) -> Any:
    """The form of a panel as it is first shown."""
    form: Any = PANELS[name][0](formdata=None, prefix=f"{name}-")
    if isinstance(form, DecisionForm):
        made: Any = dossier.view.determination
        form.match(dossier.asking, made.decisions if made else ())
        if made:
            form.go_on_from(made, made.decisions)
    else:
        fit(form, dossier.asked)
    if isinstance(form, AcceptForm | UrgencyForm):
        form.urgency.data = dossier.asked.urgency
    return form


def fit(form: Any, asked: Request) -> None:
    """Gives a form the choices that this request leaves."""
    if isinstance(form, AcceptForm):
        form.offer(claims.people_for(asked, Status.IN_REVIEW))
    elif isinstance(form, HandOverForm):
        form.offer(claims.people_for(asked))
    elif isinstance(form, InformationForm):
        form.offer(review.reply_choices(asked))


def _kept(asked: Request, bound: dict[str, PanelForm]) -> list[tuple[str, str]]:
    """What was typed into forms that the page can't show any more, because somebody else was faster."""
    gone = [form for name, form in bound.items() if not _is_possible(name, asked)]
    words = [field for form in gone for field in _controls(form) if field.type == "TextAreaField"]
    return [(field.label.text, field.data) for field in words if field.data]


def refused(asked: Request, error: Exception, **bound: Any) -> Response:
    """The page again, with what was typed, after a verb of casework said no."""
    is_late = isinstance(error, Stale | NotAllowed)
    name, form = next(iter(bound.items()))
    first = next(field for field in _controls(form) if field.type != "HiddenField")
    about = form._fields.get(getattr(error, "field", ""), first)
    if not is_late and not isinstance(form, DecisionForm):
        about.errors = [str(error)]
    now = access.request_for(actor(), asked.key, "review")
    words = _by_now(now, name) or str(error)
    shown = about.id if not is_late and _is_possible(name, asked) else ""
    return page(now, 409 if is_late else 422, [(shown, words)], **bound)


def _by_now(asked: Request, panel: str) -> str:
    """Where the request stands, when that alone is why nothing more can be done by this panel; else ''."""
    if asked.status in access.MAY[PANELS[panel][1]].states:
        return ""
    words = standing(asked, for_staff=True).words
    return f"Nothing was done: somebody else was faster, and the request stands at “{words}” by now."


def errors_of(form: PanelForm) -> list[tuple[str, str]]:
    """Pairs (id of the control, message) for the summary at the top; a line's controls among them."""
    return [(field.id, str(field.errors[0])) for field in _controls(form) if field.errors]


def _controls(fields: Iterable[Any]) -> Iterator[Any]:
    for field in fields:
        if isinstance(field, FieldList | FormField):
            yield from _controls(field)
        else:
            yield field
