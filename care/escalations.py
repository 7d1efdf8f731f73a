"""Escalations: a patient needs a human, and someone must take it. Only a person closes one, with a reason; but what somebody
asked for, calmly, closes with what they asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import func, select, update

from care import events, office, pools
from care.heart.turn import Turn
from care.tables import escalation_steps, escalations, insert_once, staff
from care.tables import pools as pools_table


class Severity(IntEnum):
    """The most pressing first: that is how the worklist is sorted."""

    EMERGENCY, URGENT, ROUTINE = range(3)

    @property
    def word(self) -> str:
        return self.name.lower()


OUTCOMES = ("reached", "safety_plan", "advice_given", "no_answer", "other")
WROTE = "Wrote a message"  # the whole reason where no rule knew anything of the words
SETTLED = "settled"  # what was asked for is decided, or is wanted no more
# Kinds that close with what they asked for.
SETTLE = ("visit_request", "visit_move", "visit_cancel", "visits_in_hospital", "visit_stranded", "copy_wanted",
          "erasure_wanted", "erasure_wanted_by_carer")
BEGINS_ANEW = ("acknowledged", "handed_over", "snoozed", "reported", "heard")  # after these the ladder is climbed from below


class Refused(Exception):
    """It cannot be done; the message says why."""


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
    resolve_by: datetime  # by when it must be closed
    next_action_at: datetime | None  # when we say so again, if nobody has
    owner_id: int | None  # whose it is; None: the pool's, or the whole team's
    pool_id: int | None  # where it belongs; None: with everybody
    opened_up: bool  # others than its pool have been called
    snoozed_until: datetime | None
    or_reply: bool  # ... or until the patient is heard, if that comes before
    rung: int  # of the ladder: how many have been called, or passed over
    exhausted_at: datetime | None  # when all had been called, and nobody had taken it on
    felt: int  # by the patient: 0 urgent, 1 not said, 2 it can wait
    reports: int
    acknowledged_by: int | None
    acknowledged_at: datetime | None
    resolved_by: int | None
    resolved_at: datetime | None
    outcome: str | None
    note: str | None


@dataclass(frozen=True)
class Step:
    """Something that was done about an escalation. `by` is None for what happened by the clock."""

    id: int
    at: datetime
    kind: str  # reported, called, exhausted, acknowledged, handed_over, snoozed, heard, resolved, read, felt
    by: str | None
    to: str | None
    words: str | None
    people: tuple[str, ...] = ()  # who was called
    pool: str | None = None  # to which it was handed over


def open_(
    turn: Turn, patient_id: int | None, severity: Severity, kind: str, reason: str, value: str | None = None,
    chat_id: int | None = None, topic: str | None = None,
) -> int:
    """Open an escalation; the same trouble, still open, joins it and raises it if it is worse. Returns its id. It belongs to
    the pool that takes its `topic` (see pools.py), which follows from its kind where nothing else is said."""
    if same := _open_one(turn, patient_id, chat_id, kind):
        return _join(turn, same, severity, reason, value)
    opened = insert_once(escalations, turn.db.dialect.name).returning(escalations.c.id)
    escalation_id = turn.db.execute(opened, {
        "patient_id": patient_id, "chat_id": chat_id, "kind": kind, "severity": int(severity), "reason": reason, "value": value,
        "opened_at": turn.now, "waiting_since": turn.now, "due_at": due(turn, severity),
        "resolve_by": resolve_by(turn, severity), "next_action_at": first_call(turn, severity), "rung": 0,
        "pool_id": pools.taking(turn, topic or pools.topic_of(kind)), "opened_up": False}).scalar()
    if escalation_id is None:  # another turn opened it between our looking and our writing
        return open_(turn, patient_id, severity, kind, reason, value, chat_id, topic)
    turn.happened(events.EscalationOpened(patient_id, escalation_id, severity.word, kind))
    return int(escalation_id)


def due(turn: Turn, severity: Severity) -> datetime:
    """By when a person must have acted on trouble that is reported now."""
    return _within(turn, severity, turn.settings.obligations.answer_minutes(severity.word))


def first_call(turn: Turn, severity: Severity) -> datetime:
    """When somebody is first called about trouble that is reported now. What is calm is in the worklist until it is due."""
    if severity is Severity.ROUTINE:
        return due(turn, severity)
    return _within(turn, severity, 0)


def resolve_by(turn: Turn, severity: Severity) -> datetime:
    """By when trouble that is reported now must be closed."""
    return _within(turn, severity, turn.settings.obligations.minutes(severity.word, "resolve"))


def _within(turn: Turn, severity: Severity, minutes: int | None) -> datetime:
    """An emergency does not wait for office hours."""
    if severity is Severity.EMERGENCY:
        return turn.now + timedelta(minutes=minutes or 0)
    return office.read_by(turn, minutes)


def get(turn: Turn, escalation_id: int) -> Escalation | None:
    return _found(turn, select(escalations).where(escalations.c.id == escalation_id))


def acknowledge(turn: Turn, escalation_id: int, staff_id: int, how: str = "acknowledged") -> Escalation | None:
    """Take an escalation on: the first to say so has it. `how` it came to that is for the journal. None if there is no such
    escalation. Raises Refused for whoever was let go while they said so."""
    if not _on_staff(turn, staff_id):
        raise Refused("This person is not on staff.")
    escalation = locked(turn, escalation_id)
    if escalation and not escalation.acknowledged_by and not escalation.resolved_at:
        _taken(turn, escalation, staff_id, how)
    return get(turn, escalation_id)


def _on_staff(turn: Turn, staff_id: int) -> bool:
    """Whether they are on staff, and stay so until this turn ends: else what they are given while they are let go would be
    nobody's. Asked before the escalation is locked, as whoever lets them go does."""
    return bool(turn.db.scalar(select(staff.c.active).where(staff.c.id == staff_id).with_for_update(read=True)))


