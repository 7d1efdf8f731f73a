"""Item 9 of the PHQ-9, in each of its four values and from every path on which it can be answered."""

from collections.abc import Awaitable, Callable

import pytest

from bot import talk
from bot.asking import Asking
from care import conversations, patients, questionnaires, worklist
from care.heart.turn import Turn
from tests.ward import Phone, Ward

LABELS = ("Not at all", "Several days", "More than half the days", "Nearly every day")
SEVERITIES = (None, "urgent", "emergency", "emergency")
CARD = "Thank you for telling us. You do not have to carry this alone."
Path = Callable[[Phone, int], Awaitable[None]]


def up_to_item_nine(turn: Turn, patient_id: int, name: str) -> None:
    """Begun, and the first eight answered: 2, 2, and noughts."""
    patient = patients.get(turn, patient_id)
    assert patient
    talk.begin(turn, patient, name)
    conversation = conversations.current(turn, patient_id)
    assert conversation
    for number in range(1, 9):
        conversations.save_answer(turn, conversation, f"q{number}", "?", 2 if number < 3 else 0, "typed")
    asking = Asking.of(turn, patient, conversations.current(turn, patient_id))
    assert asking
    asking.close()
    asking.ask_next()


async def to_item_nine(ward: Ward, name: str = "phq9") -> Phone:
    phone = await ward.enrolled()
    await ward.run(up_to_item_nine, phone.patient_id, name)
    await ward.settle()
    assert "9 of 10" in phone.transcript
    return phone


async def a_tap(phone: Phone, value: int) -> None:
    await phone.taps(LABELS[value])


async def the_number_on_the_form(phone: Phone, value: int) -> None:
    await phone.says(str(value))


async def the_label_typed(phone: Phone, value: int) -> None:
    await phone.says(LABELS[value].lower())


async def a_second_thought(phone: Phone, value: int) -> None:
    """Answered otherwise first, then Back."""
    await phone.taps(LABELS[0])
    await phone.taps("Back")
    await phone.taps(LABELS[value])


async def scrolling_up(phone: Phone, value: int) -> None:
    """Answered otherwise first, by typing; then changed on the old keyboard."""
    await phone.says("0")
    await changed(phone, value)


async def after_the_end(phone: Phone, value: int) -> None:
    await phone.says("0")
    await phone.taps("Somewhat difficult")
    await changed(phone, value)


async def changed(phone: Phone, value: int) -> None:
    """By the button that reopens an answer; a nought stays what it was."""
    conversation = await phone.ward.clinic.read(
        lambda turn: turn.db.exec_driver_sql("SELECT max(id) FROM conversations").scalar())
    await phone.does("tap_data", f"change:{conversation}:q9")
    await phone.taps(LABELS[value])


PATHS = (a_tap, the_number_on_the_form, the_label_typed, a_second_thought, scrolling_up, after_the_end)


@pytest.mark.parametrize("value", range(4))
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
@pytest.mark.parametrize("name", ["phq9", "phq2"])
async def test_it_is_heard_at_once_whatever_the_path(quick_ward: Ward, name: str, path: Path, value: int):
    phone = await to_item_nine(quick_ward, name)
    await path(phone, value)
    waiting = {item.kind: item.severity for item in await quick_ward.clinic.read(worklist.waiting)}
    assert waiting.get("instrument:phq9:q9") == SEVERITIES[value]
    assert (CARD in phone.transcript) == (value > 0)
    if phone.person.last.buttons:
        await phone.taps("Somewhat difficult")
    (scored,) = await quick_ward.clinic.read(questionnaires.history, phone.patient_id, "phq9")
    assert (scored.total, scored.answers["q9"]) == (4 + value, value)


async def test_a_nought_put_in_its_place_clears_nothing_but_says_so(quick_ward: Ward):
    phone = await to_item_nine(quick_ward)
    await phone.says("2")
    await changed(phone, 0)
    (harm,) = [item for item in await quick_ward.clinic.read(worklist.waiting) if item.kind == "instrument:phq9:q9"]
    assert (harm.severity, harm.value) == ("emergency", "Not at all (0), corrected")


async def test_words_of_intent_are_heard_at_any_item(quick_ward: Ward):
    phone = await to_item_nine(quick_ward, "phq2")
    await phone.says("I am going to kill myself tonight")
    assert ("emergency", "red_flag:self_harm") in [
        (item.severity, item.kind) for item in await quick_ward.clinic.read(worklist.waiting)]
    assert "999" in phone.transcript


async def test_nobody_who_thinks_of_death_is_told_that_things_are_better(quick_ward: Ward):
    phone = await to_item_nine(quick_ward)
    await phone.says("3")
    await phone.says("3")
    quick_ward.clock.passes(days=14)
    await quick_ward.run(up_to_item_nine, phone.patient_id, "phq9")
    await quick_ward.settle()
    phone.news()
    await phone.says("1")
    await phone.says("0")
    said = phone.news()
    assert "Last time it was 7." in said
    assert "better" not in said
