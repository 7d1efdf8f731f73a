"""What a patient did not ask for, where it meets: the phone rings once, and each keeps a message and buttons of its own."""

from pathlib import Path

import pytest

from care.heart.screen import Screen
from care.heart.turn import Lane, Turn
from care.patients import get
from tests.bot.test_lessons import one_series
from tests.care.broadcasting import goes_on, sent_off, two_people
from tests.care.lessons.written import write
from tests.ward import Phone, Ward


def rings(phone: Phone, since: int = 0) -> list[str]:
    """What came to this chat, without the first so many, and whether it made a sound."""
    came = phone.ward.telegram.journal.of("sendMessage", phone.chat_id)[since:]
    return [f"{'silent' if call.params.get('disable_notification') else 'rings'}: {call.params['text'].splitlines()[0]}"
            for call in came]


async def say(phone: Phone, words: str, lane: Lane = Lane.BROADCAST, topic: str = "news") -> str:
    def act(turn: Turn) -> None:
        patient = get(turn, phone.patient_id)
        assert patient
        turn.tell(patient, Screen(words), lane, topic=topic, because="notice:")

    await phone.ward.run(act, actor="scheduler")
    await phone.ward.settle()
    return rings(phone)[-1]


async def test_a_broadcast_a_check_in_and_a_lesson_of_one_morning_ring_once(
    quick_ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
):
    phone = await one_series(quick_ward, write(tmp_path, "salt"), monkeypatch)
    author, _second = await two_people(quick_ward.clinic)
    before = len(rings(phone))
    quick_ward.clock.passes(days=1, hours=1)
    await sent_off(quick_ward.clinic, author)
    await goes_on(quick_ward.clinic)
    await quick_ward.time_passes(seconds=10)
    assert rings(phone, before) == [
        "rings: Riverside has a message for you.",
        "silent: Riverside has a short check-in for you. It takes about a minute.",
        "silent: Riverside has a short lesson for you. It takes two minutes."]
    assert phone.news() == """\
bot: Riverside has a message for you. [Show]
bot: Riverside has a short check-in for you. It takes about a minute.

Your care team reads the answers in office hours. [Start] [Not today]
bot: Riverside has a short lesson for you. It takes two minutes. [Read] [Not now] [Not interested]"""
    for label in ("Read", "Show", "Start"):  # each opens what is its own, in whatever order
        await phone.taps(label)
    assert phone.transcript.count("bot: A message from Riverside:") == 1
    assert "Your sugar can go" in phone.transcript
    assert "1 of " in phone.transcript


async def test_what_comes_later_rings_again_and_what_is_not_to_be_missed_always_does(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    assert await say(phone, "your tablet", Lane.DOSE, "dose") == "rings: your tablet"
    assert await say(phone, "news") == "silent: news"
    assert await say(phone, "call 999", Lane.SAFETY, "safety") == "rings: call 999"
    quick_ward.clock.passes(minutes=6)
    assert await say(phone, "a lesson", topic="lesson") == "silent: a lesson"
    assert await say(phone, "more news") == "rings: more news", "what made no sound itself silences nothing"
    assert await say(phone, "your visit", topic="visit") == "rings: your visit"
