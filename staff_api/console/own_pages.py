"""Pages about the service itself: the keys of programs, the audit trail, and how well all parts are."""

from datetime import date, time, timedelta

from aiohttp import web
from pydantic import Field

from care.heart.time import instant
from staff_api.console.accounts import Act, Sensitive, frame, proving
from staff_api.console.visit import Visit, visited
from staff_api.guards import SIGNED_IN
from staff_api.problems import in_shape
from staff_api.shapes.audit import TrailSearch
from staff_api.shapes.forms import Id, Name, Query
from staff_api.shapes.staff import NewKey, NewKeyMade
from staff_api.views import audit, keys, system

MOST, MIDNIGHT = 100, time()


class KeyForm(Sensitive):
    """A key as the page sends it: its scopes as one field with spaces between."""

    name: Name
    scopes: str = Field(min_length=1, max_length=1000)
    until: date | None = Field(None, strict=False)


class TrailForm(Query):
    journal: str = Field("changes", pattern="^(changes|accesses)$")
    patient_id: Id | None = None
    actor: str | None = Field(None, max_length=100)
    cursor: str | None = Field(None, max_length=2000)


async def keys_sheet(visit: Visit, said: str | None = None, made: NewKeyMade | None = None) -> web.Response:
    return visit.page(
        "keys_sheet.html" if visit.swaps else "keys.html", place="keys", heading="Keys", said=said, made=made,
        keys=(await keys.list_keys(visit)).items, may_give=sorted(visit.person.scopes), **await visit.read(frame))


@visited("keys:write")
async def get_keys(visit: Visit) -> web.Response:
    """Every program that has a key, and what it may."""
    return await keys_sheet(visit)


@visited("keys:write")
async def make_key(visit: Visit) -> web.Response:
    """One more key; its secret is shown this once."""
    filled = await proving(visit, KeyForm)
    zone = visit.clinic.settings.clinic.time_zone
    ends = None if filled.until is None else instant(filled.until + timedelta(days=1), MIDNIGHT, zone).isoformat()
    wanted = in_shape(NewKey, {"name": filled.name, "scopes": filled.scopes.split(), "expires_at": ends})
    return await keys_sheet(visit, made=await keys.make_key(visit, wanted))


@visited("keys:write")
async def revoke_key(visit: Visit) -> web.Response:
    """Let it open nothing any more, at once."""
    await proving(visit, Act)
    await keys.revoke_key(visit, visit.number("key_id"))
    return await keys_sheet(visit, "It opens nothing any more.")


@visited("audit:read")
async def get_audit(visit: Visit) -> web.Response:
    """What was done, or who looked at what, the newest first."""
    asked = visit.query(TrailForm)
    search = in_shape(TrailSearch, {**asked.model_dump(exclude={"journal"}, exclude_none=True), "limit": MOST})
    look = audit.get_changes if asked.journal == "changes" else audit.get_accesses
    found = await look(visit, search)
    return visit.page("audit.html", place="audit", heading="Audit trail", asked=asked, rows=found.items, older=found.next,
                      **await visit.read(frame))


@visited(SIGNED_IN)
async def get_system(visit: Visit) -> web.Response:
    """Whether every part is at work, and what waits."""
    ready = await system.get_readiness(visit)
    visit.status = 200
    return visit.page("system_sheet.html" if visit.swaps else "system.html", place="system", heading="How the service is",
                      ready=ready, meta=await system.get_meta(visit), **await visit.read(frame))
