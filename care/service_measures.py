"""How the service did, week by week, and for whom: what a lead nurse looks at. It names nobody.

A week begins on Monday, on the clinic's own wall. The cost of all of it is one pass over the check-ins, doses and obligations
of the period, counted by the database; obligations alone are read one by one, since a percentile needs each.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select

from care.check_windows import HEARD
from care.escalations import Severity
from care.heart.time import instant, local
from care.heart.turn import Turn
from care.tables import check_windows, consents, doses, escalations, patients

WEEKS, MOST_WEEKS = 26, 104
FEWEST = 5  # patients; of fewer nothing is told, since it could be told of whom it is
A_WEEK = timedelta(days=7)
AGES = ((0, "under 18"), (18, "18 to 39"), (40, "40 to 64"), (65, "65 to 79"), (80, "80 and over"))
ACTED = ("reached", "safety_plan", "advice_given")  # a person did something for the patient; `settled` was no alert
ASKED = ("answered", "partial", "not_today", "silent", "missed_by_us")  # outcomes of a check-in that was to be offered


@dataclass
class Counted:
    """What one week, or one group of patients, came to. Shares and times are None where there was nothing to measure."""

    due: int = 0  # check-ins that were to be offered
    offered: int = 0
    heard: int = 0  # of those offered: answered, begun, or "not today"
    people_due: int = 0  # patients to whom one was to be offered
    people_reached: int = 0  # ... and was, at least once
    doses: int = 0  # that came to an end and were not cancelled
    missed_by_us: int = 0  # check-ins and doses
    acknowledged: list[float] = field(default_factory=list)  # minutes, each
    answered: list[float] = field(default_factory=list)
    in_time: int = 0  # acknowledged by the time that the clinic promises
    alerts: int = 0
    closed: int = 0
    acted_on: int = 0

    @property
    def acknowledged_p50(self) -> float | None:
        return percentile(self.acknowledged, 50)

    @property
    def acknowledged_p90(self) -> float | None:
        return percentile(self.acknowledged, 90)

    @property
    def answered_p50(self) -> float | None:
        return percentile(self.answered, 50)

    @property
    def answered_p90(self) -> float | None:
        return percentile(self.answered, 90)

    @property
    def reach(self) -> float | None:
        return share(self.people_reached, self.people_due)

    @property
    def reply(self) -> float | None:
        return share(self.heard, self.offered)

    @property
    def acted_on_share(self) -> float | None:
        return share(self.acted_on, self.closed)

    @property
    def in_time_share(self) -> float | None:
        return share(self.in_time, self.alerts)

    @property
    def missed_share(self) -> float | None:
        return share(self.missed_by_us, self.due + self.doses)


@dataclass
class Week(Counted):
    first: date = date.min  # Monday
    taking_part: int = 0  # patients whose consent stood in that week

    @property
    def alerts_per_patient(self) -> float | None:
        return share(self.alerts, self.taking_part)


@dataclass(frozen=True)
class Group:
    """Patients who share a language or an age; `of` is None where they are so few that it could be told who they are."""

    by: str  # language, age
    name: str
    patients: int | None
    of: Counted | None


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def percentile(values: Sequence[float], at: int) -> float | None:
    """By nearest rank: one of the values, never something in between. None if there is none."""
    return sorted(values)[ceil(at / 100 * len(values)) - 1] if values else None


def mondays(turn: Turn, weeks: int) -> list[date]:
    """Of the last whole weeks, the oldest first: this week is not over."""
    today = local(turn.now, turn.settings.clinic.time_zone).date()
    this = today - timedelta(days=today.weekday())
    return [this - number * A_WEEK for number in range(weeks, 0, -1)]


def by_week(turn: Turn, weeks: int = WEEKS) -> list[Week]:
    """Every week of the period, whether anything happened in it or not."""
    starts = mondays(turn, weeks)
    found = [Week(first=first) for first in starts]
    bounds = _bounds(turn, starts)
    for week, row in _windows(turn, bounds, _week_of(check_windows.c.due_at, bounds)):
        _add_windows(found[week], row)
    for week, row in _doses(turn, bounds, _week_of(doses.c.due_at, bounds)):
        _add_doses(found[week], row)
    place = _place(bounds)
    for alert in _alerts(turn, bounds):
        _add_alert(found[place(alert.opened_at)], alert)
    for one, (begin, end) in zip(found, pairwise(bounds), strict=True):
        one.taking_part = turn.db.scalar(select(func.count(consents.c.patient_id.distinct())).where(
            consents.c.given_at < end, or_(consents.c.withdrawn_at.is_(None), consents.c.withdrawn_at > begin))) or 0
    return found


def by_group(turn: Turn, weeks: int = WEEKS) -> list[Group]:
    """The period as a whole, for each language and each age: nobody is to be left out without anybody noticing."""
    starts = mondays(turn, weeks)
    bounds = _bounds(turn, starts)
    each: dict[int, Counted] = defaultdict(Counted)
    for patient_id, row in _windows(turn, bounds, check_windows.c.patient_id):
        _add_windows(each[patient_id], row)
    for patient_id, row in _doses(turn, bounds, doses.c.patient_id):
        _add_doses(each[patient_id], row)
    for alert in _alerts(turn, bounds):
        _add_alert(each[alert.patient_id], alert)
    today = local(turn.now, turn.settings.clinic.time_zone).date()
    members: dict[tuple[str, str], list[Counted]] = defaultdict(list)
    for person in turn.db.execute(select(patients.c.id, patients.c.language, patients.c.date_of_birth)):
        if person.id in each:
            members["language", person.language].append(each[person.id])
            members["age", age_group(person.date_of_birth, today)].append(each[person.id])
    order = {name: number for number, (_, name) in enumerate(AGES)}
    named = sorted(members, key=lambda key: (key[0] != "language", order.get(key[1], 0), key[1]))
    hidden = {key for by in ("language", "age") for key in _too_few({k: len(v) for k, v in members.items() if k[0] == by})}
    return [Group(*key, None, None) if key in hidden else Group(*key, len(members[key]), _together(members[key]))
            for key in named]


def age_group(born: date, today: date) -> str:
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return next(name for least, name in reversed(AGES) if age >= least or least == 0)


def _too_few(sizes: Mapping[tuple[str, str], int]) -> set[tuple[str, str]]:
    """Groups that are too small; and as long as those hidden are too few together, the next smallest with them: what the
    others lack of the whole would tell of them."""
    hidden = {key for key, size in sizes.items() if size < FEWEST}
    for key in sorted(sizes, key=lambda key: (sizes[key], key)):
        if 0 < sum(sizes[one] for one in hidden) < FEWEST:
            hidden.add(key)
    return hidden


def _together(parts: Iterable[Counted]) -> Counted:
    whole = Counted()
    for part in parts:
        for name, value in vars(part).items():
            setattr(whole, name, getattr(whole, name) + value)
    return whole


def _bounds(turn: Turn, starts: Sequence[date]) -> list[datetime]:
    """The instants at which the weeks begin, and the last one's end: a week with a clock change is not 168 hours."""
    zone = turn.settings.clinic.time_zone
    return [instant(day, time(), zone) for day in (*starts, starts[-1] + A_WEEK)]


