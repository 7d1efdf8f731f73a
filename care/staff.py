"""People on staff, how they sign in, and keys for programs. Passwords are hashed by the door, outside any turn."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update

from care import events, factors, passkeys
from care.heart.prepared import Prepared
from care.heart.turn import Turn
from care.roles import REACHES, ROLES, SCOPES, scopes_of
from care.tables import api_keys, setup_links, sign_in_failures, sites, staff, staff_sessions, staff_sites
from care.tables import passkeys as passkeys_table

SETUP_LINK_GOOD_FOR = timedelta(minutes=30)
IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
TRIES_PER_ADDRESS, ADDRESS_WINDOW = 5, timedelta(minutes=5)
TRIES_PER_ACCOUNT, ACCOUNT_WINDOW = 10, timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)
NO_PASSWORD = "!"  # noqa: S105 - in place of a hash: matches nothing
CODE_WITHIN = timedelta(minutes=5)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Refused(Exception):
    """It cannot be done; the message says why, and what would be right."""


@dataclass(frozen=True)
class StaffMember:
    id: int
    email: str
    name: str
    active: bool
    role: str  # see roles.py
    reach: str  # which patients: see access.py

    @property
    def scopes(self) -> frozenset[str]:
        return scopes_of(self.role)


PERSON = (staff.c.id, staff.c.email, staff.c.name, staff.c.active, staff.c.role, staff.c.reach)


@dataclass(frozen=True)
class Session:
    staff: StaffMember
    csrf: str
    expires_at: datetime
    proved_at: datetime  # when they last showed that it is them
    code_needed: bool = False  # the password was right, a code is still to come
    passkeys: bool = False  # whether one can take the place of the password said once more
    passwordless: bool = False  # they come by the clinic's identity provider


@dataclass(frozen=True)
class Opened:
    """A session just opened: the only time its token is seen."""

    token: str
    session: Session


@dataclass(frozen=True)
class ByProvider:
    """Who let them in: the clinic's identity provider, when they showed it that it is them, and what it calls the session."""

    issuer: str
    shown_at: datetime
    session: str | None = None


@dataclass(frozen=True)
class Key:
    id: int
    name: str
    scopes: tuple[str, ...]
    created_by: str  # the actor who made it: a program acts in the name of a person
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


# Built once, since every request of the console asks it.
SIGNED_IN = Prepared(
    select(*PERSON, staff_sessions.c.csrf, staff_sessions.c.expires_at, staff_sessions.c.proved_at,
           select(passkeys_table.c.id).where(passkeys_table.c.staff_id == staff.c.id).exists().label("passkeys"),
           (staff.c.password_hash == NO_PASSWORD).label("passwordless"))
    .join(staff, staff.c.id == staff_sessions.c.staff_id)
    .where(staff_sessions.c.token_hash == bindparam("this_token"), staff_sessions.c.ended_at.is_(None), staff.c.active,
           staff_sessions.c.code_needed.is_(False), staff_sessions.c.expires_at > bindparam("not_over_at"),
           staff_sessions.c.seen_at > bindparam("seen_after")))


def hashed(secret: str) -> str:
    """For secrets of our own making, which cannot be guessed; passwords need Argon2."""
    return hashlib.sha256(secret.encode()).hexdigest()


def anyone(turn: Turn) -> bool:
    return turn.db.scalar(select(staff.c.id).limit(1)) is not None


def new_setup_link(turn: Turn) -> str:
    """A link for the first person on staff: used once, and gone after half an hour. An earlier one stops working."""
    turn.db.execute(delete(setup_links).where(setup_links.c.used_at.is_(None)))
    token = secrets.token_urlsafe(32)
    turn.db.execute(setup_links.insert(), {
        "token_hash": hashed(token), "created_at": turn.now, "expires_at": turn.now + SETUP_LINK_GOOD_FOR})
    return token


def add(
    turn: Turn, email: str, name: str, password_hash: str, role: str = "administrator", reach: str | None = None,
) -> StaffMember:
    """Add a person, an administrator unless another role is named; without a reach, as is usual in the role. Raises Refused
    if the e-mail address is no address, or is taken, and for a role or a reach that there is not."""
    reach = usual_reach(role, reach)
    email = email.strip().lower()
    if email.count("@") != 1 or not all(email.split("@")):
        raise Refused("Give an e-mail address, such as ana@clinic.example.")
    if not 0 < len(name.strip()) <= 100:
        raise Refused("Give a name of at most 100 characters, as patients will see it.")
    if by_email(turn, email):
        raise Refused("Someone with this e-mail address is on staff already.")
    staff_id = turn.insert(staff, {
        "email": email, "name": name.strip(), "password_hash": password_hash, "active": True, "role": role, "reach": reach,
        "created_at": turn.now})
    turn.happened(events.StaffAdded(None, staff_id))
    return StaffMember(staff_id, email, name.strip(), True, role, reach)


