"""How a broadcast goes out: first everybody is planned, once; then put into the outbox as fast as they can leave, no faster.

Each step is a turn of its own over at most a few hundred rows, and asks again what is still to be done.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, select, update

from care import office, patients
from care.broadcasts import audience, steering, texts
from care.broadcasts.texts import Broadcast
from care.cohorts import meant
from care.heart import outbox
from care.heart.turn import Lane, Turn
from care.tables import broadcast_recipients as recipients
from care.tables import broadcasts, dose_settings, insert_once
from care.tables import outbox as outbox_table
from care.tables import patients as patients_table

AT_ONCE = 300  # rows that one turn plans
TOLD_AT_ONCE = 50  # ... and that one turn puts into the outbox: each takes a millisecond or two, in which nobody else is heard
AHEAD = 2000  # ids of patients that one turn looks through
SUPPLY = 4  # seconds for which the outbox is given enough
A_SECOND = 30  # messages, about, where nothing is paid for; see bot/pace.py
OPEN = and_(recipients.c.message.is_(None), recipients.c.left_out.is_(None))
TOLD = update(recipients).where(
    recipients.c.broadcast_id == bindparam("of"), recipients.c.patient_id == bindparam("whose")).values(
    {name: bindparam(name) for name in ("left_out", "message", "version", "opened_at")})
UNDER_WAY = broadcasts.c.state.in_(texts.UNDER_WAY)


def pace(turn: Turn) -> int:
    """About how many leave in a second."""
    return turn.settings.sending.paid_a_second or A_SECOND


def to_plan(turn: Turn) -> list[int]:
    """Broadcasts whose time has come, and that do not have a row for everybody yet."""
    return list(turn.db.scalars(select(broadcasts.c.id).where(
        UNDER_WAY, broadcasts.c.state == "sending", broadcasts.c.planned_at.is_(None), broadcasts.c.begins_at <= turn.now)
        .order_by(broadcasts.c.id)))


def plan(turn: Turn, broadcast_id: int) -> bool:
    """Plan the next few hundred who are meant; True while there may be more."""
    found = texts.lock(turn, broadcast_id)
    if found is None or found.state != "sending" or found.planned_at or (found.begins_at or turn.now) > turn.now:
        return False
    if not found.begun and not steering.recounted(turn, found):
        return False
    first = (found.planned_to or 0) + 1
    why = audience.left_out(turn, found.topic, found.texts).label("why")
    rows = turn.db.execute(
        meant(turn, found.criteria, patients_table.c.id, patients_table.c.time_zone, why,
              among=patients_table.c.id.between(first, first + AHEAD - 1)).order_by(patients_table.c.id).limit(AT_ONCE)).all()
    _file(turn, found, rows)
    planned_to = rows[-1].id if len(rows) == AT_ONCE else first + AHEAD - 1
    last = planned_to >= (turn.db.scalar(select(func.max(patients_table.c.id))) or 0)
    turn.db.execute(update(broadcasts).where(broadcasts.c.id == broadcast_id).values(
        planned_to=planned_to, planned_at=turn.now if last else None, criteria=found.criteria.kept()))
    return not last


def _file(turn: Turn, found: Broadcast, rows: Sequence[Any]) -> None:
    due: dict[str, datetime | None] = {}
    for row in rows:
        if row.time_zone not in due:
            due[row.time_zone] = _due(turn, found, row.time_zone)
    if rows:
        turn.db.execute(insert_once(recipients, turn.db.dialect.name), [
            {"broadcast_id": found.id, "patient_id": row.id, "left_out": row.why,
             "due_at": None if row.why else due[row.time_zone]} for row in rows])


def _due(turn: Turn, found: Broadcast, zone: str) -> datetime:
    try:
        return audience.due_at(turn.now, found, zone)
    except (ValueError, KeyError):  # a zone that no longer exists is the gate's to judge, person by person
        return turn.now


def to_release(turn: Turn) -> list[int]:
    """Broadcasts of which somebody is due."""
    return list(turn.db.scalars(select(broadcasts.c.id).where(
        UNDER_WAY, broadcasts.c.state == "sending",
        exists().where(recipients.c.broadcast_id == broadcasts.c.id, OPEN, recipients.c.due_at <= turn.now))
        .order_by(broadcasts.c.id)))


def room(turn: Turn) -> int:
    """How many more the outbox is to be given now: enough for the next seconds. Nothing while sending to many is halted."""
    if outbox.halted(turn):
        return 0
    return max(0, SUPPLY * pace(turn) - outbox.of_broadcasts(turn))


def turns_to_fill(turn: Turn) -> int:
    """How many turns it takes to give the outbox that."""
    return -(-room(turn) // TOLD_AT_ONCE)


def release(turn: Turn, broadcast_id: int) -> int:
    """Put those who are due into the outbox, as many as there is room for; returns how many were dealt with. Who was meant when
    it was planned, and is not any more (a pregnancy was lost, a programme ended), gets nothing."""
    found = texts.lock(turn, broadcast_id)
    if found is None or found.state != "sending" or (found.expects_answers and not office.staffed(turn)):
        return 0
    due = list(turn.db.scalars(
        select(recipients.c.patient_id).where(recipients.c.broadcast_id == broadcast_id, OPEN, recipients.c.due_at <= turn.now)
        .order_by(recipients.c.due_at, recipients.c.patient_id).limit(min(room(turn), TOLD_AT_ONCE))))
    still = set(turn.db.scalars(meant(turn, found.criteria, patients_table.c.id, among=patients_table.c.id.in_(due))))
    openly = set() if found.openly else set(turn.db.scalars(select(dose_settings.c.patient_id).where(
        dose_settings.c.patient_id.in_(due), dose_settings.c.openly)))
    if due:
        turn.db.execute(TOLD, [{"of": broadcast_id, "whose": patient_id, "left_out": None, "message": None, "version": None,
                                "opened_at": None,
                                **(_told(turn, found, patient_id, found.openly or patient_id in openly)
                                   if patient_id in still else {"left_out": "not_meant"})} for patient_id in due])
    return len(due)


def _told(turn: Turn, found: Broadcast, patient_id: int, openly: bool) -> dict[str, Any]:
    """Say it to one patient; what is to be put on record of that."""
    patient = patients.get(turn, patient_id)
    if patient is None or patient.chat_id is None:
        return {"left_out": "no_chat"}
    if patient.language not in found.texts:  # they have chosen another since they were planned
        return {"left_out": "no_text"}
    screen = texts.opened(turn, found.texts[patient.language], found.expects_answers) if openly else (
        texts.covered(turn, found.id))
    message = turn.tell(patient, screen, Lane.BROADCAST, topic=found.topic, once=f"broadcast:{found.id}:{patient_id}",
                        broadcast=found.id, because=f"broadcast:{found.id}")
    assert message is not None
    return {"message": message, "version": found.version, "opened_at": turn.now if openly else None}


def unstaffed(turn: Turn) -> list[int]:
    """Broadcasts that want answers, of which something waits in the outbox while nobody is there for them."""
    if office.staffed(turn):
        return []
    return list(turn.db.scalars(select(broadcasts.c.id).where(
        UNDER_WAY, broadcasts.c.state == "sending", broadcasts.c.expects_answers, _waits_in_the_outbox())))


def _waits_in_the_outbox() -> Any:
    return exists().where(outbox_table.c.broadcast_id == broadcasts.c.id, outbox_table.c.outcome.is_(None))


def to_finish(turn: Turn) -> list[int]:
    """Broadcasts of which nothing is left to leave."""
    return list(turn.db.scalars(select(broadcasts.c.id).where(
        UNDER_WAY, broadcasts.c.state == "sending", broadcasts.c.planned_at.is_not(None), ~_waits_in_the_outbox(),
        ~exists().where(recipients.c.broadcast_id == broadcasts.c.id, OPEN))))


def finish(turn: Turn, broadcast_id: int) -> None:
    """Everybody has got it, or it is known why not."""
    found = texts.lock(turn, broadcast_id)
    if found and broadcast_id in to_finish(turn):
        steering.finish(turn, found)
