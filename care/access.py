"""The only way from a person on staff to a patient: whether they may, why they may, and that they looked.

Denied unless a ground says otherwise (see sight.py). They are read afresh every time: what was true a minute ago is not asked.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select, select

from care import events, rota, sight, tables
from care.escalations import Severity, open_
from care.heart.postgresql import one_at_a_time
from care.heart.prepared import Prepared
from care.heart.turn import Turn
from care.patients import lock
from care.sight import Looker
from care.staff import StaffMember
from care.tables import (
    accesses,
    allergies,
    appointments,
    care_plans,
    caseloads,
    chat_links,
    emergency_accesses,
    escalations,
    files,
    lesson_deliveries,
    medicines,
    mentions,
    orders,
    outbox,
    patients,
    regimens,
    situations,
    staff_sites,
    waiting_list,
)

EMERGENCY_ACCESS = timedelta(hours=1)

# Whose it is: the column that says so, or that leads to a table above which does. Every name that an address or a body may
# use for something of a patient's is here; staff_api/reach.py refuses to start with a name that is nowhere.
OWNED: dict[str, "sa.Column[int]"] = {
    "patient_id": patients.c.id,
    "escalation_id": escalations.c.patient_id,
    "plan_id": care_plans.c.patient_id,
    "regimen_id": regimens.c.patient_id,
    "medicine_id": medicines.c.patient_id,
    "order_id": orders.c.regimen_id,
    "allergy_id": allergies.c.patient_id,
    "appointment_id": appointments.c.patient_id,
    "waiting_id": waiting_list.c.patient_id,
    "situation_id": situations.c.patient_id,
    "link_id": chat_links.c.patient_id,
    "delivery_id": lesson_deliveries.c.patient_id,
    "message_id": outbox.c.patient_id,
    "file_id": files.c.patient_id,
    "mention_id": mentions.c.patient_id,
}


class Refused(Exception):
    """It cannot be done; the message says why."""


@dataclass(frozen=True)
class Seen:
    """What somebody looked at, and why they may; no patient: it is nobody's in particular."""

    patient_id: int | None
    why: str


@dataclass(frozen=True)
class EmergencyAccess:
    id: int
    patient_id: int
    until: datetime


@dataclass(frozen=True)
class Site:
    id: int
    name: str


@dataclass(frozen=True)
class OnCaseload:
    staff_id: int
    name: str
    since: datetime


def looker(turn: Turn, person: StaffMember | None) -> Looker | None:
    """A person as whoever looks. Whether they are on duty matters only to those who do not see everyone."""
    if person is None:
        return None
    return Looker(person.id, person.reach, person.reach != "clinic" and on_duty(turn, person.id))


def on_duty(turn: Turn, staff_id: int) -> bool:
    planned = rota.read(turn)
    return any(staff_id in planned.on_duty(role, turn.now) for role in rota.ROLES)


def seen(turn: Turn, name: str, which: int) -> Seen | None:
    """Whose a thing is, and why whoever looks may see it; None if they may not. What there is none of is nobody's: its view
    says so."""
    if name == "escalation_id" and sight.hidden_in_pools(turn, (which,)):
        return None
    patient_id = owner(turn, name, which)
    if patient_id is None:
        return Seen(None, "nobody's")
    why = sight.why(turn, turn.viewer, patient_id)
    return Seen(patient_id, why) if why else None


def owner(turn: Turn, name: str, which: int) -> int | None:
    """Whose a thing is; None: nobody's, or there is none."""
    found: int | None = turn.db.scalar(owner_of(name), {"which": which})
    return found


def hold_still(turn: Turn, address: str, named: Mapping[str, int]) -> None:
    """Until this turn is over nobody else changes what the address names: its patient is locked, and what is no patient's is
    held by the address itself."""
    owners = [turn.db.scalar(owner_of(name), {"which": which}) for name, which in named.items() if name in OWNED]
    for owner in owners:
        if owner is not None:
            lock(turn, owner)
    if not owners:
        one_at_a_time(turn.db, address)


def in_sight(turn: Turn, patient_ids: set[int]) -> set[int]:
    """Those of them whom whoever looks may see."""
    if sight.everyone(turn.viewer):
        return patient_ids
    wanted = select(patients.c.id).where(patients.c.id.in_(patient_ids))
    return set(turn.db.scalars(sight.held_to(turn, wanted)))


@cache
def owner_of(name: str) -> Select[Any]:
    """Asks whose something is, from its id to the patient, by way of as many tables as it takes."""
    column = OWNED[name]
    key = next(iter(column.table.primary_key.columns)) if name != "patient_id" else patients.c.id
    asked: Select[Any]
    asked, leads_to = select(column).where(key == sa.bindparam("which")), column
    while leads_to.foreign_keys and (parent := next(iter(leads_to.foreign_keys)).column.table) is not patients:
        leads_to = next(one for one in OWNED.values() if one.table is parent)
        asked = select(leads_to).where(parent.c.id == asked.scalar_subquery())
    return asked


@cache
def _noting(dialect: str) -> Prepared:
    statement = sa.insert(accesses)
    if dialect == "postgresql":
        statement = statement.values(xid=sa.literal_column("pg_current_xact_id()::text::bigint"))
    return Prepared(statement, "at", "actor", "operation", "patient_id", "why", "origin")


