"""Who needs a person now."""

from datetime import datetime

from care import pools, worklist
from care.heart.turn import Turn
from staff_api.call import Call
from staff_api.shapes.worklist import Counts, InView, Item, PoolCount, Views, Worklist


async def get_worklist(call: Call, query: InView) -> Worklist:
    """What is open, the most severe first, then whoever has waited longest; all of it, or one view of it."""
    of = "worklist" if (query.view, query.pool_id) == ("all", None) else f"worklist {query.view} {query.pool_id}"
    place = call.place(of, query.cursor)
    after = place and (*place[:3], datetime.fromisoformat(place[3]), place[4])
    items = await call.read(worklist.waiting, after, query.limit + 1, query.view, query.pool_id)
    shown = items[: query.limit]
    more = call.next(of, place_of(shown[-1])) if len(items) > len(shown) else None
    return Worklist(items=[Item.of(item) for item in shown], next=more)


def place_of(item: worklist.Item) -> list[object]:
    *rank, since, escalation_id = item.position
    return [*rank, since.isoformat(), escalation_id]


async def get_worklist_counts(call: Call) -> Counts:
    """How many things are open."""
    return Counts.model_validate(await call.read(worklist.counts))


async def get_worklist_views(call: Call) -> Views:
    """How much each view of the worklist holds, and each pool."""
    return await call.read(views)


def views(turn: Turn) -> Views:
    open_in = worklist.of_pools(turn)
    return Views(views=worklist.views(turn), pools=[
        PoolCount(id=pool.id, name=pool.name, open=open_in.get(pool.id, 0)) for pool in pools.everything(turn)])
