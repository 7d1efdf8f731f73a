"""Prompts: all doses that are due together asked about in one message, at the right time or not at all, and nudged once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from care import events, patients
from care.heart import outbox
from care.heart.language import Lines, _
from care.heart.prepared import Prepared
from care.heart.screen import Screen
from care.heart.time import local
from care.heart.turn import Lane, Turn
from care.medicines import doses, prompt_screens, regimens
from care.medicines.doses import Dose
from care.medicines.prompt_screens import Asked
from care.medicines.regimens import Regimen
from care.patients import Patient
from care.tables import Moment, dose_prompts, dose_settings
from care.tables import doses as doses_table

PAUSED, NO_CHAT, TOO_LATE = "the patient paused messages", "the patient could not be reached", "we did not ask in time"

# Built once: these run at every tap and every tick.
ONE = Prepared(select(dose_prompts).where(dose_prompts.c.id == bindparam("this")))
SHOWN_BY = Prepared(select(dose_prompts).where(dose_prompts.c.screen == bindparam("message")))
SCREEN = Prepared(update(dose_prompts).where(dose_prompts.c.id == bindparam("this")), "screen")
OPENLY = Prepared(select(dose_settings.c.openly).where(dose_settings.c.patient_id == bindparam("whom")))
DUE_NOW = Prepared(select(doses_table).where(
    doses_table.c.patient_id == bindparam("whom"), doses_table.c.next_action_at <= bindparam("now", type_=Moment),
).order_by(doses_table.c.due_at))


@dataclass(frozen=True)
class Prompt:
    """A message that asks, or asked, about doses."""

    id: int
    patient_id: int
    chat_id: int
    doses: tuple[int, ...]
    screen: int | None  # the outbox row that shows it
    shown: bool  # names have been on screen
    at: datetime


def get(turn: Turn, prompt_id: int) -> Prompt | None:
    return _found(ONE.rows(turn.db, {"this": prompt_id}))


def _found(rows: Sequence[Any]) -> Prompt | None:
    row = rows[0] if rows else None
    return Prompt(row.id, row.patient_id, row.chat_id, tuple(row.doses), row.screen, row.shown, row.at) if row else None


def asked_about(turn: Turn, prompt: Prompt) -> list[Asked]:
    """The doses that a prompt asks or asked about, each with its regimen; `here` are those that it still asks about."""
    found = doses.by_ids(turn, prompt.doses)
    orders = regimens.by_id(turn, {dose.regimen_id for dose in found})
    return [Asked(dose, orders[dose.regimen_id], dose.open and dose.prompt_id == prompt.id) for dose in found]


def openly(turn: Turn, patient_id: int) -> bool:
    """Whether this patient wants the names of medicines to be seen at once."""
    found = OPENLY.rows(turn.db, {"whom": patient_id})
    return bool(found and found[0].openly)


def prefer(turn: Turn, patient_id: int, openly: bool) -> None:
    """Show words at once from now on, or only when they are asked for; also those of messages that are not about medicines."""
    turn.insert_once(dose_settings, {"patient_id": patient_id, "openly": openly})
    turn.db.execute(dose_settings.update().where(dose_settings.c.patient_id == patient_id).values(openly=openly))


# By the clock


# Built once: the clock looks every few seconds, and mostly there is nothing.
DUE = Prepared(select(doses_table.c.patient_id).where(doses_table.c.next_action_at <= bindparam("now", type_=Moment))
               .order_by(doses_table.c.next_action_at).limit(bindparam("most")))


def due(turn: Turn, limit: int = 2000) -> list[int]:
    """Patients of whom a dose is to be asked about, nudged or closed now."""
    return list(dict.fromkeys(row.patient_id for row in DUE.rows(turn.db, {"now": turn.now, "most": limit})))


def attend(turn: Turn, patient_id: int) -> None:
    """Do what is due for a patient's doses: ask, nudge, or give up, and say so."""
    patient = patients.lock(turn, patient_id)
    assert patient
    missed = False
    while found := _due_now(turn, patient_id):
        orders = regimens.by_id(turn, {dose.regimen_id for dose in found})
        to_ask = [dose for dose in found if _is_to_be_asked(turn, patient, dose, orders[dose.regimen_id])]
        ended = [dose for dose in doses.by_ids(turn, [dose.id for dose in found]) if not dose.open]
        redraw(turn, patient, {dose.prompt_id for dose in ended})
        missed = missed or any(dose.state == "missed_by_us" for dose in ended)
        if to_ask:
            _ask(turn, patient, to_ask, orders)
    if missed:
        tell_missed(turn, patient)


