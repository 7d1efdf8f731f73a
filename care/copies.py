"""A patient's own copy of all that is kept about them. A link opens one page, once, for whoever knows the date of birth;
the chat holds the link and nothing else. See docs/decisions for why it is done so."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from care import escalations, events, office, patients, secret_links
from care.escalations import Severity
from care.heart.language import Lines, Text, _
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from care.secret_links import WRONG_DATES, Wrong, hashed, offered
from care.tables import chat_links, record_copies

GOOD_FOR = timedelta(minutes=30)
OPEN_FOR = timedelta(minutes=15)  # once the date of birth was right: the files can be had again while the page is open
MOST_A_DAY = 5
FORMS = ("pdf", "fhir", "rows")
WANTED = "copy_wanted"


class Refused(Exception):
    """It cannot be done; the message says why."""


@dataclass(frozen=True)
class Made:
    token: str
    address: str
    expires_at: datetime


@dataclass(frozen=True)
class Copy:
    id: int
    patient: Patient


@dataclass(frozen=True)
class Opened:
    """The date of birth was right: `key` lets the page have the files until then."""

    key: str
    until: datetime


def ask(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """What a copy is, and a way out."""
    turn.tell(patient, Screen(
        Lines((_("You can have a copy of all that is kept here. One part is for you to read. One part is for other health "
                 "programs."),
               _("I send you a link. It works once, for 30 minutes. The page asks for the date of birth. Whoever opens it can "
                 "read it all, so open it when you are alone."))),
        ((Button(_("Send me the link"), f"copy:send:{patient.id}"),), (Button(_("Not now"), f"copy:no:{patient.id}"),)),
        edits=edits))


def send(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """The link, to the patient's own chat. A carer's wish, and one that no page can grant, is for a person to see to."""
    by = office.when(turn, escalations.due(turn, Severity.ROUTINE), patient.time_zone)
    if not patients.writes_themselves(turn, patient):
        escalations.open_(turn, patient.id, Severity.ROUTINE, WANTED,
                          "A carer asks for a copy of the record: may they have it?", None, patient.chat_id)
        turn.tell(patient, Screen(
            _("Only the clinic can give a copy to somebody else. I have asked for you. Someone will look at this {when}.",
              when=by), edits=edits))
    elif not offered(turn):
        escalations.open_(turn, patient.id, Severity.ROUTINE, WANTED, "Asks for a copy of the record")
        turn.tell(patient, Screen(_(
            "Your clinic gives you the copy in another way. I have asked for it. Someone will look at this {when}.", when=by),
            edits=edits))
    elif _made_lately(turn, patient.id) >= MOST_A_DAY:
        turn.tell(patient, Screen(_("You have had many links today. Please try again tomorrow."), edits=edits))
    else:
        made = make(turn, patient.id, patient.chat_id)
        turn.tell(patient, _with_link(patient, made, edits), topic="secret", expires_at=made.expires_at)


def hand_over(turn: Turn, patient_id: int, link_id: int | None) -> Made | None:
    """A person on staff makes a copy: its link goes to the chat that they name, or, without one, to them alone. None if there
    is no such patient. Raises Refused."""
    if not offered(turn):
        raise Refused("Set staff.public_url to an https address first: a record must not travel openly.")
    if patients.lock(turn, patient_id) is None:
        return None
    chat_id = None if link_id is None else turn.db.scalar(select(chat_links.c.chat_id).where(
        chat_links.c.id == link_id, chat_links.c.patient_id == patient_id, chat_links.c.cut_at.is_(None)))
    if link_id is not None and chat_id is None:
        raise Refused("This patient has no such phone.")
    made = make(turn, patient_id, chat_id)
    reader = patients.answering(turn, patient_id, chat_id) if chat_id is not None else None
    if reader:
        turn.tell(reader, _with_link(reader, made, None), topic="secret", expires_at=made.expires_at)
    escalations.settle(turn, patient_id, WANTED, "A copy was made.")
    return made


def _with_link(reader: Patient, made: Made, edits: int | None) -> Screen:
    until = local(made.expires_at, reader.time_zone).time()
    return Screen(Lines((
        _("Here is your link. It works once, until {time}: {link}", time=until, link=made.address),
        _("I tell you here when it is opened. Please give it to nobody."))), edits=edits)


def make(turn: Turn, patient_id: int, chat_id: int | None) -> Made:
    """A new link; one that is still out works no more."""
    _close(turn, record_copies.c.patient_id == patient_id, "replaced")
    token = secret_links.new()
    made = Made(token, secret_links.address(turn, "copy", token), turn.now + GOOD_FOR)
    copy_id = turn.insert(record_copies, {
        "patient_id": patient_id, "chat_id": chat_id, "token_hash": hashed(token), "created_at": turn.now,
        "created_by": turn.actor, "expires_at": made.expires_at})
    turn.happened(events.CopyMade(patient_id, copy_id, chat_id))
    return made


def find(turn: Turn, token: str) -> Copy | None:
    """Whose copy this link opens; None if it opens nothing, whatever is wrong with it."""
    row = turn.db.execute(_to_open(turn, token)).first()
    patient = patients.get(turn, row.patient_id) if row else None
    return Copy(row.id, patient) if row and patient else None


def open_(turn: Turn, token: str, born: date | None) -> Opened | Wrong | None:
    """Open it with the date of birth, once. None: this link opens nothing. A date that is none counts as a wrong one."""
    found = find(turn, token)
    patient = patients.lock(turn, found.patient.id) if found else None  # before the link, as whoever makes one does
    row = turn.db.execute(_to_open(turn, token).with_for_update()).first()
    if row is None or patient is None:
        return None
    if born != patient.date_of_birth:
        return _wrong(turn, row)
    opened = Opened(secret_links.new(), turn.now + OPEN_FOR)
    turn.db.execute(update(record_copies).where(record_copies.c.id == row.id).values(
        opened_at=turn.now, open_until=opened.until, pass_hash=hashed(opened.key)))
    _close(turn, record_copies.c.id == row.id, "opened")
    turn.happened(events.CopyOpened(patient.id, row.id))
    _tell(turn, patient, row.chat_id)
    return opened


def _tell(turn: Turn, patient: Patient, chat_id: int | None) -> None:
    """Whoever got the link, and the patient, hear that it was opened: it may not have been them."""
    phone = turn.settings.clinic.phone
    call: Text = (_("If that was not you, call the clinic: {phone}.", phone=phone) if phone
                  else _("If that was not you, please tell the clinic."))
    readers = [patient] if patient.chat_id is not None else []
    if chat_id is not None and chat_id != patient.chat_id and (other := patients.answering(turn, patient.id, chat_id)):
        readers.append(other)
    for reader in readers:
        turn.tell(reader, Screen(Lines((_("The copy was opened just now."), call))))


def _wrong(turn: Turn, row: Any) -> Wrong:
    wrong = row.wrong_dates + 1
    turn.db.execute(update(record_copies).where(record_copies.c.id == row.id).values(wrong_dates=wrong))
    if wrong >= WRONG_DATES:
        _close(turn, record_copies.c.id == row.id, "locked")
        turn.happened(events.CopyLocked(row.patient_id, row.id, row.chat_id))
    return Wrong(max(0, WRONG_DATES - wrong))


def take(turn: Turn, key: str, form: str) -> Copy | None:
    """A file is about to leave by this key: on record before it does. None if the key opens nothing, or nothing more."""
    row = turn.db.execute(select(record_copies).where(
        record_copies.c.pass_hash == hashed(key), record_copies.c.open_until > turn.now)).first()
    patient = patients.get(turn, row.patient_id) if row else None
    if row is None or patient is None or form not in FORMS:
        return None
    turn.happened(events.CopyTaken(patient.id, row.id, form))
    return Copy(row.id, patient)


def judge_locked(turn: Turn, event: events.CopyLocked) -> None:
    escalations.open_(turn, event.patient_id, Severity.URGENT, "copy_locked",
                      "Three wrong dates of birth on the link to a copy of the record: who has it?", None, event.chat_id)


def _to_open(turn: Turn, token: str) -> Any:
    return select(record_copies).where(
        record_copies.c.token_hash == hashed(token), record_copies.c.closed_at.is_(None), record_copies.c.expires_at > turn.now)


def _close(turn: Turn, which: Any, why: str) -> None:
    turn.db.execute(update(record_copies).where(which, record_copies.c.closed_at.is_(None)).values(
        closed_at=turn.now, closed_why=why))


def _made_lately(turn: Turn, patient_id: int) -> int:
    return turn.db.scalar(select(func.count()).select_from(record_copies).where(
        record_copies.c.patient_id == patient_id, record_copies.c.created_at > turn.now - timedelta(days=1))) or 0
