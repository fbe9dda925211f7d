"""Peer-to-peer talks: CMSI confirms one of the three windows, and notes what came of it."""

from casework import access, again, audit, clock
from casework.actor import Actor
from casework.errors import Refused, Stale
from casework.storage import transaction
from casework.workflow.table import TOO_LATE
from models import PeerToPeer


def confirm_talk(talk: PeerToPeer, actor: Actor, window: str) -> PeerToPeer:
    """Confirms one of the windows that the office offered. Raises NotAllowed, Refused and Stale."""
    access.require(actor, "manage_peer_to_peer", talk.request)
    if window not in talk.windows:
        raise Refused("Choose one of the times that the office offered.")
    with again.once(actor, "peer_to_peer_confirmed", talk.request, window), transaction():
        waits = (PeerToPeer.id == talk.id) & (PeerToPeer.confirmed_window == "") & PeerToPeer.talked_at.is_null()
        if PeerToPeer.update(confirmed_window=window, confirmed_by=actor.user).where(waits).execute() != 1:
            raise Stale(TOO_LATE)
        audit.record("peer_to_peer_confirmed", actor, talk.request, reason=window)
    talk.confirmed_window = window
    return talk


def note_talk(talk: PeerToPeer, actor: Actor, outcome: str) -> PeerToPeer:
    """Notes what came of the talk; the office reads it. It changes no determination: a reconsideration or a correction
    does. Raises NotAllowed, Refused and Stale.
    """
    access.require(actor, "manage_peer_to_peer", talk.request)
    if not outcome.strip():
        raise Refused("Note what came of the talk.")
    at = clock.now()
    with again.once(actor, "peer_to_peer_held", talk.request, outcome.strip()), transaction():
        waits = (PeerToPeer.id == talk.id) & PeerToPeer.talked_at.is_null()
        if PeerToPeer.update(talk_outcome=outcome.strip(), talked_at=at).where(waits).execute() != 1:
            raise Stale(TOO_LATE)
        audit.record("peer_to_peer_held", actor, talk.request, reason=outcome.strip())
    talk.talk_outcome, talk.talked_at = outcome.strip(), at
    return talk
