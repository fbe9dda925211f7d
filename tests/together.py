"""Several people at the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread

from casework.errors import PortalError
from models import database


def together(*tasks: Callable[[], object]) -> list[object]:
    """Runs all tasks at the same moment, each in a thread with a connection of its own; their results or errors."""
    start = Barrier(len(tasks))
    results: list[object] = [None] * len(tasks)

    def run(place: int) -> None:
        with database.connection_context():
            start.wait()
            try:
                results[place] = tasks[place]()
            except PortalError as error:
                results[place] = error

    threads = [Thread(target=run, args=(place,)) for place in range(len(tasks))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return results
