"""Who comes in by the clinic's own identity provider (OpenID Connect), and as what. The door has verified what it says."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select

from care import events, staff
from care.heart.postgresql import one_at_a_time
from care.heart.settings import WrongSetting
from care.heart.turn import Turn
from care.roles import REACHES, ROLES
from care.staff import NO_PASSWORD, ByProvider, Refused, StaffMember
from care.tables import insert_once, logout_tokens, staff_identities


@dataclass(frozen=True)
class Identity:
    """Somebody, as the provider knows them."""

    issuer: str
    subject: str  # never given to anyone else; an e-mail address may be
    email: str
    email_verified: bool
    name: str
    groups: tuple[str, ...]
    shown_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)  # when they last showed the provider that it is them, if it says so
    session: str | None = None  # what the provider calls their session there


@dataclass(frozen=True)
class LoggedOut:
    """What the provider says is over: all of somebody's sessions, or the one that it calls so. One of the two is there."""

    issuer: str
    subject: str | None
    session: str | None
    token_id: str
    expires_at: datetime


@dataclass(frozen=True)
class Mapping:
    group: str
    role: str
    reach: str | None  # where the clinic has said one: then it counts at every sign-in, as the role does


def mappings(roles: Sequence[str]) -> list[Mapping]:
    """Which group has which role. Raises WrongSetting."""
    found = []
    for line in roles:
        group, equals, wanted = line.rpartition("=")
        role, _, reach = wanted.strip().partition(":")
        if not (group.strip() and equals) or role not in ROLES or (reach and reach not in REACHES):
            raise WrongSetting(
                f"single_sign_on.roles: {line!r} is no group=role or group=role:reach; roles are {', '.join(ROLES)}, "
                f"reaches {', '.join(REACHES)}.")
        found.append(Mapping(group.strip(), role, reach or None))
    return found


def sign_in(turn: Turn, who: Identity, instead_of: str = "") -> staff.Opened:
    """A session for them: known by their subject, else by a verified e-mail address, else new on staff if a group of theirs
    has a role. Who was taken off staff here stays out, whatever the provider says. Raises Refused."""
    known = mappings(turn.settings.single_sign_on.roles)
    mapped = next((one for one in known if one.group in who.groups), None)
    member = _linked(turn, who)
    if member and not member.active:
        raise Refused("You are no longer on staff here. An administrator of the clinic can say more.")
    if known and mapped is None:
        raise Refused("None of your groups has a role here. An administrator of the clinic can say more.")
    if member is None:
        member = _joins(turn, who, mapped)
    elif mapped and (mapped.role != member.role or mapped.reach not in (None, member.reach)):
        reach = staff.usual_reach(mapped.role, mapped.reach)
        member = staff.change_role(turn, member.id, mapped.role, reach) or member
    return staff.sign_in(turn, member.id, instead_of, ByProvider(who.issuer, who.shown_at, who.session))


def log_out(turn: Turn, over: LoggedOut) -> int:
    """End here what is over there; how many sessions that were. Raises Refused for what was said before."""
    turn.db.execute(delete(logout_tokens).where(logout_tokens.c.expires_at < turn.now))
    heard = hashlib.sha256(f"{over.issuer} {over.token_id}".encode()).hexdigest()
    once = insert_once(logout_tokens, turn.db.dialect.name)
    if not turn.db.execute(once, {"token_hash": heard, "expires_at": over.expires_at}).rowcount:
        raise Refused("This logout token was used before.")
    staff_id = _known_as(turn, over.issuer, over.subject) if over.subject is not None else None
    if over.subject is not None and staff_id is None:
        return 0
    ended = Counter(staff.end_provided(turn, over.issuer, staff_id, over.session))
    for whose, sessions in ended.items():
        turn.happened(events.SignedOutByProvider(None, whose, sessions))
    return ended.total()


def _known_as(turn: Turn, issuer: str, subject: str) -> int | None:
    found: int | None = turn.db.scalar(select(staff_identities.c.staff_id).where(
        staff_identities.c.issuer == issuer, staff_identities.c.subject == subject))
    return found


def _linked(turn: Turn, who: Identity) -> StaffMember | None:
    """Who this is here, linked by their e-mail address at the first time. Whoever comes for the first time comes alone: twice
    at once, the second finds what the first has made."""
    staff_id = _known_as(turn, who.issuer, who.subject)
    if staff_id is None:
        one_at_a_time(turn.db, "first sign-on")
        staff_id = _known_as(turn, who.issuer, who.subject)
    if staff_id is not None:
        return staff.by_id(turn, staff_id)
    member = (staff.by_email(turn, who.email) or (None,))[0] if who.email else None
    if member is None or not member.active:
        return member
    if not who.email_verified:
        raise Refused("The provider has not verified your e-mail address, so nobody can tell whether you are that colleague.")
    _link(turn, member.id, who)
    return member


def _joins(turn: Turn, who: Identity, mapped: Mapping | None) -> StaffMember:
    if mapped is None:
        raise Refused("You are not on staff here yet; an administrator of the clinic invites you.")
    if not who.email or not who.email_verified:
        raise Refused("The provider gives no verified e-mail address of yours, and here everybody has one.")
    member = staff.add(turn, who.email, who.name.strip()[:100] or who.email, NO_PASSWORD, mapped.role, mapped.reach)
    _link(turn, member.id, who)
    return member


def _link(turn: Turn, staff_id: int, who: Identity) -> None:
    turn.insert(staff_identities, {
        "staff_id": staff_id, "issuer": who.issuer, "subject": who.subject, "linked_at": turn.now})
    turn.happened(events.StaffLinked(None, staff_id))
