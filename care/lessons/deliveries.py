"""Deliveries: which lesson a patient was given, in which very words, and how far it came."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update

from care import events
from care.heart.turn import Turn
from care.lessons.lesson import Lesson, LessonText, as_data
from care.patients import Patient
from care.tables import lesson_deliveries as table
from care.tables import lesson_texts as texts

ASKED, STAFF, ANSWER, SERIES = "asked", "staff", "answer", "series"


@dataclass(frozen=True)
class Delivery:
    """One lesson to one patient. `shown` is what the patient reads: see as_data in lesson.py."""

    id: int
    patient_id: int
    lesson: str
    language: str
    version: int
    fingerprint: str
    shown: dict[str, Any]
    cause: str
    by: str | None
    series_id: int | None
    step: int | None
    message: int | None
    sent_at: datetime
    held_at: datetime | None
    opened_at: datetime | None
    finished_at: datetime | None
    question: int
    wrong: int
    unclear: int
    checked_at: datetime | None
    understood: bool | None
    helpful: bool | None
    unhelpful_because: str | None
    refused_at: datetime | None

    @property
    def title(self) -> str:
        return str(self.shown["title"])

    @property
    def cards(self) -> list[list[Any]]:
        return list(self.shown["cards"])

    @property
    def questions(self) -> list[list[Any]]:
        return list(self.shown["questions"])


FOLLOWS = ("cause", "by", "series_id", "step", "message", "sent_at", "held_at", "opened_at", "finished_at", "question", "wrong",
           "unclear", "checked_at", "understood", "helpful", "unhelpful_because", "refused_at")
WHOLE = (
    select(table.c.id, table.c.patient_id, table.c.lesson, texts.c.language, texts.c.version, table.c.fingerprint,
           texts.c.shown, *(table.c[name] for name in FOLLOWS))
    .join(texts, texts.c.fingerprint == table.c.fingerprint))


def begin(
    turn: Turn, patient: Patient, lesson: Lesson, cause: str, by: str | None = None, series_id: int | None = None,
    step: int | None = None,
) -> Delivery:
    """Put on record that a patient is given a lesson, and keep the very words, in their language if there are any in it."""
    text = lesson.text_in(patient.language)
    delivery_id = turn.insert(table, {
        "patient_id": patient.id, "lesson": lesson.name, "fingerprint": keep(turn, lesson, text), "cause": cause, "by": by,
        "series_id": series_id, "step": step, "sent_at": turn.now, "question": 0, "wrong": 0, "unclear": 0})
    turn.happened(events.LessonSent(patient.id, delivery_id, lesson.name, text.version, text.language, cause))
    found = get(turn, delivery_id)
    assert found
    return found


def keep(turn: Turn, lesson: Lesson, text: LessonText) -> str:
    """Keep the words for ever; returns their fingerprint. Words that were changed without a new version are others."""
    shown = as_data(lesson, text)
    said = json.dumps([lesson.name, text.language, text.version, shown], ensure_ascii=False, sort_keys=True)
    fingerprint = hashlib.sha256(said.encode()).hexdigest()[:32]
    turn.insert_once(texts, {
        "fingerprint": fingerprint, "lesson": lesson.name, "language": text.language, "version": text.version, "shown": shown,
        "first_at": turn.now})
    return fingerprint


def get(turn: Turn, delivery_id: int) -> Delivery | None:
    return _first(turn, WHOLE.where(table.c.id == delivery_id))


def of_patient(turn: Turn, patient_id: int) -> list[Delivery]:
    """What a patient was given, the newest first; without what never left."""
    return [Delivery(*row) for row in turn.db.execute(
        WHOLE.where(table.c.patient_id == patient_id, table.c.held_at.is_(None)).order_by(table.c.id.desc()))]


def at_hand(turn: Turn, patient_id: int, lesson: Lesson, language: str) -> Delivery | None:
    """The same words, given before and not yet read to the end: reading goes on in these."""
    text = lesson.text_in(language)
    return _first(turn, WHOLE.where(
        table.c.patient_id == patient_id, table.c.lesson == lesson.name, table.c.checked_at.is_(None),
        table.c.held_at.is_(None), texts.c.version == text.version, texts.c.language == text.language,
    ).order_by(table.c.id.desc()).limit(1))


def of_message(turn: Turn, message: int) -> Delivery | None:
    return _first(turn, WHOLE.where(table.c.message == message))


def last_in_series(turn: Turn, series_id: int, step: int) -> Delivery | None:
    return _first(turn, WHOLE.where(table.c.series_id == series_id, table.c.step == step, table.c.held_at.is_(None))
                  .order_by(table.c.id.desc()).limit(1))


def finished(turn: Turn, patient_id: int) -> set[str]:
    """The lessons that a patient has read to the end, whatever the version."""
    return set(turn.db.scalars(select(table.c.lesson).where(
        table.c.patient_id == patient_id, table.c.finished_at.is_not(None))))


def refused(turn: Turn, patient_id: int) -> set[str]:
    """The lessons that a patient is not interested in: they are not offered again."""
    return set(turn.db.scalars(select(table.c.lesson).where(
        table.c.patient_id == patient_id, table.c.refused_at.is_not(None))))


def offered_since(turn: Turn, patient_id: int, since: datetime) -> set[str]:
    """The lessons that a patient was given since then, for whatever cause."""
    return set(turn.db.scalars(select(table.c.lesson).where(
        table.c.patient_id == patient_id, table.c.sent_at > since, table.c.held_at.is_(None))))


def change(turn: Turn, delivery_id: int, **changed: Any) -> None:
    turn.db.execute(update(table).where(table.c.id == delivery_id).values(**changed))


@dataclass(frozen=True)
class Tally:
    """How one version of a lesson did, with all patients."""

    version: int
    sent: int
    opened: int
    finished: int
    understood: int
    not_understood: int
    helpful: int
    not_helpful: int


def tallies(turn: Turn) -> dict[str, list[Tally]]:
    """How each lesson did, by its versions, the newest first."""
    found: dict[str, list[Tally]] = {}
    counted = (
        select(table.c.lesson, texts.c.version, func.count(), func.count(table.c.opened_at), func.count(table.c.finished_at),
               *(func.count().filter(column.is_(said)) for column in (table.c.understood, table.c.helpful)
                 for said in (True, False)))
        .join(texts, texts.c.fingerprint == table.c.fingerprint).where(table.c.held_at.is_(None))
        .group_by(table.c.lesson, texts.c.version).order_by(table.c.lesson, texts.c.version.desc()))
    for row in turn.db.execute(counted):
        found.setdefault(row[0], []).append(Tally(*row[1:]))
    return found


def _first(turn: Turn, wanted: Select[Any]) -> Delivery | None:
    row = turn.db.execute(wanted).first()
    return Delivery(*row) if row else None
