"""What stands against publishing lessons: all that is wrong with their files, by file and line, and what would be right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from care import readability, zone_rules
from care.heart.language import SOURCE
from care.lessons.lesson import Lesson, LessonText
from care.lessons.library import OURS, Library, read_folder
from care.lessons.markup import Card
from care.lessons.sheet import NOTE, WRONG, Problem
from care.programmes import programmes

LONGEST_SENTENCE = 25  # words


@dataclass(frozen=True)
class Graded:
    """How hard one text is to read: a school year for English, else an ease by the language's own formula."""

    lesson: str
    language: str
    grade: float
    limit: float
    reviewed: bool


def check(folder: Path, languages: Sequence[str], today: date) -> list[Problem]:
    """Everything that is wrong with the lessons of a folder, for a clinic that offers these languages; in the order of the
    files. Addresses in the web are not tried: see links_in."""
    return wrong_with(read_folder(folder, own=folder != OURS, even_broken=True), lambda _lesson: folder, languages, today)


def wrong_with(
    library: Library, folder_of: Callable[[Lesson], Path], languages: Sequence[str], today: date,
) -> list[Problem]:
    """The same of a library that was read before; `folder_of` says where a lesson's own folder stands."""
    found = list(library.problems)
    for lesson in library.lessons.values():
        found += [*_about(lesson, today), *_translations(lesson, folder_of(lesson), languages)]
        for text in lesson.texts.values():
            found += _words(text)
    return sorted({*found, *_copied(library)}, key=lambda problem: (problem.file, problem.line, problem.words))


def graded(folder: Path) -> list[Graded]:
    """How hard every text of a folder is to read."""
    return graded_in(read_folder(folder))


def graded_in(library: Library) -> list[Graded]:
    """How hard every text of a library is to read."""
    return [_graded(lesson.name, text) for lesson in library.lessons.values() for text in lesson.texts.values()]


def _graded(lesson: str, text: LessonText) -> Graded:
    words, language = whole(text), text.language
    if language == SOURCE:
        return Graded(lesson, language, readability.english_grade(words), readability.HARDEST, text.reviewed)
    return Graded(lesson, language, readability.ease(words, language), readability.FORMULAS[language].easy, text.reviewed)


def links_in(folder: Path) -> list[tuple[str, int, str]]:
    """Every address in the web, with the file and the line: sources, and what the cards point to."""
    found = []
    for lesson in read_folder(folder).lessons.values():
        found += [(lesson.english.file, 1, source.url) for source in lesson.sources]
        found += [(text.file, card.line, link) for text in lesson.texts.values() for card in text.cards for link in card.links]
    return found


def whole(text: LessonText) -> str:
    """All that a patient reads of it, but for the addresses."""
    cards = [_without_links(card) for card in text.cards]
    asked = [words for one in text.questions for words in (one.ask, one.well_done, one.again)]
    return "\n".join(part.replace("• ", "") for part in (*cards, *asked, *_beside(text)))


def _beside(text: LessonText) -> list[str]:
    """What stands for a picture or a video."""
    return [words for words in (text.picture_says, text.video_says) if words]


def _without_links(card: Card) -> str:
    words = card.text.words
    for link in card.links:
        words = words.replace(f" ({link})", "").replace(link, "")
    return words


def _about(lesson: Lesson, today: date) -> list[Problem]:
    file, found = lesson.english.file, []

    def wrong(words: str, level: str = WRONG) -> None:
        found.append(Problem(file, 1, words, level))

    if not lesson.sources:
        wrong('a source is missing: write [[source]] with its title, url and cited into the front matter')
    if lesson.review_by is None:
        wrong("review_by is missing: write a day such as review_by = 2027-11-30 into the front matter")
    elif lesson.review_by < today:
        wrong(f"it was to be reviewed by {lesson.review_by}: have it reviewed, then set a later day")
    for condition in lesson.conditions:
        if condition not in programmes():
            wrong(f"conditions: there is no programme {condition}; there are {', '.join(programmes())}")
    for when in lesson.offer_when:
        if when not in worries():
            flow = when.partition(".")[0]
            near = sorted(one for one in worries() if one.startswith(f"{flow}."))
            wrong(f"offer_when: nothing is judged as {when}; " + (
                f"there are {', '.join(near)}" if near else f"the check-ins are {', '.join(zone_rules.check_ins())}"))
    return found


