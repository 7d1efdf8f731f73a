"""Enrolment: from an invitation's link to a patient who has agreed. Nothing about health is asked before consent.

A chat's row says what was asked last (`step`), so that a restart half-way changes nothing: language, date of birth (the second
factor: a link alone, forwarded or found, opens nothing), time zone, consent.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from care import consent, dates, events, invitations, messages, patients, plans, readings
from care.heart.language import Lines, _, city_of, name_of
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient, Stranger
from care.tables import chats

STEP = select(chats.c.chat_id, chats.c.step, chats.c.invitation_id).where(chats.c.chat_id == bindparam("this_chat"))
GUESSES, GUESSING_WINDOW = 5, timedelta(hours=1)
A_BIRTHDAY = _("14 March 1950")
# Zones to choose from when the clinic's own is not right: one well-known city per place and rule.
ZONES = (
    "America/Los_Angeles", "America/Denver", "America/Chicago", "America/Mexico_City", "America/Bogota", "America/New_York",
    "America/Caracas", "America/Santiago", "America/Sao_Paulo", "America/Argentina/Buenos_Aires", "Atlantic/Azores", "UTC",
    "Europe/London", "Africa/Lagos", "Europe/Madrid", "Europe/Berlin", "Africa/Cairo", "Africa/Johannesburg", "Europe/Athens",
    "Europe/Istanbul", "Africa/Nairobi", "Europe/Moscow", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka",
    "Asia/Bangkok", "Asia/Shanghai", "Asia/Manila", "Asia/Tokyo", "Australia/Brisbane", "Australia/Sydney", "Pacific/Auckland")


def chat_row(turn: Turn, chat_id: int) -> Any:
    """What we know of a chat, made known if it is new."""
    turn.insert_once(chats, {"chat_id": chat_id, "first_seen_at": turn.now, "wrong_links": 0})
    return turn.db.execute(select(chats).where(chats.c.chat_id == chat_id).with_for_update()).one()


def take_link(turn: Turn, who: Stranger, token: str) -> None:
    """Someone opened a link. Whatever is wrong with it, the answer is the same: it must not help a guesser."""
    row = chat_row(turn, who.chat_id)
    fresh = row.wrong_links_since is None or row.wrong_links_since <= turn.now - GUESSING_WINDOW
    wrong = 0 if fresh else row.wrong_links
    invitation = invitations.by_token(turn, token) if wrong < GUESSES else None
    if invitation is None:
        _chat(turn, who.chat_id, wrong_links=wrong + 1, wrong_links_since=turn.now if fresh else row.wrong_links_since)
        turn.tell(who, _no_such_link(turn))
        return
    _chat(turn, who.chat_id, invitation_id=invitation.id, step=None)
    if len(turn.settings.clinic.languages) > 1 and row.language is None:
        ask_language(turn, who)
        _chat(turn, who.chat_id, step="language")
    else:
        _ask_birth(turn, who)


def ask_language(turn: Turn, who: Patient | Stranger) -> None:
    rows = tuple((Button(name_of(code), f"lang:{code}"),) for code in turn.settings.clinic.languages)
    turn.tell(who, Screen(_("Which language do you prefer?"), rows))


def choose_language(turn: Turn, who: Patient | Stranger, language: str, edits: int | None) -> None:
    """The chat's language, from now on. In the middle of enrolment, go on with it."""
    assert who.chat_id is not None
    if language not in turn.settings.clinic.languages:
        return
    row = chat_row(turn, who.chat_id)
    holding = patients.in_chat(turn, who.chat_id) if isinstance(who, Patient) else []
    for patient in holding:
        if patient.language != language:
            turn.happened(events.LanguageChosen(patient.id, language))  # while what is open is still in the one before
        patients.change(turn, patient.id, language=language)
    _chat(turn, who.chat_id, language=language)
    now = Stranger(who.chat_id, language)
    turn.tell(now, Screen(_("I will write in English."), edits=edits))
    if row.step == "language":
        _ask_birth(turn, now)