def _taken(turn: Turn, escalation: Escalation, staff_id: int, how: str) -> None:
    """Somebody has it: we speak of it again when it should be closed."""
    change(turn, escalation.id, acknowledged_by=staff_id, acknowledged_at=turn.now, owner_id=staff_id, rung=0,
           exhausted_at=None, next_action_at=_when_to_close(turn, escalation))
    note_step(turn, escalation.id, "acknowledged", staff_id)
    turn.happened(events.EscalationAcknowledged(escalation.patient_id, escalation.id, how))


def _when_to_close(turn: Turn, escalation: Escalation) -> datetime:
    if escalation.resolve_by > turn.now:
        return escalation.resolve_by
    severity = escalation.severity
    return _within(turn, severity, turn.settings.obligations.minutes(severity.word, "repeat"))


def hand_over(
    turn: Turn, escalation_id: int, by: int | None, to: int | None, reason: str, pool_id: int | None = None,
    leaves_pool: bool = False,
) -> Escalation | None:
    """Give an escalation to someone else, who has still to take it on, or to a pool; to nobody: to the pool that it belongs to,
    or, if it leaves that, to the whole team. Whoever gives it to themselves has taken it on. `by` is None for the clock. Raises
    Refused; None if there is no such escalation."""
    if not reason.strip():
        raise Refused("Say why it is handed over.")
    if to is not None and not _on_staff(turn, to):
        raise Refused("This person is not on staff.")
    if pool_id is not None and pools.get(turn, pool_id) is None:
        raise Refused("There is no such pool.")
    escalation = locked(turn, escalation_id)
    if escalation is None:
        return None
    if escalation.resolved_at:
        raise Refused("It is closed.")
    belongs = pool_id or (None if leaves_pool else escalation.pool_id)
    note_step(turn, escalation_id, "handed_over", by, to, reason.strip(), to_pool=pool_id)
    change(turn, escalation_id, owner_id=to, pool_id=belongs, opened_up=False, acknowledged_by=None, acknowledged_at=None,
           snoozed_until=None, rung=0, exhausted_at=None, next_action_at=_call_of(turn, escalation))
    if by is not None and by == to:
        _taken(turn, escalation, by, "handed_over")
    turn.happened(events.EscalationHandedOver(escalation.patient_id, escalation_id, to, belongs))
    return get(turn, escalation_id)


