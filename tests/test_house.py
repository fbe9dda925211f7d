"""The house looks after itself: where things live, how long they get, and what never appears in them."""

import ast
import gzip
import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import pytest

from config import Settings

pytestmark = pytest.mark.house

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {"config": 0, "models": 0, "casework": 1, "forms": 2, "views": 3, "cli": 4, "app": 4}
"""A module imports from its own floor or from one below."""


def tracked(*suffixes: str, under: str = "") -> list[Path]:
    """The project's own files, committed or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    paths = [ROOT / each for each in listed.stdout.decode().splitlines()]
    wanted = [each for each in paths if not suffixes or each.suffix in suffixes]
    return [each for each in wanted if each.is_file() and each.relative_to(ROOT).as_posix().startswith(under)]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, in full."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def found(pattern: str, paths: list[Path], flags: int = 0) -> list[str]:
    """Every line of these files in which the pattern occurs, as path:line: text."""
    matcher = re.compile(pattern, flags)
    return [
        f"{name(path)}:{number}: {line.strip()[:160]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if matcher.search(line)
    ]


def told(problems: list[str], cure: str) -> str:
    return cure + "\n  " + "\n  ".join(problems)


def functions(path: Path) -> Iterator[tuple[str, int, list[str]]]:
    """Name, length in lines without decorators, and the decorators' source of every function."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.FunctionDef):
            yield (
                node.name,
                (node.end_lineno or 0) - node.lineno + 1,
                [ast.unparse(each) for each in node.decorator_list],
            )


def test_imports_point_down():
    upward = []
    for path in tracked(".py"):
        own = name(path).removesuffix(".py").split("/")[0]
        if own not in FLOORS:
            continue
        for module in imports(path):
            other = module.split(".")[0]
            if other in FLOORS and other != own and FLOORS[other] >= FLOORS[own] and own != "app":
                upward.append(f"{name(path)} imports {module}")
    assert not upward, told(upward, "Move what both need to the floor below:")


def test_casework_knows_no_flask():
    web = ("flask", "werkzeug", "wtforms", "flask_wtf", "flask_login")
    wrong = [f"{name(p)}: {m}" for p in tracked(".py", under="casework/") for m in imports(p) if m.split(".")[0] in web]
    assert not wrong, told(wrong, "casework holds rules; what speaks HTTP belongs into views or forms:")


def test_the_rules_do_not_know_the_workflow():
    wrong = [
        f"{name(path)}: {module}"
        for room in ("access", "completeness", "clock", "numbers", "codes", "fields", "answers")
        for path in tracked(".py", under=f"casework/{room}")
        for module in imports(path)
        if module.startswith("casework.workflow")
    ]
    assert not wrong, told(wrong, "workflow uses these, never the other way round:")


@pytest.mark.parametrize(
    ("suffix", "under", "most"),
    [
        (".py", "casework/", 400),
        (".py", "views/", 400),
        (".py", "forms/", 400),
        (".py", "models.py", 800),
        (".py", "tests/", 400),
        (".py", "tools/", 400),
        (".html", "templates/", 150),
    ],
)
def test_files_stay_short(suffix, under, most):
    long = [f"{name(path)}: {lines(path)} lines" for path in tracked(suffix, under=under) if lines(path) > most]
    assert not long, told(long, f"At most {most} lines. Divide by subject:")


def test_view_functions_stay_short():
    long = [
        f"{name(path)}: {function}, {length} lines"
        for path in tracked(".py", under="views/")
        for function, length, _ in functions(path)
        if length > 40
    ]
    assert not long, told(long, "At most 40 lines, aim at 20. Let casework or a small function do a part:")


def test_test_functions_stay_short():
    long = [
        f"{name(path)}: {function}, {length} lines"
        for path in tracked(".py", under="tests/")
        for function, length, _ in functions(path)
        if function.startswith("test_") and length > 30
    ]
    assert not long, told(long, "At most 30 lines. Use the builders, or a table of cases:")