def looked(turn: Turn, operation: str, what: Seen) -> None:
    """Somebody looks at this now: it is on record before they see it."""
    _noting(turn.db.dialect.name).change(turn.db, {
        "at": turn.now, "actor": turn.actor, "operation": operation, "patient_id": what.patient_id, "why": what.why,
        "origin": turn.origin})


def open_in_emergency(turn: Turn, person: StaffMember, patient_id: int, reason: str) -> EmergencyAccess | None:
    """Open a record that is out of reach, for an hour, with a reason; it becomes an obligation for others to look at.
    None if there is no such patient. Raises Refused where it is in reach anyway."""
    if turn.db.scalar(select(patients.c.id).where(patients.c.id == patient_id)) is None:
        return None
    if sight.why(turn, looker(turn, person), patient_id):
        raise Refused("You can see this patient already.")
    until = turn.now + EMERGENCY_ACCESS
    number = turn.insert(emergency_accesses, {
        "staff_id": person.id, "patient_id": patient_id, "reason": reason, "opened_at": turn.now, "until": until})
    turn.happened(events.EmergencyAccessOpened(patient_id, number, person.id))
    written = hashlib.sha256(reason.encode()).hexdigest()[:32]  # the words can be erased; that they were others cannot be said
    looked(turn, "emergency access", Seen(patient_id, f"{sight.EMERGENCY} {number}, reason {written}"))
    open_(turn, patient_id, Severity.URGENT, f"emergency_access:{person.id}",
          f"{person.name} opened this record in an emergency: was it right?", reason)
    return EmergencyAccess(number, patient_id, until)


def join_caseload(turn: Turn, staff_id: int, patient_id: int) -> bool:
    """Put a patient on somebody's caseload. False if there is no such person or patient; there already is as good."""
    people = select(tables.staff.c.id).where(tables.staff.c.id == staff_id, tables.staff.c.active)
    if turn.db.scalar(people) is None or turn.db.scalar(select(patients.c.id).where(patients.c.id == patient_id)) is None:
        return False
    there = select(caseloads.c.id).where(
        caseloads.c.staff_id == staff_id, caseloads.c.patient_id == patient_id, caseloads.c.ended_at.is_(None))
    if turn.db.scalar(there) is None:
        turn.insert(caseloads, {"staff_id": staff_id, "patient_id": patient_id, "since": turn.now, "by": turn.actor})
        turn.happened(events.CaseloadJoined(patient_id, staff_id))
    return True


def leave_caseload(turn: Turn, staff_id: int, patient_id: int) -> bool:
    """Take a patient off somebody's caseload; False if they were not on it."""
    left = turn.db.execute(sa.update(caseloads).where(
        caseloads.c.staff_id == staff_id, caseloads.c.patient_id == patient_id, caseloads.c.ended_at.is_(None),
    ).values(ended_at=turn.now)).rowcount
    if left:
        turn.happened(events.CaseloadLeft(patient_id, staff_id))
    return bool(left)


def take_in(turn: Turn, person: StaffMember | None, patient_id: int) -> None:
    """Whoever adds a patient sees that patient: on their caseload, and at their site if they have just one."""
    if person is None or person.reach == "clinic":
        return
    own = turn.db.scalars(select(staff_sites.c.site_id).where(staff_sites.c.staff_id == person.id).limit(2)).all()
    if person.reach == "sites" and len(own) == 1:
        turn.db.execute(sa.update(patients).where(patients.c.id == patient_id).values(site_id=own[0]))
        turn.happened(events.PatientMovedToSite(patient_id, own[0]))
    join_caseload(turn, person.id, patient_id)


def care_team(turn: Turn, patient_id: int) -> list[OnCaseload] | None:
    """On whose caseload a patient is; None if there is no such patient."""
    if turn.db.scalar(select(patients.c.id).where(patients.c.id == patient_id)) is None:
        return None
    return [OnCaseload(*row) for row in turn.db.execute(
        select(caseloads.c.staff_id, tables.staff.c.name, caseloads.c.since)
        .join(tables.staff, tables.staff.c.id == caseloads.c.staff_id)
        .where(caseloads.c.patient_id == patient_id, caseloads.c.ended_at.is_(None), tables.staff.c.active)
        .order_by(caseloads.c.id))]


def sites(turn: Turn) -> list[Site]:
    return [Site(*row) for row in turn.db.execute(select(tables.sites.c.id, tables.sites.c.name).order_by(tables.sites.c.name))]


def add_site(turn: Turn, name: str) -> Site:
    """Raises Refused if there is one of that name."""
    added = turn.db.execute(tables.insert_once(tables.sites, turn.db.dialect.name).returning(tables.sites.c.id), {
        "name": name, "created_at": turn.now}).scalar()
    if added is None:
        raise Refused(f"There is a site called {name} already.")
    turn.happened(events.SiteAdded(None, added))
    return Site(added, name)


def move_to_site(turn: Turn, patient_id: int, site_id: int | None) -> bool:
    """Where a patient is treated; None: at no site. False if there is no such patient. Raises Refused for no such site."""
    if site_id is not None and turn.db.scalar(select(tables.sites.c.id).where(tables.sites.c.id == site_id)) is None:
        raise Refused("There is no such site.")
    moved = turn.db.execute(sa.update(patients).where(patients.c.id == patient_id).values(site_id=site_id)).rowcount
    if moved:
        turn.happened(events.PatientMovedToSite(patient_id, site_id))
    return bool(moved)
