"""Pools: the nurses, the pharmacy, social work. What is of a pool's topics comes to it by itself, and a member takes it on.

What is in a pool for its members only is hidden from everybody else, until the ladder has called others, or a life may be in
danger: then it is everybody's to see.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from care import events
from care.heart.turn import Turn
from care.tables import escalations, insert_once, pool_members, pools, staff

TOPICS = {
    "messages": "Messages of patients", "symptoms": "Answers and measurements that worry", "danger": "Signs of danger",
    "mood": "Questionnaires that worry", "medicines": "Medicines: doses, supplies", "side_effects": "Side effects",
    "costs": "What care costs", "visits": "Appointments", "out_of_touch": "Patients who are silent or out of reach",
    "clinic": "The clinic itself: rota, Telegram, data"}

# What an obligation is about, by the beginning of its kind; the longest that fits counts.
OF_KINDS = {
    "message": "messages", "person": "messages", "unsaid": "messages", "unheard": "messages", "left": "messages",
    "copy": "messages", "erasure": "messages",
    "red_flag": "danger", "undelivered_safety": "danger", "answer": "symptoms", "zone": "symptoms", "off_the_meter": "symptoms",
    "second_reading": "symptoms", "instrument": "mood", "item": "mood", "dose": "medicines", "refill": "medicines",
    "dose:side_effect": "side_effects", "dose:cost": "costs", "visit": "visits", "visits_in_hospital": "visits",
    "visits_after_loss": "visits", "visits_to_book_again": "visits", "silent": "out_of_touch", "unreachable": "out_of_touch",
    "undelivered": "out_of_touch", "new_chat": "out_of_touch", "invitation_locked": "out_of_touch", "rota_gap": "clinic",
    "telegram_away": "clinic", "bulk_halted": "clinic", "backup": "clinic"}


class Refused(Exception):
    """It cannot be done; the message says why."""


@dataclass(frozen=True)
class Member:
    staff_id: int
    name: str


@dataclass(frozen=True)
class Pool:
    id: int
    name: str
    takes: tuple[str, ...]
    members_only: bool
    members: tuple[Member, ...]
    open: int  # obligations


def topic_of(kind: str) -> str | None:
    """What an obligation of this kind is about; None for what is nobody's in particular."""
    fits = [start for start in OF_KINDS if kind == start or kind.startswith((f"{start}:", f"{start}_"))]
    return OF_KINDS[max(fits, key=len)] if fits else None


def taking(turn: Turn, topic: str | None) -> int | None:
    """The pool that what is of this topic belongs to; None: the whole team's."""
    if topic is None:
        return None
    found = turn.db.execute(select(pools.c.id, pools.c.takes).where(pools.c.closed_at.is_(None)).order_by(pools.c.id))
    return next((row.id for row in found if topic in row.takes), None)


def everything(turn: Turn) -> list[Pool]:
    """Every pool there is, by name."""
    members: dict[int, list[Member]] = {}
    for row in turn.db.execute(
            select(pool_members.c.pool_id, staff.c.id, staff.c.name).join(staff, staff.c.id == pool_members.c.staff_id)
            .where(staff.c.active).order_by(staff.c.name)):
        members.setdefault(row.pool_id, []).append(Member(row.id, row.name))
    open_now = {row.pool_id: row.open for row in turn.db.execute(
        select(escalations.c.pool_id, func.count().label("open")).where(escalations.c.resolved_at.is_(None))
        .group_by(escalations.c.pool_id))}
    return [Pool(row.id, row.name, tuple(row.takes), row.members_only, tuple(members.get(row.id, ())), open_now.get(row.id, 0))
            for row in turn.db.execute(select(pools).where(pools.c.closed_at.is_(None)).order_by(pools.c.name))]


def get(turn: Turn, pool_id: int) -> Pool | None:
    """One pool; None if there is none, or it was closed."""
    return next((one for one in everything(turn) if one.id == pool_id), None)


def people(turn: Turn, pool_id: int) -> list[int]:
    """Who on staff is in it."""
    return list(turn.db.scalars(
        select(staff.c.id).join(pool_members, pool_members.c.staff_id == staff.c.id)
        .where(pool_members.c.pool_id == pool_id, staff.c.active).order_by(staff.c.id)))


def keep(
    turn: Turn, name: str, takes: Collection[str], members_only: bool, members: Collection[int], pool_id: int | None = None,
) -> Pool | None:
    """Make a pool, or change one; None if there is none to change. Raises Refused."""
    if pool_id is not None and get(turn, pool_id) is None:
        return None
    known = everything(turn)
    for other in known:
        if other.id != pool_id and other.name.casefold() == name.strip().casefold():
            raise Refused(f"There is a pool called {other.name} already.")
        if other.id != pool_id and (both := set(takes) & set(other.takes)):
            raise Refused(f"{TOPICS[min(both)]} is taken by {other.name} already.")
    if unknown := set(takes) - set(TOPICS):
        raise Refused(f"{min(unknown)} is no topic. There is {', '.join(TOPICS)}.")
    on_staff = set(turn.db.scalars(select(staff.c.id).where(staff.c.active, staff.c.id.in_(members))))
    if gone := set(members) - on_staff:
        raise Refused(f"There is nobody on staff with the number {min(gone)}.")
    if members_only and not on_staff:
        raise Refused("A pool that only its members see needs a member.")
    row = {"name": name.strip(), "takes": [one for one in TOPICS if one in takes], "members_only": members_only}
    if pool_id is None:
        pool_id = turn.insert(pools, {**row, "created_at": turn.now})
    else:
        turn.db.execute(update(pools).where(pools.c.id == pool_id).values(**row))
    _belong(turn, pool_id, on_staff)
    turn.happened(events.PoolChanged(None, pool_id))
    return get(turn, pool_id)


def _belong(turn: Turn, pool_id: int, wanted: set[int]) -> None:
    before = set(turn.db.scalars(select(pool_members.c.staff_id).where(pool_members.c.pool_id == pool_id)))
    for gone in sorted(before - wanted):
        turn.db.execute(delete(pool_members).where(pool_members.c.pool_id == pool_id, pool_members.c.staff_id == gone))
        turn.happened(events.PoolLeft(None, pool_id, gone))
    for new in sorted(wanted - before):
        turn.db.execute(insert_once(pool_members, turn.db.dialect.name), {
            "pool_id": pool_id, "staff_id": new, "since": turn.now})
        turn.happened(events.PoolJoined(None, pool_id, new))


def close(turn: Turn, pool_id: int) -> bool:
    """There is no such pool any more: what is in it is the whole team's. False if there is none."""
    closed = turn.db.execute(update(pools).where(pools.c.id == pool_id, pools.c.closed_at.is_(None)).values(
        closed_at=turn.now)).rowcount
    if closed:
        turn.db.execute(update(escalations).where(
            escalations.c.pool_id == pool_id, escalations.c.resolved_at.is_(None)).values(pool_id=None, rung=0))
        turn.happened(events.PoolChanged(None, pool_id))
    return bool(closed)