def hear(turn: Turn, who: Patient | Stranger, holding: Sequence[Patient], words: str) -> bool:
    """Take words as the answer to what enrolment asked last in this chat; False if it asked for no words. Where someone has
    agreed already, whatever is no answer is meant for people: a link, perhaps a stranger's, must not come between."""
    assert who.chat_id is not None
    row = turn.db.execute(STEP, {"this_chat": who.chat_id}).first()
    if row is None or row.step is None:
        return False
    if any(patient.consented for patient in holding) and not _answers(row.step, words, who.language):
        return False
    if row.step in ("language", "birth"):
        _before_the_link(turn, who, row, words)
        return True
    whose = invitations.whose(turn, row.invitation_id)
    newcomer = next((patient for patient in holding if patient.id == whose), None)
    if newcomer is None:
        return False
    if row.step == "time":
        _offer_zones(turn, newcomer, words)
    elif row.step == "zone":
        _ask_zone(turn, newcomer)
    elif row.step == "consent" and not newcomer.consented:
        ask_consent(turn, newcomer)
    else:
        return False
    return True


def _answers(step: str, words: str, language: str) -> bool:
    """Whether these words can be nothing but an answer to what enrolment asked."""
    return (step == "birth" and bool(dates.readings_of_date(words))) or (
        step == "time" and isinstance(readings.read_time(words, language), readings.Read))


def _before_the_link(turn: Turn, who: Patient | Stranger, row: Any, words: str) -> None:
    if (whose := invitations.whose(turn, row.invitation_id)) is not None:
        patients.lock(turn, whose)  # before the invitation, as whoever invites does
    invitation = invitations.by_id(turn, row.invitation_id)
    if invitation is None:  # expired, or replaced, meanwhile
        _chat(turn, row.chat_id, step=None, invitation_id=None)
        turn.tell(who, _no_such_link(turn))
    elif row.step == "language":
        ask_language(turn, who)
    else:
        _check_birth(turn, who, invitation, words)


def _check_birth(turn: Turn, who: Patient | Stranger, invitation: invitations.Invitation, words: str) -> None:
    patient = patients.lock(turn, invitation.patient_id)
    assert patient
    assert who.chat_id is not None
    readings = dates.readings_of_date(words)
    if not readings:
        turn.tell(who, Screen(_("Please type the date of birth like this: {example}.", example=A_BIRTHDAY)))
    elif patient.date_of_birth in readings:
        _chat(turn, who.chat_id, step=None)
        invitations.use(turn, invitation, who.chat_id)
        patients.link(turn, patient.id, who.chat_id, invitation.role)
        linked = next(one for one in patients.in_chat(turn, who.chat_id) if one.id == patient.id)
        patients.change(turn, patient.id, language=linked.language)
        _ask_zone(turn, linked)
    elif invitations.wrong_date(turn, invitation, who.chat_id):
        _chat(turn, who.chat_id, step=None, invitation_id=None)
        turn.tell(who, _no_such_link(turn))
    else:
        turn.tell(who, Screen(_("That is not the date of birth that your clinic has. Please try again, like this: {example}.",
                                example=A_BIRTHDAY)))


def _ask_birth(turn: Turn, who: Patient | Stranger) -> None:
    assert who.chat_id is not None
    _chat(turn, who.chat_id, step="birth")
    turn.tell(who, Screen(
        Lines((_("Hello. I am the automated assistant of {clinic}.", clinic=turn.settings.clinic.name),
               _("To be sure that this link is for you: what is the patient's date of birth? "
                 "Please type it like this: {example}.", example=A_BIRTHDAY))),
        placeholder=A_BIRTHDAY))


def _ask_zone(turn: Turn, patient: Patient) -> None:
    assert patient.chat_id is not None
    _chat(turn, patient.chat_id, step="zone")
    turn.tell(patient, Screen(
        Lines((_("Thank you."), _("Is it {time} where you are now?", time=local(turn.now, patient.time_zone).time()))),
        ((Button(_("Yes"), f"zone:{patient.id}:yes"),), (Button(_("No"), f"zone:{patient.id}:no"),))))


def zone_answer(turn: Turn, patient: Patient, answer: str, edits: int | None) -> None:
    """Yes, no, or one of the zones offered."""
    assert patient.chat_id is not None
    if answer == "no":
        _chat(turn, patient.chat_id, step="time")
        turn.tell(patient, Screen(_("What time is it where you are now?"), edits=edits, placeholder="13:30"))
        return
    if answer != "yes":
        if answer not in ZONES:
            return
        patients.move_to(turn, patient.id, answer)
    zone = patient.time_zone if answer == "yes" else answer
    turn.tell(patient, Screen(
        _("Good. Your time: {time}.", time=local(turn.now, zone).time()), edits=edits))
    _chat(turn, patient.chat_id, step=None)
    if patient.consented:
        turn.tell(patient, _welcome(turn, patient))
    else:
        ask_consent(turn, patient)


