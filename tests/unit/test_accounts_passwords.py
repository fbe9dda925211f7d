"""What makes a password good, how it is kept, and how guesses are slowed down."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import clock
from casework.accounts import doors, password_rules, passwords, throttle
from casework.accounts.doors import Caller, Door, Step
from casework.accounts.throttle import Tries
from casework.demo.people import PASSWORD
from casework.errors import Refused, TooMany
from tests import personas

STRANGER = Caller("203.0.113.9", "test")
DESK = Caller("198.51.100.7", "test")


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("Short-1x", "10 characters"),
        ("lantern-harbor-47!", "capital letter"),
        ("LANTERN-HARBOR-47!", "small letter"),
        ("LanternHarbor47", "special character"),
        ("P@ssw0rd2026!", "easy to guess"),
        ("Summer2026!!", "easy to guess"),
        ("!!Welcome123!", "easy to guess"),
        ("Understanding1!", "easy to guess"),
        ("Qwertyuiop1!", "easy to guess"),
        ("CmsiPortal1!", "built from"),
        ("Cm5iP0rt@l99!", "built from"),
        ("Amy.Sample-99", "built from"),
        ("4my.S4mple-99!", "built from"),
        ("Lakeside-2026!x", "built from"),
        ("Aa-" * 43, "at most 128"),
    ],
)
def test_a_bad_password_is_refused_in_words(password: str, told: str) -> None:
    problems = password_rules.problems(password, "amy.sample", "Lakeside Orthopedics")
    assert [told in problem for problem in problems] == [True], problems


@pytest.mark.parametrize("password", [PASSWORD, "Marble-Copper-88!", "Ünder-dem-Ährenfeld 9", " Xk#9vTq2!pLm "])
def test_a_good_password_is_taken_as_it_is_typed(password: str) -> None:
    assert password_rules.problems(password, "amy", "Lakeside Orthopedics") == []
    kept = passwords.hash_of(password)
    assert passwords.matches(kept, password)
    assert not passwords.matches(kept, password.strip() + " ")
    assert not passwords.matches(kept, password.swapcase())


def test_the_hash_has_the_parameters_of_the_yardstick() -> None:
    assert passwords.hash_of(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_outdated(
        "$argon2id$v=19$m=8,t=1,p=1$JJhnCc14SL7H0KTCRcf9pw$OwPY9DxqE2F46qtk2EDjzl8gAbV5uTy28SYEZPpJPPI"
    )
    assert not passwords.matches(None, PASSWORD)
    assert not passwords.matches("no hash", PASSWORD)


@given(st.text(max_size=200))
def test_no_text_upsets_the_rules(text: str) -> None:
    assert all(isinstance(problem, str) for problem in password_rules.problems(text, "amy", "Lakeside"))


def tries(username: str, password: str, number: int, caller: Caller = STRANGER) -> list[str]:
    """What `number` tries in a row are told."""
    told = []
    for _ in range(number):
        try:
            told.append(doors.by_password(username, password, caller).step.value)
        except (Refused, TooMany) as refusal:
            told.append(type(refusal).__name__)
    return told


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("username", ["amy", "nobody-of-that-name"])
def test_the_sixth_wrong_try_must_wait(username: str, the_clock: clock.Frozen) -> None:
    assert tries(username, "wrong", 7) == ["Refused"] * 5 + ["TooMany"] * 2
    the_clock.move(seconds=16)
    assert tries(username, "wrong", 2) == ["Refused", "TooMany"]
    the_clock.move(seconds=16)
    assert tries(username, PASSWORD, 1) == ["TooMany"]


@pytest.mark.usefixtures("db")
def test_nobody_is_locked_out_for_good(the_clock: clock.Frozen) -> None:
    for _ in range(30):
        tries("amy", "wrong", 1)
        the_clock.move(minutes=15, seconds=1)
    assert tries("amy", PASSWORD, 1) == [Step.IN.value]
    assert throttle.wait_after(10**6) == timedelta(minutes=15)


@pytest.mark.usefixtures("db")
def test_a_stranger_does_not_lock_out_the_office_itself() -> None:
    assert tries("amy", PASSWORD, 1, DESK) == [Step.IN.value]
    assert tries("amy", "wrong", 6)[-1] == "TooMany"
    assert tries("amy", PASSWORD, 1, DESK) == [Step.IN.value]


@pytest.mark.usefixtures("db")
def test_an_address_that_tries_many_names_must_wait() -> None:
    told = [tries(f"name{number}", "wrong", 1)[0] for number in range(32)]
    assert told == ["Refused"] * 30 + ["TooMany"] * 2


@pytest.mark.usefixtures("db")
def test_the_right_password_wipes_the_slate() -> None:
    tries("amy", "wrong", 4)
    assert tries("amy", PASSWORD, 1) == [Step.IN.value]
    assert tries("amy", "wrong", 4) == ["Refused"] * 4


@pytest.mark.usefixtures("db")
def test_no_mistyped_password_is_kept() -> None:
    tries("My-Secret-Pass!", "x", 1)
    kept = [row.name for row in Tries.select()]
    assert {len(name) for name in kept} == {64}
    assert "Secret" not in "".join(kept)


@pytest.mark.usefixtures("db")
def test_all_are_told_the_same_words() -> None:
    said = set()
    for username, password, door in (
        ("amy", "x", Door.OFFICE),
        ("none", "x", Door.OFFICE),
        ("ian", PASSWORD, Door.OFFICE),
    ):
        with pytest.raises(Refused) as refusal:
            doors.by_password(username, password, STRANGER, door)
        said.add(refusal.value.message)
    assert said == {doors.WRONG}


@pytest.mark.usefixtures("db")
def test_an_old_hash_is_made_anew_at_the_next_sign_in() -> None:
    from argon2 import PasswordHasher

    amy = personas.user("amy")
    amy.password_hash = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    amy.save(only=["password_hash"])
    assert tries("amy", PASSWORD, 1) == [Step.IN.value]
    assert not passwords.is_outdated(personas.user("amy").password_hash or "")
