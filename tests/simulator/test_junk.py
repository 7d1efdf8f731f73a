"""Whatever a bot sends, the answer has Telegram's shape."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.methods import METHODS
from simulator.telegram import Telegram
from tests.simulator.conftest import TOKEN, FakeClock

NAMES = [
    "chat_id", "text", "message_id", "reply_markup", "parse_mode", "entities", "caption", "caption_entities",
    "reply_parameters",
    "reply_to_message_id", "callback_query_id", "offset", "limit", "timeout", "allowed_updates", "url", "secret_token", "photo",
    "document", "file_id", "commands", "scope", "language_code", "name", "reaction", "menu_button", "max_connections", "action",
]  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers(-5, 10) | st.text(max_size=6) | st.sampled_from(["7", "1", "x\ud800", "HTML"])
KEYS = st.sampled_from(
    ["inline_keyboard", "keyboard", "text", "callback_data", "url", "type", "offset", "length", "command", "message_id"]
)
JUNK = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6)
VALUES = JUNK | JUNK.map(json.dumps) | st.text(alphabet="<>/bi*_`[]()\\&;a ", max_size=12)


@given(method=st.sampled_from(sorted(METHODS)), params=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6))
@settings(max_examples=500, deadline=None)
def test_junk_is_taken_or_refused_but_never_breaks_anything(method, params):
    telegram = Telegram(FakeClock())
    telegram.add_bot(TOKEN)
    telegram.person("Ana", user_id=7, started=True).says("hello")
    telegram.call(TOKEN, "sendMessage", {"chat_id": 7, "text": "hi"})
    answer = telegram.call(TOKEN, method, {"chat_id": 7, "message_id": 2} | params)
    assert answer.body["ok"] is (answer.code == 200)
    assert answer.code in (200, 400, 403, 404, 409, 413)
