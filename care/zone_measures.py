"""What a rule holds against its number: the answer itself, or how it has changed.

A key means the same in every check-in: last time's weight is last time's weight, in whichever conversation it was given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from statistics import median
from typing import Any

from sqlalchemy import bindparam, select

from care import patients
from care.heart.language import DayMonth, Msg, in_language
from care.heart.time import instant, local
from care.heart.turn import Turn
from care.tables import answers, conversations
from care.tables.base import Moment
from care.zone_rules import Rule, Usual

EARLIER = (
    select(answers.c.value, answers.c.answered_at)
    .join(conversations, conversations.c.id == answers.c.conversation_id)
    .where(conversations.c.patient_id == bindparam("whose"), answers.c.key == bindparam("this_key"),
           answers.c.superseded_at.is_(None), answers.c.conversation_id != bindparam("not_in"),
           answers.c.answered_at >= bindparam("since", type_=Moment)))
EVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Asked:
    """An answer that is judged: whose it is, where it was given, and which numbers staff have set, with where they hold."""

    turn: Turn
    patient_id: int
    conversation_id: int
    usuals: Mapping[str, Usual]
    numbers: Mapping[str, tuple[float, str]]

    @cached_property
    def time_zone(self) -> str:
        patient = patients.get(self.turn, self.patient_id)
        assert patient
        return patient.time_zone


@dataclass(frozen=True)
class Amount:
    """What is held against a rule's number, and how it was come by, for staff; nothing where it is the answer itself."""

    value: Any
    told: str = ""


def measured(asked: Asked, rule: Rule, value: Any) -> Amount | None:
    """What this rule looks at; None if it cannot be known, and then the rule is not met."""
    if rule.of == "value":
        return Amount(value)
    now = value.get(rule.part) if rule.part and isinstance(value, dict) else value
    return TRENDS[rule.of](asked, rule, now) if isinstance(now, int | float) else None


def often_enough(asked: Asked, rule: Rule, number: float | None) -> bool:
    """Whether as many answers as the rule wants, this one included, met it of late."""
    if rule.times == 1:
        return True
    since = asked.turn.now - timedelta(hours=rule.hours)
    met = [value for value, _at in earlier(asked, rule.key, since) if rule.met_by(value, number)]
    return len(met) + 1 >= rule.times


def earlier(asked: Asked, key: str, since: datetime) -> list[tuple[Any, datetime]]:
    """The answers to this question that stand in other conversations, the newest first."""
    rows = asked.turn.db.execute(EARLIER.order_by(answers.c.id.desc()), {
        "whose": asked.patient_id, "this_key": key, "not_in": asked.conversation_id, "since": since}).all()
    return [(row.value, row.answered_at) for row in rows if row.value is not None]


def numbers(asked: Asked, rule: Rule, since: datetime) -> list[tuple[float, datetime]]:
    """The earlier answers as numbers, the newest first."""
    parts = ((value.get(rule.part) if rule.part and isinstance(value, dict) else value, at)
             for value, at in earlier(asked, rule.key, since))
    return [(number, at) for number, at in parts if isinstance(number, int | float)]


def rise(asked: Asked, rule: Rule, now: float) -> Amount | None:
    """Held against the lowest of those days, so that one heavy morning does not hide a gain."""
    before = numbers(asked, rule, _days_ago(asked, rule.days))
    return _more(asked, now, *min(before)) if before else None


def fall(asked: Asked, rule: Rule, now: float) -> Amount | None:
    """Held against the highest of those days."""
    before = numbers(asked, rule, _days_ago(asked, rule.days))
    if not before:
        return None
    more = _more(asked, now, *max(before))
    return Amount(-more.value, more.told)


def _days_ago(asked: Asked, days: int) -> datetime:
    """The beginning of that day, on the patient's calendar: an early weighing yesterday counts, at whatever hour it was."""
    today = local(asked.turn.now, asked.time_zone).date()
    return instant(today - timedelta(days=days), time(0), asked.time_zone)


def rise_from_last(asked: Asked, rule: Rule, now: float) -> Amount | None:
    before = numbers(asked, rule, asked.turn.now - timedelta(days=rule.days))
    return _more(asked, now, *before[0]) if before else None


def _more(asked: Asked, now: float, was: float, at: datetime) -> Amount:
    more = round(now - was, 2)
    return Amount(more, f"{more:+g} since {_day(asked, at)}, when it was {was:g}")


def rise_from_usual(asked: Asked, rule: Rule, now: float) -> Amount | None:
    usual = usual_of(asked, rule)
    return None if usual is None else Amount(round(now - usual, 2), f"{round(now - usual, 2):+g} from the usual {usual:g}")


def drop_from_usual(asked: Asked, rule: Rule, now: float) -> Amount | None:
    usual = usual_of(asked, rule)
    return None if usual is None else Amount(round(usual - now, 2), f"{round(now - usual, 2):+g} from the usual {usual:g}")


def percent_of_usual(asked: Asked, rule: Rule, now: float) -> Amount | None:
    usual = usual_of(asked, rule)
    return None if usual is None else Amount(round(100 * now / usual, 1), f"{100 * now / usual:.0f} % of {usual:g}")


def usual_of(asked: Asked, rule: Rule) -> float | None:
    """What staff have set; else worked out from earlier readings, once there are as many as it takes."""
    usual = asked.usuals[rule.usual]
    if usual.id in asked.numbers:
        return asked.numbers[usual.id][0]
    if usual.otherwise == "nothing":
        return None
    readings = [number for number, _at in numbers(asked, rule, EVER)]
    if len(readings) < usual.count:
        return None
    return max(readings) if usual.otherwise == "highest" else float(median(readings[-usual.count:]))


def _day(asked: Asked, at: datetime) -> str:
    return in_language(Msg("{day}", gaps=(("day", DayMonth(local(at, asked.time_zone).date())),)), "en")


TRENDS: Mapping[str, Callable[[Asked, Rule, float], Amount | None]] = {
    "rise": rise, "fall": fall, "rise_from_last": rise_from_last, "rise_from_usual": rise_from_usual,
    "drop_from_usual": drop_from_usual, "percent_of_usual": percent_of_usual}
