"""Escalations: a patient needs a human, and someone must take it. Only a person closes one, with a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import select, update

from care import events, office
from care.heart.turn import Turn
from care.tables import escalations, insert_once


class Severity(IntEnum):
    """The most pressing first: that is how the worklist is sorted."""

    EMERGENCY, URGENT, ROUTINE = range(3)

    @property
    def word(self) -> str:
        return self.name.lower()


# How long until a person must have acted. An emergency does not wait for office hours.
EMERGENCY_WITHIN = timedelta(minutes=15)
URGENT_WITHIN_MINUTES = 60  # of office time
REMIND_AGAIN = {Severity.EMERGENCY: timedelta(minutes=5), Severity.URGENT: timedelta(minutes=30),
                Severity.ROUTINE: timedelta(hours=4)}
OUTCOMES = ("reached", "safety_plan", "advice_given", "no_answer", "other")


@dataclass(frozen=True)
class Escalation:
    id: int
    patient_id: int | None
    chat_id: int | None
    kind: str
    severity: Severity
    reason: str
    value: str | None
    opened_at: datetime
    waiting_since: datetime
    answered_at: datetime | None
    due_at: datetime  # by when a person must have acted
    next_action_at: datetime | None  # when we say so again, if nobody has
    reports: int
    acknowledged_by: int | None
    acknowledged_at: datetime | None
    resolved_by: int | None
    resolved_at: datetime | None
    outcome: str | None
    note: str | None


def open_(
    turn: Turn, patient_id: int | None, severity: Severity, kind: str, reason: str, value: str | None = None,
    chat_id: int | None = None,
) -> int:
    """Open an escalation; the same trouble, still open, joins it and raises it if it is worse. Returns its id."""
    if same := _open_one(turn, patient_id, chat_id, kind):
        return _join(turn, same, severity, reason, value)
    opened = insert_once(escalations, turn.db.dialect.name).returning(escalations.c.id)
    escalation_id = turn.db.execute(opened, {
        "patient_id": patient_id, "chat_id": chat_id, "kind": kind, "severity": int(severity), "reason": reason, "value": value,
        "opened_at": turn.now, "waiting_since": turn.now, "due_at": due(turn, severity),
        "next_action_at": due(turn, severity)}).scalar()
    if escalation_id is None:  # another turn opened it between our looking and our writing
        return open_(turn, patient_id, severity, kind, reason, value, chat_id)
    turn.happened(events.EscalationOpened(patient_id, escalation_id, severity.word, kind))
    return int(escalation_id)


def due(turn: Turn, severity: Severity) -> datetime:
    """By when a person must have acted on trouble that is reported now."""
    if severity is Severity.EMERGENCY:
        return turn.now + EMERGENCY_WITHIN
    return office.read_by(turn, URGENT_WITHIN_MINUTES if severity is Severity.URGENT else None)


def get(turn: Turn, escalation_id: int) -> Escalation | None:
    return _found(turn, select(escalations).where(escalations.c.id == escalation_id))


def acknowledge(turn: Turn, escalation_id: int, staff_id: int) -> Escalation | None:
    """Take an escalation on: the first to say so has it. None if there is no such escalation."""
    escalation = _locked(turn, escalation_id)
    if escalation and not escalation.acknowledged_by and not escalation.resolved_at:
        _change(turn, escalation_id, acknowledged_by=staff_id, acknowledged_at=turn.now)
        turn.happened(events.EscalationAcknowledged(escalation.patient_id, escalation_id))
    return get(turn, escalation_id)


def resolve(turn: Turn, escalation_id: int, staff_id: int, outcome: str, note: str = "") -> Escalation | None:
    """Close an escalation, saying how it ended. Who closes it without having taken it on has taken it on. The first
    closing stands. Raises ValueError if the outcome is not one of OUTCOMES, or says nothing."""
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome must be one of: {', '.join(OUTCOMES)}")
    if outcome == "other" and not note.strip():
        raise ValueError("outcome 'other' needs a note that says what happened")
    escalation = acknowledge(turn, escalation_id, staff_id)
    if escalation and not escalation.resolved_at:
        _change(turn, escalation_id, resolved_by=staff_id, resolved_at=turn.now, next_action_at=None, outcome=outcome,
                note=note.strip() or None)
        turn.happened(events.EscalationResolved(escalation.patient_id, escalation_id, outcome))
    return get(turn, escalation_id)


def answered(turn: Turn, patient_id: int) -> None:
    """A person answered this patient: what was open waits for the patient now. It stays open."""
    turn.db.execute(update(escalations).where(
        escalations.c.patient_id == patient_id, escalations.c.resolved_at.is_(None), escalations.c.answered_at.is_(None),
    ).values(answered_at=turn.now))


def unanswered(turn: Turn, patient_id: int, answered_at: datetime) -> None:
    """The answer given at that moment was taken back."""
    turn.db.execute(update(escalations).where(
        escalations.c.patient_id == patient_id, escalations.c.resolved_at.is_(None), escalations.c.answered_at == answered_at,
    ).values(answered_at=None))


def overdue(turn: Turn, limit: int = 200) -> list[int]:
    """Open escalations whose time to act has come and gone."""
    return list(turn.db.scalars(
        select(escalations.c.id).where(escalations.c.resolved_at.is_(None), escalations.c.next_action_at <= turn.now)
        .order_by(escalations.c.next_action_at).limit(limit)))


def chase(turn: Turn, escalation_id: int) -> None:
    """Say again that an escalation is overdue, and set the next time; it never goes quiet by itself."""
    escalation = _locked(turn, escalation_id)
    if escalation and escalation.next_action_at and escalation.next_action_at <= turn.now:
        _change(turn, escalation_id, next_action_at=turn.now + REMIND_AGAIN[escalation.severity])
        turn.happened(events.EscalationOverdue(escalation.patient_id, escalation_id))


def corrected(turn: Turn, patient_id: int, kind: str, value: str) -> None:
    """The patient has corrected what opened this. It stays open: only a person closes one."""
    if same := _open_one(turn, patient_id, None, kind):
        _change(turn, same.id, value=value)


def now_about(turn: Turn, chat_id: int, kind: str, patient_id: int, becomes: str, reason: str) -> bool:
    """A chat has said whom its trouble is about: what was open without a patient is theirs, under the kind it has there, or
    beside what they have of that kind already. False if nothing was open."""
    found = _open_one(turn, None, chat_id, kind)
    if found is None:
        return False
    theirs = f"{becomes}:{found.id}" if _open_one(turn, patient_id, chat_id, becomes) else becomes
    _change(turn, found.id, patient_id=patient_id, kind=theirs, reason=reason)
    turn.happened(events.EscalationJoined(patient_id, found.id, found.severity.word, theirs))
    return True


def _join(turn: Turn, same: Escalation, severity: Severity, reason: str, value: str | None) -> int:
    worse = severity < same.severity
    changed: dict[str, Any] = {"reports": same.reports + 1}
    if worse:
        changed |= {"severity": int(severity), "reason": reason, "value": value, "acknowledged_by": None,
                    "acknowledged_at": None}
        sooner = min(same.due_at, due(turn, severity))
        changed |= {"due_at": sooner, "next_action_at": sooner}
    else:
        changed["value"] = value or same.value
    if same.answered_at:  # it had been answered: the wait begins anew
        anew = due(turn, min(severity, same.severity))
        changed |= {"answered_at": None, "waiting_since": turn.now, "due_at": anew, "next_action_at": anew}
    _change(turn, same.id, **changed)
    turn.happened(events.EscalationJoined(same.patient_id, same.id, min(severity, same.severity).word, same.kind))
    return same.id


def _open_one(turn: Turn, patient_id: int | None, chat_id: int | None, kind: str) -> Escalation | None:
    """Found and locked: nobody closes it between our looking and our joining it."""
    open_now = select(escalations).where(escalations.c.kind == kind, escalations.c.resolved_at.is_(None)).with_for_update()
    if patient_id is not None:
        return _found(turn, open_now.where(escalations.c.patient_id == patient_id))
    return _found(turn, open_now.where(escalations.c.patient_id.is_(None), escalations.c.chat_id == chat_id))


def _locked(turn: Turn, escalation_id: int) -> Escalation | None:
    return _found(turn, select(escalations).where(escalations.c.id == escalation_id).with_for_update())


def _found(turn: Turn, wanted: Any) -> Escalation | None:
    row = turn.db.execute(wanted).first()
    return Escalation(**{**row._mapping, "severity": Severity(row.severity)}) if row else None


def _change(turn: Turn, escalation_id: int, **changed: Any) -> None:
    turn.db.execute(update(escalations).where(escalations.c.id == escalation_id).values(**changed))
