"""A bot's standing in a chat, and the news of its change."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from simulator.records import Chat, User, Wire

if TYPE_CHECKING:
    from simulator.telegram import Bot

ADMINISTRATOR_MAY = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip


def member(user: User, status: str) -> Wire:
    wire: Wire = {"user": user.wire(), "status": status}
    if status == "administrator":
        wire |= dict.fromkeys(ADMINISTRATOR_MAY, False)
    elif status == "kicked":
        wire["until_date"] = 0
    return wire


def change_standing(bot: Bot, chat: Chat, by: User, status: str, now: datetime, update_id: int | None = None) -> Wire | None:
    """The bot is from now on a member, an administrator, left or kicked; it hears of it as `my_chat_member`."""
    before = ("kicked" if chat.blocked else "member") if chat.person else chat.status
    if chat.person:
        chat.blocked = status == "kicked"
    chat.status = status
    change = {
        "chat": chat.wire(), "from": by.wire(), "date": int(now.timestamp()),
        "old_chat_member": member(bot.user, before), "new_chat_member": member(bot.user, status),
    }  # fmt: skip
    return bot.updates.put("my_chat_member", change, now, update_id)
