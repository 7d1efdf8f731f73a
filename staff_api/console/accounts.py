"""Pages of accounts: one's own, and those of colleagues. What is sensitive asks for the password once more."""

from dataclasses import replace
from typing import Any

from aiohttp import web
from markupsafe import Markup
from pydantic import BaseModel

from care import factors, joining, notices, passkeys, staff, worklist
from care.heart.turn import Turn
from care.roles import ROLES
from staff_api import passwords
from staff_api.console.visit import Visit, visited
from staff_api.guards import SIGNED_IN, cookie_name
from staff_api.sessions import right_password
from staff_api.shapes.forms import Id, Sent
from staff_api.shapes.passkeys import NewPasskey
from staff_api.shapes.staff import Email, GivenCode, NewColleague, NewPassword, Password, Reach, Role, RoleChange
from staff_api.views import accounts as api
from staff_api.views import passkeys as passkeys_api

REACH_WORDS = {"clinic": "every patient", "sites": "patients of their sites", "caseload": "patients on their caseload"}


class Sensitive(Sent):
    """A form that asks for the password too. Empty: they have shown lately, by a passkey say, that it is them."""

    own_password: Password = ""


class Invitation(Sensitive):
    email: Email
    role: Role
    reach: Reach | None = None


class Change(Sensitive):
    role: Role
    reach: Reach


class NewOne(Sent):
    current: Password
    new: Password


class Act(Sensitive):
    staff_id: Id | None = None


class MadePasskey(NewPasskey):
    """The password was asked for before it was made."""

    own_password: Password = ""


async def proving(visit: Visit, shape: type[Any]) -> Any:
    """The form, once its password was right: then what is sensitive can be done."""
    filled = await visit.form(shape)
    if not filled.own_password:
        visit.must_be_fresh()
        return filled
    person = await right_password(visit.request, visit.person.email, filled.own_password)
    assert visit.caller.session
    await visit.run(staff.proved, visit.request.cookies.get(cookie_name(visit.request.app), ""))
    visit.caller = replace(visit.caller, session=replace(visit.caller.session, staff=person, proved_at=visit.clinic.now()))
    return filled


def frame(turn: Turn) -> dict[str, Any]:
    """What stands around every page."""
    return {"waiting_count": worklist.counts(turn)["open"], "notices": notices.standing(turn)}


async def account_page(visit: Visit, **news: Any) -> web.Response:
    mine: factors.Factors = await visit.read(factors.of, visit.person.id)
    keys = await visit.read(passkeys.of, visit.person.id)
    said = {"offered": None, "codes": None, "said": None, **news}
    name = "account_sheet.html" if visit.swaps else "account.html"
    return visit.page(
        name, place="account", heading="My account", factors=mine, passkeys=keys,
        possible=await visit.read(passkeys.possible), shortest=passwords.SHORTEST,
        role=ROLES[visit.person.role], reach=REACH_WORDS[visit.person.reach], **said, **await visit.read(frame),
    )  # fmt: skip


@visited(SIGNED_IN)
async def get_account(visit: Visit) -> web.Response:
    """My account: what I sign in with."""
    return await account_page(visit)


@visited(SIGNED_IN)
async def change_password(visit: Visit) -> web.Response:
    """A new password."""
    filled = await visit.form(NewOne)
    await api.change_password(visit, NewPassword(current=filled.current, new=filled.new))
    return await account_page(visit, said="Your password is changed. You are signed out everywhere else.")


@visited(SIGNED_IN)
async def offer_app(visit: Visit) -> web.Response:
    """A second factor: the code to scan."""
    await proving(visit, Act)
    offered = await api.offer_app(visit)
    qr = Markup(offered.qr_svg)  # noqa: S704 - drawn by us, from a secret of our own making
    return await account_page(visit, offered={"secret": offered.secret, "qr": qr})


