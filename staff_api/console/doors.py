"""Signing in and out, the first person on staff, and the demo's one click."""

import re
from urllib.parse import quote

from aiohttp import web

from care import factors, joining, staff
from care.heart.turn import Turn
from staff_api import passwords, sessions
from staff_api.console.visit import Visit, html, visited
from staff_api.guards import PUBLIC, SIGNED_IN, cookie_name, from_our_own_page, guarded, session_of
from staff_api.problems import Problem, in_shape
from staff_api.shapes.passkeys import PasskeyAnswer
from staff_api.shapes.staff import GivenCode, SetUp, SignIn
from staff_api.views import passkeys
from staff_api.wiring import CLINIC

DANA = "dana@example.org"
OUR_OWN = re.compile(r"/(?!/)[\w/?=&.-]*", re.ASCII)


def onward(wish: str) -> str:
    """Where to go once signed in: only to a page of our own."""
    return wish if OUR_OWN.fullmatch(wish) else "/"


def let_in(request: web.Request, opened: staff.Opened, to: str) -> web.Response:
    response = web.Response(status=303, headers={"Location": onward(to)})
    sessions.set_cookie(request.app, response, opened)
    return response


def words_of(problem: Problem) -> str:
    return " ".join(fault.detail for fault in problem.errors) or f"{problem.kind.title}. {problem.detail}"


@guarded(PUBLIC)
async def get_sign_in(request: web.Request) -> web.StreamResponse:
    """The sign-in page; nothing to do for someone who is signed in."""
    to = onward(request.query.get("next", "/"))
    if await session_of(request):
        return web.Response(status=303, headers={"Location": to})
    return html(request, "sign_in.html", {"problem": None, "email": "", "next": to})


@guarded(PUBLIC)
async def sign_in(request: web.Request) -> web.StreamResponse:
    """Sign in with e-mail and password."""
    filled = await request.post()
    email, to = str(filled.get("email", "")), onward(str(filled.get("next", "/")))
    try:
        wanted = in_shape(SignIn, {"email": email, "password": str(filled.get("password", ""))})
        opened = await sessions.sign_in(request, wanted.email, wanted.password)
        if not opened.session.code_needed:
            return let_in(request, opened, to)
        response = await second_page(request, opened.token, to)
        sessions.set_cookie(request.app, response, opened)
        return response
    except Problem as problem:
        said = "E-mail or password is wrong." if problem.code == "wrong_sign_in" else words_of(problem)
        return html(request, "sign_in.html", {"problem": said, "email": email[:254], "next": to}, problem.status)


@guarded(PUBLIC)
async def give_code(request: web.Request) -> web.StreamResponse:
    """The second step: a code of the app, or a recovery code."""
    filled = await request.post()
    to = onward(str(filled.get("next", "/")))
    try:
        wanted = in_shape(GivenCode, {"code": str(filled.get("code", ""))})
        return let_in(request, await sessions.second_step(request, wanted.code), to)
    except Problem as problem:
        return await second_page(request, request.cookies.get(cookie_name(request.app), ""), to, problem)


@guarded(PUBLIC)
async def give_passkey(request: web.Request) -> web.StreamResponse:
    """The second step by a passkey: passkeys.js has filled the form."""
    filled = {name: str(value) for name, value in (await request.post()).items()}
    to = onward(filled.pop("next", "/"))
    try:
        return let_in(request, await passkeys.second_step(request, in_shape(PasskeyAnswer, filled)), to)
    except Problem as problem:
        return await second_page(request, request.cookies.get(cookie_name(request.app), ""), to, problem)


async def second_page(request: web.Request, token: str, to: str, problem: Problem | None = None) -> web.Response:
    """What is asked for beside the password: a code, or a passkey of theirs."""
    def look(turn: Turn) -> factors.Factors:
        waiting = staff.code_awaited(turn, token) if token.isascii() else None
        return factors.of(turn, waiting.id if waiting else 0)

    told = None
    if problem:
        told = problem.detail if problem.code in ("wrong_sign_in", "unauthenticated") else words_of(problem)
    said = {"problem": told, "next": to, "factors": await request.app[CLINIC].read(look)}
    return html(request, "code.html", said, problem.status if problem else 200)


@visited(SIGNED_IN)
async def sign_out(visit: Visit) -> web.Response:
    """Sign out."""
    await visit.run(staff.sign_out, visit.request.cookies.get(cookie_name(visit.request.app), ""))
    response = web.Response(headers={"HX-Redirect": "/sign-in", "Clear-Site-Data": '"storage"'})
    sessions.clear_cookie(visit.request.app, response)
    return response


@guarded(PUBLIC)
async def get_set_up(request: web.Request) -> web.StreamResponse:
    """The page behind the one-time link."""
    return await set_up_page(request, {}, None)


@guarded(PUBLIC)
async def set_up(request: web.Request) -> web.StreamResponse:
    """Make the first account, and go straight in."""
    filled = {name: str(value) for name, value in (await request.post()).items() if name in SetUp.model_fields}
    try:
        wanted = in_shape(SetUp, filled)
        return let_in(request, await sessions.take_up(request, request.match_info["token"], wanted), "/")
    except Problem as problem:
        return await set_up_page(request, filled, problem)


async def set_up_page(request: web.Request, filled: dict[str, str], problem: Problem | None) -> web.Response:
    link = await request.app[CLINIC].read(joining.link, request.match_info["token"])
    usable, known = link is not None, link.email if link else None
    said = {
        "usable": usable, "invited": known, "again": bool(link and link.staff_id),
        "problem": words_of(problem) if problem else None, "shortest": passwords.SHORTEST,
        "name": filled.get("name", ""), "email": known or filled.get("email", ""),
    }  # fmt: skip
    return html(request, "set_up.html", said, problem.status if problem else 200 if usable else 404)


@guarded(PUBLIC)
async def sign_in_as_dana(request: web.Request) -> web.StreamResponse:
    """The demo's one click. The address exists in the demo only."""
    from_our_own_page(request)
    clinic = request.app[CLINIC]
    known = await clinic.read(staff.by_email, DANA)
    if known is None:
        raise Problem("not_found", f"The demo has nobody called {quote(DANA)}.")
    return let_in(request, await clinic.run(f"staff:{known[0].id}", staff.sign_in, known[0].id), "/")
