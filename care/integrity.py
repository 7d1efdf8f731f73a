"""What must always be true of the clinic's data, and cannot be said as a constraint of one table. It is looked through every
night; what is not as it must be becomes an obligation for whoever runs the clinic, and `careward check-data` names it.

To add one: a line in INVARIANTS with a name, the promise in words, and a statement that selects the ids of what breaks it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from care import escalations, events, system
from care.escalations import Severity
from care.heart.time import local
from care.heart.turn import Lane, Turn
from care.tables import (
    answers,
    chat_links,
    consents,
    conversations,
    dose_prompts,
    doses,
    inbox,
    outbox,
    patients,
    regimens,
    situations,
)
from care.tables import escalations as obligations

PULSE = "check_data"
EVERY = timedelta(hours=24)
LATE = timedelta(hours=1)  # what a clock job should have done this long ago
MOST = 20  # ids that are named
TROUBLE = "data_not_as_it_must_be"


@dataclass(frozen=True)
class Invariant:
    """Something that must always be true. `broken` selects the ids of the rows for which it is not."""

    name: str
    promise: str
    table: str
    broken: Callable[[Turn], Select[Any]]


@dataclass(frozen=True)
class Finding:
    """An invariant that does not hold, and for which rows."""

    invariant: Invariant
    count: int
    ids: tuple[int, ...]  # the first MOST

    def __str__(self) -> str:
        more = f" and {self.count - len(self.ids)} more" if self.count > len(self.ids) else ""
        return f"{self.invariant.promise} Not so for {self.invariant.table} {', '.join(map(str, self.ids))}{more}."


OPEN_DOSE = doses.c.state.in_(("planned", "asked"))
GONE = or_(patients.c.state == "left", patients.c.situation.in_(("deceased", "transferred")))


def _missing(column: ColumnElement[Any], table: sa.Table) -> ColumnElement[bool]:
    """Points to a row that is not there."""
    return and_(column.is_not(None), ~exists().where(table.c.id == column))


def _of(table: sa.Table, *broken: ColumnElement[bool]) -> Select[Any]:
    return select(table.c.id).where(*broken)


def _unplanned(turn: Turn) -> Select[Any]:
    """As needed is never planned; what has ended is planned to its end."""
    yesterday = local(turn.now, turn.settings.clinic.time_zone).date() - timedelta(days=1)
    to_come = or_(regimens.c.ends_on.is_(None), regimens.c.ends_on > yesterday)
    able = exists().where(patients.c.id == regimens.c.patient_id, patients.c.state == "active", patients.c.consented,
                          patients.c.situation.is_(None))
    return _of(regimens, regimens.c.state == "active", regimens.c.plan_at.is_(None), to_come, able,
               regimens.c.begins_on <= yesterday, regimens.c.timing["kind"].as_string() != "as_needed",
               ~exists().where(doses.c.regimen_id == regimens.c.id, OPEN_DOSE))


def _not_the_consent(turn: Turn) -> Select[Any]:
    stands = exists().where(consents.c.patient_id == patients.c.id, consents.c.withdrawn_at.is_(None))
    return _of(patients, or_(and_(patients.c.consented, ~stands), and_(~patients.c.consented, stands)))


def _not_the_situation(turn: Turn) -> Select[Any]:
    stands = select(situations.c.kind).where(
        situations.c.patient_id == patients.c.id, situations.c.ended_at.is_(None)).scalar_subquery()
    return _of(patients, func.coalesce(patients.c.situation, "") != func.coalesce(stands, ""))


INVARIANTS = (
    Invariant("dose_closed", "Every dose ends by its time.", "dose",
              lambda turn: _of(doses, OPEN_DOSE, doses.c.closes_at < turn.now - LATE)),
    Invariant("dose_of_running_regimen", "No dose of a stopped medicine is open.", "dose",
              lambda turn: _of(doses, OPEN_DOSE, exists().where(
                  regimens.c.id == doses.c.regimen_id, regimens.c.state == "stopped"))),
    Invariant("dose_of_a_patient_with_us", "No dose is open of somebody who has left, died or been transferred.", "dose",
              lambda turn: _of(doses, OPEN_DOSE, exists().where(patients.c.id == doses.c.patient_id, GONE))),
    Invariant("dose_belongs", "A dose and its regimen belong to the same patient.", "dose",
              lambda turn: _of(doses, exists().where(
                  regimens.c.id == doses.c.regimen_id, regimens.c.patient_id != doses.c.patient_id))),
    Invariant("dose_prompt", "The message that asks about a dose is on record.", "dose",
              lambda turn: _of(doses, _missing(doses.c.prompt_id, dose_prompts))),
    Invariant("regimen_planned", "Every running medicine is planned on.", "regimen", _unplanned),
    Invariant("obligation_moves", "Somebody is called about every open obligation in time.", "escalation",
              lambda turn: _of(obligations, obligations.c.resolved_at.is_(None),
                               obligations.c.next_action_at < turn.now - LATE)),
    Invariant("message_settled", "Every message leaves, or is put on record as not sent.", "outbox",
              lambda turn: _of(outbox, outbox.c.outcome.is_(None), outbox.c.expires_at < turn.now - LATE)),
    Invariant("message_to_the_dead", "Nothing that no person wrote waits for somebody who has died.", "outbox",
              lambda turn: _of(outbox, outbox.c.outcome.is_(None), outbox.c.author.is_(None),
                               outbox.c.lane > int(Lane.SAFETY), exists().where(
                                   patients.c.id == outbox.c.patient_id, patients.c.situation == "deceased"))),
    Invariant("update_handled", "Every update from Telegram is handled, or set aside for a person.", "inbox",
              lambda turn: _of(inbox, inbox.c.outcome.is_(None), inbox.c.received_at < turn.now - LATE)),
    Invariant("consent_as_given", "A patient's consent is as their last word on it.", "patient", _not_the_consent),
    Invariant("situation_as_known", "A patient's situation is the one that is on record.", "patient", _not_the_situation),
    Invariant("active_has_a_phone", "Nobody takes part without a phone.", "patient",
              lambda turn: _of(
                  patients, patients.c.state == "active", patients.c.consented, patients.c.reachable, ~exists().where(
                      chat_links.c.patient_id == patients.c.id, chat_links.c.cut_at.is_(None)))),
    Invariant("question_on_screen", "The question on a patient's screen is on record.", "conversation",
              lambda turn: _of(conversations, conversations.c.ended_at.is_(None), _missing(conversations.c.screen, outbox))),
    Invariant("answer_belongs", "No answer is later than the end of its questions.", "answer",
              lambda turn: _of(answers, exists().where(
                  conversations.c.id == answers.c.conversation_id, conversations.c.ended_at < answers.c.answered_at))),
)


def check(turn: Turn) -> list[Finding]:
    """Everything that is not as it must be. Reads only; the cost is what is open, and one pass over doses and answers."""
    found = []
    for one in INVARIANTS:
        broken = one.broken(turn).subquery()
        count = turn.db.scalar(select(func.count()).select_from(broken)) or 0
        if count:
            ids = turn.db.scalars(select(broken.c.id).order_by(broken.c.id).limit(MOST))
            found.append(Finding(one, count, tuple(ids)))
    return found


def due(turn: Turn) -> bool:
    """Whether the night's look is to be taken: once in each night of the clinic's wall, between two and six."""
    here = local(turn.now, turn.settings.clinic.time_zone)
    last = system.last_heard(turn, PULSE)
    looked_on: date | None = local(last, turn.settings.clinic.time_zone).date() if last else None
    return (2 <= here.hour < 6 and looked_on != here.date()) or bool(last and turn.now - last > 2 * EVERY)


def report(turn: Turn, found: list[Finding]) -> int | None:
    """Put on record that the data was looked through, and call somebody if it is not as it must be. Returns the obligation."""
    system.beat(turn, PULSE)
    turn.happened(events.DataChecked(None, tuple(one.invariant.name for one in found)))
    if not found:
        return None
    return escalations.open_(
        turn, None, Severity.URGENT, TROUBLE, "The data is not as it must be: whoever runs the clinic must look "
        "(`careward check-data`)", "; ".join(f"{one.invariant.name}: {one.count}" for one in found)[:500])
