"""Telegram itself: bots, those they talk with, and the one way in for a call. No network, no time of its own."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator import methods
from simulator.call import Call, Upload
from simulator.faults import Fault, Plan
from simulator.files import Files
from simulator.journal import Journal
from simulator.pace import Pace, too_many
from simulator.profile import Profile
from simulator.records import QUERY_LIFETIME, Chat, Message, Query, Refused, StoredFile, User, Wire
from simulator.updates import Updates

if TYPE_CHECKING:
    from simulator.people import Person

TOKEN = re.compile(r"(\d+):[\w-]+")


class Event(NamedTuple):
    """Something a phone would show at once."""

    kind: str  # message, edit, delete, typing, toast, phones or commands
    bot: Bot
    chat: Chat | None
    message: Message | None = None
    text: str | None = None
    show_alert: bool = False


class Bot:
    """One bot's account and everything that is its own: chats, updates, commands, names."""

    def __init__(self, token: str, user: User, random: Random, pace: bool, keep: int | None):
        self.token, self.user, self._keep = token, user, keep
        self.pace = Pace(pace)
        self.chats: dict[int, Chat] = {}
        self.updates = Updates(random)
        self.profile = Profile(user.first_name)
        self.queries: OrderedDict[str, Query] = OrderedDict()
        self.privacy = True  # in groups it hears only commands, mentions and replies to itself
        self._message_ids = count(1)
        self._query_ids = count(random.randrange(10**17, 10**18))

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def chat_with(self, user: User) -> Chat:
        if user.id not in self.chats:
            self.chats[user.id] = Chat(user.id, "private", person=user, keep=self._keep)
        return self.chats[user.id]

    def new_query(self, chat: Chat, message: Message | None, now: datetime) -> Query:
        while self.queries and now - next(iter(self.queries.values())).at > QUERY_LIFETIME:
            self.queries.popitem(last=False)
        query = Query(str(next(self._query_ids)), chat, message, now)
        self.queries[query.id] = query
        return query


class Answer(NamedTuple):
    code: int
    body: Wire


