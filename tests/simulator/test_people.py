"""What people can do at their end, and how it looks there."""

import pytest

from tests.simulator.test_sending import PNG


def test_a_person_edits_what_they_wrote_and_it_shows_in_place(ask, ana):
    ana.says("my had hurts")
    ask("sendMessage", chat_id=7, text="Where?")
    assert ana.edits("my head hurts")["edited_message"]["edit_date"]
    assert ana.transcript == "patient: my head hurts\nbot: Where?"
    assert ana.history.splitlines() == ["patient: my had hurts", "bot: Where?", "patient edits: my head hurts"]


def test_pictures_documents_voices_and_contacts_come_with_their_files(ana, telegram):
    photo = ana.sends_photo(PNG, caption="/pain here")["message"]
    assert photo["caption_entities"][0]["type"] == "bot_command"
    document = ana.sends_document(b"a,b", "doses.csv", "my doses")["message"]["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == ("doses.csv", "text/csv", 3)
    voice = ana.sends_voice(b"OggS...", seconds=4)["message"]["voice"]
    assert (voice["duration"], voice["mime_type"]) == (4, "audio/ogg")
    assert ana.sends_contact("+34600000000")["message"]["contact"]["user_id"] == 7
    assert [telegram.files.get(one["file_id"]).content for one in (photo["photo"][-1], document, voice)] == [
        PNG,
        b"a,b",
        b"OggS...",
    ]
    assert ana.transcript.splitlines() == [
        "patient: <photo> /pain here", "patient: <document doses.csv> my doses", "patient: <voice note>", "patient: <contact>",
    ]  # fmt: skip
    assert ana.edits("elsewhere", message=ana.chat.messages[photo["message_id"]])["edited_message"]["caption"] == "elsewhere"


def test_a_reply_quotes_and_a_forward_names_its_author(ask, ana):
    ask("sendMessage", chat_id=7, text="Take two tablets")
    replied = ana.says("these?", reply_to=ana.last, quote="two tablets")["message"]
    assert replied["reply_to_message"]["text"] == "Take two tablets"
    assert replied["quote"] == {"text": "two tablets", "position": 5, "is_manual": True}
    assert ana.forwards("eat garlic", author="A neighbour")["message"]["forward_origin"]["sender_user_name"] == "A neighbour"


def test_a_link_starts_the_bot_with_its_payload_and_ends_a_block(ana):
    ana.blocks()
    with pytest.raises(ValueError, match="unblock first"):
        ana.says("hello?")
    assert ana.opens_link("ENROL-abc_123")["message"]["text"] == "/start ENROL-abc_123"
    with pytest.raises(ValueError, match="1 to 64"):
        ana.opens_link("no spaces")
    assert ana.history.splitlines() == ["patient blocks the bot", "patient unblocks the bot", "patient: /start ENROL-abc_123"]


def test_dates_come_from_the_clock(ana, clock):
    assert ana.says("now")["message"]["date"] == int(clock.now.timestamp())


def test_the_same_seed_gives_the_same_numbers(clock):
    from simulator.telegram import Telegram

    def play(seed):
        telegram = Telegram(clock, seed=seed)
        telegram.add_bot("1:a")
        return telegram.person("Ben").says("hi")

    assert play(3) == play(3) != play(4)


def test_in_a_group_the_bot_hears_of_its_joining_and_what_is_meant_for_it(ask, ana, telegram):
    group = telegram.group("Family")
    joined = ana.adds_bot_to(group)["my_chat_member"]
    assert (joined["chat"]["type"], joined["new_chat_member"]["status"]) == ("group", "member")
    assert ana.says("dinner?", in_=group) is None
    assert ana.says("/help", in_=group)["message"]["chat"] == {"id": group.id, "type": "group", "title": "Family"}
    assert ask("leaveChat", chat_id=group.id)["ok"]
    assert ask("sendMessage", chat_id=group.id, text="x")["description"] == "Forbidden: bot is not a member of the group chat"
    assert ask("leaveChat", chat_id=7)["description"] == "Bad Request: chat member status can't be changed in private chats"
    assert ask("getUpdates")["result"][-1]["my_chat_member"]["new_chat_member"]["status"] == "left"


def test_a_channel_has_posts_and_no_authors(ask, ana, telegram):
    channel = telegram.group("News", type="channel", username="clinic_news")
    ana.adds_bot_to(channel)
    post = ana.says("Open on Monday", in_=channel)["channel_post"]
    assert "from" not in post
    assert ask("sendMessage", chat_id="@clinic_news", text="x")["result"]["sender_chat"]["title"] == "News"
    ana.removes_bot_from(channel)
    assert ask("sendMessage", chat_id=channel.id, text="x")["description"] == "Forbidden: bot was kicked from the channel chat"


def test_a_group_that_grew_tells_its_new_number(ask, ana, telegram):
    group = telegram.group("Family")
    ana.adds_bot_to(group)
    group.upgraded_to = telegram.group("Family", type="supergroup").id
    assert ask("sendMessage", chat_id=group.id, text="x")["parameters"] == {"migrate_to_chat_id": group.upgraded_to}


def test_commands_are_offered_in_the_persons_own_language(ask, ana, telegram):
    ask("setMyCommands", commands='[{"command":"check","description":"Daily check"}]')
    ask("setMyCommands", commands='[{"command":"check","description":"Control diario"}]', language_code="es")
    assert ana.commands == [{"command": "check", "description": "Control diario"}]
    assert telegram.person("Ben").commands == [{"command": "check", "description": "Daily check"}]
    scope = '{"type":"chat","chat_id":7}'
    ask("setMyCommands", commands='[{"command":"stop","description":"Parar"}]', scope=scope)
    assert ana.commands == ask("getMyCommands", scope=scope)["result"] == [{"command": "stop", "description": "Parar"}]
    ask("deleteMyCommands", scope=scope)
    assert ana.commands[0]["command"] == "check"
    assert (
        ask("setMyCommands", commands='[{"command":"Not OK","description":"x"}]')["description"]
        == "Bad Request: BOT_COMMAND_INVALID"
    )


def test_a_bots_names_follow_the_language_and_fall_back(ask):
    ask("setMyName", name="Careward")
    ask("setMyDescription", description="Keeps you company")
    ask("setMyDescription", description="Te acompaña", language_code="es")
    assert ask("getMyDescription", language_code="es")["result"] == {"description": "Te acompaña"}
    assert ask("getMyDescription", language_code="fr")["result"] == {"description": "Keeps you company"}
    assert ask("getMe")["result"]["first_name"] == "Careward"
    assert ask("setMyShortDescription", short_description="x" * 121)["error_code"] == 400
