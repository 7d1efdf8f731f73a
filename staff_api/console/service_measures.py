"""The page of service measures: a run chart for each measure, and the same for each language and age."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from aiohttp import web

from care import notices, run_chart, worklist
from care.heart.turn import Turn
from care.run_chart import RunChart
from staff_api.console.visit import Visit, visited
from staff_api.shapes.service_measures import Period, WeekMeasured
from staff_api.views.service_measures import measured

WIDTH, HEIGHT, SIDE, FOOT = 560, 150, 12, 12  # of a chart, in its own units
NO_MORE = 1e-9


@dataclass(frozen=True)
class Kind:
    """A measure as the page shows it. `way` is 1 where more is better, -1 where less is, 0 where neither is."""

    name: str
    title: str
    means: str
    written: Callable[[float], str]
    way: int


def percent(value: float) -> str:
    return f"{value:.0%}"


def minutes(value: float) -> str:
    return f"{value:.0f} min" if value < 120 else f"{value / 60:.1f} h"


def times(value: float) -> str:
    return f"{value:.2f}"


def count(value: float) -> str:
    return f"{value:.0f}"


KINDS = (
    Kind("reach", "Reach", "Patients who got a check-in, of those to whom one was due.", percent, 1),
    Kind("reply", "Replies", "Check-ins that were heard of, of those that were offered.", percent, 1),
    Kind("acknowledged_p50_minutes", "Until taken on, the middle", "Half of the alerts were taken on sooner.", minutes, -1),
    Kind("acknowledged_p90_minutes", "Until taken on, nine of ten", "One alert of ten took longer.", minutes, -1),
    Kind("acknowledged_in_time", "Taken on in time", "Alerts taken on by the time that the clinic promises.", percent, 1),
    Kind("answered_p90_minutes", "Until answered, nine of ten", "From the patient's words until a person's.", minutes, -1),
    Kind("alerts_per_patient", "Alerts per patient", "Urgent or worse, for each patient who took part.", times, 0),
    Kind("acted_on", "Acted on", "Closed alerts in which the patient was reached, advised, or a safety plan made.", percent, 1),
    Kind("missed_by_us", "Missed by us", "Check-ins and doses that we were not there to ask about.", count, -1),
)


@dataclass(frozen=True)
class Chart:
    """A run chart, drawn: `line` joins weeks that follow each other, `dots` say which of them are part of a sign."""

    kind: Kind
    found: RunChart
    lines: tuple[str, ...]
    dots: tuple[tuple[float, float, bool, str], ...]  # x, y, part of a sign, what it says
    middle: float | None  # y of the median
    last: str  # the newest value, in words
    says: str

    @property
    def tone(self) -> str:
        """What the newest sign means: better, worse, other; or none."""
        sign = self.found.latest
        if sign is None:
            return "none"
        return {1: "better", -1: "worse", 0: "other"}[sign.way * self.kind.way]


def drawn(kind: Kind, weeks: Sequence[WeekMeasured]) -> Chart:
    found = run_chart.read([getattr(week, kind.name) for week in weeks])
    most = max((value for _, value in found.points), default=0.0)
    top = max(most, NO_MORE)

    def x(place: int) -> float:
        return round(SIDE + place * (WIDTH - 2 * SIDE) / max(len(weeks) - 1, 1), 1)

    def y(value: float) -> float:
        return round(HEIGHT - FOOT - value / top * (HEIGHT - 2 * FOOT), 1)

    marked = {place for sign in found.signs for place in sign.places}
    lines = tuple(f"M{x(one)} {y(before)}L{x(two)} {y(after)}" for (one, before), (two, after) in pairwise(found.points)
                  if two == one + 1)
    dots = tuple((x(place), y(value), place in marked, f"{said_day(weeks[place].first_day)}: {kind.written(value)}")
                 for place, value in found.points)
    return Chart(kind, found, lines, dots, None if found.middle is None else y(found.middle),
                 kind.written(found.points[-1][1]) if found.points else "nothing yet", says(kind, found, weeks))


def says(kind: Kind, found: RunChart, weeks: Sequence[WeekMeasured]) -> str:
    """The finding, in a sentence."""
    if not found.points:
        return "Nothing to measure in this time."
    if found.middle is None:
        return f"{len(found.points)} weeks with something to measure: from {run_chart.ENOUGH} on a chart says something."
    if (sign := found.latest) is None:
        lately = " now" if found.signs else ""
        return f"Nothing unusual{lately}: the weeks lie around {kind.written(found.middle)}."
    since = said_day(weeks[sign.places[0]].first_day)
    if sign.kind == "shift":
        side = "Above" if sign.way > 0 else "Below"
        return (f"{side} the middle of {kind.written(found.middle)} for {len(sign.places)} weeks, since {since}: "
                "something has changed.")
    return f"{'Rising' if sign.way > 0 else 'Falling'} for {len(sign.places)} weeks, since {since}."


def said_day(day: date) -> str:
    return f"{day.day} {day:%B}"


@visited("worklist:read")
async def get_measures(visit: Visit) -> web.Response:
    """How the service did, week by week, and for whom."""
    period = visit.query(Period)

    def look(turn: Turn) -> dict[str, object]:
        found = measured(turn, period.weeks)
        return {"found": found, "charts": [drawn(kind, found.weeks) for kind in KINDS],
                "waiting_count": worklist.counts(turn)["open"], "notices": notices.standing(turn)}

    return visit.page("measures.html", place="measures", heading="Service measures", weeks=period.weeks, kinds=KINDS,
                      periods=(13, 26, 52), size=(WIDTH, HEIGHT), **await visit.read(look))
