"""Work that nobody clicks for: sweeps and the audit's head. `flask jobs` runs what is due; a timer calls it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from peewee import CharField

from casework import attachments, clock, intranet, storage
from casework.accounts import life, sessions, throttle, tickets
from casework.audit import heads, prune
from casework.drafts import closing
from casework.storage import transaction
from casework.workflow import review
from models import Base, MomentField

log = logging.getLogger("portal.jobs")

HOUR = timedelta(hours=1)
DAY = timedelta(hours=23)
"""A little less than a day, so that a timer that is some minutes early doesn't skip one."""


class JobRun(Base):
    """When a job ran last."""

    name = CharField(40, unique=True)
    ran_at = MomentField()


@dataclass(frozen=True)
class Job:
    """`run` returns how many rows it changed."""

    name: str
    every: timedelta
    run: Callable[[], int]


def _sweep_doors() -> int:
    """Sessions, tickets, tries and prefilled requests that are over."""
    return sessions.sweep() + tickets.sweep() + throttle.sweep() + intranet.sweep()


JOBS = (
    Job("audit head", HOUR, lambda: 1 if heads.write_out() else 0),
    Job("doors", HOUR, _sweep_doors),
    Job("waiting scans", timedelta(), attachments.scan_waiting),
    Job("unanswered questions", HOUR, review.end_unanswered),
    Job("files on their way in", DAY, lambda: attachments.store().sweep()),
    Job("files taken out", DAY, attachments.purge_removed),
    Job("idle accounts", DAY, life.sweep_idle),
    Job("old access log", DAY, prune.prune),
    Job("untouched drafts", DAY, lambda: closing.archive_untouched(clock.now())),
)


def run_due(everything: bool = False) -> dict[str, int]:
    """Runs the jobs that are due (or all), one process at a time; returns how much each changed.

    A job that fails is told in the log and tried again at the next call; the others go on.
    """
    with storage.only_one("jobs"):
        return {job.name: _run(job) for job in JOBS if everything or is_due(job)}


def is_due(job: Job) -> bool:
    """Whether the job's time has come again, or it ran while the clock was ahead."""
    last = JobRun.get_or_none(name=job.name)
    return last is None or not timedelta() <= clock.now() - last.ran_at < job.every


def _run(job: Job) -> int:
    try:
        changed = job.run()
    except Exception as error:
        log.error("job failed", exc_info=error, extra={"job": job.name})
        return 0
    with transaction():
        if not JobRun.update(ran_at=clock.now()).where(JobRun.name == job.name).execute():
            JobRun.create(name=job.name, ran_at=clock.now())
    log.info("job done", extra={"job": job.name, "count": changed})
    return changed
