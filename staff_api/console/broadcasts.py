"""The pages of broadcasts: all of them, one being written, and one on its way, followed live."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from care import access, cohorts, halts, notices, programmes, worklist
from care.broadcasts import results, texts, trial
from care.broadcasts.texts import TOPICS
from care.heart.turn import Turn
from staff_api.call import found
from staff_api.console.visit import Visit, visited
from staff_api.problems import in_shape
from staff_api.shapes.broadcasts import BroadcastIn, CohortIn, CriteriaIn
from staff_api.views import broadcasts as api
from staff_api.views import cohorts as cohorts_api

SHOWN, AT_ONCE = 50, 100


def everywhere(turn: Turn) -> dict[str, Any]:
    return {"waiting_count": worklist.counts(turn)["open"], "notices": notices.standing(turn), "halts": halts.open_now(turn)}


def listed(turn: Turn) -> dict[str, Any]:
    return {**everywhere(turn), "broadcasts": api.newest(turn, None, SHOWN),
            "cohorts": [cohorts_api.seen(one, cohorts.count(turn, one.criteria)) for one in cohorts.saved(turn)]}


def choices(turn: Turn) -> dict[str, Any]:
    """What may be chosen for a draft."""
    return {**everywhere(turn), "topics": TOPICS, "languages": turn.settings.clinic.languages,
            "programmes": programmes.programmes(), "conditions": cohorts.conditions(), "saved": cohorts.saved(turn),
            "sites": access.sites(turn)}


def looked_at(turn: Turn, broadcast_id: int, staff_id: int) -> dict[str, Any]:
    one = api.one(turn, broadcast_id)
    over = one.state in texts.OVER
    return {
        **everywhere(turn), "one": one, "audience": None if over else api.counted(turn, broadcast_id),
        "progress": api.progress(turn, broadcast_id), "mine": found(texts.get(turn, broadcast_id)).author_id == staff_id,
        "has_chat": trial.chat_of(turn, staff_id) is not None, "link": None, "statuses": results.STATUSES,
        "people": results.results(turn, broadcast_id, limit=AT_ONCE),
        "second_above": turn.settings.sending.second_person_above, "said": "",
    }  # fmt: skip


async def page(visit: Visit, broadcast_id: int, **more: Any) -> web.Response:
    shown = {**await visit.read(looked_at, broadcast_id, visit.person.id), **more}
    name = "broadcast_sheet.html" if visit.swaps else "broadcast.html"
    return visit.page(name, place="broadcasts", heading=shown["one"].title, **shown)


@visited("broadcasts:read")
async def get_all(visit: Visit) -> web.Response:
    """Every broadcast, and the saved cohorts."""
    return visit.page("broadcasts.html", place="broadcasts", heading="Broadcasts", **await visit.read(listed))


@visited("broadcasts:write")
async def get_new(visit: Visit) -> web.Response:
    """The form for a new one."""
    return visit.page("broadcast_form.html", place="broadcasts", heading="New broadcast", one=None, **await visit.read(choices))


@visited("broadcasts:write")
async def get_form(visit: Visit) -> web.Response:
    """The form, filled in as it stands."""
    broadcast_id = visit.number("broadcast_id")
    shown = await visit.read(lambda turn: {**choices(turn), "one": api.one(turn, broadcast_id)})
    return visit.page("broadcast_form.html", place="broadcasts", heading="Change the broadcast", **shown)


@visited("broadcasts:read")
async def get_one(visit: Visit) -> web.Response:
    """One broadcast: whom it reaches, how far it is, what became of it."""
    return await page(visit, visit.number("broadcast_id"))


@visited("broadcasts:read")
async def get_progress(visit: Visit) -> web.Response:
    """How far it is, to take the place of what is on screen."""
    broadcast_id = visit.number("broadcast_id")
    shown = await visit.read(lambda turn: {
        "one": api.one(turn, broadcast_id), "progress": api.progress(turn, broadcast_id), "halts": halts.open_now(turn)})
    return visit.page("broadcast_progress.html", **shown)


@visited("broadcasts:read")
async def get_people(visit: Visit) -> web.Response:
    """What became of each person's: the next of them, or those of one status."""
    query, broadcast_id = visit.request.query, visit.number("broadcast_id")
    after = int(query.get("after", "0")) if query.get("after", "0").isdecimal() else 0
    status = query.get("status") if query.get("status") in results.STATUSES else None
    people = await visit.read(results.results, broadcast_id, after, AT_ONCE, status)
    return visit.page("broadcast_people.html", people=people, broadcast_id=broadcast_id, status=status,
                      statuses=results.STATUSES)