@pytest.mark.parametrize(
    ("pattern", "cure"),
    [
        (r"\bhx-on\b|\bhx-on:", "htmx evaluates hx-on, the CSP forbids it. Use app.js:"),
        (r"""["'\s](js|javascript):""", "No script in attributes:"),
        (r"""hx-trigger[^=]*=\s*["'][^"']*\[""", "No filters in hx-trigger: htmx evaluates them:"),
        (r"\|\s*safe\b|\bMarkup\(|autoescape\s+false", "Nothing is marked safe: let Jinja escape it:"),
        (r"""<\w[^>]*\sstyle\s*=|<style\b""", "No inline style: use a class of app.css:"),
        (r"<script(?![^>]*\bsrc=)", "No inline script: put it into app.js:"),
        (r"""\son(click|change|input|load|submit|key\w+|focus|blur)\s*=""", "No inline handler: put it into app.js:"),
        (r"hx-boost", "No hx-boost: plain links work:"),
        (
            r"""\b(href|action|src|formaction|hx-(get|post|put|delete))=["']/""",
            "Use url_for: the portal may have a prefix:",
        ),
        (r"WebCert(?!(\s|&nbsp;|&#160;)*#)", "Say 'WebCert #':"),
        (r"Authorization (number|no\.|ID)|Auth(\.|\s)*#", "Say 'Authorization #':"),
    ],
)
def test_templates_do_without(pattern, cure):
    wrong = found(pattern, tracked(".html", under="templates/"))
    assert not wrong, told(wrong, cure)


@pytest.mark.parametrize(
    ("pattern", "cure"),
    [
        (r"\b(inner|outer)HTML\s*[+=(]|insertAdjacentHTML|document\.write", "Own scripts write textContent:"),
        (r"\beval\(|new Function|set(Timeout|Interval)\(\s*[\"'`]", "The CSP forbids it:"),
        (
            r"__proto__|\.\.\.JSON|assign\([^)]*JSON|localStorage\.setItem\([^)]*value",
            "Nothing from outside is merged:",
        ),
        (r"https?://", "Everything comes from our own origin:"),
        (r"""["'`]/\w""", "Take addresses from data-*: the portal may have a prefix:"),
    ],
)
def test_own_scripts_do_without(pattern, cure):
    wrong = found(pattern, [ROOT / "static" / "app.js", ROOT / "static" / "form.js"])
    assert not wrong, told(wrong, cure)


def test_patterns_are_constants():
    """No text from outside becomes a regular expression (OWASP ASVS 1.2.9), but by re.escape."""
    wrong = []
    for path in [*tracked(".py", under="casework/"), *tracked(".py", under="forms/"), *tracked(".py", under="views/")]:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_re = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
            if is_re and ast.unparse(call.func.value) == "re" and call.func.attr != "escape":
                pattern = ast.unparse(call.args[0])
                free = {each.id for each in ast.walk(call.args[0]) if isinstance(each, ast.Name)} - {"re"}
                if "re.escape(" not in pattern and any(not each.isupper() for each in free):
                    wrong.append(f"{name(path)}:{call.lineno}: {pattern}")
    assert not wrong, told(wrong, "Patterns are constants; put text from outside through re.escape:")


def test_only_the_table_writes_a_status():
    wrong = []
    for path in [*tracked(".py", under="casework/"), *tracked(".py", under="views/"), ROOT / "cli.py"]:
        if name(path) == "casework/workflow/table.py":
            continue
        wrong += [f"{name(path)}:{line}" for line in _status_writes(syntax(path))]
    assert not wrong, told(wrong, "A status changes by casework.workflow.table.move() alone:")