def usual_reach(role: str, reach: str | None) -> str:
    """How far they see, unless somebody says otherwise. Raises Refused for a role or a reach that there is not."""
    reach = reach or (ROLES[role].reach if role in ROLES else REACHES[0])
    _known(role, reach)
    return reach


def _known(role: str, reach: str) -> None:
    if role not in ROLES:
        raise Refused(f"There is no role {role!r}: the roles are {', '.join(ROLES)}.")
    if reach not in REACHES:
        raise Refused(f"There is no reach {reach!r}: it is one of {', '.join(REACHES)}.")


def change_role(turn: Turn, staff_id: int, role: str, reach: str, site_ids: tuple[int, ...] = ()) -> StaffMember | None:
    """What somebody may do and whom they see, from now on: their sessions end, so that it holds everywhere at once. None if
    there is no such person. Raises Refused for a role, a reach or a site that there is not, and for the last administrator."""
    _known(role, reach)
    member = by_id(turn, staff_id)
    if member is None:
        return None
    if set(site_ids) - set(turn.db.scalars(select(sites.c.id).where(sites.c.id.in_(site_ids)))):
        raise Refused("There is no such site.")
    if role != "administrator":
        not_the_last(turn, member)
    turn.db.execute(update(staff).where(staff.c.id == staff_id).values(role=role, reach=reach))
    turn.db.execute(delete(staff_sites).where(staff_sites.c.staff_id == staff_id))
    for site_id in sorted(set(site_ids)):
        turn.db.execute(staff_sites.insert(), {"staff_id": staff_id, "site_id": site_id})
    end_sessions(turn, staff_id)
    turn.happened(events.StaffRoleChanged(None, staff_id, role, reach, tuple(sorted(set(site_ids)))))
    return by_id(turn, staff_id)


def not_the_last(turn: Turn, member: StaffMember) -> None:
    """Raises Refused for the only administrator: nobody could let anyone in again."""
    others = select(staff.c.id).where(staff.c.role == "administrator", staff.c.active, staff.c.id != member.id).limit(1)
    if member.role == "administrator" and member.active and turn.db.scalar(others) is None:
        raise Refused("This is the only administrator; make somebody else one first.")


def end_sessions(turn: Turn, staff_id: int, but: str = "") -> int:
    """Sign somebody out everywhere, at once, but for the session with this token. How many sessions there were."""
    return turn.db.execute(update(staff_sessions).where(
        staff_sessions.c.staff_id == staff_id, staff_sessions.c.ended_at.is_(None), staff_sessions.c.token_hash != hashed(but),
    ).values(ended_at=turn.now)).rowcount


def end_provided(turn: Turn, issuer: str, staff_id: int | None, session: str | None) -> list[int]:
    """End, at once, what the provider let in: all of somebody's, or the session that it calls so, of them or of whoever it is.
    Whose they were."""
    of_it = [staff_sessions.c.provider == issuer, staff_sessions.c.ended_at.is_(None)]
    if staff_id is not None:
        of_it.append(staff_sessions.c.staff_id == staff_id)
    if session is not None:
        called = staff_sessions.c.provider_session == session
        of_it.append(called if staff_id is None else or_(called, staff_sessions.c.provider_session.is_(None)))
    return list(turn.db.scalars(update(staff_sessions).where(*of_it).values(ended_at=turn.now).returning(
        staff_sessions.c.staff_id)))


def deactivate(turn: Turn, staff_id: int) -> bool:
    """Someone is no longer on staff: they are signed out everywhere, at once. What they did stays on record."""
    gone = turn.db.execute(update(staff).where(staff.c.id == staff_id, staff.c.active).values(active=False)).rowcount
    if gone:
        end_sessions(turn, staff_id)
        turn.happened(events.StaffDeactivated(None, staff_id))
    return bool(gone)


def set_phone(turn: Turn, staff_id: int, phone: str | None) -> bool:
    """The number by which somebody is alerted; None for none. False if there is no such person. Raises Refused."""
    digits = re.sub(r"[\s().-]", "", phone or "")
    if phone and not re.fullmatch(r"\+[0-9]{6,15}", digits):
        raise Refused("Give a number with its country code, such as +44 20 7946 0000.")
    return bool(turn.db.execute(update(staff).where(staff.c.id == staff_id).values(phone=digits or None)).rowcount)


def phone_of(turn: Turn, staff_id: int) -> str | None:
    return turn.db.scalar(select(staff.c.phone).where(staff.c.id == staff_id))


def everyone(turn: Turn) -> list[StaffMember]:
    return [StaffMember(*row) for row in turn.db.execute(select(*PERSON).order_by(staff.c.name, staff.c.id))]


