"""FHIR R4 MedicationRequest, read: what it orders, as our orders, and what of it we cannot read, for staff to see.

Nothing is guessed. Whatever stands in a dosage that is not understood makes that dosage unread: a person enters it. The words
BID, HS or ACM become times on the clinic's (or the patient's) own clock; which is said here, in TIMES_A_DAY and EVENTS.
Source: HL7 FHIR R4 (4.0.1), MedicationRequest, Dosage, Timing and the value sets GTSAbbreviation and EventTiming.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from care.heart.settings import MedicineSettings
from care.heart.time import DAYS
from care.medicines import orders
from care.medicines.orders import NewMedicine, Order
from care.medicines.timing import AsNeeded, Daily, Interval, Monthly, Timing, Weekly

TIMES_A_DAY: Mapping[int, tuple[str, ...]] = {
    1: ("morning",), 2: ("morning", "evening"), 3: ("morning", "noon", "evening"),
    4: ("morning", "noon", "evening", "night")}
# When, relative to the day's events: (time on the clock, with or without food).
EVENTS: Mapping[str, tuple[str, str | None]] = {
    "MORN": ("morning", None), "NOON": ("noon", None), "AFT": ("noon", None), "EVE": ("evening", None),
    "NIGHT": ("night", None), "PHS": ("night", None), "HS": ("night", None), "WAKE": ("morning", None),
    "CM": ("morning", "with"), "CD": ("noon", "with"), "CV": ("evening", "with"),
    "ACM": ("morning", "without"), "ACD": ("noon", "without"), "ACV": ("evening", "without"),
    "PCM": ("morning", "with"), "PCD": ("noon", "with"), "PCV": ("evening", "with")}
EVERY_MEAL = {"C": ("CM", "CD", "CV"), "AC": ("ACM", "ACD", "ACV"), "PC": ("PCM", "PCD", "PCV")}
ABBREVIATIONS: Mapping[str, dict[str, Any]] = {
    "QD": {"frequency": 1, "period": 1, "periodUnit": "d"}, "BID": {"frequency": 2, "period": 1, "periodUnit": "d"},
    "TID": {"frequency": 3, "period": 1, "periodUnit": "d"}, "QID": {"frequency": 4, "period": 1, "periodUnit": "d"},
    "QOD": {"frequency": 1, "period": 2, "periodUnit": "d"}, "WK": {"frequency": 1, "period": 1, "periodUnit": "wk"},
    "MO": {"frequency": 1, "period": 1, "periodUnit": "mo"}, "AM": {"when": ["MORN"]}, "PM": {"when": ["EVE"]},
    "BED": {"when": ["HS"]}, **{f"Q{hours}H": {"frequency": 1, "period": hours, "periodUnit": "h"}
                                for hours in (1, 2, 3, 4, 6, 8)}}
HOURS_IN = {"h": 1, "d": 24, "wk": 168}
DAYS_IN = {"d": 1, "wk": 7}
NOTED = {"text", "patientInstruction", "additionalInstruction", "route", "method", "site"}  # shown to staff as it is
KNOWN_DOSAGE = NOTED | {"id", "sequence", "timing", "asNeededBoolean", "doseAndRate", "maxDosePerPeriod"}
KNOWN_REPEAT = {"boundsPeriod", "boundsDuration", "frequency", "period", "periodUnit", "dayOfWeek", "timeOfDay", "when"}


class Unreadable(ValueError):
    """It is not understood; the message says what, for staff."""


@dataclass(frozen=True)
class Dosage:
    """One dosage of a request: an order, or why there is none."""

    order: Order | None
    unread: str | None
    words: str  # whatever it says in words, for staff to hold it against


@dataclass(frozen=True)
class Request:
    """A request as it was read. `unread`: what of the whole is not understood, so that nothing of it is taken over as it is."""

    medicine: NewMedicine | None
    dosages: tuple[Dosage, ...]
    unread: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Everything was understood."""
        return self.medicine is not None and not self.unread and all(one.order for one in self.dosages)