def _offer_zones(turn: Turn, patient: Patient, words: str) -> None:
    found = readings.read_time(words, patient.language)
    if not isinstance(found, readings.Read):
        turn.tell(patient, Screen(_("Please type the time like this: {example}.", example="13:30"), placeholder="13:30"))
        return
    said = found.reading.canonical
    assert isinstance(said, time)
    near = sorted(ZONES, key=lambda zone: (_apart(turn.now, zone, said), ZONES.index(zone)))
    offered = [zone for zone in near if _apart(turn.now, zone, said) <= 16] or near[:1]
    rows = tuple((Button(city_of(zone, patient.language), f"zone:{patient.id}:{zone}"),) for zone in offered[:6])
    turn.tell(patient, Screen(_("Which of these places has the same time as you?"), rows))


def _apart(now: datetime, zone: str, said: time) -> int:
    """Minutes between the time on the wall in a zone and the time that someone said."""
    wall = now.astimezone(ZoneInfo(zone))
    minutes = abs(wall.hour * 60 + wall.minute - said.hour * 60 - said.minute)
    return min(minutes, 24 * 60 - minutes)


def ask_consent(turn: Turn, patient: Patient, *, more: bool = False, edits: int | None = None) -> None:
    assert patient.chat_id is not None
    if patient.consented:
        return
    _chat(turn, patient.chat_id, step="consent")
    rows = [(Button(_("I agree"), f"consent:{patient.id}:agree:{consent.VERSION}"),)]
    if not more:
        rows.append((Button(_("Read more"), f"consent:{patient.id}:more"),))
    rows.append((Button(_("No thanks"), f"consent:{patient.id}:no"),))
    turn.tell(patient, Screen(consent.more_words(turn) if more else consent.words(turn), tuple(rows), edits=edits))


def agree(turn: Turn, patient: Patient, version: str, edits: int | None) -> None:
    """The patient agrees. Words that have changed since they were shown are shown again."""
    if version != consent.VERSION:
        ask_consent(turn, patient, edits=edits)
    elif consent.give(turn, patient, version):
        assert patient.chat_id is not None
        _chat(turn, patient.chat_id, step=None, invitation_id=None)
        today = local(turn.now, patient.time_zone).date()
        turn.tell(patient, Screen(_("Thank you. You agreed on {day}.", day=today), edits=edits))
        turn.tell(patient, _welcome(turn, patient))


def decline(turn: Turn, patient: Patient, edits: int | None) -> None:
    if patient.consented:
        return
    turn.tell(patient, Screen(
        Lines((_("That is fine. I will not write to you."), messages.urgent_help(turn, patient.country))),
        ((Button(_("Show it again"), f"consent:{patient.id}:again"),),), edits=edits))


def _welcome(turn: Turn, patient: Patient) -> Screen:
    first = plans.first(turn, patient.id)
    if first is None or first.next_at is None:
        when = _("You are all set.")
    elif first.daily:
        when = _("You are all set. Each day at {time} I will offer a short check-in.", time=first.hour)
    else:
        when = _("You are all set. On {day} at {time} I will offer a short check-in.",
                 day=local(first.next_at, patient.time_zone).date(), time=first.hour)
    return Screen(
        Lines((when,
               _("You can write to your care team here at any time: just type."),
               messages.urgent_help(turn, patient.country))),
        ((Button(_("Try a check-in now"), f"flow:{first.flow}:{patient.id}"),),) if first else ())


def _no_such_link(turn: Turn) -> Screen:
    phone = turn.settings.clinic.phone
    where = (_("Please ask {clinic} for a new one: {phone}.", clinic=turn.settings.clinic.name, phone=phone) if phone
             else _("Please ask {clinic} for a new one.", clinic=turn.settings.clinic.name))
    return Screen(Lines((_("This link does not work."), where), " "))


def _chat(turn: Turn, chat_id: int, **changed: Any) -> None:
    turn.db.execute(update(chats).where(chats.c.chat_id == chat_id).values(**changed))