def _call_of(turn: Turn, escalation: Escalation) -> datetime:
    """When somebody is called who has it now. It is due when it was due: else what goes from hand to hand never would be."""
    if escalation.severity is not Severity.ROUTINE:
        return first_call(turn, escalation.severity)
    return escalation.due_at if escalation.due_at > turn.now else _within(turn, escalation.severity, 0)


def hand_over_all(turn: Turn, staff_id: int, to: int | None, reason: str) -> int:
    """Everything open that is this person's goes to someone else, or to its pool, or to the whole team; how many that were."""
    theirs = list(turn.db.scalars(select(escalations.c.id).where(  # locked: whoever has just taken one over, or closed it, did
        escalations.c.owner_id == staff_id, escalations.c.resolved_at.is_(None)).order_by(escalations.c.id).with_for_update()))
    for one in theirs:
        hand_over(turn, one, None, to, reason)
    return len(theirs)


def back(turn: Turn, escalation: Escalation) -> None:
    """What rested until the patient is heard needs a person again: if it had been answered, the wait begins anew."""
    severity = escalation.severity
    changed: dict[str, Any] = {"snoozed_until": None, "rung": 0, "exhausted_at": None}
    if escalation.answered_at:
        changed |= _waits_anew(turn, escalation, severity)
    change(turn, escalation.id, **changed, next_action_at=first_call(turn, severity))
    note_step(turn, escalation.id, "heard", None)
    turn.happened(events.EscalationBack(escalation.patient_id, escalation.id))


def resolve(turn: Turn, escalation_id: int, staff_id: int, outcome: str, note: str = "") -> Escalation | None:
    """Close an escalation, saying how it ended. Who closes it without having taken it on has taken it on. The first
    closing stands. Raises ValueError if the outcome is not one of OUTCOMES, or says nothing."""
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome must be one of: {', '.join(OUTCOMES)}")
    if outcome == "other" and not note.strip():
        raise ValueError("outcome 'other' needs a note that says what happened")
    escalation = acknowledge(turn, escalation_id, staff_id, "resolved")
    if escalation and not escalation.resolved_at:
        change(turn, escalation_id, resolved_by=staff_id, resolved_at=turn.now, next_action_at=None, outcome=outcome,
               note=note.strip() or None)
        note_step(turn, escalation_id, "resolved", staff_id)
        turn.happened(events.EscalationResolved(escalation.patient_id, escalation_id, outcome))
    return get(turn, escalation_id)


def settle(turn: Turn, patient_id: int, kind: str, how: str) -> None:
    """What was asked for is done, or decided, or is wanted no more: it closes with that, and says how. What a person on staff
    did is in their name. By anybody else it closes only while it is calm; of all kinds but those of SETTLE it never does."""
    if kind.partition(":")[0] not in SETTLE:
        raise ValueError(f"{kind} is closed by a person, with an outcome")
    same, (door, _, which) = _open_one(turn, patient_id, None, kind), turn.actor.partition(":")
    by = turn.db.scalar(select(staff.c.id).where(staff.c.id == int(which))) if door == "staff" and which.isdecimal() else None
    if same and (by or same.severity is Severity.ROUTINE):
        change(turn, same.id, resolved_by=by, resolved_at=turn.now, next_action_at=None, outcome=SETTLED, note=how)
        note_step(turn, same.id, "resolved", by, None, how)
        turn.happened(events.EscalationResolved(patient_id, same.id, SETTLED))


def open_kinds(turn: Turn, patient_id: int) -> list[str]:
    """The kinds of a patient's trouble that is open."""
    return list(turn.db.scalars(select(escalations.c.kind).where(
        escalations.c.patient_id == patient_id, escalations.c.resolved_at.is_(None)).order_by(escalations.c.id)))


def emergency_since(turn: Turn, patient_id: int, since: datetime) -> bool:
    """Whether an emergency of this patient is open that was reported since then."""
    return bool(turn.db.scalar(select(func.count()).select_from(escalations).where(
        escalations.c.patient_id == patient_id, escalations.c.severity == int(Severity.EMERGENCY),
        escalations.c.resolved_at.is_(None), escalations.c.opened_at >= since)))


