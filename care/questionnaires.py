"""Validated questionnaires in use: when one may be given, what its item about self-harm sets off, what it came to.

Their words and scores are in instruments.py and instrument_scores.py; here they meet a patient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from care import (
    conversations,
    crisis,
    escalations,
    events,
    instrument_results,
    instrument_scores,
    instruments,
    office,
    question_pages,
    rota,
    safety,
    staff,
)
from care.escalations import Severity
from care.heart.language import Lines, Msg, Text, _
from care.heart.reason import Reason
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import KEEPS, Lane, Turn
from care.instruments import Instrument, NoSuchText
from care.patients import Patient, answering, get, lock, writes_themselves
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


@dataclass(frozen=True)
class Refusal:
    """Why a questionnaire is not given now: in words for staff, and in words for the patient."""

    staff: str
    patient: Msg


def refusal(turn: Turn, patient: Patient, name: str) -> Refusal | None:
    """Why this questionnaire is not given now; None if it may be. A language without the official text is refused: we do not
    translate such a text ourselves."""
    try:
        texts = [instruments.instrument(each, patient.language) for each in texts_of(name)]
    except NoSuchText as none:
        return Refusal(f"Not given: {none}. A text of our own would measure something else; ask in person.", _(
            "I do not have these questions in your language. Your care team can ask you them in person."))
    if not writes_themselves(turn, patient):
        return Refusal("Not given: the chat is a carer's, and these questions are for the patient alone. Ask in person.", _(
            "These questions are for {name} alone. Your care team can ask them in person.", name=patient.name))
    if why_not := _clinic_refuses(turn, texts):
        return Refusal(why_not, _("Your care team does not use these questions here. They can ask you in person."))
    last = _last_on(turn, patient, name)
    if last and not instrument_scores.may_ask_again(texts[0], last, _today(turn, patient)):
        return Refusal(f"Not given: last answered on {last}. It asks about {texts[0].recall_days} days.", _(
            "You answered these questions not long ago. They are meant to be asked again a little later."))
    return None


def texts_of(name: str) -> tuple[str, ...]:
    """The instruments whose items may be asked in this questionnaire: a screen goes on where it is positive."""
    return (name, instrument_scores.STEPS_UP[name]) if name in instrument_scores.STEPS_UP else (name,)


def _clinic_refuses(turn: Turn, texts: Sequence[Instrument]) -> str | None:
    """Why this clinic's settings keep these texts from being given."""
    clinic = turn.settings.clinic
    if texts[0].leaves_out_safety and not clinic.offer_phq8:
        return "Not given: the PHQ-8 does not ask about self-harm. A clinic that wants it sets clinic.offer_phq8 = true."
    unread = [text for text in texts if text.compared is None]
    if clinic.only_compared_texts and unread:
        return f"Not given: {unread[0].title} is {unread[0].status}, and clinic.only_compared_texts = true asks for that."
    return None


def can_respond(turn: Turn) -> bool:
    """Whether somebody is there for what an answer may call for: in office hours, or on call."""
    return office.staffed(turn) or bool(rota.read(turn).on_duty("on_call", turn.now))


def before(turn: Turn, patient: Patient, instrument: Instrument) -> Text:
    """What the patient hears before the first question: who reads the answers, and when."""
    when = office.when(turn, office.read_by(turn), patient.time_zone)
    lines: list[Text] = [_("A few questions from your care team. They read your answers {when}.", when=when)]
    if not can_respond(turn):
        lines.append(_("Nobody reads messages right now."))
        lines.append(_("For any emergency, call {number}.", number=crisis.emergency_number(patient.country)))
    said = instrument_results.left_out(instrument, patient.country)
    if said and not question_pages.instead_of_chat(turn):
        lines.append(said)
    return Lines(tuple(lines))


def at_the_start(turn: Turn, patient: Patient, name: str) -> list[Text]:
    """What stands above the first question, whenever it was offered: that nobody reads it now, and what it leaves out."""
    if not is_one(name):
        return []
    text = text_in(name, patient.language)
    if not can_respond(turn):
        return [before(turn, patient, text)]
    said = instrument_results.left_out(text, patient.country)
    return [said] if said else []


def judge_item(turn: Turn, event: events.AnswerSaved) -> None:
    """The item about self-harm is heard at the tap that answers it, before the questionnaire ends. Its severity is compared
    with None: the most pressing one is 0."""
    if not is_one(event.flow) or event.patient_id is None or not isinstance(event.value, int):
        return
    patient = answering(turn, event.patient_id, event.chat_id)
    if patient is None:
        return
    instrument = text_in(texts_of(event.flow)[-1], patient.language)
    severity = instrument_scores.safety(instrument, event.key, event.value)
    kind = f"instrument:{instrument.name}:{event.key}"
    value = _in_words(instrument, event.key, event.value)
    if severity is not None:
        safety.show_card(turn, patient, patient.country, "self_harm")
        escalations.open_(turn, patient.id, severity, kind, f"{instrument.title}: thoughts of death or self-harm",
                          value, event.chat_id)
    elif event.amended:
        escalations.corrected(turn, patient.id, kind, f"{value}, corrected")


def calls_for(flow: str, key: str, value: object) -> Severity | None:
    """How soon a person must act on this answer to this flow; None if it is not about self-harm, or denies it."""
    if not is_one(flow) or not isinstance(value, int):
        return None
    return instrument_scores.safety(text_in(texts_of(flow)[-1], "en"), key, value)


