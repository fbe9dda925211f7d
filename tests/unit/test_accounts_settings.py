"""The limits that an admin changes: in force at once, within the rule, noted."""

from collections.abc import Callable

import pytest

from casework import clock, settings
from casework.errors import NotAllowed, Refused
from models import Event, Urgency
from tests import personas
from tests.client import Client

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process remembers of the limits ends with the test."""
    monkeypatch.setattr(settings, "_read", None)


def test_a_changed_limit_counts_from_now_on() -> None:
    before = clock.due_at(Urgency.EXPEDITED, clock.now())
    assert settings.change_limits({"expedited_hours": 48, "standard_days": 15}, personas.actor("ada")) == [
        "expedited_hours"
    ]
    after = clock.due_at(Urgency.EXPEDITED, clock.now())
    assert (before - after).total_seconds() == 24 * 3600
    assert Event.get().data == {"limits": ["expedited_hours: 72 to 48"]}
    settings.change_limits({"expedited_hours": 72}, personas.actor("ada"))
    assert clock.due_at(Urgency.EXPEDITED, clock.now()) == before


@pytest.mark.parametrize(
    ("name", "value"), [("expedited_hours", 73), ("reply_days", 44), ("appeal_days", 179), ("standard_days", 0)]
)
def test_nothing_beyond_the_rule(name: str, value: int) -> None:
    with pytest.raises(Refused, match="from"):
        settings.change_limits({name: value}, personas.actor("ada"))
    assert settings.limits() == clock.DEFAULTS


def test_admins_alone_change_them(client_for: Callable[[str], Client]) -> None:
    with pytest.raises(NotAllowed):
        settings.change_limits({"standard_days": 10}, personas.actor("pam"))
    assert client_for("pam").get("/settings").status == 403
    admin = client_for("ada")
    page = admin.get("/settings")
    assert list(admin.submit(page, "Save", {"standard_days": "16"}).problems) == ["standard_days"]
    assert "The limits are saved." in admin.send(page, "Save", {"standard_days": "10"}).words
    assert settings.limits().standard_days == 10
