"""What a patient's readings say, in words: the finding as a title, and a caption that holds every fact of the picture."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from care import instrument_results, instrument_scores, instruments
from care.heart.language import DayMonth, Lines, Msg, Text, _, n_
from care.instrument_scores import Change, Score
from care.readings.units import UNITS
from care.trends import Band, Point, Series

WEEK: Final = 7
MORE_PAIN: Final = 1  # between the averages of two weeks; less is "about the same"
MOST_TOLD: Final = 12  # totals told one by one


def title(seen: Series) -> Text:
    """The finding. The series must hold enough readings for a picture."""
    return TITLES.get(seen.kind.name, _level_title)(seen)


def caption(seen: Series) -> Text:
    """Everything that the picture shows; of too few readings, the readings."""
    if not seen.points:
        return _("{what}: nothing to show yet.", what=seen.kind.what)
    if not seen.enough:
        told = Lines((_heading(seen), Lines(tuple(_on(seen, point) for point in seen.points), "\n")), "\n")
        return Lines((told, _("From three on, I can draw a picture.")), "\n")
    facts = FACTS.get(seen.kind.name, _level_facts)(seen)
    return Lines((Lines((_heading(seen), *facts, *_gaps(seen)), "\n"), Lines(tuple(_next(seen)), "\n")))


def amount(seen: Series, amounts: tuple[Decimal, ...]) -> Text:
    """A reading with its unit, or an average."""
    if len(amounts) > 1:
        return "/".join(str(part) for part in amounts)
    return UNITS[seen.unit].written(amounts[0])


def subtitle(seen: Series) -> Text:
    """What the picture shows, and in which unit or from what to what."""
    kind = seen.kind
    if kind.least is not None:
        return _("{what}, {least} to {most}", what=kind.what, least=kind.least, most=kind.most)
    return _("{what}, {unit}", what=kind.what, unit=UNIT_NAMES[seen.unit])


def lines(seen: Series) -> tuple[Msg, ...]:
    """What the lines of the picture are, where there are two."""
    return (_("Upper number"), _("Lower number")) if len(seen.last.amounts) > 1 else ()


UNIT_NAMES: Final[Mapping[str, Text]] = {
    "mmHg": _("mmHg"), "kg": _("kg"), "lb": _("lb"), "st": _("stones"), "mg/dL": _("mg/dL"), "mmol/L": _("mmol/L"), "%": "%",
    "°C": "°C", "°F": "°F", "bpm": _("beats per minute"), "L/min": _("L/min")}


def the_goal(seen: Series) -> Msg:
    """What the band behind the lines is."""
    return _("Your goal") if seen.own_goals else _("Usual goal")


def _heading(seen: Series) -> Msg:
    first, last, count = _day(seen.points[0].day), _day(seen.until.date()), len(seen.points)
    if seen.kind.instrument:
        return _("{what}, {first} to {last}.", what=seen.kind.what, first=first, last=last)
    return n_("{what}, {first} to {last}: {count} reading.", "{what}, {first} to {last}: {count} readings.", count,
              what=seen.kind.what, first=first, last=last)


def _on(seen: Series, point: Point) -> Msg:
    return _("{reading} on {day}", reading=amount(seen, point.amounts), day=_day(point.day))


def _day(day: date) -> DayMonth:
    return DayMonth(day)


def _average(seen: Series) -> Msg:
    if recent := seen.recent():
        return _("14-day average {average}", average=amount(seen, seen.average(recent)))
    return _("Average {average}", average=amount(seen, seen.average(seen.points)))


def _extremes(seen: Series) -> Iterator[Text]:
    highest, lowest = seen.highest(), seen.lowest()
    yield _("Highest: {reading}. Lowest: {other}.", reading=_on(seen, highest), other=_on(seen, lowest))
    yield _("Last: {reading}.", reading=_on(seen, seen.last))


def _gaps(seen: Series) -> Iterator[Text]:
    gaps = seen.gaps()
    if not gaps or seen.kind.instrument:
        return
    first, last = max(gaps, key=lambda gap: (gap[1] - gap[0], gap[0]))
    if len(gaps) > 1:
        yield _("Some days have no reading. The longest gap is from {first} to {last}.", first=_day(first), last=_day(last))
    elif first == last:
        yield _("No reading on {day}.", day=_day(first))
    else:
        yield _("No reading from {first} to {last}.", first=_day(first), last=_day(last))


def _next(seen: Series) -> Iterator[Text]:
    if seen.kind.instrument:
        yield _("This is not a diagnosis. It helps your care team to see how you are.")
        yield _("Your care team can see your answers. If you feel worse, write to us here.")
    else:
        yield _("Your care team can see these readings.")


# Any reading with one number


def _level_title(seen: Series) -> Text:
    last = amount(seen, seen.last.amounts)
    if seen.kind.worst == "lowest":
        return _("Last {last}, lowest {lowest}", last=last, lowest=amount(seen, seen.lowest().amounts))
    return _("Last {last}, highest {highest}", last=last, highest=amount(seen, seen.highest().amounts))


def _level_facts(seen: Series) -> Iterator[Text]:
    yield _("{fact}.", fact=_average(seen))
    yield from _extremes(seen)


# Blood pressure


def _pressure_title(seen: Series) -> Text:
    average = seen.average(seen.recent() or seen.points)
    said, goals = _average(seen), seen.goals
    own = bool(seen.own_goals)
    if any(part >= goal.high for part, goal in zip(average, goals, strict=True)):
        return _("{average}: above your goal", average=said) if own else _("{average}: above the usual goal", average=said)
    if any(part < goal.low for part, goal in zip(average, goals, strict=True)):
        return _("{average}: lower than usual", average=said)
    return _("{average}: within your goal", average=said) if own else _("{average}: within the usual goal", average=said)


def _pressure_facts(seen: Series) -> Iterator[Text]:
    goal = amount(seen, tuple(goal.high for goal in seen.goals))
    yield _("{fact}.", fact=_pressure_title(seen))
    if seen.own_goals:
        yield _("Your goal is below {goal}.", goal=goal)
    else:
        yield _("The usual goal at home is below {goal}.", goal=goal)
    yield from _extremes(seen)


# Glucose


def _inside(seen: Series) -> int:
    return sum(point.amounts[0] in seen.goals[0] for point in seen.points)


def _glucose_title(seen: Series) -> Text:
    inside, total = _inside(seen), len(seen.points)
    if seen.own_goals:
        return _("{inside} of {total} readings in your range", inside=inside, total=total)
    return _("{inside} of {total} readings in the usual range", inside=inside, total=total)


def _glucose_facts(seen: Series) -> Iterator[Text]:
    low, high = (UNITS[seen.unit].written(end) for end in (seen.goals[0].low, seen.goals[0].high))
    if seen.own_goals:
        yield _("{average}. Your range is {low} to {high}.", average=_average(seen), low=low, high=high)
    else:
        yield _("{average}. The usual range is {low} to {high}.", average=_average(seen), low=low, high=high)
    yield _("{inside} of {total} readings were in that range.", inside=_inside(seen), total=len(seen.points))
    yield from _extremes(seen)


# Weight


def _weight_title(seen: Series) -> Text:
    changes = _changes(seen)
    return changes[-1] if changes else _level_title(seen)


def _weight_facts(seen: Series) -> Iterator[Text]:
    if changes := _changes(seen):
        yield Lines(tuple(_("{fact}.", fact=change) for change in changes), " ")
    yield from _extremes(seen)


def _changes(seen: Series) -> list[Msg]:
    """How much more or less than three days ago, and than a week ago, as far as there are readings from then."""
    return [_change(seen, earlier) for earlier in (seen.before(3, WEEK - 1), seen.before(WEEK, WEEK + 3)) if earlier]


def _change(seen: Series, earlier: Point) -> Msg:
    more, days = seen.last.amounts[0] - earlier.amounts[0], (seen.last.day - earlier.day).days
    by = UNITS["lb" if seen.unit == "st" else seen.unit].written(abs(more))
    if more == 0:
        return n_("The same as {count} day ago", "The same as {count} days ago", days)
    if more > 0:
        return n_("Up {by} in {count} day", "Up {by} in {count} days", days, by=by)
    return n_("Down {by} in {count} day", "Down {by} in {count} days", days, by=by)


# Pain


def _two_weeks(seen: Series) -> tuple[Decimal, Decimal] | None:
    """The averages of the last seven days and of the seven before; None if either has fewer than two readings."""
    ages = [((seen.until.date() - point.day).days, point) for point in seen.points]
    now = [point for age, point in ages if age < WEEK]
    before = [point for age, point in ages if WEEK <= age < 2 * WEEK]
    if min(len(now), len(before)) < 2:
        return None
    return seen.average(now)[0], seen.average(before)[0]


def _pain_title(seen: Series) -> Text:
    weeks = _two_weeks(seen)
    if weeks is None:
        return _level_title(seen)
    now, before = weeks
    if abs(now - before) < MORE_PAIN:
        return _("About as much pain as the week before")
    return _("Less pain than the week before") if now < before else _("More pain than the week before")


def _pain_facts(seen: Series) -> Iterator[Text]:
    if weeks := _two_weeks(seen):
        now, before = weeks
        now_of = UNITS[seen.unit].written(now)
        yield _("{fact}.", fact=_pain_title(seen))
        yield _("Average of the last 7 days: {now}. Of the 7 days before: {before}.", now=now_of, before=before)
    else:
        yield _("{fact}.", fact=_average(seen))
    yield from _extremes(seen)


# Questionnaires


def _total_title(seen: Series) -> Text:
    total, most, since = seen.last.amounts[0], seen.kind.most, seen.last.amounts[0] - seen.points[-2].amounts[0]
    if since == 0:
        return _("The same as last time: {total} of {most}", total=total, most=most)
    if since > 0:
        return n_("Up {count} point since last time: {total} of {most}", "Up {count} points since last time: {total} of {most}",
                  int(since), total=total, most=most)
    return n_("Down {count} point since last time: {total} of {most}", "Down {count} points since last time: {total} of {most}",
              int(-since), total=total, most=most)


def _total_facts(seen: Series) -> Iterator[Text]:
    told = tuple(_("{total} on {day}", total=point.amounts[0], day=_day(point.day)) for point in seen.points[-MOST_TOLD:])
    yield _("Totals: {totals}.", totals=Lines(told, ", "))
    yield _("The last one, {total} of {most}, is in the range called “{band}”.",
            total=seen.last.amounts[0], most=seen.kind.most, band=band_of(seen).name)
    trend = Lines(tuple(instrument_results.trend(_compared(seen))), " ")
    if trend.parts:
        yield trend
    yield _("A higher number means that these problems trouble you more often.")


def band_of(seen: Series) -> Band:
    return next(band for band in reversed(seen.kind.bands) if seen.last.amounts[0] >= band.least)


def _compared(seen: Series) -> Change:
    """As the published limits have it. They are the same in every language, so any text of the instrument will do."""
    name = seen.kind.instrument
    first, last, now = (Score(name, int(point.amounts[0]), None, True, (), None, None)
                        for point in (seen.began or seen.points[0], seen.points[-2], seen.last))
    return instrument_scores.change(instruments.instrument(name, "en"), now, first, last)


TITLES: Final[Mapping[str, Callable[[Series], Text]]] = {
    "blood_pressure": _pressure_title, "weight": _weight_title, "glucose": _glucose_title, "pain": _pain_title,
    "phq9": _total_title, "gad7": _total_title}
FACTS: Final[Mapping[str, Callable[[Series], Iterator[Text]]]] = {
    "blood_pressure": _pressure_facts, "weight": _weight_facts, "glucose": _glucose_facts, "pain": _pain_facts,
    "phq9": _total_facts, "gad7": _total_facts}
