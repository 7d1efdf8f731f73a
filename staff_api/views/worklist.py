"""Who needs a person now."""

from datetime import datetime

from care import worklist
from staff_api.call import Call
from staff_api.shapes.forms import Paged
from staff_api.shapes.worklist import Counts, Item, Worklist


async def get_worklist(call: Call, query: Paged) -> Worklist:
    """What is open, the most severe first, then whoever has waited longest."""
    place = call.place("worklist", query.cursor)
    after = place and (*place[:3], datetime.fromisoformat(place[3]), place[4])
    items = await call.read(worklist.waiting, after, query.limit + 1)
    shown = items[: query.limit]
    more = call.next("worklist", place_of(shown[-1])) if len(items) > len(shown) else None
    return Worklist(items=[Item.of(item) for item in shown], next=more)


def place_of(item: worklist.Item) -> list[object]:
    *rank, since, escalation_id = item.position
    return [*rank, since.isoformat(), escalation_id]


async def get_worklist_counts(call: Call) -> Counts:
    """How many things are open."""
    return Counts.model_validate(await call.read(worklist.counts))
