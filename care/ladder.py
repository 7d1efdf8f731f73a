"""The ladder: who is called when somebody must act, one rung after another, until a person takes it on.

A rung on which nobody stands who could be called (off shift, away, gone, called already) is passed over at once, never waited
for. When all have been called, everybody is called again and again, and every console says so in red.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from care import alerts, escalations, events, office, pools, rota
from care.escalations import Escalation, Severity
from care.heart.turn import Turn
from care.rota import Rota
from care.tables import escalation_steps

OWN = ("owner", "pool")  # rungs on which nobody stands who could not see it before


def at_once(turn: Turn, event: events.EscalationOpened | events.EscalationJoined | events.EscalationHandedOver
            | events.EscalationBack) -> None:
    """What must not wait for the next tick of the clock does not."""
    climb(turn, event.escalation_id)


def climb(turn: Turn, escalation_id: int) -> None:
    """Call the next rung, if its time has come and nobody has taken the escalation on; say then when to look again."""
    this = escalations.locked(turn, escalation_id)
    if this is None or this.next_action_at is None or this.next_action_at > turn.now:
        return
    planned, ladder = rota.read(turn), rungs(turn, this)
    if this.exhausted_at is None:
        called = _called(turn, escalation_id)
        for number in range(this.rung, len(ladder)):
            people = _standing_on(turn, planned, this, ladder[number])
            if ladder[number] != "everyone":
                people = [one for one in people if one not in called]
            if people and not called and this.severity is Severity.EMERGENCY:  # a pool makes nobody wait a step longer
                people = list(dict.fromkeys((*people, *_standing_on(turn, planned, this, "pool"))))
            if people or (ladder[number] == "channels" and alerts.own_addresses(turn)):
                _call(turn, this, ladder[number], people)
                escalations.change(turn, escalation_id, rung=number + 1, snoozed_until=None,
                                   opened_up=this.opened_up or ladder[number] not in OWN,
                                   next_action_at=_after(turn, this.severity, "step"))
                return
        escalations.change(turn, escalation_id, exhausted_at=turn.now, rung=len(ladder), opened_up=True)
        escalations.note_step(turn, escalation_id, "exhausted", None)
        turn.happened(events.EscalationExhausted(this.patient_id, escalation_id, this.severity.word))
    _call(turn, this, "everyone", rota.everyone(turn, planned))
    _call(turn, this, "channels", [])
    escalations.change(turn, escalation_id, snoozed_until=None, next_action_at=_after(turn, this.severity, "repeat"))


def rungs(turn: Turn, escalation: Escalation) -> tuple[str, ...]:
    """Who is called, in order. Whose it is comes first, then the pool that it belongs to; the pool of an emergency is called
    together with the first of them."""
    owner = ("owner",) if escalation.owner_id else ()
    pool = ("pool",) if escalation.pool_id and escalation.severity is not Severity.EMERGENCY else ()
    return (*owner, *pool, *turn.settings.obligations.ladder(escalation.severity.word))


def _standing_on(turn: Turn, planned: Rota, escalation: Escalation, rung: str) -> list[int]:
    match rung:
        case "owner":
            owner = escalation.owner_id
            return [owner] if owner and rota.can_be_called(turn, planned, owner) else []
        case "pool":
            return [one for one in pools.people(turn, escalation.pool_id or 0) if rota.can_be_called(turn, planned, one)]
        case "everyone":
            return rota.everyone(turn, planned)
        case "channels":
            return []
    return planned.on_duty(rung, turn.now)


def _called(turn: Turn, escalation_id: int) -> set[int]:
    """Who has been called already, since somebody last had a hand in it or it was last reported."""
    mine = escalation_steps.c.escalation_id == escalation_id
    begun = turn.db.scalar(select(func.max(escalation_steps.c.id)).where(
        mine, escalation_steps.c.kind.in_(escalations.BEGINS_ANEW))) or 0
    found = turn.db.scalars(select(escalation_steps.c.people).where(
        mine, escalation_steps.c.kind == "called", escalation_steps.c.id > begun))
    return {one for people in found for one in people or ()}


def _call(turn: Turn, escalation: Escalation, rung: str, people: list[int]) -> None:
    if not people and not (rung == "channels" and alerts.own_addresses(turn)):
        return
    escalations.note_step(turn, escalation.id, "called", None, words=rung, people=people)
    alerts.write(turn, escalation, rung, people)
    turn.happened(events.EscalationCalled(
        escalation.patient_id, escalation.id, escalation.severity.word, rung, tuple(people)))


def _after(turn: Turn, severity: Severity, what: str) -> datetime:
    minutes = turn.settings.obligations.minutes(severity.word, what)
    return turn.now + timedelta(minutes=minutes) if severity is Severity.EMERGENCY else office.read_by(turn, minutes)
