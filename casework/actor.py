"""Who acts."""

from dataclasses import dataclass

from models import Role, User


@dataclass(frozen=True)
class Actor:
    """A person at work on one HTTP request, or on the command line."""

    user: User
    address: str = ""
    request_id: str = ""

    @property
    def role(self) -> Role:
        return self.user.role

    @property
    def is_staff(self) -> bool:
        return self.user.is_staff
