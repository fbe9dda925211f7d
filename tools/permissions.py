"""Writes rights and fields of docs/security.md from the tables of the code: .venv/bin/python -m tools.permissions"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from casework.access import ANY, MAY, SENT, Rule
from casework.readable import FIELDS, Fields
from models import Role, Status

PAGE = Path(__file__).resolve().parent.parent / "docs" / "security.md"
BEGIN, END = "<!-- permissions -->", "<!-- /permissions -->"
FIELDS_BEGIN, FIELDS_END = "<!-- fields -->", "<!-- /fields -->"


def table() -> str:
    """One row a right: who has it, to a request in which states, and what else must be true."""
    return _table(
        ["right", *Role, "request is", "and"],
        ([_words(verb), *_marks(rule), _states(rule), _more(rule)] for verb, rule in MAY.items()),
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" if row else "|---" * len(heads) + "|" for row in (heads, (), *rows))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _marks(rule: Rule) -> list[str]:
    return ["yes" if role in rule.roles else "·" for role in Role]


def _states(rule: Rule) -> str:
    if rule.states == ANY:
        return "any"
    return ", ".join(_words(status) for status in Status if status in rule.states)


def _more(rule: Rule) -> str:
    return "; ".join(_words(predicate.__name__) for predicate in rule.predicates)


def fields_table() -> str:
    """One row a group of columns: who reads them, of a request in which states, and whose forms bring them."""
    return _table(
        ["fields", "columns", *Role, "brought by the forms of"],
        ([words, ", ".join(each.columns), *_readers(each), _verbs(each)] for words, each in FIELDS.items()),
    )


def _readers(fields: Fields) -> list[str]:
    rule_of = {role: rule for rule in fields.read for role in rule.roles}
    return ["·" if role not in rule_of else _read_in(rule_of[role]) for role in Role]


def _read_in(rule: Rule) -> str:
    return {ANY: "reads", SENT: "once sent"}.get(rule.states) or _states(rule)


def _verbs(fields: Fields) -> str:
    return ", ".join(map(_words, fields.written_by)) or "none"


def write() -> None:
    """Puts the tables of today into the page."""
    text = PAGE.read_text(encoding="utf-8")
    for begin, end, now in ((BEGIN, END, table()), (FIELDS_BEGIN, FIELDS_END, fields_table())):
        head, _, rest = text.partition(begin)
        _, _, tail = rest.partition(end)
        text = f"{head}{begin}\n{now}\n{end}{tail}"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
