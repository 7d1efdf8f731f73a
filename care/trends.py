"""What patients can look back on: their readings in a line of time, and the facts in it. Its words are in trend_words.py.

Nothing is filed here. A picture is a reference (see `reference`), and the readings are looked up again when it is drawn: as
they stood at the moment that it names, so that it shows what its caption says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from statistics import median
from typing import Any, Final, TypeAlias

from sqlalchemy import or_, select

from care import goals, measuring
from care.heart.language import Msg, _
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from care.readings.units import UNITS
from care.tables import answers, conversations, instrument_scores

ENOUGH: Final = 3  # readings for a picture; fewer are told in a sentence
RECENT: Final = timedelta(days=14)  # what an average is about
GAP: Final = 1.75  # times the usual number of days between two readings
Reference: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Span:
    """From `low` up to, not including, `high`."""

    low: Decimal
    high: Decimal

    def __contains__(self, amount: Decimal) -> bool:
        return self.low <= amount < self.high


@dataclass(frozen=True)
class Band:
    """A range of totals up to the next one's `least`, and what it is called."""

    least: int
    name: Msg


@dataclass(frozen=True)
class Kind:
    """Something to look back on. Its readings are the measurements of this kind, the answers to questions with this key, or, of
    an `instrument`, the totals. Amounts here are in `unit`, the one that answers are kept in."""

    name: str
    what: Msg
    unit: str = ""
    weeks: int = 4  # how far back to look
    least: int | None = None  # where the axis ends, whatever the readings are
    most: int | None = None
    breadth: int = 10  # the least that the axis covers, so that a trifle does not look like a leap
    goals: tuple[Span, ...] = ()  # one for each line, where nobody has set another
    worst: str = "highest"  # or "lowest": which reading to name beside the last
    bands: tuple[Band, ...] = ()
    instrument: str = ""


def _usual(kind: str) -> tuple[Span, ...]:
    return tuple(Span(Decimal(str(low)), Decimal(str(below))) for low, below in goals.usual(kind))


# Oxygen has no goal: what is right with COPD would be low without it. Totals are shown for 48 weeks, not a year: so no day of a
# month comes twice.
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in (
    Kind("blood_pressure", _("Blood pressure"), "mmHg", breadth=60, goals=_usual("blood_pressure")),
    Kind("weight", _("Weight"), "kg", breadth=4),
    Kind("glucose", _("Blood sugar"), "mg/dL", breadth=90, goals=_usual("glucose")),
    Kind("oxygen", _("Oxygen"), "%", most=100, breadth=10, worst="lowest"),
    Kind("temperature", _("Temperature"), "°C", breadth=3),
    Kind("pulse", _("Pulse"), "bpm", breadth=40),
    Kind("peak_flow", _("Peak flow"), "L/min", breadth=200, worst="lowest"),
    Kind("pain", _("Pain"), "/10", least=0, most=10),
    Kind("phq9", _("Mood questions (PHQ-9)"), weeks=48, least=0, most=27, instrument="phq9", bands=(
        Band(0, _("none or minimal")), Band(5, _("mild")), Band(10, _("moderate")), Band(15, _("moderately severe")),
        Band(20, _("severe")))),
    Kind("gad7", _("Worry questions (GAD-7)"), weeks=48, least=0, most=21, instrument="gad7", bands=(
        Band(0, _("minimal")), Band(5, _("mild")), Band(10, _("moderate")), Band(15, _("severe")))),
)}
WHOLE: Final = ("mmHg", "mg/dL", "%", "bpm", "L/min", "st", "")  # units in which a decimal says nothing


@dataclass(frozen=True)
class Point:
    """A reading on the patient's own calendar, in the patient's own unit; a blood pressure has two amounts."""

    at: datetime
    amounts: tuple[Decimal, ...]

    @property
    def day(self) -> date:
        return self.at.date()


@dataclass(frozen=True)
class Series:
    """Readings of one kind, the oldest first, as they stood when `until` was now. `began`: the very first, of an instrument."""

    kind: Kind
    unit: str
    points: tuple[Point, ...]
    until: datetime
    began: Point | None = None
    own_goals: tuple[Span, ...] = ()  # as somebody has set them, like the kind's; none, and the usual ones hold

    @property
    def enough(self) -> bool:
        return len(self.points) >= ENOUGH

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def goals(self) -> tuple[Span, ...]:
        """In the patient's own unit."""
        return tuple(Span(self.own(goal.low), self.own(goal.high)) for goal in self.own_goals or self.kind.goals)

    def own(self, canonical: Decimal) -> Decimal:
        return in_unit(canonical, self.kind.unit, self.unit)

    def recent(self) -> tuple[Point, ...]:
        """The readings of the last 14 days; none if they are too few for an average."""
        lately = tuple(point for point in self.points if point.at > self.until - RECENT)
        return lately if len(lately) >= ENOUGH else ()

    def average(self, points: Sequence[Point]) -> tuple[Decimal, ...]:
        return tuple(rounded(sum(line, Decimal(0)) / len(line), self.unit)
                     for line in zip(*(point.amounts for point in points), strict=True))

    def highest(self) -> Point:
        """The highest reading (of blood pressures the one with the highest upper number), the latest of equals."""
        return max(self.points, key=lambda point: (point.amounts, point.at))

    def lowest(self) -> Point:
        return min(reversed(self.points), key=lambda point: point.amounts)

    def stretches(self) -> list[list[Point]]:
        """The readings in rows without a gap: what a line may join. One missed day of daily readings is a gap."""
        days = sorted({point.day for point in self.points})
        steps = [(later - earlier).days for earlier, later in pairwise(days)]
        longest = GAP * median(steps) if steps else 1
        rows: list[list[Point]] = []
        for point in self.points:
            if rows and (point.day - rows[-1][-1].day).days <= longest:
                rows[-1].append(point)
            else:
                rows.append([point])
        return rows

    def gaps(self) -> list[tuple[date, date]]:
        """The first and the last day without a reading, of each gap."""
        day = timedelta(days=1)
        return [(before[-1].day + day, after[0].day - day) for before, after in pairwise(self.stretches())]

    def before(self, days: int, at_most: int) -> Point | None:
        """The latest reading that is at least so many days older than the last one, and no older than `at_most`."""
        return next((point for point in reversed(self.points) if days <= (self.last.day - point.day).days <= at_most), None)


