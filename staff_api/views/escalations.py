"""Obligations: looked at, taken on, closed with a reason."""

from collections.abc import Callable
from typing import Any

from care import escalations, kind_words, resting, welfare, worklist
from care.heart.turn import Turn
from care.messages import Reply
from care.staff import StaffMember
from staff_api.call import Call, found
from staff_api.problems import Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.threads import Message
from staff_api.shapes.worklist import (
    Course,
    Escalation,
    Escalations,
    EscalationSearch,
    HandOver,
    KindWords,
    PreparedAnswer,
    Resolution,
    Snooze,
    Step,
    Tick,
    Ticked,
    WithReply,
)


async def list_escalations(call: Call, query: EscalationSearch) -> Escalations:
    """All obligations, closed ones too, the oldest first; or those alone with which something has happened."""
    of = f"escalations {query.updated_after} {query.open} {query.patient_id}"
    rows = await call.read(
        worklist.listed, call.place(of, query.cursor), query.limit + 1, changed_since=query.updated_after, is_open=query.open,
        patient_id=query.patient_id)
    shown = rows[: query.limit]
    return Escalations(items=[Escalation.of(one) for one in shown],
                       next=call.next(of, shown[-1].id) if len(rows) > len(shown) else None)


async def get_escalation(call: Call, escalation_id: Id) -> Escalation:
    """One escalation, open or closed."""
    return await call.read(escalation_now, escalation_id)


def escalation_now(turn: Turn, escalation_id: int) -> Escalation:
    return Escalation.of(found(escalations.get(turn, escalation_id)))


async def acknowledge_escalation(call: Call, escalation_id: Id) -> Escalation:
    """Take it on: the alarm stops, and your name is on it. It stays open."""
    return await call.change(Escalation, unless_refused, escalations.acknowledge, escalation_id, call.person.id)


async def resolve_escalation(call: Call, escalation_id: Id, body: Resolution) -> Escalation:
    """Close it, and say how it ended."""
    return await call.change(Escalation, unless_refused, escalations.resolve, escalation_id, call.person.id, body.outcome,
                             body.note or "")


async def get_course(call: Call, escalation_id: Id) -> Course:
    """What was done about it, step by step; for an emergency also the checklist of the welfare check."""
    return await call.read(course, escalation_id)


def course(turn: Turn, escalation_id: int) -> Course:
    this = found(escalations.get(turn, escalation_id))
    return Course(steps=[Step.of(one) for one in escalations.steps(turn, escalation_id)],
                  checklist=[Tick.of(one) for one in welfare.checklist(turn, this)])


async def hand_over_escalation(call: Call, escalation_id: Id, body: HandOver) -> Escalation:
    """Give it to someone else, or to a pool, who are called at once and have still to take it on; or to the whole team."""
    by = call.person.id
    return await call.change(Escalation, unless_refused, escalations.hand_over, escalation_id, by, body.to, body.reason,
                             body.pool_id, body.to is None and body.pool_id is None)


async def snooze_escalation(call: Call, escalation_id: Id, body: Snooze) -> Escalation:
    """Not now, but then, or when the patient is heard: you take it on, and it comes back by itself or with the next report. An
    emergency rests for an hour at most, and with a reason."""
    by = call.person.id
    return await call.change(Escalation, unless_refused, resting.snooze, escalation_id, by, body.until, body.reason or "",
                             body.or_reply)


async def tick_step(call: Call, escalation_id: Id, body: Ticked) -> Escalation:
    """A step of the welfare check was done, or was not after all; your name and the time are kept with it."""
    return await call.change(Escalation, unless_refused, welfare.tick, escalation_id, call.person.id, body.words, body.done)


async def get_prepared_answer(call: Call, escalation_id: Id, query: WithReply) -> PreparedAnswer:
    """A plain message with what would go to whoever wrote it, from you, with a reply that is kept ready. Nothing is done."""
    return PreparedAnswer.of(await call.read(kind_words.prepare, escalation_id, query.reply, call.person))


async def answer_escalation(call: Call, escalation_id: Id, body: KindWords) -> Message:
    """Answer a plain message with a reply that is kept ready, and close it: in one, and only if nothing new came since. Taken
    back within ten seconds, it is open again."""
    return await call.change(Message, answered, escalation_id, body, call.person)


def answered(turn: Turn, escalation_id: int, body: KindWords, person: StaffMember) -> Reply:
    try:
        return kind_words.answer(turn, escalation_id, body.reply, body.times_reported, person)
    except (kind_words.Refused, escalations.Refused) as refused:
        raise Problem("conflict", str(refused)) from None


def unless_refused(turn: Turn, act: Callable[..., Any], *args: Any) -> Any:
    try:
        return act(turn, *args)
    except escalations.Refused as refused:
        raise Problem("conflict", str(refused)) from None
