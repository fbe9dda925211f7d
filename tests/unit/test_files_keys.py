"""Master keys: what the setting may say, what wraps what, and that a lost or wrong key is told."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from flask.cli import FlaskGroup

import config
from app import create_app
from casework import attachments, rotation
from casework.files.errors import Damaged, KeyFault
from casework.files.keys import KeyRing
from models import Attachment, Letter, Status, database
from tests import builders

DATA_KEY = bytes(range(32))
NAME = "0123456789abcdef0123456789abcdef"


def ring(*ids: str) -> KeyRing:
    return KeyRing(ids[0], {key_id: key_id.encode().ljust(32, b".") for key_id in ids})


def test_first_key_of_the_setting_wraps_and_older_ones_unwrap():
    old, new = KeyRing.new_entry("2025"), KeyRing.new_entry("2026")
    wrapped, key_id = KeyRing.parse(old).wrap(DATA_KEY, NAME)
    both = KeyRing.parse(f"{new} {old}")
    assert key_id == "2025"
    assert both.unwrap(wrapped, key_id, NAME) == DATA_KEY
    assert both.wrap(DATA_KEY, NAME)[1] == "2026"


def test_wrapped_key_fits_its_column_and_never_repeats():
    wrapped = {ring("a").wrap(DATA_KEY, NAME)[0] for _ in range(20)}
    assert len(wrapped) == 20
    assert {len(text) for text in wrapped} == {80}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "no-colon",
        "a:!!!",
        "a:AAAA",
        ":" + "A" * 44,
        "a/b:" + "A" * 43 + "=",
        "a:" + "QUFB" * 10 + "QUE= a:" + "QkJC" * 10 + "QkI=",
    ],
)
def test_malformed_setting_is_told_without_the_key(text: str):
    with pytest.raises(KeyFault) as told:
        KeyRing.parse(text)
    assert all(part.partition(":")[2] not in told.value.message for part in text.split() if len(part) > 20)


@pytest.mark.parametrize("change", ["name", "key id", "bytes", "not base64"])
def test_wrapped_key_opens_only_where_it_belongs(change: str):
    keys = KeyRing("a", {"a": b"a" * 32, "b": b"a" * 32})
    wrapped, key_id = keys.wrap(DATA_KEY, NAME)
    changed = {
        "name": (wrapped, key_id, NAME[::-1]),
        "key id": (wrapped, "b", NAME),
        "bytes": ("A" + wrapped[1:] if wrapped[0] != "A" else "B" + wrapped[1:], key_id, NAME),
        "not base64": ("?" + wrapped[1:], key_id, NAME),
    }[change]
    with pytest.raises(Damaged):
        keys.unwrap(*changed)


def test_unknown_master_key_is_named():
    wrapped, key_id = ring("gone").wrap(DATA_KEY, NAME)
    with pytest.raises(KeyFault, match="gone"):
        ring("new").unwrap(wrapped, key_id, NAME)


def test_check_tells_lost_and_wrong_keys():
    checks = {"old": ring("old").check_value("old")}
    ring("new", "old").check(checks)
    with pytest.raises(KeyFault, match=r"lacks old"):
        ring("new").check(checks)
    with pytest.raises(KeyFault, match=r"another key under old"):
        KeyRing("old", {"old": b"x" * 32}).check(checks)


def under(keys: str) -> None:
    """The portal starts anew with this FILE_KEYS."""
    config.use(replace(config.current(), file_keys=keys))
    attachments.store().check_keys()


def test_after_a_rotation_the_old_key_may_go(db: config.Settings):
    builders.make_request(Status.DETERMINED)
    new = KeyRing.new_entry("2027")
    under(db.file_keys)
    under(f"{new} {db.file_keys}")
    assert rotation.rotate() == Attachment.select().count() + Letter.select().count() == 2
    under(new)
    with attachments.opened(Attachment.get()) as file:
        assert file.read(5) == b"%PDF-"
    assert rotation.rotate() == 0


def test_a_key_that_a_late_file_needs_is_not_forgotten(db: config.Settings):
    """Its own key was wrapped once more by the old one between the look at the rows and the turn of this one."""
    first, late = (builders.attach(builders.make_draft(files=0), number=number) for number in (1, 2))
    database.execute_sql(
        f"CREATE TRIGGER late AFTER UPDATE OF key_id ON attachment WHEN NEW.id = {first.id} "
        f"BEGIN UPDATE attachment SET wrapped_key = wrapped_key || ' ' WHERE id = {late.id}; END"
    )
    new = KeyRing.new_entry("2027")
    under(db.file_keys)
    under(f"{new} {db.file_keys}")
    assert rotation.rotate() == 1
    with pytest.raises(KeyFault, match="lacks test"):
        under(new)


@pytest.mark.parametrize(
    ("is_checked", "words"),
    [
        (False, "The master key 'test' of the file store is missing from FILE_KEYS."),
        (True, "FILE_KEYS lacks test: files in the store need it."),
    ],
)
def test_who_rotates_without_an_older_key_reads_what_to_do(db: config.Settings, is_checked: bool, words: str):
    builders.attach(builders.make_draft(files=0))
    if is_checked:
        under(db.file_keys)
    portal = FlaskGroup(create_app=lambda: create_app(replace(db, file_keys=KeyRing.new_entry("2027"))))
    told = CliRunner().invoke(portal, ["keys", "rotate"])
    assert (told.exit_code, told.output) == (1, f"Error: {words} Add it after the current key.\n")
