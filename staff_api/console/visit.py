"""A visit: one request to the console, by whom, and how it is answered: a whole page, or the part that changed."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel, ValidationError

from care import events
from care.heart.settings import Settings
from care.heart.turn import Turn
from staff_api.call import Call
from staff_api.console import assets, outside
from staff_api.console.pages import page
from staff_api.guards import BY_METHOD, CALLER, REQUEST_ID, Handler, clinic_of, guarded
from staff_api.matching import Standing, tag
from staff_api.problems import Problem, of_validation
from staff_api.reach import OutOfReach
from staff_api.shapes.forms import Given
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

    @property
    def looks_at(self) -> str:
        """That page's whole address on this site, with what stands after the question mark."""
        url = urlsplit(self.request.headers.get("HX-Current-URL", ""))
        return f"{url.path}?{url.query}" if url.query else url.path

    def number(self, name: str) -> int:
        return int(self.request.match_info[name])

    async def form(self, shape: type[S]) -> S:
        """What was filled in, as the API's own shape; an empty field was left out."""
        filled = {name: value for name, value in (await self.request.post()).items() if value != "" and name != "csrf"}
        try:
            return shape.model_validate_strings(filled)
        except ValidationError as error:
            raise of_validation("invalid_body", error, shape)

    def query(self, shape: type[S]) -> S:
        """What the address asks for; an empty field was left out."""
        return self._asked(shape, dict(self.request.query))

    def query_of_page(self, shape: type[S]) -> S:
        """What the address of the page on screen asks for."""
        return self._asked(shape, dict(parse_qsl(urlsplit(self.request.headers.get("HX-Current-URL", "")).query)))

    def _asked(self, shape: type[S], query: Mapping[str, str]) -> S:
        try:
            return shape.model_validate_strings({name: value for name, value in query.items() if value != ""})
        except ValidationError as error:
            raise of_validation("invalid_query", error, shape)

    def has_seen(self, look: Callable[[Turn], Given], address: str, named: Mapping[str, int], seen: str) -> None:
        """What is changed next must stand as the form has shown it: `seen` is what the form carried of `seen_as`. The address
        is the API's, so that no change through that door comes between."""
        if seen:
            self.standing = Standing(look, address, named, self.caller, frozenset({f'"{seen}"'}))

    def goes_to(self, address: str) -> web.Response:
        """On to another page, after a change."""
        if self.swaps:
            return web.Response(headers={"HX-Redirect": address})
        return web.Response(status=303, headers={"Location": address})

    def page(self, name: str, **said: Any) -> web.Response:
        person = self.caller.session
        assert person
        shown = said if self.caller.may("patients:read") else outside.without_the_record(said)
        return html(self.request, name, {
            "staff": person.staff, "csrf": person.csrf, "event_kinds": EVENT_KINDS, "may": self.caller.may,
            "has_passkeys": person.passkeys, "passwordless": person.passwordless, **shown})


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
        "sso": settings.single_sign_on.name if settings.single_sign_on.issuer else None,
    }  # fmt: skip


def html(request: web.Request, name: str, said: Mapping[str, Any], status: int = 200) -> web.Response:
    known = everywhere(request)
    return web.Response(
        text=page(name, {**known, **said}), status=status, content_type="text/html",
        # With no referrer at all, a browser would not say either that a form came from our own page.
        headers={"X-Clinic-Time": known["now"].isoformat(), "Vary": "HX-Request", "Referrer-Policy": "same-origin"},
    )  # fmt: skip


def seen_as(shown: Given) -> str:
    """The name of this state of a thing, for a form to carry."""
    return tag(shown).strip('"')


HOMES = (("/patients", "demographics:read"), ("/broadcasts", "broadcasts:read"), ("/lessons", "content:read"),
         ("/audit", "audit:read"))
"""Where those begin who have no worklist: the first that there is and that they may see; else with their own account."""


def home(request: web.Request) -> str:
    pages = {resource.canonical for resource in request.app.router.resources()}
    return next((page for page, scope in HOMES if page in pages and request[CALLER].may(scope)), "/account")


View = Callable[[Visit], Awaitable[web.Response]]


def visited(said: View | str) -> Any:
    """A view for someone who is signed in and may: `@visited("rota:write")`, or `@visited` for what is of patients' records.
    What goes wrong on the way to a page is itself a page."""
    if isinstance(said, str):
        return lambda view: guarded(said)(a_visit(view))
    return guarded(BY_METHOD)(a_visit(said))


def a_visit(view: View) -> Handler:
    @wraps(view)
    async def handle(request: web.Request) -> web.StreamResponse:
        return await view(Visit(request, view.__name__, clinic_of(request), request[CALLER], 200))

    return handle


def problem_page(request: web.Request, problem: Problem) -> web.Response:
    """What goes wrong on the way to a page, as a page. A record that is out of reach can be opened in an emergency; whoever has
    no worklist begins where they have something to do."""
    if problem.code == "missing_scope" and request.path == "/":
        return web.Response(status=303, headers={"Location": home(request)})
    which = problem.which if isinstance(problem, OutOfReach) and problem.name == "patient_id" else None
    caller, detail = request[CALLER], problem.detail
    if problem.code == "internal":
        detail = f"Try again; if it stays, tell whoever runs the server this number: {request[REQUEST_ID]}"
    said = {
        "title": problem.kind.title, "detail": detail, "csrf": caller.session.csrf if caller.session else None,
        "out_of_reach": which if caller.may("emergency:read") else None,
    }  # fmt: skip
    return html(request, "problem.html", said, problem.status)