def _due_now(turn: Turn, patient_id: int) -> list[Dose]:
    return [Dose(*found) for found in DUE_NOW.rows(turn.db, {"whom": patient_id, "now": turn.now})]


def _is_to_be_asked(turn: Turn, patient: Patient, dose: Dose, regimen: Regimen) -> bool:
    """Whether to ask now; if not, the dose is ended, or its next time is set."""
    in_time, resting = turn.now < dose.ask_until, is_resting(turn, patient)
    if dose.state == "planned":
        if not in_time:
            doses.missed_by_us(turn, dose, TOO_LATE)
        elif resting:
            doses.cancelled(turn, dose, PAUSED)
        elif patient.chat_id is None or not patient.reachable:
            doses.missed_by_us(turn, dose, NO_CHAT)
        else:
            return True
    elif turn.now >= dose.closes_at:
        if _went_out(turn, dose):
            doses.no_answer(turn, dose)
        elif resting:
            doses.cancelled(turn, dose, PAUSED)
        else:
            doses.missed_by_us(turn, dose, TOO_LATE)
    elif dose.nudged < regimen.nudges and in_time and not resting and patient.reachable and _went_out(turn, dose):
        return True
    else:
        doses.change(turn, dose, next_action_at=dose.closes_at)
    return False


def is_resting(turn: Turn, patient: Patient) -> bool:
    """Whether the patient wants to hear nothing unasked just now."""
    return not patient.reminders or (patient.paused_until is not None and patient.paused_until > turn.now)


def _went_out(turn: Turn, dose: Dose) -> bool:
    """Whether a message about this dose has, or may have, reached the patient."""
    prompt = get(turn, dose.prompt_id) if dose.prompt_id else None
    return bool(prompt and prompt.screen and outbox.outcome_of(turn, prompt.screen) in ("sent", "unknown"))


def _ask(turn: Turn, patient: Patient, found: Sequence[Dose], orders: dict[int, Regimen]) -> None:
    """One message about all of these; what asked about them before asks no more."""
    assert patient.chat_id is not None
    shown = openly(turn, patient.id)
    prompt_id = turn.insert(dose_prompts, {
        "patient_id": patient.id, "chat_id": patient.chat_id, "doses": [dose.id for dose in found], "shown": shown,
        "at": turn.now})
    again = all(dose.state == "asked" for dose in found)
    for dose in found:
        regimen, nudged = orders[dose.regimen_id], dose.nudged + (dose.state == "asked")
        nudge_at = turn.now + regimen.nudge_after
        more = nudged < regimen.nudges and nudge_at < min(dose.ask_until, dose.closes_at)
        doses.change(turn, dose, state="asked", prompt_id=prompt_id, nudged=nudged,
                     next_action_at=nudge_at if more else dose.closes_at)
    redraw(turn, patient, {dose.prompt_id for dose in found})
    prompt = get(turn, prompt_id)
    assert prompt
    asked = asked_about(turn, prompt)
    screen = (prompt_screens.asking(prompt_id, asked, patient.time_zone) if shown
              else prompt_screens.discreet(turn, prompt_id, again))
    row = turn.tell(patient, screen, Lane.DOSE, topic="dose", expires_at=min(dose.ask_until for dose in found),
                    because=f"dose:{prompt_id}")
    SCREEN.change(turn.db, {"this": prompt_id, "screen": row})
    turn.happened(events.DosesAsked(patient.id, prompt_id, tuple(dose.id for dose in found)))


