"""Changing one's mind: an answer given lately, an old keyboard, after the end, and too late."""

import pytest

from bot.flows.engine import Ask
from bot.flows.kinds import YES_NO, Scale
from bot.flows.vitals import Temperature, Weight
from care import measuring, worklist
from care.conditions import AtLeast
from care.heart import journal
from care.heart.language import Msg
from tests.bot.holding import holding
from tests.ward import Ward

HEAT = Ask("temperature", Msg("Your temperature?"), Temperature())
PAIN = Ask("pain", Msg("How much pain?"), Scale(0, 10))
FEVER = Ask("fever", Msg("Fever?"), YES_NO)


async def worries(ward: Ward) -> list[tuple[str, str | None]]:
    return [(item.reason, item.value) for item in await ward.clinic.read(worklist.waiting)]


async def happened(ward: Ward, kind: str) -> list[dict]:
    return [event.facts for event in await ward.clinic.read(journal.since, 0, 1000) if event.kind == kind]


async def test_a_reading_can_be_changed_and_is_judged_anew(ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await ward.enrolled(), monkeypatch, HEAT, PAIN, name="symptom_check")
    await held.says("38.4")
    assert await worries(ward) == []
    await held.taps("Change")
    assert held.last == "Changing your answer\nYour temperature? [Keep my answer]"
    assert held.phone.transcript.count("[10]") == 0, "one keyboard at a time"
    await ward.restart()
    await held.says("39.4")
    assert await held.answers() == {"temperature": 39.4}
    assert await worries(ward) == [("Temperature of 39 °C or more", "39.4 °C")]
    assert "Changed. It was: 38.4" in held.phone.transcript
    assert "✓ 39.4 °C [Change]" in held.phone.transcript
    assert held.last.startswith("2 of 2\nHow much pain?")
    assert [facts["amended"] for facts in await happened(ward, "AnswerSaved")] == [False, True]


async def test_a_slip_that_alarmed_the_team_says_that_it_was_one(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, HEAT, name="symptom_check")
    await held.says("39.6")
    assert await worries(quick_ward) == [("Temperature of 39 °C or more", "39.6 °C")]
    await held.taps("Change")
    await held.says("36.9")
    assert await worries(quick_ward) == [("Temperature of 39 °C or more", "36.9 °C (corrected)")], "a person closes it"


async def test_an_answer_can_be_changed_after_the_end(ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await ward.enrolled(), monkeypatch, PAIN, HEAT)
    await held.taps("2")
    await held.says("37")
    ward.clock.passes(minutes=29)
    await held.taps("Change")
    await held.says("37.2")
    assert held.last == "I have changed it. Your care team sees your new answer."
    assert await held.answers() == {"pain": 2, "temperature": 37.2}
    assert await held.conversation() is None
    ended = await happened(ward, "ConversationEnded")
    assert [(facts["outcome"], facts["amended"]) for facts in ended] == [("finished", False), ("finished", True)]


async def test_a_change_may_open_a_question_that_did_not_apply_before(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(
        await quick_ward.enrolled(), monkeypatch, HEAT,
        Ask("chills", Msg("Chills?"), YES_NO, when={"temperature": AtLeast(38)}))
    await held.says("37")
    await held.taps("Change")
    await held.says("38.5")
    assert held.last == "2 of 2\nChills? [Yes] [No] [Back] [Pause]"
    await held.taps("No")
    assert await held.answers() == {"temperature": 38.5, "chills": "no"}


async def test_an_answer_may_stay_as_it_was_after_all(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, HEAT, PAIN)
    await held.says("37")
    await held.taps("Change")
    await held.taps("Keep my answer")
    assert held.last.startswith("2 of 2\nHow much pain?")
    await held.taps("3")
    await held.taps("Change")
    await held.taps("Keep my answer")
    assert held.last == "Your answer stays as it was."
    assert await held.answers() == {"temperature": 37, "pain": 3}
    assert await held.conversation() is None


async def test_half_an_hour_later_a_person_is_offered_instead(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, HEAT)
    await held.says("37")
    quick_ward.clock.passes(minutes=31)
    await held.taps("Change")
    assert "toast: It is too late to change this here." in held.phone.person.history
    assert "Tell your care team what is right" in held.last
    await held.taps("Change")
    assert held.phone.transcript.count("Tell your care team what is right") == 1
    await held.taps("Talk to a person")
    assert await worries(quick_ward) == [("Wants to talk to a person", None)]
    assert await held.answers() == {"temperature": 37}


async def test_while_another_conversation_is_open_the_old_one_stays_as_it_is(
        quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, HEAT)
    await held.says("37")
    await held.begin()
    await held.taps("Change")
    assert "Tell your care team what is right" in held.last
    assert await held.answers(1) == {"temperature": 37}
    await held.says("38")
    assert (await held.answers(1), await held.answers(2)) == ({"temperature": 37}, {"temperature": 38})


async def test_nobody_changes_anothers_answers(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, HEAT)
    await held.says("37")
    other = await quick_ward.enrolled("Omar Said")
    await other.does("tap_data", "change:1:temperature")
    assert "toast: That question is closed." in other.person.history
    assert await held.conversation() is None


async def test_an_old_keyboard_asks_its_question_again_and_answers_none(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, PAIN, FEVER, name="symptom_check")
    await held.taps("2")
    await held.phone.does("tap_data", "say:1:pain:2")
    assert await held.asked() == "fever", "the same answer again"
    await held.phone.does("tap_data", "say:1:pain:6")
    assert held.last.startswith("Changing your answer\nHow much pain?")
    assert await held.answers() == {"pain": 2}
    await held.taps("9")
    assert await held.answers() == {"pain": 9}
    assert await worries(quick_ward) == [("Pain of 8 or more", "9")]
    await held.taps("Yes")
    assert await held.answers() == {"pain": 9, "fever": "yes"}


async def test_back_goes_to_the_question_before_even_after_a_change(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, HEAT, PAIN, FEVER)
    await held.says("37")
    await held.taps("3")
    await held.taps("Change")
    await held.says("37.5")
    await held.taps("Back")
    assert await held.asked() == "pain"
    assert await held.answers() == {"temperature": 37.5}


async def test_a_pause_while_changing_goes_on_with_the_change(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, HEAT, PAIN)
    await held.says("37")
    await held.taps("Change")
    await held.says("pause")
    await held.taps("Go on")
    assert held.last.startswith("Changing your answer\nYour temperature?")


async def test_what_was_finished_stays_finished_when_a_change_is_let_lie(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    held = await holding(await quick_ward.enrolled(), monkeypatch, HEAT)
    await held.says("37")
    await held.taps("Change")
    await quick_ward.time_passes(hours=25)
    assert await held.conversation() is None
    assert {facts["outcome"] for facts in await happened(quick_ward, "ConversationEnded")} == {"finished"}


async def test_the_last_value_that_stands_is_the_one_that_counts(quick_ward: Ward, monkeypatch: pytest.MonkeyPatch):
    phone = await quick_ward.enrolled()
    held = await holding(phone, monkeypatch, Ask("weight", Msg("Your weight?"), Weight()))
    await held.says("72 kg")
    await held.taps("Change")
    await held.says("82 kg")
    assert await quick_ward.clinic.read(measuring.last, phone.patient_id, "weight") == 82
