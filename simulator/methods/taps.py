"""Answering: what a bot says to a tap on a button, or thinks of a message."""

from simulator.call import Call
from simulator.methods.table import method
from simulator.records import QUERY_LIFETIME, bad_request

LONGEST_TOAST = 200


@method("answerCallbackQuery")
def answer_callback_query(call: Call) -> bool:
    query = call.bot.queries.get(call.text("callback_query_id"))
    if query is None or query.answered or call.now - query.at > QUERY_LIFETIME:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text, alert = call.text("text"), call.flag("show_alert")
    if len(text) > LONGEST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answered = True
    call.chat, call.message = query.chat, query.message
    if text:
        kind = "alert" if alert else "toast"
        query.chat.timeline.append((kind, text))
        query.chat.note(kind, text)
    call.telegram.tell("toast", call.bot, query.chat, query.message, text, alert)
    return True


@method("setMessageReaction")
def set_message_reaction(call: Call) -> bool:
    chat = call.open_chat()
    message = chat.messages.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request("message to react not found")
    reactions = call.objects("reaction", "reaction type")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    call.message = message
    return True
