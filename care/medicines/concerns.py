"""Concerns: what becomes of doses that a person on staff must see. Rules are data; single misses go to nobody."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from care import escalations, events, messages, office, patients, safety
from care.escalations import Severity
from care.heart.language import Lines, Text, _
from care.heart.screen import Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.medicines import as_needed, doses, regimens
from care.medicines.doses import Dose
from care.medicines.regimens import Regimen
from care.medicines.timing import AsNeeded
from care.tables import doses as doses_table
from care.tables import regimens as regimens_table


@dataclass(frozen=True)
class Concern:
    """What became of a dose, or why it was skipped; how pressing that is, and of a critical medicine."""

    what: str  # a final state, or a reason for skipping
    severity: Severity | None
    of_critical: Severity | None
    reason: str


# From general practice in pharmacies, version 1, 2026-11-22. Not yet reviewed by a clinician.
CONCERNS = (
    Concern("side_effect", Severity.URGENT, Severity.URGENT, "Skipped a dose because of a side effect"),
    Concern("ran_out", Severity.ROUTINE, Severity.URGENT, "Has run out of a medicine"),
    Concern("cost", Severity.ROUTINE, Severity.URGENT, "Skipped a dose because of the cost (social worker)"),
    Concern("told_to_stop", Severity.ROUTINE, Severity.URGENT, "Was told to stop a medicine that is still ordered"),
    Concern("skipped", None, Severity.URGENT, "Skipped a dose of a critical medicine"),
    Concern("no_answer", None, Severity.URGENT, "No answer about a critical medicine"),
    Concern("missed_by_us", Severity.ROUTINE, Severity.URGENT, "We did not ask about a dose in time"),
)
NOT_TAKEN = ("skipped", "no_answer")
DAYS, OF_DAYS = 3, timedelta(days=7)  # a pattern: not taken, or no answer, on three days of seven


def judge_dose(turn: Turn, event: events.DoseEnded) -> None:
    """Whether a person must see to this dose, or to what it is the third of."""
    dose, regimen = doses.get(turn, event.dose_id), regimens.get(turn, event.regimen_id)
    assert dose
    assert regimen
    if event.state == "taken" and event.amended:
        for concern in CONCERNS:
            after_all = f"{_which(dose, regimen)} (taken after all)"
            escalations.corrected(turn, dose.patient_id, _kind(concern.what, regimen), after_all)
    if isinstance(regimen.timing, AsNeeded):
        _judge_count(turn, dose, regimen)
        return
    found = next((one for one in CONCERNS if one.what in (event.reason, event.state)), None)
    severity = None if found is None else found.of_critical if regimen.medicine.critical else found.severity
    if found and severity is not None:
        _open(turn, dose, regimen, severity, found.what, found.reason)
        if event.state == "skipped":
            _tell(turn, dose, severity, urgent=event.reason == "side_effect")
    if event.state in NOT_TAKEN and _days_not_taken(turn, dose, regimen) >= DAYS:
        _open(turn, dose, regimen, Severity.ROUTINE, "pattern", "Doses not taken, or not answered, on 3 days in 7")


def _judge_count(turn: Turn, dose: Dose, regimen: Regimen) -> None:
    """More than the most for 24 hours needs a person at once; of a critical medicine it is treated as an overdose."""
    if dose.state == "cancelled":
        escalations.corrected(turn, dose.patient_id, _kind("too_many", regimen), f"{_which(dose, regimen)} ({dose.why})")
    elif as_needed.too_many(turn, regimen):
        severity = Severity.EMERGENCY if regimen.medicine.critical else Severity.URGENT
        _open(turn, dose, regimen, severity, "too_many", "Took more than the most for 24 hours")
        patient = patients.get(turn, dose.patient_id)
        if patient and severity is Severity.EMERGENCY:
            safety.show_card(turn, patient, patient.country, "overdose")


def _open(turn: Turn, dose: Dose, regimen: Regimen, severity: Severity, what: str, reason: str) -> None:
    escalations.open_(turn, dose.patient_id, severity, _kind(what, regimen), reason, _which(dose, regimen))


def _kind(what: str, regimen: Regimen) -> str:
    return f"dose:{what}:{regimen.medicine.id}"


def _which(dose: Dose, regimen: Regimen) -> str:
    return f"{regimen.medicine.name}, {local(dose.due_at, dose.zone):%d.%m. %H:%M}"


def _days_not_taken(turn: Turn, dose: Dose, regimen: Regimen) -> int:
    return turn.db.scalar(
        select(func.count(doses_table.c.local_date.distinct()))
        .join(regimens_table, regimens_table.c.id == doses_table.c.regimen_id)
        .where(doses_table.c.patient_id == dose.patient_id, regimens_table.c.medicine_id == regimen.medicine.id,
               doses_table.c.state.in_(NOT_TAKEN), doses_table.c.due_at <= dose.due_at,
               doses_table.c.due_at > dose.due_at - OF_DAYS)) or 0


def _tell(turn: Turn, dose: Dose, severity: Severity, urgent: bool) -> None:
    """Say that a person will look at it, and by when."""
    patient = patients.get(turn, dose.patient_id)
    if patient is None:
        return
    when = office.when(turn, escalations.due(turn, severity), patient.time_zone)
    said: list[Text] = [_(
        "Thank you for telling me. I have told your care team. Someone will look at this {when}.", when=when)]
    if urgent:
        said.append(messages.urgent_help(turn, patient.country))
    turn.tell(patient, Screen(Lines(tuple(said))), once=f"told:dose:{dose.id}:{severity.word}")
