"""The end of the chain, written out every hour: to the database, and to the log where no one changes it unseen."""

import logging

from casework import clock
from casework.audit import chain
from casework.audit.chain import ChainCheckpoint
from casework.storage import transaction

log = logging.getLogger("portal.audit")


def write_out() -> ChainCheckpoint | None:
    """Keeps the chain's end and says it in the log; None when nothing was added since the last time."""
    with transaction():
        end = chain.head()
        last = ChainCheckpoint.select().order_by(ChainCheckpoint.id.desc()).first()
        if end.count == 0 or (last is not None and last.count == end.count):
            return None
        kept: ChainCheckpoint = ChainCheckpoint.create(at=clock.now(), count=end.count, mac=end.mac)
    log.info("chain head", extra={"count": end.count, "mac": end.mac})
    return kept
