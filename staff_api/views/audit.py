"""The audit trail, for whoever may read it: who did what, and who looked at what. Ids and keys, no patient's words."""

from care import audit
from staff_api.call import Call
from staff_api.shapes.audit import Access, Accesses, Change, Changes, TrailSearch


async def get_accesses(call: Call, query: TrailSearch) -> Accesses:
    """Who looked at what, newest first: when, from where, and why they may."""
    rows, more = await page(call, "accesses", query)
    return Accesses(items=[Access.of(row) for row in rows], next=more)


async def get_changes(call: Call, query: TrailSearch) -> Changes:
    """What was done, newest first: by whom, when, and from where."""
    rows, more = await page(call, "events", query)
    return Changes(items=[Change.of(row) for row in rows], next=more)


async def page(call: Call, journal: str, query: TrailSearch) -> tuple[list[audit.Entry], str | None]:
    of = f"{journal} {query.patient_id} {query.actor} {query.updated_after}"
    before = call.place(of, query.cursor)
    rows = await call.read(audit.trail, journal, before, query.limit + 1, query.patient_id, query.actor, query.updated_after)
    shown = rows[: query.limit]
    return shown, call.next(of, shown[-1].id) if len(rows) > len(shown) else None
