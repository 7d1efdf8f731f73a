"""Consent: what a patient agreed to, in which words, when; and taking it back."""

from sqlalchemy import select, update

from care import events, patients
from care.heart.language import Lines, Text, _
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import consents

VERSION = "2026-11-21"  # raise it whenever the words below change in meaning; not yet reviewed by a privacy officer


def words(turn: Turn) -> Text:
    """What a patient agrees to, in short."""
    return Lines((
        _("{clinic} would like to keep in touch with you here: short check-ins, reminders, and messages from your care team.",
          clinic=turn.settings.clinic.name),
        _("Your answers are kept in your record. Only your care team reads them."),
        _("This is not for emergencies. I am an automated assistant. People read messages only in office hours."),
        _("You can stop at any time with /stop."),
    ))


def more_words(turn: Turn) -> Text:
    """The whole of it, for who wants to read more."""
    return Lines((
        words(turn),
        _("What is kept: your answers, the messages you write here and when you wrote them."),
        _("Telegram carries these messages. It can see them, and your phone may show the first words on its locked screen. "
          "I keep those first words neutral."),
        _("You will get at most a few messages a day. Nobody is paid for them, and nothing is sold."),
        _("You can see what you agreed to with /privacy."),
    ))


def give(turn: Turn, patient: Patient, version: str) -> bool:
    """Put consent on record; what follows is in reactions.py. False if it was given before."""
    assert patient.chat_id is not None
    if patient.consented:
        return False
    turn.insert(consents, {"patient_id": patient.id, "version": version, "language": patient.language,
                           "chat_id": patient.chat_id, "given_at": turn.now})
    patients.change(turn, patient.id, state="active", consented=True, reminders=True, paused_until=None)
    turn.happened(events.ConsentGiven(patient.id, version, patient.language))
    return True


def withdraw(turn: Turn, patient: Patient) -> None:
    version = turn.db.execute(update(consents).where(
        consents.c.patient_id == patient.id, consents.c.withdrawn_at.is_(None),
    ).values(withdrawn_at=turn.now).returning(consents.c.version)).scalar()
    patients.change(turn, patient.id, consented=False)
    if version:
        turn.happened(events.ConsentWithdrawn(patient.id, version))


def standing(turn: Turn, patient: Patient) -> Text:
    """What this patient agreed to, and when: the words of /privacy."""
    row = turn.db.execute(
        select(consents).where(consents.c.patient_id == patient.id, consents.c.withdrawn_at.is_(None))).first()
    if row is None:
        return Lines((_("You have not agreed to anything yet."), more_words(turn)))
    return Lines((_("You agreed to this on {day}.", day=local(row.given_at, patient.time_zone).date()), more_words(turn)))
