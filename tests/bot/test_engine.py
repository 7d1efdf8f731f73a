"""What a flow can ask, and how a conversation goes through it: every kind by tap and in words, branches, steering words."""

import pytest

from bot import control_words
from bot.flows.engine import Ask, Say, repeat
from bot.flows.kinds import YES_NO, Choice, Date, FreeText, Photo, Scale, Several, TimeOfDay, Whole
from bot.flows.vitals import BloodPressure, Glucose, Temperature, Weight
from care import measuring, worklist
from care.conditions import AtLeast, AtMost, Has, OneOf, Part, meets
from care.heart.language import Msg
from tests.bot.holding import EVERYTHING, SYMPTOMS, flow_of, holding
from tests.ward import Ward

DONE = "Thank you."


async def test_every_kind_of_question_can_be_answered_in_words(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch)
    for words in ("stop", "1 3", "yesterday", "ja", "no", "seven", "4200", "7,5", "148 over 91", "132/84", "82 kg", "2",
                  "7.8 mmol/l", "38,2", "97 %", "72 bpm", "skip", "6:45 am", "skip", "I sleep badly"):
        await held.says(words)
    answers = await held.answers()
    assert answers == {
        "mood": "stop", "symptoms": ["fever", "pain"], "since": "2026-11-22", "chills": "yes", "shaking": "no",
        "pain": 7, "steps": 4200, "dose": 7.5,
        "bp": {"systolic": 148, "diastolic": 91}, "bp_2": {"systolic": 132, "diastolic": 84}, "weight": 82,
        "ankles": "no", "sugar": 140.5, "heat": 38.2, "oxygen": 97, "pulse": 72, "flow": None, "woke": "06:45", "wound": None,
        "words": "I sleep badly"}
    assert DONE in held.phone.transcript


