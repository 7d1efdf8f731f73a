"""People writing to people: what a patient writes, what staff answer (and may take back), what staff note down."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update

from care import alphabets, crisis, escalations, events, files, mentions, office, patients, quick_answers, staff
from care.escalations import Severity
from care.heart.language import Lines, Msg, Text, _
from care.heart.screen import Button, Screen
from care.heart.turn import Addressee, Lane, Turn
from care.patients import Patient
from care.tables import chat_links, notes, outbox, patient_messages

UNDO_WITHIN = timedelta(seconds=10)
LATELY = timedelta(hours=24)  # a message of danger is still on everybody's mind
SHOWN = 200  # characters of a message in the worklist
TYPED = ("text", "edit", "tap")  # words that a machine can read
PASSED_ON = "passed on"  # the kind of words that were no answer, and are meant for people after all
UNREAD = ("photo", "voice", "video", "video_note", "audio", "document")
LONGEST = 3700  # characters; Telegram takes 4096, and the names of the patient and of the author stand before them
LONGEST_CAPTION = 900  # with a file: Telegram takes 1024
GAP = re.compile(r"\{[a-z_]+\}")  # of a reply that was kept ready, and could not be filled
CALLS = ("reached", "no_answer", "message_left", "wrong_number")  # what a phone call can come to


@dataclass(frozen=True)
class Written:
    """What someone wrote to us, as it came."""

    telegram_id: int
    kind: str  # text, edit, tap (on a quick answer), photo, voice, document, ...
    text: str
    file_id: str | None = None


@dataclass(frozen=True)
class Reply:
    id: int
    undo_until: datetime


class CannotReach(Exception):
    """There is no chat that this patient could be answered in. The message says why."""


class AnsweredMeanwhile(Exception):
    """A colleague has answered since this person last looked. The message says who, and what."""


def keep(turn: Turn, chat_id: int, patient_id: int | None, written: Written, flagged: bool = False) -> int:
    """Keep what was written, for staff to read."""
    kept = turn.insert(patient_messages, {
        "patient_id": patient_id, "chat_id": chat_id, "telegram_id": written.telegram_id, "kind": written.kind,
        "text": written.text, "file_id": written.file_id, "flagged": flagged, "at": turn.now})
    if written.file_id and written.kind in files.KINDS:
        files.expect(turn, patient_id, chat_id, kept, written.file_id)
    return kept


def moved(turn: Turn, chat_id: int, written: Written) -> bool:
    """Where somebody is now who lets us see it: in place of where they were. False if they had not told us before."""
    return bool(turn.db.execute(update(patient_messages).where(
        patient_messages.c.chat_id == chat_id, patient_messages.c.telegram_id == written.telegram_id,
        patient_messages.c.kind == written.kind).values(text=written.text)).rowcount)


def hear(turn: Turn, patient: Patient, written: Written, flagged: bool = False) -> int:
    """Take a patient's message to the care team, and say who reads it and by when. Returns what was kept."""
    assert patient.chat_id is not None
    kept = keep(turn, patient.chat_id, patient.id, written, flagged)
    if not flagged and not held(turn, patient):  # the safety card has said it already; a person is there
        turn.tell(patient, Screen(receipt(turn, patient, written.kind, written.text)))
    turn.happened(events.MessageHeard(patient.id, patient.chat_id, kept, flagged))
    return kept


def held(turn: Turn, patient: Patient) -> bool:
    """Whether a person has this patient's thread, and answers themselves."""
    return patient.held_until is not None and patient.held_until > turn.now


def wants_a_person(turn: Turn, patient: Patient, written: Written | None = None) -> None:
    """The patient asks for a person, in words or by a button: tell the care team, and say who answers and by when."""
    assert patient.chat_id is not None
    kept = keep(turn, patient.chat_id, patient.id, written) if written else None
    turn.happened(events.PersonWanted(patient.id, patient.chat_id, kept))
    if held(turn, patient):
        return
    when = office.when(turn, office.read_by(turn), patient.time_zone)
    lines = [_("I have told your care team that you want to talk to a person. Someone will answer {when}.", when=when)]
    if not office.staffed(turn):
        lines.append(_("Nobody reads messages right now."))
    turn.tell(patient, Screen(Lines((*lines, urgent_help(turn, patient.country)))))