def by_id(turn: Turn, staff_id: int) -> StaffMember | None:
    row = turn.db.execute(select(*PERSON).where(staff.c.id == staff_id)).first()
    return StaffMember(*row) if row else None


def named(turn: Turn, actor: str | None) -> str | None:
    """The name of whoever acted, if it was a person on staff."""
    kind, _, staff_id = (actor or "").partition(":")
    member = by_id(turn, int(staff_id)) if kind == "staff" else None
    return member.name if member else None


def by_email(turn: Turn, email: str) -> tuple[StaffMember, str] | None:
    """A person and their password's hash."""
    row = turn.db.execute(select(*PERSON, staff.c.password_hash).where(staff.c.email == email.strip().lower())).first()
    return (StaffMember(*row[:-1]), row.password_hash) if row else None


def may_try(turn: Turn, email: str, address: str) -> bool:
    """False after too many failures from this address, or for this account."""
    def failures(column: Any, value: str, window: timedelta) -> int:
        return turn.db.scalar(select(func.count()).select_from(sign_in_failures).where(
            column == value, sign_in_failures.c.at > turn.now - window)) or 0

    return (failures(sign_in_failures.c.address, address, ADDRESS_WINDOW) < TRIES_PER_ADDRESS
            and failures(sign_in_failures.c.email, email.strip().lower(), ACCOUNT_WINDOW) < TRIES_PER_ACCOUNT)


def failed(turn: Turn, email: str, address: str) -> None:
    turn.insert(sign_in_failures, {"email": email.strip().lower()[:320], "address": address, "at": turn.now})


def sign_in(turn: Turn, staff_id: int, instead_of: str = "", by: ByProvider | None = None) -> Opened:
    """Open a session for someone who knows their password; it is one only once a code is right too, if they have an app.
    It takes the place of the one whose token their browser had, `instead_of`. Whoever comes
    by the clinic's identity provider was asked for a second factor there, and has proved who they are when they did so there:
    not again now. Raises Refused if they are no longer on staff."""
    member = by_id(turn, staff_id)
    if member is None or not member.active:
        raise Refused("This person is no longer on staff.")
    if instead_of:
        _over(turn, instead_of)
    if factors.of(turn, staff_id).second and by is None:
        return _opened(turn, member, code_needed=True)
    return _all_is_proved(turn, member, by)


def give_code(turn: Turn, token: str, code: str) -> Opened | None:
    """The second step of signing in: the session is a new one, with a token of its own. None if the code is none of theirs."""
    return _second_step(turn, token, lambda staff_id: factors.proves(turn, staff_id, code))


def give_passkey(turn: Turn, token: str, answer: passkeys.Answer) -> Opened | None:
    """The same by a passkey."""
    return _second_step(turn, token, lambda staff_id: passkeys.proves(turn, staff_id, token, answer))


def _second_step(turn: Turn, token: str, proves: Callable[[int], bool]) -> Opened | None:
    waiting = code_awaited(turn, token)
    if waiting is None or not proves(waiting.id):
        return None
    _over(turn, token)
    return _all_is_proved(turn, waiting)


def _over(turn: Turn, token: str) -> None:
    turn.db.execute(update(staff_sessions).where(
        staff_sessions.c.token_hash == hashed(token), staff_sessions.c.ended_at.is_(None)).values(ended_at=turn.now))


def code_awaited(turn: Turn, token: str) -> StaffMember | None:
    """Who has given their password, and not yet a code."""
    row = turn.db.execute(select(*PERSON).join(staff_sessions, staff_sessions.c.staff_id == staff.c.id).where(
        staff_sessions.c.token_hash == hashed(token), staff_sessions.c.ended_at.is_(None), staff.c.active,
        staff_sessions.c.code_needed, staff_sessions.c.expires_at > turn.now)).first()
    return StaffMember(*row) if row else None


def _all_is_proved(turn: Turn, member: StaffMember, by: ByProvider | None = None) -> Opened:
    turn.db.execute(delete(sign_in_failures).where(sign_in_failures.c.email == member.email))  # it was them, mistyping
    turn.happened(events.SignedIn(None, member.id))
    return _opened(turn, member, code_needed=False, by=by)


def _opened(turn: Turn, member: StaffMember, code_needed: bool, by: ByProvider | None = None) -> Opened:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    expires_at = turn.now + (CODE_WITHIN if code_needed else ABSOLUTE)
    proved_at = min(by.shown_at, turn.now) if by else turn.now
    turn.db.execute(staff_sessions.insert(), {
        "token_hash": hashed(token), "staff_id": member.id, "csrf": csrf, "opened_at": turn.now, "seen_at": turn.now,
        "proved_at": proved_at, "code_needed": code_needed, "expires_at": expires_at, "provider": by and by.issuer,
        "provider_session": by and by.session})
    return Opened(token, Session(member, csrf, expires_at, proved_at, code_needed))


