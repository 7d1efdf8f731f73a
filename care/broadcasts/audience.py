"""Who would get a broadcast, who would not and why: counted in the database, so that a hundred thousand are no trouble."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, not_, null, or_, select

from care.broadcasts.texts import Broadcast
from care.cohorts import meant
from care.heart import gate
from care.heart.language import english
from care.heart.time import instant
from care.heart.turn import Lane, Turn
from care.tables import chat_links, outbox, patients, refused_topics

# Why somebody who is meant gets nothing, in the order in which it is looked for; beside it, as staff read it.
LEFT_OUT: Mapping[str, str] = {
    "left": "has left", "not_enrolled": "has not come in yet", "no_consent": "has not agreed",
    "deceased": "has died", "in_hospital": "in hospital", "transferred": "looked after elsewhere",
    "stopped": "stopped messages", "paused": "paused messages", "topic": "does not want this topic",
    "no_chat": "no chat is linked", "unreachable": "has blocked the bot", "no_text": "no text in their language",
    "not_meant": "is not meant any more",
}


@dataclass(frozen=True)
class Share:
    """How many of those who get it read it in this language."""

    language: str
    patients: int


@dataclass(frozen=True)
class Count:
    """`later` are among `gets`: they wait, because it is night where they are. `used_up` are among them too: they have had
    their day's messages already, and get nothing if that is still so when it comes to leave."""

    meant: int
    gets: int
    by_language: list[Share]
    left_out: list[tuple[str, int]]  # by reason, as LEFT_OUT has them
    without_text: list[str]  # the languages that somebody who would get it reads, and it has no words in
    later: int
    used_up: int


def left_out(turn: Turn, topic: str, languages: Collection[str]) -> Any:
    """In the database's words: why a patient gets nothing; NULL for whoever gets it."""
    linked = exists().where(chat_links.c.patient_id == patients.c.id, chat_links.c.cut_at.is_(None))
    refuses = exists().where(refused_topics.c.patient_id == patients.c.id, refused_topics.c.topic == topic)
    return case(
        (patients.c.state == "left", "left"),
        (patients.c.state != "active", "not_enrolled"),
        (not_(patients.c.consented), "no_consent"),
        *((patients.c.situation == name, name) for name in gate.NOT_ASKED),
        (not_(patients.c.reminders), "stopped"),
        (and_(patients.c.paused_until.is_not(None), patients.c.paused_until > turn.now), "paused"),
        (refuses, "topic"),
        (not_(linked), "no_chat"),
        (not_(patients.c.reachable), "unreachable"),
        (patients.c.language.not_in(list(languages)), "no_text"),
        else_=null())


def count(turn: Turn, broadcast: Broadcast) -> Count:
    """Everybody who is meant, counted as of now."""
    why = left_out(turn, broadcast.topic, broadcast.texts).label("why")
    rows = turn.db.execute(
        meant(turn, broadcast.criteria, why, patients.c.language, patients.c.time_zone, func.count().label("number"))
        .group_by(why, patients.c.language, patients.c.time_zone)).all()
    reading: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for row in rows:
        if row.why:
            reasons[row.why] += row.number
        else:
            reading[row.language] += row.number
    at_once = broadcast.on_date is None
    return Count(
        sum(row.number for row in rows), sum(reading.values()),
        [Share(language, number) for language, number in sorted(reading.items(), key=lambda one: (-one[1], one[0]))],
        [(reason, reasons[reason]) for reason in LEFT_OUT if reasons[reason]],
        sorted({row.language for row in rows if row.why == "no_text"}),
        sum(row.number for row in rows if not row.why and at_once and gate.quiet_until(turn.now, row.time_zone)),
        _used_up(turn, broadcast, why) if at_once else 0)


def _used_up(turn: Turn, broadcast: Broadcast, why: Any) -> int:
    had = (  # from the few who had anything, rather than for everybody who is meant
        select(outbox.c.patient_id, func.count().label("number")).where(
            outbox.c.lane == int(Lane.BROADCAST), outbox.c.outcome.in_(("sent", "unknown")), outbox.c.settled_at.is_not(None),
            outbox.c.settled_at > turn.now - gate.A_DAY).group_by(outbox.c.patient_id).subquery())
    room = turn.settings.sending.unasked_a_day
    wanted = meant(turn, broadcast.criteria, func.count()).join(had, had.c.patient_id == patients.c.id).where(
        why.is_(None), or_(had.c.number >= room, had.c.number >= func.coalesce(patients.c.most_a_day, literal(gate.ANY))))
    return turn.db.scalar(wanted) or 0


def due_at(now: datetime, broadcast: Broadcast, zone: str) -> datetime:
    """When it is due in a zone: at its hour there, if that is still to come; never in the hours in which people sleep."""
    at = now
    if broadcast.on_date and broadcast.at_time:
        at = max(now, instant(broadcast.on_date, broadcast.at_time, zone))
    return gate.quiet_until(at, zone) or at


def begins_at(now: datetime, broadcast: Broadcast) -> datetime:
    """When the first clock on earth shows its hour."""
    if broadcast.on_date and broadcast.at_time:
        return max(now, instant(broadcast.on_date, broadcast.at_time, "UTC") - timedelta(hours=14))
    return now


def languages_in_words(codes: Collection[str]) -> str:
    """In English, as staff read it."""
    return ", ".join(english(code) for code in codes)
