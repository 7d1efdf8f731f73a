"""What every request passes on its way in and out: its id, its guard, problems in our own form, headers, the log."""

import asyncio
import logging
import secrets
from time import perf_counter
from urllib.parse import quote

from aiohttp import web

from care.heart.writer import NotSaved
from staff_api.bodies import arrived
from staff_api.guards import CALLER, NOBODY, REQUEST_ID, Handler, admit, behind_https, guard_of, note_presence
from staff_api.problems import Problem, of_http_error
from staff_api.rates import REQUESTS, spend
from staff_api.reach import within_reach
from staff_api.wiring import PROBLEM_PAGE, SAID

log = logging.getLogger("careward.staff_api")

SIGN_IN_PAGE = "/sign-in"
API = "/api/"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # without any, browsers would send forms of ours with `Origin: null`
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


@web.middleware
async def entrance(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request a name, let it in if its guard agrees, and turn whatever goes wrong into a problem."""
    request[REQUEST_ID] = "req_" + secrets.token_hex(8)
    request[CALLER], request[SAID] = NOBODY, {}
    started = perf_counter()
    status = 500
    try:
        response = await answer(request, handler)
        status = response.status
        return response
    except asyncio.CancelledError:
        status = 499  # whoever asked has gone; a stream ends like this
        raise
    finally:
        # Ids and names stay out of the log: the route as declared, never the address as sent.
        log.info(
            "%s %s %d %.1f ms %s %s", request.method, route_of(request), status, (perf_counter() - started) * 1000,
            request[CALLER].actor, request[REQUEST_ID],
        )  # fmt: skip


async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        if request.match_info.http_exception is None:
            guard = guard_of(request.match_info.route) or ""
            request[CALLER] = await admit(request, guard)
            if request[CALLER] != NOBODY:
                spend(request, request[CALLER], getattr(request.match_info.handler, "rate", REQUESTS))
            await note_presence(request, request[CALLER])
            await within_reach(request, request[CALLER], guard)
            if not getattr(request.match_info.handler, "takes_file", False):
                await arrived(request)
        return await handler(request)
    except Problem as problem:
        if problem.code == "unauthenticated" and wants_a_page(request):
            return web.Response(status=303, headers={"Location": f"{SIGN_IN_PAGE}?next={quote(request.path, safe='/')}"})
        return told(request, problem)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return of_http_error(error).response(request[REQUEST_ID])
    except NotSaved:
        log.exception("%s %s was not saved %s", request.method, route_of(request), request[REQUEST_ID])
        return told(request, Problem("unavailable", headers={"Retry-After": "5"}))
    except Exception:
        log.exception("%s %s failed %s", request.method, route_of(request), request[REQUEST_ID])
        return told(request, Problem("internal"))


def told(request: web.Request, problem: Problem) -> web.Response:
    """As a page to a person in a browser, in our own form to a program."""
    if wants_a_page(request) and PROBLEM_PAGE in request.app:
        return request.app[PROBLEM_PAGE](request, problem)
    return problem.response(request[REQUEST_ID])


def wants_a_page(request: web.Request) -> bool:
    return request.method == "GET" and not request.path.startswith(API) and "text/html" in request.headers.get("Accept", "")


def route_of(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "(no such address)"


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Defaults for every response; a view that knows better (a picture that may be kept, say) has set its own."""
    response.headers.update(request.get(SAID, {}))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = request.get(REQUEST_ID, "")
    if behind_https(request.app):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
