"""Writes the permissions of docs/security.md from casework.access.MAY: .venv/bin/python -m tools.permissions"""

from pathlib import Path

from casework.access import ANY, MAY, Rule
from models import Role, Status

PAGE = Path(__file__).resolve().parent.parent / "docs" / "security.md"
BEGIN, END = "<!-- permissions -->", "<!-- /permissions -->"


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


def write() -> None:
    """Puts the table of today into the page."""
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n{table()}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    write()