async def test_what_has_buttons_can_be_answered_by_tapping(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(
        await quick_ward.enrolled(), monkeypatch, Ask("mood", Msg("How are you?"), Choice({0: Msg("Good"), 1: Msg("Bad")})),
        Ask("symptoms", Msg("What do you have?"), Several(SYMPTOMS)), Ask("since", Msg("Since when?"), Date()),
        Ask("pain", Msg("How much pain?"), Scale(0, 10)), Ask("woke", Msg("When did you wake?"), TimeOfDay(("06:00", "07:00"))))
    await held.taps("Bad")
    assert held.last.startswith("2 of 5\nWhat do you have?\n1 Fever\n2 Cough\n3 Pain\nYou can choose more than one.")
    await held.taps("Done")
    assert "toast: Please choose at least one." in held.phone.person.history
    for label in ("Fever", "Pain", "✓ Fever", "Cough"):
        await held.taps(label)
    assert "[Fever] [✓ Cough] [✓ Pain] [Done]" in held.last
    await held.taps("Done")
    await held.taps("Today")
    await held.taps("7")
    await held.taps("07:00")
    assert await held.answers() == {"mood": 1, "symptoms": ["cough", "pain"], "since": "2026-11-23", "pain": 7, "woke": "07:00"}


@pytest.mark.parametrize(("words", "ticked"), [
    ("1 3", ["fever", "pain"]), ("3,1", ["fever", "pain"]), ("fever and pain", ["fever", "pain"]), ("Cough", ["cough"]),
    ("none of these", []), ("2", ["cough"]), ("1 4", None), ("fever, headache", None), ("", None), ("1 1", ["fever"])])
def test_several_are_typed_by_number_or_label(words: str, ticked: list[str] | None):
    kind = Several(SYMPTOMS, none=Msg("None of these"))
    try:
        assert kind.read(words) == ticked
    except ValueError:
        assert ticked is None


def test_labels_typed_in_another_language_count_where_they_are_not_another_answer_in_ones_own():
    assert YES_NO.read("sí") == "yes"
    assert YES_NO.read("nein") == "no"
    assert Choice({"a": Msg("No"), "b": Msg("Yes")}).read("1") == "a"


async def test_a_picture_is_an_answer_where_one_was_asked_for_and_people_look_at_it(
        quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(
        await quick_ward.enrolled(), monkeypatch, Ask("wound", Msg("Show me the wound."), Photo()),
        Ask("fever", Msg("Fever?"), YES_NO))
    await held.says("red")
    assert "Please send a photo" in held.phone.transcript
    await held.phone.does("sends_photo", b"jpeg")
    assert await held.asked() == "fever"
    assert list(await held.answers()) == ["wound"]
    await held.phone.does("sends_photo", b"jpeg")  # a second one belongs to no question
    assert "Someone from your care team will read it" in held.phone.transcript
    assert [item.kind for item in await quick_ward.clinic.read(worklist.waiting)] == ["message"]


# In doubt


async def test_a_reading_in_doubt_is_asked_about_and_the_tap_settles_it(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, Ask("bp", Msg("Your blood pressure?"), BloodPressure()))
    await held.says("12/8")
    assert held.last == ("Did you mean 120 over 80 mmHg?\n\n1 of 1\nYour blood pressure? "
                         "[120 over 80 mmHg] [No, I will type it again] [Pause]")
    await held.taps("No, I will type it again")
    assert held.last == "1 of 1\nYour blood pressure? [Pause]"
    await held.says("12/8")
    await quick_ward.restart()
    await held.taps("120 over 80 mmHg")
    assert await held.answers() == {"bp": {"systolic": 120, "diastolic": 80}}


async def test_an_unusual_reading_is_believed_when_the_patient_says_so(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, Ask("heat", Msg("Your temperature?"), Temperature()))
    await held.says("33.1")
    assert "[That is right]" in held.last
    await held.says("33.0")  # measured again
    await held.taps("That is right")
    assert await held.answers() == {"heat": 33}


@pytest.mark.parametrize("data", ["=500/80", "=80/120", "=12/8", "120/80", "=", "=99999 kg", "=-1 kg", "=1e3 kg"])
async def test_a_forged_reading_is_held_against_the_limits(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch, data: str):
    held = await holding(await quick_ward.enrolled(), monkeypatch, Ask("bp", Msg("Your blood pressure?"), BloodPressure()))
    await held.phone.does("tap_data", f"say:1:bp:{data}")
    assert await held.answers() == {}


async def test_the_unit_is_asked_once_and_remembered(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    phone = await quick_ward.enrolled()
    held = await holding(phone, monkeypatch, Ask("weight", Msg("Your weight?"), Weight()))
    await held.says("160")
    assert "[160 kg] [160 lb]" in held.last
    await held.taps("160 lb")
    assert "✓ 160 lb [Change]" in phone.transcript
    assert await held.answers() == {"weight": 72.575}
    await held.begin()
    await held.says("161")
    assert "✓ 161 lb [Change]" in phone.transcript
    assert await quick_ward.clinic.read(measuring.unit_of, phone.patient_id, "weight") == "lb"
    assert await quick_ward.clinic.read(measuring.last, phone.patient_id, "weight") == 73.028
    await held.begin()
    await held.says("190")
    assert "That is an unusual reading: 190 lb." in held.last, "more than five kilos from the last"


async def test_a_meter_that_cannot_show_it_reaches_the_team(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, Ask("sugar", Msg("Your sugar?"), Glucose()))
    await held.says("HI")
    assert [(item.severity, item.value) for item in await quick_ward.clinic.read(worklist.waiting)] == [("urgent", "high")]
    assert await held.asked() == "sugar"


# The way through


def test_conditions_say_what_they_want():
    assert meets({"systolic": 150}, Part("systolic", AtLeast(140)))
    assert not meets(None, Part("systolic", AtLeast(140)))
    assert meets(["fever"], Has("fever"))
    assert meets(3, OneOf(AtMost(3), 9))
    assert not meets(None, AtMost(3))
    assert str(Part("systolic", OneOf(AtLeast(140), AtMost(90)))) == "systolic at least 140 or at most 90"


def test_a_branch_that_was_left_counts_no_more():
    flow = flow_of((
        Ask("fever", Msg("Fever?"), YES_NO), Ask("heat", Msg("How high?"), Temperature(), when={"fever": "yes"}),
        Ask("chills", Msg("Chills?"), YES_NO, when={"heat": AtLeast(39)})))
    assert flow.meant({"fever": "no", "heat": 40, "chills": "yes"}) == {"fever": "no"}
    assert flow.next_question({"fever": "no", "heat": 40}) is None
    assert flow.next_question({"fever": "yes", "heat": 40}).key == "chills"


def test_a_function_may_decide_what_applies_and_one_that_looks_too_far_ahead_does_not():
    def worse(answers):
        """Later is more than sooner."""
        return answers["later"] > answers["sooner"]

    flow = flow_of((Ask("sooner", Msg("?"), Scale(0, 10)), Ask("why", Msg("?"), FreeText(), when=worse),
                    Ask("later", Msg("?"), Scale(0, 10)), Ask("how", Msg("?"), FreeText(), when=worse)))
    assert flow.next_question({"sooner": 1}).key == "later"
    assert flow.next_question({"sooner": 1, "later": 2}).key == "how"
    assert flow.next_question({"sooner": 2, "later": 2}) is None


def test_asking_again_goes_on_only_as_long_as_it_must():
    again = repeat(Ask("bp", Msg("?"), BloodPressure()), 3, Part("systolic", AtLeast(140)), Msg("Again?"))
    assert [(ask.key, ask.text.text) for ask in again] == [("bp", "?"), ("bp_2", "Again?"), ("bp_3", "Again?")]
    flow = flow_of(again)
    assert flow.next_question({"bp": {"systolic": 150}}).key == "bp_2"
    assert flow.next_question({"bp": {"systolic": 150}, "bp_2": {"systolic": 120}}) is None


def test_progress_counts_what_this_patient_will_see_and_never_goes_back():
    flow = flow_of(EVERYTHING)
    answers: dict = {}
    numbers = []
    values = {"mood": "bad", "symptoms": ["fever"], "bp": {"systolic": 150}, "bp_2": {"systolic": 150}, "weight": 120}
    while question := flow.next_question(answers):
        number, total = flow.progress(answers, question)
        assert number <= total
        numbers.append(number)
        answers[question.key] = values.get(question.key)
    assert numbers == list(range(1, len(answers) + 1))
    late = flow.question("mood")
    assert flow.progress({"pain": 3, "steps": None}, late)[0] == 3, "a question added before does not turn the count back"


async def test_what_is_said_stands_above_the_next_question_once(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(
        await quick_ward.enrolled(), monkeypatch, Ask("weight", Msg("Your weight?"), Weight()),
        Say(Msg("That is a lot."), when={"weight": AtLeast(100)}), Ask("ankles", Msg("Ankles?"), YES_NO),
        Say(lambda answers: Msg("You said {said}.", gaps=(("said", answers["ankles"]),))))
    await held.says("120 kg")
    assert held.last == "That is a lot.\n\n2 of 2\nAnkles? [Yes] [No] [Back] [Pause]"
    await held.says("perhaps")
    assert held.last.startswith("Please tap one of the buttons")
    assert "That is a lot" not in held.last
    await held.taps("No")
    assert held.last == "You said no.\n\nThank you."


async def test_only_what_may_be_skipped_can_be_skipped(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(
        await quick_ward.enrolled(), monkeypatch, Ask("steps", Msg("How many steps?"), Whole(0, 50000), optional=True),
        Ask("fever", Msg("Fever?"), YES_NO))
    await held.taps("Skip")
    assert await held.answers() == {"steps": None}
    assert "[Skip]" not in held.last
    await held.phone.does("tap_data", "skip:1:fever")
    await held.says("skip")
    assert await held.asked() == "fever"
    assert "This question needs an answer." in held.last


# Steering


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "pt-BR", "ru"])
def test_there_is_a_word_for_every_step_in_every_language(language: str):
    for meaning, words in control_words.WORDS.items():
        assert {control_words.meaning(word) for word in words[language]} == {meaning}
        assert control_words.meaning(f" {words[language][0].upper()}! ") == meaning


@pytest.mark.parametrize(("typed", "meaning"), [
    ("Quelqu’un", "human"), ("quelqu'un", "human"), ("zurueck", "back"), ("Jetzt nicht!", "pause"), ("ARRÊTEZ", "stop")])
def test_a_word_steers_however_a_phone_writes_it(typed: str, meaning: str):
    assert control_words.meaning(typed) == meaning


async def test_words_steer_from_any_question(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(
        await quick_ward.enrolled(), monkeypatch, Ask("pain", Msg("How much pain?"), Scale(0, 10)),
        Ask("heat", Msg("Your temperature?"), Temperature()))
    await held.says("zurück")
    assert "This is the first question." in held.last
    await held.says("4")
    await held.says("retour")
    assert (await held.asked(), await held.answers()) == ("pain", {})
    await held.says("4")
    await held.says("повторить")
    assert held.last == "2 of 2\nYour temperature? [Back] [Pause]"
    await held.says("pausa")
    assert held.last.startswith("Paused.")
    await held.says("go on")
    assert held.last == "2 of 2\nYour temperature? [Back] [Pause]"
    await held.says("ajuda")
    assert "I am the automated assistant" in held.phone.transcript
    assert held.last == "2 of 2\nYour temperature? [Back] [Pause]", "the question stands below the help"
    await held.says("stop")
    assert "[Pause for a week]" in held.last
    await held.says("38")
    assert await held.answers() == {"pain": 4, "heat": 38}


async def test_asking_for_a_person_reaches_one_and_says_by_when(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, Ask("pain", Msg("How much pain?"), Scale(0, 10)))
    await held.says("hablar con una persona")
    assert "you want to talk to a person. Someone will answer today before 11:00." in held.phone.transcript
    found = [(item.severity, item.reason) for item in await quick_ward.clinic.read(worklist.waiting)]
    assert found == [("routine", "Wants to talk to a person")]
    assert await held.asked() == "pain"
    await held.says("3")
    await held.says("human")
    assert [item.times_reported for item in await quick_ward.clinic.read(worklist.waiting)] == [2]


async def test_a_steering_word_never_takes_the_place_of_an_answer(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(
        await quick_ward.enrolled(), monkeypatch, Ask("pill", Msg("Go on with the pill?"), Choice({
            "stop": Msg("Stop"), "on": Msg("Go on")})), Ask("where", Msg("Where does it hurt?"), FreeText()))
    await held.says("stop")
    assert await held.answers() == {"pill": "stop"}
    await held.says("back")
    assert held.last == "Is that your answer?\n\n2 of 2\nWhere does it hurt? [My answer: back] [Back] [Pause]"
    await held.taps("My answer: back")
    assert await held.answers() == {"pill": "stop", "where": "back"}


async def test_without_a_question_open_a_steering_word_is_a_message(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("back")
    assert [item.value for item in await quick_ward.clinic.read(worklist.waiting)] == ["back"]


async def test_a_new_conversation_takes_the_keyboard_from_the_old_one(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, Ask("pain", Msg("How much pain?"), Scale(0, 10)))
    await held.begin()
    assert held.phone.transcript.count("[10]") == 1
