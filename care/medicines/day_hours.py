"""Day hours: what morning, noon, evening and bedtime mean for a patient, where an order only names them (BID, HS, ACM).

What they have not said is as the clinic has it. An order that there is keeps its times: only people change it. Bedtime is
before midnight: after it, the dose of a night would be dated a day too early, and the last one of an order be lost.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from sqlalchemy import select, update

from care import events
from care.heart.language import Lines, Msg, Text, _
from care.heart.screen import Button, Screen
from care.heart.settings import MedicineSettings
from care.heart.turn import Turn
from care.medicines.timing_words import clock_times
from care.patients import Patient
from care.tables import dose_settings

PARTS: Mapping[str, tuple[Msg, Msg]] = {
    "morning": (_("Morning"), _("When do you get up and have breakfast?")), "noon": (_("Noon"), _("When is your midday meal?")),
    "evening": (_("Evening"), _("When is your evening meal?")), "night": (_("Bedtime"), _("When do you go to bed?"))}
OFFERED = {"morning": (5, 12), "noon": (11, 8), "evening": (16, 12), "night": (20, 8)}  # from which hour, so many half-hours
IN_A_ROW = 4
COLUMNS = tuple(dose_settings.c[name] for name in PARTS)


def own(turn: Turn, patient_id: int) -> dict[str, time | None]:
    """What was said for this patient; None where nothing was."""
    row = turn.db.execute(select(*COLUMNS).where(dose_settings.c.patient_id == patient_id)).first()
    return dict(row._mapping) if row else dict.fromkeys(PARTS)


def of(turn: Turn, patient_id: int) -> MedicineSettings:
    """The times that an order for this patient means."""
    said = {name: f"{at:%H:%M}" for name, at in own(turn, patient_id).items() if at}
    return replace(turn.settings.medicines, **said)


def keep(turn: Turn, patient_id: int, said: Mapping[str, time | None]) -> None:
    """From now on these; None: as the clinic has it. The patient is locked. Raises ValueError."""
    clinic = turn.settings.medicines
    day = [said.get(name) or time.fromisoformat(getattr(clinic, name)) for name in PARTS]
    if not day[0] < day[1] < day[2] < day[3]:
        raise ValueError("morning, noon, evening and bedtime must follow one another, bedtime before midnight")
    turn.insert_once(dose_settings, {"patient_id": patient_id, "openly": False})
    turn.db.execute(update(dose_settings).where(dose_settings.c.patient_id == patient_id).values(
        {name: said.get(name) for name in PARTS}))
    turn.happened(events.DayHoursSet(patient_id))


# In the chat


def show(turn: Turn, patient: Patient, edits: int | None) -> None:
    said: list[Text] = [_("Your times of day"), *(Lines((Lines((name, ":"), ""), clock_times((at,))), " ")
                                                  for name, at in _named(turn, patient))]
    note = _("A new order that only says “in the morning” means your morning. Orders that you have now stay as they are.")
    rows: list[tuple[Button, ...]] = [
        tuple(Button(PARTS[part][0], f"meds:part:{patient.id}:{part}") for part in pair)
        for pair in (("morning", "noon"), ("evening", "night"))]
    if any(own(turn, patient.id).values()):
        rows.append((Button(_("As at the clinic"), f"meds:asclinic:{patient.id}"),))
    rows.append((Button(_("Back"), f"meds:list:{patient.id}"),))
    turn.tell(patient, Screen(Lines((Lines(tuple(said), "\n"), note)), tuple(rows), edits=edits))


def _named(turn: Turn, patient: Patient) -> list[tuple[Msg, time]]:
    now = of(turn, patient.id)
    return [(words, time.fromisoformat(getattr(now, part))) for part, (words, _asked) in PARTS.items()]


def ask(turn: Turn, patient: Patient, part: str, edits: int | None) -> None:
    """Times to choose from, half an hour apart."""
    first, count = OFFERED[part]
    offered = [time((first + half // 2) % 24, 30 * (half % 2)) for half in range(count)]
    buttons = [Button(clock_times((at,)), f"meds:at:{patient.id}:{part}:{at:%H%M}") for at in offered]
    rows = [tuple(buttons[begin:begin + IN_A_ROW]) for begin in range(0, count, IN_A_ROW)]
    turn.tell(patient, Screen(PARTS[part][1], (*rows, (Button(_("Back"), f"meds:hours:{patient.id}"),)), edits=edits))


def choose(turn: Turn, patient: Patient, part: str, at: time, edits: int | None) -> Msg | None:
    said: dict[str, Any] = {**own(turn, patient.id), part: at}
    try:
        keep(turn, patient.id, said)
    except ValueError:
        return _("First comes your morning, then noon, then evening, then bedtime.")
    show(turn, patient, edits)
    return None


def as_the_clinic(turn: Turn, patient: Patient, edits: int | None) -> None:
    keep(turn, patient.id, {})
    show(turn, patient, edits)
