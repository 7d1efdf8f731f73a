"""Lessons: what there is, what a patient was given and what came of it, what can be sent from a thread."""

from datetime import date
from typing import Literal

from pydantic import Field

from staff_api.shapes.forms import At, Given, Name, Query, Sent


class LessonVersion(Given):
    """How one version did, with all patients."""

    version: int
    sent: int
    opened: int
    finished: int
    understood: int
    not_understood: int
    helpful: int
    not_helpful: int


class LessonInLanguage(Given):
    language: str
    title: str
    version: int
    outdated: bool = Field(description="It follows an older version of the English text.")
    reviewed_by: str = Field(description="Empty: not yet reviewed by a clinician.")
    reviewed_on: date | None


class Lesson(Given):
    name: str
    topic: str
    title: str
    own: bool = Field(description="The clinic's own, and not one that comes with the product.")
    conditions: list[str] = Field(description="Programmes whose patients it is for.")
    medicines: list[str]
    stage: list[str]
    author: str
    review_by: date | None
    texts: list[LessonInLanguage]
    versions: list[LessonVersion] = Field(description="Newest first.")


class Lessons(Given):
    items: list[Lesson]
    problems: list[str] = Field(description="What is wrong with lessons' files, by file and line; these are shown to nobody.")


class InLanguage(Query):
    language: str = Field("en", max_length=16, description="Where there is none in it, the English text is given.")


class LessonQuestion(Given):
    ask: str
    answers: list[str]
    right: int = Field(description="Counted from 0.")
    well_done: str
    again: str


class LessonShown(Given):
    name: str
    language: str
    version: int
    title: str
    cards: list[str] = Field(description="As patients read them, without what stands out.")
    questions: list[LessonQuestion]
    picture: str | None = Field(description="The name of its picture's file.")
    picture_says: str = Field(description="The picture in words.")
    video: str | None
    video_says: str
    notes: list[str] = Field(description="What whoever sends it should know.")


class LessonDelivery(Given):
    """A lesson that the patient was given, and what came of it."""

    id: int
    lesson: str
    title: str
    language: str
    version: int
    fingerprint: str = Field(description="Of the very words that were shown.")
    cause: Literal["asked", "staff", "answer", "series"]
    by: str | None = Field(description="Who sent it, if somebody on staff did.")
    sent_at: At
    opened_at: At | None
    finished_at: At | None
    checked_at: At | None
    understood: bool | None = Field(description="Whether its questions were answered rightly, within two tries each.")
    helpful: bool | None
    unhelpful_because: str | None
    refused_at: At | None = Field(description="Not interested.")


class LessonSeries(Given):
    series: str
    step: int
    next_at: At | None
    begun_at: At
    ended_at: At | None
    why: str | None


class LessonRecord(Given):
    items: list[LessonDelivery] = Field(description="Newest first.")
    series: list[LessonSeries]


class ShownAgain(Given):
    """The very words that the patient was shown."""

    id: int
    lesson: str
    language: str
    version: int
    title: str
    cards: list[str]


Kind = Literal["lesson", "questionnaire", "check_in"]


class Offer(Given):
    kind: Kind
    name: str
    title: str
    fits: bool = Field(description="It is for this patient in particular.")
    notes: list[str] = Field(description="What whoever sends it should know, such as that no clinician has reviewed it.")
    refusal: str | None = Field(description="Why it cannot be sent now.")


class Offers(Given):
    items: list[Offer]


class OfferPreview(Given):
    offer: Offer
    language: str
    leaves_at: At
    messages: list[str] = Field(description="As the patient will read them.")


class NewOffer(Sent):
    kind: Kind
    name: Name