@visited("broadcasts:write")
async def write(visit: Visit) -> web.Response:
    """Keep a new draft, and look at it."""
    made = await api.write_broadcast(visit, await filled_in(visit))
    return goes_to(f"/broadcasts/{made.id}")


@visited("broadcasts:write")
async def change(visit: Visit) -> web.Response:
    """Change what is yet to go."""
    broadcast_id = visit.number("broadcast_id")
    await api.change_broadcast(visit, broadcast_id, await filled_in(visit))
    return goes_to(f"/broadcasts/{broadcast_id}")


def doing(act: Callable[[Visit, int], Awaitable[Any]], says: str, scope: str = "broadcasts:write") -> Any:
    """A button of the page: do it, and show how it stands then."""
    async def press(visit: Visit) -> web.Response:
        broadcast_id = visit.number("broadcast_id")
        await act(visit, broadcast_id)
        return await page(visit, broadcast_id, said=says)

    press.__name__ = act.__name__
    return visited(scope)(press)


send = doing(api.send_broadcast, "")
approve = doing(api.approve_broadcast, "Approved.", "broadcasts:approve")
hand_back = doing(api.hand_back_broadcast, "Handed back.", "broadcasts:approve")
pause = doing(api.pause_broadcast, "Paused: nothing more leaves.")
resume = doing(api.resume_broadcast, "It goes on.")
cancel = doing(api.cancel_broadcast, "Cancelled: nothing more leaves.")
try_it = doing(api.try_broadcast, "On its way to your own chat, in every language.")


@visited("broadcasts:write")
async def link_chat(visit: Visit) -> web.Response:
    """A link that makes the chat which opens it one's own."""
    made = await api.make_trial_link(visit)
    return await page(visit, visit.number("broadcast_id"), link=made.link)


@visited("broadcasts:approve")
async def release(visit: Visit) -> web.Response:
    """Somebody has looked into what stopped it."""
    await api.release_halt(visit, visit.number("halt_id"))
    return goes_to("/broadcasts")


@visited("broadcasts:read")
async def count(visit: Visit) -> web.Response:
    """How many meet the criteria on screen, in words."""
    data = await visit.request.post()
    meant = await cohorts_api.count_cohort(visit, in_shape(CriteriaIn, criteria_in(data)))
    return visit.page("cohort_count.html", meant=meant)


@visited("broadcasts:write")
async def save_cohort(visit: Visit) -> web.Response:
    """Keep the criteria on screen under a name."""
    data = await visit.request.post()
    wanted = in_shape(CohortIn, {"name": str(data.get("cohort_name", "")), "criteria": criteria_in(data)})
    kept = await cohorts_api.save_cohort(visit, wanted)
    return visit.page("cohort_count.html", meant=kept)


@visited("broadcasts:write")
async def remove_cohort(visit: Visit) -> web.Response:
    """Offer a cohort no more."""
    await cohorts_api.remove_cohort(visit, visit.number("cohort_id"))
    return goes_to("/broadcasts")


def goes_to(address: str) -> web.Response:
    return web.Response(headers={"HX-Redirect": address})


async def filled_in(visit: Visit) -> BroadcastIn:
    """The form as the API's own shape: an empty field was left out."""
    data = await visit.request.post()
    words = {name.removeprefix("text-"): str(value) for name, value in data.items() if name.startswith("text-") and value}
    given: dict[str, Any] = {
        name: str(data[name]) for name in ("title", "topic", "cohort_id", "on_date", "at_time") if data.get(name)}
    if data.get("when") != "later":
        given = {name: value for name, value in given.items() if name not in ("on_date", "at_time")}
    flags = {name: name in data for name in ("openly", "expects_answers", "leaves_out")}
    criteria = {} if "cohort_id" in given else criteria_in(data)
    return in_shape(BroadcastIn, {"title": "", **given, **flags, "texts": words, "criteria": criteria})


def criteria_in(data: Any) -> dict[str, Any]:
    several: dict[str, Any] = {name: data.getall(name, []) for name in ("programmes", "conditions", "languages", "sites")}
    names = ("age_from", "age_to", "answered_within", "silent_for", "reachable")
    single = {name: data[name] for name in names if data.get(name)}
    return {**several, **single}
