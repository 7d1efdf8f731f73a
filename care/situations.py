"""Situations: what happens to patients that changes everything to come. One transaction stops it; undoing brings it back.

In hospital nobody is asked or reminded. Travelling, the clock is that of the place. Who is looked after elsewhere, or has died,
hears no more from the bot; after a death only what a person writes reaches the family's phone. A loss of a pregnancy ends, at
once and without a word, what belonged to the pregnancy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from care import conversations, escalations, events, invitations, patients, plans
from care.escalations import Severity
from care.heart import outbox
from care.heart.time import is_zone
from care.heart.turn import Turn
from care.programmes import programmes
from care.tables import patients as patients_table
from care.tables import situations

UNDO_WITHIN = timedelta(days=30)
ASKED_WEEKLY = timedelta(days=7)  # about a stay in hospital without a known end, or past it


@dataclass(frozen=True)
class Effect:
    """What a situation does. `lasts`, until it ends; else it is but a moment. `last_word`: the bot says nothing more."""

    why: str  # as staff read it beside what was taken back
    lasts: bool = True
    asks: bool = True  # check-ins, reminders and lessons go on
    ends_plans: bool = False
    ends_pregnancy: bool = False
    last_word: bool = False


EFFECTS: Mapping[str, Effect] = {
    "in_hospital": Effect("the patient is in hospital", asks=False),
    "travelling": Effect("the patient travels"),
    "transferred": Effect("the patient is looked after elsewhere", asks=False, ends_plans=True),
    "deceased": Effect("the patient has died", asks=False, ends_plans=True, last_word=True),
    "pregnancy_loss": Effect("the pregnancy was lost", lasts=False, ends_pregnancy=True),
}


class Refused(ValueError):
    """This cannot be put on record. The message says why, and what would be right."""


@dataclass(frozen=True)
class Situation:
    """`until` is when it is expected to end: then a person is asked; only a journey ends by itself."""

    id: int
    patient_id: int
    kind: str
    at: datetime
    by: str
    until: date | None
    note: str
    ended_at: datetime | None
    undone_at: datetime | None


def begin(
    turn: Turn, patient_id: int, kind: str, until: date | None = None, note: str = "", time_zone: str | None = None,
) -> Situation:
    """Put on record what has happened, and change everything to come. Raises Refused."""
    patient = patients.lock(turn, patient_id)
    if patient is None or kind not in EFFECTS:
        raise Refused(f"There is no such patient, or no such situation: the situations are {', '.join(EFFECTS)}.")
    if kind == "travelling" and not is_zone(time_zone):
        raise Refused("Where to? Give the time zone of the place, such as Europe/Madrid.")
    if until and until < turn.now.date():
        raise Refused("The day on which it is expected to end has passed.")
    effect, before = EFFECTS[kind], current(turn, patient_id)
    if before and before.kind == kind:
        raise Refused(f"That is on record already, since {before.at:%Y-%m-%d}.")
    if before and before.kind == "deceased":
        raise Refused("A death is on record. If that was a mistake, undo it first.")
    if before and effect.lasts:
        end(turn, patient_id)
        patient = patients.get(turn, patient_id) or patient
    ended = [plan for plan in plans.of_patient(turn, patient_id) if effect.ends_plans or (
        effect.ends_pregnancy and plan.programme in programmes() and programmes()[plan.programme].pregnancy)]
    situation = turn.insert(situations, {
        "patient_id": patient_id, "kind": kind, "at": turn.now, "by": turn.actor, "until": until, "note": note.strip(),
        "zone_before": patient.time_zone if kind == "travelling" else None, "ended_plans": [plan.id for plan in ended],
        "ended_at": None if effect.lasts else turn.now})
    if effect.lasts:
        patients.change(turn, patient_id, situation=kind)
    for plan in ended:
        plans.end(turn, plan)
    if not effect.asks or ended:
        outbox.recall(turn, patient_id, _recalled(situation, effect), unasked_only=not effect.last_word)
    if effect.last_word or ended:
        _put_aside(turn, patient_id, everything=effect.ends_plans, flows={plan.flow for plan in ended})
    if effect.ends_plans:
        invitations.withdraw_open(turn, patient_id)
    if time_zone and kind == "travelling":
        patients.move_to(turn, patient_id, time_zone)
    turn.happened(events.SituationBegan(patient_id, situation, kind))
    return _get(turn, situation)


def end(turn: Turn, patient_id: int) -> Situation | None:
    """It is over: home from hospital, back from a journey. None if there was nothing on record. Plans that it ended stay ended:
    a person decides what comes next. Raises Refused for a death."""
    patients.lock(turn, patient_id)
    now_on = current(turn, patient_id)
    if now_on is None:
        return None
    if now_on.kind == "deceased":
        raise Refused("A death does not end. If it was put on record by mistake, undo it.")
    turn.db.execute(update(situations).where(situations.c.id == now_on.id).values(ended_at=turn.now))
    _as_before(turn, now_on)
    turn.happened(events.SituationEnded(patient_id, now_on.id, now_on.kind))
    return _get(turn, now_on.id)


def undo(turn: Turn, situation_id: int) -> Situation:
    """It was a mistake: everything is as it was, as far as time allows. Raises Refused."""
    wrong = get(turn, situation_id)
    if wrong is None:
        raise Refused("There is nothing on record with that id.")
    patients.lock(turn, wrong.patient_id)
    wrong = _get(turn, situation_id)
    if wrong.undone_at or turn.now - wrong.at > UNDO_WITHIN:
        raise Refused("It was undone before, or it is too long ago: put the patient into their programmes again.")
    lasting = EFFECTS[wrong.kind].lasts
    if lasting and wrong.ended_at:
        raise Refused("It has ended since: there is nothing left to undo.")
    turn.db.execute(update(situations).where(situations.c.id == situation_id).values(
        undone_at=turn.now, undone_by=turn.actor, ended_at=turn.now))
    if lasting:
        _as_before(turn, wrong)
    for plan_id in turn.db.scalar(select(situations.c.ended_plans).where(situations.c.id == situation_id)) or []:
        plans.reopen(turn, plan_id)
    outbox.put_back(turn, wrong.patient_id, _recalled(wrong.id, EFFECTS[wrong.kind]))
    if lasting and (before := instead_of(turn, wrong)):
        _on_again(turn, before)
    turn.happened(events.SituationUndone(wrong.patient_id, wrong.id, wrong.kind))
    return _get(turn, situation_id)


def instead_of(turn: Turn, situation: Situation) -> Situation | None:
    """What ended in the same moment, because this took its place."""
    return next((one for one in of_patient(turn, situation.patient_id) if one.id < situation.id and one.undone_at is None
                 and one.ended_at == situation.at and EFFECTS[one.kind].lasts), None)


def _on_again(turn: Turn, before: Situation) -> None:
    """A mistake had taken its place: who was in hospital still is, and nobody asks about the tablets that they get there. Of
    a journey only people know where it has led by now."""
    if before.kind == "travelling":
        escalations.open_(turn, before.patient_id, Severity.ROUTINE, "situation:travelling",
                          "A journey on record was ended by a mistake: is the patient still away, and where?",
                          before.note or None)
        return
    turn.db.execute(update(situations).where(situations.c.id == before.id).values(ended_at=None))
    patients.change(turn, before.patient_id, situation=before.kind)


def current(turn: Turn, patient_id: int) -> Situation | None:
    """What is on now; None in ordinary times."""
    row = turn.db.execute(select(*COLUMNS).where(
        situations.c.patient_id == patient_id, situations.c.ended_at.is_(None))).first()
    return Situation(*row) if row else None


def zone_before(turn: Turn, patient_id: int) -> str | None:
    """The zone of home, while a patient travels; None if they do not."""
    return turn.db.scalar(select(situations.c.zone_before).where(
        situations.c.patient_id == patient_id, situations.c.ended_at.is_(None)))


def lately(turn: Turn, patient_id: int) -> Situation | None:
    """What is on now, or was put on record last and can still be undone."""
    for one in of_patient(turn, patient_id):
        undoable = not EFFECTS[one.kind].lasts and turn.now - one.at <= UNDO_WITHIN
        if one.undone_at is None and (one.ended_at is None or undoable):
            return one
    return None


def of_patient(turn: Turn, patient_id: int) -> list[Situation]:
    """Everything on record, the newest first."""
    return [Situation(*row) for row in turn.db.execute(
        select(*COLUMNS).where(situations.c.patient_id == patient_id).order_by(situations.c.id.desc()))]


def due(turn: Turn) -> list[int]:
    """Situations whose expected end has passed, and that nobody was asked about yet; and stays in hospital that have no such
    end, or are past it, once a week: whoever is forgotten there is asked about nothing when they are at home again."""
    over = or_(situations.c.until.is_(None), situations.c.until < turn.now.date())
    return list(turn.db.scalars(select(situations.c.id).where(situations.c.ended_at.is_(None), or_(
        and_(situations.c.asked_at.is_(None), situations.c.until < turn.now.date()),
        and_(situations.c.kind == "in_hospital", over,
             func.coalesce(situations.c.asked_at, situations.c.at) <= turn.now - ASKED_WEEKLY)))))


def look_in(turn: Turn, situation_id: int) -> None:
    """The expected end has passed: a journey is over; of anything else a person must find out."""
    found = get(turn, situation_id)
    if found is None:
        return
    patients.lock(turn, found.patient_id)
    if situation_id not in due(turn):  # it has ended since it was found, or was asked about
        return
    turn.db.execute(update(situations).where(situations.c.id == situation_id).values(asked_at=turn.now))
    if found.kind == "travelling":
        end(turn, found.patient_id)
        return
    escalations.open_(turn, found.patient_id, Severity.ROUTINE, f"situation:{found.kind}",
                      f"{EFFECTS[found.kind].why.capitalize()}" + (
                          f": was expected to end by {found.until:%Y-%m-%d}. Has it?" if found.until
                          else ", and nothing was said for a week: are they still there?"))


COLUMNS: tuple[Any, ...] = (
    situations.c.id, situations.c.patient_id, situations.c.kind, situations.c.at, situations.c.by, situations.c.until,
    situations.c.note, situations.c.ended_at, situations.c.undone_at)


def get(turn: Turn, situation_id: int) -> Situation | None:
    """One situation, over or not; None if there is none with this id."""
    row = turn.db.execute(select(*COLUMNS).where(situations.c.id == situation_id)).first()
    return Situation(*row) if row else None


def _get(turn: Turn, situation_id: int) -> Situation:
    found = get(turn, situation_id)
    assert found
    return found


def _as_before(turn: Turn, over: Situation) -> None:
    turn.db.execute(update(patients_table).where(patients_table.c.id == over.patient_id).values(situation=None))
    zone = turn.db.scalar(select(situations.c.zone_before).where(situations.c.id == over.id))
    if zone:
        patients.move_to(turn, over.patient_id, zone)


def _recalled(situation_id: int, effect: Effect) -> str:
    return f"{effect.why} (on record as {situation_id})"


def _put_aside(turn: Turn, patient_id: int, everything: bool, flows: set[str]) -> None:
    running = conversations.current(turn, patient_id)
    if running and (everything or running.flow in flows):
        conversations.end(turn, running, "put aside")
