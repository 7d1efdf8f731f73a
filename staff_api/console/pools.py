"""Pools, on a page of their own: what each takes, who is in it."""

from typing import Any

from aiohttp import web

from care import staff
from care.heart.turn import Turn
from care.pools import TOPICS
from staff_api.console.accounts import frame
from staff_api.console.visit import Visit, visited
from staff_api.problems import in_shape
from staff_api.shapes.pools import NewPool
from staff_api.views import pools


async def sheet(visit: Visit, said: str | None = None) -> web.Response:
    def look(turn: Turn) -> dict[str, Any]:
        return {"people": [one for one in staff.everyone(turn) if one.active], **frame(turn)}

    return visit.page(
        "pools_sheet.html" if visit.swaps else "pools.html", place="pools", heading="Pools", said=said,
        pools=(await pools.list_pools(visit)).items, topics=TOPICS, **await visit.read(look),
    )  # fmt: skip


@visited("worklist:read")
async def get_pools(visit: Visit) -> web.Response:
    """All of them."""
    return await sheet(visit)


async def filled(visit: Visit) -> NewPool:
    """The form as the API's own shape: a box that is ticked is a name that was sent."""
    sent = await visit.request.post()
    ticked = [name.partition(" ") for name in sent]
    return in_shape(NewPool, {
        "name": str(sent.get("name", "")), "members_only": "members_only" in sent,
        "takes": [which for kind, _space, which in ticked if kind == "takes"],
        "members": [int(which) for kind, _space, which in ticked if kind == "member" and which.isdecimal()]})


@visited("accounts:write")
async def add(visit: Visit) -> web.Response:
    """Make one."""
    made = await pools.add_pool(visit, await filled(visit))
    return await sheet(visit, f"There is a pool called {made.name} now.")


@visited("accounts:write")
async def change(visit: Visit) -> web.Response:
    """Change what it takes, and who is in it."""
    changed = await pools.change_pool(visit, visit.number("pool_id"), await filled(visit))
    return await sheet(visit, f"{changed.name} is changed.")


@visited("accounts:write")
async def close(visit: Visit) -> web.Response:
    """What is in it becomes the whole team's."""
    await pools.close_pool(visit, visit.number("pool_id"))
    return await sheet(visit, "It is closed.")