def in_unit(canonical: Decimal, kept_in: str, unit: str) -> Decimal:
    if unit == kept_in:
        return rounded(canonical, unit)
    return rounded(canonical / UNITS[unit].times + UNITS[unit].zero, unit)


def rounded(amount: Decimal, unit: str) -> Decimal:
    """As precise as a reading in this unit means anything."""
    to = amount.quantize(Decimal(1) if unit in WHOLE else Decimal("0.1"), ROUND_HALF_UP)
    return to.quantize(Decimal(1)) if to == to.to_integral_value() else to


def to_see(turn: Turn, patient: Patient) -> list[Kind]:
    """The kinds of which there is something to see."""
    found = {name for name, _point, _unit in _readings(turn, patient, KINDS.values(), turn.now)}
    return [kind for kind in KINDS.values()
            if kind.name in found or (kind.instrument and _totals(turn, patient, kind, turn.now)[0])]


def series(turn: Turn, patient: Patient, kind: Kind, until: datetime | None = None) -> Series:
    """The readings of one kind up to a moment, as they stood then."""
    until = until or turn.now
    here = local(until, patient.time_zone)
    if kind.instrument:
        totals, began = _totals(turn, patient, kind, until)
        return Series(kind, kind.unit, tuple(totals), here, began)
    found = list(_readings(turn, patient, (kind,), until))
    given = next((unit for _name, _point, unit in reversed(found) if unit), kind.unit)
    unit = measuring.unit_of(turn, patient.id, kind.name) or given
    points = tuple(Point(point.at, tuple(in_unit(amount, kind.unit, unit) for amount in point.amounts))
                   for _name, point, _unit in found)
    own = tuple(Span(Decimal(str(low)), Decimal(str(below))) for low, below in goals.own(turn, patient.id, kind.name, until))
    return Series(kind, unit, points, here, own_goals=own)


def reference(shown: Series, patient: Patient) -> Reference:
    """What to draw later: no reading is kept twice."""
    return {"trend": shown.kind.name, "patient": patient.id, "until": shown.until.isoformat(), "language": patient.language}


def scores(turn: Turn, patient_id: int, instrument: str, until: datetime) -> list[tuple[datetime, int]]:
    """When an instrument was completed and what it came to, the oldest first. What is incomplete has no total."""
    rows = turn.db.execute(
        select(instrument_scores.c.completed_at, instrument_scores.c.total)
        .where(instrument_scores.c.patient_id == patient_id, instrument_scores.c.instrument == instrument,
               instrument_scores.c.total.is_not(None), instrument_scores.c.completed_at <= until,
               _stood(instrument_scores, until))
        .order_by(instrument_scores.c.completed_at, instrument_scores.c.id))
    return [(row.completed_at, row.total) for row in rows]


def _totals(turn: Turn, patient: Patient, kind: Kind, until: datetime) -> tuple[list[Point], Point | None]:
    """The totals to show, and the very first one."""
    every = [Point(local(at, patient.time_zone), (Decimal(total),))
             for at, total in scores(turn, patient.id, kind.instrument, until)]
    shown = [point for point in every if point.at > until - timedelta(weeks=kind.weeks)]
    return shown, every[0] if every else None


def _readings(
    turn: Turn, patient: Patient, kinds: Any, until: datetime,
) -> Iterator[tuple[str, Point, str | None]]:
    """The kind of each reading, the reading in the kind's own unit, and the unit that it was given in; the oldest first."""
    weeks = {kind.name: kind.weeks for kind in kinds if not kind.instrument}
    since = until - timedelta(weeks=max(weeks.values(), default=0))
    rows = turn.db.execute(
        select(answers.c.key, answers.c.kind, answers.c.value, answers.c.unit, answers.c.answered_at)
        .join(conversations, conversations.c.id == answers.c.conversation_id)
        .where(conversations.c.patient_id == patient.id, answers.c.answered_at > since, answers.c.answered_at <= until,
               or_(answers.c.kind.in_(weeks), answers.c.key.in_(weeks)), _stood(answers, until))
        .order_by(answers.c.answered_at, answers.c.id))
    for row in rows:
        name, amounts = row.kind or row.key, amounts_of(row.value)
        if amounts and name in weeks and row.answered_at > until - timedelta(weeks=weeks[name]):
            yield name, Point(local(row.answered_at, patient.time_zone), amounts), row.unit


def _stood(table: Any, until: datetime) -> Any:
    return or_(table.c.superseded_at.is_(None), table.c.superseded_at > until)


def amounts_of(value: Any) -> tuple[Decimal, ...]:
    """The numbers in an answer as it is kept; none if it holds no reading."""
    match value:
        case {"systolic": int(upper), "diastolic": int(lower)}:
            return Decimal(upper), Decimal(lower)
        case bool():
            return ()
        case int() | float():
            return (Decimal(str(value)),)
    return ()
