"""Giving a lesson to one patient: a person on staff has chosen it for them."""

from datetime import datetime, timedelta

from care.heart import gate
from care.heart.language import Msg, _
from care.heart.turn import Turn
from care.lessons import deliveries, reading, screens
from care.lessons.lesson import Lesson
from care.patients import Patient

KEEPS = timedelta(hours=24)


def words(turn: Turn) -> Msg:
    """What a locked screen may show of it."""
    return _("{clinic} has a short lesson for you. It takes two minutes.", clinic=turn.settings.clinic.name)


def leaves_at(turn: Turn, patient: Patient) -> datetime:
    """At once, but never in the patient's night."""
    return gate.quiet_until(turn.now, patient.time_zone) or turn.now


def give(turn: Turn, patient: Patient, lesson: Lesson) -> deliveries.Delivery:
    """Offer it; the patient opens it with a tap. Whoever does it is on record."""
    delivery = deliveries.begin(turn, patient, lesson, deliveries.STAFF, by=turn.actor)
    at = leaves_at(turn, patient)
    told = turn.tell(patient, screens.offer(delivery, words(turn)), topic=reading.TOPIC, not_before=at, expires_at=at + KEEPS,
                     because=f"lesson:{delivery.id}")
    deliveries.change(turn, delivery.id, message=told)
    return delivery
