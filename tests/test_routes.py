"""Who gets what from every route: the full matrix, route × persona → answer.

`tests/routes.txt` holds it, one line a route and method, one column a persona: read by people, and by this test. A
route that is not in it fails, and the failure shows the line to add: look at it, then add it. The same run holds that
GET writes nothing, and looks at every page that it is given.

A route with an id is asked for with that of a request of amy's office, in a status in which its verb may be done: bob
is the outsider. POSTs carry the token and nothing else, so that 422 says "yes, but fill it in".
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

import config
from casework.access import MAY
from models import Status
from tests import personas, worlds
from tests.client import Client, Page, browser_of
from tests.worlds import World

TABLE = Path(__file__).with_name("routes.txt")
COLUMNS = (personas.NOBODY, "amy", "ann", "bob", "ian", "nia", "pam", "ada")
LIKELY = (Status.DETERMINED, Status.IN_REVIEW, Status.SUBMITTED, Status.DRAFT)
NOTED = {"access_log", "chain_head", "session"}
"""Tables that a GET may write: the access log with its chain, when a session was last seen."""
NOTED_FOR = {"open_letter": {"letter", "request", "office"}, "public": {"tries"}}
"""… the first opening of a letter, which the office's open pages are told; guesses at one-time links are counted."""

ONLY_BY_SCRIPT = ("/codes/icd10/1", "/records/files", "/answer/1/files")
"""What the page's script asks for while somebody types or uploads: a fragment in any case."""

Line = tuple[str, str, str, tuple[int, ...]]


def lines() -> list[Line]:
    """(method, route, verb, answers) of every line of the table."""
    found = []
    for text in TABLE.read_text(encoding="utf-8").splitlines():
        if text.strip() and not text.startswith("#"):
            method, route, verb, *answers = text.split()
            found.append((method, route, verb, tuple(map(int, answers))))
    return found


def written(line: Line) -> str:
    method, route, verb, answers = line
    return f"{method:5}{route:72}{verb:22}{' '.join(map(str, answers))}"


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """(method, route as the table writes it, rule) of every route but the static files."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, re.sub(r"<(any\([^)]*\)|\w+):", "<", rule.rule), rule


def verb_of(app: Flask, rule: Rule) -> str:
    return getattr(app.view_functions[rule.endpoint], "verb", "")


@pytest.fixture(scope="session")
def world_in(peopled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Status], World]:
    """The world with a request in this status, made once."""
    made: dict[Status, World] = {}

    def world_in(status: Status) -> World:
        if status not in made:
            made[status] = worlds.make(peopled_database, tmp_path_factory.mktemp(status), status)
        return made[status]

    return world_in


def status_for(verb: str) -> Status:
    """A status in which this verb may be done to a request."""
    states = MAY[verb].states if verb in MAY else set(Status)
    return next((each for each in LIKELY if each in states), next(iter(sorted(states))))


def address(rule: Rule, world: World) -> str:
    """The rule's URL with its arguments filled in from the world."""
    keys = {
        "/letters/": world.letter,
        "/attachments/": world.file,
        "/talks/": world.talk,
        "/accounts/offices/": world.office,
        "/accounts/": world.user,
        "": world.request,
    }
    key = next(value for start, value in keys.items() if rule.rule.startswith(start))
    named = {"key": key, "number": world.number, "control": "requesting_name", "other": world.other}
    if rule.rule.startswith("/search/"):
        named["token"] = world.token
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            values[name] = sorted(converter.items)[0]
        elif isinstance(converter, IntegerConverter):
            values[name] = 1
        else:
            values[name] = named.get(name, worlds.NO_KEY)
    built = rule.build(values)
    assert built is not None, f"tests/test_routes.py can't fill in {rule.rule}"
    return built[1]


@pytest.fixture
def answers(
    portal: Flask, world_in: Callable[[Status], World], install: Callable[..., config.Settings]
) -> Callable[[str, Rule, str], tuple[int, ...]]:
    """Asks for a route as everybody, each on a database of their own, and gives the status codes."""

    def answers(method: str, rule: Rule, verb: str) -> tuple[int, ...]:
        world = world_in(status_for(verb))
        found = []
        for persona in COLUMNS:
            install(world.folder / "portal.db", files_url=str(world.folder / "files"))
            client = browser_of(persona, portal)
            page = _asked(client, method, address(rule, world), NOTED | NOTED_FOR.get(verb, set()))
            found.append(page.status)
        return tuple(found)

    return answers


def _asked(client: Client, method: str, path: str, noted: set[str]) -> Page:
    if method == "POST":
        return client.post(path, htmx=path.endswith(ONLY_BY_SCRIPT))
    before = worlds.contents()
    page = client.get(path)
    after = worlds.contents()
    wrote = {table for table in after if after[table] != before.get(table)} - noted
    assert not wrote, f"a GET writes nothing: {page!r} wrote {wrote}"
    return page


@pytest.mark.house
def test_every_route_declares_its_verb(portal: Flask):
    without = [rule.rule for _, _, rule in routes(portal) if verb_of(portal, rule) not in {"public", *MAY}]
    assert not without, f"decorate these views with @may(verb) or @public: {without}"


def test_every_route_is_in_the_table(portal: Flask, answers: Callable[[str, Rule, str], tuple[int, ...]]):
    listed = {(method, route) for method, route, _, _ in lines()}
    there = {(method, route): rule for method, route, rule in routes(portal)}
    missing = [
        _line_to_add(method, route, verb_of(portal, rule), lambda m, v, rule=rule: answers(m, rule, v))
        for (method, route), rule in there.items()
        if (method, route) not in listed
    ]
    assert not missing, "look at these lines, and add those that are right to tests/routes.txt:\n" + "\n".join(missing)
    gone = sorted(listed - there.keys())
    assert not gone, f"take these out of tests/routes.txt: {gone}"


def _line_to_add(method: str, route: str, verb: str, ask: Callable[[str, str], tuple[int, ...]]) -> str:
    try:
        return written((method, route, verb, ask(method, verb)))
    except AssertionError as problem:
        return f"({method} {route}: first mend this: {problem})"


@pytest.mark.slow
@pytest.mark.parametrize("line", lines(), ids=lambda line: f"{line[0]} {line[1]}")
def test_everybody_gets_what_the_table_says(line: Line, portal: Flask, answers: Callable[..., tuple[int, ...]]):
    method, route, _, _ = line
    rule = next((rule for m, r, rule in routes(portal) if (m, r) == (method, route)), None)
    assert rule is not None, f"{method} {route} is gone: take its line out of tests/routes.txt"
    verb = verb_of(portal, rule)
    found = (method, route, verb, answers(method, rule, verb))
    assert found == line, f"\n  table: {written(line)}\n  now:   {written(found)}\n  for    {' '.join(COLUMNS)}"
