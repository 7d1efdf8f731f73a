"""Events of lessons: sent, read, understood or not, liked or not; and series of them."""

from dataclasses import dataclass

from care.heart.event import Event


@dataclass(frozen=True)
class LessonSent(Event):
    delivery_id: int
    lesson: str
    version: int
    language: str
    cause: str  # asked, staff, answer, series


@dataclass(frozen=True)
class LessonOpened(Event):
    delivery_id: int
    lesson: str


@dataclass(frozen=True)
class LessonFinished(Event):
    """The last card has been seen."""

    delivery_id: int
    lesson: str


@dataclass(frozen=True)
class LessonChecked(Event):
    """The questions about it are answered; `understood`, if each was answered rightly within two tries."""

    delivery_id: int
    lesson: str
    understood: bool


@dataclass(frozen=True)
class LessonRated(Event):
    delivery_id: int
    lesson: str
    helpful: bool


@dataclass(frozen=True)
class LessonRefused(Event):
    """The patient is not interested."""

    delivery_id: int
    lesson: str


@dataclass(frozen=True)
class SeriesBegun(Event):
    series_id: int
    series: str


@dataclass(frozen=True)
class SeriesEnded(Event):
    series_id: int
    series: str
    why: str
