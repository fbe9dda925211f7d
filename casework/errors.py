"""What can go wrong in words that a person may read. One handler turns each into a page."""


class PortalError(Exception):
    """A refusal whose message is written for the person who reads it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(PortalError):
    """There is no such thing, or not for this person: the same answer for both."""

    def __init__(self) -> None:
        super().__init__("There is nothing at this address that you can open.")


class NotAllowed(PortalError):
    """The person may see this, but not do this to it."""


class NotNow(NotAllowed):
    """The role would do, but not with the request as it stands: a colleague has sent or closed it, say."""


class Stale(PortalError):
    """Somebody else was faster: nothing was overwritten."""


class Refused(PortalError):
    """What was asked for breaks a rule of the work; the message says what to do instead.

    `field`: the answer that the rule is about, by its name in the form; '' when it is about the whole.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Incomplete(PortalError):
    """A request can't be submitted yet; `problems` says what is missing."""

    def __init__(self, problems: list[object]) -> None:
        super().__init__("This request can't be submitted yet.")
        self.problems = problems


class TooMany(PortalError):
    """Too many tries in a short time; `wait` says for how many seconds none will be taken."""

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait
