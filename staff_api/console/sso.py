"""Signing in with the clinic's own identity provider: there, and back; and what it says is over."""

import logging

from aiohttp import web

from care import single_sign_on, staff
from staff_api import oidc
from staff_api.bodies import FORM
from staff_api.console.doors import let_in, onward
from staff_api.console.visit import html
from staff_api.guards import PUBLIC, behind_https, clinic_of, cookie_name, guarded
from staff_api.problems import Problem
from staff_api.rates import guessed_wrong, may_guess, may_sign_on
from staff_api.wiring import CLINIC

log = logging.getLogger("careward.staff_api")
PLACE = "/sign-in/sso"
NOBODY = "nobody"
WRONG_TOKENS = "logout tokens"


def carried(request: web.Request) -> str:
    return "__Secure-careward-sso" if behind_https(request.app) else "careward-sso"


def must_be_set_up(request: web.Request) -> None:
    if not request.app[CLINIC].settings.single_sign_on.issuer:
        raise Problem("not_found", "This clinic has no single sign-on.")


@guarded(PUBLIC)
async def go_there(request: web.Request) -> web.StreamResponse:
    """To the provider."""
    must_be_set_up(request)
    may_sign_on(request)
    try:
        where = onward(request.query.get("next", "/"))
        begun = await oidc.begin(request.app[CLINIC].settings, where, again="again" in request.query)
    except oidc.Failed as failed:
        return refused(request, failed)
    response = web.Response(status=303, headers={"Location": begun.address})
    response.set_cookie(
        carried(request), begun.sealed, httponly=True, samesite="Lax", secure=behind_https(request.app), path=PLACE,
        max_age=oidc.WITHIN)
    return response


@guarded(PUBLIC)
async def come_back(request: web.Request) -> web.StreamResponse:
    """From the provider, with a code that only it and we can read something from."""
    must_be_set_up(request)
    before = request.cookies.get(cookie_name(request.app), "")
    try:
        done = await oidc.finish(request.app[CLINIC].settings, request.cookies.get(carried(request), ""), dict(request.query))
        opened = await clinic_of(request).run(
            NOBODY, single_sign_on.sign_in, done.who, before if before.isascii() else "")
        response = let_in(request, opened, done.onward)
    except (oidc.Failed, staff.Refused) as failed:
        response = refused(request, failed)
    response.del_cookie(carried(request), path=PLACE, httponly=True, samesite="Lax", secure=behind_https(request.app))
    return response


@guarded(PUBLIC)
async def hear_of_logout(request: web.Request) -> web.StreamResponse:
    """The provider itself says that sessions are over (OpenID Connect Back-Channel Logout 1.0): here they end at once."""
    must_be_set_up(request)
    may_guess(request, WRONG_TOKENS)
    token = (await request.post()).get("logout_token", "") if request.content_type == FORM else ""
    try:
        over = await oidc.logged_out(request.app[CLINIC].settings, str(token))
        ended = await clinic_of(request).run("provider", single_sign_on.log_out, over)
    except (oidc.Failed, staff.Refused) as failed:
        guessed_wrong(request, WRONG_TOKENS)
        log.warning("single sign-on: a logout was not believed: %s", failed)
        return web.json_response({"error": "invalid_request", "error_description": str(failed)}, status=400)
    log.info("single sign-on: the provider has ended %d sessions", ended)
    return web.Response()


def refused(request: web.Request, failed: Exception) -> web.Response:
    if failed.__cause__ is not None:
        log.warning("single sign-on: %s (%s)", failed, type(failed.__cause__).__name__)
    return html(request, "sign_in.html", {"problem": str(failed), "email": "", "next": "/"}, 403)
