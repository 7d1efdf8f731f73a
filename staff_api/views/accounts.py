"""Accounts: one's own, and those of colleagues: invited, given a role, taken off staff."""

from collections.abc import Callable
from typing import Any

from care import factors, joining, passkeys, staff
from care.heart.turn import Turn
from staff_api import passwords
from staff_api.call import Call, found
from staff_api.guards import cookie_name
from staff_api.problems import Fault, Problem
from staff_api.qr import svg
from staff_api.sessions import right_password
from staff_api.shapes.forms import Id
from staff_api.shapes.passkeys import Passkey
from staff_api.shapes.staff import (
    Account,
    Colleague,
    Colleagues,
    GivenCode,
    Invited,
    NewColleague,
    NewPassword,
    OfferedApp,
    RecoveryCodes,
    RoleChange,
    StaffMember,
)


async def list_colleagues(call: Call) -> Colleagues:
    """Everybody who is, or was, on staff."""
    return Colleagues(items=[Colleague.of(one) for one in await call.read(joining.colleagues)])


async def invite_colleague(call: Call, body: NewColleague) -> Invited:
    """Invite a colleague to a role. The link is in this answer and nowhere else, and good for three days."""
    call.must_be_fresh()
    return invited(call, await call.run(unless_refused, joining.invite, body.email, body.role, body.reach))


def invited(call: Call, made: joining.Made) -> Invited:
    address = f"{call.clinic.settings.staff.public_url.rstrip('/')}/setup/{made.token}"
    return Invited(link=address, expires_at=made.expires_at)


async def change_role(call: Call, staff_id: Id, body: RoleChange) -> Colleague:
    """What a colleague may do, and whom they see. They are signed out everywhere, so that it holds at once."""
    call.must_be_fresh()
    return await call.change(Colleague, with_role, staff_id, body)


def with_role(turn: Turn, staff_id: int, wanted: RoleChange) -> joining.Colleague | None:
    changed = unless_refused(turn, staff.change_role, staff_id, wanted.role, wanted.reach, tuple(wanted.site_ids))
    return next((one for one in joining.colleagues(turn) if one.id == staff_id), None) if changed else None


async def let_go(call: Call, staff_id: Id) -> None:
    """Take somebody off staff: they are signed out everywhere, their keys work no more. What they did stays on record."""
    call.must_be_fresh()
    if not await call.run(unless_refused, joining.let_go, staff_id):
        raise Problem("not_found")


async def reset_colleague(call: Call, staff_id: Id) -> Invited:
    """A link by which a colleague gets a new password, and no second factor; they are signed out everywhere."""
    call.must_be_fresh()
    return invited(call, found(await call.run(unless_refused, joining.reset, staff_id)))


async def sign_out_colleague(call: Call, staff_id: Id) -> None:
    """Sign a colleague out everywhere, at once."""
    found(await call.read(staff.by_id, staff_id))
    await call.run(staff.sign_out_everywhere, staff_id)


async def get_account(call: Call) -> Account:
    """Your own account."""
    mine = await call.read(factors.of, call.person.id)
    return Account(
        staff=StaffMember.of(call.person), scopes=sorted(call.person.scopes), app=mine.app,
        recovery_codes_left=mine.recovery_codes_left,
        passkeys=[Passkey.of(one) for one in await call.read(passkeys.of, call.person.id)],
    )  # fmt: skip


async def change_password(call: Call, body: NewPassword) -> None:
    """A new password. You stay signed in here, and nowhere else."""
    person = call.person
    await right_password(call.request, person.email, body.current)
    try:
        passwords.check(body.new, person.name, person.email.partition("@")[0], call.clinic.settings.clinic.name)
    except passwords.TooWeak as error:
        raise Problem("invalid_body", errors=[Fault(pointer="/new", detail=str(error))])
    here = call.request.cookies.get(cookie_name(call.request.app), "")
    await call.run(staff.change_password, person.id, await passwords.hashed(body.new), here)


async def offer_app(call: Call) -> OfferedApp:
    """A secret for an app that shows codes. It counts once it is confirmed."""
    call.must_be_fresh()
    offered = await call.run(unless_refused, factors.offer_app, call.person.id, call.person.email)
    return OfferedApp(secret=offered.secret, uri=offered.uri, qr_svg=svg(offered.uri))


async def confirm_app(call: Call, body: GivenCode) -> RecoveryCodes:
    """Confirm the app with a code that it shows; from then on one is asked for when you sign in."""
    return RecoveryCodes(codes=await call.run(unless_refused, factors.confirm_app, call.person.id, body.code))


async def remove_app(call: Call) -> None:
    """Take the app off; without a passkey, the password alone signs you in again."""
    call.must_be_fresh()
    if not await call.run(factors.remove, call.person.id):
        raise Problem("not_found", "There is no app.")


async def new_recovery_codes(call: Call) -> RecoveryCodes:
    """Ten new recovery codes; those before them work no more."""
    call.must_be_fresh()
    if not (await call.read(factors.of, call.person.id)).second:
        raise Problem("conflict", "Recovery codes take the place of an app's code, or a passkey; set one up first.")
    return RecoveryCodes(codes=await call.run(factors.new_recovery_codes, call.person.id))


async def sign_out_everywhere(call: Call) -> None:
    """Sign out here and everywhere else."""
    await call.run(staff.sign_out_everywhere, call.person.id)


def unless_refused(turn: Turn, act: Callable[..., Any], *args: Any) -> Any:
    try:
        return act(turn, *args)
    except (staff.Refused, factors.Refused) as refused:
        raise Problem("conflict", str(refused)) from None