def worries() -> set[str]:
    """After what a lesson may be offered: every rule of every check-in, and every question that one judges."""
    return {one for check_in in zone_rules.check_ins().values() for rule in check_in.rules
            for one in (rule.id, f"{rule.check_in}.{rule.key}")}


def _translations(lesson: Lesson, folder: Path, languages: Sequence[str]) -> list[Problem]:
    """What is missing, follows an older version, or does not match; a file that is broken has said so itself."""
    found = []
    for language in languages:
        file = f"{lesson.name}/{language}.md"
        text = lesson.texts.get(language)
        if text is None:
            if not (folder / lesson.name / f"{language}.md").is_file():
                found.append(Problem(file, 1, f"this translation is missing: it would begin with translates = "
                                              f"{lesson.english.version}", WRONG))
        elif lesson.outdated(text):
            found.append(Problem(file, 1, f"translates = {text.translates}, but in English it is version "
                                          f"{lesson.english.version}: bring it up to date, then this number", WRONG))
    for text in lesson.texts.values():
        found += _matches(lesson.english, text)
    return found


def _copied(library: Library) -> list[Problem]:
    """What reads just as in another lesson: a folder was copied, and this part not written anew. Both are named."""
    same: dict[tuple[str, str], list[Problem]] = {}
    for lesson in library.lessons.values():
        for text in lesson.texts.values():
            parts = [(1, "the title", text.title), *((card.line, "a card", card.text.words) for card in text.cards),
                     *((one.line, "a question", one.ask) for one in text.questions),
                     *((1, "what a picture or video says", words) for words in _beside(text))]
            for line, what, words in parts:
                same.setdefault((text.language, " ".join(words.casefold().split())), []).append(
                    Problem(text.file, line, what, WRONG))
    return [replace(one, words=f"{one.words} reads just as in {other.file}: write it anew, or link to that lesson")
            for alike in same.values() for one in alike for other in alike if other.file != one.file]


def _matches(english: LessonText, text: LessonText) -> list[Problem]:
    """A translation says what the English says: as many cards and questions, and the same answer is right."""
    found = []
    if len(text.cards) != len(english.cards):
        found.append(Problem(text.file, text.cards[0].line if text.cards else 1,
                             f"{len(text.cards)} cards, but {len(english.cards)} in English: as many would be right", WRONG))
    same = [(len(one.answers), one.right) for one in text.questions] == [
        (len(one.answers), one.right) for one in english.questions]
    if not same:
        found.append(Problem(text.file, text.questions[0].line if text.questions else 1,
                             "the questions differ from the English ones: as many, with the same answer right", WRONG))
    return found


def _words(text: LessonText) -> list[Problem]:
    """Plain and kind: each card for itself where a line can be named, the ease of it all as a whole."""
    language, found = text.language, []
    if language != SOURCE and language not in readability.FORMULAS:
        return [Problem(text.file, 1, f"nothing is known of {language}: see docs/how-to/add-a-language.md", WRONG)]
    if hard := readability.too_hard(whole(text), language):
        found.append(Problem(text.file, 1, f"hard to read, {hard}: shorter words, shorter sentences", WRONG))
    parts = [(card.line, card.text.words) for card in text.cards]
    parts += [(one.line, words) for one in text.questions for words in (one.ask, *one.answers, one.well_done, one.again)]
    for line, words in [(1, text.title), *((1, words) for words in _beside(text)), *parts]:
        found += [Problem(text.file, line, f"{unkind!r} blames, orders or presumes: say it another way", WRONG)
                  for unkind in readability.unkind_words(words, language)]
        found += [Problem(text.file, line, f"a sentence of {len(said)} words ({' '.join(said[:5])} ...): at most "
                                           f"{LONGEST_SENTENCE} would be right", WRONG)
                  for said in readability.sentences(words) if len(said) > LONGEST_SENTENCE]
    if not text.reviewed:
        found.append(Problem(text.file, 1, "not yet reviewed by a clinician: staff are told so when they send it", NOTE))
    return found
