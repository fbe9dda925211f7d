"""The table of fields: every column stands in it once, its verbs exist, and what it says of internal words holds."""

from collections import Counter

import pytest

import models
from casework import overview
from casework.access import MAY, OFFICE
from casework.drafts.model import DraftAnswer
from casework.readable import FIELDS, group_of, reads
from casework.workflow import review
from models import Base, Status
from tests import builders, personas

TABLES = [DraftAnswer, *(each for each in vars(models).values() if isinstance(each, type) and issubclass(each, Base))]
COLUMNS = [f"{table.__name__}.{name}" for table in TABLES if table is not Base for name in table._meta.fields]
BY_NO_FORM = (
    "Request.status", "Request.office", "Request.case", "Request.due_at", "Request.outcome", "Case.office",
    "Case.webcert_number", "Case.authorization_number", "Letter.content", "Event.kind", "User.state", "User.office",
    "User.password_hash", "User.totp_secret", "Office.group", "Attachment.stored_name",
)  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_stands_in_the_table(column: str) -> None:
    assert group_of(column) in FIELDS


def test_no_column_stands_there_twice_or_is_gone() -> None:
    listed = Counter(column for fields in FIELDS.values() for column in fields.columns if not column.endswith("*"))
    assert {column for column, times in listed.items() if times > 1} == set()
    assert listed.keys() <= set(COLUMNS)


def test_the_verbs_are_those_of_the_rights() -> None:
    assert {verb for fields in FIELDS.values() for verb in fields.written_by} <= MAY.keys()


@pytest.mark.parametrize("column", BY_NO_FORM)
def test_no_form_brings_it(column: str) -> None:
    assert FIELDS[group_of(column)].written_by == ()


def test_answers_come_from_the_office_and_internal_notes_from_cmsi() -> None:
    by = {words: {role for verb in FIELDS[words].written_by for role in MAY[verb].roles} for words in FIELDS}
    assert by["answers of the form"] == OFFICE
    assert not by["internal notes"] & OFFICE


@pytest.mark.usefixtures("db")
def test_the_office_reads_no_internal_note_and_no_internal_step() -> None:
    request = builders.make_request(Status.IN_REVIEW)
    review.add_note(request, personas.actor("nia"), "Zq internal words", internal=True)
    review.add_note(request, personas.actor("nia"), "Zq words for all", internal=False)
    number = request.case.webcert_number
    for who, count in (("amy", 1), ("ann", 1), ("nia", 2), ("ian", 2)):
        view = overview.overview(personas.actor(who), number)
        assert sum(len(each.notes) for each in view.views) == count, who
        assert reads(personas.actor(who), "internal notes", request) == (count == 2)


@pytest.mark.usefixtures("db")
def test_an_admin_reads_nothing_clinical_and_cmsi_no_draft() -> None:
    draft, ada, ian = builders.make_draft(), personas.actor("ada"), personas.actor("ian")
    for words in ("answers of the form", "files", "notes", "determination", "letters", "questions"):
        assert not reads(ada, words)
        assert not reads(ian, words, draft)
    assert reads(ian, "answers of the form", builders.make_request())
