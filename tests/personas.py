"""The people of the tests: those of the demo, by the names that everybody knows.

amy and ann work in two linked offices; bob must see nothing of theirs; ian takes in, nia and nat are nurses, pam and
paul physicians, ada keeps accounts.
"""

from dataclasses import dataclass

from argon2 import PasswordHasher

from casework import clock
from models import Group, Office, Role, User

PASSWORD = "Lantern-Harbor-47!"


@dataclass(frozen=True)
class Persona:
    username: str
    role: Role
    office: str = ""


AMY = Persona("amy", Role.PROVIDER, "Lakeside Orthopedics")
ANN = Persona("ann", Role.PROVIDER, "Lakeside Therapy")
BOB = Persona("bob", Role.PROVIDER, "Northgate Family Medicine")
IAN = Persona("ian", Role.INTAKE)
NIA = Persona("nia", Role.NURSE)
NAT = Persona("nat", Role.NURSE)
PAM = Persona("pam", Role.PHYSICIAN)
PAUL = Persona("paul", Role.PHYSICIAN)
ADA = Persona("ada", Role.ADMIN)

EVERYBODY = (AMY, ANN, BOB, IAN, NIA, NAT, PAM, PAUL, ADA)
NOBODY = "nobody"
"""A visitor who has not signed in."""


def user(username: str) -> User:
    """The row of this persona."""
    return User.get(User.username == username)


OFFICES = {
    "Lakeside Orthopedics": ("Miriam Okafor, MD", "1730155128", "391234567"),
    "Lakeside Therapy": ("Daniel Reyes, DPT", "1801234562", "391234568"),
    "Northgate Family Medicine": ("Helen Strand, DO", "1922334457", "391234569"),
}
LINKED = ("Lakeside Orthopedics", "Lakeside Therapy")


def settle() -> None:
    """Makes the rows of everybody, and links the two offices."""
    at = clock.now()
    group = Group.create(created_at=at)
    offices = {name: _office(name, group if name in LINKED else None) for name in OFFICES}
    secret = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD)
    for each in EVERYBODY:
        User.create(
            username=each.username,
            username_folded=each.username.casefold(),
            role=each.role,
            office=offices.get(each.office),
            name=each.username.title() + " Example",
            password_hash=secret,
            created_at=at,
            last_active_at=at,
        )


def _office(name: str, group: Group | None) -> Office:
    physician, npi, tin = OFFICES[name]
    return Office.create(
        name=name,
        physician_name=physician,
        npi=npi,
        tin=tin,
        phone="2625550142",
        address="12 Lake Street, Delafield, WI 53018",
        group=group,
        created_at=clock.now(),
    )
