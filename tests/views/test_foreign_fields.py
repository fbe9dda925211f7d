"""Nobody sets by a form what the form doesn't have: every form of every page, sent as it is and with foreign fields.

The foreign ones are all columns of the tables, with values that would hurt: another status, owner, role or number. The
database must be the same after both.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

import config
from casework import fields
from casework.readable import FIELDS, group_of
from models import Status, database
from tests import worlds
from tests.client import Client, Form, Page, browser_of
from tests.test_routes import address, routes, verb_of
from tests.unit.test_readable import COLUMNS
from tests.worlds import World

HURTS = {
    "status": "determined", "role": "admin", "office": "3", "office_id": "3", "user": "1", "is_internal": "",
    "is_void": "1", "webcert_number": "W26-999999-9", "authorization_number": "A26-999999-9", "state": "active",
    "outcome": "approval", "by_cmsi": "1", "group": "1", "case": "1", "request": "1", "reviewer": "1",
    "physician": "1", "urgency_assigned": "expedited", "request_type": "extension", "missing_count": "0",
}  # fmt: skip
NAMES = sorted({column.partition(".")[2] for column in COLUMNS} | HURTS.keys())
RANDOM = re.compile(r"key|token|secret|mac|seal|sha256|stored_name|hash|totp|version|^data$|reference|^id$|^size$")
"""Columns that differ each time."""
WORDS = "Words for the test."


def foreign(own: set[str], brought: set[str]) -> dict[str, str]:
    """Every column, plain and as a field of a panel, but what the form has itself or may bring."""
    plain = {name: HURTS.get(name, "Zq-foreign") for name in NAMES if name not in brought}
    panels = {each.partition("-")[0] for each in own if "-" in each}
    both = {**plain, **{f"{panel}-{name}": value for panel in panels for name, value in plain.items()}}
    return {name: value for name, value in both.items() if name not in own | fields.BY_NAME.keys()}


def brought_by(portal: Flask, path: str) -> set[str]:
    """Names of the columns that the table lets this route's forms bring."""
    endpoint, _ = portal.url_map.bind("localhost").match(path.partition("?")[0], method="POST")
    verb = getattr(portal.view_functions[endpoint], "verb", "")
    return {column.partition(".")[2] for column in COLUMNS if verb in FIELDS[group_of(column)].written_by}


def forms_of(page: Page) -> Iterator[Form]:
    """Every form that this page posts, by each of its buttons, its empty words filled in."""
    for element in page._all("form"):
        for button in element.iter("button"):
            form = Form(element, button, page.response.request.path)
            if form.method == "post" and "sign-out" not in form.action:
                for each in element.iter("textarea"):
                    if each.get("name") and not (each.text or "").strip():
                        form.values[each.get("name", "")] = WORDS
                form.values.pop("csrf_token", None)  # the browser that sends it has its own
                form.own = {each.get("name", "") for each in element.iter() if each.get("name")}
                yield form


def rows() -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    for table in worlds.contents():
        names = [column.name for column in database.get_columns(table) if not RANDOM.search(column.name)]
        if names:
            chosen = ", ".join(f'"{name}"' for name in names)
            found[table] = database.execute_sql(f'SELECT {chosen} FROM "{table}"').fetchall()
    return found


@pytest.fixture
def sent(portal: Flask, install: Callable[..., config.Settings]) -> Callable[..., tuple[int, Any]]:
    """Sends a form on a fresh copy of the world: what was answered, and all that is in the database then."""

    def sent(world: World, who: str, form: Form, more: dict[str, str]) -> tuple[int, Any]:
        install(world.folder / "portal.db", files_url=str(world.folder / "files"))
        browser = browser_of(who, portal)
        values = MultiDict({**form.values.to_dict(flat=False), **more, "csrf_token": browser.token})
        status = browser.flask.post(form.action, data=values).status_code  # checking pages takes longest
        assert status < 500, form.action
        return status, rows()

    return sent


SENDING = (Status.DRAFT, Status.IN_REVIEW, Status.DETERMINED)


@pytest.mark.slow
@pytest.mark.parametrize("status", SENDING)
def test_no_form_of_any_page_binds_a_foreign_field(
    status: Status, portal: Flask, install: Callable[..., config.Settings], sent: Callable[..., Any],
    peopled_database: Path, tmp_path: Path,
) -> None:  # fmt: skip
    world = worlds.make(peopled_database, tmp_path, status)
    tried: dict[tuple[str, str, str], int] = {}
    for who in ("amy", "ian", "nia", "pam", "ada"):
        install(world.folder / "portal.db", files_url=str(world.folder / "files"))
        for form in _all_forms(browser_of(who, portal), portal, world):
            name = (who, form.action, str(sorted(form.values.items())[-1:]))
            if name in tried:
                continue
            as_it_is = sent(world, who, form, {})
            more = foreign(form.own, brought_by(portal, form.action))
            assert sent(world, who, form, more) == as_it_is, name
            tried[name] = as_it_is[0]
    done = [name for name, answer in tried.items() if answer in (200, 204, 303)]
    assert len(tried) > 30
    assert len(done) > 15, tried


def _all_forms(client: Client, portal: Flask, world: World) -> list[Form]:
    """Those of every page that this person may open, gathered before any is sent."""
    found: list[Form] = []
    for method, _, rule in routes(portal):
        if method == "GET" and verb_of(portal, rule) and not rule.rule.endswith((".csv", ".pdf", ".svg")):
            page = client.get(address(rule, world))
            if page.status == 200 and page.document is not None:
                found += forms_of(page)
    return found


OTHERS = [each for each in Status if each not in SENDING][:: 1 if os.environ.get("COUNTS") == "full" else 3]
"""All in `make test-all`, else every third: forms are sent in the statuses that have most of them."""


@pytest.mark.slow
@pytest.mark.parametrize("status", OTHERS)
def test_every_page_answers_in_every_status(
    status: Status, portal: Flask, install: Any, peopled_database: Path, tmp_path: Path
) -> None:
    """The browser of the tests complains about a page that fails, whatever it was asked for."""
    world = worlds.make(peopled_database, tmp_path, status)
    install(world.folder / "portal.db", files_url=str(world.folder / "files"))
    for who in ("amy", "nia", "ada"):
        assert _all_forms(browser_of(who, portal), portal, world)


def test_the_names_that_are_tried_are_all_of_the_table() -> None:
    named = {column.partition(".")[2] for each in FIELDS.values() for column in each.columns} - {"*"}
    assert named <= set(NAMES)
