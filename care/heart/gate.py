"""The gate: may this message leave now, and if not, why. Every message passes it when it is claimed, and nowhere else.

Safety replies pass always; answers to what a patient just did pass as long as the chat is still theirs. What nobody asked
for needs consent, an hour at which people are awake, and room in the day's budget; and what meets rings once.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from care.heart.time import instant, local
from care.heart.turn import Lane, Turn
from care.tables import outbox
from care.tables.base import Moment

QUIET_FROM, QUIET_TO = time(21), time(8)  # on the patient's wall
A_DAY = timedelta(hours=24)
IDENTICAL_A_DAY = 5
ANY = 1000
MEETS = timedelta(minutes=5)  # what comes within this time of something that rang comes without a sound
SILENT = {"lesson"}  # topics of which what nobody asked for never makes a sound
# Situations (care/situations.py) in which nobody is asked or reminded of anything, and why.
NOT_ASKED = {"in_hospital": "the patient is in hospital", "transferred": "the patient is looked after elsewhere",
             "deceased": "the patient has died"}
AT_THEIR_HOUR = {"check"}  # topics that come at an hour which the patient chose
# Topics of what is planned for one patient, not sent to many.
NOT_HALTED = ("check", "check_again", "missed_dose", "order", "refill", "visit")

THE_SAME_AGAIN = "the same message went out five times today"
NOT_WANTED = "the patient does not want messages about this"
PAUSED, CANCELLED = "the broadcast was paused", "the broadcast was cancelled"
# States of a broadcast (care/broadcasts) in which nothing of it leaves any more.
STOPPED = {"paused": PAUSED, "waiting": PAUSED, "cancelled": CANCELLED}
# Topics that the day's budget does not hold back: whoever hears nothing misses a visit, or takes what was changed.
OUTSIDE_THE_BUDGET = {"order", "visit"}

DOSE, BROADCAST = int(Lane.DOSE), int(Lane.BROADCAST)
LATELY = (
    select(func.count().filter(outbox.c.lane == BROADCAST).label("unasked"),
           func.count().filter(outbox.c.text == bindparam("same_text"), outbox.c.edits.is_(None), outbox.c.lane != DOSE)
           .label("identical"),
           func.max(outbox.c.settled_at).filter(outbox.c.lane.in_((DOSE, BROADCAST)), outbox.c.topic.not_in(SILENT),
                                                outbox.c.edits.is_(None), outbox.c.closes.is_(None)).label("rang_at"))
    .where(outbox.c.patient_id == bindparam("whom"), outbox.c.lane.in_((DOSE, BROADCAST, int(Lane.REPLY))),
           outbox.c.unprompted, outbox.c.outcome.in_(("sent", "unknown")),
           outbox.c.settled_at > bindparam("since", type_=Moment)))


@dataclass(frozen=True)
class Hold:
    """Not now: look again at `until`."""

    until: datetime


@dataclass(frozen=True)
class Never:
    """Not at all; `outcome` and `why` are put on record for staff to see."""

    outcome: str
    why: str


@dataclass(frozen=True)
class Quietly:
    """Now, and without a sound: the phone has just rung for something else that nobody asked for."""


def verdict(turn: Turn, message: Any) -> Hold | Never | Quietly | None:
    """What stands against sending this row of the outbox (joined with its patient); None if nothing does."""
    if message.expires_at <= turn.now:
        return Never("expired", "it could not leave in time")
    if message.lane == Lane.SAFETY or message.patient_id is None:
        return None
    if message.situation == "deceased" and message.author is None:  # the family hears from people only
        return Never("suppressed", NOT_ASKED["deceased"])
    if not message.linked:
        return Never("suppressed", "this chat is no longer the patient's")
    if message.lane == Lane.REPLY and message.author is None:
        return _said_in_a_circle(turn, message)
    if message.state != "active" or not message.consented:
        return Never("suppressed", "the patient has left" if message.state == "left" else "no consent")
    if not message.reachable:
        return Never("suppressed", "the patient has blocked the bot")
    return _said_in_a_circle(turn, message) if message.lane == Lane.REPLY else _unasked(turn, message)


def _unasked(turn: Turn, message: Any) -> Hold | Never | Quietly | None:
    if message.situation in NOT_ASKED:
        return Never("suppressed", NOT_ASKED[message.situation])
    if not message.reminders:
        return Never("suppressed", "the patient stopped reminders")
    if message.paused_until and message.paused_until > turn.now:
        return Never("suppressed", "the patient paused messages")
    if message.refused:
        return Never("suppressed", NOT_WANTED)
    if message.broadcast in STOPPED:
        return Never("suppressed", STOPPED[message.broadcast])
    if message.lane == Lane.DOSE:  # planned by a regimen: neither budget nor quiet hours hold it back
        return None
    if message.held_until and message.held_until > turn.now:  # a person has the thread
        return Hold(message.held_until)
    if message.topic not in AT_THEIR_HOUR and (until := quiet_until(turn.now, message.time_zone)):
        return Hold(until)
    if message.topic in OUTSIDE_THE_BUDGET:
        return None
    lately = turn.db.execute(
        LATELY, {"whom": message.patient_id, "same_text": message.text, "since": turn.now - A_DAY}).one()
    if lately.identical >= IDENTICAL_A_DAY:
        return Never("suppressed", THE_SAME_AGAIN)
    if lately.unasked >= min(turn.settings.sending.unasked_a_day, message.most_a_day or ANY):
        return Never("suppressed", "the day's messages are used up")
    meets = lately.rang_at is not None and lately.rang_at > turn.now - MEETS
    return Quietly() if meets or message.topic in SILENT else None


def _said_in_a_circle(turn: Turn, message: Any) -> Never | None:
    """What the chat itself calls for is said as often as it is called for; what a job, a program or a colleague says is not."""
    if not message.unprompted or message.edits or message.closes:
        return None
    identical = turn.db.execute(
        LATELY, {"whom": message.patient_id, "same_text": message.text, "since": turn.now - A_DAY}).one().identical
    return Never("suppressed", THE_SAME_AGAIN) if identical >= IDENTICAL_A_DAY else None


def quiet_until(now: datetime, zone: str) -> datetime | None:
    """The end of the quiet hours that are on now on the patient's wall; None if there are none."""
    here = local(now, zone)
    if QUIET_TO <= here.time() < QUIET_FROM:
        return None
    day = here.date() + timedelta(days=1) if here.time() >= QUIET_FROM else here.date()
    return instant(day, QUIET_TO, zone)
