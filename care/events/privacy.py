"""Events of what is theirs by right, a copy of the record; and of pages that a link opens."""

from dataclasses import dataclass

from care.heart.event import Event


@dataclass(frozen=True)
class CopyMade(Event):
    """A link to a copy of the record was sent to a chat; without a chat, a person on staff hands it over."""

    copy_id: int
    chat_id: int | None


@dataclass(frozen=True)
class CopyOpened(Event):
    """Whoever opened the link knew the date of birth."""

    copy_id: int


@dataclass(frozen=True)
class CopyTaken(Event):
    """A file left: `form` is pdf, fhir or rows."""

    copy_id: int
    form: str


@dataclass(frozen=True)
class CopyLocked(Event):
    """Too many wrong dates of birth: someone who is not the patient may hold the link."""

    copy_id: int
    chat_id: int | None


@dataclass(frozen=True)
class QuestionPageMade(Event):
    """A link to a page on which these questions can be answered was sent to a chat."""

    page_id: int
    conversation_id: int
    chat_id: int


@dataclass(frozen=True)
class QuestionPageOpened(Event):
    """Whoever opened the link knew the date of birth."""

    page_id: int
    conversation_id: int


@dataclass(frozen=True)
class QuestionPageLocked(Event):
    """Too many wrong dates of birth: someone who is not the patient may hold the link."""

    page_id: int
    chat_id: int