def answered(turn: Turn, patient_id: int) -> None:
    """A person answered this patient: what was open waits for the patient now. It stays open, and an emergency that nobody has
    taken on is called out as before."""
    for escalation in _open_of(turn, patient_id):
        if escalation.answered_at is None:
            change(turn, escalation.id, answered_at=turn.now)
            if escalation.severity is not Severity.EMERGENCY and not escalation.acknowledged_by:
                change(turn, escalation.id, rung=0, exhausted_at=None, next_action_at=_when_to_close(turn, escalation))


def unanswered(turn: Turn, patient_id: int, answered_at: datetime, by: int) -> None:
    """The answer that this person gave at that moment was taken back: what they had closed since is open again."""
    _reopen(turn, patient_id, answered_at, by)
    for escalation in _open_of(turn, patient_id):
        if escalation.answered_at == answered_at:
            change(turn, escalation.id, answered_at=None)
            if escalation.severity is not Severity.EMERGENCY and not escalation.acknowledged_by:
                change(turn, escalation.id, next_action_at=_called_next(turn, escalation))


def _called_next(turn: Turn, escalation: Escalation) -> datetime:
    """When somebody is called about what an answer had let rest, as if they had just been."""
    step = turn.settings.obligations.minutes(escalation.severity.word, "step")
    return escalation.due_at if escalation.severity is Severity.ROUTINE else min(
        escalation.due_at, _within(turn, escalation.severity, step))


def _reopen(turn: Turn, patient_id: int, answered_at: datetime, by: int) -> None:
    closed = select(escalations).where(
        escalations.c.patient_id == patient_id, escalations.c.answered_at == answered_at, escalations.c.resolved_by == by,
        escalations.c.resolved_at >= answered_at).order_by(escalations.c.id).with_for_update()
    for row in turn.db.execute(closed).all():
        if _open_one(turn, patient_id, None, row.kind):  # reported again meanwhile: that one is open
            continue
        change(turn, row.id, resolved_by=None, resolved_at=None, outcome=None, note=None, next_action_at=row.resolve_by)
        note_step(turn, row.id, "reopened", by)
        turn.happened(events.EscalationReopened(patient_id, row.id))


def _open_of(turn: Turn, patient_id: int) -> list[Escalation]:
    return [read(row) for row in turn.db.execute(
        select(escalations).where(escalations.c.patient_id == patient_id, escalations.c.resolved_at.is_(None))
        .order_by(escalations.c.id).with_for_update())]


def to_act_on(turn: Turn, limit: int = 200) -> list[int]:
    """Open escalations whose next action has come, the most severe first."""
    return list(turn.db.scalars(
        select(escalations.c.id).where(escalations.c.resolved_at.is_(None), escalations.c.next_action_at <= turn.now)
        .order_by(escalations.c.severity, escalations.c.next_action_at).limit(limit)))


def own(turn: Turn, kind: str) -> Escalation | None:
    """What is open of this kind about the clinic itself."""
    return _open_one(turn, None, None, kind)


def ever(turn: Turn, kind: str) -> bool:
    """Whether there has been trouble of this kind about nobody in particular, open or closed."""
    return turn.db.scalar(select(escalations.c.id).where(
        escalations.c.kind == kind, escalations.c.patient_id.is_(None)).limit(1)) is not None


def corrected(turn: Turn, patient_id: int, kind: str, value: str) -> None:
    """The patient has corrected what opened this. It stays open: only a person closes one."""
    if same := _open_one(turn, patient_id, None, kind):
        change(turn, same.id, value=value)


def now_about(turn: Turn, chat_id: int, kind: str, patient_id: int, becomes: str, reason: str) -> bool:
    """A chat has said whom its trouble is about: what was open without a patient is theirs, under the kind it has there, or
    beside what they have of that kind already. False if nothing was open."""
    found = _open_one(turn, None, chat_id, kind)
    if found is None:
        return False
    theirs = f"{becomes}:{found.id}" if _open_one(turn, patient_id, chat_id, becomes) else becomes
    change(turn, found.id, patient_id=patient_id, kind=theirs, reason=reason)
    turn.happened(events.EscalationJoined(patient_id, found.id, found.severity.word, theirs))
    return True


