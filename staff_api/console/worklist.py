"""The worklist's pages: who needs someone, and the list's rule that nothing moves under the eyes of who reads it."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from care import escalations, handover, mentions, notices, pools, sight, staff, worklist
from care.handover import Handover
from care.heart.turn import Turn
from care.worklist import Item
from staff_api.console.desk import Closed
from staff_api.console.visit import Visit, visited
from staff_api.shapes.worklist import PoolCount

AT_ONCE = 100
USUAL = "attention"
MENTIONS = "mentions"  # a view of notes, beside those of obligations
VIEWS = (*worklist.VIEWS, MENTIONS)


@dataclass(frozen=True)
class Row:
    item: Item | Closed
    gone: bool = False
    """Resolved while it was on screen: it keeps its place, dimmed, until the list is next brought up to date."""


@dataclass(frozen=True)
class New:
    number: int = 0
    emergencies: int = 0


@dataclass(frozen=True)
class Looking:
    """Which part of the worklist somebody looks at."""

    view: str
    pool_id: int | None = None


EVERYTHING = Looking("all")


def looking(visit: Visit) -> Looking:
    """As the address says, else as they last had it."""
    query = visit.request.query
    wanted = query.get("view") or visit.request.cookies.get("view", "")
    pool = query.get("pool", "")
    is_pool = pool.isascii() and pool.isdigit() and len(pool) < 16
    return Looking(wanted if wanted in VIEWS else USUAL, int(pool) if is_pool else None)


def list_of(turn: Turn, at: Looking, shown: list[int] | None = None) -> dict[str, Any]:
    """The list for a page. With `shown`, the ids now on screen, those rows stay as they are and what is new is only counted."""
    of_notes, me = at.view == MENTIONS, staff.by_id(turn, turn.viewer.id) if turn.viewer else None
    found = [] if of_notes else worklist.waiting(turn, None, AT_ONCE, at.view, at.pool_id)
    counts = worklist.counts(turn)
    unseen = [one for one in worklist.unclaimed_emergencies(turn) if one not in found] if at != EVERYTHING else []
    pressing = [*unseen, *found]
    by_pool = worklist.of_pools(turn)
    if shown is None:
        rows, new = [Row(item) for item in pressing], New()
    else:
        by_id = {item.escalation_id: item for item in pressing}
        rows = [row for one in shown if (row := row_of(turn, one, by_id))]
        fresh = [item for item in pressing if item.escalation_id not in shown]
        new = New(len(fresh), sum(item.severity == "emergency" for item in fresh))
    return {
        "list_template": "worklist.html", "rows": rows, "counts": counts, "new": new, "waiting_count": counts["open"],
        "more": len(found) == AT_ONCE, "view": at.view, "pool_id": at.pool_id,
        "in_views": worklist.views(turn) | {MENTIONS: mentions.unread(turn, me)},
        "mentions": mentions.of(turn, me, limit=AT_ONCE) if of_notes else [],
        "in_pools": [PoolCount(id=one.id, name=one.name, open=by_pool.get(one.id, 0)) for one in pools.everything(turn)],
        "notices": notices.standing(turn), "handed_over": handed_over(turn) if at.view == USUAL else None,
    }  # fmt: skip


def handed_over(turn: Turn) -> Handover | None:
    """What was urgent while the office was closed, for as long as somebody may begin."""
    found = handover.since_closing(turn)
    return found if handover.is_morning(turn, found) else None


def row_of(turn: Turn, escalation_id: int, pressing: dict[int, Item]) -> Row | None:
    if item := pressing.get(escalation_id) or worklist.item(turn, escalation_id):
        return Row(item)
    over = escalations.get(turn, escalation_id)
    seen = over and (over.patient_id is None or sight.why(turn, turn.viewer, over.patient_id))
    return Row(Closed.of(turn, over), gone=True) if over and seen else None


@visited("worklist:read")
async def get_worklist(visit: Visit) -> web.Response:
    """The worklist, with nothing opened yet."""
    listed = await visit.read(list_of, looking(visit))
    said = {"place": "worklist", "heading": "Worklist", "open_id": None, "desk_template": "no_desk.html"}
    return remembered(visit.page("console.html", **said, **listed), visit)


def remembered(response: web.Response, visit: Visit) -> web.Response:
    """The view that somebody chose is the one they find again. That a page brings itself up to date is no choice."""
    query = visit.request.query
    if query.get("view") in VIEWS and "again" not in query:
        response.set_cookie("view", query["view"], max_age=31536000, samesite="Lax", httponly=True)
    return response


@visited("worklist:read")
async def get_list(visit: Visit) -> web.Response:
    """The list alone, to take the place of the one on screen."""
    query = visit.request.query
    shown = [int(one) for one in query.get("shown", "").split(",") if one.isascii() and one.isdigit()][: 2 * AT_ONCE] or None
    listed = await visit.read(list_of, looking(visit), shown)
    open_id = query.get("open", "")
    open_row = int(open_id) if open_id.isascii() and open_id.isdigit() else None
    return remembered(visit.page("worklist.html", open_id=open_row, **listed), visit)
