"""Silence is an answer. One protocol for every programme: asked once more in other words, then a call list, then a rest.

How long to wait, and after how many silent windows what is done, are the clinic's settings ([checks]).
"""

from datetime import datetime, timedelta

from sqlalchemy import distinct, func, select

from care import check_windows, conversations, escalations, events, plans
from care.check_windows import Window
from care.escalations import Severity
from care.heart.gate import NOT_ASKED, QUIET_FROM, QUIET_TO
from care.heart.language import Lines, Text, _
from care.heart.reason import ask_why
from care.heart.screen import Button, Screen
from care.heart.time import instant, local
from care.heart.turn import Lane, Turn
from care.patients import Patient
from care.programmes import flows
from care.tables import care_plans, patient_messages
from care.tables import check_windows as windows_table
from care.tables import conversations as conversations_table

APART = timedelta(hours=2)  # between two messages that nobody asked for
LATE = timedelta(hours=2)  # after the patient's hour an offer would only surprise; and whoever wakes so late has heard nothing
BUSY = timedelta(hours=1)  # of being heard, a patient in conversation is not asked for something else


def resting(patient: Patient, now: datetime) -> bool:
    """Whether the patient is not to be asked now."""
    paused = (any(until and until > now for until in (patient.paused_until, patient.held_until))
              or patient.situation in NOT_ASKED)
    return paused or not (patient.reminders and patient.consented and patient.reachable and patient.chat_id)


def busy(turn: Turn, patient: Patient) -> bool:
    """Whether the patient is in the midst of a conversation."""
    running = conversations.current(turn, patient.id)
    return running is not None and running.paused_at is None and turn.now - running.heard_at < BUSY


# Asked once more


def when_again(turn: Turn, window: Window, patient: Patient) -> datetime | None:
    """When to ask once more: hours after the offer, on the same day, while people are awake; None if it would be too late."""
    hours = turn.settings.checks.prompt_again_hours
    at = turn.now + timedelta(hours=hours)
    here = local(at, patient.time_zone)
    fits = hours and here.date() == window.day and QUIET_TO <= here.time() < QUIET_FROM and at < window.closes_at
    return at if fits else None


def prompt_again(turn: Turn, patient: Patient) -> None:
    """Ask once more, for everything that waits, in one message; at most once a day, and never on the heels of another."""
    waiting = check_windows.waiting(turn, patient.id)
    for window in waiting:
        if window.act_at and window.act_at <= turn.now:
            check_windows.change(turn, [window.id], act_at=window.closes_at)
    asking = [window for window in waiting if _may_be_again(turn, window)]
    today = local(turn.now, patient.time_zone)
    if (not asking or resting(patient, turn.now) or busy(turn, patient) or not QUIET_TO <= today.time() < QUIET_FROM
            or check_windows.any_prompted_again(turn, patient.id, today.date()) or _crowded(turn, patient, waiting)):
        return
    due = [window for window in waiting if window.day == today.date()]
    told = turn.tell(
        patient, Screen(
            Lines((_("Your check-in of today is still open."),
                   _("A few answers are enough. They help your care team to look after you."))), buttons(turn, patient, due)),
        Lane.BROADCAST, topic="check_again", once=f"check_again:{due[0].id}",
        expires_at=min(turn.now + LATE, instant(today.date(), QUIET_FROM, patient.time_zone),
                       *(window.closes_at for window in due)),
        because=f"checks:{','.join(str(window.plan_id) for window in due)}")
    if told is not None:
        for window in due:
            check_windows.change(turn, [window.id], prompted_again_at=turn.now, act_at=window.closes_at)


def _may_be_again(turn: Turn, window: Window) -> bool:
    """It is time, and the offer reached the patient."""
    return (window.act_at is not None and window.act_at <= turn.now and window.prompted_again_at is None
            and check_windows.delivery(turn, window) == "sent")


def _crowded(turn: Turn, patient: Patient, waiting: list[Window]) -> bool:
    """Whether another offer has just come, or will come soon."""
    soon = any(plan.next_at and plan.next_at < turn.now + APART for plan in plans.of_patient(turn, patient.id))
    return soon or any(window.offered_at and window.offered_at > turn.now - APART for window in waiting)


