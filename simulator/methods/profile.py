"""Who a bot is and what it offers: its names, its commands, its menu button."""

from simulator.call import Call
from simulator.methods.table import method
from simulator.records import Wire

LONGEST = {"name": 64, "description": 512, "short_description": 120}


@method("getMe", journaled=False)
def get_me(call: Call) -> Wire:
    return call.bot.user.wire() | {
        "can_join_groups": True, "can_read_all_group_messages": not call.bot.privacy, "supports_inline_queries": False,
        "can_connect_to_business": False, "has_main_web_app": False, "has_topics_enabled": False,
        "allows_users_to_create_topics": False, "can_manage_bots": False,
    }  # fmt: skip


@method("setMyCommands")
def set_my_commands(call: Call) -> bool:
    commands = call.objects("commands", "commands")
    call.bot.profile.set_commands(scope(call), call.text("language_code"), commands)
    call.telegram.tell("commands", call.bot, None)
    return True


@method("getMyCommands", journaled=False)
def get_my_commands(call: Call) -> list[Wire]:
    return call.bot.profile.commands(scope(call), call.text("language_code"))


@method("deleteMyCommands")
def delete_my_commands(call: Call) -> bool:
    call.bot.profile.delete_commands(scope(call), call.text("language_code"))
    call.telegram.tell("commands", call.bot, None)
    return True


def scope(call: Call) -> Wire | None:
    return call.object("scope", "BotCommandScope")


def _named(what: str, method_name: str) -> None:
    """A pair of methods that set and get one of the bot's texts."""

    @method(f"setMy{method_name}")
    def set_text(call: Call) -> bool:
        call.bot.profile.set_text(what, call.text("language_code"), call.text(what), LONGEST[what])
        if what == "name":
            call.bot.user.first_name = call.bot.profile.text("name", "")
        return True

    @method(f"getMy{method_name}", journaled=False)
    def get_text(call: Call) -> Wire:
        return {what: call.bot.profile.text(what, call.text("language_code"))}


_named("name", "Name")
_named("description", "Description")
_named("short_description", "ShortDescription")


@method("setChatMenuButton")
def set_chat_menu_button(call: Call) -> bool:
    button = call.object("menu_button", "menu button")
    chat_id = call.find_chat().id if call.params.get("chat_id") else None
    call.bot.profile.menu_button[chat_id] = button or {"type": "default"}
    return True


@method("getChatMenuButton", journaled=False)
def get_chat_menu_button(call: Call) -> Wire:
    buttons = call.bot.profile.menu_button
    chat_id = call.find_chat().id if call.params.get("chat_id") else None
    return buttons.get(chat_id) or buttons.get(None) or {"type": "commands"}