def still_here(turn: Turn, who: Addressee, holding: list[Patient]) -> None:
    """Whoever wrote of danger before agreeing to anything is told, when they next write, that they were heard: a form to agree
    to is no answer. Said once for each such message."""
    danger = turn.db.scalar(select(func.max(patient_messages.c.id)).where(
        patient_messages.c.chat_id == who.chat_id, patient_messages.c.flagged, patient_messages.c.at > turn.now - LATELY))
    if danger is not None:
        country = holding[0].country if holding else turn.settings.clinic.country
        turn.tell(who, Screen(Lines((
            _("I am glad that you wrote again. We have told the care team what you wrote."), urgent_help(turn, country)))),
            once=f"still here:{danger}")


def receipt(turn: Turn, patient: Patient, kind: str, text: str = "") -> Text:
    """Who reads it and by when; out of hours, and for what a machine cannot read, where to turn meanwhile."""
    when = office.when(turn, office.read_by(turn), patient.time_zone)
    lines: list[Msg] = []
    unread = kind not in TYPED or alphabets.is_unknown(text)
    if kind not in TYPED:
        lines.append(_("I cannot read pictures, recordings or files myself. A person will look at it."))
    elif unread:
        lines.append(_("I cannot read these words myself. A person will look at them."))
    lines.append(_("Thank you. I have passed this on. Someone from your care team will read it {when}.", when=when))
    if not office.staffed(turn):
        lines.append(_("Nobody reads messages right now."))
    someone = crisis.someone_to_talk_to(patient.country, turn.settings.clinic.crisis_lines_confirmed) if unread else ""
    return Lines((*lines, urgent_help(turn, patient.country), someone))


def urgent_help(turn: Turn, country: str) -> Msg:
    number, phone = crisis.emergency_number(country), turn.settings.clinic.phone
    if phone:
        return _("In an emergency, call {number}. To reach us sooner, call {phone}.", number=number, phone=phone)
    return _("In an emergency, call {number}.", number=number)


def words_of(turn: Turn, kept: int) -> str | None:
    """The beginning of what was written, as it stands in the worklist; None if it had no words."""
    text = turn.db.scalar(select(patient_messages.c.text).where(patient_messages.c.id == kept))
    return text[:SHOWN] if text else None


def is_unread(turn: Turn, kept: int) -> bool:
    """Whether no machine could read it: a picture, a recording, a file."""
    return turn.db.scalar(select(patient_messages.c.kind).where(patient_messages.c.id == kept)) in UNREAD


def sent_along(turn: Turn, patient_id: int, since: datetime) -> bool:
    """Whether they have sent something since then that is more than words: a picture, a recording, a place."""
    return turn.db.scalar(select(patient_messages.c.id).where(
        patient_messages.c.patient_id == patient_id, patient_messages.c.at >= since,
        patient_messages.c.kind.not_in((*TYPED, PASSED_ON))).limit(1)) is not None


def flagged_words(turn: Turn, kept: int) -> str:
    """What was written of danger, whole; nothing if it was not of danger."""
    return turn.db.scalar(select(patient_messages.c.text).where(
        patient_messages.c.id == kept, patient_messages.c.flagged)) or ""


def ask_whom(turn: Turn, chat: Addressee, holding: list[Patient], kept: int) -> None:
    """A chat that holds several patients wrote something: ask whom it is about. Until they say, it waits without a patient."""
    assert chat.chat_id is not None
    escalations.open_(
        turn, None, Severity.ROUTINE, f"unsaid:{kept}",
        f"Wrote a message, not said about whom: {' or '.join(patient.name for patient in holding)}", None, chat.chat_id)
    turn.tell(chat, Screen(_("Who is this about?"), tuple(
        (Button(patient.name, f"about:{kept}:{patient.id}"),) for patient in holding)))


