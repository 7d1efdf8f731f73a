"""Shapes of signing in, setting up, and API keys."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from care.roles import REACHES, ROLES, SCOPES
from staff_api.shapes.forms import At, AtIn, Given, Id, Name, Sent, no_nul
from staff_api.shapes.passkeys import Passkey

Scope = Literal[tuple(SCOPES)]  # type: ignore[valid-type]
Role = Literal[tuple(ROLES)]  # type: ignore[valid-type]
Reach = Literal[tuple(REACHES)]  # type: ignore[valid-type]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$", max_length=254)
]
Password = Annotated[str, Field(max_length=256)]


Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=40), AfterValidator(no_nul)]


class GivenCode(Sent):
    code: Code = Field(description="What the app shows now, or a recovery code.")


class Proof(Sent):
    password: Password


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


class Colleague(StaffMember):
    """A person on staff, as an administrator sees them."""

    active: bool
    app: bool = Field(description="Whether a second factor is asked for when they sign in.")
    site_ids: list[int]


class Colleagues(Given):
    items: list[Colleague]


class NewColleague(Sent):
    email: Email
    role: Role
    reach: Reach | None = Field(None, description="Which patients they see; null: as is usual in the role.")


class RoleChange(Sent):
    role: Role
    reach: Reach
    site_ids: list[Id] = Field(default_factory=list, max_length=100, description="Of those whose reach is `sites`.")


class Invited(Given):
    """The link is shown this once; give it to them yourself. It works once."""

    link: str
    expires_at: At


class Account(Given):
    """Who you are, and what you sign in with."""

    staff: StaffMember
    scopes: list[str]
    app: bool = Field(description="Whether a code of an app is asked for when you sign in.")
    passkeys: list[Passkey]
    recovery_codes_left: int


class NewPassword(Sent):
    current: Password
    new: Password = Field(description="At least 15 characters; any characters, no other rules.")


class OfferedApp(Given):
    """Put it into your app, then confirm with a code. Shown this once."""

    secret: str
    uri: str
    qr_svg: str


class RecoveryCodes(Given):
    """Each works once in place of the app's code, or a passkey. Shown this once."""

    codes: list[str]


class Session(Given):
    staff: StaffMember
    code_needed: bool = Field(description="Then this is no session yet: `POST /api/v1/session/code` comes next.")
    csrf: str = Field(description="Send it as `X-CSRF-Token` with every request that changes something.")
    expires_at: At


class SetUpLink(Given):
    """The link still works; `POST` to the same address sets up the first person on staff."""

    clinic: str
    shortest_password: int
    email: str | None = Field(description="For whom it is; null: the first person's.")
    again: bool = Field(description="Whether it is for somebody on staff, who gets a new password.")


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
