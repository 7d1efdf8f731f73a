"""Windows: every check-in that was due, with what became of it. Each opens once, and in the end has one outcome.

answered, partial (begun, not finished), not_today (the patient said so), silent (offered, and nothing came), missed_by_us (we
were not there to offer it, or to hear), held (paused, stopped, out of reach, or in the midst of another conversation).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update

from care import events
from care.heart.gate import NOT_ASKED
from care.heart.time import instant, local
from care.heart.turn import Turn
from care.tables import care_plans, check_windows, conversations, outbox

OUTCOMES = ("answered", "partial", "not_today", "silent", "missed_by_us", "held")
HEARD = ("answered", "partial", "not_today")  # the patient was there
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    id: int
    plan_id: int
    patient_id: int
    flow: str
    day: date  # on the patient's own calendar
    due_at: datetime
    closes_at: datetime
    offered_at: datetime | None
    prompted_again_at: datetime | None
    message: int | None
    conversation_id: int | None
    act_at: datetime | None
    outcome: str | None
    settled_at: datetime | None


def record(
    turn: Turn, plan_id: int, patient_id: int, flow: str, due_at: datetime, zone: str, outcome: str | None = None,
    conversation_id: int | None = None,
) -> Window:
    """A check-in was due. Without an outcome it is open, until the same hour of the next day."""
    here = local(due_at, zone)
    closes_at = instant(here.date() + A_DAY, here.time(), zone)
    row: dict[str, Any] = {
        "plan_id": plan_id, "patient_id": patient_id, "flow": flow, "day": here.date(), "due_at": due_at,
        "closes_at": closes_at, "offered_at": None, "prompted_again_at": None, "message": None,
        "conversation_id": conversation_id, "act_at": None if outcome or conversation_id else closes_at, "outcome": outcome,
        "settled_at": turn.now if outcome else None}
    return Window(turn.insert(check_windows, row), **row)


def change(turn: Turn, window_ids: Sequence[int], **changed: Any) -> None:
    turn.db.execute(update(check_windows).where(check_windows.c.id.in_(window_ids)).values(**changed))


def settle(turn: Turn, window_ids: Sequence[int], outcome: str) -> None:
    change(turn, window_ids, outcome=outcome, settled_at=turn.now, act_at=None)


def unbegun(turn: Turn, patient_id: int) -> list[Window]:
    """Windows without an outcome, that nobody has begun to answer, the oldest first."""
    return _found(turn, select(check_windows).where(
        check_windows.c.patient_id == patient_id, check_windows.c.outcome.is_(None),
        check_windows.c.conversation_id.is_(None)).order_by(check_windows.c.due_at))


def waiting(turn: Turn, patient_id: int) -> list[Window]:
    """Of these, the windows that were offered and can still be answered."""
    return [window for window in unbegun(turn, patient_id) if window.offered_at and window.closes_at > turn.now]


def recent(turn: Turn, plan_id: int, limit: int = 14) -> list[Window]:
    """The newest windows of a plan, the newest first."""
    return _found(turn, select(check_windows).where(check_windows.c.plan_id == plan_id)
                  .order_by(check_windows.c.day.desc()).limit(limit))


def delivery(turn: Turn, window: Window) -> str:
    """What became of the offer: sent, or why it was not; "waiting" while it has not left."""
    if window.message is None:
        return "failed"
    outcome = turn.db.scalar(select(outbox.c.outcome).where(outbox.c.id == window.message))
    return {None: "waiting", "unknown": "sent"}.get(outcome, str(outcome))


def answered_early(turn: Turn, patient_id: int, flow: str, since: datetime) -> int | None:
    """The conversation in which the patient has answered this already of their own accord, if it counts for no window yet."""
    return turn.db.scalar(
        select(conversations.c.id)
        .outerjoin(check_windows, check_windows.c.conversation_id == conversations.c.id)
        .where(conversations.c.patient_id == patient_id, conversations.c.flow == flow, conversations.c.finished_at >= since,
               check_windows.c.id.is_(None))
        .order_by(conversations.c.id.desc()).limit(1))


def any_prompted_again(turn: Turn, patient_id: int, day: date) -> bool:
    """Whether the patient was reminded on this day already."""
    return bool(turn.db.scalar(select(func.count()).select_from(check_windows).where(
        check_windows.c.patient_id == patient_id, check_windows.c.day == day, check_windows.c.prompted_again_at.is_not(None))))


# Reactions


def begun(turn: Turn, event: events.ConversationOpened) -> None:
    """A conversation belongs to the window that is still on, whatever came of it so far. What it comes to is waited for."""
    turn.db.execute(update(check_windows).where(
        check_windows.c.patient_id == event.patient_id, check_windows.c.flow == event.flow,
        check_windows.c.due_at <= turn.now, check_windows.c.closes_at > turn.now,
        or_(check_windows.c.outcome.is_(None), check_windows.c.outcome != "answered"),
    ).values(conversation_id=event.conversation_id, act_at=None))


def ended(turn: Turn, event: events.ConversationEnded) -> None:
    """What a conversation came to is what its window came to."""
    if event.outcome == "finished" or not event.amended:
        turn.db.execute(update(check_windows).where(check_windows.c.conversation_id == event.conversation_id).values(
            outcome="answered" if event.outcome == "finished" else "partial", settled_at=turn.now, act_at=None))


def hold(turn: Turn, event: events.Event) -> None:
    """Whoever wants no messages now is not silent."""
    turn.db.execute(update(check_windows).where(
        check_windows.c.patient_id == event.patient_id, check_windows.c.outcome.is_(None),
        check_windows.c.conversation_id.is_(None),
    ).values(outcome="held", settled_at=turn.now, act_at=None))


def hold_for(turn: Turn, event: events.SituationBegan) -> None:
    """Whoever is in hospital, or worse, is not silent either; nor is anybody asked once more about what has just ended."""
    if event.situation in NOT_ASKED:
        hold(turn, event)
    ended_now = select(care_plans.c.id).where(
        care_plans.c.patient_id == event.patient_id, care_plans.c.ended_at == turn.now)
    turn.db.execute(update(check_windows).where(
        check_windows.c.plan_id.in_(ended_now), check_windows.c.outcome.is_(None), check_windows.c.conversation_id.is_(None),
    ).values(outcome="held", settled_at=turn.now, act_at=None))


def _found(turn: Turn, wanted: Any) -> list[Window]:
    return [Window(*row) for row in turn.db.execute(wanted)]