def _status_writes(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on_request = isinstance(node.func.value, ast.Name) and node.func.value.id == "Request"
            if on_request and node.func.attr in ("update", "insert", "insert_many"):
                yield from (node.lineno for each in node.keywords if each.arg == "status")
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr == "status" and _is_request(target.value):
                    yield node.lineno


def _is_request(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in ("request", "asked", "initial", "draft", "extension", "sibling")


def test_views_ask_access_and_look_up_nothing_themselves():
    wrong = []
    for path in [*tracked(".py", under="views/"), *tracked(".py", under="forms/")]:
        for node in ast.walk(syntax(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            on_a_table = isinstance(node.func.value, ast.Name) and re.match("[A-Z][a-z]", node.func.value.id)
            by_id = node.func.attr in ("get_by_id", "by_key", "get_or_none")
            if by_id or (on_a_table and node.func.attr in ("get", "select", "update", "delete", "create", "insert")):
                wrong.append(f"{name(path)}:{node.lineno}: {ast.unparse(node.func)}")
    assert not wrong, told(wrong, "Ask casework.access (request_for, visible_requests), or a verb of casework:")


def test_views_write_no_address_but_their_routes():
    wrong = []
    for path in tracked(".py", under="views/"):
        tree = syntax(path)
        marks = [mark for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for mark in node.decorator_list]
        declared = {id(each) for mark in marks for each in ast.walk(mark)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and re.match(r"/\w", str(node.value)) and id(node) not in declared:
                wrong.append(f"{name(path)}:{node.lineno}: {node.value}")
    assert not wrong, told(wrong, "Use url_for: the portal may have a prefix:")


def test_exceptions_to_the_checks_give_their_reason():
    marks = found(r"#\s*(noqa|type:\s*ignore)", tracked(".py"))
    bare = [
        each for each in marks if not re.search(r"(noqa: [A-Z0-9, ]+|type: ignore\[[a-z-, ]+\])\s*(-|–|#)+\s*\w", each)
    ]
    bare = [each for each in bare if not each.startswith("tests/test_house.py")]
    assert not bare, told(bare, "Say why on the line: `# noqa: S101 - reason`, `# type: ignore[x]  # reason`:")


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b(TODO|FIXME|XXX|HACK)\b",
        r"(?i)lorem ipsum",
        r"(?<![\w}])/(root|home|Users|work)/\w",
    ],
)
def test_nothing_half_done_and_no_machine_of_ours(pattern):
    texts = tracked(".py", ".html", ".md", ".css", ".js", ".toml", ".txt", ".yaml", ".typ", ".sh", "")
    own = [each for each in texts if name(each) not in ("tests/test_house.py", "static/htmx-4.0.1.min.js")]
    wrong = found(pattern, own)
    assert not wrong, told(wrong, "Finish it, or take it out:")


def test_every_setting_is_documented():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| .+? \| (.+) \|$", readme, re.M))
    wrong = [each.name.upper() for each in fields(Settings) if rows.get(each.name.upper()) != each.metadata["meaning"]]
    assert not wrong, told(
        wrong, "README's table of settings has a row each, `NAME` | default | meaning as in config.py:"
    )


def test_no_large_file_is_tracked():
    large = [f"{name(path)}: {path.stat().st_size:,} bytes" for path in tracked() if path.stat().st_size > 1_000_000]
    assert not large, told(large, "At most 1 MB: make it in set-up, or fetch it from a package:")


def test_migrations_are_numbered_and_frozen():
    paths = tracked(".py", under="migrations/")
    numbers = sorted(int(path.name[:4]) for path in paths)
    assert numbers == list(range(1, len(numbers) + 1)), "Number the migrations 0001, 0002, … without a gap."
    borrowed = [
        f"{name(path)}: {module}"
        for path in paths
        for module in imports(path)
        if module.startswith(("casework", "models.")) and module != "models.MomentField"
    ]
    assert not borrowed, told(borrowed, "A migration keeps a copy of what it needs: today's models change:")


def test_the_lock_names_no_host_and_pins_everything():
    for lock in (ROOT / "requirements.txt", ROOT / "requirements-dev.txt"):
        text = lock.read_text(encoding="utf-8")
        assert not re.search(r"https?://|file:|--(index|extra-index|find-links|trusted-host)", text), (
            f"{lock.name}: make lock"
        )
        pins = re.findall(r"^\S+==\S+ \\\n    --hash=sha256:", text, re.M)
        assert len(pins) == len(re.findall(r"^[a-z0-9]\S*", text, re.M)), (
            f"{lock.name} has a line without hash: make lock"
        )


def test_both_locks_agree():
    run, dev = (dict(_pins(ROOT / each)) for each in ("requirements.txt", "requirements-dev.txt"))
    other = [
        f"{package}: {version} and {dev.get(package)}"
        for package, version in run.items()
        if dev.get(package) != version
    ]
    assert not other, told(other, "What is tested is what runs. Type: make lock")


def _pins(lock: Path) -> list[tuple[str, str]]:
    return re.findall(r"^(\S+)==(\S+) \\$", lock.read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize(("suffix", "most"), [(".js", 20_000), (".css", 10_000)])
def test_what_a_first_visit_loads_stays_small(suffix, most):
    size = sum(len(gzip.compress(path.read_bytes(), 9)) for path in tracked(suffix, under="static/"))
    assert 0 < size <= most, f"all {suffix} files are {size:,} bytes in gzip, at most {most:,}"


def test_no_two_tests_of_one_name_in_a_file():
    for path in tracked(".py", under="tests/"):
        names = sorted(function for function, _, _ in functions(path) if function.startswith("test_"))
        twice = [a for a, b in pairwise(names) if a == b]
        assert not twice, f"{name(path)}: {twice} is there twice; the first one never runs"
