"""Putting an escalation off: it rests until a moment, or until the patient is heard if that comes first, and comes back by
itself. Whoever puts it off has taken it on."""

from datetime import datetime, timedelta

from sqlalchemy import select

from care import escalations, events
from care.escalations import Escalation, Refused, Severity
from care.heart.turn import Turn
from care.tables import escalations as escalations_table

LONGEST = {Severity.EMERGENCY: timedelta(hours=1), Severity.URGENT: timedelta(days=1), Severity.ROUTINE: timedelta(days=30)}


def snooze(
    turn: Turn, escalation_id: int, staff_id: int, until: datetime | None, reason: str = "", or_reply: bool = False,
) -> Escalation | None:
    """Not now, but then; with `or_reply` or as soon as the patient is heard, and without a moment as long as it may at most. It
    comes back with the next report of the same trouble too. An emergency rests for an hour at most, and with a reason. Raises
    Refused; None if there is no such escalation."""
    escalation = escalations.locked(turn, escalation_id)
    if escalation is None:
        return None
    if escalation.resolved_at:
        raise Refused("It is closed.")
    if escalation.severity is Severity.EMERGENCY and not reason.strip():
        raise Refused("Say why an emergency can wait.")
    longest = LONGEST[escalation.severity]
    if until is None and not or_reply:
        raise Refused("Say until when it rests, or that it rests until the patient is heard.")
    until = until or turn.now + longest
    if not turn.now < until <= turn.now + longest:
        at_most = f"{longest.days} days" if longest.days > 1 else f"{longest.total_seconds() / 3600:.0f} hours"
        raise Refused(f"Give a moment to come, at most {at_most.replace('1 hours', 'an hour')} from now.")
    escalations.acknowledge(turn, escalation_id, staff_id, "snoozed")
    escalations.change(turn, escalation_id, snoozed_until=until, or_reply=or_reply, next_action_at=until, rung=0,
                       exhausted_at=None)
    escalations.note_step(turn, escalation_id, "snoozed", staff_id, None, reason.strip() or None)
    turn.happened(events.EscalationSnoozed(escalation.patient_id, escalation_id))
    return escalations.get(turn, escalation_id)


def heard(
    turn: Turn, event: events.MessageHeard | events.PersonWanted | events.QuickAnswerTapped | events.ConversationEnded,
) -> None:
    """What rests until the patient is heard is back. Questions that ended without their answers were not answered."""
    if event.patient_id is None or (isinstance(event, events.ConversationEnded) and event.outcome != "finished"):
        return
    waits = select(escalations_table.c.id).where(
        escalations_table.c.patient_id == event.patient_id, escalations_table.c.resolved_at.is_(None),
        escalations_table.c.snoozed_until.is_not(None), escalations_table.c.or_reply)
    for one in turn.db.scalars(waits.order_by(escalations_table.c.id)).all():
        if this := escalations.locked(turn, one):
            escalations.back(turn, this)
