"""The life of an account and of its sessions: inactivity, reactivation, closing, resets, roles, staff."""

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest

import config
from casework import clock, jobs
from casework.accounts import doors, keeping, life, recovery, resets, sessions, staff, tickets, totp
from casework.accounts.doors import Caller, Door, Step
from casework.accounts.recovery import RecoveryCode
from casework.accounts.sessions import Session
from casework.accounts.tickets import Ticket
from casework.demo.people import PASSWORD
from casework.errors import NotAllowed, NotFound, PortalError, Refused, Stale
from models import Event, Role, User, UserState
from tests import personas

HERE = Caller("198.51.100.7", "test")
NEW_PASSWORD = "Violet-Anchor-93!"
CHECKED = ("name", "npi", "tin")

pytestmark = pytest.mark.usefixtures("db")


def kinds() -> list[str]:
    return [event.kind for event in Event.select().order_by(Event.id)]


def reset_link(username: str, by: str = "ian") -> str:
    return resets.make_link(personas.user(username), personas.actor(by), CHECKED, "called")


def test_after_30_days_the_right_password_leads_to_intake(the_clock: clock.Frozen) -> None:
    the_clock.move(days=30, minutes=1)
    entry = doors.by_password("amy", PASSWORD, HERE)
    assert entry.step == Step.INACTIVE
    with pytest.raises(Refused):
        doors.by_password("amy", "wrong", HERE)
    doors.ask_reactivation(entry.token)
    intake = personas.actor("ian")
    assert [user.username for user in keeping.accounts(intake, which="asking")] == ["amy"]
    life.reactivate(personas.user("amy"), intake)
    assert doors.by_password("amy", PASSWORD, HERE).step == Step.IN
    assert keeping.accounts(intake, which="asking") == []
    assert kinds() == ["became_inactive", "reactivation_asked", "reactivated"]


def test_29_days_are_no_inactivity(the_clock: clock.Frozen) -> None:
    the_clock.move(days=29, hours=23)
    assert doors.by_password("amy", PASSWORD, HERE).step == Step.IN


def test_the_nightly_job_makes_idle_accounts_inactive(the_clock: clock.Frozen) -> None:
    the_clock.move(days=20)
    doors.by_password("bob", PASSWORD, HERE)
    the_clock.move(days=11)
    done = jobs.run_due()
    assert done["idle accounts"] == len(personas.EVERYBODY) - 1
    assert personas.user("bob").state == UserState.ACTIVE
    assert personas.user("amy").state == UserState.INACTIVE
    assert "idle accounts" not in jobs.run_due()
    the_clock.move(days=1)
    assert jobs.run_due()["idle accounts"] == 0


@pytest.mark.parametrize(
    "ending",
    [
        lambda user: life.deactivate(user, personas.actor("ian"), "left the office"),
        lambda user: life.sign_out_everywhere(user, personas.actor("ian")),
        lambda user: resets.set_password(reset_link(user.username), NEW_PASSWORD),
        lambda user: User.update(state=UserState.INACTIVE).where(User.id == user.id).execute(),
    ],
)
def test_sessions_end_at_once(ending: Callable[[User], object]) -> None:
    amy = personas.user("amy")
    tokens = [sessions.start(amy) for _ in range(2)]
    assert all(sessions.find(token) for token in tokens)
    ending(amy)
    assert [sessions.find(token) for token in tokens] == [None, None]


def test_a_changed_role_ends_sessions_and_only_admins_change_it() -> None:
    nia = personas.user("nia")
    token = sessions.start(nia)
    with pytest.raises(NotAllowed):
        life.change_role(nia, Role.PHYSICIAN, personas.actor("ian"))
    life.change_role(nia, Role.INTAKE, personas.actor("ada"))
    assert sessions.find(token) is None
    assert personas.user("nia").role == Role.INTAKE
    for username in ("ada", "amy"):
        with pytest.raises(Refused):
            life.change_role(personas.user(username), Role.INTAKE, personas.actor("ada"))


