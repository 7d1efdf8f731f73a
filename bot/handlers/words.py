"""What a patient writes, at any moment: words, captions, edits, pictures, voice. Signs of danger are looked for first."""

from bot import control_words, talk
from bot.buttons import carried
from bot.flows import FLOWS
from bot.flows.kinds import Choose
from bot.handlers import appointments, heard, steer
from bot.handlers.about import stranger_card
from bot.handlers.visit import Visit, visit
from care import enrolment, events, messages, triage
from care.heart.language import Msg, _
from care.heart.turn import Turn
from care.lessons import learning
from care.messages import Written
from care.patients import Patient

STOP_WORDS, HELP_WORDS = control_words.words_for(control_words.STOP), control_words.words_for(control_words.HELP)
PICTURES = ("photo", "document")
A_MESSAGE = 3  # words; fewer than that in answer to a question are a slip, more are meant for people


@visit
def words(turn: Turn, visit: Visit) -> None:
    """Anything typed, spoken, photographed or edited."""
    written = heard.written_in(visit)
    if written.kind == "location" and visit.update.edited_message and messages.moved(turn, visit.chat_id, written):
        return  # a phone shares where it is, and moves
    flagged = heard.in_danger(turn, visit)
    steering = control_words.meaning(written.text) if visit.holding and written.kind == "text" and not flagged else None
    if steering and steer.by_word(turn, visit, steering, written):
        return
    if not flagged and not any(patient.consented for patient in visit.holding):
        messages.still_here(turn, visit.who, visit.holding)
    if not visit.holding:
        _from_a_stranger(turn, visit, written, flagged)
    elif len(visit.holding) == 1:
        _from_a_patient(turn, visit, visit.holding[0], written, flagged)
    else:
        _from_a_carer(turn, visit, written, flagged)


def _from_a_stranger(turn: Turn, visit: Visit, written: Written, flagged: bool) -> None:
    if flagged:
        messages.keep(turn, visit.chat_id, None, written, flagged)
    elif not (written.kind == "text" and enrolment.hear(turn, visit.who, visit.holding, written.text)):
        stranger_card(turn, visit)


def _from_a_patient(turn: Turn, visit: Visit, patient: Patient, written: Written, flagged: bool) -> None:
    if written.kind == "text" and not flagged and enrolment.hear(turn, patient, visit.holding, written.text):
        return
    if not patient.consented:
        _before_consent(turn, visit, patient, written, flagged)
    elif not _as_answer(turn, [patient], written, flagged) and (flagged or not _asked_for(turn, patient, written)):
        messages.hear(turn, patient, written, flagged)


def _asked_for(turn: Turn, patient: Patient, written: Written) -> bool:
    """Words that ask for something we do by ourselves: a visit, a lesson. What they are of is theirs to say. While a person is
    with the patient, they are meant for that person."""
    if messages.held(turn, patient):
        return False
    return appointments.hear(turn, patient, written) or learning.hear(turn, patient, written)


def _before_consent(turn: Turn, visit: Visit, patient: Patient, written: Written, flagged: bool) -> None:
    """Nothing about health is kept before consent, save what may be a matter of life and death."""
    if flagged:
        messages.keep(turn, visit.chat_id, visit.who.id, written, flagged)
    else:
        enrolment.ask_consent(turn, patient)


def _from_a_carer(turn: Turn, visit: Visit, written: Written, flagged: bool) -> None:
    """A chat that holds several patients: an answer belongs to the question on screen, else they must say whom it is about."""
    if written.kind == "text" and not flagged and enrolment.hear(turn, visit.who, visit.holding, written.text):
        return
    if _as_answer(turn, visit.holding, written, flagged):
        return
    match [patient for patient in visit.holding if patient.consented]:
        case []:
            _before_consent(turn, visit, visit.holding[0], written, flagged)
        case [patient]:
            messages.hear(turn, patient, written, flagged)
        case agreed:
            kept = messages.keep(turn, visit.chat_id, None, written, flagged)
            messages.ask_whom(turn, visit.who, agreed, kept)


def _as_answer(turn: Turn, holding: list[Patient], written: Written, flagged: bool) -> bool:
    """Take words, or a picture, as the answer to the question on screen. Words that are no answer reach people if they are
    meant for them, and the question is asked again. False if no question waits."""
    if written.kind in PICTURES:
        return _picture_as_answer(turn, holding, written, flagged)
    if written.kind != "text":
        return False
    waiting = talk.in_hand(turn, holding)
    if waiting is None:
        return not flagged and _belongs_on_page(turn, holding, written)
    patient, conversation = waiting
    if conversation.flow not in FLOWS:
        return False
    unclear = talk.hear(turn, patient, conversation, written.text)
    if unclear is None:
        return True
    for_people = flagged or len(written.text.split()) >= A_MESSAGE
    if isinstance(unclear, Choose) and not flagged:
        kept = messages.keep(turn, written_in(patient), patient.id, written)
        talk.ask_again(turn, patient, conversation, unclear.say, kept if for_people else None, unclear.options, counts=False)
    elif for_people or conversation.unclear + 1 >= talk.UNCLEAR_IN_A_ROW:
        messages.hear(turn, patient, written, flagged)
        talk.ask_again(turn, patient, conversation, None if for_people else unclear.say)
    else:
        kept = messages.keep(turn, written_in(patient), patient.id, written)
        talk.ask_again(turn, patient, conversation, unclear.say, kept)
    return True


def _belongs_on_page(turn: Turn, holding: list[Patient], written: Written) -> bool:
    """An answer typed in the chat while its question is on a page of our own: the way there, and no question in the chat."""
    waiting = talk.on_page(turn, holding)
    if waiting is None or messages.held(turn, waiting[0]) or len(written.text.split()) >= A_MESSAGE:
        return False
    if not talk.is_answer(turn, *waiting, written.text):
        return False
    messages.keep(turn, written_in(waiting[0]), waiting[0].id, written)
    talk.send_page(turn, *waiting)
    return True


def _picture_as_answer(turn: Turn, holding: list[Patient], written: Written, flagged: bool) -> bool:
    """Take a picture as the answer, where one was asked for. A person looks at it."""
    waiting = talk.wants_photo(turn, holding)
    if waiting is None:
        return False
    patient, conversation = waiting
    kept = messages.keep(turn, written_in(patient), patient.id, written, flagged)
    turn.happened(events.MessageHeard(patient.id, written_in(patient), kept, flagged))
    talk.hear_photo(turn, patient, conversation, kept)
    return True


def written_in(patient: Patient) -> int:
    assert patient.chat_id is not None
    return patient.chat_id


@visit
def about_button(turn: Turn, visit: Visit) -> Msg | None:
    """Whom a message is about."""
    data, _message_id = visit.button
    _prefix, kept, patient_id = carried(data, 3)
    patient = visit.patient(patient_id)
    if patient is None or not messages.is_about(turn, patient, int(kept)):
        return _("I know this already.")
    triage.said_whom(turn, patient, messages.flagged_words(turn, int(kept)))
    return None


@visit
def pass_button(turn: Turn, visit: Visit) -> Msg | None:
    """Words that were no answer, passed on to people after all."""
    data, _message_id = visit.button
    _prefix, kept, patient_id = carried(data, 3)
    patient = visit.patient(patient_id)
    if patient is None or not messages.pass_on(turn, patient, int(kept)):
        return _("I have passed this on already.")
    return None