def read(resource: Any, today: date, clock: MedicineSettings) -> Request:
    """Read a MedicationRequest. `clock` has the times that stand for morning, noon, evening and night. Never raises for what it
    cannot read."""
    if not isinstance(resource, dict) or resource.get("resourceType") != "MedicationRequest":
        return Request(None, (), ("This is not a FHIR R4 MedicationRequest.",))
    unread = list(_not_in_force(resource))
    name = _name(resource)
    if name is None:
        unread.append("It does not name its medicine.")
    try:
        supplied_on, supply = _supply(resource, today)
    except (ValueError, TypeError, ArithmeticError) as error:
        supplied_on, supply = None, None
        unread.append(str(error) if isinstance(error, Unreadable) else "The supply is not built as FHIR R4 has it.")
    found = resource.get("dosageInstruction")
    dosages = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    if not dosages:
        unread.append("It has no dosage instruction.")
    if len({str(one.get("sequence", 1)) for one in dosages}) > 1:
        unread.append("Its dosages follow one another: enter them as steps.")
    medicine = NewMedicine(name, purpose=_purpose(resource), supplied_on=supplied_on, supply_days=supply) if name else None
    prescriber = _words(resource.get("requester"), "display") or "your clinic"
    return Request(medicine, tuple(_dosage(one, today, clock, prescriber) for one in dosages), tuple(unread))


def _not_in_force(resource: dict[str, Any]) -> list[str]:
    said = []
    if resource.get("status") != "active":
        said.append(f"Its status is {resource.get('status')!r}: only an active request is taken over.")
    if resource.get("intent") in ("proposal", "plan", "option"):
        said.append(f"It is a {resource['intent']}, not an order.")
    if resource.get("doNotPerform"):
        said.append("It says that the medicine is not to be taken.")
    if resource.get("modifierExtension"):
        said.append("It has an extension that changes its meaning.")
    return said


def _dosage(found: dict[str, Any], today: date, clock: MedicineSettings, prescriber: str) -> Dosage:
    words = "; ".join(filter(None, (_plain(found.get(name)) for name in sorted(NOTED))))
    try:
        if unknown := sorted(set(found) - KNOWN_DOSAGE):
            raise Unreadable(f"Not understood: {', '.join(unknown)}.")
        timing_, food, begins, ends = _timing(found, today, clock)
        order = Order(timing_, _amount(found), prescriber, begins or today, ends, food)
        orders.check(order)
        return Dosage(order, None, words)
    except ValueError as error:
        return Dosage(None, str(error), words)
    except (TypeError, KeyError, AttributeError, ArithmeticError):
        return Dosage(None, "It is not built as FHIR R4 has it.", words)


# When


def _timing(
    found: dict[str, Any], today: date, clock: MedicineSettings,
) -> tuple[Timing, str | None, date | None, date | None]:
    """The timing, with or without food, and from when to when."""
    timing_ = _object(found.get("timing"), "timing")
    if unknown := sorted(set(timing_) - {"id", "repeat", "code"}):
        raise Unreadable(f"Not understood in the timing: {', '.join(unknown)}.")
    repeat = dict(_object(timing_.get("repeat"), "timing.repeat"))
    if code := _code(timing_.get("code")):
        if code not in ABBREVIATIONS:
            raise Unreadable(f"The timing {code!r} is not known here.")
        if clash := [name for name, value in ABBREVIATIONS[code].items() if repeat.get(name, value) != value]:
            raise Unreadable(f"The timing says both {code} and another {', '.join(clash)}.")
        repeat = {**repeat, **ABBREVIATIONS[code]}
    if unknown := sorted(set(repeat) - KNOWN_REPEAT):
        raise Unreadable(f"Not understood in the timing: {', '.join(unknown)}.")
    begins, ends = _bounds(repeat, today)
    if found.get("asNeededBoolean"):
        return _as_needed(found, repeat), None, begins, ends
    if found.get("maxDosePerPeriod"):
        raise Unreadable("It has a maximum, though it is not as needed.")
    when, food = _repeated(repeat, begins or today, clock)
    return when, food, begins, ends