@visited(SIGNED_IN)
async def confirm_app(visit: Visit) -> web.Response:
    """The second factor works."""
    made = await api.confirm_app(visit, await visit.form(GivenCode))
    return await account_page(visit, codes=made.codes)


@visited(SIGNED_IN)
async def remove_app(visit: Visit) -> web.Response:
    """No second factor any more."""
    await proving(visit, Act)
    await api.remove_app(visit)
    return await account_page(visit, said="The app is taken off.")


@visited(SIGNED_IN)
async def new_recovery_codes(visit: Visit) -> web.Response:
    """Ten new recovery codes."""
    await proving(visit, Act)
    made = await api.new_recovery_codes(visit)
    return await account_page(visit, codes=made.codes)


@visited(SIGNED_IN)
async def add_passkey(visit: Visit) -> web.Response:
    """One more passkey; with the first come recovery codes."""
    added = await passkeys_api.add_passkey(visit, as_sent(NewPasskey, await visit.form(MadePasskey)))
    said = f"“{added.passkey.name}” signs you in from now on, after your password."
    return await account_page(visit, codes=added.recovery_codes or None, said=said)


@visited(SIGNED_IN)
async def remove_passkey(visit: Visit) -> web.Response:
    """One passkey less."""
    await proving(visit, Act)
    await passkeys_api.remove_passkey(visit, visit.number("passkey_id"))
    return await account_page(visit, said="The passkey is taken off.")


@visited(SIGNED_IN)
async def sign_out_everywhere(visit: Visit) -> web.Response:
    """Sign out here and everywhere else."""
    await api.sign_out_everywhere(visit)
    return visit.goes_to("/sign-in")


async def staff_page(visit: Visit, **news: Any) -> web.Response:
    people: list[joining.Colleague] = await visit.read(joining.colleagues)
    name = "staff_sheet.html" if visit.swaps else "staff.html"
    return visit.page(
        name, place="staff", heading="Staff", colleagues=people, roles=ROLES, reaches=REACH_WORDS,
        **{"invited": None, "said": None, **news}, **await visit.read(frame),
    )  # fmt: skip


@visited("accounts:write")
async def get_staff(visit: Visit) -> web.Response:
    """Who is on staff, in which role."""
    return await staff_page(visit)


@visited("accounts:write")
async def invite(visit: Visit) -> web.Response:
    """Invite a colleague: the link is shown this once."""
    filled = await proving(visit, Invitation)
    made = await api.invite_colleague(visit, as_sent(NewColleague, filled))
    return await staff_page(visit, invited={"link": made.link, "email": filled.email, "until": made.expires_at})


@visited("accounts:write")
async def change_role(visit: Visit) -> web.Response:
    """Another role, or another reach."""
    filled = await proving(visit, Change)
    which = visit.number("staff_id")
    kept = next((one.site_ids for one in await visit.read(joining.colleagues) if one.id == which), [])
    changed = await api.change_role(visit, which, RoleChange(role=filled.role, reach=filled.reach, site_ids=kept))
    return await staff_page(visit, said=f"{changed.name} is now {ROLES[changed.role].title.lower()}, and signs in anew.")


@visited("accounts:write")
async def reset(visit: Visit) -> web.Response:
    """A new password for somebody, by a link."""
    await proving(visit, Act)
    member = await visit.read(staff.by_id, visit.number("staff_id"))
    made = await api.reset_colleague(visit, visit.number("staff_id"))
    return await staff_page(
        visit, invited={"link": made.link, "email": member.email if member else "", "until": made.expires_at})


@visited("accounts:write")
async def let_go(visit: Visit) -> web.Response:
    """Somebody is no longer on staff."""
    await proving(visit, Act)
    await api.let_go(visit, visit.number("staff_id"))
    return await staff_page(visit, said="They are signed out everywhere. What they did stays on record.")


def as_sent(shape: type[BaseModel], filled: BaseModel) -> Any:
    return shape.model_validate(filled.model_dump(exclude={"own_password"}))
