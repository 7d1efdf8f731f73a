"""How people come onto staff, and back in: by a link that works once and is for them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from care import events, factors, passkeys, staff
from care.heart.turn import Turn
from care.staff import Refused, StaffMember, hashed
from care.tables import passkeys as passkeys_table
from care.tables import setup_links, staff_factors, staff_sites

INVITATION_GOOD_FOR = timedelta(hours=72)


@dataclass(frozen=True)
class Link:
    """A link that somebody can still take up."""

    email: str | None  # whose it is; None: the first person's, who says so
    staff_id: int | None  # of somebody who is on staff, and gets a new password


@dataclass(frozen=True)
class Made:
    token: str
    expires_at: datetime


@dataclass(frozen=True)
class Colleague:
    id: int
    email: str
    name: str
    active: bool
    role: str
    reach: str
    app: bool
    site_ids: list[int]


def colleagues(turn: Turn) -> list[Colleague]:
    """Everybody who is, or was, on staff."""
    with_app = set(turn.db.scalars(select(staff_factors.c.staff_id).where(staff_factors.c.confirmed_at.is_not(None))))
    with_app |= set(turn.db.scalars(select(passkeys_table.c.staff_id)))
    sites: dict[int, list[int]] = {}
    for staff_id, site_id in turn.db.execute(select(staff_sites.c.staff_id, staff_sites.c.site_id)):
        sites.setdefault(staff_id, []).append(site_id)
    return [Colleague(one.id, one.email, one.name, one.active, one.role, one.reach, one.id in with_app,
                      sorted(sites.get(one.id, []))) for one in staff.everyone(turn)]


def invite(turn: Turn, email: str, role: str, reach: str | None = None) -> Made:
    """A link for a colleague to come onto staff in this role; an earlier one for the same address stops working. Raises
    Refused."""
    email, reach = email.strip().lower(), staff.usual_reach(role, reach)
    if staff.by_email(turn, email):
        raise Refused("Someone with this e-mail address is on staff already.")
    turn.db.execute(delete(setup_links).where(setup_links.c.email == email, setup_links.c.used_at.is_(None)))
    made = _link(turn, INVITATION_GOOD_FOR, email=email, role=role, reach=reach)
    turn.happened(events.StaffInvited(None, role, reach))
    return made


def reset(turn: Turn, staff_id: int) -> Made | None:
    """A link by which somebody gets a new password and no second factor; until then they are signed out. None if there is no
    such person."""
    member = staff.by_id(turn, staff_id)
    if member is None or not member.active:
        return None
    turn.db.execute(delete(setup_links).where(setup_links.c.staff_id == staff_id, setup_links.c.used_at.is_(None)))
    made = _link(turn, INVITATION_GOOD_FOR, email=member.email, staff_id=staff_id)
    staff.end_sessions(turn, staff_id)
    turn.happened(events.StaffReset(None, staff_id))
    return made


def _link(turn: Turn, good_for: timedelta, **of: Any) -> Made:
    made = Made(secrets.token_urlsafe(32), turn.now + good_for)
    turn.db.execute(setup_links.insert(), {
        "token_hash": hashed(made.token), "created_at": turn.now, "expires_at": made.expires_at, "invited_by": turn.actor,
        **of})
    return made


def _works(turn: Turn, token: str) -> tuple[ColumnElement[bool], ...]:
    return (setup_links.c.token_hash == hashed(token), setup_links.c.used_at.is_(None), setup_links.c.expires_at > turn.now)


def link(turn: Turn, token: str) -> Link | None:
    """What this link is for; None if it does not work, or does no more."""
    row = turn.db.execute(select(setup_links.c.email, setup_links.c.staff_id).where(*_works(turn, token))).first()
    return Link(row.email, row.staff_id) if row else None


def let_go(turn: Turn, staff_id: int) -> bool:
    """Somebody is no longer on staff; False if they were not. Raises Refused for oneself and for the only administrator."""
    member = staff.by_id(turn, staff_id)
    if member is None:
        return False
    if turn.actor == f"staff:{staff_id}":
        raise Refused("Ask a colleague to do it: nobody takes themselves off staff.")
    staff.not_the_last(turn, member)
    turn.db.execute(delete(setup_links).where(setup_links.c.staff_id == staff_id, setup_links.c.used_at.is_(None)))
    return staff.deactivate(turn, staff_id)


def take_up(turn: Turn, token: str, email: str, name: str, password_hash: str) -> StaffMember:
    """Come onto staff by a link, or back in. It works once. Raises Refused."""
    row = turn.db.execute(update(setup_links).where(*_works(turn, token)).values(used_at=turn.now).returning(
        setup_links.c.email, setup_links.c.role, setup_links.c.reach, setup_links.c.staff_id)).first()
    if row is None:
        raise Refused("This link does not work any more. Whoever made it makes a new one.")
    if row.email is not None and row.email != email.strip().lower():
        raise Refused("This link is for another e-mail address.")
    if row.staff_id is None:
        return staff.add(turn, email, name, password_hash, row.role or "administrator", row.reach)
    member = staff.by_id(turn, row.staff_id)
    if member is None or not member.active:
        raise Refused("This person is no longer on staff.")
    factors.remove(turn, member.id)
    passkeys.remove_all(turn, member.id)
    staff.change_password(turn, member.id, password_hash)
    return member