def is_about(turn: Turn, patient: Patient, kept: int) -> bool:
    """The chat has said whom a message is about; False if that was said before."""
    told = turn.db.execute(update(patient_messages).where(
        patient_messages.c.id == kept, patient_messages.c.patient_id.is_(None), patient_messages.c.chat_id == patient.chat_id,
    ).values(patient_id=patient.id).returning(patient_messages.c.kind, patient_messages.c.text)).first()
    if told is None:
        return False
    assert patient.chat_id is not None
    files.is_about(turn, kept, patient.id)
    escalations.now_about(turn, patient.chat_id, f"unsaid:{kept}", patient.id, "message", "Wrote a message")
    turn.tell(patient, Screen(receipt(turn, patient, told.kind, told.text)))
    turn.happened(events.MessageHeard(patient.id, patient.chat_id, kept))
    return True


def pass_on(turn: Turn, patient: Patient, kept: int) -> bool:
    """Words that were kept are meant for people after all; False if they were passed on before."""
    assert patient.chat_id is not None
    mine = turn.db.execute(update(patient_messages).where(
        patient_messages.c.id == kept, patient_messages.c.patient_id == patient.id, patient_messages.c.kind == "text",
    ).values(kind=PASSED_ON)).rowcount
    if not mine:
        return False
    turn.tell(patient, Screen(receipt(turn, patient, "text")))
    turn.happened(events.MessageHeard(patient.id, patient.chat_id, kept))
    return True


def reply(
    turn: Turn, patient_id: int, text: str, staff_id: int, author: str, link_id: int | None = None,
    attachment: int | None = None, answers: Sequence[str] = (), last_seen: int | None = None,
) -> Reply:
    """Answer a patient, or whoever wrote for them: in the chat of this link, else in the one that wrote last. It leaves when
    the time to take it back is over. `attachment` is a file that staff have brought for this patient, `answers` what can be
    answered by a tap, `last_seen` the last reply of staff's that its author knew of (0: none; nothing: does not matter). Raises
    CannotReach, AnsweredMeanwhile, or ValueError for words that do not fit or have a gap, or for a file that is not there."""
    words, offered = text.strip(), quick_answers.checked(answers)
    _fits(words, offered, attachment)
    patients.lock(turn, patient_id)
    if attachment is not None and not _ours(turn, attachment, patient_id):
        raise ValueError("this file was not brought for this patient")
    if last_seen is not None:
        _nobody_answered(turn, patient_id, staff_id, last_seen)
    patient = _to_answer(turn, patient_id, link_id)
    if patient is None or patient.chat_id is None:
        raise CannotReach("No chat is linked to this patient: call, or send a new invitation.")
    if not patient.consented or patient.state != "active":
        raise CannotReach("This patient has not agreed to messages, or has left: call instead.")
    until = turn.now + UNDO_WITHIN
    quick_id, buttons = quick_answers.ask(turn, patient, offered, until) if offered else (None, ())
    screen = Screen(Lines((f"{author}:", words), " "), buttons, attachment=attachment)
    message = turn.tell(patient, screen, Lane.REPLY, topic="staff",
                        author=f"staff:{staff_id}", not_before=until, expires_at=until + timedelta(hours=24))
    assert message is not None
    if quick_id is not None:
        quick_answers.under(turn, quick_id, message)
    escalations.answered(turn, patient_id)
    turn.happened(events.ReplyWritten(patient_id, message))
    return Reply(message, until)


def _fits(words: str, offered: tuple[str, ...], attachment: int | None) -> None:
    longest = LONGEST if attachment is None else LONGEST_CAPTION
    if not words or len(words) > longest:
        raise ValueError(f"a message needs 1 to {longest} characters")
    if gap := GAP.search(words):
        raise ValueError(f"fill in {gap[0]}, or take it out")
    if offered and attachment is not None:  # Telegram cannot take buttons from a caption as it does from a text
        raise ValueError("quick answers go with words alone: send the file by itself")


def _nobody_answered(turn: Turn, patient_id: int, staff_id: int, last_seen: int) -> None:
    newer = turn.db.execute(select(outbox.c.author, outbox.c.text).where(
        outbox.c.patient_id == patient_id, outbox.c.id > last_seen, outbox.c.author.is_not(None),
        outbox.c.author != f"staff:{staff_id}", outbox.c.topic == "staff",
        or_(outbox.c.outcome.is_(None), outbox.c.outcome != "undone")).order_by(outbox.c.id.desc()).limit(1)).first()
    if newer:
        name = staff.named(turn, newer.author) or "A colleague"
        raise AnsweredMeanwhile(
            f"{name} has answered meanwhile: “{newer.text[:SHOWN]}” Read it first; send again if you still want to.")


