"""Who may come in: every route declares its guard, and the door asks it before the view is called."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.web_urldispatcher import StaticResource

from care import access, roles, sight, staff
from care.heart.clinic import Clinic
from care.heart.turn import Turn, Viewer
from staff_api.bodies import FORM, arrived
from staff_api.problems import Problem
from staff_api.wiring import CLINIC, PRESENT

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PUBLIC = "public"
"""Anyone: health checks, documentation, signing in."""
SIGNED_IN = "signed in"
"""A person with a session, whatever their role; an API key will not do."""
BY_METHOD = "patients:read, or patients:write for a change"
"""A page of the console that says nothing else."""
GUARDS = (PUBLIC, SIGNED_IN, BY_METHOD, *roles.EVERY)

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
    viewer: Viewer | None = None
    """Whom they see; nobody in particular: everyone."""

    @property
    def person(self) -> staff.StaffMember | None:
        """In whose name it is done: whoever is signed in, or whoever made the key."""
        return self.session.staff if self.session else self.key_maker

    @property
    def credential(self) -> str:
        """What tells one session, or one key, from another."""
        return self.session.csrf if self.session else self.actor

    def may(self, scope: str) -> bool:
        """What their role allows; through a key, what that allows too. A program of the clinic's own has no role to ask."""
        if self.session:
            return scope in self.session.staff.scopes
        if self.key is None or scope in roles.PERSONAL or not roles.allows(self.key.scopes, scope):
            return False
        return self.key_maker is None or scope in self.key_maker.scopes


NOBODY = Caller("nobody")
CALLER = web.RequestKey("caller", Caller)
REQUEST_ID = web.RequestKey("request_id", str)


def guarded(guard: str) -> Callable[[Handler], Handler]:
    """Declare who may call a handler: a scope, `SIGNED_IN` or `PUBLIC`."""
    if guard not in GUARDS:
        raise ValueError(f"{guard!r} is no guard; known: {', '.join(GUARDS)}")

    def declare(handler: Handler) -> Handler:
        handler.guard = guard  # type: ignore[attr-defined]
        return handler

    return declare


def guard_of(route: web.AbstractRoute) -> str | None:
    if isinstance(route.resource, StaticResource):
        return PUBLIC
    guard: str | None = getattr(route.handler, "guard", None)
    if guard == BY_METHOD:
        return "patients:read" if route.method in SAFE_METHODS else "patients:write"
    return guard


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
        if not hmac.compare_digest(await token_in(request), session.csrf.encode()):
            raise Problem("cross_site")
    return await reaching(request, Caller(f"staff:{session.staff.id}", session=session), guard)


async def token_in(request: web.Request) -> bytes:
    """The token against forged requests: in a header, or in the field `csrf` of a page's plain form."""
    sent = request.headers.get(CSRF_HEADER)
    if sent is None and request.content_type == FORM:
        await arrived(request)
        sent = str((await request.post()).get("csrf", ""))
    return (sent or "").encode(errors="replace")


async def admit_key(request: web.Request, guard: str) -> Caller:
    kind, _, secret = request.headers["Authorization"].partition(" ")
    known = kind.lower() == "bearer" and secret.isascii()
    key, maker = await request.app[CLINIC].read(key_and_maker, secret.strip()) if known else (None, None)
    if key is None:
        raise Problem(
            "unauthenticated", "The key is not valid: unknown, expired or revoked.",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )  # fmt: skip
    if guard == SIGNED_IN or guard in roles.PERSONAL:
        raise Problem("people_only")
    return await reaching(request, Caller(f"key:{key.id}", key=key, key_maker=maker), guard)


async def reaching(request: web.Request, caller: Caller, guard: str) -> Caller:
    """Whoever asks, with whom they see; refused if it is beyond their role or their key."""
    if guard != SIGNED_IN and not caller.may(guard):
        raise Problem("missing_scope", f"This needs the scope {guard}.")
    if caller.person is None:
        return caller  # they see everyone
    if caller.person.reach == "clinic":  # and so do they, but for what is in pools of others
        return replace(caller, viewer=sight.Looker(caller.person.id, "clinic", on_duty=False))
    return replace(caller, viewer=await request.app[CLINIC].read(access.looker, caller.person))


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
    if caller == NOBODY or present.get(caller.credential, EVER) > clinic.now() - A_MINUTE:
        return
    if len(present) >= 1000:
        present.clear()
    present[caller.credential] = clinic.now()
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


def clinic_of(request: web.Request) -> Clinic:
    """The clinic as this request meets it: what it changes is journalled with where it came from."""
    return request.app[CLINIC].heard_from(f"{address_of(request)} {request.get(REQUEST_ID, '')}", request[CALLER].viewer)


def address_of(request: web.Request) -> str:
    """The address that this request came from, which the count of failures goes by: the last one that no proxy of ours has.
    Whoever is not a proxy of ours can write into X-Forwarded-For whatever they like, so there it says nothing."""
    ours = request.app[CLINIC].settings.staff.trusted_proxies
    said = ",".join(request.headers.getall("X-Forwarded-For", []))
    hops = [*(hop.strip() for hop in said.split(",") if hop.strip()), request.remote or ""]
    while len(hops) > 1 and hops[-1] in ours:
        hops.pop()
    return hops[-1][:64]


def behind_https(app: web.Application) -> bool:
    return app[CLINIC].settings.staff.public_url.startswith("https://")


def cookie_name(app: web.Application) -> str:
    return "__Host-careward" if behind_https(app) else "careward"
