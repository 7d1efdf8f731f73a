"""What the application carries with it: the clinic, and the few things that whoever starts it may choose."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Protocol

from aiohttp import web

from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.question_pages import Opened, QuestionPage
from care.secret_links import Wrong

CLINIC = web.AppKey("clinic", Clinic)

INVITE_LINK: web.AppKey[Callable[[str], str]] = web.AppKey("invite_link", Callable[[str], str])  # type: ignore[arg-type]
"""Turns an invitation's token into the link that a patient opens."""



class Questions(Protocol):
    """How a conversation is held on a page of our own: the bot's door knows, and `ops` hands it over (bot/on_page.py)."""

    def open_(self, turn: Turn, token: str, born: date | None) -> Opened | Wrong | None: ...
    def look(self, turn: Turn, page: QuestionPage) -> Any: ...
    def tapped(self, turn: Turn, page: QuestionPage, once: str, data: str) -> None: ...
    def typed(self, turn: Turn, page: QuestionPage, once: str, question: int, said: str) -> None: ...
    def typed_late(self, turn: Turn, page: QuestionPage, once: str, said: str) -> bool: ...
    def not_heard(self, turn: Turn, page: QuestionPage, once: str, sent: str, error: str) -> None: ...


QUESTIONS: web.AppKey[Questions] = web.AppKey("questions", Questions)  # type: ignore[type-abstract]
"""Holds the conversations on pages of questions; without it there are no such pages."""

HEARTBEAT = web.AppKey("heartbeat", float)
"""Seconds of silence after which an event stream says that it is still there."""

CLOSING = web.AppKey("closing", asyncio.Event)
"""Set when the application goes down, so that streams end by themselves."""

SIGNING_IN = web.AppKey("signing_in", asyncio.Lock)
"""Held by whoever is just trying a password."""

LOOKED: web.AppKey[dict[Any, datetime]] = web.AppKey("looked", dict)
"""Who has just looked at what: see reach.py."""

PROBLEM_PAGE: web.AppKey[Callable[[web.Request, Any], web.Response]] = web.AppKey(
    "problem_page", Callable[[web.Request, Any], web.Response])  # type: ignore[arg-type]
"""Shows to a person in a browser what a program would get as problem+json; the console brings it along."""

SAID = web.RequestKey("said", dict[str, str])
"""Headers that the answer to a request carries, whatever it turns out to be."""

SPENT: web.AppKey[dict[Any, Any]] = web.AppKey("spent", dict)
"""How often each session and key has asked lately: see rates.py."""

PRESENT: web.AppKey[dict[str, datetime]] = web.AppKey("present", dict)
"""When each session and key was last put on record as being in use."""
