"""The form of a kind of visit: how long, in what way, who may book it, what it needs, what to prepare."""

from collections import defaultdict
from typing import Any

from aiohttp import web

from care.appointments import calendars, visit_types
from care.appointments.visit_types import VisitType
from care.heart.turn import Turn
from care.programmes import programmes
from staff_api.console.calendars import frame
from staff_api.console.visit import Visit, seen_as, visited
from staff_api.problems import Fault, Problem, in_shape
from staff_api.shapes import appointments as shapes
from staff_api.shapes.appointments import VisitTypeIn
from staff_api.views import appointments as appointments_api
from staff_api.views import calendars as api

NUMBERS = {
    "minutes": "How long it is", "step_minutes": "How far apart visits begin", "before_minutes": "Free before it",
    "after_minutes": "Free after it", "seats": "Places", "ahead_days": "How far ahead", "notice_minutes": "At the latest",
    "cancel_minutes": "Changed up to"}
MAY_BE_EMPTY = ("step_minutes",)
TICKS = ("by_patients", "needs_approval")
MOST_NEEDS = 4
SPARE = 1  # instructions that can be added at a time


def filled_from(turn: Turn, kind: VisitType | None) -> dict[str, Any]:
    """What the form shows: a kind of visit as it is, or what most of them are."""
    open_ = calendars.all_open(turn)
    need_of = {one: number for number, need in enumerate(kind.needs, 1) for one in need} if kind else {}
    place = {one: at for need in kind.needs for at, one in enumerate(need)} if kind else {}
    languages = list(dict.fromkeys((*turn.settings.clinic.languages, *(kind.names if kind else ()))))
    return {**frame(turn), "heading": kind.staff_name if kind else "New kind of visit",
            "seen": seen_as(shapes.VisitType.of(kind)) if kind else "", "kind": kind, "languages": languages,
            "calendars": sorted(open_, key=lambda one: (need_of.get(one.id, MOST_NEEDS + 1), place.get(one.id, one.id))),
            "need_of": need_of,
            "site_names": {one.id: one.name for one in calendars.all_sites(turn)}, "most_needs": MOST_NEEDS,
            "programmes": programmes(), "modes": visit_types.MODES, "spare": SPARE,
            "instructions": [*(kind.instructions if kind else ()), *[None] * SPARE],
            "preset": kind or visit_types.NewVisitType({}, 20, ())}


async def filled_in(visit: Visit, kind: VisitType | None) -> VisitTypeIn:
    """The form as the API's own shape. What the form does not show stays as it was. Raises Problem, with all that is wrong."""
    sent = await visit.request.post()
    words = {name: str(value).strip() for name, value in sent.items()}
    wrong: list[Fault] = []
    body: dict[str, Any] = shapes.VisitType.of(kind).model_dump(exclude={"id"}) if kind else {}
    for name, label in NUMBERS.items():
        if words.get(name, "").isdecimal():
            body[name] = int(words[name])
        elif words.get(name) or name not in MAY_BE_EMPTY:
            wrong.append(Fault(pointer=f"/{name}", detail=f"{label}: give a whole number."))
        else:
            body[name] = None
    body |= {name: name in words for name in TICKS}
    body |= {name: [str(one) for one in sent.getall(name, [])] for name in ("modes", "programmes")}
    body["names"] = {name[5:]: said for name, said in words.items() if name.startswith("name-") and said}
    body["needs"] = needs_in(words)
    body["instructions"] = instructions_in(words, wrong)
    if not body["names"]:
        wrong.append(Fault(pointer="/names", detail="Name: say what patients call it, in at least one language."))
    if not body["needs"]:
        wrong.append(Fault(pointer="/needs", detail="What it takes: choose at least one clinician, room or device."))
    if not body["modes"]:
        wrong.append(Fault(pointer="/modes", detail="How: choose in person, by phone or by video."))
    if wrong:
        raise Problem("invalid_body", errors=wrong)
    return in_shape(VisitTypeIn, {name: value for name, value in body.items() if name in VisitTypeIn.model_fields})


def needs_in(words: dict[str, str]) -> list[list[int]]:
    """Of the calendars with the same number a visit takes one."""
    needs: dict[int, list[int]] = defaultdict(list)
    for name, said in words.items():
        which = name.removeprefix("need-")
        if which != name and which.isdecimal() and said.isdecimal():
            needs[int(said)].append(int(which))
    return [needs[number] for number in sorted(needs)]


def instructions_in(words: dict[str, str], wrong: list[Fault]) -> list[dict[str, Any]]:
    """What to prepare; one without words is none."""
    found = []
    for name in [one for one in words if one.startswith("hours-")]:
        which = name.removeprefix("hours-")
        texts = {key.removeprefix(f"text-{which}-"): said for key, said in words.items()
                 if key.startswith(f"text-{which}-") and said}
        if texts and not words[name].isdecimal():
            wrong.append(Fault(pointer="/instructions", detail="What to prepare: say how many hours before the visit."))
        elif texts:
            found.append({"hours": int(words[name]), "texts": texts})
    return found


@visited("appointments:write")
async def get_new(visit: Visit) -> web.Response:
    """The form for a new kind of visit."""
    return visit.page("visit_type.html", **await visit.read(filled_from, None))


@visited("appointments:write")
async def get_one(visit: Visit) -> web.Response:
    """The form, as the kind of visit is now."""
    which = visit.number("visit_type_id")
    shown = await visit.read(lambda turn: filled_from(turn, appointments_api.or_not_found(visit_types.get, turn, which)))
    return visit.page("visit_type.html", **shown)


@visited("appointments:write")
async def add(visit: Visit) -> web.Response:
    """Keep a new kind of visit."""
    await api.add_visit_type(visit, await filled_in(visit, None))
    return visit.goes_to("/calendars")


@visited("appointments:write")
async def change(visit: Visit) -> web.Response:
    """How it is from now on."""
    which = visit.number("visit_type_id")
    kind = await visit.read(lambda turn: appointments_api.or_not_found(visit_types.get, turn, which))
    wanted = await filled_in(visit, kind)
    seen = str((await visit.request.post()).get("seen", ""))
    visit.has_seen(lambda turn: api.visit_type_now(turn, which), f"/api/v1/visit-types/{which}", {"visit_type_id": which}, seen)
    await api.change_visit_type(visit, which, wanted)
    return visit.goes_to("/calendars")


@visited("appointments:write")
async def close(visit: Visit) -> web.Response:
    """It is booked no more."""
    await api.close_visit_type(visit, visit.number("visit_type_id"))
    return visit.goes_to("/calendars")
