"""How to reach a patient other than by their chat, and whom to call for them: for the people on staff, never for the bot."""

import re
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select, update

from care import events
from care.heart.turn import Turn
from care.tables import patient_contacts, staff

NUMBER = re.compile(r"\+?[0-9][0-9 ().-]{3,30}")


class Refused(Exception):
    """It cannot be noted; the message says why."""


@dataclass(frozen=True)
class Contact:
    phone: str | None = None
    address: str | None = None
    emergency_name: str | None = None
    emergency_relation: str | None = None
    emergency_phone: str | None = None
    emergency_may_call: bool | None = None  # whether the patient has agreed to their being called; None: not asked yet


@dataclass(frozen=True)
class Known(Contact):
    changed_at: datetime | None = None
    changed_by: str | None = None


def of(turn: Turn, patient_id: int) -> Known:
    """What is known; nothing of it may be."""
    row = turn.db.execute(
        select(*(patient_contacts.c[one.name] for one in fields(Contact)), patient_contacts.c.changed_at,
               staff.c.name.label("changed_by"))
        .outerjoin(staff, staff.c.id == patient_contacts.c.changed_by)
        .where(patient_contacts.c.patient_id == patient_id)).first()
    return Known(**row._mapping) if row else Known()


def change(turn: Turn, patient_id: int, contact: Contact, by: int | None) -> Known:
    """Note how to reach a patient: all of it, in place of what stood there. Raises Refused for what cannot be dialled."""
    for number in (contact.phone, contact.emergency_phone):
        if number and not NUMBER.fullmatch(number):
            raise Refused(f"{number!r} is not a telephone number.")
    if contact.emergency_may_call and not contact.emergency_phone:
        raise Refused("Give the number of whom to call.")
    row = {one.name: getattr(contact, one.name) for one in fields(Contact)} | {"changed_at": turn.now, "changed_by": by}
    if not turn.db.execute(update(patient_contacts).where(patient_contacts.c.patient_id == patient_id).values(**row)).rowcount:
        turn.db.execute(patient_contacts.insert(), {"patient_id": patient_id, **row})
    turn.happened(events.ContactChanged(patient_id))
    return of(turn, patient_id)