class Telegram:
    """All state. `clock` gives the time; the same seed and the same calls give the same ids.

    `pace` turns Telegram's own speed limits on. `keep` bounds how many messages a chat remembers, for very long runs.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        seed: int = 0,
        pace: bool = False,
        journal: Journal | None = None,
        keep: int | None = None,
    ):
        self.clock, self._pace, self._keep = clock, pace, keep
        self.random = Random(seed)  # noqa: S311 - ids that look like Telegram's, not secrets
        self.journal = Journal() if journal is None else journal
        self.faults = Plan(seed)
        self.files = Files(self.random)
        self.latency = 0.0  # seconds by which every answer is late
        self.bots: dict[str, Bot] = {}
        self.people: dict[tuple[int, int], Person] = {}  # by bot and user
        self.listeners: list[Callable[[Event], None]] = []
        self.on_webhook: Callable[[Bot], None] | None = None
        self.on_request: Callable[[str, Mapping[str, Any]], None] | None = None  # as it comes in, before any delay
        self.calls: dict[str, int] = {}  # accepted, by method
        self.refusals: dict[int, int] = {}  # refused, by code
        self._user_ids = count(1001)
        self._group_ids = count(1)

    def now(self) -> datetime:
        return self.clock()

    @property
    def pace(self) -> bool:
        return self._pace

    @pace.setter
    def pace(self, on: bool) -> None:
        self._pace = on
        for bot in self.bots.values():
            bot.pace.on = on

    def add_bot(self, token: str, username: str = "laptop_bot", first_name: str = "Bot") -> Bot:
        match = TOKEN.fullmatch(token)
        if not match:
            raise ValueError("a bot token is digits, a colon and a secret")
        user = User(int(match[1]), first_name, is_bot=True, username=username)
        self.bots[token] = Bot(token, user, self.random, self._pace, self._keep)
        return self.bots[token]

    def the_bot(self) -> Bot:
        if len(self.bots) != 1:
            raise LookupError(f"there are {len(self.bots)} bots: say which")
        return next(iter(self.bots.values()))

    def person(
        self, name: str, language_code: str = "en", user_id: int | None = None, started: bool = False, bot: Bot | None = None
    ) -> Person:
        """Somebody with a phone and an account. Until `started` (or until they write) the bot cannot write to them."""
        from simulator.people import Person  # people know Telegram, not the other way round

        bot = bot or self.the_bot()
        if user_id is None:
            user_id = next(number for number in self._user_ids if number not in bot.chats)
        if (bot.user.id, user_id) in self.people:
            raise ValueError(f"there is already somebody with the id {user_id}")
        first, _, last = name.partition(" ")
        chat = bot.chat_with(User(user_id, first, language_code, last_name=last or None))
        chat.opened = started
        person = self.people[bot.user.id, user_id] = Person(self, bot, chat)
        self.tell("phones", bot, chat)
        return person

    def group(self, title: str, type: str = "group", username: str | None = None, bot: Bot | None = None) -> Chat:
        """A group, supergroup or channel, in which the bot is not yet."""
        bot = bot or self.the_bot()
        number = next(self._group_ids)
        chat = Chat(-number if type == "group" else -(10**12) - number, type, title=title, username=username, keep=self._keep)
        bot.chats[chat.id] = chat
        return chat

    def bot_for(self, token: str) -> Bot:
        bot = self.bots.get(token)
        if bot is None:
            raise Refused(401, "Unauthorized") if TOKEN.fullmatch(token) else Refused(404, "Not Found")
        return bot

    def call(
        self,
        token: str,
        method: str,
        params: Mapping[str, Any],
        files: Mapping[str, Upload] | None = None,
        fault: Fault | None = None,
    ) -> Answer:
        """Do what a bot asks, or refuse it. What is accepted is in the journal when this returns, its coming fault with it."""
        try:
            bot = self.bot_for(token)
            act = methods.METHODS.get(method.lower())
            if act is None:
                raise Refused(404, "Not Found: method not found")
            call = Call(self, bot, method, params, files or {})
            if fault and fault.kind == "429":
                chat_id = call.integer("chat_id")
                raise bot.pace.penalise(chat_id, call.now, fault.retry_after) if chat_id else too_many(fault.retry_after)
            result = act.function(call)
        except Refused as refused:
            return self.refuse(refused)
        self.calls[act.name] = self.calls.get(act.name, 0) + 1
        if act.journaled:
            self._write_down(call, act.name, fault)
        return Answer(200, {"ok": True, "result": result})

    def webhook_changed(self, bot: Bot) -> None:
        """Let whoever delivers webhooks know."""
        if self.on_webhook:
            self.on_webhook(bot)

    def refuse(self, refused: Refused) -> Answer:
        self.refusals[refused.code] = self.refusals.get(refused.code, 0) + 1
        body: Wire = {"ok": False, "error_code": refused.code, "description": refused.description}
        if refused.parameters:
            body["parameters"] = refused.parameters
        return Answer(refused.code, body)

    def file(self, token: str, path: str) -> StoredFile:
        self.bot_for(token)
        return self.files.at(path)

    def tell(
        self,
        kind: str,
        bot: Bot,
        chat: Chat | None,
        message: Message | None = None,
        text: str | None = None,
        show_alert: bool = False,
    ) -> None:
        """Let the phones that listen know."""
        if self.listeners:
            event = Event(kind, bot, chat, message, text, show_alert)
            for listener in self.listeners:
                listener(event)

    def _write_down(self, call: Call, name: str, fault: Fault | None) -> None:
        params = call.params
        for part, upload in call.files.items():
            params[part] = {"file_name": upload.file_name, "size": len(upload.content)}
        self.journal.append(
            call.now, call.bot.user.id, name, call.chat.id if call.chat else None, params,
            call.message.id if call.message else None, fault.kind if fault else None,
        )  # fmt: skip
