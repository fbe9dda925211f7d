"""Writes rights and fields of docs/security.md from the tables of the code: .venv/bin/python -m tools.permissions"""

from pathlib import Path

from casework.access import ANY, MAY, SENT, Rule
from casework.readable import FIELDS, Fields
from models import Role, Status

PAGE = Path(__file__).resolve().parent.parent / "docs" / "security.md"
BEGIN, END = "<!-- permissions -->", "<!-- /permissions -->"
FIELDS_BEGIN, FIELDS_END = "<!-- fields -->", "<!-- /fields -->"


def table() -> str:
    """One row a right: who has it, to a request in which states, and what else must be true."""
    roles = [role.value for role in Role]
    lines = [
        f"| right | {' | '.join(roles)} | request is | and |",
        f"|---|{'---|' * len(roles)}---|---|",
        *(
            f"| {verb.replace('_', ' ')} | {_marks(rule)} | {_states(rule)} | {_more(rule)} |"
            for verb, rule in MAY.items()
        ),
    ]
    return "\n".join(lines)


def _marks(rule: Rule) -> str:
    return " | ".join("yes" if role in rule.roles else "·" for role in Role)


def _states(rule: Rule) -> str:
    if rule.states == ANY:
        return "any"
    return ", ".join(status.value.replace("_", " ") for status in Status if status in rule.states)


def _more(rule: Rule) -> str:
    return "; ".join(predicate.__name__.replace("_", " ") for predicate in rule.predicates)


def fields_table() -> str:
    """One row a group of columns: who reads them, of a request in which states, and whose forms bring them."""
    roles = [role.value for role in Role]
    lines = [
        f"| fields | columns | {' | '.join(roles)} | brought by the forms of |",
        f"|---|---|{'---|' * len(roles)}---|",
        *(
            f"| {words} | {', '.join(fields.columns)} | {_readers(fields)} | {_verbs(fields)} |"
            for words, fields in FIELDS.items()
        ),
    ]
    return "\n".join(lines)


def _readers(fields: Fields) -> str:
    rule_of = {role: rule for rule in fields.read for role in rule.roles}
    return " | ".join("·" if role not in rule_of else _read_in(rule_of[role]) for role in Role)


def _read_in(rule: Rule) -> str:
    return {ANY: "reads", SENT: "once sent"}.get(rule.states) or _states(rule)


def _verbs(fields: Fields) -> str:
    return ", ".join(verb.replace("_", " ") for verb in fields.written_by) or "none"


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
