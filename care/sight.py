"""Whom a person on staff sees: the grounds, each a condition on `patients`. What no ground holds for is not seen.

Reads that come by the staff's door carry who looks (`turn.viewer`), and lists hold themselves to it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from care.heart.turn import Turn, Viewer
from care.tables import caseloads, emergency_accesses, escalations, patients, pool_members, pools, staff_sites

WHOLE_CLINIC = "whole clinic"
EMERGENCY = "emergency access"
EMERGENCIES = 0  # the severity of escalations in which a life may be in danger


@dataclass(frozen=True)
class Looker:
    """A person on staff, as far as it matters for whom they see."""

    id: int
    reach: str  # see roles.py
    on_duty: bool  # by the rota, now: then whoever needs a person is theirs to see, wherever they belong


def everyone(viewer: Viewer | None) -> bool:
    """Whether nothing limits them. Nobody in particular: the clinic itself, or a program of its own."""
    return viewer is None or viewer.reach == "clinic"


def grounds(turn: Turn, viewer: Viewer) -> dict[str, ColumnElement[bool]]:
    """Each reason for which somebody with a limited reach sees a patient."""
    mine = or_(escalations.c.owner_id == viewer.id, escalations.c.acknowledged_by == viewer.id)
    # Whoever opened a record in an emergency does not keep it open by taking on the question about it, or giving it to a pool.
    opens = and_(escalations.c.resolved_at.is_(None), escalations.c.kind.not_like("emergency_access:%"))
    found: dict[str, ColumnElement[bool]] = {
        "caseload": patients.c.id.in_(select(caseloads.c.patient_id).where(
            caseloads.c.staff_id == viewer.id, caseloads.c.ended_at.is_(None))),
        "obligation": patients.c.id.in_(select(escalations.c.patient_id).where(opens, mine)),
        "pool": patients.c.id.in_(select(escalations.c.patient_id).where(opens, escalations.c.pool_id.in_(_pools_of(viewer)))),
    }
    if viewer.reach == "sites":
        found["site"] = patients.c.site_id.in_(select(staff_sites.c.site_id).where(staff_sites.c.staff_id == viewer.id))
    if viewer.on_duty:
        found["on duty"] = patients.c.id.in_(select(escalations.c.patient_id).where(
            escalations.c.resolved_at.is_(None), escalations.c.kind != f"emergency_access:{viewer.id}"))
    found[EMERGENCY] = patients.c.id.in_(select(emergency_accesses.c.patient_id).where(
        emergency_accesses.c.staff_id == viewer.id, emergency_accesses.c.until > turn.now))
    return found


def why(turn: Turn, viewer: Viewer | None, patient_id: int) -> str | None:
    """Why they see this patient; None if they do not."""
    if viewer is None or everyone(viewer):
        return WHOLE_CLINIC
    held = case(*((holds, ground) for ground, holds in grounds(turn, viewer).items()), else_=None)
    found: str | None = turn.db.scalar(select(held).where(patients.c.id == patient_id))
    if found != EMERGENCY:
        return found
    which = select(func.max(emergency_accesses.c.id)).where(
        emergency_accesses.c.staff_id == viewer.id, emergency_accesses.c.patient_id == patient_id)
    return f"{EMERGENCY} {turn.db.scalar(which)}"  # its reason stands there


def _pools_of(viewer: Viewer) -> Select[Any]:
    return select(pool_members.c.pool_id).where(pool_members.c.staff_id == viewer.id)


def in_open_pools(turn: Turn) -> ColumnElement[bool]:
    """What is in no pool for its members only; or whoever looks is one of them, or has it, or others have been called about it,
    or a life may be in danger. A condition on `escalations`."""
    if turn.viewer is None:
        return true()
    closed = list(turn.db.scalars(select(pools.c.id).where(pools.c.members_only, pools.c.closed_at.is_(None))))
    if not closed:  # as in most clinics: then no list pays for it
        return true()
    return or_(
        escalations.c.pool_id.is_(None), escalations.c.pool_id.not_in(closed), escalations.c.severity == EMERGENCIES,
        escalations.c.opened_up, escalations.c.owner_id == turn.viewer.id, escalations.c.acknowledged_by == turn.viewer.id,
        escalations.c.pool_id.in_(_pools_of(turn.viewer)))


def hidden_in_pools(turn: Turn, escalation_ids: Collection[int]) -> set[int]:
    """Those of these escalations that the pool which they are in does not let whoever looks see. What there is none of is not
    hidden: its view says so."""
    if turn.viewer is None or not escalation_ids:
        return set()
    held = case((in_open_pools(turn), 1), else_=0)  # what is not known to hold does not
    return set(turn.db.scalars(select(escalations.c.id).where(escalations.c.id.in_(escalation_ids), held == 0)))


def held_to(turn: Turn, wanted: Select[Any], nobodys: bool = False) -> Select[Any]:
    """A list of patients, or of what is theirs, as whoever looks may see it: `wanted` has `patients` in it. With `nobodys`,
    what belongs to no patient too."""
    if turn.viewer is None or everyone(turn.viewer):
        return wanted
    seen = or_(*grounds(turn, turn.viewer).values())
    return wanted.where(or_(patients.c.id.is_(None), seen) if nobodys else seen)
