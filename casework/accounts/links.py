"""Linking offices: co-workers and business units with the same patients see and work on each other's cases.

Exact and at once: everyone of a group sees all of its offices; an office that is taken out keeps its own cases, sees
none of the others', and is seen by none of them. All offices concerned are told.
"""

from collections.abc import Collection
from datetime import timedelta

from casework import access, again, audit, clock
from casework.actor import Actor
from casework.errors import Refused, Stale
from casework.storage import transaction
from casework.vocabulary import listed
from models import Group, Office

CHANGED = "The links of these offices have changed in the meantime. Look at them once more."


TOLD_FOR = timedelta(days=14)


def linked_with(office: Office) -> list[Office]:
    """The other offices of its group, by name."""
    if office.group_id is None:
        return []
    others = Office.select().where(Office.group == office.group_id, Office.id != office.id)
    return list(others.order_by(Office.name))


def together(office: Office, other: Office) -> list[Office]:
    """All offices that would see each other's cases if these two were linked, by name."""
    ids = {*access.circle(office), *access.circle(other)}
    return list(Office.select().where(Office.id.in_(ids)).order_by(Office.name))


def link(office: Office, other: Office, actor: Actor, reason: str, agreed: Collection[str]) -> None:
    """Links two offices, with all that are linked with either.

    `agreed` are the keys of all the offices that will be together, as the person who confirmed saw them. Raises Stale
    when they are others by now, Refused when the two are one or linked already or no reason is given.
    """
    access.require(actor, "keep_accounts")
    if not reason.strip():
        raise Refused("Say why these offices are linked and who asked for it.")
    offices = [each.key for each in together(office, other)]
    with again.once(actor, "offices_linked", words=reason.strip(), offices=offices), transaction():
        office, other = _anew(office), _anew(other)
        if other.id in access.circle(office):
            raise Refused("These offices are linked already, or are one and the same.")
        members = together(office, other)
        if {each.key for each in members} != set(agreed):
            raise Stale(CHANGED)
        _join(members, office.group or other.group or Group.create(created_at=clock.now()))
        audit.record("offices_linked", actor, offices=[each.key for each in members], reason=reason.strip())
        for each in members:
            names = listed([member.name for member in members if member.id != each.id])
            _tell(each, f"Your office is now linked with {names}: you see and work on each other's requests and cases.")


def unlink(office: Office, actor: Actor, reason: str) -> None:
    """Takes an office out of its group. Raises Refused when it is in none or no reason is given."""
    access.require(actor, "keep_accounts")
    if not reason.strip():
        raise Refused("Say why the office is unlinked and who asked for it.")
    with again.once(actor, "office_unlinked", words=reason.strip(), office=office.key), transaction():
        office = _anew(office)
        others = linked_with(office)
        if not others:
            raise Refused("This office isn't linked with any other.")
        group = office.group
        leaving = [office, *others] if len(others) == 1 else [office]
        Office.update(group=None).where(Office.id.in_([each.id for each in leaving])).execute()
        if group is not None and len(leaving) > 1:
            group.delete_instance()
        audit.record(
            "office_unlinked", actor, office=office.key, others=[each.key for each in others], reason=reason.strip()
        )
        names = listed([other.name for other in others])
        _tell(office, f"Your office is no longer linked with {names}. Your own requests and cases stay with you.")
        for other in others:
            _tell(
                other, f"Your office is no longer linked with {office.name}. Your own requests and cases stay with you."
            )


def told(office: Office) -> str:
    """What this office was told in the last two weeks about its links; '' when nothing."""
    is_news = office.told_at is not None and clock.now() - office.told_at < TOLD_FOR
    return office.told if is_news else ""


def _anew(office: Office) -> Office:
    """The office as it is now, kept from changing until the transaction ends."""
    Office.update(version=Office.version + 1).where(Office.id == office.id).execute()
    fresh: Office = Office.get_by_id(office.id)
    return fresh


def _join(members: list[Office], group: Group) -> None:
    former = {each.group_id for each in members if each.group_id} - {group.id}
    ids = [each.id for each in members]
    Office.update(group=group, version=Office.version + 1).where(Office.id.in_(ids)).execute()
    Group.delete().where(Group.id.in_(former)).execute()


def _tell(office: Office, text: str) -> None:
    news = {"told": text, "told_at": clock.now(), "version": Office.version + 1}
    Office.update(**news).where(Office.id == office.id).execute()
