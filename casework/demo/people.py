"""The sample people: two linked offices, a third one, and CMSI's staff. Synthetic, all with one known password."""

from dataclasses import dataclass
from functools import cache

from casework import clock
from casework.accounts import passwords
from casework.accounts.profile import OfficeData
from casework.accounts.register import fold
from casework.errors import Refused
from casework.storage import transaction
from config import current as settings
from models import Group, Office, Role, User

PASSWORD = "Lantern-Harbor-47!"  # noqa: S105 - shown on the sign-in page of demo mode, impossible elsewhere


@dataclass(frozen=True)
class SamplePerson:
    username: str
    name: str
    role: Role
    office: OfficeData | None = None
    credentials: str = ""


LAKESIDE_ORTHOPEDICS = OfficeData(
    "Lakeside Orthopedics",
    "Sample Physician Iris Calder, MD",
    "1234567893",
    "391000017",
    "4145550110",
    "4145550119",
    "100 Sample Shore Drive, Milwaukee, WI 53202",
    "Orthopedic surgery",
)
LAKESIDE_THERAPY = OfficeData(
    "Lakeside Therapy",
    "Sample Physician Omar Brandt, DO",
    "1122334455",
    "391000025",
    "4145550120",
    "4145550129",
    "102 Sample Shore Drive, Milwaukee, WI 53202",
    "Physical medicine and rehabilitation",
)
NORTHGATE = OfficeData(
    "Northgate Family Medicine",
    "Sample Physician Ruth Ellery, MD",
    "1556677882",
    "391000033",
    "6085550130",
    "6085550139",
    "7 Sample Gate Road, Madison, WI 53703",
    "Family medicine",
)
LINKED = (LAKESIDE_ORTHOPEDICS, LAKESIDE_THERAPY)

PEOPLE = (
    SamplePerson("amy", "Amy Sample", Role.PROVIDER, LAKESIDE_ORTHOPEDICS),
    SamplePerson("ann", "Ann Sample", Role.PROVIDER, LAKESIDE_THERAPY),
    SamplePerson("bob", "Bob Sample", Role.PROVIDER, NORTHGATE),
    SamplePerson("ian", "Ian Sample", Role.INTAKE),
    SamplePerson("nia", "Nia Sample", Role.NURSE, credentials="RN, utilization review"),
    SamplePerson("nat", "Nat Sample", Role.NURSE, credentials="RN, CCM, utilization review"),
    SamplePerson("pam", "Pam Sample", Role.PHYSICIAN, credentials="MD, board-certified in internal medicine"),
    SamplePerson("paul", "Paul Sample", Role.PHYSICIAN, credentials="DO, board-certified in orthopedic surgery"),
    SamplePerson("ada", "Ada Sample", Role.ADMIN),
)


def make_people() -> dict[str, User]:
    """Makes those of PEOPLE that are not there yet, with their offices, and returns all by username.

    Raises Refused in production.
    """
    if settings().is_production:
        raise Refused("Sample people have a known password: they exist in demo mode only.")
    with transaction():
        offices = _make_offices()
        return {person.username: _make_person(person, offices) for person in PEOPLE}


def _make_offices() -> dict[OfficeData, Office]:
    group: Group | None = None
    made: dict[OfficeData, Office] = {}
    for sample in (*LINKED, NORTHGATE):
        office = Office.get_or_none(npi=sample.npi, name=sample.name)
        if office is None:
            if sample in LINKED:
                group = group or Group.create(created_at=clock.now())
            office = Office.create(**vars(sample), group=group if sample in LINKED else None, created_at=clock.now())
        made[sample] = office
    return made


def _make_person(person: SamplePerson, offices: dict[OfficeData, Office]) -> User:
    user: User | None = User.get_or_none(username=person.username)
    if user is not None:
        return user
    at = clock.now()
    office = offices[person.office] if person.office else None
    return User.create(
        username=person.username,
        username_folded=fold(person.username),
        role=person.role,
        office=office,
        name=person.name,
        credentials=person.credentials,
        email=f"{person.username}@sample.example",
        phone=office.phone if office else "2625550100",
        password_hash=_password_hash(),
        last_active_at=at,
        created_at=at,
    )


@cache
def _password_hash() -> str:
    """All have the same password: hashed once in a process."""
    return passwords.hash_of(PASSWORD)
