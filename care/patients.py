"""Patients, and the chats they write from. A chat is not a patient: a link with a role joins them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal, null, or_, select, update

from care import events
from care.heart import journal
from care.heart.prepared import Prepared
from care.heart.time import local
from care.heart.turn import Turn
from care.sealing import RING
from care.sight import held_to
from care.tables import chat_links, chats, consents, erasures, patients
from care.tables import events as events_table


@dataclass(frozen=True)
class Patient:
    """A patient as met in one turn. `chat_id` is the chat to write to: the one that wrote, else their own."""

    id: int
    name: str
    date_of_birth: date
    language: str
    country: str
    time_zone: str
    state: str  # invited, active, left
    consented: bool
    reachable: bool
    reminders: bool
    paused_until: datetime | None
    situation: str | None  # in_hospital, travelling, transferred, deceased; None in ordinary times
    held_until: datetime | None  # until then a person has the thread, and the bot keeps quiet
    chat_id: int | None
    named: str | None = None  # set where the chat holds several patients, or is a carer's


@dataclass(frozen=True)
class Stranger:
    """Someone who writes from a chat that belongs to no patient."""

    chat_id: int
    language: str
    id: None = None
    named: None = None


@dataclass(frozen=True)
class Link:
    id: int
    chat_id: int
    role: str
    linked_at: datetime
    cut_at: datetime | None


@dataclass(frozen=True)
class PatientSummary:
    """What staff see beside a thread."""

    id: int
    name: str
    date_of_birth: date
    age: int
    language: str
    time_zone: str
    country: str
    state: str
    reachable: bool
    reminders: bool
    paused_until: datetime | None
    situation: str | None
    held_until: datetime | None
    consented_at: datetime | None
    consent_version: str | None
    local_time: datetime
    links: list[Link]
    created_at: datetime


def columns(chat_id: Any, language: Any = patients.c.language) -> Select[Any]:
    return select(
        patients.c.id, patients.c.name, patients.c.date_of_birth, language, patients.c.country,
        patients.c.time_zone, patients.c.state, patients.c.consented, patients.c.reachable, patients.c.reminders,
        patients.c.paused_until, patients.c.situation, patients.c.held_until, chat_id)


# Built once, since building a statement costs as much as running it.
HOLDING = (
    columns(chat_links.c.chat_id, func.coalesce(chats.c.language, patients.c.language).label("language"))
    .add_columns(chat_links.c.role)
    .join(chat_links, chat_links.c.patient_id == patients.c.id)
    .outerjoin(chats, chats.c.chat_id == chat_links.c.chat_id)
    .where(chat_links.c.chat_id == bindparam("this_chat"), chat_links.c.cut_at.is_(None))
    .order_by(patients.c.id))
HELD_BY = Prepared(HOLDING)
# Against other turns, not against rows that point to the patient: those may be written beside this turn. The links too: a
# chat that is just being cut must not slip in behind the cut.
IN_CHAT = Prepared(HOLDING.with_for_update(of=[patients, chat_links], key_share=True))
BY_ID = Prepared(
    columns(chat_links.c.chat_id)
    .outerjoin(chat_links, and_(chat_links.c.patient_id == patients.c.id, chat_links.c.cut_at.is_(None)))
    .where(patients.c.id == bindparam("this_patient")).order_by((chat_links.c.role == "self").desc(), chat_links.c.id).limit(1))
LOCKED = Prepared(
    columns(null().label("chat_id")).where(patients.c.id == bindparam("this_patient")).with_for_update(key_share=True))


def in_chat(turn: Turn, chat_id: int) -> list[Patient]:
    """The patients a chat may speak for, found and locked: until this turn ends, nobody else acts for them."""
    return _named(IN_CHAT.rows(turn.db, {"this_chat": chat_id}))


def _named(held: Sequence[Any]) -> list[Patient]:
    """The patients of one chat. Where there are several, or somebody else reads, each is to be named in what is said."""
    return [Patient(*(*row[:-1], row.name if len(held) > 1 or row.role != "self" else None)) for row in held]


def get(turn: Turn, patient_id: int) -> Patient | None:
    """A patient, with the chat to write to: their own phone, else a carer's."""
    found = BY_ID.rows(turn.db, {"this_patient": patient_id})
    if not found:
        return None
    patient = Patient(*found[0])
    if patient.chat_id is None:
        return patient
    held = _named(HELD_BY.rows(turn.db, {"this_chat": patient.chat_id}))
    return next((one for one in held if one.id == patient_id), patient)


def answering(turn: Turn, patient_id: int, chat_id: int) -> Patient | None:
    """A patient, with the chat that just wrote for them to write to: what a carer says is answered to the carer."""
    return next((one for one in in_chat(turn, chat_id) if one.id == patient_id), None) or get(turn, patient_id)


