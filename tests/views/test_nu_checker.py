"""The Nu HTML checker finds no error on any page. It knows the htmx attributes by their other spelling, data-hx-…"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests import personas
from tests.client import browser_of
from tests.e2e import states

ROOT = Path(__file__).resolve().parents[2]
JAR = Path(os.environ.get("VNU_JAR") or ROOT / "node_modules/vnu-jar/build/dist/vnu.jar")
REFUSED = (
    (personas.NOBODY, "/sign-in", "Sign in"),
    (personas.NOBODY, "/register", "Register"),
    ("amy", "/requests/{empty}", "Submit"),
    ("amy", "/requests/{expedited}", "Submit"),
    ("amy", "/requests/{in_review}/records", "Send to CMSI"),
    ("amy", "/requests/{asked}/answer", "Send the answer"),
    ("amy", "/requests/{denied}/peer-to-peer", "Ask for the talk"),
    ("amy", "/profile/password", "Change password"),
    ("nia", "/review/{in_review}", "Ask the office"),
    ("ian", "/review/{submitted}", "Reject"),
    ("pam", "/review/{with_physician}", "Preview letter"),
    ("ada", "/accounts/staff/new", "Add and make the link"),
)
"""Forms that are sent with nothing typed: whose, where, and the button."""


def every_page(app: Flask) -> Iterator[tuple[str, str]]:
    """Words for a page, and its text."""
    world = states.make_world()
    for state in states.EVERY:
        browser = browser_of(state.person or personas.NOBODY, app).flask
        yield str(state), browser.get(state.path.format(**world)).get_data(as_text=True)
    for person, path, button in REFUSED:
        client = browser_of(person, app)
        yield f"{person}: {path} refused", client.submit(client.get(path.format(**world)), button).text


@pytest.mark.skipif(
    not (shutil.which("java") and JAR.exists()),
    reason="the Nu HTML checker is not here: it needs Java and vnu.jar (npm install --no-save vnu-jar, or VNU_JAR)",
)
def test_the_nu_checker_finds_no_error(make_app, tmp_path):
    names: dict[str, str] = {}
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, (words, text) in enumerate(every_page(make_app(demo=True)), 1):
        assert text, f"{words}: no page"
        file = folder / f"{number:03d}.html"
        file.write_text(re.sub(r"(\s)hx-", r"\1data-hx-", text), encoding="utf-8")
        names[file.name] = words
    command = ["java", "-jar", str(JAR), "--errors-only", "--format", "json", "--exit-zero-always", str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stderr
    found = [
        f"{names[each['url'].rsplit('/', 1)[1]]}, line {each.get('lastLine')}: {each['message']}"
        for each in json.loads(told)["messages"]
    ]
    assert not found, "\n  ".join(["the checker tells:", *sorted(set(found))])
    assert len(names) > 90
