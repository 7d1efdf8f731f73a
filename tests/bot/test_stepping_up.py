"""The PHQ-2: two questions, and the rest of the PHQ-9 only for whom they trouble."""

import pytest

from care import questionnaires, worklist
from tests.ward import Phone, Ward

FIRST, SECOND = "Little interest or pleasure in doing things", "Feeling down, depressed, or hopeless"


async def begun(ward: Ward, language: str = "en") -> Phone:
    phone = await ward.enrolled(language=language)
    assert await ward.run(questionnaires.send, phone.patient_id, "phq2") is None
    await ward.settle()
    await phone.taps({"en": "Start", "es": "Empezar"}[language])
    return phone


async def scores(phone: Phone) -> dict[str, list[int | None]]:
    """The totals on record, by instrument."""
    return {name: [one.total for one in await phone.ward.clinic.read(questionnaires.history, phone.patient_id, name)]
            for name in ("phq2", "phq9")}


async def test_below_the_cut_off_it_ends_with_words_of_its_own(ward: Ward):
    phone = await begun(ward)
    assert "1 of 2" in phone.transcript
    await phone.taps("Several days")
    await phone.taps("Several days")
    assert "Your answers add up to 2 of 6. That is below 3, where we would ask more." in phone.transcript
    assert await scores(phone) == {"phq2": [2], "phq9": []}
    assert await ward.clinic.read(worklist.waiting) == []


@pytest.mark.parametrize(("first", "second"), [("3", "0"), ("1", "2"), ("3", "3")])
async def test_from_the_cut_off_on_it_goes_on_and_asks_nothing_twice(quick_ward: Ward, first: str, second: str):
    phone = await begun(quick_ward)
    await phone.says(first)
    await phone.says(second)
    assert "Thank you. A few more questions of the same kind." in phone.transcript
    assert "3 of 10" in phone.transcript
    for number in range(3, 10):
        await phone.says("1" if number < 9 else "0")
    await phone.taps("Somewhat difficult")
    assert [phone.transcript.count(words) for words in (FIRST, SECOND)] == [1, 1]
    both = int(first) + int(second)
    assert await scores(phone) == {"phq2": [both], "phq9": [both + 6]}
    assert f"Your answers add up to {both + 6} of 27." in phone.transcript


async def test_the_record_shows_which_instrument_was_scored_and_from_which_text(quick_ward: Ward):
    phone = await begun(quick_ward, "es")
    for _ in range(9):
        await phone.says("2")
    await phone.taps("Un poco difícil")
    short, whole = [(await quick_ward.clinic.read(questionnaires.history, phone.patient_id, name))[0]
                    for name in ("phq2", "phq9")]
    assert (short.total, sorted(short.answers)) == (4, ["q1", "q2"])
    assert (whole.total, len(whole.answers)) == (18, 10)


async def test_corrected_below_the_cut_off_the_longer_form_no_longer_counts(quick_ward: Ward):
    phone = await begun(quick_ward)
    for _ in range(8):
        await phone.says("2")
    await phone.says("0")
    await phone.taps("Very difficult")
    for key in ("q1", "q2"):
        await phone.does("tap_data", f"change:1:{key}")
        await phone.says("0")
    assert await scores(phone) == {"phq2": [0], "phq9": []}
    (waiting,) = await quick_ward.clinic.read(worklist.waiting)
    assert waiting.kind == "instrument:phq9", "it was opened, and only a person closes it"


async def test_left_half_way_what_the_two_came_to_is_seen_by_a_person(quick_ward: Ward):
    phone = await begun(quick_ward)
    for words in ("2", "2", "1"):
        await phone.says(words)
    await quick_ward.time_passes(hours=25)
    assert await scores(phone) == {"phq2": [4], "phq9": [None]}
    waiting = [(item.severity, item.kind, item.value) for item in await quick_ward.clinic.read(worklist.waiting)]
    assert ("routine", "instrument:phq2", "4 of 6") in waiting


async def test_a_restart_between_the_two_forms_changes_nothing(ward: Ward):
    phone = await begun(ward)
    for words in "22":
        await phone.says(words)
        await ward.restart()
    for _ in range(7):
        await phone.says("0")
    await phone.taps("Not difficult at all")
    assert await scores(phone) == {"phq2": [4], "phq9": [4]}


async def test_the_two_are_not_asked_within_two_weeks_of_either_form(quick_ward: Ward):
    phone = await begun(quick_ward)
    for _ in range(2):
        await phone.says("0")
    again = await quick_ward.run(questionnaires.send, phone.patient_id, "phq2")
    assert again
    assert "last answered on 2026-11-23" in again
    assert await quick_ward.run(questionnaires.send, phone.patient_id, "phq9") is None, "the whole form asks more"
    await quick_ward.settle()
    await phone.taps("Start")
    for _ in range(9):
        await phone.says("0")
    quick_ward.clock.passes(days=13)
    assert await quick_ward.run(questionnaires.send, phone.patient_id, "phq2") is not None
    quick_ward.clock.passes(days=1)
    assert await quick_ward.run(questionnaires.send, phone.patient_id, "phq2") is None
