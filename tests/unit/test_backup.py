"""A copy of the installation: whole, checked, of use, and put back where nothing is lost by it."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner

import cli
import config
from casework import attachments, backup, drafts
from casework.audit.verify import verify
from casework.errors import Refused
from models import Request, Status, database
from tests import instance, personas
from tests.builders import make_draft, make_request


@pytest.fixture
def copy(db: config.Settings, tmp_path: Path) -> Path:
    """A copy of an installation with a decided request in it."""
    make_request(Status.DETERMINED)
    backup.back_up(tmp_path / "copy")
    return tmp_path / "copy"


def test_a_copy_is_whole(copy: Path) -> None:
    assert backup.faults(copy) == []
    assert sum(1 for each in (copy / "files").rglob("*") if each.is_file()) >= 2
    assert sorted(each.name for each in copy.iterdir()) == ["files", "manifest.json", "portal.db"]


@pytest.mark.parametrize("name", ["portal.db", "files"])
def test_what_was_changed_in_a_copy_is_told(copy: Path, name: str) -> None:
    path = next(each for each in sorted((copy / name).rglob("*")) if each.is_file()) if name == "files" else copy / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert any("changed" in each for each in backup.faults(copy))
    path.unlink()
    assert any("missing" in each for each in backup.faults(copy))
    with pytest.raises(Refused, match="not whole"):
        backup.restore(copy, overwrite=True)
    assert Request.select().exists()


@pytest.mark.parametrize("manifest", [None, "", "{"])
def test_without_its_manifest_nothing_is_a_copy(copy: Path, manifest: str | None) -> None:
    (copy / "manifest.json").unlink()
    if manifest is not None:
        (copy / "manifest.json").write_text(manifest)
    assert ["manifest.json" in each for each in backup.faults(copy)] == [True]
    with pytest.raises(Refused, match="can't be made"):
        backup.back_up(copy)


def test_the_portal_runs_on_a_restored_copy(copy: Path, tmp_path: Path) -> None:
    database.close()
    instance.use(instance.settings_for(tmp_path / "restored"))
    with database.connection_context():
        backup.restore(copy)
        request = Request.select().where(Request.status == Status.DETERMINED).get()
        with attachments.opened(request.attachments.get()) as stream:
            assert stream.read(5) == b"%PDF-"
        assert verify().is_whole
        make_request()
    assert backup.faults(copy) == []


def test_what_is_there_goes_only_when_it_is_said(copy: Path) -> None:
    later = make_draft()
    with pytest.raises(Refused, match="--overwrite"):
        backup.restore(copy)
    assert Request.get_by_id(later.id)
    backup.restore(copy, overwrite=True)
    assert [each.status for each in Request.select()] == [Status.DETERMINED]
    assert verify().is_whole


def test_saves_go_on_while_it_copies(db: config.Settings, tmp_path: Path) -> None:
    draft, ended = make_draft(), Event()

    def type_on() -> int:
        saves = 0
        with database.connection_context():
            while not ended.is_set():
                row = Request.get_by_id(draft.id)
                saved = drafts.save(row, personas.actor("amy"), {"note": str(saves)}, drafts.versions(row))
                assert not saved.refused
                assert not saved.clashes
                saves += 1
        return saves

    with ThreadPoolExecutor(1) as amy:
        saves = amy.submit(type_on)
        try:
            for number in range(5):
                backup.back_up(tmp_path / f"copy{number}")
        finally:
            ended.set()
        assert saves.result() > 0
    for number in range(5):
        assert backup.faults(tmp_path / f"copy{number}") == []
    backup.restore(tmp_path / "copy3", overwrite=True)
    assert verify().is_whole


@pytest.mark.parametrize("url", ["postgresql://portal@/portal", "s3://bucket/portal"])
def test_elsewhere_it_says_what_to_use(db: config.Settings, tmp_path: Path, url: str) -> None:
    elsewhere = {"database_url": url} if url.startswith("postgresql") else {"files_url": url}
    database.close()
    instance.use(replace(db, **elsewhere))
    for attempt in (lambda: backup.back_up(tmp_path / "copy"), lambda: backup.restore(tmp_path)):
        with pytest.raises(Refused, match=r"pg_dump|S3"):
            attempt()
    assert not (tmp_path / "copy").exists()


def test_the_commands(db: config.Settings, tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke({"backup": cli.backup_command, "restore": cli.restore}[arguments[0]], arguments[1:])
        return done.exit_code, done.output

    make_request(Status.DETERMINED)
    folder = str(tmp_path / "copy")
    assert "files in" in run("backup", folder)[1]
    assert run("backup", "--check", folder) == (0, "")
    assert run("restore", folder)[0] == 1
    assert "flask migrate" in run("restore", "--overwrite", folder)[1]
    shutil.rmtree(tmp_path / "copy" / "files")
    status, told = run("backup", "--check", folder)
    assert status == 1
    assert "missing" in told
