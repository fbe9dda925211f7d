"""What can go wrong with a file: refusals a clerk reads, and faults of the store that an operator reads."""

from casework.errors import PortalError, Refused


class FileRefused(Refused):
    """The portal doesn't take this file; the message says to the clerk why and what to do instead.

    `reason` is one word for tests and counters (it holds nothing of the file): empty, too_large, unsupported,
    mislabelled, damaged, password, active, hidden, complex or infected.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class StoreFault(PortalError):
    """Something is wrong with the file store; the request itself was right."""


class Damaged(StoreFault):
    """Stored bytes are not what was written: changed, cut, swapped or sealed with another key."""

    def __init__(self, message: str = "This file can't be read: its stored copy is damaged.") -> None:
        super().__init__(message)


class Missing(StoreFault):
    """There are no bytes under this stored name."""

    def __init__(self) -> None:
        super().__init__("This file can't be read: its stored copy is missing.")


class Unavailable(StoreFault):
    """The store doesn't answer or has no room; nothing half-written is left behind. Trying again later may work."""

    def __init__(self) -> None:
        super().__init__("Files can't be stored or read at the moment. Please try again in a few minutes.")


class KeyFault(StoreFault):
    """A master key of the file store is missing, malformed or not the one that was used. Told at start-up."""


class CannotShow(StoreFault):
    """This page can't be shown as a picture (too large, too slow or damaged); the file can still be downloaded."""

    def __init__(self, message: str = "This page can't be shown here. Download the file to see it.") -> None:
        super().__init__(message)