def _join(turn: Turn, same: Escalation, severity: Severity, reason: str, value: str | None) -> int:
    now_is, worse, answered = min(severity, same.severity), severity < same.severity, same.answered_at is not None
    changed: dict[str, Any] = {"reports": same.reports + 1, "value": value if worse else value or same.value}
    if worse:
        changed |= {"severity": int(severity), "reason": reason, "acknowledged_by": None, "acknowledged_at": None,
                    "due_at": min(same.due_at, due(turn, severity)),
                    "resolve_by": min(same.resolve_by, resolve_by(turn, severity))}
    if answered:  # it had been answered: the wait begins anew
        changed |= _waits_anew(turn, same, now_is)
    if worse or answered or same.snoozed_until:
        changed |= {"rung": 0, "exhausted_at": None, "snoozed_until": None, "next_action_at": first_call(turn, now_is)}
        note_step(turn, same.id, "reported", None)
    change(turn, same.id, **changed)
    turn.happened(events.EscalationJoined(same.patient_id, same.id, now_is.word, same.kind))
    return same.id


def _waits_anew(turn: Turn, escalation: Escalation, severity: Severity) -> dict[str, Any]:
    by = resolve_by(turn, severity)
    return {"answered_at": None, "waiting_since": turn.now, "due_at": due(turn, severity),
            "resolve_by": by if severity < escalation.severity else max(escalation.resolve_by, by)}


def _open_one(turn: Turn, patient_id: int | None, chat_id: int | None, kind: str) -> Escalation | None:
    """Found and locked: nobody closes it between our looking and our joining it."""
    open_now = select(escalations).where(escalations.c.kind == kind, escalations.c.resolved_at.is_(None)).with_for_update()
    if patient_id is not None:
        return _found(turn, open_now.where(escalations.c.patient_id == patient_id))
    return _found(turn, open_now.where(escalations.c.patient_id.is_(None), escalations.c.chat_id == chat_id))


def locked(turn: Turn, escalation_id: int) -> Escalation | None:
    """An escalation that nobody else changes until this turn ends."""
    return _found(turn, select(escalations).where(escalations.c.id == escalation_id).with_for_update())


def _found(turn: Turn, wanted: Any) -> Escalation | None:
    row = turn.db.execute(wanted).first()
    return read(row) if row else None


def read(row: Any) -> Escalation:
    return Escalation(**{**row._mapping, "severity": Severity(row.severity)})


def note_step(
    turn: Turn, escalation_id: int, kind: str, by: int | None, to: int | None = None, words: str | None = None,
    people: Sequence[int] | None = None, to_pool: int | None = None,
) -> None:
    """Put on record what was done about an escalation."""
    turn.insert(escalation_steps, {
        "escalation_id": escalation_id, "at": turn.now, "kind": kind, "staff_id": by, "to_staff_id": to, "to_pool_id": to_pool,
        "words": words, "people": list(people) if people else None})


def steps(turn: Turn, escalation_id: int) -> list[Step]:
    """What was done about it, the first thing first."""
    names = {row.id: row.name for row in turn.db.execute(select(staff.c.id, staff.c.name))}
    of_pools = {row.id: row.name for row in turn.db.execute(select(pools_table.c.id, pools_table.c.name))}
    return [
        Step(row.id, row.at, row.kind, names.get(row.staff_id), names.get(row.to_staff_id), row.words,
             tuple(names[one] for one in row.people or () if one in names), of_pools.get(row.to_pool_id))
        for row in turn.db.execute(select(escalation_steps).where(escalation_steps.c.escalation_id == escalation_id)
                                   .order_by(escalation_steps.c.id))]


def change(turn: Turn, escalation_id: int, **changed: Any) -> None:
    turn.db.execute(update(escalations).where(escalations.c.id == escalation_id).values(**changed))
