"""Shapes of signing in, setting up, and API keys."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from care.roles import REACHES, ROLES, SCOPES
from staff_api.shapes.forms import At, AtIn, Given, Name, Sent

Scope = Literal[tuple(SCOPES)]  # type: ignore[valid-type]
Role = Literal[tuple(ROLES)]  # type: ignore[valid-type]
Reach = Literal[tuple(REACHES)]  # type: ignore[valid-type]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$", max_length=254)
]
Password = Annotated[str, Field(max_length=256)]


class SignIn(Sent):
    email: Email
    password: Password


class SetUp(Sent):
    name: Name
    email: Email
    password: Password = Field(description="At least 15 characters; any characters, no other rules.")


class StaffMember(Given):
    id: int
    name: str
    email: str
    role: Role
    reach: Reach


class Session(Given):
    staff: StaffMember
    csrf: str = Field(description="Send it as `X-CSRF-Token` with every request that changes something.")
    expires_at: At


class SetUpLink(Given):
    """The link still works; `POST` to the same address sets up the first person on staff."""

    clinic: str
    shortest_password: int


class NewKey(Sent):
    name: Name
    scopes: list[Scope] = Field(min_length=1, max_length=20)
    expires_at: AtIn | None = None


class Key(Given):
    id: int
    name: str
    scopes: list[str]
    created_by: str
    created_at: At
    expires_at: At | None
    used_at: At | None
    revoked_at: At | None


class Keys(Given):
    items: list[Key]


class NewKeyMade(Given):
    """The secret is shown this once; only its hash is kept."""

    id: int
    secret: str
