"""Chats themselves: looking at one, and leaving it."""

from simulator.call import Call
from simulator.groups import change_standing
from simulator.methods.table import method
from simulator.records import Wire, bad_request


@method("getChat", journaled=False)
def get_chat(call: Call) -> Wire:
    chat = call.find_chat()
    return chat.wire() | {
        "accent_color_id": 0, "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False),
    }  # fmt: skip


@method("leaveChat")
def leave_chat(call: Call) -> bool:
    chat = call.find_chat()
    if chat.person:
        raise bad_request("chat member status can't be changed in private chats")
    if chat.status in ("left", "kicked"):
        call.open_chat()  # refuses, and says why
    change_standing(call.bot, chat, call.bot.user, "left", call.now)
    return True
