"""Who may come in: every route declares its guard, and the door asks it before the view is called."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.web_urldispatcher import StaticResource

from care import staff
from care.heart.turn import Turn
from staff_api.problems import Problem
from staff_api.wiring import CLINIC, PRESENT

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PUBLIC = "public"
"""Anyone: health checks, documentation, signing in."""
SIGNED_IN = "signed in"
"""A person with a session; an API key will not do."""
GUARDS = (PUBLIC, SIGNED_IN, *staff.SCOPES)

A_MINUTE = timedelta(minutes=1)
EVER = datetime.min.replace(tzinfo=UTC)
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
CSRF_HEADER = "X-CSRF-Token"


@dataclass(frozen=True)
class Caller:
    """Whoever is asking, as far as it has been proved."""

    actor: str
    session: staff.Session | None = None
    key: staff.Key | None = None
    key_maker: staff.StaffMember | None = None

    @property
    def person(self) -> staff.StaffMember | None:
        """In whose name it is done: whoever is signed in, or whoever made the key."""
        return self.session.staff if self.session else self.key_maker


NOBODY = Caller("nobody")
CALLER = web.RequestKey("caller", Caller)


def guarded(guard: str) -> Callable[[Handler], Handler]:
    """Declare who may call a handler: a scope, `SIGNED_IN` or `PUBLIC`. People who are signed in have every scope."""
    if guard not in GUARDS:
        raise ValueError(f"{guard!r} is no guard; known: {', '.join(GUARDS)}")

    def declare(handler: Handler) -> Handler:
        handler.guard = guard  # type: ignore[attr-defined]
        return handler

    return declare


def guard_of(route: web.AbstractRoute) -> str | None:
    if isinstance(route.resource, StaticResource):
        return PUBLIC
    return getattr(route.handler, "guard", None)


async def every_route_is_guarded(app: web.Application) -> None:
    """Refuse to start with a route that says nothing about who may call it."""
    open_ones = [f"{route.method} {route.resource.canonical}" for route in app.router.routes() if guard_of(route) is None]
    if open_ones:
        raise RuntimeError(f"Every route needs a guard (staff_api/guards.py); these have none: {', '.join(open_ones)}")


async def admit(request: web.Request, guard: str) -> Caller:
    """Who is asking; refused unless the guard lets them in."""
    if guard == PUBLIC:
        return NOBODY
    if "Authorization" in request.headers:
        return await admit_key(request, guard)
    session = await session_of(request)
    if session is None:
        raise Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"})
    if request.method not in SAFE_METHODS:
        from_our_own_page(request)
        sent = request.headers.get(CSRF_HEADER, "").encode(errors="replace")
        if not hmac.compare_digest(sent, session.csrf.encode()):
            raise Problem("cross_site")
    return Caller(f"staff:{session.staff.id}", session=session)


async def admit_key(request: web.Request, guard: str) -> Caller:
    kind, _, secret = request.headers["Authorization"].partition(" ")
    known = kind.lower() == "bearer" and secret.isascii()
    key, maker = await request.app[CLINIC].read(key_and_maker, secret.strip()) if known else (None, None)
    if key is None:
        raise Problem(
            "unauthenticated", "The key is not valid: unknown, expired or revoked.",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )  # fmt: skip
    if guard == SIGNED_IN:
        raise Problem("people_only")
    if guard not in key.scopes:
        raise Problem("missing_scope", f"This needs the scope {guard}.")
    return Caller(f"key:{key.id}", key=key, key_maker=maker)


def key_and_maker(turn: Turn, secret: str) -> tuple[staff.Key | None, staff.StaffMember | None]:
    """The key, and the person who made it; no key any more once that person is no longer on staff."""
    key = staff.by_key(turn, secret)
    if key is None or not key.created_by.startswith("staff:"):
        return key, None
    maker = staff.by_id(turn, int(key.created_by.removeprefix("staff:")))
    return (key, maker) if maker and maker.active else (None, None)


async def note_presence(request: web.Request, caller: Caller) -> None:
    """Put on record, about once a minute, that a session or a key is in use; without it a session ends by being idle."""
    clinic, present = request.app[CLINIC], request.app[PRESENT]
    credential = caller.session.csrf if caller.session else caller.actor
    if caller == NOBODY or present.get(credential, EVER) > clinic.now() - A_MINUTE:
        return
    if len(present) >= 1000:
        present.clear()
    present[credential] = clinic.now()
    if caller.key:
        await clinic.run(caller.actor, staff.key_used, caller.key.id)
    else:
        await clinic.run(caller.actor, staff.seen, request.cookies[cookie_name(request.app)])


async def session_of(request: web.Request) -> staff.Session | None:
    """The session that the request's cookie belongs to, if it still holds."""
    token = request.cookies.get(cookie_name(request.app), "")
    return await request.app[CLINIC].read(staff.signed_in, token) if token and token.isascii() else None


def from_our_own_page(request: web.Request) -> None:
    """Refuse what a browser sends on behalf of another site."""
    origin = request.headers.get("Origin")
    if origin is None:
        if request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none"):
            return
        raise Problem("cross_site")
    sent, public = urlsplit(origin), urlsplit(request.app[CLINIC].settings.staff.public_url)
    if not sent.netloc or (sent.netloc != request.host and (sent.scheme, sent.netloc) != (public.scheme, public.netloc)):
        raise Problem("cross_site")


def behind_https(app: web.Application) -> bool:
    return app[CLINIC].settings.staff.public_url.startswith("https://")


def cookie_name(app: web.Application) -> str:
    return "__Host-careward" if behind_https(app) else "careward"