def writes_themselves(turn: Turn, patient: Patient) -> bool:
    """Whether the chat that stands for this patient now is their own, and not a carer's."""
    role = turn.db.scalar(select(chat_links.c.role).where(
        chat_links.c.patient_id == patient.id, chat_links.c.chat_id == patient.chat_id, chat_links.c.cut_at.is_(None)))
    return bool(role == "self")


def lock(turn: Turn, patient_id: int) -> Patient | None:
    """Find and lock a patient before changing anything of theirs."""
    return get(turn, patient_id) if LOCKED.rows(turn.db, {"this_patient": patient_id}) else None


def stranger(turn: Turn, chat_id: int, telegram_language: str | None = None) -> Stranger:
    """Whoever writes from a chat that is nobody's: in the language they chose, else their phone's, else the clinic's."""
    known = turn.db.scalar(select(chats.c.language).where(chats.c.chat_id == chat_id))
    offered = turn.settings.clinic.languages
    phone = (telegram_language or "").split("-")[0]
    return Stranger(chat_id, known or next((code for code in offered if code.split("-")[0] == phone), offered[0]))


def add(
    turn: Turn, name: str, date_of_birth: date, language: str, country: str | None = None, time_zone: str | None = None,
) -> Patient:
    """Put a patient on the clinic's list; what is not said is as the clinic has it."""
    clinic = turn.settings.clinic
    patient_id = turn.insert(patients, {
        "name": name.strip(), **born(date_of_birth), "language": language, "country": country or clinic.country,
        "time_zone": time_zone or clinic.time_zone, "state": "invited", "consented": False, "reachable": True,
        "reminders": True, "created_at": turn.now, **_numbered(turn)})
    turn.happened(events.PatientAdded(patient_id))
    added = get(turn, patient_id)
    assert added
    return added


def born(day: date) -> dict[str, Any]:
    """What is kept of a birthday: the day, sealed, and in the clear no more than the five years that it is in."""
    return {"date_of_birth": day, "born_from": first_of_five(day.year)}


def first_of_five(year: int) -> int:
    """The first of the five years in which people are taken for of an age, where their days of birth are not looked at."""
    return year - year % 5


def _numbered(turn: Turn) -> dict[str, int]:
    """The number of whoever was forgotten stays theirs, and so do their certificate and journal. SQLite alone gives a number a
    second time, if it was the last one."""
    if turn.db.dialect.name != "sqlite":
        return {}
    forgotten = turn.db.scalar(select(func.max(erasures.c.patient_id))) or 0
    return {"id": forgotten + 1} if forgotten > (turn.db.scalar(select(func.max(patients.c.id))) or 0) else {}


def change(turn: Turn, patient_id: int, **changed: Any) -> None:
    turn.db.execute(update(patients).where(patients.c.id == patient_id).values(**changed))


def move_to(turn: Turn, patient_id: int, time_zone: str) -> None:
    """The patient's wall clock is that of another zone from now on."""
    change(turn, patient_id, time_zone=time_zone)
    turn.happened(events.ZoneChanged(patient_id, time_zone))


def find(
    turn: Turn, words: str = "", after: tuple[str, int] | None = None, limit: int = 50, changed_since: datetime | None = None,
) -> list[Patient]:
    """Patients whose name holds these words, by name; `after` is the (name, id) of the last one already seen. With
    `changed_since`, those alone of whom something was journalled since then; some may not have changed since a minute."""
    wanted = columns(null())
    if changed_since:
        wanted = wanted.where(patients.c.id.in_(select(events_table.c.patient_id).where(
            events_table.c.id > journal.first_after(turn, changed_since), events_table.c.patient_id.is_not(None))))
    if RING.current:
        return _page(turn, wanted, words, after, limit)
    for word in words.split():
        wanted = wanted.where(func.lower(patients.c.name).contains(word.lower(), autoescape=True))
    if after:
        name, last = after
        wanted = wanted.where(or_(patients.c.name > name, and_(patients.c.name == literal(name), patients.c.id > last)))
    wanted = wanted.order_by(patients.c.name, patients.c.id).limit(limit)
    return [Patient(*row) for row in turn.db.execute(held_to(turn, wanted))]


def _page(turn: Turn, wanted: Select[Any], words: str, after: tuple[str, int] | None, limit: int) -> list[Patient]:
    """The same where names are sealed, which the database can neither search nor order: they are opened here, all that are in
    sight, and the page is read by id. What it costs is in docs/evidence/sealing.md."""
    folded = [word.casefold() for word in words.split()]
    names = held_to(turn, wanted.with_only_columns(patients.c.id, patients.c.name))
    found = sorted((row.name, row.id) for row in turn.db.execute(names) if all(word in row.name.casefold() for word in folded))
    place = bisect_right(found, tuple(after)) if after else 0
    ids = [patient_id for _name, patient_id in found[place:place + limit]]
    people = {row.id: Patient(*row) for row in turn.db.execute(columns(null()).where(patients.c.id.in_(ids)))}
    return [people[patient_id] for patient_id in ids]


