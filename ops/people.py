"""People on staff and keys for programs, from the command line."""

from datetime import timedelta

from care import staff
from care.heart.settings import Settings
from ops.database import opened
from ops.stop import Stop
from staff_api import passwords


async def setup_link(settings: Settings) -> str:
    async with opened(settings) as clinic:
        token = await clinic.run("ops", staff.new_setup_link)
    return f"{address(settings, token)}\nFor one person, once, within {minutes()} minutes."


def address(settings: Settings, token: str) -> str:
    return f"{settings.staff.public_url.rstrip('/')}/setup/{token}"


def minutes() -> int:
    return int(staff.SETUP_LINK_GOOD_FOR.total_seconds() // 60)


async def add(settings: Settings, email: str, name: str, password: str) -> str:
    try:
        passwords.check(password, email, name)
        async with opened(settings) as clinic:
            member = await clinic.run("ops", staff.add, email, name, await passwords.hashed(password))
    except (passwords.TooWeak, staff.Refused) as error:
        raise Stop(str(error), 2) from None
    return f"{member.name} <{member.email}> is on staff."


async def new_key(settings: Settings, name: str, scopes: tuple[str, ...], days: int) -> str:
    async with opened(settings) as clinic:
        try:
            _, secret = await clinic.run("ops", staff.new_key, name, scopes, clinic.now() + timedelta(days=days))
        except staff.Refused as error:
            raise Stop(str(error), 2) from None
    return f"{secret}\nKeep it now: it is not shown again."
