"""Shapes of replies that are kept ready, of calls that were made, and of who else is here."""

from typing import Annotated, Literal

from pydantic import Field

from care import messages, quick_answers
from care.canned_replies import CannedReply
from staff_api.shapes.forms import Given, Name, Sent, Words

Language = Annotated[str, Field(min_length=2, max_length=12, examples=["en", "pt-BR"])]
Answer = Annotated[Name, Field(max_length=quick_answers.LONGEST)]
Answers = Annotated[list[Answer], Field(max_length=quick_answers.MOST)]


class ReplyText(Sent):
    text: Annotated[Words, Field(max_length=messages.LONGEST)] = Field(
        description="With {patient}, {nurse}, {next_visit}, {phone} and {clinic} for what is filled in.")
    answers: Answers = Field([], description="What the patient can answer by one tap.")


class ReplyTextGiven(Given):
    text: str
    answers: list[str]


class NewReply(Sent):
    title: Annotated[Name, Field(max_length=80)] = Field(description="For staff.", examples=["Please measure once more"])
    texts: dict[Language, ReplyText] = Field(min_length=1, max_length=12, description="By language.")


class Reply(Given):
    """Words kept ready."""

    name: str = Field(examples=["how_are_you", "own:12"])
    id: int | None = Field(description="Of one of the clinic's own; null for those that come with the program.")
    title: str
    texts: dict[str, ReplyTextGiven]
    untranslated: list[str] = Field(description="Languages of the clinic that it does not have.")

    @classmethod
    def known(cls, reply: CannedReply, languages: tuple[str, ...]) -> "Reply":
        return cls(name=reply.name, id=reply.id, title=reply.title,
                   texts={language: ReplyTextGiven.of(words) for language, words in reply.texts.items()},
                   untranslated=[one for one in languages if one not in reply.texts])


class Replies(Given):
    items: list[Reply]


class FilledReply(Given):
    """A reply as it would go to one patient, from whoever asks."""

    name: str
    title: str
    language: str = Field(description="Of `text`: the patient's, or another if there is none in theirs (`notes` says so).")
    text: str
    answers: list[str]
    original: str | None = Field(description="The same in the clinic's first language, where that is another.")
    gaps: list[str] = Field(
        description="Variables that nothing is known for. They stand in `text` in braces, and are not sent so.")
    notes: list[str] = Field(description="What to know before it is sent.")


class FilledReplies(Given):
    items: list[FilledReply]


class NewCall(Sent):
    call: Literal[messages.CALLS] = Field(description="What the call came to.")  # type: ignore[valid-type]
    text: Annotated[str, Field(max_length=4000)] = Field("", description="What was said, for colleagues.")


class Here(Sent):
    writing: bool = False


class Colleague(Given):
    staff_id: int
    name: str
    writing: bool


class Colleagues(Given):
    """Who else has this thread open."""

    items: list[Colleague]
