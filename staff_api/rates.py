"""How often one session, or one key, may ask: a budget each, told in every answer, and refilled when its window is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from aiohttp import web

from care.heart.settings import StaffSettings
from staff_api.guards import Caller, address_of
from staff_api.problems import Problem
from staff_api.wiring import CLINIC, SAID, SPENT

REQUESTS, EXPORTS = "requests", "exports"
MOST_REMEMBERED = 10_000
AN_HOUR, MOST_WRONG = timedelta(hours=1), 20
MOST_ACTS = 90  # a minute, on one page
MOST_SIGN_ONS = 60  # a minute, from one address: a clinic's whole morning shift comes from one


@dataclass
class Spent:
    """What somebody has had of a budget since their window began."""

    since: datetime
    times: int = 0


def budget(settings: StaffSettings, policy: str) -> tuple[int, timedelta]:
    """How many, in how long; 0: as many as they like."""
    if policy == EXPORTS:
        return settings.exports_an_hour, timedelta(hours=1)
    return settings.requests_a_minute, timedelta(minutes=1)


def spend(request: web.Request, caller: Caller, policy: str) -> None:
    """Count this request, and say in the answer what is left. Raises Problem when nothing is.

    Counted in this process: where several serve, each has its own count."""
    clinic, spent = request.app[CLINIC], request.app[SPENT]
    quota, window = budget(clinic.settings.staff, policy)
    if not quota:
        return
    now = clinic.now()
    had = so_far(spent, (caller.credential, policy), now, window)
    had.times += 1
    wait = ceil((had.since + window - now).total_seconds())
    request[SAID]["RateLimit-Policy"] = f'"{policy}";q={quota};w={int(window.total_seconds())}'
    request[SAID]["RateLimit"] = f'"{policy}";r={max(0, quota - had.times)};t={wait}'
    if had.times > quota:
        raise Problem("too_many_requests", headers={"Retry-After": str(wait)})


def so_far(spent: dict[tuple[str, str], Spent], whose: tuple[str, str], now: datetime, window: timedelta) -> Spent:
    """What they have had in the window that is running; a new one where it is over."""
    had = spent.get(whose)
    if had is None or now >= had.since + window:
        if len(spent) >= MOST_REMEMBERED:
            forget(spent, now)
        had = spent[whose] = Spent(now)
    return had


def forget(spent: dict[tuple[str, str], Spent], now: datetime) -> None:
    """Of those that begin afresh anyway, if there are any; else of everyone: to be generous once is better than to grow."""
    for whose in [one for one, had in spent.items() if had.since + timedelta(hours=1) <= now] or list(spent):
        del spent[whose]


def may_guess(request: web.Request, what: str) -> None:
    """Whoever tries links of a kind is stopped long before one is found. Raises Problem."""
    if _wrong(request, what).times >= MOST_WRONG:
        raise Problem("too_many_requests", headers={"Retry-After": str(int(AN_HOUR.total_seconds()))})


def may_act(request: web.Request, whose: str) -> None:
    """Nobody answers faster than this. Raises Problem."""
    had = so_far(request.app[SPENT], (whose, "acts"), request.app[CLINIC].now(), timedelta(minutes=1))
    had.times += 1
    if had.times > MOST_ACTS:
        raise Problem("too_many_requests", headers={"Retry-After": "60"})


def may_sign_on(request: web.Request) -> None:
    """Each costs the clinic's identity provider a question. Raises Problem."""
    had = so_far(request.app[SPENT], (address_of(request), "sign-ons"), request.app[CLINIC].now(), timedelta(minutes=1))
    had.times += 1
    if had.times > MOST_SIGN_ONS:
        raise Problem("too_many_requests", headers={"Retry-After": "60"})


def guessed_wrong(request: web.Request, what: str) -> None:
    _wrong(request, what).times += 1


def _wrong(request: web.Request, what: str) -> Spent:
    """What was wrong from this address lately."""
    return so_far(request.app[SPENT], (address_of(request), what), request.app[CLINIC].now(), AN_HOUR)