def signed_in(turn: Turn, token: str) -> Session | None:
    """Whose session this is; None if it is over, or not yet one. Reads only: see `seen`."""
    # In the demo the clock jumps by hours, and nobody was idle for that.
    not_over_at, seen_after = (LONG_AGO, LONG_AGO) if turn.settings.demo else (turn.now, turn.now - IDLE)
    found = SIGNED_IN.rows(turn.db, {"this_token": hashed(token), "not_over_at": not_over_at, "seen_after": seen_after})
    if not found:
        return None
    row = found[0]
    return Session(
        StaffMember(*row[:-5]), row.csrf, row.expires_at, row.proved_at, passkeys=row.passkeys, passwordless=row.passwordless)


def proved(turn: Turn, token: str) -> None:
    """They have just shown once more that it is them."""
    turn.db.execute(update(staff_sessions).where(staff_sessions.c.token_hash == hashed(token)).values(proved_at=turn.now))


def proved_by_passkey(turn: Turn, staff_id: int, token: str, answer: passkeys.Answer) -> bool:
    """The same, if a passkey of theirs has answered what this session was asked."""
    right = passkeys.proves(turn, staff_id, token, answer)
    if right:
        proved(turn, token)
    return right


def change_password(turn: Turn, staff_id: int, password_hash: str, but: str = "") -> None:
    """A new password; whoever is signed in as them is so no more, but for the session with this token."""
    turn.db.execute(update(staff).where(staff.c.id == staff_id).values(password_hash=password_hash))
    end_sessions(turn, staff_id, but)
    turn.happened(events.PasswordChanged(None, staff_id))


def sign_out_everywhere(turn: Turn, staff_id: int) -> int:
    """End all of somebody's sessions, at once; how many there were."""
    ended = end_sessions(turn, staff_id)
    turn.happened(events.SignedOutEverywhere(None, staff_id))
    return ended


def seen(turn: Turn, token: str) -> None:
    """The person is still there: the idle time begins anew (written at most once a minute)."""
    turn.db.execute(update(staff_sessions).where(
        staff_sessions.c.token_hash == hashed(token), staff_sessions.c.seen_at < turn.now - SEEN_EVERY,
    ).values(seen_at=turn.now))


def sign_out(turn: Turn, token: str) -> None:
    staff_id = turn.db.execute(update(staff_sessions).where(
        staff_sessions.c.token_hash == hashed(token), staff_sessions.c.ended_at.is_(None),
    ).values(ended_at=turn.now).returning(staff_sessions.c.staff_id)).scalar()
    if staff_id:
        turn.happened(events.SignedOut(None, staff_id))


def new_key(turn: Turn, name: str, scopes: tuple[str, ...], expires_at: datetime | None = None) -> tuple[int, str]:
    """A key for a program: its id, and its secret, which is shown this once. Raises Refused for an unknown scope."""
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise Refused(f"Unknown scope {', '.join(unknown)!r}: the scopes are {', '.join(SCOPES)}.")
    if not name.strip():
        raise Refused("Give the key a name that says what it is for.")
    secret = f"cwk_{secrets.token_urlsafe(32)}"
    key_id = turn.insert(api_keys, {
        "name": name.strip(), "secret_hash": hashed(secret), "scopes": list(scopes), "created_by": turn.actor,
        "created_at": turn.now, "expires_at": expires_at})
    turn.happened(events.KeyMade(None, key_id, scopes))
    return key_id, secret


def by_key(turn: Turn, secret: str) -> Key | None:
    """The key that this secret opens; None if it is unknown, revoked or expired."""
    row = turn.db.execute(select(api_keys).where(
        api_keys.c.secret_hash == hashed(secret), api_keys.c.revoked_at.is_(None))).first()
    return _key(row) if row and (row.expires_at is None or row.expires_at > turn.now) else None


def key_used(turn: Turn, key_id: int) -> None:
    turn.db.execute(update(api_keys).where(api_keys.c.id == key_id).values(used_at=turn.now))


def keys(turn: Turn) -> list[Key]:
    return [_key(row) for row in turn.db.execute(select(api_keys).order_by(api_keys.c.id))]


def revoke_key(turn: Turn, key_id: int) -> bool:
    revoked = turn.db.execute(update(api_keys).where(
        api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None)).values(revoked_at=turn.now)).rowcount
    if revoked:
        turn.happened(events.KeyRevoked(None, key_id))
    return bool(revoked)


def _key(row: Any) -> Key:
    return Key(row.id, row.name, tuple(row.scopes), row.created_by, row.created_at, row.expires_at, row.used_at,
               row.revoked_at)