def test_a_session_idles_out_after_15_minutes_and_ends_after_12_hours(the_clock: clock.Frozen) -> None:
    token = sessions.start(personas.user("amy"))
    the_clock.move(minutes=14, seconds=59)
    found = sessions.find(token)
    assert found is not None
    the_clock.move(seconds=2)
    assert sessions.find(token) is None
    sessions.touch(found)
    for _ in range(72):
        the_clock.move(minutes=10)
        if (session := sessions.find(token)) is None:
            break
        sessions.touch(session)
    assert clock.now() - found.created_at == sessions.LONGEST + timedelta(minutes=5, seconds=1)


def test_seen_is_written_at_most_once_a_minute(the_clock: clock.Frozen) -> None:
    token = sessions.start(personas.user("amy"))
    began = clock.now()
    the_clock.move(seconds=59)
    sessions.touch(sessions.find(token))
    assert Session.get().seen_at == began
    the_clock.move(seconds=1)
    sessions.touch(sessions.find(token))
    assert Session.get().seen_at == clock.now()


def test_only_hashes_of_tokens_are_kept() -> None:
    token = sessions.start(personas.user("amy"))
    ticket = reset_link("amy")
    assert Session.get().token_hash != token
    assert Ticket.get(Ticket.purpose == "reset").token_hash != ticket


def test_a_reset_link_works_once_for_an_hour_and_signs_nobody_in(the_clock: clock.Frozen) -> None:
    first, second = reset_link("amy"), reset_link("amy")
    with pytest.raises(Refused):
        resets.owner_of(first)
    assert [resets.owner_of(second).username for _ in range(3)] == ["amy"] * 3
    with pytest.raises(Refused, match="still needs"):
        resets.set_password(second, "short")
    resets.set_password(second, NEW_PASSWORD)
    assert Session.select().count() == 0
    with pytest.raises(Refused):
        resets.set_password(second, f"{NEW_PASSWORD}x")
    assert doors.by_password("amy", NEW_PASSWORD, HERE).step == Step.IN
    third = reset_link("amy")
    the_clock.move(minutes=60)
    with pytest.raises(Refused):
        resets.owner_of(third)


def test_who_makes_reset_links_and_for_whom() -> None:
    with pytest.raises(Refused, match="Check at least"):
        resets.make_link(personas.user("amy"), personas.actor("ian"), ("name", "name", "other"), "called")
    with pytest.raises(NotAllowed):
        resets.make_link(personas.user("bob"), personas.actor("amy"), CHECKED, "called")
    with pytest.raises(NotAllowed):
        resets.make_link(personas.user("ada"), personas.actor("ian"), CHECKED, "called")
    with pytest.raises(NotFound):
        keeping.account_for(personas.actor("ian"), personas.user("nia").key)


def test_a_reset_leaves_the_second_factor() -> None:
    amy = with_second_factor("amy")
    resets.set_password(reset_link("amy"), NEW_PASSWORD)
    entry = doors.by_password("amy", NEW_PASSWORD, HERE)
    assert entry.step == Step.CODE
    assert personas.user("amy").totp_secret == amy.totp_secret


def with_second_factor(username: str) -> User:
    user = personas.user(username)
    totp.begin(user)
    totp.confirm(user, code_of(totp.waiting_secret(user)), personas.actor(username))
    return personas.user(username)


def code_of(secret: str) -> str:
    return pyotp.TOTP(secret).at(clock.now())


def secret_of(user: User) -> str:
    return totp._unseal(user.totp_secret) or ""


def test_a_code_is_good_once(the_clock: clock.Frozen) -> None:
    amy = with_second_factor("amy")
    assert secret_of(amy) not in (amy.totp_secret or "")
    the_clock.move(seconds=60)
    code = code_of(secret_of(amy))
    entry = doors.by_password("amy", PASSWORD, HERE)
    with pytest.raises(Refused):
        doors.by_code(entry.token, "000000" if code != "000000" else "111111", HERE)
    assert doors.by_code(entry.token, code, HERE).step == Step.IN
    again = doors.by_password("amy", PASSWORD, HERE)
    for ticket in (entry.token, again.token):
        with pytest.raises(Refused):
            doors.by_code(ticket, code, HERE)