def _repeated(repeat: dict[str, Any], begins: date, clock: MedicineSettings) -> tuple[Timing, str | None]:
    frequency, period, unit = repeat.get("frequency", 1), repeat.get("period", 1), repeat.get("periodUnit", "d")
    if not _whole(frequency) or not _whole(period):
        raise Unreadable("The frequency or the period is not a whole number.")
    days = _weekdays(repeat)
    times, food = _times(repeat, clock)
    if unit == "h" and frequency == 1 and not times and not days:
        return Interval(period, _clock(clock, "morning")), None
    if times and repeat.get("frequency", len(times)) not in (1, len(times)):
        raise Unreadable("It names other times than it says how often.")
    if not times:
        daily = unit == "d" and period == 1  # twice in two days may be once a day, or twice on one of them
        if frequency not in TIMES_A_DAY or (not daily and frequency != 1 and not (unit == "wk" and len(days) == frequency)):
            raise Unreadable(f"{frequency} times in {period} {unit}: at what times?")
        names = TIMES_A_DAY[1 if unit != "d" else frequency]
        times = tuple(_clock(clock, name) for name in names)
    if days:
        if unit not in ("d", "wk") or period != 1:
            raise Unreadable("Weekdays only go with every day or every week.")
        if unit == "wk" and repeat.get("frequency", 0) not in (0, len(days) * len(times)):
            raise Unreadable("It names other days than it says how often.")
        return Weekly(times, days), food
    match unit:
        case "d":
            return Daily(times, period), food
        case "wk":
            return Daily(times, 7 * period), food
        case "mo" if period == 1:
            return Monthly(times, (begins.day,)), food
    raise Unreadable(f"Every {period} {unit} is not known here.")


def _times(repeat: dict[str, Any], clock: MedicineSettings) -> tuple[tuple[time, ...], str | None]:
    if repeat.get("timeOfDay") and repeat.get("when"):
        raise Unreadable("It names both times of day and events.")
    if found := repeat.get("timeOfDay"):
        try:
            return tuple(sorted({time.fromisoformat(one).replace(second=0, microsecond=0) for one in found})), None
        except (TypeError, ValueError):
            raise Unreadable(f"The times {found!r} are no times of day.") from None
    names: list[str] = []
    for one in repeat.get("when", []):
        names += EVERY_MEAL.get(one, (one,))
    if unknown := [one for one in names if one not in EVENTS]:
        raise Unreadable(f"When {', '.join(map(str, unknown))} is, is not known here.")
    foods = {EVENTS[one][1] for one in names}
    if len(foods) > 1:
        raise Unreadable("Some of its times are with food and others are not: enter them one by one.")
    return tuple(sorted({_clock(clock, EVENTS[one][0]) for one in names})), foods.pop() if foods else None


def _as_needed(found: dict[str, Any], repeat: dict[str, Any]) -> AsNeeded:
    most = _object(found.get("maxDosePerPeriod"), "maxDosePerPeriod")
    if not most:
        raise Unreadable("It is as needed, without a maximum in 24 hours.")
    numerator, denominator = _object(most.get("numerator"), "numerator"), _object(most.get("denominator"), "denominator")
    unit = denominator.get("code") or denominator.get("unit")
    if (denominator.get("value"), unit) not in ((24, "h"), (1, "d"), (1, "day")):
        raise Unreadable("Its maximum is not one for 24 hours.")
    quantity = _quantity(found)
    if (quantity.get("code") or quantity.get("unit")) != (numerator.get("code") or numerator.get("unit")):
        raise Unreadable("Its maximum is in another unit than its dose.")
    times = numerator.get("value", 0) / quantity["value"]
    if times < 1 or times != int(times):
        raise Unreadable("Its maximum is not a whole number of doses.")
    if unknown := set(repeat) - {"frequency", "period", "periodUnit", "boundsPeriod", "boundsDuration"}:
        raise Unreadable(f"As needed, and {', '.join(sorted(unknown))} as well.")
    if not repeat.get("period"):
        return AsNeeded(int(times))
    hours = repeat["period"] * HOURS_IN.get(repeat.get("periodUnit", ""), 0)
    if repeat.get("frequency", 1) != 1 or not _whole(hours) or not 1 <= hours <= 24:
        raise Unreadable("How far apart the doses must be, is not understood.")
    return AsNeeded(int(times), hours)


