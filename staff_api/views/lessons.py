"""Lessons, and what is sent from a thread: listed, read first, sent; what a patient was given, and what came of it."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from care import offers, patients, staff
from care.heart.turn import Turn
from care.lessons import courses, deliveries, library
from care.lessons.lesson import Lesson as Known
from staff_api.call import Call, found
from staff_api.problems import Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.lessons import (
    InLanguage,
    Kind,
    Lesson,
    LessonDelivery,
    LessonInLanguage,
    LessonQuestion,
    LessonRecord,
    Lessons,
    LessonSeries,
    LessonShown,
    LessonVersion,
    NewOffer,
    Offer,
    OfferPreview,
    Offers,
    ShownAgain,
)

T = TypeVar("T")


async def list_lessons(call: Call) -> Lessons:
    """Every lesson, the languages it is in, whether a clinician has reviewed it, and how each version did."""
    return await call.read(all_lessons)


def all_lessons(turn: Turn) -> Lessons:
    known, tallies = library.of(turn), deliveries.tallies(turn)
    return Lessons(
        items=[Lesson(
            title=lesson.english.title, versions=[LessonVersion.of(one) for one in tallies.get(lesson.name, [])],
            texts=[LessonInLanguage(outdated=lesson.outdated(text), **_only(text, LessonInLanguage, "outdated"))
                   for text in lesson.texts.values()],
            **_only(lesson, Lesson, "title", "versions", "texts")) for lesson in known.lessons.values()],
        problems=[str(problem) for problem in known.problems])


def _only(thing: Any, shape: Any, *but: str) -> dict[str, Any]:
    """What of a thing a shape has fields for; lists for tuples."""
    values = {name: getattr(thing, name) for name in shape.model_fields if name not in but}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


async def get_lesson(call: Call, name: str, query: InLanguage) -> LessonShown:
    """One lesson as patients read it, card by card, and its questions."""
    return await call.read(_shown, name, query.language)


def _shown(turn: Turn, name: str, language: str) -> LessonShown:
    lesson: Known = found(library.of(turn).get(name), "There is no lesson of that name.")
    text = lesson.text_in(language)
    return LessonShown(
        name=name, language=text.language, version=text.version, title=text.title,
        picture=text.picture and text.picture.name, picture_says=text.picture_says,
        video=text.video and text.video.name, video_says=text.video_says,
        cards=[card.text.words for card in text.cards], notes=library.whats_to_know(lesson, language, turn),
        questions=[LessonQuestion.model_validate(asdict(one)) for one in text.questions])


async def get_patient_lessons(call: Call, patient_id: Id) -> LessonRecord:
    """The lessons that a patient was given: opened, finished, understood, helpful; and the series they are in."""
    return await call.read(record_of, patient_id)


def record_of(turn: Turn, patient_id: int) -> LessonRecord:
    found(patients.summary(turn, patient_id))
    given = [LessonDelivery.of(one) for one in deliveries.of_patient(turn, patient_id)]
    return LessonRecord(items=[one.model_copy(update={"by": staff.named(turn, one.by) if one.by else None}) for one in given],
                        series=[LessonSeries.of(one) for one in courses.of_patient(turn, patient_id)])


async def show_again(call: Call, delivery_id: Id) -> ShownAgain:
    """The very words that a patient was shown, whatever has become of the lesson since."""
    delivery = found(await call.read(deliveries.get, delivery_id))
    return ShownAgain(
        id=delivery.id, lesson=delivery.lesson, language=delivery.language, version=delivery.version, title=delivery.title,
        cards=[card[0] for card in delivery.cards])


async def list_offers(call: Call, patient_id: Id) -> Offers:
    """What can be sent to this patient from their thread; of each kind what fits first."""
    return Offers(items=[Offer.of(one) for one in await call.read(_asked(offers.for_patient), patient_id)])


async def preview_offer(call: Call, patient_id: Id, kind: Kind, name: str) -> OfferPreview:
    """It as this patient will read it, in their language, before it is sent."""
    return OfferPreview.of(await call.read(_asked(offers.preview), patient_id, kind, name))


async def send_offer(call: Call, patient_id: Id, body: NewOffer) -> Offer:
    """Send it. The patient begins with a tap; a lesson never comes at night."""
    return await call.change(Offer, _asked(offers.send), patient_id, body.kind, body.name)


def _asked(act: Callable[..., T]) -> Callable[..., T]:
    """What the clinic refuses becomes a problem that says why."""
    def ask(*given: Any) -> T:
        try:
            return act(*given)
        except LookupError as missing:
            raise Problem("not_found", str(missing).strip("'"))
        except offers.Refused as refused:
            raise Problem("conflict", str(refused))

    return ask
