"""The shape every handler shares: one update, one chat, one turn; and every button answered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.transport import call
from care import patients
from care.heart import inbox
from care.heart.language import Text, _, in_language
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.patients import Patient, Stranger

Action = Callable[[Turn, "Visit"], Text | None]
_answering: set[asyncio.Task[None]] = set()


@dataclass(frozen=True)
class Visit:
    """Who came, from which chat, with what."""

    chat_id: int
    holding: list[Patient]  # the patients this chat may speak for, locked
    who: Patient | Stranger  # the one patient, else whoever writes
    update: Update

    @property
    def language(self) -> str:
        return self.holding[0].language if self.holding else self.who.language

    @property
    def button(self) -> tuple[str, int]:
        """What was tapped, and the message it was on (0 if Telegram no longer says)."""
        query = self.update.callback_query
        assert query
        return query.data or "", query.message.message_id if query.message else 0

    def patient(self, patient_id: str | int) -> Patient | None:
        """One of the patients of this chat; None for anyone else's."""
        return next((patient for patient in self.holding if str(patient.id) == str(patient_id)), None)


def visit(action: Action) -> Callable[[Update, ContextTypes.DEFAULT_TYPE], Any]:
    """Make `action(turn, visit)` a Telegram handler. What it returns is said in answer to a tapped button, if it was one."""

    def attend(turn: Turn, bot_id: int, update: Update) -> tuple[Text | None, str]:
        assert update.effective_chat
        chat_id = update.effective_chat.id
        holding = patients.in_chat(turn, chat_id)
        user = update.effective_user
        who = holding[0] if len(holding) == 1 else patients.stranger(turn, chat_id, user.language_code if user else None)
        if not inbox.take(turn, bot_id, update.update_id):
            return None, who.language
        if any(not patient.reachable for patient in holding) and not update.my_chat_member:
            patients.found_again(turn, chat_id)
        return action(turn, Visit(chat_id, holding, who, update)), who.language

    @wraps(action)
    async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        clinic, chat = context.bot_data["clinic"], update.effective_chat
        if chat is None or chat.type != ChatType.PRIVATE:
            await leave(update, context)
            return
        note, language = None, "en"
        try:
            note, language = await clinic.run(f"chat:{chat.id}", attend, context.bot.id, update)
        finally:
            if update.callback_query:
                answer_soon(context.bot, update.callback_query.id, in_language(note, language) if note else None)

    handle.action = action  # type: ignore[attr-defined]  # the same, for what comes by a page: see bot/on_page.py
    return handle


async def leave(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """A group or a channel is no place for what is said here: nothing is answered, and the bot leaves."""
    await context.bot_data["clinic"].run("intake", inbox.take, context.bot.id, update.update_id)
    if update.callback_query:
        answer_soon(context.bot, update.callback_query.id, None)
    member = update.my_chat_member
    gone = member is not None and member.new_chat_member.status in ("left", "kicked")
    if update.effective_chat and not gone:
        _soon(_quietly(context.bot, "leaveChat", chat_id=update.effective_chat.id))


def answer_soon(bot: Bot, query_id: str, note: str | None) -> None:
    """Stop the spinner on a button. Nobody waits for it: the turn is safe already."""
    _soon(_quietly(bot, "answerCallbackQuery", callback_query_id=query_id, text=note[:200] if note else None))


def _soon(coroutine: Any) -> None:
    task = asyncio.create_task(coroutine)
    _answering.add(task)
    task.add_done_callback(_answering.discard)


async def answered() -> None:
    """Wait until every button is answered."""
    while _answering:
        await asyncio.gather(*_answering)


async def _quietly(bot: Bot, method: str, **parameters: Any) -> None:
    try:
        await call(bot, method, **parameters)
    except TelegramError:
        return  # it may come too late; nothing depends on it


def for_whom(turn: Turn, visit: Visit, data: str) -> None:
    """Ask whom something is for; each button carries `data` and the patient."""
    rows = tuple((Button(patient.name, f"{data}:{patient.id}"),) for patient in visit.holding)
    turn.tell(visit.who, Screen(_("Who is this for?"), rows))
