"""Drafts as a machine of all their verbs in any order: nothing that was typed is ever lost, one WebCert #."""

import shutil
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

import config
from casework import clock, drafts, storage
from casework.drafts import DraftAnswer
from casework.errors import Incomplete, NotAllowed, PortalError, Refused, Stale
from casework.fields import MOST_LINES
from casework.workflow import office
from models import Case, Event, Request, Status, database
from tests import answers, instance
from tests.builders import attach
from tests.personas import actor

pytestmark = pytest.mark.slow

PEOPLE = st.sampled_from(["amy", "ann"])
PREFIXES = st.sampled_from(["service", "diagnosis"])
FIELDS = st.sampled_from(["last_name", "first_name", "member_id", "group_name", "note", "birth_date", "urgency"])
TEXTS = st.text(max_size=12) | st.sampled_from(["?", "11/3", "Hollis", "standard", "04/09/1981", ""])
PASTES = st.sampled_from(["97110 x12", "97110 x12, 97140-GP x10", "97165-GO x3\n97110-GP", "no code"])


class Drafts(RuleBasedStateMachine):
    """What a draft must hold is kept beside it in plain dictionaries, and compared after each step."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=self.template.parent))
        shutil.copyfile(self.template, self.folder / "portal.db")
        made = instance.settings_for(self.folder)
        config.use(made)
        storage.open_database(made)
        database.connect()
        self.frozen = clock.frozen(instance.NOW)
        self.frozen.__enter__()
        self.request = drafts.start(actor("amy"), "physical_therapy")
        self.expected = dict(drafts.answers(self.request).values)
        self.earlier: dict[str, set[str]] = defaultdict(set)
        self.seen = {by: drafts.versions(self.request) for by in ("amy", "ann")}
        self.removed: set[tuple[str, int]] = set()
        self.numbers: set[str] = set()
        self.steps = 0
        self.others: list[tuple[Request, dict[str, str]]] = []

    def teardown(self) -> None:
        self.frozen.__exit__(None, None, None)
        database.close()
        shutil.rmtree(self.folder)

    @property
    def is_draft(self) -> bool:
        return Request.get_by_id(self.request.id).status == Status.DRAFT

    @rule(by=PEOPLE, name=FIELDS, text=TEXTS)
    def type_into(self, by: str, name: str, text: str) -> None:
        self._save(by, {name: text})

    @rule(by=PEOPLE, text=TEXTS, data=st.data())
    def type_into_a_line(self, by: str, text: str, data: st.DataObject) -> None:
        lines = drafts.answers(self.request).all_lines("service")
        line = data.draw(st.sampled_from(lines))
        self._save(by, {line.control(data.draw(st.sampled_from(["code", "quantity", "from"]))): text[:7]})

    @rule(by=PEOPLE)
    def fill_in(self, by: str) -> None:
        self._look(by)
        self._save(by, answers.service(1))

    @rule(by=PEOPLE)
    def look(self, by: str) -> None:
        self._look(by)

    def _look(self, by: str) -> None:
        self.seen[by] = drafts.versions(self.request)

    def _save(self, by: str, typed: dict[str, str]) -> None:
        wanted = {name: drafts.saving.clean(text) for name, text in typed.items()}
        if not self.is_draft:
            with pytest.raises(Stale):
                drafts.save(self.request, actor(by), typed, self.seen[by])
            return
        told = drafts.save(self.request, actor(by), typed, self.seen[by])
        assert told.refused == {}
        for name, clash in told.clashes.items():
            assert self.seen[by].get(name, 0) < clash.version, "what one has seen never clashes"
            assert clash.value == self.expected[name] != wanted[name]
        held = drafts.answers(self.request).values
        for name in wanted.keys() - told.clashes.keys():
            now = held.get(name, "")
            assert now == wanted[name] or wanted[name] in self.earlier[name], "neither stored nor told"
            if now != self.expected.get(name, ""):
                self.earlier[name].add(self.expected.get(name, ""))
                self.expected[name] = now
        self.seen[by] |= told.versions

    @rule(by=PEOPLE, prefix=PREFIXES)
    def add_a_line(self, by: str, prefix: str) -> None:
        shown = len(drafts.answers(self.request).lines(prefix))
        try:
            number = drafts.add_line(self.request, actor(by), prefix)
        except (Stale, Refused):
            assert not self.is_draft or shown == MOST_LINES[prefix]
            return
        assert f"{prefix}-{number}-removed" not in self.expected
        self._take_in(f"{prefix}-{number}-")

    def _take_in(self, line: str) -> None:
        """What a verb has written into a line counts; who never saw it may still send what stood there before."""
        mine = {name: text for name, text in drafts.answers(self.request).values.items() if name.startswith(line)}
        for name in mine:
            self.earlier[name].add(self.expected.get(name, ""))
        self.expected |= mine

    @rule(by=PEOPLE, data=st.data())
    def remove_a_line(self, by: str, data: st.DataObject) -> None:
        lines = drafts.answers(self.request).lines("service")
        if not lines or not self.is_draft:
            return
        number = data.draw(st.sampled_from([line.number for line in lines]))
        drafts.remove_line(self.request, actor(by), "service", number)
        self.expected[f"service-{number}-removed"] = "1"
        self.removed.add(("service", number))

    @precondition(lambda self: self.removed)
    @rule(by=PEOPLE)
    def undo(self, by: str) -> None:
        prefix, number = sorted(self.removed)[0]
        try:
            drafts.restore_line(self.request, actor(by), prefix, number)
        except (Stale, Refused):
            return
        self.removed.discard((prefix, number))
        self.expected[f"{prefix}-{number}-removed"] = ""

    @rule(by=PEOPLE, text=PASTES)
    def paste(self, by: str, text: str) -> None:
        before = drafts.answers(self.request)
        try:
            told = drafts.paste(self.request, actor(by), text)
        except PortalError:
            return
        filled = {line.number for line in before.all_lines("service") if not line.is_blank}
        assert not filled & set(told.numbers), "a paste never writes over a line"
        for number in told.numbers:
            self._take_in(f"service-{number}-")

    @rule(by=PEOPLE)
    def copy(self, by: str) -> None:
        made = drafts.copy(self.request, actor(by))
        self.others = [*self.others[-2:], (made, dict(drafts.answers(made).values))]

    @rule(by=PEOPLE)
    def split(self, by: str) -> None:
        before = dict(self.expected)
        try:
            drafts.split(Request.get_by_id(self.request.id), actor(by))
        except (Refused, NotAllowed):
            return
        held = drafts.answers(self.request).values
        changed = {name for name in held if held[name] != before.get(name)}
        assert all(name.endswith("-removed") or name == "care_kind" for name in changed)
        self.removed |= {("service", int(name.split("-")[1])) for name in changed if name.endswith("-removed")}
        self.expected = dict(held)

    @rule(by=PEOPLE)
    def discard_and_bring_back(self, by: str) -> None:
        if not self.is_draft:
            return
        drafts.discard(Request.get_by_id(self.request.id), actor(by))
        drafts.bring_back(Request.get_by_id(self.request.id), actor(by))

    @rule(by=PEOPLE)
    def submit(self, by: str) -> None:
        if self.is_draft and not drafts.answers(self.request).files:
            attach(self.request, by)
        try:
            office.submit(self.request, actor(by))
        except (Incomplete, Refused):
            assert not self.numbers

    @precondition(lambda self: self.steps > 10 and self.is_draft)
    @rule(by=PEOPLE)
    def finish(self, by: str) -> None:
        """What a clerk does in the end; random steps alone would hardly ever get there."""
        for line in drafts.answers(self.request).lines("service"):
            if line.number > 1:
                drafts.remove_line(self.request, actor(by), "service", line.number)
                self.expected[line.control("removed")] = "1"
        drafts.restore_line(self.request, actor(by), "service", 1)
        self.expected["service-1-removed"] = ""
        self.fill_in(by)
        self.submit(by)
        assert not self.is_draft

    @invariant()
    def nothing_typed_is_lost(self) -> None:
        assert dict(drafts.answers(self.request).values) == self.expected
        for other, values in self.others:
            assert dict(drafts.answers(other).values) == values

    @invariant()
    def one_webcert_number(self) -> None:
        self.steps += 1
        number = Case.get_by_id(self.request.case_id).webcert_number
        self.numbers |= {number} if number else set()
        assert len(self.numbers) == (0 if self.is_draft else 1)
        assert Event.select().where(Event.request == self.request, Event.kind == "submitted").count() == len(
            self.numbers
        )

    @invariant()
    def versions_only_grow(self) -> None:
        rows = {row.name: row.version for row in DraftAnswer.select().where(DraftAnswer.request == self.request)}
        assert all(rows[name] >= version for seen in self.seen.values() for name, version in seen.items() if version)


def test_the_machine_of_drafts(peopled_database, tmp_path):
    Drafts.template = tmp_path / "template.db"
    shutil.copyfile(peopled_database, Drafts.template)
    at_most = min(settings().max_examples, 80)  # a step is some ten statements: a minute, not a quarter of an hour
    run_state_machine_as_test(Drafts, settings=settings(max_examples=at_most))
