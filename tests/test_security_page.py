"""docs/security.md says what is so: its permissions are the code's, its tests exist, no requirement is left out."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tools import permissions

ROOT = Path(__file__).resolve().parent.parent
PAGE = permissions.PAGE.read_text(encoding="utf-8")
ROWS = PAGE[PAGE.index("## ASVS 5.0") : PAGE.index("## Deviations")].splitlines()

pytestmark = pytest.mark.house


def test_the_permissions_are_those_of_the_code():
    shown = PAGE.partition(permissions.BEGIN)[2].partition(permissions.END)[0].strip()
    assert shown == permissions.table(), "write it anew: .venv/bin/python -m tools.permissions"


def test_the_fields_are_those_of_the_code():
    shown = PAGE.partition(permissions.FIELDS_BEGIN)[2].partition(permissions.FIELDS_END)[0].strip()
    assert shown == permissions.fields_table(), "write it anew: .venv/bin/python -m tools.permissions"


def test_each_requirement_is_listed_once():
    ids = Counter(
        each for row in ROWS if row.startswith("| ") for each in re.findall(r"\b\d+\.\d+\.\d+\b", row.split("|")[1])
    )
    assert len(ids) == 197
    assert {each for each, count in ids.items() if count > 1} == set()


def test_the_tests_that_it_names_exist():
    named = set(re.findall(r"tests/[\w/]+\.py", PAGE))
    assert len(named) > 20
    assert {each for each in named if not (ROOT / each).is_file()} == set()
