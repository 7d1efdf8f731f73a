"""The pages of lessons: all there are and how they do, and one of them as it reads on a phone, in any language."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiohttp import web

from care import notices, worklist
from care.heart.settings import LessonSettings
from care.heart.turn import Turn
from care.lessons import library, lint
from care.lessons.lint import Graded
from care.lessons.sheet import NOTE, Problem
from staff_api.call import found
from staff_api.console.visit import Visit, visited
from staff_api.problems import Problem as Wrong
from staff_api.shapes.lessons import InLanguage
from staff_api.views import lessons as api

ALONE = "default-src 'none'; sandbox"  # opened by itself, a file can load and run nothing
TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".svg": "image/svg+xml", ".mp4": "video/mp4"}


@dataclass(frozen=True)
class Checked:
    """What the lint says of lessons, by their names, and how hard each text is to read, by name and language."""

    findings: Mapping[str, list[Problem]]
    grades: Mapping[tuple[str, str], Graded]


@lru_cache(maxsize=2)
def checked(settings: LessonSettings, languages: tuple[str, ...], today: date) -> Checked:
    """Takes a second or two, once a day: not for the event loop."""
    known = library.kept(settings)
    wrong = lint.wrong_with(known, lambda lesson: Path(settings.folder) if lesson.own else library.OURS, languages, today)
    findings = defaultdict(list)
    for one in wrong:
        if one.level != NOTE:
            findings[one.file.partition("/")[0]].append(one)
    return Checked(findings, {(one.lesson, one.language): one for one in lint.graded_in(known)})


async def looked_through(visit: Visit) -> Checked:
    settings = visit.clinic.settings
    return await asyncio.to_thread(checked, settings.lessons, settings.clinic.languages, visit.clinic.now().date())


def everywhere(turn: Turn) -> dict[str, Any]:
    return {"waiting_count": worklist.counts(turn)["open"], "notices": notices.standing(turn)}


@visited("content:read")
async def get_all(visit: Visit) -> web.Response:
    """Every lesson: its languages, whether a clinician has read it, how hard it is, what is wrong with it, how it did."""
    lint_says = await looked_through(visit)
    shown = await visit.read(lambda turn: {**everywhere(turn), "all": api.all_lessons(turn)})
    return visit.page("lessons.html", place="lessons", heading="Lessons", checked=lint_says,
                      languages=visit.clinic.settings.clinic.languages, **shown)


@visited("content:read")
async def get_one(visit: Visit) -> web.Response:
    """One lesson, as patients read it in a language."""
    name = visit.request.match_info["name"]
    asked = InLanguage(language=visit.request.query.get("language", "en")[:16])
    seen = await api.get_lesson(visit, name, asked)
    lint_says = await looked_through(visit)
    shown = await visit.read(lambda turn: {**everywhere(turn), "all": api.all_lessons(turn)})
    about = next(one for one in shown.pop("all").items if one.name == name)
    sources = await visit.read(lambda turn: found(library.of(turn).get(name)).sources)
    return visit.page("lesson.html", place="lessons", heading=seen.title, seen=seen, about=about, checked=lint_says,
                      sources=sources, **shown)


@visited("content:read")
async def get_file(visit: Visit) -> web.Response:
    """A lesson's picture or video."""
    named = f"{visit.request.match_info['name']}/{visit.request.match_info['file']}"
    file = found(await visit.read(library.file_of, named), "There is no such picture or video.")
    try:
        content = await asyncio.to_thread(file.read_bytes)
    except OSError:
        raise Wrong("not_found", "The file is no longer in its folder.")
    return web.Response(body=content, content_type=TYPES[file.suffix], headers={"Content-Security-Policy": ALONE})
