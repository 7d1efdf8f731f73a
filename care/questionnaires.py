"""Validated questionnaires in use: when one may be given, what its item about self-harm sets off, what it came to.

Their words and scores are in instruments.py and instrument_scores.py; here they meet a patient.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from care import conversations, escalations, events, instrument_results, instrument_scores, instruments, office, safety
from care.heart.language import Lines, Msg, Text, _
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.instruments import Instrument, NoSuchText
from care.patients import Patient, answering, get, lock
from care.tables import instrument_scores as scores_table


@dataclass(frozen=True)
class Scored:
    """One time that a patient filled in a questionnaire. No total: some item has no answer."""

    id: int
    instrument: str
    total: int | None
    band: str | None
    completed_at: datetime
    answers: dict[str, Any]


def is_one(flow: str) -> bool:
    """True if a flow of this name is a validated questionnaire."""
    return flow in instruments.names()


def text_in(name: str, language: str) -> Instrument:
    """An instrument as this patient read it: in their language, else in the first that has its text."""
    known = instruments.languages(name)
    return instruments.instrument(name, language if language in known else known[0])


def refusal(turn: Turn, patient: Patient, name: str) -> Msg | None:
    """Why this questionnaire is not given now; None if it may be. A language without the official text is refused: we do not
    translate such a text ourselves."""
    try:
        instrument = instruments.instrument(name, patient.language)
    except NoSuchText:
        return _("I do not have these questions in your language. Your care team can ask you them in person.")
    last = _last_on(turn, patient, name)
    if last and not instrument_scores.may_ask_again(instrument, last, _today(turn, patient)):
        return _("You answered these questions not long ago. They are meant to be asked again a little later.")
    return None


def before(turn: Turn, patient: Patient, instrument: Instrument) -> Text:
    """What the patient hears before the first question: who reads the answers, and when."""
    when = office.when(turn, office.read_by(turn), patient.time_zone)
    lines: list[Text] = [_("A few questions from your care team. They read your answers {when}.", when=when)]
    if not office.staffed(turn):
        lines.append(_("Nobody reads messages right now."))
    if said := instrument_results.left_out(instrument, patient.country):
        lines.append(said)
    return Lines(tuple(lines))


def judge_item(turn: Turn, event: events.AnswerSaved) -> None:
    """The item about self-harm is heard at the tap that answers it, before the questionnaire ends. Its severity is compared
    with None: the most pressing one is 0."""
    if not is_one(event.flow) or event.patient_id is None or not isinstance(event.value, int):
        return
    patient = answering(turn, event.patient_id, event.chat_id)
    if patient is None:
        return
    instrument = text_in(event.flow, patient.language)
    severity = instrument_scores.safety(instrument, event.key, event.value)
    if severity is None:
        return
    safety.show_card(turn, patient, patient.country, "self_harm")
    escalations.open_(turn, patient.id, severity, f"instrument:{event.flow}:{event.key}",
                      f"{instrument.title}: thoughts of death or self-harm", str(event.value), event.chat_id)


def score(turn: Turn, event: events.ConversationEnded) -> None:
    """A questionnaire ended: put on record what it came to, tell the patient in plain words, and staff what needs them."""
    if not is_one(event.flow) or event.patient_id is None:
        return
    patient = get(turn, event.patient_id)
    answers = conversations.answers_in(turn, event.conversation_id)
    if patient is None or not answers:
        return
    instrument = text_in(event.flow, patient.language)
    supersede(turn, event.conversation_id)  # an answer may have been corrected after the end
    result = instrument_scores.score(instrument, answers)
    earlier = [one for one in history(turn, patient.id, event.flow) if one.total is not None]
    compared = instrument_scores.change(
        instrument, result, _as_score(instrument, earlier[0]), _as_score(instrument, earlier[-1]),
    ) if earlier and result.complete else None
    row = turn.insert(scores_table, {
        "patient_id": patient.id, "conversation_id": event.conversation_id, "instrument": event.flow,
        "locale": instrument.locale, "fingerprint": instrument.fingerprint, "answers": answers, "total": result.total,
        "band": result.band, "completed_at": turn.now})
    turn.happened(events.InstrumentScored(patient.id, row, event.flow, result.complete))
    severity = instrument_scores.attention(instrument, result, compared)
    if severity is not None:
        why = "; ".join(compared.review) if compared and compared.review else result.band or "not finished"
        escalations.open_(turn, patient.id, severity, f"instrument:{event.flow}", f"{instrument.title}: {why}",
                          None if result.total is None else f"{result.total} of {instrument.highest}")
    if event.outcome == "finished":
        turn.tell(patient, Screen(instrument_results.result_words(instrument, result, compared)), topic="result")


def put_aside(turn: Turn, event: events.LanguageChosen) -> None:
    """A questionnaire is one text in one language: when the patient changes the language, the run that is open ends there."""
    if event.patient_id is None:
        return
    running = conversations.current(turn, event.patient_id)
    if running and is_one(running.flow):
        conversations.end(turn, running, "put aside")


def send(turn: Turn, patient_id: int, name: str) -> Text | None:
    """Offer a questionnaire to a patient, who begins it with a tap; or why not."""
    patient = lock(turn, patient_id)
    if patient is None or not patient.consented or patient.chat_id is None:
        return "This patient has not agreed to messages, or has left: call instead."
    if why_not := refusal(turn, patient, name):
        return why_not
    turn.tell(patient, Screen(before(turn, patient, text_in(name, patient.language)), (
        (Button(_("Start"), f"flow:{name}:{patient.id}"),), (Button(_("Not now"), f"notnow:{patient.id}"),))),
        topic="questionnaire")
    turn.happened(events.InstrumentOffered(patient.id, name))
    return None


def history(turn: Turn, patient_id: int, name: str) -> list[Scored]:
    """Every time that counts, the oldest first."""
    found = turn.db.execute(
        select(scores_table.c.id, scores_table.c.instrument, scores_table.c.total, scores_table.c.band,
               scores_table.c.completed_at, scores_table.c.answers)
        .where(scores_table.c.patient_id == patient_id, scores_table.c.instrument == name,
               scores_table.c.superseded_at.is_(None)).order_by(scores_table.c.completed_at, scores_table.c.id))
    return [Scored(*row) for row in found]


def supersede(turn: Turn, conversation_id: int) -> None:
    """What this run came to before no longer counts; it stays on record."""
    turn.db.execute(update(scores_table).where(
        scores_table.c.conversation_id == conversation_id, scores_table.c.superseded_at.is_(None),
    ).values(superseded_at=turn.now))


def _as_score(instrument: Instrument, earlier: Scored) -> instrument_scores.Score:
    return instrument_scores.score(instrument, earlier.answers)


def _last_on(turn: Turn, patient: Patient, name: str) -> date | None:
    whole = [one for one in history(turn, patient.id, name) if one.total is not None]
    return local(whole[-1].completed_at, patient.time_zone).date() if whole else None


def _today(turn: Turn, patient: Patient) -> date:
    return local(turn.now, patient.time_zone).date()


