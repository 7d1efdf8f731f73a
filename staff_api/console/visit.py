"""A visit: one request to the console, by whom, and how it is answered: a whole page, or the part that changed."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel, ValidationError

from care import events
from care.heart.settings import Settings
from staff_api.call import Call
from staff_api.console import assets
from staff_api.console.pages import page
from staff_api.guards import CALLER, SIGNED_IN, Handler, guarded
from staff_api.problems import Problem, of_validation
from staff_api.wiring import CLINIC

S = TypeVar("S", bound=BaseModel)
THEMES = ("system", "light", "dark")
EVENT_KINDS = " ".join(
    name for name, kind in vars(events).items() if isinstance(kind, type) and issubclass(kind, events.Event)
)


class Visit(Call):
    """A call from a browser, by a person who is signed in."""

    @property
    def swaps(self) -> bool:
        """Whether only a part of the page on screen is asked for, rather than a page."""
        headers = self.request.headers
        return "HX-Request" in headers and "HX-History-Restore-Request" not in headers

    @property
    def stands_at(self) -> str:
        """The address of the page that the person is looking at."""
        return urlsplit(self.request.headers.get("HX-Current-URL", "")).path

    def number(self, name: str) -> int:
        return int(self.request.match_info[name])

    async def form(self, shape: type[S]) -> S:
        """What was filled in, as the API's own shape; an empty field was left out."""
        filled = {name: value for name, value in (await self.request.post()).items() if value != ""}
        try:
            return shape.model_validate_strings(filled)
        except ValidationError as error:
            raise of_validation("invalid_body", error, shape)

    def page(self, name: str, **said: Any) -> web.Response:
        person = self.caller.session
        assert person
        return html(self.request, name, {"staff": person.staff, "csrf": person.csrf, "event_kinds": EVENT_KINDS, **said})


def everywhere(request: web.Request) -> dict[str, Any]:
    """What every page knows."""
    settings: Settings = request.app[CLINIC].settings
    theme = request.cookies.get("theme", "system")
    return {
        "now": request.app[CLINIC].now(), "zone": ZoneInfo(settings.clinic.time_zone), "asset": assets.address,
        "demo": settings.demo, "theme": theme if theme in THEMES else "system",
        "keys_on": request.cookies.get("keys") != "off", "clinic_name": settings.clinic.name,
        "clinic_language": settings.clinic.languages[0], "clinic_country": settings.clinic.country,
        "clinic_zone": settings.clinic.time_zone,
    }  # fmt: skip


def html(request: web.Request, name: str, said: Mapping[str, Any], status: int = 200) -> web.Response:
    known = everywhere(request)
    return web.Response(
        text=page(name, {**known, **said}), status=status, content_type="text/html",
        # With no referrer at all, a browser would not say either that a form came from our own page.
        headers={"X-Clinic-Time": known["now"].isoformat(), "Vary": "HX-Request", "Referrer-Policy": "same-origin"},
    )  # fmt: skip


def visited(view: Callable[[Visit], Awaitable[web.Response]]) -> Handler:
    """A view for someone who is signed in. What goes wrong on the way to a page is itself a page."""

    @guarded(SIGNED_IN)
    @wraps(view)
    async def handle(request: web.Request) -> web.StreamResponse:
        visit = Visit(request, view.__name__, request.app[CLINIC], request[CALLER], 200)
        try:
            return await view(visit)
        except Problem as problem:
            if visit.swaps:
                raise
            return html(request, "problem.html", {"title": problem.kind.title, "detail": problem.detail}, problem.status)

    return handle
