"""Why a single sign-on failed: words for the person, a code for the log."""

from casework.errors import Refused

TRY_AGAIN = "Single sign-on didn't work. Start it once more from the sign-in page."
UNREACHABLE = "The single sign-on service doesn't answer right now. Try again in a few minutes."


class SsoRefused(Refused):
    """`why` names what was wrong, for the log; the person reads `message`, which gives nothing away."""

    def __init__(self, why: str, message: str = TRY_AGAIN) -> None:
        super().__init__(message)
        self.why = why


class SsoUnreachable(SsoRefused):
    """The provider doesn't answer, or answers with an error of its own."""

    def __init__(self, why: str) -> None:
        super().__init__(why, UNREACHABLE)