def _week_of(moment: ColumnElement[datetime], bounds: Sequence[datetime]) -> ColumnElement[int]:
    return case(*((moment < end, number) for number, end in enumerate(bounds[1:])), else_=len(bounds))


def _place(bounds: Sequence[datetime]) -> Callable[[datetime], int]:
    return lambda moment: next(number for number, end in enumerate(bounds[1:]) if moment < end)


def _count(column: ColumnElement[Any], *values: str) -> ColumnElement[int]:
    return func.sum(case((column.in_(values), 1), else_=0))


def _windows(turn: Turn, bounds: Sequence[datetime], by: ColumnElement[Any]) -> list[tuple[int, Row[Any]]]:
    outcome, offered = check_windows.c.outcome, check_windows.c.offered_at.is_not(None)
    person = check_windows.c.patient_id
    asked = select(
        by.label("by"), func.count().label("due"), func.sum(case((offered, 1), else_=0)).label("offered"),
        func.sum(case((and_(offered, outcome.in_(HEARD)), 1), else_=0)).label("heard"),
        _count(outcome, "missed_by_us").label("missed"), func.count(person.distinct()).label("people"),
        func.count(case((offered, person)).distinct()).label("reached"),
    ).where(check_windows.c.due_at >= bounds[0], check_windows.c.due_at < bounds[-1], outcome.in_(ASKED)).group_by("by")
    return [(row.by, row) for row in turn.db.execute(asked)]


def _doses(turn: Turn, bounds: Sequence[datetime], by: ColumnElement[Any]) -> list[tuple[int, Row[Any]]]:
    asked = select(
        by.label("by"), func.count().label("ended"), _count(doses.c.state, "missed_by_us").label("missed"),
    ).where(doses.c.due_at >= bounds[0], doses.c.due_at < bounds[-1],
            doses.c.state.in_(("taken", "skipped", "no_answer", "missed_by_us"))).group_by("by")
    return [(row.by, row) for row in turn.db.execute(asked)]


def _alerts(turn: Turn, bounds: Sequence[datetime]) -> Sequence[Any]:
    """What patients' answers, words and doses called a person for; not what they calmly asked for, nor the clinic's own."""
    return turn.db.execute(select(
        escalations.c.patient_id, escalations.c.opened_at, escalations.c.waiting_since, escalations.c.due_at,
        escalations.c.acknowledged_at, escalations.c.answered_at, escalations.c.resolved_at, escalations.c.outcome,
    ).where(escalations.c.opened_at >= bounds[0], escalations.c.opened_at < bounds[-1], escalations.c.patient_id.is_not(None),
            escalations.c.severity < int(Severity.ROUTINE))).all()


def _add_windows(to: Counted, row: Row[Any]) -> None:
    to.due, to.offered, to.heard, to.missed_by_us = row.due, row.offered, row.heard, to.missed_by_us + row.missed
    to.people_due, to.people_reached = row.people, row.reached


def _add_doses(to: Counted, row: Row[Any]) -> None:
    to.doses, to.missed_by_us = row.ended, to.missed_by_us + row.missed


def _add_alert(to: Counted, alert: Row[Any]) -> None:
    to.alerts += 1
    if alert.acknowledged_at:
        to.acknowledged.append((alert.acknowledged_at - alert.opened_at).total_seconds() / 60)
        to.in_time += alert.acknowledged_at <= alert.due_at
    if alert.answered_at:
        to.answered.append(max(0.0, (alert.answered_at - alert.waiting_since).total_seconds() / 60))
    if alert.resolved_at:
        to.closed += 1
        to.acted_on += alert.outcome in ACTED
