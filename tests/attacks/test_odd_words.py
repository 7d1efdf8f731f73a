"""Words that no form expected: nobody is silenced by them, nothing breaks, and danger is heard wherever it is written."""

import logging

import pytest
from sqlalchemy import select
from telegram.ext import CommandHandler

from bot.app import HANDLERS
from care import worklist
from care.tables import answers, inbox, patient_messages
from tests.ward import Ward


async def trouble(ward: Ward) -> set[str | None]:
    return await ward.clinic.read(lambda turn: set(turn.db.scalars(select(inbox.c.outcome))))


NUMBERS = ("9" * 4000, "-" + "9" * 400, "9e999", "①" * 4096, "㉑" * 4096, "፱", "٩٩٩٩٩", "½", "nan", "inf")
DATES = ("1/2/" + "9" * 30, "፲፱፻፷፰", "፳፫/፭/፲፱፷፰", "㉑" * 4096, "0/0/0000", "31.2.1968", "9" * 4096, "10" * 4, "🙂" * 4096)


async def test_no_number_is_too_odd_to_be_asked_again(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("/check")
    for words in NUMBERS:
        await phone.says(words)
    assert await trouble(quick_ward) == {"done"}
    assert await quick_ward.clinic.read(lambda turn: list(turn.db.scalars(select(answers.c.value)))) == []


async def test_no_date_of_birth_is_too_odd_to_be_asked_again(quick_ward: Ward):
    _, token = await quick_ward.invited()
    phone = quick_ward.phone()
    await phone.opens(token)
    await phone.taps("English")
    for words in DATES:
        await phone.says(words)
        assert "date of birth" in phone.lines[-1]
    assert await trouble(quick_ward) == {"done"}


TEXTS = ("🙂" * 4096, "{} {name} %s %(x)s {0.__class__}", "<b>bold</b><script>alert(1)</script>", "\u202e\u2066x", "'")
NAME = "{Ana} <i>Ruiz</i> {0} %s"


async def test_any_words_reach_the_care_team_as_they_are(ward: Ward):
    phone = await ward.enrolled(NAME)
    for words in TEXTS:
        await phone.says(words)
    assert await trouble(ward) == {"done"}
    assert await ward.clinic.read(lambda turn: list(turn.db.scalars(select(patient_messages.c.text)))) == list(TEXTS)
    [item] = await ward.clinic.read(worklist.waiting)
    assert (item.patient_name, item.value) == (NAME, TEXTS[-1])


COMMANDS = sorted({f"/{name}" for handler in HANDLERS if isinstance(handler, CommandHandler) for name in handler.commands})


@pytest.mark.parametrize("enrolled", [True, False])
async def test_danger_written_behind_a_command_is_heard(quick_ward: Ward, enrolled: bool):
    """Someone in need taps the menu and types on behind what it put there."""
    phone = await quick_ward.enrolled() if enrolled else quick_ward.phone()
    said = [f"{command} I can't breathe" for command in (*COMMANDS, "/start@riverside_bot", "/unknown")]
    for words in said:
        await quick_ward.time_passes(minutes=1)
        await phone.says(words)
    assert phone.transcript.count("ask someone to stay with you") == len(said)
    item = (await quick_ward.clinic.read(worklist.waiting))[0]
    assert (item.severity, item.kind, item.times_reported) == ("emergency", "red_flag:breathing", len(said))
    kept = await quick_ward.clinic.read(lambda turn: list(turn.db.scalars(
        select(patient_messages.c.text).where(patient_messages.c.flagged))))
    assert kept == said


SECRET = " ".join(("my", "secret", "illness"))  # never whole in a line of code, which a traceback would show


async def test_what_a_patient_writes_is_in_no_log_even_if_the_database_refuses_it(
        ward: Ward, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    phone = await ward.enrolled()
    caplog.set_level(logging.INFO)

    def broken(turn, *_: object) -> None:
        turn.db.execute(patient_messages.insert(), {"patient_id": phone.patient_id, "text": SECRET})

    monkeypatch.setattr("care.messages.keep", broken)
    await phone.says(SECRET)
    assert await trouble(ward) == {"done", "quarantined"}
    assert SECRET not in caplog.text
    assert SECRET not in str(await ward.clinic.read(lambda turn: list(turn.db.scalars(select(inbox.c.error)))))


async def test_a_link_that_is_no_text_is_a_wrong_link(quick_ward: Ward):
    phone = quick_ward.phone()
    phone.person.says("/start \ud800\ud800")
    await quick_ward.settle()
    assert await trouble(quick_ward) == {"done"}
    assert "This link does not work." in phone.transcript