# What is on the phone already


def redraw(turn: Turn, patient: Patient, prompt_ids: Iterable[int | None], but: int | None = None) -> None:
    """Bring messages in line with their doses: a dose that has been answered, or is asked about elsewhere, has no buttons."""
    for prompt_id in sorted({one for one in prompt_ids if one is not None and one != but}):
        prompt = get(turn, prompt_id)
        if prompt and prompt.screen:
            _redraw(turn, patient, prompt, prompt.screen)


def _redraw(turn: Turn, patient: Patient, prompt: Prompt, screen: int) -> None:
    asked = asked_about(turn, prompt)
    if not any(one.here for one in asked) and outbox.recall_one(turn, screen, "no dose of it is asked about any more"):
        return
    drawn = drawn_now(turn, patient, prompt, asked)
    sent = outbox.outcome_of(turn, screen) is not None
    # On its way out, it must arrive before it can be changed: what waits in the same lane waits for it.
    turn.tell(replace(patient, chat_id=prompt.chat_id), replace(drawn, closes=screen), Lane.REPLY if sent else Lane.DOSE,
              topic="dose", expires_at=turn.now + timedelta(hours=24), because=f"dose:{prompt.id}")


def drawn_now(turn: Turn, patient: Patient, prompt: Prompt, asked: list[Asked]) -> Screen:
    """A prompt as it must stand now."""
    if any(one.here for one in asked):
        return (prompt_screens.asking(prompt.id, asked, patient.time_zone) if prompt.shown
                else prompt_screens.discreet(turn, prompt.id, False))
    if not prompt.shown:
        return prompt_screens.closed_discreetly(turn, prompt.id, asked)
    return prompt_screens.noted(turn, prompt.id, asked, patient.time_zone)


def show(turn: Turn, prompt: Prompt) -> Prompt:
    """The patient has asked for the names."""
    turn.db.execute(update(dose_prompts).where(dose_prompts.c.id == prompt.id).values(shown=True))
    return replace(prompt, shown=True)


def held_back(turn: Turn, event: events.MessageHeldBack) -> None:
    """A prompt did not leave. What can still be asked about in time is asked about again; the rest we have missed."""
    prompt = _found(SHOWN_BY.rows(turn.db, {"message": event.message})) if event.lane == Lane.DOSE else None
    patient = patients.lock(turn, prompt.patient_id) if prompt else None
    if prompt is None or patient is None or event.outcome == "unknown":
        return
    resting, missed = is_resting(turn, patient), False
    for one in asked_about(turn, prompt):
        if not one.here:
            continue
        if one.dose.nudged:  # it was asked about before: it waits for an answer still
            doses.change(turn, one.dose, next_action_at=one.dose.closes_at)
        elif resting:
            doses.cancelled(turn, one.dose, PAUSED)
        elif event.outcome == "expired" and turn.now < one.dose.ask_until:
            doses.change(turn, one.dose, state="planned", prompt_id=None, next_action_at=turn.now)
        else:
            missed = doses.missed_by_us(turn, one.dose, event.why) or missed
    if missed:
        tell_missed(turn, patient)


def tell_missed(turn: Turn, patient: Patient) -> None:
    """At most one such message a day. Like anything else that nobody asked for, it waits for the morning."""
    if patient.chat_id is None or not patient.reachable or is_resting(turn, patient):
        return
    day = local(turn.now, patient.time_zone).date()
    turn.tell(patient, Screen(Lines((
        _("{clinic}: a reminder did not reach you in time. That was our doing, not yours.", clinic=turn.settings.clinic.name),
        prompt_screens.DO_NOT_DOUBLE))),
        Lane.BROADCAST, topic="missed_dose", once=f"missed:{patient.id}:{day.isoformat()}", because="missed_dose:")