def summary(turn: Turn, patient_id: int) -> PatientSummary | None:
    row = turn.db.execute(select(patients).where(patients.c.id == patient_id)).first()
    if row is None:
        return None
    consent = turn.db.execute(
        select(consents).where(consents.c.patient_id == patient_id, consents.c.withdrawn_at.is_(None))).first()
    links = turn.db.execute(
        select(chat_links).where(chat_links.c.patient_id == patient_id).order_by(chat_links.c.id.desc()).limit(20))
    here = local(turn.now, row.time_zone)
    birthday_to_come = (here.month, here.day) < (row.date_of_birth.month, row.date_of_birth.day)
    return PatientSummary(
        row.id, row.name, row.date_of_birth, here.year - row.date_of_birth.year - birthday_to_come, row.language, row.time_zone,
        row.country, row.state, row.reachable, row.reminders, row.paused_until, row.situation, row.held_until,
        consent.given_at if consent else None, consent.version if consent else None, here,
        [Link(link.id, link.chat_id, link.role, link.linked_at, link.cut_at) for link in links], row.created_at)


def link(turn: Turn, patient_id: int, chat_id: int, role: str) -> int:
    """Join a chat to a patient. A patient's own new phone takes the place of the old one; a carer's adds to it."""
    open_links = turn.db.execute(
        select(chat_links).where(chat_links.c.patient_id == patient_id, chat_links.c.cut_at.is_(None))).all()
    for old in open_links:
        if old.chat_id == chat_id or (role == "self" and old.role == "self"):
            _cut(turn, old)
    link_id = turn.insert(chat_links, {"chat_id": chat_id, "patient_id": patient_id, "role": role, "linked_at": turn.now})
    change(turn, patient_id, reachable=True)
    turn.happened(events.ChatLinked(patient_id, link_id, chat_id, role, not open_links))
    return link_id


def cut_link(turn: Turn, link_id: int) -> bool:
    """Cut a chat from a patient at once: nothing more goes there, nothing more is taken from there."""
    row = turn.db.execute(select(chat_links).where(chat_links.c.id == link_id, chat_links.c.cut_at.is_(None))).first()
    if row is None:
        return False
    lock(turn, row.patient_id)
    return _cut(turn, row)


def cut_carer(turn: Turn, patient_id: int, chat_id: int) -> bool:
    """Cut a carer's chat from a patient for whom another one speaks too; False, and nothing cut, if there is no other, or if
    it is the patient's own."""
    speaking = turn.db.execute(
        select(chat_links).where(chat_links.c.patient_id == patient_id, chat_links.c.cut_at.is_(None))).all()
    carers = [row for row in speaking if row.chat_id == chat_id and row.role == "carer"]
    if len(speaking) <= 1:
        return False
    cut = [_cut(turn, row) for row in carers]
    return any(cut)


def cut_all(turn: Turn, patient_id: int) -> None:
    for row in turn.db.execute(
            select(chat_links).where(chat_links.c.patient_id == patient_id, chat_links.c.cut_at.is_(None))).all():
        _cut(turn, row)


def _cut(turn: Turn, row: Any) -> bool:
    cut = turn.db.execute(update(chat_links).where(chat_links.c.id == row.id, chat_links.c.cut_at.is_(None)).values(
        cut_at=turn.now, cut_by=turn.actor)).rowcount
    if cut:
        turn.happened(events.LinkCut(row.patient_id, row.id, row.chat_id))
    return bool(cut)


def reached_in(turn: Turn, chat_id: int) -> list[Patient]:
    """The patients whom we write to in this chat. A carer's chat speaks for a patient who has a phone of their own too, but
    what becomes of it says nothing about reaching the patient."""
    return [patient for patient in in_chat(turn, chat_id) if (own := get(turn, patient.id)) and own.chat_id == chat_id]


def lost_touch(turn: Turn, event: events.ChatUnreachable) -> None:
    """Nothing gets through to this chat: whoever is written to in it cannot be reached."""
    for patient in reached_in(turn, event.chat_id):
        change(turn, patient.id, reachable=False)


def blocked(turn: Turn, chat_id: int) -> None:
    """The patient has blocked the bot."""
    for patient in in_chat(turn, chat_id)[:1]:
        turn.happened(events.ChatUnreachable(patient.id, chat_id))


def found_again(turn: Turn, chat_id: int) -> None:
    """A chat that was lost writes again, or has unblocked the bot."""
    for patient in reached_in(turn, chat_id):
        if not patient.reachable:
            change(turn, patient.id, reachable=True)
            turn.happened(events.PatientReachable(patient.id, chat_id))