def buttons(turn: Turn, patient: Patient, waiting: list[Window], by_name: bool = False) -> tuple[tuple[Button, ...], ...]:
    """A button for each check-in that waits, and one for not today."""
    if turn.settings.checks.on_pages:  # one after another, by no name
        starts: list[tuple[Text, str]] = [(_("Start"), waiting[0].flow)]
    elif len(waiting) == 1 and not by_name:
        starts = [(_("Start"), waiting[0].flow)]
    else:
        known = {plan.id: plan for plan in plans.of_patient(turn, patient.id, ended=True)}
        starts = [(known[window.plan_id].called, window.flow) for window in waiting]
    return (*((Button(label, f"flow:{flow}:{patient.id}"),) for label, flow in starts),
            (Button(_("Not today"), f"later:{patient.id}"),))


# Over


def close(turn: Turn, patient: Patient, over: list[Window]) -> None:
    """The time of these windows is over, and nobody has begun to answer them."""
    silent = []
    for window in over:
        if (outcome := _outcome(turn, patient, window)) == "silent":
            silent.append(window.id)
        else:
            check_windows.settle(turn, [window.id], outcome)
    if not silent:
        return
    before = in_a_row(turn, patient.id)
    check_windows.settle(turn, silent, "silent")
    _count(turn, patient, before, in_a_row(turn, patient.id))


def _outcome(turn: Turn, patient: Patient, window: Window) -> str:
    """Silence counts only where the offer got through, and we were there to hear an answer."""
    match check_windows.delivery(turn, window):
        case "sent" if patient.reachable:
            return "silent" if turn.now <= window.closes_at + LATE else "missed_by_us"
        case "sent" | "suppressed":
            return "held"
        case _:
            return "missed_by_us" if patient.reachable else "held"


def in_a_row(turn: Turn, patient_id: int) -> int:
    """How many times the patient has been silent since they were last heard, or since the programmes began."""
    wanted = (
        select(func.count(distinct(windows_table.c.due_at)))
        .join(care_plans, care_plans.c.id == windows_table.c.plan_id)
        .where(windows_table.c.patient_id == patient_id, windows_table.c.outcome == "silent",
               windows_table.c.due_at > care_plans.c.begun_at))
    heard = last_heard(turn, patient_id)
    return turn.db.scalar(wanted.where(windows_table.c.due_at > heard) if heard else wanted) or 0


def last_heard(turn: Turn, patient_id: int) -> datetime | None:
    """When the patient last answered, wrote, or said not today."""
    moments = (
        select(func.max(conversations_table.c.heard_at)).where(conversations_table.c.patient_id == patient_id),
        select(func.max(patient_messages.c.at)).where(patient_messages.c.patient_id == patient_id),
        select(func.max(windows_table.c.settled_at)).where(
            windows_table.c.patient_id == patient_id, windows_table.c.outcome == "not_today"))
    return max(filter(None, (turn.db.scalar(one) for one in moments)), default=None)


def _count(turn: Turn, patient: Patient, before: int, now: int) -> None:
    limits = turn.settings.checks
    if before < limits.rest_after <= now:
        _rest(turn, patient, now)
    elif before < limits.call_after <= now:
        _call(turn, patient, f"Has not answered {now} check-ins in a row")


def _call(turn: Turn, patient: Patient, reason: str) -> None:
    """Staff see whom to call, and for how long nothing was heard."""
    heard = last_heard(turn, patient.id)
    days = (turn.now - heard).days if heard else None
    since = "has not answered yet" if days is None else f"last heard {days} day{'' if days == 1 else 's'} ago"
    escalations.open_(turn, patient.id, Severity.ROUTINE, "silent", reason, since)


def _rest(turn: Turn, patient: Patient, silent: int) -> None:
    """Asking on would only be noise: stop, say how to begin again, and tell staff."""
    plans.rest(turn, patient.id)
    turn.tell(
        patient, Screen(
            Lines((_("I will not send check-ins for now. To begin again, tap the button, or send /check."),
                   _("Your care team is still here. Just type a message."))),
            ((Button(_("Start check-ins again"), f"again:{patient.id}"),), (ask_why(patient.id),))),
        Lane.BROADCAST, topic="check", expires_at=turn.now + LATE, because="rest:")
    _call(turn, patient, f"Check-ins rest: {silent} in a row had no answer")


# Heard again (a reaction)


def heard_again(turn: Turn, event: events.ConversationEnded) -> None:
    """Whoever answers a check-in is asked again after a rest; and the call list says that they did."""
    if event.outcome == "finished" and event.flow in flows() and event.patient_id is not None:
        plans.woken(turn, event.patient_id)
        escalations.corrected(turn, event.patient_id, "silent", "has answered since")
