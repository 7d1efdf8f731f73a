"""How the console says things: durations, severities, delivery, outcomes. Plain functions, used as template filters."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from babel import Locale

SEVERITIES = {"emergency": "Emergency", "urgent": "Urgent", "routine": "Routine"}
SETTLED = {"settled": "What was asked for is decided"}
OUTCOMES = {
    "reached": "Reached the patient",
    "safety_plan": "Reviewed the safety plan",
    "advice_given": "Gave advice",
    "no_answer": "No answer, nothing more to do",
    "other": "Something else (say what)",
}
STEPS = {
    "reported": "Reported again",
    "called": "Called",
    "exhausted": "Everyone had been called",
    "acknowledged": "Acknowledged",
    "handed_over": "Handed over",
    "snoozed": "Put off",
    "heard": "Back, for the patient was heard",
    "ticked": "Done",
    "unticked": "Not done after all",
    "read": "Read by the patient",
    "felt": "The patient says",
    "resolved": "Resolved",
    "reopened": "Open again, for the answer was taken back",
}
VIEWS = {
    "attention": "Needs attention", "mine": "Mine", "unassigned": "Nobody's", "plain": "Plain messages",
    "patients_turn": "Waiting for patient", "snoozed": "Put off", "silent": "Silent", "unreachable": "Unreachable",
    "done": "Done today", "mentions": "Notes to me", "all": "All open"}
EMPTY_VIEWS = {
    "attention": ("Nobody is waiting", "Every message has been answered, and every alarm resolved or put off. What comes in "
                                       "next appears here by itself."),
    "mine": ("You have nothing open", "What you acknowledge, and what is given to you, stands here until it is resolved."),
    "unassigned": ("Somebody has everything", "What comes in and nobody has taken on stands here."),
    "plain": ("No plain messages", "Calm words of which no rule knew anything stand here, thanks among them: several can be "
                                   "answered at once."),
    "patients_turn": ("No patient is waited for", "What somebody has answered stands here until the patient writes again, or "
                                                  "it is resolved."),
    "snoozed": ("Nothing is put off", "What rests until later stands here, and comes back by itself."),
    "silent": ("Nobody is silent", "Patients who have not answered several check-ins, or about their doses, and those "
                                   "whom the bot does not reach, stand here: call them."),
    "mentions": ("No note names you", "A note in which a colleague has written @ and your name stands here until you "
                                      "have read it."),
    "unreachable": ("Everybody can be reached", "Patients who have blocked the bot, or closed their account, stand here."),
    "done": ("Nothing is done yet today", "What was resolved since midnight stands here."),
    "all": ("Nothing is open", "Every message has been answered and every alarm resolved."),
}
ROLES = {"on_call": "On call", "backup": "Backup", "lead": "Lead"}
RUNGS = {"owner": "whose it is", "pool": "its pool", "on_call": "on call", "backup": "backup", "lead": "lead",
         "everyone": "everyone", "channels": "the clinic's own addresses"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CALLS = {"reached": "Reached", "no_answer": "No answer", "message_left": "Left a message", "wrong_number": "Wrong number"}
RESTS = {15: "15 minutes", 30: "30 minutes", 60: "1 hour", 240: "4 hours", 1440: "1 day", 4320: "3 days", 10080: "1 week"}
LONGEST_REST = {"emergency": 60, "urgent": 1440, "routine": 10080}
LONGEST_WAIT = {"emergency": "an hour", "urgent": "a day", "routine": "30 days"}  # for the patient: see care/resting.py
DELIVERY = {
    "undoable": "Leaves in a moment",
    "queued": "On its way",
    "held": "Held back for now",
    "sent": "Sent",
    "failed": "Could not be sent",
    "expired": "Not sent in time",
    "suppressed": "Not sent",
    "edit": "Edited by the patient",
    "changed": "Changed by the patient later",
    "undone": "Taken back, never sent",
    "unknown": "Not certain that it arrived",
}
TIMING_KINDS = {
    "daily": "every day, or every so many days", "weekly": "on weekdays", "monthly": "on days of the month",
    "cycle": "some days on, some off", "steps": "in dated steps", "interval": "so many hours after the last one",
    "as_needed": "as needed",
}
SITUATIONS = {
    "in_hospital": "In hospital", "travelling": "Travelling", "transferred": "Looked after elsewhere", "deceased": "Has died",
    "pregnancy_loss": "Lost a pregnancy",
}
SITUATIONS_AS_ASKED = {
    "in_hospital": "is in hospital: nothing is asked until it is over",
    "travelling": "travels: the clock is that of the place",
    "transferred": "is looked after elsewhere: programmes end",
    "deceased": "has died: the family's phone hears only what a person writes",
    "pregnancy_loss": "has lost a pregnancy: what belonged to it ends without a word",
}
WINDOWS = {
    "answered": "answered",
    "partial": "begun, not finished",
    "not_today": "not today, said the patient",
    "silent": "no answer",
    "missed_by_us": "missed by us",
    "held": "held back: paused, stopped, out of reach, or busy",
    "open": "still open",
}
SOON = timedelta(minutes=10)


def lasting(span: timedelta) -> str:
    """A duration as a nurse says it: '4 s', '12 min', '1 h 05', '2 d 3 h'. The browser's clock.js says it the same way."""
    seconds = max(0, int(span.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 60:
        return f"{seconds} s"
    if minutes < 60:
        return f"{minutes} min"
    if hours < 24:
        return f"{hours} h {minutes % 60:02d}"
    return f"{days} d {hours % 24} h"


def waiting(since: datetime, now: datetime) -> str:
    return lasting(now - since)


def due(at: datetime, now: datetime) -> str:
    return f"due in {lasting(at - now)}" if at > now else f"overdue by {lasting(now - at)}"


def urgency(at: datetime, now: datetime) -> str:
    """How close a due time is: 'late', 'soon' or 'later'."""
    if at <= now:
        return "late"
    return "soon" if at - now <= SOON else "later"


def delivery(state: str) -> str:
    """What became of a message, in words, with the reason when it was held back for good."""
    kind, _, why = state.partition(":")
    said = DELIVERY.get(kind, kind.replace("_", " ").capitalize())
    return f"{said}: {why.strip().replace('_', ' ')}" if why.strip() else said


def timing(how: Mapping[str, Any]) -> str:
    """When a medicine is taken: 'every day at 08:00, 20:00'."""
    at = f" at {', '.join(how['times'])}" if how.get("times") else ""
    match how["kind"]:
        case "daily":
            return ("every day" if how["every"] == 1 else f"every {how['every']} days") + at
        case "weekly" | "monthly":
            return f"on {', '.join(map(str, how['days']))}{' of the month' if how['kind'] == 'monthly' else ''}{at}"
        case "cycle":
            return f"{how['on']} days on, {how['off']} off{at}"
        case "interval":
            return f"{how['hours']} hours after the last one, first at {how['first']}"
        case "as_needed":
            apart = f", {how['hours_between']} hours apart" if how.get("hours_between") else ""
            return f"as needed, at most {how['most']} in 24 hours{apart}"
    steps = ((one["begins"], one["amount"] or "none", ", ".join(one["times"])) for one in how["steps"])
    return "in steps: " + "; ".join(f"from {begins} {amount}{at and ' at '}{at}" for begins, amount, at in steps)


MODES = {"in_person": "in person", "phone": "by phone", "video": "by video"}
VISIT_STATES = {"pending": "asks for it", "arrived": "arrived", "fulfilled": "was seen", "noshow": "did not come",
                "cancelled": "cancelled", "held": "being chosen", "lapsed": "not taken"}
VISIT_MARKS = {"pending": "waiting", "arrived": "finished", "fulfilled": "draft", "noshow": "missed"}
OFFER_STATES = {"open": "open", "accepted": "taken", "declined": "declined", "lapsed": "no answer in time",
                "gone": "was gone"}


def visit_state(visit: Any) -> str:
    """How a visit stands, as the desk says it."""
    if visit.state == "booked":
        return "confirmed" if visit.confirmed_at else "not confirmed"
    return VISIT_STATES[visit.state]


def visit_mark(visit: Any) -> str:
    """The colour that its state has."""
    if visit.state == "booked":
        return "confirmed" if visit.confirmed_at else "unsure"
    return VISIT_MARKS.get(visit.state, "draft")


def wall(at: datetime, now: datetime) -> str:
    """A moment on the wall where it stands: 'Tue 24 Nov, 14:00'."""
    return f"{at:%a} {at.day} {at:%b}" + (f" {at.year}" if at.year != now.year else "") + f", {at:%H:%M}"


def then(at: datetime, now: datetime) -> str:
    """A moment to come: the time of day, with its day where that is another."""
    return f"{at:%H:%M}" if at.date() == now.date() else wall(at, now)


def lately(at: datetime, now: datetime) -> str:
    """A moment of these days, as short as it can be said: '18:00', 'Mon 18:00', and with its date where that is a week ago."""
    days = (now.date() - at.date()).days
    return f"{at:%H:%M}" if not days else f"{at:%a %H:%M}" if 0 < days < 7 else wall(at, now)


BROADCAST_STATES = {
    "draft": "draft", "waiting": "waits for a second person", "sending": "on its way", "paused": "paused",
    "cancelled": "cancelled", "finished": "done"}
BROADCAST_TOPICS = {"news": "News from the clinic", "lesson": "A lesson", "survey": "A survey"}


def nobody(item: Any) -> str:
    """Whom something without a patient is about."""
    return "Someone not enrolled" if item is None or item.chat_id is not None else "The clinic itself"


def language(code: str | None) -> str:
    return Locale("en").languages.get((code or "").split("-")[0], code or "unknown")


def country(code: str | None) -> str:
    """A country's name in English; its code where there is no name for it."""
    return Locale("en").territories.get(code or "", code or "unknown")


def calendar(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def day(at: datetime, now: datetime) -> str:
    """The heading of a day in a conversation."""
    gap = (now.date() - at.date()).days
    if gap in (0, 1):
        return ("Today", "Yesterday")[gap]
    return f"{at:%A} {at.day} {at:%B}" + (f" {at.year}" if at.year != now.year else "")
