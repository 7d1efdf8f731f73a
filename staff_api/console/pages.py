"""Rendering: a template and what it says become HTML, everything escaped. The door adds the strict content security policy."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from care.broadcasts.results import STATUSES
from care.pools import TOPICS
from staff_api.console import words
from staff_api.console.icons import icon

HERE = Path(__file__).parent


def _local(context: Context, at: datetime) -> datetime:
    return at.astimezone(context["zone"])


@pass_context
def _clock(context: Context, at: datetime) -> str:
    """The time of day, at the clinic."""
    return f"{_local(context, at):%H:%M}"


@pass_context
def _then(context: Context, at: datetime) -> str:
    """The time of day, at the clinic, with its day where that is another."""
    return words.then(_local(context, at), _local(context, context["now"]))


@pass_context
def _lately(context: Context, at: datetime) -> str:
    return words.lately(_local(context, at), _local(context, context["now"]))


@pass_context
def _day(context: Context, at: datetime) -> str:
    return words.day(_local(context, at), _local(context, context["now"]))


@pass_context
def _moment(context: Context, at: datetime) -> str:
    """Day and time at the clinic, in full."""
    at = _local(context, at)
    return f"{at.day} {at:%B %Y, %H:%M}"


@pass_context
def _wall(context: Context, at: datetime) -> str:
    """A moment that stands on a site's or a patient's own wall already."""
    return words.wall(at, context["now"])


def _in_zone(at: datetime, zone: str | None) -> datetime:
    return at.astimezone(ZoneInfo(zone)) if zone else at


@pass_context
def _day_of(context: Context, at: datetime) -> str:
    return words.calendar(_local(context, at).date())


def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    env.globals.update(
        icon=icon, SEVERITIES=words.SEVERITIES, OUTCOMES=words.OUTCOMES, SETTLED=words.SETTLED, SITUATIONS=words.SITUATIONS,
        BROADCAST_STATES=words.BROADCAST_STATES, BROADCAST_TOPICS=words.BROADCAST_TOPICS, BROADCAST_STATUSES=STATUSES,

        SITUATIONS_AS_ASKED=words.SITUATIONS_AS_ASKED, TIMING_KINDS=words.TIMING_KINDS, WINDOWS=words.WINDOWS,
        CALLS=words.CALLS, STEPS=words.STEPS, VIEWS=words.VIEWS, EMPTY_VIEWS=words.EMPTY_VIEWS, RUNGS=words.RUNGS,
        ROLES=words.ROLES,
        MODES=words.MODES, OFFER_STATES=words.OFFER_STATES, A_DAY=timedelta(days=1),
        WEEKDAYS=words.WEEKDAYS, RESTS=words.RESTS, LONGEST_REST=words.LONGEST_REST, LONGEST_WAIT=words.LONGEST_WAIT,
        nobody=words.nobody,
    )  # fmt: skip
    env.filters.update(
        clock=_clock, day=_day, day_of=_day_of, moment=_moment, age=words.age, calendar=words.calendar, country=words.country,
        delivery=words.delivery, due=words.due, language=words.language, lasting=words.lasting,
        then=_then, lately=_lately, timing=words.timing, topic=TOPICS.__getitem__, urgency=words.urgency,
        waiting=words.waiting, wall=_wall, in_zone=_in_zone, visit_state=words.visit_state, visit_mark=words.visit_mark,
    )  # fmt: skip
    return env


PAGES = environment()


def page(name: str, context: Mapping[str, Any]) -> str:
    return PAGES.get_template(name).render(**context)
