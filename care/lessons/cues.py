"""After a worrying answer: the lesson that fits is offered, once the questions are done. Never where help is needed at once."""

from datetime import timedelta

from sqlalchemy import select

from care import events, patients, preferences
from care.heart.language import Lines, _
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.lessons import deliveries, fitting, reading
from care.lessons.lesson import Lesson
from care.patients import Patient
from care.tables import lesson_cues

NOT_AGAIN = timedelta(days=14)  # a lesson that was offered lately is not offered again
ONE_IN = timedelta(days=2)  # no more than one is offered in this time, whatever the answers


def note(turn: Turn, event: events.RulesMet) -> None:
    """An answer met a rule: keep in mind which."""
    if event.patient_id is not None and turn.settings.lessons.offer_after_answers:
        turn.insert_once(lesson_cues, [
            {"conversation_id": event.conversation_id, "rule": rule, "patient_id": event.patient_id, "key": event.key,
             "zone": event.zone} for rule in event.rules])


def offer(turn: Turn, event: events.ConversationEnded) -> None:
    """The questions are done: offer one lesson that fits what was answered. After a red answer the patient has something else
    to do; a lesson would only be in the way."""
    if event.outcome != "finished" or event.amended or event.patient_id is None:
        return
    met = turn.db.execute(select(lesson_cues).where(lesson_cues.c.conversation_id == event.conversation_id)).all()
    if not met or any(cue.zone == "red" for cue in met):
        return
    cues = {one for cue in met for one in (cue.rule, f"{cue.rule.partition('.')[0]}.{cue.key}")}
    patient = patients.get(turn, event.patient_id)
    lesson = _fit(turn, patient, cues) if patient else None
    if patient is None or lesson is None or patient.chat_id is None:
        return
    delivery = deliveries.begin(turn, patient, lesson, deliveries.ANSWER)
    told = turn.tell(patient, Screen(
        Lines((_("I have a short lesson that may help:"), delivery.title), "\n"),
        ((Button(_("Read"), f"lesson:open:{delivery.id}"),),
         (Button(_("Not now"), f"lesson:later:{delivery.id}"), Button(_("Not interested"), f"lesson:no:{delivery.id}")))),
        topic=reading.TOPIC, because=f"lesson:{delivery.id}")
    deliveries.change(turn, delivery.id, message=told)


def _fit(turn: Turn, patient: Patient, cues: set[str]) -> Lesson | None:
    """The one to offer to who wants lessons at all: not refused, and not given within a fortnight."""
    if reading.TOPIC in preferences.refused(turn, patient.id) or deliveries.offered_since(turn, patient.id, turn.now - ONE_IN):
        return None
    out = deliveries.refused(turn, patient.id) | deliveries.offered_since(turn, patient.id, turn.now - NOT_AGAIN)
    return next((lesson for lesson in fitting.after(turn, patient, cues) if lesson.name not in out), None)