def _in_words(instrument: Instrument, key: str, value: int) -> str:
    """An answer as staff read it: "Several days (1)"."""
    item = instruments.instrument(instrument.name, "en").item(key)
    return f"{item.option(value).label} ({value})" if item else str(value)


def score(turn: Turn, event: events.ConversationEnded) -> None:
    """A questionnaire ended: put on record what it came to, tell the patient in plain words, and staff what needs them."""
    if not is_one(event.flow) or event.patient_id is None:
        return
    patient = get(turn, event.patient_id)
    answers = conversations.answers_in(turn, event.conversation_id)
    if patient is None or not answers:
        return
    supersede(turn, event.conversation_id)  # an answer may have been corrected after the end
    results = [_file(turn, patient, event.conversation_id, text, answers) for text in _scored(event.flow, patient, answers)]
    whole = results[-1].score.complete
    for result in results[-1:] if whole else results:  # left half-way, what the screen came to must not be lost
        _call_for_a_person(turn, patient, result, event.amended)
    if event.outcome == "finished":
        last = results[-1]
        turn.tell(patient, Screen(instrument_results.result_words(last.text, last.score, last.change)), topic="result")


@dataclass(frozen=True)
class Result:
    """What one instrument came to, and how that compares with before."""

    text: Instrument
    score: instrument_scores.Score
    change: instrument_scores.Change | None


def _scored(flow: str, patient: Patient, answers: Mapping[str, Any]) -> list[Instrument]:
    """The instruments that these answers are answers to: a screen, and where it is positive what it steps up to."""
    screen, *longer = (text_in(name, patient.language) for name in texts_of(flow))
    if longer and instrument_scores.step_up(screen, answers) is None:
        longer = []
    return [screen, *longer]


def _file(turn: Turn, patient: Patient, conversation_id: int, text: Instrument, every: Mapping[str, Any]) -> Result:
    """Put on record what an instrument came to."""
    answers = {key: value for key, value in every.items() if text.item(key)}
    result = instrument_scores.score(text, answers)
    earlier = [one for one in history(turn, patient.id, text.name) if one.total is not None]
    compared = instrument_scores.change(
        text, result, _as_score(text, earlier[0]), _as_score(text, earlier[-1]),
    ) if earlier and result.complete else None
    row = turn.insert(scores_table, {
        "patient_id": patient.id, "conversation_id": conversation_id, "instrument": text.name, "locale": text.locale,
        "fingerprint": text.fingerprint, "answers": answers, "total": result.total, "band": result.band,
        "completed_at": turn.now})
    turn.happened(events.InstrumentScored(patient.id, row, text.name, result.complete))
    return Result(text, result, compared)


def _call_for_a_person(turn: Turn, patient: Patient, result: Result, amended: bool) -> None:
    text, compared = result.text, result.change
    kind = f"instrument:{text.name}"
    value = None if result.score.total is None else f"{result.score.total} of {text.highest}"
    severity = instrument_scores.attention(text, result.score, compared)
    if severity is not None:
        why = "; ".join(compared.review) if compared and compared.review else result.score.band or "not finished"
        escalations.open_(turn, patient.id, severity, kind, f"{text.title}: {why}", value)
    elif amended:
        escalations.corrected(turn, patient.id, kind, f"{value}, corrected")


def put_aside(turn: Turn, event: events.LanguageChosen) -> None:
    """A questionnaire is one text in one language: when the patient changes the language, the run that is open ends there, on
    record with the text that was read."""
    if event.patient_id is None:
        return
    running = conversations.current(turn, event.patient_id)
    if running and is_one(running.flow):
        conversations.end(turn, running, "put aside")
        conversations.leave(turn, running)


def send(turn: Turn, patient_id: int, name: str) -> str | None:
    """Offer a questionnaire to a patient, who begins it with a tap; or why not, in words for staff. The offer leaves when
    somebody is there to respond: at once, or when the clinic opens."""
    patient = lock(turn, patient_id)
    if patient is None or not patient.consented or patient.chat_id is None:
        return "This patient has not agreed to messages, or has left: call instead."
    if why_not := refusal(turn, patient, name):
        return why_not.staff
    opens = turn.now if can_respond(turn) else office.read_by(turn, 0)
    words = before(replace(turn, now=opens), patient, text_in(name, patient.language))
    turn.tell(patient, Screen(words, (
        (Button(_("Start"), f"flow:{name}:{patient.id}"),), (Button(_("Not now"), f"notnow:{patient.id}"),))),
        topic="questionnaire", not_before=opens, expires_at=opens + KEEPS[Lane.REPLY], because=f"questionnaire:{turn.actor}")
    turn.happened(events.InstrumentOffered(patient.id, name))
    return None


def why_asked(turn: Turn, patient: Patient, key: str) -> Reason:
    """`key` is who offered it."""
    name, clinic = staff.named(turn, key), turn.settings.clinic.name
    by = (_("{name} from your care team would like you to answer these questions.", name=name) if name
          else _("{clinic} would like you to answer these questions.", clinic=clinic))
    return Reason(by, _("You need not. Tap “Not now”, and nothing more comes of it."))


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
    """The day on which all items of this instrument were answered last, in it or in a longer one."""
    whole = [one.completed_at for each in instrument_scores.asked_in(name) for one in history(turn, patient.id, each)
             if one.total is not None]
    return local(max(whole), patient.time_zone).date() if whole else None


def _today(turn: Turn, patient: Patient) -> date:
    return local(turn.now, patient.time_zone).date()


