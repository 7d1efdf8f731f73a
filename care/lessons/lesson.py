"""A lesson: what it is about and for whom, and its text in each language, as its files say it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from care.heart.language import SOURCE, Mark, Msg, Styled, _, utf16
from care.lessons import markup, shown
from care.lessons.markup import Card
from care.lessons.sheet import WRONG, Sheet

TOPICS: Final[Mapping[str, Msg]] = {
    "how_it_works": _("How this bot works"), "medicines": _("Medicines"), "measuring": _("Measuring at home"),
    "conditions": _("Your condition"), "daily_life": _("Daily life"), "feeling": _("How you feel"),
    "pregnancy": _("Pregnancy"), "visits": _("Visits and hospital")}
STAGES: Final = ("new", "discharge", "pregnancy")
LONGEST_CARD, FEWEST, MOST = 700, 3, 7  # characters; cards
LONGEST_ANSWER = 40  # characters: what a button of its own row shows on a phone
EVERYWHERE: Final = ("title", "keywords", "version", "reviewed_by", "reviewed_on", "question", "picture", "picture_says",
                     "video", "video_says")
OF_ENGLISH: Final = (
    *EVERYWHERE, "topic", "conditions", "medicines", "stage", "offer_when", "author", "review_by", "source")
OF_TRANSLATION: Final = (*EVERYWHERE, "translates", "translator")


@dataclass(frozen=True)
class Source:
    title: str
    url: str
    cited: date | None  # when it was named here; that the page still says so is for the reviewer, who opens it


@dataclass(frozen=True)
class Question:
    """What shows whether it was understood. `again` says it once more, in other words."""

    ask: str
    answers: tuple[str, ...]
    right: int
    well_done: str
    again: str
    line: int


@dataclass(frozen=True)
class LessonText:
    """A lesson in one language. `translates` is the English version that it follows; for English its own."""

    language: str
    file: str
    title: str
    keywords: tuple[str, ...]
    version: int
    translates: int
    reviewed_by: str
    reviewed_on: date | None
    cards: tuple[Card, ...]
    questions: tuple[Question, ...]
    picture: Path | None
    picture_says: str
    video: Path | None
    video_says: str
    source: str = ""  # the whole file, by whose fingerprint two people agree to it

    @property
    def reviewed(self) -> bool:
        return bool(self.reviewed_by and self.reviewed_on)


@dataclass(frozen=True)
class Lesson:
    """`conditions` are programmes, `medicines` words of ingredients; empty is everybody. `offer_when` says after which worrying
    answers it fits: "hypertension.systolic" for a rule, "hypertension.bp" for whatever rule judges that question."""

    name: str
    topic: str
    conditions: tuple[str, ...]
    medicines: tuple[str, ...]
    stage: tuple[str, ...]
    offer_when: tuple[str, ...]
    author: str
    review_by: date | None
    sources: tuple[Source, ...]
    own: bool = False  # the clinic's, and not ours
    texts: Mapping[str, LessonText] = field(default_factory=dict)

    @property
    def english(self) -> LessonText:
        """The text that the others follow; where there is none, the first there is."""
        return self.texts.get(SOURCE) or next(iter(self.texts.values()))

    def text_in(self, language: str) -> LessonText:
        """The text in a language; where there is none, the one that the others follow."""
        return self.texts.get(language) or self.english

    @property
    def for_everybody(self) -> bool:
        return not (self.conditions or self.medicines or self.stage)

    def outdated(self, text: LessonText) -> bool:
        """Whether this translation follows a version that is not the newest."""
        return text.translates != self.english.version


def read_text(page: Sheet, path: Path, language: str) -> LessonText:
    """The text of one file; whatever is wrong with it is put down on the sheet."""
    page.only((*OF_ENGLISH, *OF_TRANSLATION))
    for name in set(page.fields) - set(OF_ENGLISH if language == SOURCE else OF_TRANSLATION):
        whose = "a translation" if language == SOURCE else f"{SOURCE}.md"
        if name in (*OF_ENGLISH, *OF_TRANSLATION):
            page.wrong(page.line_of(name), f"{name} belongs into {whose} alone: leave it out here")
    found, wrong = markup.cards(page.body, page.body_line)
    for line, words in wrong:
        page.wrong(line, words)
    if not FEWEST <= len(found) <= MOST:
        page.wrong(page.body_line, f"{len(found)} cards: {FEWEST} to {MOST}, apart by lines that are {markup.BREAK}, "
                                   "would be right", WRONG)
    for card in found:
        if (long := utf16(card.text.words)) > LONGEST_CARD:
            page.wrong(card.line, f"a card of {long} characters: at most {LONGEST_CARD} would be right; make two of it")
    version = page.number("version")
    return LessonText(
        language, page.file, page.words("title"), page.several("keywords", needed=True), version,
        version if language == SOURCE else page.number("translates"), page.words("reviewed_by", needed=False),
        page.day("reviewed_on", needed=False), tuple(found), _questions(page), shown.picture(page, path),
        shown.in_words(page, "picture"), shown.video(page, path), shown.in_words(page, "video"),
        "\n".join(page.source))


def read_about(page: Sheet, name: str) -> Lesson:
    """What the English file says of the lesson itself."""
    topic = page.words("topic")
    if topic and topic not in TOPICS:
        page.wrong(page.line_of("topic"), f"there is no topic {topic}: the topics are {', '.join(TOPICS)}")
    stage = page.several("stage")
    for one in stage:
        if one not in STAGES:
            page.wrong(page.line_of("stage"), f"there is no stage {one}: the stages are {', '.join(STAGES)}")
    return Lesson(
        name, topic, page.several("conditions"), page.several("medicines"), stage, page.several("offer_when"),
        page.words("author"), page.day("review_by", needed=False), _sources(page))


def _sources(page: Sheet) -> tuple[Source, ...]:
    found = []
    for line, said in page.tables("source"):
        page.only(("title", "url", "cited"), said, line)
        source = Source(page.words("title", of=said, line=line), page.words("url", of=said, line=line),
                        page.day("cited", of=said, line=line))
        if source.url and not source.url.startswith("https://"):
            page.wrong(line, f"url = {source.url!r}: an address that begins with https:// would be right")
        found.append(source)
    return tuple(found)


def _questions(page: Sheet) -> tuple[Question, ...]:
    written = page.tables("question")
    if not 1 <= len(written) <= 2:
        page.wrong(page.line_of("question"), f"{len(written)} questions: one or two tables [[question]] would be right")
    return tuple(_question(page, line, said) for line, said in written)


def _question(page: Sheet, line: int, said: Mapping[str, Any]) -> Question:
    page.only(("ask", "answers", "right", "well_done", "again"), said, line)
    answers, right = page.several("answers", True, said, line), page.number("right", said, line)
    if answers and not 2 <= len(answers) <= 4:
        page.wrong(line, f"{len(answers)} answers: two to four would be right")
    if answers and right >= len(answers):
        page.wrong(line, f"right = {right}: the answers are counted from 0 to {len(answers) - 1}")
    if len(set(answers)) < len(answers):
        page.wrong(line, "two answers that read the same: each should say something else")
    for answer in answers:
        if len(answer) > LONGEST_ANSWER:
            page.wrong(line, f"an answer of {len(answer)} characters, {answer!r}: at most {LONGEST_ANSWER} fit on a button")
    return Question(page.words("ask", of=said, line=line), answers, right, page.words("well_done", of=said, line=line),
                    page.words("again", of=said, line=line), line)


def as_data(lesson: Lesson, text: LessonText) -> dict[str, Any]:
    """All that a patient is shown, as plain data: what is kept of it for ever."""
    video = {"video": f"{lesson.name}/{text.video.name}", "video_says": text.video_says} if text.video else {}
    return {
        "title": text.title, "reviewed_by": text.reviewed_by,
        "cards": [[card.text.words, [list(mark) for mark in card.text.marks], list(card.see)] for card in text.cards],
        "questions": [[one.ask, list(one.answers), one.right, one.well_done, one.again] for one in text.questions],
        "picture": f"{lesson.name}/{text.picture.name}" if text.picture else None, "picture_says": text.picture_says,
        **video}


def styled(card: list[Any]) -> Styled:
    """The words of a card of `as_data`."""
    return Styled(card[0], tuple(Mark(*mark) for mark in card[1]))