def _bounds(repeat: dict[str, Any], today: date) -> tuple[date | None, date | None]:
    if period := _object(repeat.get("boundsPeriod"), "boundsPeriod"):
        return _day(period.get("start")), _day(period.get("end"))
    if length := _object(repeat.get("boundsDuration"), "boundsDuration"):
        days = length.get("value", 0) * DAYS_IN.get(length.get("code") or length.get("unit") or "", 0)
        if not _whole(days) or days < 1:
            raise Unreadable("How long it is to be taken, is not understood.")
        return None, today + timedelta(days=days - 1)
    return None, None


def _weekdays(repeat: dict[str, Any]) -> tuple[int, ...]:
    known = {day.casefold(): number for number, day in enumerate(DAYS)}
    try:
        return tuple(sorted({known[day.casefold()] for day in repeat.get("dayOfWeek", [])}))
    except (KeyError, AttributeError, TypeError):
        raise Unreadable(f"The weekdays {repeat['dayOfWeek']!r} are not understood.") from None


# What, how much, how long it lasts


def _amount(found: dict[str, Any]) -> str:
    quantity = _quantity(found)
    return f"{quantity['value']:g} {quantity.get('unit') or quantity.get('code') or ''}".strip()


def _quantity(found: dict[str, Any]) -> dict[str, Any]:
    doses = found.get("doseAndRate")
    if not isinstance(doses, list) or len(doses) != 1 or not isinstance(doses[0], dict):
        raise Unreadable("It does not say how much to take.")
    if unknown := sorted(set(doses[0]) - {"id", "type", "doseQuantity"}):
        raise Unreadable(f"How much to take is not understood: {', '.join(unknown)}.")
    quantity = _object(doses[0].get("doseQuantity"), "doseQuantity")
    value = quantity.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0 or quantity.get("comparator"):
        raise Unreadable("It does not say how much to take.")
    return quantity


def _name(resource: dict[str, Any]) -> str | None:
    if concept := resource.get("medicationCodeableConcept"):
        return _concept(concept)
    reference = _words(resource.get("medicationReference"), "reference") or ""
    for contained in resource.get("contained") or ():
        if isinstance(contained, dict) and reference == f"#{contained.get('id')}":
            return _concept(contained.get("code"))
    return _words(resource.get("medicationReference"), "display")


def _concept(concept: Any) -> str | None:
    said = _words(concept, "text")
    codings = concept.get("coding") if isinstance(concept, dict) else None
    return said or next((display for one in codings or () if (display := _words(one, "display"))), None)


def _purpose(resource: dict[str, Any]) -> str | None:
    reasons = resource.get("reasonCode")
    return ", ".join(filter(None, map(_concept, reasons))) or None if isinstance(reasons, list) else None


def _supply(resource: dict[str, Any], today: date) -> tuple[date | None, int | None]:
    length = _object(_object(resource.get("dispenseRequest"), "dispenseRequest").get("expectedSupplyDuration"), "supply")
    if not length:
        return None, None
    days = length.get("value", 0) * DAYS_IN.get(length.get("code") or length.get("unit") or "", 0)
    if not _whole(days) or not 1 <= days <= 366:
        raise Unreadable("How long the supply lasts, is not understood.")
    return _day(resource.get("authoredOn")) or today, days


# Small readers


def _code(concept: Any) -> str | None:
    codings = concept.get("coding") if isinstance(concept, dict) else None
    codes = {code for one in codings or () if (code := _words(one, "code"))}
    if len(codes) > 1:
        raise Unreadable(f"The timing has several codes: {', '.join(sorted(codes))}.")
    if not codes and isinstance(concept, dict) and concept:
        raise Unreadable("The timing is in words only.")
    return codes.pop() if codes else None


def _clock(clock: MedicineSettings, name: str) -> time:
    return time.fromisoformat(getattr(clock, name))


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(said[:10]) if said else None
    except (TypeError, ValueError):
        raise Unreadable(f"{said!r} is no date.") from None


def _object(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(f"{name} is not what FHIR R4 has there.")
    return value


def _whole(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number >= 1


def _words(thing: Any, name: str) -> str | None:
    said = thing.get(name) if isinstance(thing, dict) else None
    return said.strip() or None if isinstance(said, str) else None


def _plain(value: Any) -> str:
    """Whatever words are in a part of a dosage."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return ", ".join(filter(None, map(_plain, value)))
    return _concept(value) or "" if isinstance(value, dict) else ""
