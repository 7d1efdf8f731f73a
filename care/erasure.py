"""Forgetting a patient: all that the database holds about them goes, and a certificate says what went and what did not.

Which rows are a patient's follows from the tables themselves: every row that points to the patient, or to a row that does. A
new table is covered the moment it has a foreign key. What has none is named here: by chat, or as nobody's (a test wants every
table to be one of these). Where the law makes the clinic keep the record for a time (retention.record_years), the phones,
addresses and chats go at once and the rest when that time is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, case, cast, delete, exists, func, or_, select, update

from care import consent, events, patients
from care.heart.chat_names import CHAT
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import (
    chat_links,
    chats,
    conversations,
    erasures,
    escalations,
    files,
    inbox,
    metadata,
    outbox,
    patient_messages,
)
from care.tables import events as journal
from care.tables import patients as patients_table

A_YEAR = timedelta(days=365.25)
# Rows that are known by a chat alone. They go where the chat was this patient's only: a carer's chat may speak of others.
BY_CHAT = {table.name: table.c.chat_id for table in (inbox, outbox, patient_messages, chats, escalations, files)}
UNNAMED = "…"
NO_CHAT = 0  # instead of the number of a chat, in a record that is kept for the law
IN_CONTACT = ("CallLogged", "AppointmentFulfilled")  # what staff put on record; the rest is in what the patient's chat did
# What says how to reach the patient, and nothing of their health: it goes at once, whatever must be kept.
CONTACT = ("chat_links", "chats", "invitations", "patient_contacts", "record_copies", "question_pages",
           "inbox")
# Tables that hold nothing about any patient.
NOBODYS = {
    "absences": "staff",
    "api_keys": "programs",
    "audit_seals": "the audit trail",
    "broadcast_texts": "the words that are sent to many",
    "broadcasts": "what is sent to many, and to what kind of patients",
    "cohorts": "kinds of patients",
    "halts": "why sending to many was stopped; a patient at most by number",
    "calendar_exceptions": "clinicians and rooms",
    "calendar_feeds": "clinicians and rooms",
    "calendar_hours": "clinicians and rooms",
    "calendars": "clinicians and rooms",
    "closed_days": "when the clinic is closed",
    "canned_replies": "words that the clinic keeps ready",
    "lesson_texts": "the words of lessons",
    "logout_tokens": "staff",
    "pace": "the senders",
    "pool_members": "staff",
    "pools": "staff",
    "pulses": "the clock",
    "setup_links": "staff",
    "recovery_codes": "staff",
    "passkeys": "staff",
    "shifts": "staff",
    "sign_in_failures": "staff",
    "sites": "the clinic",
    "staff": "staff",
    "staff_chats": "staff",
    "staff_factors": "staff",
    "staff_identities": "staff",
    "staff_sessions": "staff",
    "staff_sites": "staff",
    "slot_calendars": "time that is taken, not by whom",
    "slots": "time that is taken, not by whom",
    "taken_times": "time that is taken, not by whom",
    "visit_type_calendars": "the clinic",
    "visit_types": "the clinic",
    "webhook_deliveries": "programs; which event they were told of, by its number",
    "webhooks": "programs",
    "word_proposals": "clinical words, and which two people agreed to them",
    "word_uses": "clinical words",
    "word_versions": "clinical words",
}
KEPT = {
    "events": "the journal: who did what, when, to which number. It has no names and no words, and of a chat no number (what "
              "was written before schema 0036 may have Telegram's). It is kept because the clinic must be able to account for "
              "what was done.",
    "accesses": "who looked at which number, when, from where and why they might. It has no names and no words, and is kept "
                "for the same reason.",
    "erasures": "this certificate"}


@dataclass(frozen=True)
class Certificate:
    """What was erased. `removed` counts rows by table; `kept` says what was not erased, and why."""

    patient_id: int
    asked_at: datetime
    asked_by: str
    reason: str
    erased_at: datetime | None  # None: contact details are gone, the record follows at `due_at`
    due_at: datetime | None
    removed: dict[str, int]
    kept: dict[str, str]


@dataclass(frozen=True)
class Preview:
    """What would go if the patient were forgotten now, in rows by table, and what would not."""

    patient_id: int
    goes: dict[str, int]
    later: dict[str, int]  # the record, which must be kept until `due_at`
    due_at: datetime | None
    files: int
    kept: dict[str, str]


class Unknown(Exception):
    """There is no such patient, or they were erased before."""


def erase(turn: Turn, patient_id: int, by: str, reason: str) -> Certificate:
    """Forget a patient. Whoever has not left leaves by this. Raises Unknown."""
    patient = patients.lock(turn, patient_id)
    if patient is None or certificate(turn, patient_id):
        raise Unknown
    due_at = _kept_until(turn, patient_id)
    _unname(turn, patient)
    removed = (_forget_contact(turn, patient) if due_at
               else _remove(turn, patient_id, [*reversed(metadata.sorted_tables)]))
    turn.insert(erasures, {
        "patient_id": patient_id, "asked_at": turn.now, "asked_by": by, "reason": reason, "due_at": due_at,
        "erased_at": None if due_at else turn.now, "removed": removed})
    turn.recalled.add(patient_id)
    turn.happened(events.PatientErased(patient_id, due_at is None))
    done = certificate(turn, patient_id)
    assert done
    return done


def preview(turn: Turn, patient_id: int) -> Preview | None:
    """None if there is no such patient. Changes nothing."""
    if patients.get(turn, patient_id) is None:
        return None
    due_at, own_chats = _kept_until(turn, patient_id), _chats_of_nobody_else(turn, patient_id)
    rows = {table.name: count for table in metadata.sorted_tables
            if (which := rows_of(table, patient_id, own_chats)) is not None
            and (count := turn.db.scalar(select(func.count()).select_from(table).where(which)))}
    at_once = {name: count for name, count in rows.items() if due_at is None or name in CONTACT}
    return Preview(patient_id, at_once, {name: count for name, count in rows.items() if name not in at_once}, due_at,
                   rows.get(files.name, 0), _kept(due_at))


def _kept_until(turn: Turn, patient_id: int) -> datetime | None:
    """Until when the law makes the clinic keep the record; None: not, or no longer."""
    until = _last_contact(turn, patient_id) + turn.settings.retention.record_years * A_YEAR
    return until if until > turn.now else None


def due(turn: Turn, limit: int = 50) -> list[int]:
    """Patients whose record must no longer be kept."""
    return list(turn.db.scalars(select(erasures.c.patient_id).where(erasures.c.due_at <= turn.now).limit(limit)))


def finish(turn: Turn, patient_id: int) -> None:
    """The time for which the record had to be kept is over."""
    patients.lock(turn, patient_id)
    found = certificate(turn, patient_id)
    if found is None or found.due_at is None or found.due_at > turn.now:
        return
    removed = _remove(turn, patient_id, [*reversed(metadata.sorted_tables)])
    total = {name: found.removed.get(name, 0) + removed.get(name, 0) for name in found.removed.keys() | removed.keys()}
    turn.db.execute(update(erasures).where(erasures.c.patient_id == patient_id).values(
        due_at=None, erased_at=turn.now, removed=total))
    turn.happened(events.PatientErased(patient_id, True))


def again(turn: Turn, ledger: dict[str, Any]) -> bool:
    """After a restore: whoever was erased since the backup was made is erased again, by a line of the ledger. False if the
    backup knows nobody of that number, which stays theirs then, or knows that they were erased."""
    patient_id = int(ledger["patient_id"])
    if certificate(turn, patient_id):
        return False
    if patients.get(turn, patient_id) is None:
        turn.insert(erasures, {
            "patient_id": patient_id, "asked_at": datetime.fromisoformat(ledger["asked_at"]), "asked_by": ledger["asked_by"],
            "reason": ledger["reason"], "erased_at": turn.now, "removed": ledger["removed"]})
        return False
    erase(turn, patient_id, ledger["asked_by"], ledger["reason"])
    return True


def certificate(turn: Turn, patient_id: int) -> Certificate | None:
    row = turn.db.execute(select(erasures).where(erasures.c.patient_id == patient_id)).first()
    return _certificate(row) if row else None


def ledger(turn: Turn) -> list[Certificate]:
    """Everyone who was erased, in order. It is kept outside the database too, so that a restore can be followed by it."""
    return [_certificate(row) for row in turn.db.execute(select(erasures).order_by(erasures.c.id))]


def erased_since(turn: Turn, moment: datetime) -> list[tuple[int, datetime]]:
    """Whose record went later than this, and when. To whoever holds copies: these go as well."""
    return [tuple(row) for row in turn.db.execute(select(erasures.c.patient_id, erasures.c.erased_at).where(
        erasures.c.erased_at > moment).order_by(erasures.c.erased_at))]


def _certificate(row: Any) -> Certificate:
    return Certificate(row.patient_id, row.asked_at, row.asked_by, row.reason, row.erased_at, row.due_at, row.removed,
                       _kept(row.due_at))


def _kept(due_at: datetime | None) -> dict[str, str]:
    if due_at is None:
        return dict(KEPT)
    return KEPT | {"the record": f"the clinic must keep it until {due_at:%Y-%m-%d}; phones, addresses and chats go at once"}


def _last_contact(turn: Turn, patient_id: int) -> datetime:
    added: datetime = turn.db.scalars(select(patients_table.c.created_at).where(patients_table.c.id == patient_id)).one()
    wrote = turn.db.scalar(select(func.max(patient_messages.c.at)).where(patient_messages.c.patient_id == patient_id))
    talked = turn.db.scalar(select(func.max(conversations.c.heard_at)).where(conversations.c.patient_id == patient_id))
    met = turn.db.scalar(select(func.max(journal.c.at)).where(journal.c.patient_id == patient_id, or_(
        journal.c.actor.like(f"{CHAT}%"), journal.c.kind.in_(IN_CONTACT))))  # a tap on a dose is in no message
    return max(moment for moment in (added, wrote, talked, met) if moment)


def _forget_contact(turn: Turn, patient: Patient) -> dict[str, int]:
    """The patient stays as a number with a record: no chat, no phone, no address, and the clinic writes to them no more, nor
    plans anything for them."""
    consent.withdraw(turn, patient)
    patient_id = patient.id
    patients.change(turn, patient_id, state="left", consented=False, reachable=False, reminders=False)
    turn.db.execute(update(outbox).where(outbox.c.patient_id == patient_id, outbox.c.outcome.is_(None)).values(
        outcome="suppressed", why="the patient has been forgotten", settled_at=turn.now))
    _make_theirs(turn, patient_id)
    _without_chats(turn, patient_id)
    return _remove(turn, patient_id, [table for table in reversed(metadata.sorted_tables) if table.name in CONTACT])


def _unname(turn: Turn, patient: Patient) -> None:
    """A chat that speaks for several is asked by their names whom something is about. It stays; this name goes from it."""
    chats_of_theirs = select(chat_links.c.chat_id).where(chat_links.c.patient_id == patient.id)
    for table, columns in ((outbox, (outbox.c.text, outbox.c.buttons)), (escalations, (escalations.c.reason,))):
        for row in turn.db.execute(select(table.c.id, *columns).where(
                table.c.patient_id.is_(None), table.c.chat_id.in_(chats_of_theirs))).all():
            kept = dict(zip(columns, row[1:], strict=True))
            without = {column: _without(value, patient.name) for column, value in kept.items()}
            if without != kept:
                turn.db.execute(update(table).where(table.c.id == row.id).values(without))


def _without(said: Any, name: str) -> Any:
    """Words, or lists of words, without a name in them."""
    if isinstance(said, list):
        return [_without(one, name) for one in said]
    return said.replace(name, UNNAMED) if isinstance(said, str) else said


def _make_theirs(turn: Turn, patient_id: int) -> None:
    """What is known by a chat alone goes with their record: without the link to the chat nothing else says whose it is."""
    own_chats = _chats_of_nobody_else(turn, patient_id)
    beside = case((escalations.c.resolved_at.is_(None), escalations.c.kind + ":" + cast(escalations.c.id, sa.Text)),
                  else_=escalations.c.kind)  # what is open of that kind already
    for table in (outbox, patient_messages, files, escalations):
        turn.db.execute(update(table).where(BY_CHAT[table.name].in_(own_chats), table.c.patient_id.is_(None)).values(
            patient_id=patient_id, **({"kind": beside} if table is escalations else {})))


def _without_chats(turn: Turn, patient_id: int) -> None:
    """The record that is kept no longer says from which chat something came, or to which it went."""
    for table in metadata.sorted_tables:
        theirs = rows_of(table, patient_id) if table.name not in CONTACT else None
        if theirs is None:
            continue
        gone: dict[Any, Any] = {}
        for column in table.c:
            if column.name == "chat_id":
                gone[column] = None if column.nullable else NO_CHAT
            elif table is outbox and column.name == "once":  # a key that may have the number in it; nothing is said again
                gone[column] = None
            elif column.name in ("by", "because") or (column.name.endswith("_by") and isinstance(column.type, sa.Text)):
                gone[column] = case((column.like(f"%{CHAT}%"), func.substr(column, 1, _place(turn, column))), else_=column)
        if gone:
            turn.db.execute(update(table).where(theirs).values(gone))


def _place(turn: Turn, column: sa.Column[Any]) -> ColumnElement[int]:
    """Where the actor `chat:` ends in these words."""
    find = func.instr if turn.db.dialect.name == "sqlite" else func.strpos
    return find(column, CHAT) + len(CHAT) - 1


def _remove(turn: Turn, patient_id: int, wanted: list[sa.Table]) -> dict[str, int]:
    own_chats = _chats_of_nobody_else(turn, patient_id)
    removed = {}
    for table in wanted:
        which = rows_of(table, patient_id, own_chats)
        if which is not None and (count := turn.db.execute(delete(table).where(which)).rowcount):
            removed[table.name] = count
    return removed


def _chats_of_nobody_else(turn: Turn, patient_id: int) -> list[int]:
    other = chat_links.alias()
    return list(turn.db.scalars(select(chat_links.c.chat_id).distinct().where(
        chat_links.c.patient_id == patient_id,
        ~exists().where(other.c.chat_id == chat_links.c.chat_id, other.c.patient_id != patient_id))))


def rows_of(table: sa.Table, patient_id: int, own_chats: Sequence[int] = ()) -> ColumnElement[bool] | None:
    """Which rows of a table are this patient's: what points to them, and what is known by a chat that is theirs alone; None if
    no row of it is anybody's."""
    if table is patients_table:
        return patients_table.c.id == patient_id
    ways = [key.parent.in_(select(key.column).where(theirs)) if key.column.table is not patients_table
            else key.parent == patient_id
            for key in table.foreign_keys
            if key.column.table is not table and (theirs := rows_of(key.column.table, patient_id, own_chats)) is not None]
    if own_chats and table.name in BY_CHAT:
        of_nobody = [table.c.patient_id.is_(None)] if "patient_id" in table.c else []  # which an index finds, too
        ways.append(and_(*of_nobody, BY_CHAT[table.name].in_(own_chats)))
    return or_(*ways) if ways else None


def of_patients() -> list[sa.Table]:
    """The tables with numbered rows that are somebody's, beside the patients themselves."""
    return [table for table in metadata.sorted_tables if table.name in holding_patients() and table is not patients_table
            and "id" in table.primary_key.columns]


@cache
def holding_patients() -> frozenset[str]:
    """The tables with rows that are somebody's."""
    return frozenset(table.name for table in metadata.sorted_tables
                     if rows_of(table, 0) is not None or table.name in BY_CHAT)
