"""A copy of the installation: whole, checked, and of use."""

import shutil
from pathlib import Path

import pytest

from casework import attachments
from models import Request, Status, database
from tests import instance
from tests.builders import make_request
from tools import backup


@pytest.fixture
def copy(db, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of an installation with a decided request in it."""
    make_request(Status.DETERMINED)
    for name, value in instance.environment(db).items():
        monkeypatch.setenv(name, value)
    target = tmp_path / "copy"
    backup.back_up(target)
    return target


def test_a_copy_is_whole(copy: Path):
    assert backup.check(copy) == []
    assert sum(1 for each in (copy / "files").rglob("*") if each.is_file()) >= 2


@pytest.mark.parametrize("name", ["portal.db", "files"])
def test_what_was_changed_in_a_copy_is_told(copy: Path, name: str):
    path = next(each for each in sorted((copy / name).rglob("*")) if each.is_file()) if name == "files" else copy / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert any("changed" in each for each in backup.check(copy))
    path.unlink()
    assert any("missing" in each for each in backup.check(copy))


def test_the_portal_runs_on_a_restored_copy(copy: Path, tmp_path: Path):
    database.close()
    place = tmp_path / "restored"
    shutil.copytree(copy, place)
    instance.use(instance.settings_for(place))
    with database.connection_context():
        request = Request.select().where(Request.status == Status.DETERMINED).get()
        with attachments.opened(request.attachments.get()) as stream:
            assert stream.read(5) == b"%PDF-"
