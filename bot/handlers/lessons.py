"""Lessons: what there is to read, and reading it. A button names the delivery, so it can turn no other lesson's pages."""

from bot.handlers.about import stranger_card
from bot.handlers.heard import command
from bot.handlers.visit import Visit, for_whom, visit
from care import enrolment
from care.heart.language import Text, _
from care.heart.turn import Turn
from care.lessons import deliveries, fitting, learning, reading
from care.lessons.deliveries import Delivery
from care.lessons.lesson import TOPICS
from care.patients import Patient

GONE = _("This button does not work any more.")


@command
def learn(turn: Turn, visit: Visit) -> None:
    """What there is to read; with words behind it, what speaks of them. Below a card for someone in danger it says nothing."""
    match visit.holding:
        case []:
            stranger_card(turn, visit)
        case [patient] if not patient.consented:
            enrolment.ask_consent(turn, patient)
        case [patient] if words := _behind(visit):
            if not turn.warned:
                learning.look_for(turn, patient, words)
        case [patient]:
            learning.topics(turn, patient)
        case _:
            for_whom(turn, visit, "learn:topics")


def _behind(visit: Visit) -> str:
    message = visit.update.effective_message
    return (message.text or "").partition(" ")[2].strip() if message else ""


@visit
def learn_button(turn: Turn, visit: Visit) -> Text | None:
    """The way to a lesson."""
    data, message_id = visit.button
    _prefix, verb, *what, patient_id = data.split(":")
    patient = visit.patient(patient_id)
    if patient is None:
        return GONE
    if not patient.consented:
        enrolment.ask_consent(turn, patient)
        return None
    match verb, what:
        case "topics", []:
            learning.topics(turn, patient, message_id)
        case "topic", [name, page] if name in TOPICS or name == "for_you":
            learning.topic(turn, patient, name, int(page), message_id)
        case "search", []:
            learning.ask_what(turn, patient, message_id)
        case "one", [name] if learning.one(turn, patient, name, message_id):
            pass
        case _:
            return GONE
    return None


@visit
def lesson_button(turn: Turn, visit: Visit) -> Text | None:
    """The pages of a lesson, its questions, and what a patient thinks of it."""
    data, message_id = visit.button
    _prefix, verb, delivery_id, *what = data.split(":")
    delivery = deliveries.get(turn, int(delivery_id))
    patient = visit.patient(delivery.patient_id) if delivery else None
    if delivery is None or patient is None or not patient.consented or fitting.is_past(turn, delivery):
        return GONE
    return _turn_page(turn, patient, delivery, verb, what, message_id)


def _turn_page(
    turn: Turn, patient: Patient, delivery: Delivery, verb: str, what: list[str], message_id: int,
) -> Text | None:
    match verb, what:
        case "open", []:
            reading.open_(turn, patient, delivery, message_id)
        case "card", [number] if number.isdecimal():
            reading.show_card(turn, patient, delivery, int(number), message_id)
        case "picture" | "video", []:
            reading.show(turn, patient, delivery, verb)
        case "ask", []:
            reading.ask(turn, patient, delivery, message_id)
        case "say", [question, answer] if question.isdecimal():
            return reading.answer(turn, patient, delivery, int(question), int(answer), message_id)
        case "rate", [said]:
            reading.rate(turn, patient, delivery, said, message_id)
        case "later", []:
            reading.later(turn, patient, message_id)
        case "no", []:
            reading.refuse(turn, patient, delivery, message_id)
        case _:
            return GONE
    return None
