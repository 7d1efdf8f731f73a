"""Passkeys: making one, taking one off, and answering with one: to sign in, or to show once more that it is you."""

from aiohttp import web

from care import passkeys, staff
from staff_api.call import Call
from staff_api.guards import address_of, clinic_of, cookie_name, from_our_own_page
from staff_api.problems import Problem
from staff_api.sessions import set_cookie, waiting_for_a_second
from staff_api.shapes.forms import Id
from staff_api.shapes.passkeys import NewPasskey, PasskeyAdded, PasskeyAnswer, PasskeyOptions
from staff_api.shapes.staff import Session
from staff_api.views.accounts import unless_refused
from staff_api.wiring import SIGNING_IN


def token_of(call: Call) -> str:
    return call.request.cookies.get(cookie_name(call.request.app), "")


async def offer_passkey(call: Call) -> PasskeyOptions:
    """What your browser needs to make a passkey. It counts once it is added."""
    call.must_be_fresh()
    me = call.person
    return PasskeyOptions(options=await call.run(unless_refused, passkeys.offer, me.id, me.email, me.name, token_of(call)))


async def add_passkey(call: Call, body: NewPasskey) -> PasskeyAdded:
    """Keep the passkey that your browser has made; from then on one is asked for when you sign in."""
    added = await call.run(
        unless_refused, passkeys.add, call.person.id, token_of(call), body.name, body.id, body.client_data, body.attestation)
    return PasskeyAdded.of(added)


async def remove_passkey(call: Call, passkey_id: Id) -> None:
    """Take one of your own off."""
    call.must_be_fresh()
    if not await call.run(passkeys.remove, call.person.id, passkey_id):
        raise Problem("not_found")


async def ask_passkey_proof(call: Call) -> PasskeyOptions:
    """What your browser needs to show with a passkey once more that it is you."""
    return PasskeyOptions(options=await call.run(unless_refused, passkeys.ask, call.person.id, token_of(call)))


async def prove_by_passkey(call: Call, body: PasskeyAnswer) -> None:
    """Show by a passkey once more that it is you; what is sensitive can be done for the next 15 minutes."""
    if not await call.run(staff.proved_by_passkey, call.person.id, token_of(call), body.as_given()):
        raise Problem("wrong_sign_in", "That is no passkey of yours, or it answered too late; try again.")


async def ask_passkey(call: Call) -> PasskeyOptions:
    """The second step of signing in: what your browser needs to answer with a passkey."""
    from_our_own_page(call.request)
    token = token_of(call)
    waiting = await waiting_for_a_second(call.request, token)
    return PasskeyOptions(options=await call.clinic.run(f"staff:{waiting.id}", unless_refused, passkeys.ask, waiting.id, token))


async def give_passkey(call: Call, body: PasskeyAnswer) -> Session:
    """The second step of signing in, by a passkey. The cookie is a new one from here on."""
    opened = await second_step(call.request, body)
    call.touches.append(lambda response: set_cookie(call.request.app, response, opened))
    return Session.of(opened.session)


async def second_step(request: web.Request, answer: PasskeyAnswer) -> staff.Opened:
    """A session in place of one that waited. Wrong answers are counted as wrong passwords are."""
    from_our_own_page(request)
    clinic, address, token = clinic_of(request), address_of(request), request.cookies.get(cookie_name(request.app), "")
    async with request.app[SIGNING_IN]:
        waiting = await waiting_for_a_second(request, token)
        if not await clinic.read(staff.may_try, waiting.email, address):
            raise Problem("too_many_attempts", headers={"Retry-After": "300"})
        opened = await clinic.run(f"staff:{waiting.id}", staff.give_passkey, token, answer.as_given())
        if opened is None:
            await clinic.run("nobody", staff.failed, waiting.email, address)
            raise Problem("wrong_sign_in", "That is no passkey of yours, or it answered too late; try again.")
    return opened