def test_a_recovery_code_takes_the_place_of_the_app_once() -> None:
    with_second_factor("amy")
    amy = personas.user("amy")
    codes = recovery.renew(amy, personas.actor("amy"))
    assert len({code.replace("-", "") for code in codes}) == recovery.left(amy) == 8
    kept = {row.code_hash for row in RecoveryCode.select()}
    assert not kept & set(codes)
    typed = codes[3].lower().replace("-", " ").replace("o", "0").replace("i", "1")
    entry = doors.by_code(doors.by_password("amy", PASSWORD, HERE).token, typed, HERE)
    assert (entry.step, entry.codes_left) == (Step.IN, 7)
    for code in (codes[3], "", codes[0][:-1], "-"):
        ticket = doors.by_password("amy", PASSWORD, HERE).token
        with pytest.raises(Refused):
            doors.by_code(ticket, code, HERE)
    assert doors.proves(amy, PASSWORD, codes[0], Caller("127.0.0.1"))
    assert not doors.proves(amy, PASSWORD, codes[0], Caller("127.0.0.1"))


def test_recovery_codes_are_worth_something_only_to_their_owner_and_until_new_ones() -> None:
    amy, bob = with_second_factor("amy"), with_second_factor("bob")
    codes = recovery.renew(amy, personas.actor("amy"))
    assert not recovery.accept(bob, codes[0])
    fresh = recovery.renew(amy, personas.actor("amy"))
    assert not recovery.accept(amy, codes[0])
    assert recovery.left(bob) == 8
    totp.remove(amy, personas.actor("ian"))
    assert not recovery.accept(personas.user("amy"), fresh[0])
    assert recovery.left(amy) == 0
    with pytest.raises(Refused):
        recovery.renew(personas.user("amy"), personas.actor("amy"))


def test_codes_are_slowed_down_too() -> None:
    with_second_factor("amy")
    entry = doors.by_password("amy", PASSWORD, HERE)
    told = []
    for _ in range(7):
        with pytest.raises(PortalError) as refusal:
            doors.by_code(entry.token, "12345x", HERE)
        told.append(type(refusal.value).__name__)
    assert told == ["Refused"] * 5 + ["TooMany"] * 2


def test_the_first_admin_comes_by_a_link_and_sets_password_and_second_factor(
    install: Callable[..., config.Settings],
) -> None:
    install(staff_password=True)
    _, token = staff.add(staff.NewStaff("boss", "The Boss", Role.ADMIN), None)
    assert staff.invited(token).username == "boss"
    with pytest.raises(Refused):
        doors.by_password("boss", NEW_PASSWORD, HERE, Door.STAFF)
    staff.accept_with_password(token, NEW_PASSWORD)
    with pytest.raises(Refused):
        staff.accept_with_password(token, f"{NEW_PASSWORD}x")
    with pytest.raises(Refused):
        doors.by_password("boss", NEW_PASSWORD, HERE, Door.OFFICE)
    assert doors.by_password("boss", NEW_PASSWORD, HERE, Door.STAFF).step == Step.IN
    assert totp.is_due(personas.user("boss"))


def test_offices_never_go_through_the_staff_door(install: Callable[..., config.Settings]) -> None:
    install(staff_password=True)
    with pytest.raises(Refused):
        doors.by_password("amy", PASSWORD, HERE, Door.STAFF)
    with pytest.raises(Refused):
        staff.invite_again(personas.user("amy"), None)


def test_without_a_setting_there_is_no_password_for_staff() -> None:
    _, token = staff.add(staff.NewStaff("boss", "The Boss", Role.ADMIN), None)
    with pytest.raises(Refused, match="single sign-on"):
        staff.accept_with_password(token, NEW_PASSWORD)
    with pytest.raises(Refused):
        doors.by_password("ian", PASSWORD, HERE, Door.STAFF)


def test_two_at_once_change_an_account_once() -> None:
    amy = personas.user("amy")
    life.deactivate(amy, personas.actor("ian"), "left")
    stale = personas.user("amy")
    life.reinstate(stale, personas.actor("ian"))
    amy.state = UserState.DEACTIVATED
    with pytest.raises(Stale):
        life.reinstate(amy, personas.actor("ada"))


def test_tickets_and_sessions_are_swept(the_clock: clock.Frozen) -> None:
    sessions.start(personas.user("amy"))
    reset_link("amy")
    the_clock.move(days=2)
    assert jobs.run_due(everything=True)["doors"] == 2
    assert tickets.sweep() == sessions.sweep() == 0
