"""Every file of the corpus through the real checks, in the process that they have of their own."""

import io
import time

import pytest

from casework.files.bench import BENCH
from casework.files.checks import check
from casework.files.errors import FileRefused
from casework.files.kinds import ACTIVE, KINDS
from tests import corpus

pytestmark = pytest.mark.slow

SLOWEST = 15.0
"""Seconds that any file may take, on a busy machine."""


def ids(uploads: list[corpus.Upload]) -> list[str]:
    return [upload.name for upload in uploads]


@pytest.mark.parametrize("upload", corpus.REFUSED, ids=ids(corpus.REFUSED))
def test_refused_in_words(upload: corpus.Upload):
    data = upload.make()
    started = time.monotonic()
    with pytest.raises(FileRefused) as told:
        check(io.BytesIO(data), upload.name)
    assert (told.value.reason, upload.words in told.value.message) == (upload.reason, True), told.value.message
    assert time.monotonic() - started < SLOWEST
    assert told.value.message[0].isupper()
    assert told.value.message.endswith(".")
    assert len(told.value.message) < 300


@pytest.mark.parametrize("upload", corpus.TAKEN, ids=ids(corpus.TAKEN))
def test_taken_with_its_flags(upload: corpus.Upload):
    checked = check(io.BytesIO(upload.make()), upload.name)
    assert (checked.flags, checked.pages) == (upload.flags, upload.pages)
    assert checked.active_content == bool(upload.flags & ACTIVE)


@pytest.mark.parametrize("upload", corpus.VALID, ids=ids(corpus.VALID))
def test_plain_file_of_each_kind_is_taken(upload: corpus.Upload):
    checked = check(io.BytesIO(upload.make()), upload.name)
    assert (checked.flags, checked.pages, checked.active_content) == (frozenset(), upload.pages, False)
    assert checked.media_type.split(";")[0] == KINDS[checked.kind].media_type


def test_corpus_is_large_and_has_every_kind_and_reason():
    assert len(corpus.REFUSED) >= 60
    reasons = {upload.reason for upload in corpus.REFUSED}
    assert reasons == {"empty", "unsupported", "mislabelled", "damaged", "password", "active", "hidden", "complex"}
    assert len({upload.name for upload in corpus.VALID}) == len(KINDS)
    assert len({upload.name for upload in corpus.ALL}) == len(corpus.ALL)


@pytest.mark.parametrize("upload", corpus.VALID, ids=ids(corpus.VALID))
def test_any_cut_is_told_never_a_crash(upload: corpus.Upload):
    data = upload.make()
    for tenth in range(1, 10):
        try:
            check(io.BytesIO(data[: len(data) * tenth // 10]), upload.name)
        except FileRefused as told:
            assert told.reason in ("damaged", "mislabelled", "hidden")  # noqa: PT017 - texts and some cuts may pass
        else:
            assert upload.name.endswith((".txt",))


def test_name_in_capitals_counts():
    assert check(io.BytesIO(corpus.VALID[0].make()), "NOTE.PDF").kind == "pdf"


@pytest.fixture(autouse=True, scope="module")
def _end_of_the_bench():
    yield
    BENCH.close()
