"""Invitations: an opaque link, for one patient, used once, soon gone. Its token is kept only as a hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from care import events, patients
from care.heart.turn import Turn
from care.tables import invitations

GOOD_FOR = timedelta(hours=72)
WRONG_DATES = 3  # then the link is locked, and staff are told
ROLES = ("self", "carer")


@dataclass(frozen=True)
class Invite:
    token: str  # shown once; fits in a deep link's 64 characters
    expires_at: datetime


@dataclass(frozen=True)
class Invitation:
    id: int
    patient_id: int
    role: str


def invite(turn: Turn, patient_id: int, role: str = "self") -> Invite | None:
    """A new link for a patient; an earlier unused one for the same role stops working. None if there is no such patient."""
    if role not in ROLES:
        raise ValueError(f"role must be one of: {', '.join(ROLES)}")
    if patients.lock(turn, patient_id) is None:
        return None
    turn.db.execute(update(invitations).where(
        invitations.c.patient_id == patient_id, invitations.c.role == role, invitations.c.closed_at.is_(None),
    ).values(closed_at=turn.now, closed_why="replaced"))
    token = secrets.token_urlsafe(24)  # 192 bits
    expires_at = turn.now + GOOD_FOR
    invitation_id = turn.insert(invitations, {
        "patient_id": patient_id, "role": role, "token_hash": hashed(token), "created_at": turn.now,
        "created_by": turn.actor, "expires_at": expires_at})
    turn.happened(events.PatientInvited(patient_id, invitation_id, role))
    return Invite(token, expires_at)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def withdraw_open(turn: Turn, patient_id: int) -> None:
    """No link that is still out opens anything any more."""
    turn.db.execute(update(invitations).where(
        invitations.c.patient_id == patient_id, invitations.c.closed_at.is_(None)).values(
            closed_at=turn.now, closed_why="withdrawn"))


def by_token(turn: Turn, token: str) -> Invitation | None:
    return _open(turn, invitations.c.token_hash == hashed(token))


def by_id(turn: Turn, invitation_id: int) -> Invitation | None:
    """An invitation that can still be taken up."""
    return _open(turn, invitations.c.id == invitation_id)


def whose(turn: Turn, invitation_id: int | None) -> int | None:
    """The patient that an invitation is, or was, for."""
    return turn.db.scalar(select(invitations.c.patient_id).where(invitations.c.id == invitation_id))


def _open(turn: Turn, which: ColumnElement[bool]) -> Invitation | None:
    row = turn.db.execute(
        select(invitations.c.id, invitations.c.patient_id, invitations.c.role)
        .where(which, invitations.c.closed_at.is_(None), invitations.c.expires_at > turn.now).with_for_update()).first()
    return Invitation(*row) if row else None


def use(turn: Turn, invitation: Invitation, chat_id: int) -> None:
    _close(turn, invitation, "used", used_by_chat=chat_id)


def wrong_date(turn: Turn, invitation: Invitation, chat_id: int) -> bool:
    """Count a wrong date of birth; True if the link is locked now."""
    wrong = turn.db.execute(update(invitations).where(invitations.c.id == invitation.id).values(
        wrong_dates=invitations.c.wrong_dates + 1).returning(invitations.c.wrong_dates)).scalar_one()
    if wrong < WRONG_DATES:
        return False
    _close(turn, invitation, "locked")
    turn.happened(events.InvitationLocked(invitation.patient_id, invitation.id, chat_id))
    return True


def _close(turn: Turn, invitation: Invitation, why: str, used_by_chat: int | None = None) -> None:
    turn.db.execute(update(invitations).where(invitations.c.id == invitation.id).values(
        closed_at=turn.now, closed_why=why, used_by_chat=used_by_chat))