def _ours(turn: Turn, file_id: int, patient_id: int) -> bool:
    file = files.get(turn, file_id)
    return file is not None and file.patient_id == patient_id and file.by is not None and file.state == "kept"


def _to_answer(turn: Turn, patient_id: int, link_id: int | None) -> Patient | None:
    """The patient, with the chat that an answer goes to."""
    links = {row.chat_id: row.id for row in turn.db.execute(select(chat_links).where(
        chat_links.c.patient_id == patient_id, chat_links.c.cut_at.is_(None)))}
    if link_id is not None:
        chat = next((chat for chat, link in links.items() if link == link_id), None)
        if chat is None:
            raise CannotReach("This phone is no longer linked to the patient: choose another.")
        return patients.answering(turn, patient_id, chat)
    wrote_last = turn.db.scalar(
        select(patient_messages.c.chat_id).where(
            patient_messages.c.patient_id == patient_id, patient_messages.c.chat_id.in_(links))
        .order_by(patient_messages.c.id.desc()).limit(1))
    return patients.get(turn, patient_id) if wrote_last is None else patients.answering(turn, patient_id, wrote_last)


def by_a_person(turn: Turn, message: int) -> bool:
    """Whether a message in the outbox was written by someone on staff, and not by the bot."""
    return turn.db.scalar(select(outbox.c.author).where(outbox.c.id == message)) is not None


def undo(turn: Turn, message: int, staff_id: int) -> bool:
    """Take an answer back before it leaves; False if it has left, or was another's."""
    written = turn.db.execute(select(outbox.c.patient_id, outbox.c.created_at).where(outbox.c.id == message)).first()
    if written is None or written.patient_id is None:
        return False
    patients.lock(turn, written.patient_id)
    undone = turn.db.execute(update(outbox).where(
        outbox.c.id == message, outbox.c.author == f"staff:{staff_id}", outbox.c.outcome.is_(None),
        outbox.c.claimed_at.is_(None), outbox.c.attempts == 0, outbox.c.not_before > turn.now,
    ).values(outcome="undone", settled_at=turn.now)).rowcount
    if undone:
        quick_answers.taken_back(turn, written.patient_id, message)
        escalations.unanswered(turn, written.patient_id, written.created_at, staff_id)
        turn.happened(events.ReplyUndone(written.patient_id, message))
    return bool(undone)


def note(turn: Turn, patient_id: int, text: str, staff_id: int) -> int:
    """Note something down for colleagues. It is no message, and cannot become one. Who is named in it with an @ has it among
    their mentions. Raises mentions.Refused, with nothing kept, where they would not."""
    if not text.strip():
        raise ValueError("a note needs words")
    told = mentions.named(turn, patient_id, text, staff_id)
    noted = turn.insert(notes, {"patient_id": patient_id, "staff_id": staff_id, "text": text.strip(), "at": turn.now})
    turn.happened(events.NoteWritten(patient_id, noted))
    mentions.note(turn, patient_id, noted, told)
    return noted


def log_call(turn: Turn, patient_id: int, call: str, text: str, staff_id: int) -> int:
    """Put on record that this patient was called, and what came of it: for colleagues. Whoever was reached has been answered by
    a person. Whom it names has it among their mentions, as with a note. Raises ValueError if it came to none of CALLS."""
    if call not in CALLS:
        raise ValueError(f"a call comes to one of: {', '.join(CALLS)}")
    told = mentions.named(turn, patient_id, text, staff_id)
    logged = turn.insert(notes, {
        "patient_id": patient_id, "staff_id": staff_id, "text": text.strip(), "call": call, "at": turn.now})
    if call == "reached":
        escalations.answered(turn, patient_id)
    turn.happened(events.CallLogged(patient_id, logged, call))
    mentions.note(turn, patient_id, logged, told)
    return logged
