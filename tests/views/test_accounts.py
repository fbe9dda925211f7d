"""The pages of those who keep accounts, and of admins who read the audit log."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from casework import audit, clock, sheets, storage
from casework.audit.access_log import AccessLog
from models import Event, Office, Role, User, UserState
from tests import personas
from tests.client import Client

ClientFor = Callable[[str], Client]


def account(username: str) -> str:
    return f"/accounts/{personas.user(username).key}"


def office(username: str) -> str:
    return f"/accounts/offices/{personas.office(username).key}"


def test_intake_finds_accounts_by_what_a_caller_says(client_for: ClientFor) -> None:
    intake = client_for("ian")
    for words in ("amy", "orthopedics", "Calder", "1234567893", "amy@sample.example"):
        assert "amy" in intake.get("/accounts", query_string={"q": words}).links, words
    assert "No accounts here" in intake.get("/accounts?q=nobody-of-that-name").words
    assert "No accounts here" in intake.get("/accounts?q=%25").words


def test_intake_keeps_offices_and_admins_keep_staff_too(client_for: ClientFor) -> None:
    intake, admin = client_for("ian"), client_for("ada")
    assert intake.get(account("amy")).status == admin.get(account("amy")).status == 200
    assert (intake.get(account("nia")).status, admin.get(account("nia")).status) == (404, 200)
    assert "Staff" not in intake.get("/accounts?list=staff").links
    assert "nia" in admin.get("/accounts?list=staff").links
    assert intake.get("/accounts/staff/new").status == 403
    assert client_for("amy").get("/accounts").status == 403


def test_an_account_is_closed_and_opened_again(client_for: ClientFor) -> None:
    intake, amy = client_for("ian"), client_for("amy")
    page = intake.get(account("amy"))
    refused = intake.submit(page, "Close account", {"reason": ""})
    assert (refused.status, list(refused.problems)) == (422, ["reason"])
    page = intake.send(page, "Close account", {"reason": "left the office"})
    assert amy.get("/profile").location.startswith("/sign-in")
    assert personas.user("amy").state == UserState.DEACTIVATED
    intake.send(page, "Open again")
    assert personas.user("amy").state == UserState.ACTIVE


def test_reactivation_by_intake(client_for: ClientFor) -> None:
    User.update(state=UserState.INACTIVE, wants_reactivation_at=clock.now()).where(User.username == "amy").execute()
    intake = client_for("ian")
    assert "amy" in intake.get("/accounts?list=asking").links
    page = intake.send(intake.get(account("amy")), "Reactivate")
    assert "active again" in page.words
    assert client_for("ada").post(f"{account('amy')}/reactivate").status == 409


def test_sign_out_everywhere(client_for: ClientFor) -> None:
    intake, amy = client_for("ian"), client_for("amy")
    intake.send(intake.get(account("amy")), "Sign out everywhere (1)")
    assert amy.get("/profile").status == 303


def test_offices_are_linked_after_seeing_exactly_whose(client_for: ClientFor) -> None:
    intake, bob = client_for("ian"), client_for("bob")
    page = intake.get(office("bob"), query_string={"q": "lakeside therapy"})
    page = intake.get(page.links["Link with Lakeside Therapy"])
    assert "these 3 offices" in page.words
    assert all(name in page.words for name in ("Lakeside Orthopedics", "Lakeside Therapy", "Northgate Family Medicine"))
    page = intake.send(page, "Link them", {"reason": "same patients"})
    assert "They have been told" in page.words
    assert "now linked with" in bob.get("/profile").words
    assert "now linked with" in bob.get("/dashboard").words
    page = intake.get(page.links["Unlink Northgate Family Medicine"])
    intake.send(page, "Unlink", {"reason": "they parted"})
    assert "no longer linked" in bob.get("/profile").words


def test_a_link_that_changed_in_the_meantime_is_told(client_for: ClientFor) -> None:
    intake = client_for("ian")
    page = intake.get(f"{office('bob')}/link/{personas.office('ann').key}")
    Office.update(group=None).where(Office.id == personas.office("amy").id).execute()
    answer = intake.submit(page, "Link them", {"reason": "same patients"})
    assert answer.status == 409
    assert personas.office("bob").group_id is None


def test_what_matters_asks_for_a_fresh_proof(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    intake = client_for("ian")
    intake.get("/accounts")
    the_clock.move(minutes=11)
    key = personas.user("amy").key
    for path in (
        f"/accounts/{key}/reset-link",
        f"{office('bob')}/link/{personas.office('ann').key}",
        f"{office('amy')}/unlink",
    ):
        assert intake.get(path).location == f"/prove?next={path}"
    for path in (f"/accounts/{key}/close", f"/accounts/{key}/reactivate"):
        assert intake.post(path).location.startswith("/prove")
    assert personas.user("amy").state == UserState.ACTIVE


def test_an_admin_adds_staff_and_changes_a_role(client_for: ClientFor) -> None:
    admin = client_for("ada")
    page = admin.get("/accounts/staff/new")
    assert list(
        admin.submit(page, "Add and make the link", {"username": "IAN", "name": "X", "role": "nurse"}).problems
    ) == ["username"]
    page = admin.submit(page, "Add and make the link", {"username": "nora", "name": "Nora Sample", "role": "nurse"})
    assert "/invitation/" in page.words
    page = admin.send(admin.get(account("nora")), "Change role", {"role": "physician"})
    assert personas.user("nora").role == Role.PHYSICIAN
    assert admin.post(f"{account('nora')}/role", {"role": "provider"}).status == 422
    assert client_for("ian").post(f"{account('amy')}/role", {"role": "admin"}).status == 403


def test_refusals_stand_in_the_access_log(client_for: ClientFor) -> None:
    client_for("amy").get("/accounts")
    client_for("bob").get(account("amy"))
    found = [(row.actor.username, row.data["endpoint"], row.data["status"]) for row in AccessLog.select()]
    assert found == [("amy", "accounts.show", 403), ("bob", "accounts.account", 403)]


def test_the_audit_log_is_filtered(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    admin = client_for("ada")
    with storage.transaction():
        audit.record("noted", personas.actor("ian"), reason="said so")
    the_clock.move(days=2)
    with storage.transaction():
        audit.record("pondered", personas.actor("nia"))
    admin = client_for("ada")
    for query, seen in (
        ("who=ian", {"noted"}),
        ("what=pondered", {"pondered"}),
        ("since=11/25/2026", {"pondered"}),
        ("until=11/24/2026", {"noted"}),
        ("since=nonsense&until=01/01/0001&before=x", {"noted", "pondered"}),
        ("number=W26-000001-1", set()),
        ("before=2", {"noted"}),
    ):
        table = admin.get(f"/audit?{query}").words.split("Apply")[1]
        assert {kind for kind in ("noted", "pondered") if kind.capitalize() in table} == seen, query


def test_the_audit_log_as_csv_is_safe_to_open(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    admin = client_for("ada")
    the_clock.move(minutes=11)
    assert admin.get("/audit/export.csv").location == "/prove?next=/audit/export.csv"
    with storage.transaction():
        audit.record("noted", personas.actor("ian"), reason='=HYPERLINK("http://evil.example")')
    answer = client_for("ada").get("/audit/export.csv").response
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == "attachment; filename=audit-events-2026-11-24.csv"
    assert "'=HYPERLINK" in answer.get_data(as_text=True)
    assert AccessLog.get(AccessLog.action == "exported").data == {"what": "audit events", "rows": 1}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-cmd", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert sheets.safe(text) == "'" + text
    assert sheets.safe(-12.5) == "-12.5"
    assert sheets.safe(None) == ""


def test_an_admin_checks_the_chain(client_for: ClientFor, app: Flask) -> None:
    admin = client_for("ada")
    page = admin.get("/audit")
    with storage.transaction():
        audit.record("noted", personas.actor("ian"))
    assert "The chain is whole: 1 rows." in admin.send(page, "Check the chain").words
    from tests.unit.test_audit_chain import without_triggers

    without_triggers("UPDATE event SET reason = 'nicer' WHERE id = %s", Event.get().id)
    page = admin.submit(page, "Check the chain")
    assert page.heading == "The chain is broken"
    assert "Edited" in page.words


def test_admins_see_no_clinical_words_in_the_audit_log(client_for: ClientFor) -> None:
    from tests import builders

    request = builders.make_request()
    with storage.transaction():
        audit.record("rejected", personas.actor("ian"), request, reason="John Q. Patient is not a member")
    assert "Patient" not in client_for("ada").get("/audit").words.split("Apply")[1]


def test_a_link_of_any_signs_is_kept_for_the_button_that_copies_it(app: Flask) -> None:
    button = app.jinja_env.from_string('{% call ui.scripted() %}<b title="{{ link }}"></b>{% endcall %}')
    kept = re.fullmatch('<span data-by=""><!--(.*)--></span>', button.render(link="a--b---c"))
    assert kept is not None
    assert "--" not in kept[1], "a comment would end there"
    assert unescape(kept[1]) == '<b title="a--b---c"></b>'
