"""`careward lessons`: what stands against publishing lessons, and how one reads."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from care.heart.language import shipped
from care.heart.turn import Turn
from care.lessons import lint
from care.lessons.fitting import Circumstances
from care.lessons.lesson import Lesson, LessonText
from care.lessons.library import OURS, read_folder
from care.lessons.sheet import NOTE, Problem
from ops.stop import Stop

LOOK = 0.1  # seconds between looks at what was tapped
PATIENCE = 15  # seconds that an address may take to answer


def check(folder: Path | None, languages: Sequence[str], links: bool, report: Path | None) -> int:
    """Print what is wrong, a line each; the exit code."""
    where, wanted = folder or OURS, tuple(languages) or shipped()
    today = datetime.now(UTC).date()
    found = lint.check(where, wanted, today)
    if links:
        found += asyncio.run(_dead_links(lint.links_in(where)))
    wrong = [problem for problem in found if problem.level != NOTE]
    for problem in wrong:
        print(problem)
    lessons, unread = len(read_folder(where).lessons), len(found) - len(wrong)
    print(f"Lessons: {lessons}, in {', '.join(wanted)}. " + (f"Wrong: {len(wrong)}." if wrong else "Nothing is wrong."))
    if unread:
        print(f"Texts not yet reviewed by a clinician: {unread}. Staff are told so when they send one.")
    if report:
        report.write_text(page(where, wanted, found), encoding="utf-8")
    return 1 if wrong else 0


async def _dead_links(links: Sequence[tuple[str, int, str]]) -> list[Problem]:
    """The addresses that do not answer. Each is tried once, a few at a time."""
    import aiohttp

    few, dead = asyncio.Semaphore(4), {}

    async def attempt(session: aiohttp.ClientSession, url: str) -> None:
        try:
            async with few, session.get(url) as answer:
                if answer.status >= 400 and answer.status not in (403, 429):  # these would not have a program as a reader
                    dead[url] = f"it answers {answer.status}"
        except (aiohttp.ClientError, TimeoutError) as error:
            dead[url] = f"it does not answer ({type(error).__name__})"

    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
        await asyncio.gather(*(attempt(session, url) for url in {url for _file, _line, url in links}))
    return [Problem(file, line, f"{url}: {dead[url]}; another address would be right")
            for file, line, url in links if url in dead]


def page(folder: Path, languages: Sequence[str], found: Sequence[Problem]) -> str:
    """What was found and how hard each text is to read, as a page."""
    grades = {(one.lesson, one.language): one for one in lint.graded(folder)}
    names = sorted({name for name, _language in grades})
    wrong = [problem for problem in found if problem.level != NOTE]
    lines = [
        "| lesson | " + " | ".join(languages) + " |", "|---|" + "---|" * len(languages),
        *(f"| {name} | " + " | ".join(_grade(grades.get((name, language))) for language in languages) + " |" for name in names),
        "", f"{len(names)} lessons, {len(grades)} texts; {len(wrong)} things wrong; "
            f"{sum(one.reviewed for one in grades.values())} texts reviewed by a clinician.", ""]
    return "\n".join([*lines, *(f"* {problem}" for problem in wrong)])


def _grade(one: lint.Graded | None) -> str:
    return "missing" if one is None else f"{one.grade:.1f}" if one.language == "en" else f"{one.grade:.0f}"


def found(name: str, folder: Path | None) -> Lesson:
    """The lesson of this name. Raises Stop that says what there is, or why it cannot be shown."""
    library = read_folder(folder or OURS)
    if lesson := library.get(name):
        return lesson
    for problem in library.problems:
        if problem.file.startswith(f"{name}/"):
            print(problem, file=sys.stderr)
    raise Stop(f"There is no lesson {name!r} that can be shown. There are: {', '.join(library.lessons) or 'none'}.", 2)


def show(name: str, language: str, folder: Path | None, port: int | None) -> None:
    """Print a lesson, or put it on a phone in the browser."""
    lesson = found(name, folder)
    text = lesson.texts.get(language)
    if text is None:
        raise Stop(f"{name} is not there in {language!r}. It is in {', '.join(lesson.texts)}.", 2)
    if port is None:
        print("\n".join(printed(lesson, text)))
    else:
        asyncio.run(on_a_phone(name, language, folder, port))


async def on_a_phone(name: str, language: str, folder: Path | None, port: int, ended: asyncio.Event | None = None) -> None:
    """Serve the phone page of one invented patient who has just opened this lesson, until Ctrl-C (or `ended`). The real bot
    answers; nothing of it is kept."""
    from care.heart.settings import LessonSettings
    from care.lessons import learning
    from care.patients import get
    from ops.stage import stage
    from simulator import server

    def begin(turn: Turn) -> bool:
        patient = get(turn, on.patient_id)
        assert patient
        reader = Circumstances(frozenset(), frozenset(), frozenset({"pregnancy"}))
        return learning.one(turn, patient, name, None, reader)

    async with stage(58, language, lessons=LessonSettings(folder=str(folder) if folder else "")) as on:
        await on.clinic.run("preview", begin)
        runner, address = await server.start(
            server.build(on.telegram, banner="A preview: nothing of it is kept"), "127.0.0.1", port)
        print(f"{name} in {language}: {address}/phone\nCtrl-C ends it.", flush=True)
        try:
            while not (ended and ended.is_set()):
                await on.settle()
                await asyncio.sleep(LOOK)
        finally:
            await runner.cleanup()


def printed(lesson: Lesson, text: LessonText) -> list[str]:
    """A lesson as it reads, card by card."""
    lines = [f"{text.title}  ({lesson.name}, {text.language}, version {text.version})",
             f"Reviewed by {text.reviewed_by}, {text.reviewed_on}." if text.reviewed else "Not yet reviewed by a clinician."]
    for number, card in enumerate(text.cards, 1):
        lines += ["", f"[{number} of {len(text.cards)}]", card.text.words]
    for what, file, words in (("picture", text.picture, text.picture_says), ("video", text.video, text.video_says)):
        if file:
            lines += ["", f"[{what}: {file.name}]", words]
    for one in text.questions:
        lines += ["", one.ask, *(f"  {'*' if at == one.right else '-'} {answer}" for at, answer in enumerate(one.answers)),
                  f"  right: {one.well_done}", f"  else:  {one.again}"]
    return lines
