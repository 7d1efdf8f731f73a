"""A turn: one thing that happened, handled wholly or not at all. It is plain Python and cannot wait."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cache
from typing import Any, Protocol, TypeAlias

import sqlalchemy as sa
from sqlalchemy import Connection

from care import tables
from care.heart.chat_names import CHAT, actor_name, chat_name
from care.heart.event import Event
from care.heart.language import Lines, in_language, marks_in
from care.heart.prepared import Prepared
from care.heart.screen import Screen
from care.heart.settings import Settings

Reaction: TypeAlias = "Callable[[Turn, Any], None]"


class Lane(IntEnum):
    """Who goes first: a message overtakes what waits in the lanes behind it, never what waits in its own."""

    SAFETY, REPLY, DOSE, BROADCAST = range(4)


# A message that could not leave by then would only confuse: it expires, and who must know is told.
KEEPS = {Lane.SAFETY: timedelta(hours=24), Lane.REPLY: timedelta(hours=24), Lane.DOSE: timedelta(hours=1),
         Lane.BROADCAST: timedelta(hours=12)}


# What is told of a page, and what begins something else, goes to the chat, also while a page is read.
ALWAYS_IN_CHAT = ("question_page", "check_more", "lesson")
SEEN_WITHIN = timedelta(minutes=1)  # a safety card on a page that was not seen by then goes to the chat after all


@dataclass
class Page:
    """A page of our own where a patient reads now: what is said to them stands there, and not in the chat. `said` are the
    outbox rows of this turn that do."""

    id: int
    patient_id: int
    chat_id: int
    said: list[int] = field(default_factory=list)

    def places(self, lane: Lane, now: datetime) -> dict[str, Any]:
        """What its outbox row says beside all else: that it needs no sending; a safety card not unless it stays unseen."""
        here: dict[str, Any] = {"page_id": self.id, "once": None}  # what was said before is no longer to be seen on a page
        if lane is Lane.SAFETY:
            return here | {"not_before": now + SEEN_WITHIN}
        return here | {"outcome": "sent", "settled_at": now}


class Addressee(Protocol):
    """Whom a message is for: a patient or a stranger, the chat to write to, the language to write in."""

    @property
    def id(self) -> int | None: ...
    @property
    def chat_id(self) -> int | None: ...
    @property
    def language(self) -> str: ...
    @property
    def named(self) -> str | None:
        """The patient's name, where a message must say whom it is about: the chat holds more than one, or is a carer's."""


class Viewer(Protocol):
    """Who looks, as far as it matters for whom they see: see care/sight.py."""

    @property
    def id(self) -> int: ...
    @property
    def reach(self) -> str: ...
    @property
    def on_duty(self) -> bool: ...


@cache
def inserting(table: sa.Table, *columns: str) -> Prepared:
    return Prepared(sa.insert(table), *columns)


@cache
def inserting_once(table: sa.Table, dialect: str, *columns: str) -> Prepared:
    return Prepared(tables.insert_once(table, dialect).returning(table.c.id), *columns)


@cache
def journalling(dialect: str) -> Prepared:
    """On PostgreSQL turns overlap: the transaction's number lets a reader of the journal stop before one still open."""
    statement = sa.insert(tables.events)
    if dialect == "postgresql":
        statement = statement.values(xid=sa.literal_column("pg_current_xact_id()::text::bigint"))
    return Prepared(statement, "at", "actor", "kind", "patient_id", "facts", "origin")


@dataclass
class Turn:
    db: Connection
    now: datetime  # frozen: everything in a turn happens at the same moment
    actor: str
    settings: Settings
    reactions: Mapping[type[Event], tuple[Reaction, ...]]
    origin: str | None = None  # from where, if it came in by the staff's door
    viewer: Viewer | None = None  # for whom it is read; nobody in particular where something is changed
    told: bool = False  # something waits in the outbox because of this turn
    journalled: bool = False
    recalled: set[int] = field(default_factory=set)  # patients whose waiting messages were taken back
    warned: bool = False  # of danger: a card with what to do now
    page: Page | None = None  # where the patient whose turn it is reads

    def happened(self, event: Event) -> None:
        """Journal the event, then let the clinic react to it, in this same turn."""
        self.journalled = True
        journalling(self.db.dialect.name).change(self.db, {
            "at": self.now, "actor": actor_name(self.settings.staff.secret, self.actor), "kind": type(event).__name__,
            "patient_id": event.patient_id, "facts": self._told(event), "origin": self.origin})
        for react in self.reactions.get(type(event), ()):
            react(self, event)

    def _told(self, event: Event) -> dict[str, Any]:
        """What the journal keeps: of a chat its name instead of its number."""
        facts = event.facts()
        if "chat_id" in facts:
            number = facts.pop("chat_id")
            facts["chat"] = None if number is None else chat_name(self.settings.staff.secret, number)
        return facts

    def tell(
        self, to: Addressee, screen: Screen, lane: Lane = Lane.REPLY, *, topic: str = "reply", once: str | None = None,
        author: str | None = None, not_before: datetime | None = None, expires_at: datetime | None = None,
        because: str | None = None, broadcast: int | None = None,
    ) -> int | None:
        """Put a message in the outbox; it leaves if, and only if, this turn commits and the gate lets it.

        Saying it `once` twice says it once. `because` is what made us write, as `kind:key`: care/reasons.py turns it into the
        answer to "why did I get this?"; what nobody asked for needs one. Returns the outbox row's id; None if there is no chat
        to write to, or if it was said before.
        """
        if to.chat_id is None:
            return None
        text = Lines((f"{to.named}:", screen.text), " ") if to.named else screen.text
        row = {
            "patient_id": to.id, "chat_id": to.chat_id, "lane": int(lane), "topic": topic, "author": author, "because": because,
            "text": in_language(text, to.language), "entities": marks_in(text, to.language),
            "buttons": [[[in_language(label, to.language), data] for label, data in line] for line in screen.buttons],
            "placeholder": in_language(screen.placeholder, to.language) or None, "picture": screen.picture,
            "attachment": screen.attachment,
            "edits": screen.edits, "closes": screen.closes, "once": once, "broadcast_id": broadcast,
            "unprompted": not self.actor.startswith(CHAT), "created_at": self.now,
            "not_before": not_before or self.now, "expires_at": expires_at or self.now + KEEPS[lane]}
        self.told, self.warned = True, self.warned or lane is Lane.SAFETY
        page = self.page
        if page and topic not in ALWAYS_IN_CHAT and (to.id, to.chat_id) == (page.patient_id, page.chat_id):
            page.said.append(self.insert(tables.outbox, row | page.places(lane, self.now)))
            return page.said[-1]
        if once is None:
            return self.insert(tables.outbox, row)
        # Without RETURNING, a row that was there already would be taken for a new one.
        added = inserting_once(tables.outbox, self.db.dialect.name, *row).rows(self.db, row)
        return added[0].id if added else None

    def insert(self, table: sa.Table, row: Mapping[str, Any]) -> int:
        """File a row; return its id."""
        return inserting(table, *row).insert(self.db, row)

    def insert_once(self, table: sa.Table, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """File rows; one that is there already stays as it is."""
        self.db.execute(tables.insert_once(table, self.db.dialect.name), rows)
