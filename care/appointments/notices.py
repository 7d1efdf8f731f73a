"""Notices: what a patient is told before a visit, planned when it is booked and recalled when it moves or is off.

A reminder comes at the clinic's times, at an hour at which people are awake, and never once the visit has begun. Planned like
them: what to prepare, questions for the clinician, what the clinician is to read, the way into a video visit.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from care import events
from care.appointments import appointments, screens, visit_types
from care.appointments.appointments import Appointment, Seen
from care.appointments.opening import A_DAY
from care.heart import outbox
from care.heart.gate import NOT_ASKED, QUIET_FROM, QUIET_TO
from care.heart.language import _
from care.heart.screen import Screen
from care.heart.time import instant, local
from care.heart.turn import Lane, Turn
from care.patients import Patient
from care.tables import patients, visit_notices

BEFORE_QUIET = timedelta(minutes=30)
NOT_LATER = timedelta(hours=1)  # before the visit
LET_IT_SINK_IN = timedelta(hours=1)  # between a booking and questions about it
TO_ANSWER = timedelta(hours=2)  # at least so long before the visit
WITH_BUTTONS = ("reminder", "questions", "link", "ask_to_move")
HAPPENING = ("booked", "arrived")


@dataclass(frozen=True)
class Notice:
    id: int
    appointment_id: int
    sequence: int
    kind: str  # reminder, instruction, questions, brief, link, ask_to_move
    number: int
    due_at: datetime
    state: str  # planned, told, recalled, not_told
    message: int | None
    told_at: datetime | None


def awake(due: datetime, starts: datetime, zone: str) -> datetime:
    """When to say what is due then: in quiet hours, when they end, if that is an hour before the visit; else before they
    began."""
    here = local(due, zone)
    if QUIET_TO <= here.time() < QUIET_FROM:
        return due
    evening = here.date() if here.time() >= QUIET_FROM else here.date() - A_DAY
    morning = instant(evening + A_DAY, QUIET_TO, zone)
    if here.time() < QUIET_TO and morning <= starts - NOT_LATER:
        return morning
    return instant(evening, QUIET_FROM, zone) - BEFORE_QUIET


def plan(turn: Turn, visit: Appointment) -> None:
    """What is to be said before this visit, as far as there is time. What to prepare is said at once if its time has passed."""
    if visit.starts_at <= turn.now:
        return
    zone = turn.db.scalar(select(patients.c.time_zone).where(patients.c.id == visit.patient_id)) or "UTC"
    kind = visit_types.get(turn, visit.visit_type_id)
    wanted = _around(turn, visit, zone) if kind.seats == 1 else []
    for number, hours in enumerate(turn.settings.appointments.remind_hours):
        due = awake(visit.starts_at - timedelta(hours=int(hours)), visit.starts_at, zone)
        if due > turn.now:
            wanted.append(("reminder", number, due))
    for number, instruction in enumerate(kind.instructions):
        due = awake(visit.starts_at - timedelta(hours=instruction.hours), visit.starts_at, zone)
        wanted.append(("instruction", number, max(due, turn.now)))
    if wanted:
        turn.insert_once(visit_notices, [
            {"appointment_id": visit.id, "sequence": visit.sequence, "kind": what, "number": number, "due_at": due,
             "state": "planned"} for what, number, due in wanted])


def _around(turn: Turn, visit: Appointment, zone: str) -> list[tuple[str, int, datetime]]:
    """What a visit with one patient has besides: questions, what the clinician is to read, the way into a video call."""
    known, wanted = turn.settings.appointments, []
    if known.questions_hours:
        at = max(visit.starts_at - timedelta(hours=known.questions_hours), turn.now + LET_IT_SINK_IN)
        if (due := max(awake(at, visit.starts_at, zone), turn.now)) <= visit.starts_at - TO_ANSWER:
            wanted.append(("questions", 0, due))
    if known.brief_hours:
        wanted.append(("brief", 0, max(visit.starts_at - timedelta(hours=known.brief_hours), turn.now)))
    if visit.mode == "video" and known.video_link:
        wanted.append(("link", 0, max(visit.starts_at - timedelta(minutes=known.video_minutes), turn.now)))
    return wanted


def plan_again(turn: Turn, visit: Appointment) -> None:
    """The visit stands after all, at the same time: what was recalled before its time is said in its time."""
    for notice in of_visit(turn, visit):
        if notice.state == "recalled" and notice.due_at > turn.now:
            _change(turn, notice, state="planned", message=None, told_at=None)


def recall(turn: Turn, visit: Appointment, why: str, over: bool = False, but: Collection[str] = ()) -> None:
    """Nothing of this is to be said any more: what has not left is taken back, what has been said has no buttons any more. The
    visit is `over`, or it is at another time, or not at all. What is `but` for goes on."""
    for notice in of_visit(turn, visit):
        if notice.kind in but:
            continue
        if notice.state == "planned" or (notice.message and outbox.recall_one(turn, notice.message, why)):
            _change(turn, notice, state="recalled")
        elif notice.message and notice.kind in WITH_BUTTONS and notice.state == "told":
            _close(turn, visit, notice, over)


def _close(turn: Turn, visit: Appointment, notice: Notice, over: bool) -> None:
    found = appointments.locked(turn, visit.id)
    if found and notice.message:
        said = (_("This visit is over. Your visits: /appointments") if over
                else _("This visit was changed. Your visits: /appointments"))
        turn.tell(found[1], Screen(said, closes=notice.message), topic="visit")


def of_visit(turn: Turn, visit: Appointment) -> list[Notice]:
    """The notices of a visit as it is now; those of its times before have been recalled."""
    return _found(turn, visit_notices.c.appointment_id == visit.id, visit_notices.c.sequence == visit.sequence)


def _found(turn: Turn, *which: Any) -> list[Notice]:
    columns = [visit_notices.c[name] for name in Notice.__dataclass_fields__]
    return [Notice(*row) for row in turn.db.execute(select(*columns).where(*which).order_by(visit_notices.c.due_at))]


def _change(turn: Turn, notice: Notice, **changed: Any) -> None:
    turn.db.execute(update(visit_notices).where(visit_notices.c.id == notice.id).values(**changed))


# By the clock


def due(turn: Turn, limit: int = 1000) -> list[int]:
    """Appointments of which something is to be said now."""
    return list(dict.fromkeys(turn.db.scalars(select(visit_notices.c.appointment_id).where(
        visit_notices.c.state == "planned", visit_notices.c.due_at <= turn.now).order_by(visit_notices.c.due_at).limit(limit))))


def attend(turn: Turn, appointment_id: int) -> None:
    """Say what is due, if it still holds; of several reminders the last."""
    found = appointments.locked(turn, appointment_id)
    assert found
    visit, patient = found
    ready = [one for one in of_visit(turn, visit) if one.state == "planned" and one.due_at <= turn.now]
    last = max((one.due_at for one in ready if one.kind == "reminder"), default=None)
    for notice in ready:
        until = visit.ends_at if notice.kind in ("brief", "link") else visit.starts_at
        states = HAPPENING if notice.kind in ("brief", "link") else ("booked",)
        if visit.state not in states or until <= turn.now or (notice.kind == "reminder" and notice.due_at != last):
            _change(turn, notice, state="not_told")
        elif notice.kind == "brief":
            _change(turn, notice, state="told", told_at=turn.now)
            turn.happened(events.VisitBriefDue(patient.id, visit.id))
        else:
            _say(turn, visit, patient, notice, until)


def _say(turn: Turn, visit: Appointment, patient: Patient, notice: Notice, until: datetime) -> None:
    screen = _drawn(turn, appointments.seen(turn, visit), patient, notice)
    lane = Lane.DOSE if notice.kind == "link" else Lane.BROADCAST  # whatever the hour: the visit is now
    message = turn.tell(patient, screen, lane, topic="visit", once=f"visit:{notice.id}", expires_at=until,
                        because=f"visit:{visit.id}")
    _change(turn, notice, state="told" if message else "not_told", message=message, told_at=turn.now if message else None)
    if message:
        turn.happened(events.VisitReminded(patient.id, visit.id, notice.id))


def _drawn(turn: Turn, seen: Seen, patient: Patient, notice: Notice) -> Screen:
    match notice.kind:
        case "reminder":
            return screens.reminder(seen, patient, turn)
        case "questions":
            return screens.questions(seen, patient, turn)
        case "link":
            return screens.video_call(seen, patient)
    return screens.preparation(seen, patient, notice.number)


def ask_to_move(turn: Turn, visit: Appointment, patient: Patient, screen: Screen) -> None:
    """Said at once, and as often as staff want it said; it is over with the visit, or when that moves."""
    number = sum(one.kind == "ask_to_move" for one in of_visit(turn, visit))
    notice_id = turn.insert(visit_notices, {
        "appointment_id": visit.id, "sequence": visit.sequence, "kind": "ask_to_move", "number": number, "due_at": turn.now,
        "state": "planned"})
    message = turn.tell(patient, screen, Lane.BROADCAST, topic="visit", once=f"visit:{notice_id}", expires_at=visit.starts_at,
                        because=f"visit_stranded:{visit.id}")
    notice = _found(turn, visit_notices.c.id == notice_id)[0]
    _change(turn, notice, state="told" if message else "not_told", message=message, told_at=turn.now if message else None)
    if message:
        turn.happened(events.VisitReminded(patient.id, visit.id, notice_id))


def may_be_asked(turn: Turn, patient: Patient) -> bool:
    """Whether a question that nobody asked for would reach them now: what the gate would hold back is not asked."""
    rests = not patient.reminders or (patient.paused_until is not None and patient.paused_until > turn.now)
    reached = patient.chat_id is not None and patient.consented and patient.reachable
    return reached and not rests and patient.situation not in NOT_ASKED


def held_back(turn: Turn, event: events.MessageHeldBack) -> None:
    """A notice did not leave: the patient does not know, and the desk may call."""
    for notice in _found(turn, visit_notices.c.message == event.message, visit_notices.c.state == "told"):
        _change(turn, notice, state="not_told")
