"""What the answers to an instrument add up to, how that compares with before, and what a person must look at.

Sums, bands and cut-offs are the instruments' own. The limits of change are those published for the PHQ-9 (5 points: Löwe 2004;
half or less is response, below 5 remission, both from 10 or more: HEDIS); other instruments get no such reading.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from care.escalations import Severity
from care.instruments import Instrument

Answers = Mapping[str, int | None]
STEPS_UP: Final = {"phq2": "phq9"}  # a screen, and what goes on from it where it is positive
MEANINGFUL: Final = 5  # points of the PHQ-9
REMISSION: Final = 5  # below this
WITH_CHANGE: Final = ("phq9",)
# A screen is positive whatever its total, by the forms' own rules: a fall, unsteadiness or fear of falling; half of a form.
ALONE_ENOUGH: Final = {"steadi-stay-independent": ("q1", "q3", "q5")}
PARTS: Final = {"phq4": (("anxiety", ("q1", "q2")), ("depression", ("q3", "q4")))}
PART_CUT_OFF: Final = 3
# Our own defaults, version 1, 2026-11-21. Not yet reviewed by a clinician.
SAME_DAY, AT_ONCE = 1, 2  # answers to the item about self-harm
SEVERE: Final = ("phq9", "phq8", "gad7")  # where the top band is read the same day


@dataclass(frozen=True)
class Part:
    """A part of an instrument that has a total of its own."""

    name: str
    total: int
    positive: bool


@dataclass(frozen=True)
class Score:
    """What the answers come to. Unless every item is answered there is no total, no band, and nothing is guessed."""

    instrument: str
    total: int | None
    band: str | None
    complete: bool
    items_missing: tuple[str, ...]
    positive: bool | None  # the cut-off is reached; None where that cannot be said
    safety: int | None  # the answer to the item about self-harm, also where others are missing
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Change:
    """How a score compares with the last and the first one. Differences are in points, and below 0 where it has gone down.

    The last four speak only where limits are published (WITH_CHANGE).
    """

    last: int | None
    first: int | None
    since_last: int | None
    since_first: int | None
    meaningful: Literal["better", "worse"] | None = None  # by 5 points or more since last time
    response: bool = False  # half of the first, or less
    remission: bool = False  # below 5
    review: tuple[str, ...] = ()  # why a person should look at it, in words for staff


def score(instrument: Instrument, answers: Answers) -> Score:
    """Add up the answers, kept by item. Keys of other questions are not looked at. Raises ValueError for a value that is no
    answer."""
    total, missing = 0, []
    for key, points in instrument.points.items():
        value = answers.get(key)
        if value is None:
            missing.append(key)
        elif value in points:
            total += points[value]
        else:
            raise ValueError(f"{value!r} is not an answer to {key} of {instrument.name}")
    asked = instrument.safety_item
    harm = answers.get(asked.key) if asked else None
    if missing:
        return Score(instrument.name, None, None, False, tuple(missing), None, harm)
    band = next(band.name for band in instrument.bands if band.least <= total <= band.most)
    parts = _parts(instrument, answers)
    return Score(instrument.name, total, band, True, (), _positive(instrument, total, answers, parts), harm, parts)


def _parts(instrument: Instrument, answers: Answers) -> tuple[Part, ...]:
    totals = ((name, sum(instrument.points[key][answers[key] or 0] for key in keys))
              for name, keys in PARTS.get(instrument.name, ()))
    return tuple(Part(name, total, total >= PART_CUT_OFF) for name, total in totals)


def _positive(instrument: Instrument, total: int, answers: Answers, parts: tuple[Part, ...]) -> bool:
    reached = instrument.cut_off is not None and total >= instrument.cut_off
    alone = any(answers[key] for key in ALONE_ENOUGH.get(instrument.name, ()))
    return reached or alone or any(part.positive for part in parts)


def step_up(short: Instrument, answers: Answers) -> dict[str, int] | None:
    """The answers with which a PHQ-9 goes on from a PHQ-2; None if it need not follow (or the PHQ-2 is not finished).

    The two items are the same in both and carry the same keys, so they are not asked again.
    """
    if short.name not in STEPS_UP:
        raise ValueError(f"{short.name} steps up to nothing")
    if not score(short, answers).positive:
        return None
    return {item.key: value for item in short.items if (value := answers[item.key]) is not None}


def safety(instrument: Instrument, key: str, value: int) -> Severity | None:
    """How soon a person must act on this one answer; None if it is not about self-harm, or denies it.

    None is no clearance: most people at risk do not say so here. The PHQ-8 has no such item (`leaves_out_safety`).
    Compare with None: the most pressing severity is 0, which Python takes for false.
    """
    item = instrument.item(key)
    if item is None:
        raise ValueError(f"{instrument.name} has no item {key}")
    answered = item.option(value).value
    if not item.safety or answered < SAME_DAY:
        return None
    return Severity.EMERGENCY if answered >= AT_ONCE else Severity.URGENT


def change(instrument: Instrument, now: Score, first: Score | None, last: Score | None) -> Change:
    """Compare a score with the first and the last before it. Raises ValueError if they are of different instruments."""
    if any(each and each.instrument != instrument.name for each in (now, first, last)):
        raise ValueError("only scores of one instrument can be compared")
    began, before = first.total if first else None, last.total if last else None
    since_last, since_first = _difference(now.total, before), _difference(now.total, began)
    compared = Change(before, began, since_last, since_first)
    if instrument.name not in WITH_CHANGE:
        return compared
    was_high = began is not None and instrument.cut_off is not None and began >= instrument.cut_off
    return replace(
        compared, meaningful=_meaning(since_last), review=tuple(_reasons(instrument, now, last, compared)),
        response=was_high and now.total is not None and began is not None and 2 * now.total <= began,
        remission=was_high and now.total is not None and now.total < REMISSION)


def _difference(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before


def _meaning(since_last: int | None) -> Literal["better", "worse"] | None:
    if since_last is None or abs(since_last) < MEANINGFUL:
        return None
    return "worse" if since_last > 0 else "better"


def _reasons(instrument: Instrument, now: Score, last: Score | None, compared: Change) -> Iterator[str]:
    """Why this score is worse than those before it. A slow rise is told once, when it has come to 5 points."""
    rise, whole_rise = compared.since_last or 0, compared.since_first or 0
    if rise >= MEANINGFUL:
        yield f"{rise} points above last time"
    elif whole_rise >= MEANINGFUL > whole_rise - rise:
        yield f"{whole_rise} points above the first time"
    names = [band.name for band in instrument.bands]
    if last and last.band and now.band and names.index(now.band) > names.index(last.band):
        yield f"Band up: {last.band} to {now.band}"
    if last and (now.safety or 0) > (last.safety or 0):
        yield f"Item 9 rose from {last.safety or 0} to {now.safety}"


def attention(instrument: Instrument, result: Score, compared: Change | None = None) -> Severity | None:
    """How soon a person should look at a result; None if it can wait until someone opens the record. Item 9 was told of at its
    own tap already, and weighs here once more."""
    asked = instrument.safety_item
    harm = safety(instrument, asked.key, result.safety) if asked and result.safety is not None else None
    if harm is not None:
        return harm
    if (compared and compared.review) or (instrument.name in SEVERE and result.band == instrument.bands[-1].name):
        return Severity.URGENT
    return Severity.ROUTINE if result.positive else None


def asked_in(name: str) -> tuple[str, ...]:
    """The instruments in which the items of this one are asked."""
    longer = {"phq2": ("phq9", "phq8"), "phq8": ("phq9",)}
    return (name, *longer.get(name, ()))


def may_ask_again(instrument: Instrument, last_on: date | None, today: date) -> bool:
    """Whether the time that the instrument asks about has passed since it was last answered."""
    return last_on is None or (today - last_on).days >= instrument.recall_days
