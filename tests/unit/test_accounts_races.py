"""Four at the same moment: one username, one link, one use of a ticket, one first start."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import config
from casework import clock
from casework.accounts import doors, life, links, passwords, register, resets, sessions, throttle, tickets
from casework.accounts.doors import Caller
from casework.accounts.profile import OfficeData, OwnData
from casework.audit import verify
from casework.audit.access_log import AccessLog
from casework.demo.people import PASSWORD
from casework.errors import Refused, Stale, TooMany
from models import Event, Group, Office, User, UserState
from tests import instance, personas
from tests.unit.test_accounts_life import CHECKED, NEW_PASSWORD
from tests.unit.test_office_races import together

pytestmark = pytest.mark.slow

PERSON = OwnData("Zoe Sample", "zoe@sample.example", "4145550133")
OFFICE = OfficeData(
    "Sample Sleep Center", "Ada Moss, MD", "1234567893", "391000041", "4145550144", "", "1 Sample Way", ""
)


def test_one_username_is_given_once(db: config.Settings, scale: int) -> None:
    for number in range(10 if scale == 1 else 100):
        names = [f"zoe{number}", f"Zoe{number}", f"ZOE{number}", f"zoe{number}"]
        given = [register.Registration(name, NEW_PASSWORD, PERSON, OFFICE) for name in names]
        results = together(*[partial(register.register, each) for each in given])
        assert sorted(type(each).__name__ for each in results) == ["Refused"] * 3 + ["User"]
        assert Office.select().where(Office.name == OFFICE.name).count() == number + 1


def test_two_who_link_at_once_make_one_group(db: config.Settings, scale: int) -> None:
    first, second = personas.office("amy"), personas.office("bob")
    for number in range(10 if scale == 1 else 100):
        agreed = [office.key for office in links.together(first, second)]
        keepers = [personas.actor(each) for each in ("ian", "ada", "ian", "ada")]
        results = together(*[partial(links.link, first, second, each, f"call {number}", agreed) for each in keepers])
        assert results.count(None) == 2, "whose link it is, by both clicks"
        assert all(isinstance(each, Refused | Stale) for each in results if each is not None)
        assert Group.select().count() == 1
        links.unlink(second, personas.actor("ian"), "they parted")


def test_a_ticket_is_used_once(db: config.Settings, scale: int) -> None:
    for _ in range(2 * scale):
        token = resets.make_link(personas.user("amy"), personas.actor("ian"), CHECKED, "called")
        results = together(*[partial(resets.set_password, token, f"{NEW_PASSWORD}{place}") for place in range(4)])
        done = [place for place, each in enumerate(results) if isinstance(each, User)]
        assert len(done) == 1
        assert passwords.matches(personas.user("amy").password_hash, f"{NEW_PASSWORD}{done[0]}")


def test_an_account_changes_once(db: config.Settings, the_clock: clock.Frozen, scale: int) -> None:
    for _ in range(5 * scale):
        the_clock.move(minutes=2)
        User.update(state=UserState.INACTIVE).where(User.username == "amy").execute()
        amy, keepers = personas.user("amy"), [personas.actor(each) for each in ("ian", "ada", "ian", "ada")]
        results = together(*[partial(life.reactivate, User.get_by_id(amy.id), each) for each in keepers])
        assert sorted(type(each).__name__ for each in results) == ["NoneType", "NoneType", "Stale", "Stale"]
    assert Event.select().where(Event.kind == "reactivated").count() == 5 * scale


def test_guesses_at_once_are_all_counted(db: config.Settings) -> None:
    caller = Caller("203.0.113.9", "test")
    results = together(*[partial(doors.by_password, "amy", "wrong", caller)] * 8)
    assert sorted(type(each).__name__ for each in results) == ["Refused"] * 5 + ["TooMany"] * 3
    with pytest.raises(TooMany):
        throttle.count((throttle.ACCOUNT, "amy"))


def test_the_chain_never_forks(db: config.Settings, scale: int) -> None:
    actors = [personas.actor(username) for username in ("amy", "ann", "bob", "ian")]

    def sign_in(actor):
        return [doors.by_password(actor.user.username, PASSWORD, Caller(f"198.51.100.{place}")) for place in range(5)]

    together(*[partial(sign_in, actor) for actor in actors[:3]])
    assert AccessLog.select().count() == 15
    assert verify.verify().is_whole


ROOT = Path(__file__).resolve().parent.parent.parent
OPENED = """
import sys
import config
from casework import migrating, storage
from casework.accounts import sessions
config.use(config.from_env())
storage.open_database(config.current()).connect()
"""
"""How a process of its own begins."""
START = OPENED + "migrating.migrate()"
ASK = f"""{OPENED}
from casework import clock
from tests import instance
with clock.frozen(instance.NOW):
    for line in sys.stdin: print(sessions.find(line.strip()) is not None)
"""


def test_four_first_starts_on_an_empty_database(tmp_path: Path) -> None:
    environment = instance.environment(instance.settings_for(tmp_path))
    command = [sys.executable, "-c", START]
    starters = [subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(4)]
    told = [starter.communicate()[1].decode() for starter in starters]
    assert [starter.returncode for starter in starters] == [0] * 4, told


ENDINGS = {
    "sign-out": lambda user, token: sessions.end(sessions.find(token)),
    "everywhere": lambda user, token: life.sign_out_everywhere(user, personas.actor("ian")),
    "closed": lambda user, token: life.deactivate(user, personas.actor("ian"), "left"),
    "reset": lambda user, token: resets.set_password(
        resets.make_link(user, personas.actor("ian"), CHECKED, "called"), NEW_PASSWORD
    ),
    "own change": lambda user, token: resets.change_own(
        sessions.find(sessions.start(user)), "Marble-Copper-88!", personas.actor(user.username)
    ),
    "renewed": lambda user, token: sessions.renew(sessions.find(token)),
}


def test_an_ended_session_is_dead_on_the_other_worker_too(db: config.Settings) -> None:
    tokens = {}
    for name, ending in ENDINGS.items():
        User.update(state=UserState.ACTIVE).where(User.username == "amy").execute()
        amy = personas.user("amy")
        tokens[name] = sessions.start(amy)
        ending(amy, tokens[name])
        assert sessions.find(tokens[name]) is None
    User.update(state=UserState.ACTIVE).where(User.username == "amy").execute()
    alive = sessions.start(personas.user("amy"))
    asked = "".join(f"{token}\n" for token in [*tokens.values(), alive])
    process = {"env": instance.environment(db), "cwd": ROOT, "capture_output": True, "text": True}
    answer = subprocess.run([sys.executable, "-c", ASK], input=asked, check=True, **process)
    assert answer.stdout.split() == ["False"] * len(ENDINGS) + ["True"]
    assert tickets.sweep() == 0
