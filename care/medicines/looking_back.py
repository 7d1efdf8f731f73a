"""Looking back on doses: four weeks as rows of marks, and in words that hold every fact of the picture. Nothing is filed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select, update

from care import patients
from care.heart.language import DayMonth, Lines, Msg, Text, _, n_
from care.heart.screen import Button, Screen
from care.heart.time import instant, local
from care.heart.turn import Lane, Turn
from care.medicines import adherence, prompts, regimens
from care.medicines.doses import Dose
from care.patients import Patient
from care.tables import dose_settings

DAYS: Final = 28
ROWS: Final = 8  # that a picture has room for; the rest is told in words
STATES: Final[dict[str, Msg]] = {
    "taken": _("taken"), "skipped": _("not taken"), "no_answer": _("no answer"), "missed_by_us": _("not asked by us")}
WEEKLY_AT = time(18)  # on Sundays, on the patient's wall


@dataclass(frozen=True)
class Row:
    """A medicine at a time of day: what became of its doses, day by day."""

    name: str
    at: time
    marks: dict[date, str]


@dataclass(frozen=True)
class Seen:
    first: date
    last: date
    rows: list[Row]
    unanswered: int | None  # the hour of day that goes unanswered most often

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=ahead) for ahead in range((self.last - self.first).days + 1)]

    @property
    def counts(self) -> dict[str, int]:
        """Doses by state, all together."""
        marks = [mark for row in self.rows for mark in row.marks.values()]
        return {state: marks.count(state) for state in STATES}


def seen(turn: Turn, patient: Patient, until: date | None = None, days: int = DAYS) -> Seen:
    """The last days, up to `until` (today on the patient's wall). What was called off is not shown: nobody was to take it."""
    last = until or local(turn.now, patient.time_zone).date()
    first = last - timedelta(days=days - 1)
    marks: dict[tuple[str, time], dict[date, str]] = {}
    orders: dict[int, str] = {}
    for day, ended in adherence.by_day(turn, patient.id, first, last).items():
        for dose in ended:
            if dose.state in STATES:
                name = orders.get(dose.regimen_id) or _name(turn, orders, dose)
                marks.setdefault((name, dose.local_time), {})[day] = dose.state
    rows = [Row(name, at, found) for (name, at), found in sorted(marks.items())]
    return Seen(first, last, rows, adherence.unanswered_hour(turn, patient.id, first, last))


def _name(turn: Turn, orders: dict[int, str], dose: Dose) -> str:
    regimen = regimens.get(turn, dose.regimen_id)
    assert regimen
    return orders.setdefault(dose.regimen_id, regimen.medicine.name)


def reference(found: Seen, patient: Patient) -> dict[str, Any]:
    """What the sender needs to draw the picture when it is sent."""
    return {"doses": patient.id, "until": found.last.isoformat(), "language": patient.language}


# In words


def title(found: Seen) -> Text:
    counts = found.counts
    asked = counts["taken"] + counts["skipped"] + counts["no_answer"]
    return _("{taken} of {asked} doses taken", taken=counts["taken"], asked=asked)


def caption(found: Seen) -> Text:
    """Everything that the picture shows, without a word of blame."""
    if not found.rows:
        return _("There is nothing to look back on yet. It grows with each dose.")
    said: list[Text] = [Lines((_("{first} to {last}, as you told me:", first=DayMonth(found.first), last=DayMonth(found.last)),
                               *(_row_in_words(row) for row in found.rows)), "\n")]
    if found.unanswered is not None:
        said.append(_("Around {time} I hear from you least. Would another time be easier? Your care team can change it.",
                      time=time(found.unanswered)))
    return Lines(tuple(said))


def _row_in_words(row: Row) -> Text:
    marks = list(row.marks.values())
    parts = [Lines((str(marks.count(state)), words), " ") for state, words in STATES.items() if state in marks]
    return Lines((Lines((row.name, Msg("{time}", gaps=(("time", row.at),))), ", "), Lines(tuple(parts), ", ")), ": ")


# Shown, and the weekly line


def show(turn: Turn, patient: Patient) -> None:
    found = seen(turn, patient)
    weekly = turn.db.scalar(select(dose_settings.c.weekly_at).where(dose_settings.c.patient_id == patient.id))
    if weekly:
        way = Button(_("No weekly line"), f"meds:noweek:{patient.id}")
    else:
        way = Button(_("A line each week"), f"meds:week:{patient.id}")
    if found.rows:
        turn.tell(patient, Screen(caption(found), picture=reference(found, patient)), topic="trend")
        turn.tell(patient, Screen(_("Each Sunday I can send you one line about your week."), ((way,),)))
    else:
        turn.tell(patient, Screen(caption(found)))


def prefer_weekly(turn: Turn, patient: Patient, wanted: bool, edits: int) -> None:
    """Whether one line comes each Sunday."""
    at = next_sunday(turn.now, patient.time_zone) if wanted else None
    turn.insert_once(dose_settings, {"patient_id": patient.id, "openly": False})
    turn.db.execute(update(dose_settings).where(dose_settings.c.patient_id == patient.id).values(weekly_at=at))
    said = _("Good. It comes each Sunday evening.") if wanted else _("Good. It does not come any more.")
    turn.tell(patient, Screen(said, edits=edits))


def next_sunday(now: datetime, zone: str) -> datetime:
    today = local(now, zone).date()
    sundays = (today + timedelta(days=6 - today.weekday() + 7 * ahead) for ahead in range(3))
    return next(at for day in sundays if (at := instant(day, WEEKLY_AT, zone)) > now)


def weekly_due(turn: Turn) -> list[int]:
    """Patients whose weekly line is due."""
    return list(turn.db.scalars(select(dose_settings.c.patient_id).where(dose_settings.c.weekly_at <= turn.now).limit(500)))


def say_weekly(turn: Turn, patient_id: int) -> None:
    """One line about the week; nothing of medicines in it, and none where nothing was asked."""
    patient = patients.lock(turn, patient_id)
    row = turn.db.execute(select(dose_settings.c.weekly_at).where(dose_settings.c.patient_id == patient_id)).first()
    if patient is None or row is None or row.weekly_at is None or row.weekly_at > turn.now:
        return
    turn.db.execute(update(dose_settings).where(dose_settings.c.patient_id == patient_id).values(
        weekly_at=next_sunday(turn.now, patient.time_zone)))
    found = seen(turn, patient, days=7)
    counts = found.counts
    asked = counts["taken"] + counts["skipped"] + counts["no_answer"]
    if asked and not prompts.is_resting(turn, patient) and turn.now - row.weekly_at < timedelta(days=1):
        turn.tell(patient, Screen(
            n_("{clinic}: your week, {taken} of {count}.", "{clinic}: your week, {taken} of {count}.", asked,
               clinic=turn.settings.clinic.name, taken=counts["taken"]),
            ((Button(_("Show"), f"meds:past:{patient.id}"),),)),
            Lane.BROADCAST, topic="week", because="week:", once=f"week:{patient_id}:{found.last.isoformat()}")
