"""The worklist's pages: who needs someone, and the list's rule that nothing moves under the eyes of who reads it."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from care import escalations, notices, sight, worklist
from care.heart.turn import Turn
from care.worklist import Item
from staff_api.console.desk import Closed
from staff_api.console.visit import Visit, visited

AT_ONCE = 100


@dataclass(frozen=True)
class Row:
    item: Item | Closed
    gone: bool = False
    """Resolved while it was on screen: it keeps its place, dimmed, until the list is next brought up to date."""


@dataclass(frozen=True)
class New:
    number: int = 0
    emergencies: int = 0


def list_of(turn: Turn, shown: list[int] | None = None) -> dict[str, Any]:
    """The list for a page. With `shown`, the ids now on screen, those rows stay as they are and what is new is only counted."""
    pressing, counts = worklist.waiting(turn, None, AT_ONCE), worklist.counts(turn)
    if shown is None:
        rows, new = [Row(item) for item in pressing], New()
    else:
        by_id = {item.escalation_id: item for item in pressing}
        rows = [row for one in shown if (row := row_of(turn, one, by_id))]
        unseen = [item for item in pressing if item.escalation_id not in shown]
        new = New(len(unseen), sum(item.severity == "emergency" for item in unseen))
    return {
        "list_template": "worklist.html", "rows": rows, "counts": counts, "new": new, "waiting_count": counts["open"],
        "more": counts["open"] > AT_ONCE, "notices": notices.standing(turn),
    }  # fmt: skip


def row_of(turn: Turn, escalation_id: int, pressing: dict[int, Item]) -> Row | None:
    if item := pressing.get(escalation_id) or worklist.item(turn, escalation_id):
        return Row(item)
    over = escalations.get(turn, escalation_id)
    seen = over and (over.patient_id is None or sight.why(turn, turn.viewer, over.patient_id))
    return Row(Closed.of(turn, over), gone=True) if over and seen else None


@visited("worklist:read")
async def get_worklist(visit: Visit) -> web.Response:
    """The worklist, with nothing opened yet."""
    listed = await visit.read(list_of)
    said = {"place": "worklist", "heading": "Worklist", "open_id": None, "desk_template": "no_desk.html"}
    return visit.page("console.html", **said, **listed)


@visited("worklist:read")
async def get_list(visit: Visit) -> web.Response:
    """The list alone, to take the place of the one on screen."""
    query = visit.request.query
    shown = [int(one) for one in query.get("shown", "").split(",") if one.isascii() and one.isdigit()][: 2 * AT_ONCE] or None
    listed = await visit.read(list_of, shown)
    open_id = query.get("open", "")
    return visit.page("worklist.html", open_id=int(open_id) if open_id.isascii() and open_id.isdigit() else None, **listed)
