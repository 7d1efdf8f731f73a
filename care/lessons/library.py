"""The library: every lesson there is, ours and the clinic's own, read from their files once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Final

from care import publications
from care.heart.language import SOURCE
from care.heart.settings import LessonSettings
from care.heart.turn import Turn
from care.lessons import sheet
from care.lessons.lesson import Lesson, LessonText, read_about, read_text
from care.lessons.markup import LESSON
from care.lessons.sheet import BROKEN, WRONG, Problem
from content import FOLDER

OURS: Final = FOLDER / "education"
KIND: Final = "lesson"  # of clinical words: see care/publications.py
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


@dataclass(frozen=True, eq=False)
class Library:
    """Lessons by their names, and whatever is wrong with the files. What is broken is not in it."""

    lessons: Mapping[str, Lesson]
    problems: tuple[Problem, ...]

    def get(self, name: str) -> Lesson | None:
        return self.lessons.get(name)

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Every text's whole file, by `name.language`."""
        return {f"{lesson.name}.{language}": text.source for lesson in self.lessons.values()
                for language, text in lesson.texts.items()}

    @cached_property
    def fingerprints(self) -> Mapping[str, str]:
        return {name: publications.fingerprint(source) for name, source in self.sources.items()}


def of(turn: Turn) -> Library:
    """The clinic's library, as far as two people's word on it lets it be used."""
    filed = kept(turn.settings.lessons)
    decided = publications.decided(turn, KIND, filed.fingerprints)
    return as_decided(filed, tuple(sorted(decided.replaced.items())), decided.held) if decided else filed


@lru_cache(maxsize=8)
def as_decided(filed: Library, replaced: tuple[tuple[str, str], ...], held: frozenset[str]) -> Library:
    """The library with these sources in the place of its own, by `name.language`, and without what is held. A lesson whose
    English text is held is in no language: that text says whom it is for."""
    found = {}
    for lesson in filed.lessons.values():
        about, texts = lesson, {}
        for language, text in lesson.texts.items():
            named = f"{lesson.name}.{language}"
            if (source := dict(replaced).get(named)) is not None:
                page = sheet.of(source, text.file)
                text = read_text(page, _place(lesson, text), language)
                about = replace(read_about(page, lesson.name), own=lesson.own) if language == SOURCE else about
            if named not in held:
                texts[language] = text
        if SOURCE in texts:
            found[lesson.name] = replace(about, texts=texts)
    return replace(filed, lessons=found)


def _place(lesson: Lesson, text: LessonText) -> Path:
    """Where a text's file lies: its pictures are beside it, by their names."""
    beside = text.picture or text.video
    return (beside.parent if beside else OURS / lesson.name) / f"{text.language}.md"


def kept(settings: LessonSettings) -> Library:
    """The library of a clinic with these settings. Its files are read once, which takes a second: whoever starts the program
    does so before anybody waits. A new lesson is there after a restart."""
    return opened(OURS, Path(settings.folder) if settings.folder else None, settings.leave_out)


@cache
def opened(ours: Path, own: Path | None = None, leave_out: tuple[str, ...] = ()) -> Library:
    """Our lessons with the clinic's own, which take the place of ours of the same name, whole."""
    first, second = read_folder(ours), read_folder(own, own=True) if own else Library({}, ())
    taken = {name: lesson for name, lesson in first.lessons.items() if not own or not (own / name).is_dir()}
    both = {name: lesson for name, lesson in {**taken, **second.lessons}.items() if name not in leave_out}
    return Library(dict(sorted(both.items())), (*first.problems, *second.problems))


def read_folder(folder: Path, own: bool = False, even_broken: bool = False) -> Library:
    """Every lesson of a folder that can be shown, or `even_broken` ones, and everything that is wrong with the files as they
    stand."""
    found: dict[str, Lesson] = {}
    problems: list[Problem] = []
    if not folder.is_dir():
        return Library({}, (Problem(str(folder), 1, "there is no such folder: it would have a folder for each lesson"),))
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        lesson, wrong = _read(place, own, even_broken)
        problems += wrong
        if lesson:
            found[place.name] = lesson
    return Library(found, (*problems, *_dead_ends(found)))


def _read(place: Path, own: bool, even_broken: bool) -> tuple[Lesson | None, list[Problem]]:
    """One lesson. Without its English file nobody can say what it is about; a translation that is broken is left out."""
    name, problems = place.name, []
    if not LESSON.fullmatch(name):
        problems.append(Problem(name, 1, "a lesson's folder: small letters, figures and _ would be right, such as low_sugar"))
    texts: dict[str, LessonText] = {}
    lesson = None
    files = sorted(place.glob("*.md"), key=lambda file: (file.stem != SOURCE, file.stem))
    for file in files:
        page = sheet.read(file, f"{name}/{file.name}")
        if not LANGUAGE.fullmatch(file.stem):
            page.wrong(1, f"{file.name}: a language's code would be right, such as fr.md or pt-BR.md")
        elif page.fields:
            text = read_text(page, file, file.stem)
            about = read_about(page, name) if file.stem == SOURCE else lesson
            broken = any(problem.level == BROKEN for problem in page.problems)
            if about and (even_broken or not broken):
                lesson, texts[file.stem] = about, text
        problems += page.problems
    if not (place / f"{SOURCE}.md").is_file():
        problems.append(Problem(f"{name}/{SOURCE}.md", 1, "this file is missing: it says what the lesson is about, and the "
                                                          "others follow it"))
    return (replace(lesson, texts=texts, own=own) if lesson else None), problems


def _dead_ends(found: Mapping[str, Lesson]) -> list[Problem]:
    """Links to lessons that there are not. A clinic's own may point to ours too."""
    known = {*found, *(path.name for path in OURS.iterdir() if path.is_dir())}
    return [
        Problem(text.file, card.line, f"a link to {name!r}: there is no lesson of that name", WRONG)
        for lesson in found.values() for text in lesson.texts.values() for card in text.cards
        for name in card.see if name not in known]


def file_of(turn: Turn, named: str) -> Path | None:
    """The file of a picture or video that `as_data` names; None if it is there no more."""
    lesson = kept(turn.settings.lessons).get(named.partition("/")[0])  # what somebody was given is shown, whatever is held now
    texts = lesson.texts.values() if lesson else ()
    files = [file for text in texts for file in (text.picture, text.video) if file]
    return next((file for file in files if f"{file.parent.name}/{file.name}" == named), None)


def whats_to_know(lesson: Lesson, language: str, turn: Turn) -> list[str]:
    """What whoever sends this lesson to a reader of this language should know, in words for staff."""
    text, said = lesson.text_in(language), []
    if not text.reviewed and not publications.is_approved(turn, KIND, f"{lesson.name}.{text.language}", text.source):
        said.append("Not yet reviewed by a clinician.")
    if text.language != language:
        said.append(f"There is none in this language ({language}): it goes out in {text.language}.")
    elif lesson.outdated(text):
        said.append(f"This translation follows version {text.translates}; the newest is {lesson.english.version}.")
    if lesson.review_by and lesson.review_by < turn.now.date():
        said.append(f"It was to be reviewed by {lesson.review_by}.")
    return said
