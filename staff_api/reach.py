"""Whose record a request is about: refused where that patient is out of reach, put on record where not.

Asked before any view is called, for every route there is, by the names in its address (and by those of its body).
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web

from care import access
from care.access import OWNED, Seen
from staff_api.guards import EVER, PUBLIC, SIGNED_IN, Caller, clinic_of, guard_of
from staff_api.problems import Problem
from staff_api.shapes.forms import LARGEST_ID
from staff_api.wiring import LOOKED

NOBODYS = frozenset({
    "absence_id", "broadcast_id", "calendar_id", "chat_id", "closed_days_id", "cohort_id", "exception_id", "file", "halt_id",
    "key_id", "kind", "name", "passkey_id", "pool_id", "proposal_id", "reply_id", "shift_id", "site_id", "staff_id", "token",
    "version", "visit_type_id", "webhook_delivery_id", "webhook_id", "word",
})  # fmt: skip
"""Names in addresses that are of no patient: of the clinic, of its people, of somebody who is not enrolled."""

IN_BRACES = re.compile(r"\{(\w+)(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}")
ONE_LOOK = timedelta(minutes=5)
"""The same person, at the same view of the same patient, has looked once."""
MOST_REMEMBERED = 10_000


class OutOfReach(Problem):
    """There is such a patient, and this person may not see them. Told apart from a number that is nobody's by people only
    who may open a record in an emergency."""

    def __init__(self, name: str, which: int) -> None:
        super().__init__("not_found", "There is nothing here with that id, or it is of a patient whom you do not look after.")
        self.name, self.which = name, which


async def every_name_is_somebodys(app: web.Application) -> None:
    """Refuse to start with a route whose address names something, and nobody has said whose that is."""
    unknown = sorted({
        f"{{{name}}} in {route.resource.canonical}" for route in app.router.routes() if guard_of(route) != PUBLIC
        for name in IN_BRACES.findall(pattern_of(route)) if name not in OWNED and name not in NOBODYS
    })  # fmt: skip
    if unknown:
        raise RuntimeError(
            "Say in OWNED (care/access.py) whose it is, or in NOBODYS (staff_api/reach.py) that it is no patient's: "
            + ", ".join(unknown))


def pattern_of(route: web.AbstractRoute) -> str:
    info = route.resource.get_info() if route.resource else {}
    return str(info.get("formatter") or info.get("path") or "")


async def within_reach(request: web.Request, caller: Caller, guard: str) -> None:
    """Let the request on if what its address names is in reach, and put on record that they looked. Raises OutOfReach."""
    if guard in (PUBLIC, SIGNED_IN):
        return
    named = {name: int(value) for name, value in request.match_info.items() if name in OWNED and is_an_id(value)}
    for what in await seen(request, named) or [Seen(None, "a list")]:
        await put_on_record(request, caller, what)


async def seen(request: web.Request, named: Mapping[str, int]) -> list[Seen]:
    """Whose these things are. Raises OutOfReach for the first that is not theirs to see."""
    found = []
    for name, which in named.items():
        what = await clinic_of(request).read(access.seen, name, which)
        if what is None:
            raise OutOfReach(name, which)
        found.append(what)
    return found


async def put_on_record(request: web.Request, caller: Caller, what: Seen) -> None:
    """Before it is shown. Once for as long as they look at the same."""
    clinic, looked = clinic_of(request), request.app[LOOKED]
    resource = request.match_info.route.resource
    operation = f"{request.method} {resource.canonical if resource else ''}"
    look = (caller.credential, operation, what)
    if looked.get(look, EVER) > clinic.now() - ONE_LOOK:
        return
    await clinic.run(caller.actor, access.looked, operation, what)
    if len(looked) >= MOST_REMEMBERED:
        looked.clear()
    looked[look] = clinic.now()


async def names_in_body(request: web.Request, caller: Caller, body: Any) -> None:
    """What a body names by an id must be in reach as well. Raises OutOfReach."""
    for field in type(body).model_fields:
        name, value = field.removesuffix("s"), getattr(body, field)
        if name in OWNED and value is not None:
            for which in value if isinstance(value, list | tuple) else [value]:
                for what in await seen(request, {name: which}):
                    await put_on_record(request, caller, what)


def is_an_id(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= 16 and int(value) <= LARGEST_ID
