"""Signing in and out, and the one-time link that lets in the first person on staff."""

from aiohttp import web

from care import joining, staff
from staff_api import passwords
from staff_api.call import Call
from staff_api.guards import address_of, behind_https, clinic_of, cookie_name, from_our_own_page
from staff_api.problems import Fault, Problem
from staff_api.shapes.staff import GivenCode, Proof, Session, SetUp, SetUpLink, SignIn
from staff_api.wiring import SIGNING_IN

NOBODY = "nobody"


async def open_session(call: Call, body: SignIn) -> Session:
    """Sign in with e-mail and password. The session comes as a cookie; `csrf` goes into a header of every change."""
    opened = await sign_in(call.request, body.email, body.password)
    call.touches.append(lambda response: set_cookie(call.request.app, response, opened))
    return Session.of(opened.session)


async def give_code(call: Call, body: GivenCode) -> Session:
    """The second step of signing in: a code of the app, or a recovery code. The cookie is a new one from here on."""
    opened = await second_step(call.request, body.code)
    call.touches.append(lambda response: set_cookie(call.request.app, response, opened))
    return Session.of(opened.session)


async def prove(call: Call, body: Proof) -> None:
    """Show once more that it is you; what is sensitive can be done for the next 15 minutes."""
    await right_password(call.request, call.person.email, body.password)
    await call.run(staff.proved, call.request.cookies.get(cookie_name(call.request.app), ""))


async def this_session(call: Call) -> Session:
    """Who is signed in, and the token for changes."""
    return Session.of(call.caller.session)


async def close_session(call: Call) -> None:
    """Sign out."""
    token = call.request.cookies.get(cookie_name(call.request.app), "")
    await call.run(staff.sign_out, token)
    call.touches.append(lambda response: clear_cookie(call.request.app, response))


async def setup_link(call: Call, token: str) -> SetUpLink:
    """Whether a one-time setup link still works."""
    link = await call.read(joining.link, token)
    if link is None:
        raise dead_link()
    return SetUpLink(
        clinic=call.clinic.settings.clinic.name, shortest_password=passwords.SHORTEST, email=link.email,
        again=link.staff_id is not None,
    )  # fmt: skip


async def set_up(call: Call, token: str, body: SetUp) -> Session:
    """Set up a person on staff through a one-time link, and sign them in."""
    opened = await take_up(call.request, token, body)
    call.touches.append(lambda response: set_cookie(call.request.app, response, opened))
    return Session.of(opened.session)


async def sign_in(request: web.Request, email: str, password: str) -> staff.Opened:
    """A new session for whoever knows the password; the same refusal whatever is wrong."""
    from_our_own_page(request)
    member = await right_password(request, email, password)
    before = request.cookies.get(cookie_name(request.app), "")
    before = before if before.isascii() else ""
    return await clinic_of(request).run(f"staff:{member.id}", staff.sign_in, member.id, before)


async def right_password(request: web.Request, email: str, password: str) -> staff.StaffMember:
    """Whose password it is. Raises the same problem whatever is wrong, and counts it."""
    clinic, address = clinic_of(request), address_of(request)
    async with request.app[SIGNING_IN]:  # one after the other: many at once could not all be counted before they are tried
        if not await clinic.read(staff.may_try, email, address):
            raise Problem("too_many_attempts", headers={"Retry-After": "300"})
        member, password_hash = await clinic.read(staff.by_email, email) or (None, None)
        right = await passwords.matches(password, password_hash)
        if not right or member is None or not member.active:
            await clinic.run(NOBODY, staff.failed, email, address)
            raise Problem("wrong_sign_in")
    return member


async def second_step(request: web.Request, code: str) -> staff.Opened:
    """A session in place of one that waited for a code. Codes are counted as passwords are."""
    from_our_own_page(request)
    clinic, address, token = clinic_of(request), address_of(request), request.cookies.get(cookie_name(request.app), "")
    async with request.app[SIGNING_IN]:
        waiting = await waiting_for_a_second(request, token)
        if not await clinic.read(staff.may_try, waiting.email, address):
            raise Problem("too_many_attempts", headers={"Retry-After": "300"})
        opened = await clinic.run(f"staff:{waiting.id}", staff.give_code, token, code)
        if opened is None:
            await clinic.run(NOBODY, staff.failed, waiting.email, address)
            raise Problem("wrong_sign_in", "That is not the code that the app shows now, nor a recovery code that is left.")
    return opened


async def waiting_for_a_second(request: web.Request, token: str) -> staff.StaffMember:
    """Who has given their password and not yet what is asked for beside it."""
    waiting = await clinic_of(request).read(staff.code_awaited, token) if token.isascii() else None
    if waiting is None:
        raise Problem("unauthenticated", "Give your password first; a code is awaited for five minutes after it.")
    return waiting


async def take_up(request: web.Request, token: str, wanted: SetUp) -> staff.Opened:
    """Set up the person the link was made for; the link works once."""
    from_our_own_page(request)
    clinic = clinic_of(request)
    if await clinic.read(joining.link, token) is None:
        raise dead_link()
    try:
        passwords.check(wanted.password, wanted.name, wanted.email.partition("@")[0], clinic.settings.clinic.name)
    except passwords.TooWeak as error:
        raise Problem("invalid_body", errors=[Fault(pointer="/password", detail=str(error))])
    password_hash = await passwords.hashed(wanted.password)
    try:
        member = await clinic.run(NOBODY, joining.take_up, token, wanted.email, wanted.name, password_hash)
    except staff.Refused as error:
        raise Problem("conflict", str(error))
    return await clinic.run(f"staff:{member.id}", staff.sign_in, member.id)


def dead_link() -> Problem:
    return Problem("not_found", "This setup link has been used or has expired; whoever runs the clinic makes a new one.")


def set_cookie(app: web.Application, response: web.StreamResponse, opened: staff.Opened) -> None:
    response.set_cookie(cookie_name(app), opened.token, httponly=True, samesite="Lax", secure=behind_https(app), path="/")


def clear_cookie(app: web.Application, response: web.StreamResponse) -> None:
    response.del_cookie(cookie_name(app), httponly=True, samesite="Lax", secure=behind_https(app), path="/")
