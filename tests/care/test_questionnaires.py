"""Validated questionnaires in use: item 9 is heard at its tap, the result is put on record and said in plain words."""

from dataclasses import replace

import pytest

from care import consent, conversations, patients, questionnaires, worklist
from care.heart.clinic import Clinic
from care.tables import outbox
from tests.ward import BORN, Clock

ALL_ZERO = {f"q{n}": 0 for n in range(1, 10)}


@pytest.fixture
async def amina(clinic: Clinic) -> patients.Patient:
    def settle_in(turn):
        added = patients.add(turn, "Amina", BORN, "en")
        patients.link(turn, added.id, 9, "self")
        consent.give(turn, patients.get(turn, added.id), consent.VERSION)
        return patients.get(turn, added.id)

    return await clinic.run("test", settle_in)


async def fill_in(clinic: Clinic, patient: patients.Patient, answers: dict[str, int], outcome: str = "finished") -> None:
    """Answer question by question, each in a turn of its own, as taps come in."""
    run = await clinic.run("chat:9", conversations.open_, patient, "phq9", 1)
    for key, value in answers.items():
        await clinic.run("chat:9", conversations.save_answer, run, key, "?", value, str(value))
    await clinic.run("chat:9", conversations.end, run, outcome)


async def items(clinic: Clinic) -> list[tuple[str, str]]:
    return [(item.severity, item.kind) for item in await clinic.read(worklist.waiting)]


async def said(clinic: Clinic) -> str:
    found = await clinic.read(lambda turn: turn.db.execute(outbox.select().order_by(outbox.c.id)).all())
    return "\n\n".join(row.text for row in found)


@pytest.mark.parametrize(("value", "severity"), [(1, "urgent"), (2, "emergency"), (3, "emergency")])
async def test_item_nine_is_heard_at_its_tap_and_the_rest_can_be_finished(clinic, amina, value: int, severity: str):
    run = await clinic.run("chat:9", conversations.open_, amina, "phq9", 1)
    await clinic.run("chat:9", conversations.save_answer, run, "q9", "?", value, "")
    assert await items(clinic) == [(severity, "instrument:phq9:q9")]
    assert "999" in await said(clinic)
    assert (await clinic.read(conversations.current, amina.id)).id == run.id


async def test_a_zero_on_item_nine_raises_nothing(clinic, amina):
    await fill_in(clinic, amina, ALL_ZERO)
    assert await items(clinic) == []
    assert "999" not in await said(clinic)


async def test_the_result_is_on_record_and_said_without_a_diagnosis(clinic, amina):
    await fill_in(clinic, amina, {**ALL_ZERO, "q1": 3, "q2": 3, "q3": 3, "q4": 3})
    (scored,) = await clinic.read(questionnaires.history, amina.id, "phq9")
    assert (scored.total, scored.band) == (12, "moderate")
    words = await said(clinic)
    assert "12 of 27" in words
    assert "This is not a diagnosis." in words


async def test_a_questionnaire_left_half_way_has_no_total(clinic, amina):
    await fill_in(clinic, amina, {"q1": 3, "q2": 3}, outcome="expired")
    (scored,) = await clinic.read(questionnaires.history, amina.id, "phq9")
    assert (scored.total, scored.band) == (None, None)
    assert "of 27" not in await said(clinic)


async def test_getting_worse_is_something_a_person_looks_at(clinic, amina, clock: Clock):
    await fill_in(clinic, amina, {**ALL_ZERO, "q1": 3, "q2": 2})
    clock.passes(days=15)
    await fill_in(clinic, amina, {**ALL_ZERO, "q1": 3, "q2": 3, "q3": 3, "q4": 3})
    assert await items(clinic) == [("urgent", "instrument:phq9")]


async def test_it_is_not_asked_again_within_its_recall_period(clinic, amina, clock: Clock):
    assert await clinic.read(questionnaires.refusal, amina, "phq9") is None
    await fill_in(clinic, amina, ALL_ZERO)
    clock.passes(days=13)
    assert await clinic.read(questionnaires.refusal, amina, "phq9") is not None
    clock.passes(days=1)
    assert await clinic.read(questionnaires.refusal, amina, "phq9") is None


async def test_a_language_without_the_official_text_is_refused(clinic, amina):
    refused = await clinic.read(questionnaires.refusal, replace(amina, language="it"), "phq9")
    assert refused.patient.text.startswith("I do not have these questions in your language.")
