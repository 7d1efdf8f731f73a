"""Records as tables for a spreadsheet: a line a patient, an answer, a dose, an obligation; of whom whoever looks may see.

To add one: a `select` with the patient's id in it, `patients` among its tables, and a line in EXPORTS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from care import events, sight
from care.heart.time import instant
from care.heart.turn import Turn
from care.tables import answers, conversations, doses, escalations, medicines, patients, regimens

MIDNIGHT = datetime.min.time()


@dataclass(frozen=True)
class Column:
    name: str
    means: str
    of: Any
    """The database's column."""


@dataclass(frozen=True)
class Export:
    """`key` numbers the rows, the oldest first; `at` is the moment by which they are asked for."""

    title: str
    columns: tuple[Column, ...]
    key: Any
    at: Any
    joined: Callable[[Select[Any]], Select[Any]]
    nobodys: bool = False


@dataclass(frozen=True)
class Wanted:
    """Which rows: of one patient, from a day of the clinic's, up to and with another. None: all."""

    patient_id: int | None = None
    first_day: date | None = None
    last_day: date | None = None


PATIENT = Column("patient_id", "The patient's number.", patients.c.id)

EXPORTS = {
    "patients": Export("Patients", (
        PATIENT,
        Column("name", "Name.", patients.c.name),
        Column("date_of_birth", "Date of birth, year-month-day.", patients.c.date_of_birth),
        Column("language", "Language that they chose, such as en or pt-BR.", patients.c.language),
        Column("country", "Country, two letters.", patients.c.country),
        Column("time_zone", "IANA time zone.", patients.c.time_zone),
        Column("state", "invited, active or left.", patients.c.state),
        Column("consented", "True while they agree.", patients.c.consented),
        Column("reachable", "False while Telegram says that nothing gets through.", patients.c.reachable),
        Column("reminders", "False if they wish no reminders.", patients.c.reminders),
        Column("situation", "Such as in_hospital or travelling; empty: none.", patients.c.situation),
        Column("site_id", "The site at which they are treated.", patients.c.site_id),
        Column("created_at", "When they were added. UTC.", patients.c.created_at),
    ), patients.c.id, patients.c.created_at, lambda wanted: wanted),
    "answers": Export("Answers", (
        Column("answer_id", "The answer's number.", answers.c.id),
        PATIENT,
        Column("conversation_id", "The run of questions that it belongs to.", conversations.c.id),
        Column("questionnaire", "Which questions: the flow's or the instrument's name.", conversations.c.flow),
        Column("version", "Its version.", conversations.c.version),
        Column("question_key", "The question's key.", answers.c.key),
        Column("question", "The question as the patient read it.", answers.c.question),
        Column("value", "The answer as it is reckoned with; of a measurement, in the unit that rules know.", answers.c.value),
        Column("words", "As the patient typed or tapped it.", answers.c.words),
        Column("measurement", "What was measured, if anything.", answers.c.kind),
        Column("unit", "The unit that the patient gave it in.", answers.c.unit),
        Column("answered_at", "When. UTC.", answers.c.answered_at),
        Column("superseded_at", "When it was changed for another answer; empty: it stands. UTC.", answers.c.superseded_at),
    ), answers.c.id, answers.c.answered_at, lambda wanted: wanted.select_from(answers).join(
        conversations, conversations.c.id == answers.c.conversation_id).join(
            patients, patients.c.id == conversations.c.patient_id)),
    "doses": Export("Doses", (
        Column("dose_id", "The dose's number.", doses.c.id),
        PATIENT,
        Column("regimen_id", "The regimen that planned it.", doses.c.regimen_id),
        Column("medicine", "The medicine's name.", medicines.c.name),
        Column("amount", "How much.", doses.c.amount),
        Column("local_date", "The day on the patient's wall.", doses.c.local_date),
        Column("local_time", "The time on the patient's wall.", doses.c.local_time),
        Column("zone", "Whose clock that is.", doses.c.zone),
        Column("due_at", "The same moment. UTC.", doses.c.due_at),
        Column("state", "planned, asked, taken, skipped, no_answer, missed_by_us or cancelled; taken is as the patient said.",
               doses.c.state),
        Column("taken_at", "When it was taken, as the patient said. UTC.", doses.c.taken_at),
        Column("late", "True if that was late.", doses.c.late),
        Column("reason", "Why it was skipped.", doses.c.reason),
        Column("why", "Why it was cancelled, or missed by us.", doses.c.why),
    ), doses.c.id, doses.c.due_at, lambda wanted: wanted.select_from(doses).join(
        regimens, regimens.c.id == doses.c.regimen_id).join(medicines, medicines.c.id == regimens.c.medicine_id).join(
            patients, patients.c.id == doses.c.patient_id)),
    "obligations": Export("Obligations", (
        Column("escalation_id", "The obligation's number.", escalations.c.id),
        Column("patient_id", "The patient's number; empty: it is about nobody enrolled.", escalations.c.patient_id),
        Column("kind", "The rule or the event behind it.", escalations.c.kind),
        Column("severity", "0 emergency, 1 urgent, 2 routine.", escalations.c.severity),
        Column("reason", "In words.", escalations.c.reason),
        Column("value", "What triggered it.", escalations.c.value),
        Column("reports", "How often it was reported while it was open.", escalations.c.reports),
        Column("opened_at", "When it was opened. UTC.", escalations.c.opened_at),
        Column("due_at", "By when somebody had to act. UTC.", escalations.c.due_at),
        Column("acknowledged_by", "Number of the person who took it on.", escalations.c.acknowledged_by),
        Column("acknowledged_at", "When. UTC.", escalations.c.acknowledged_at),
        Column("resolve_by", "By when it had to be closed. UTC.", escalations.c.resolve_by),
        Column("resolved_by", "Number of the person who closed it.", escalations.c.resolved_by),
        Column("resolved_at", "When; empty: it is open. UTC.", escalations.c.resolved_at),
        Column("outcome", "How it ended.", escalations.c.outcome),
        Column("note", "What was written down at the end.", escalations.c.note),
    ), escalations.c.id, escalations.c.opened_at, lambda wanted: wanted.select_from(escalations).outerjoin(
        patients, patients.c.id == escalations.c.patient_id), nobodys=True),
}


def begun(turn: Turn, export: str, wanted: Wanted) -> None:
    """It leaves now: on record before the first line."""
    turn.happened(events.Exported(wanted.patient_id, export))


def lines(turn: Turn, export: str, wanted: Wanted, after: int, most: int) -> list[tuple[Any, ...]]:
    """Up to `most` rows after the one with the number `after`: its number, then the columns in their order."""
    this = EXPORTS[export]
    asked = this.joined(select(this.key, *(one.of.label(one.name) for one in this.columns))).where(this.key > after)
    if wanted.patient_id is not None:
        asked = asked.where(patients.c.id == wanted.patient_id)
    zone = turn.settings.clinic.time_zone
    if wanted.first_day:
        asked = asked.where(this.at >= instant(wanted.first_day, MIDNIGHT, zone))
    if wanted.last_day:
        asked = asked.where(this.at < instant(wanted.last_day + timedelta(days=1), MIDNIGHT, zone))
    if this.key is escalations.c.id:
        asked = asked.where(sight.in_open_pools(turn))
    if export == "obligations":
        asked = asked.where(sight.in_open_pools(turn))
    held = sight.held_to(turn, asked, nobodys=this.nobodys)
    return [tuple(row) for row in turn.db.execute(held.order_by(this.key).limit(most))]
