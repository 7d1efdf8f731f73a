"""Whole chats, as a patient reads them, in every language that we ship. They are kept in tests/transcripts, to be read.
What patients type in each language is in tests/languages.

When words or ways have changed on purpose: `UPDATE_TRANSCRIPTS=1 pytest tests/bot/test_transcripts.py`, then read the diff
aloud.
"""

import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from care import messages, staff
from care.heart.language import _, city_of, in_language, name_of, shipped
from tests.spoken import spoken
from tests.ward import Phone, Ward

KEPT = Path(__file__).parents[1] / "transcripts"


class Chat:
    """A phone whose owner acts in words of their own language, and from when on its chat is told."""

    def __init__(self, phone: Phone, language: str):
        self.phone, self.language = phone, language
        self.begins_here()

    def begins_here(self) -> None:
        self._history, self._screen = self.phone.person.history, self.phone.person.transcript

    async def taps(self, label: str) -> None:
        """Tap a button, by its English words."""
        await self.phone.taps(in_language(_(label), self.language))

    async def says(self, english: str) -> None:
        """Type something, in its owner's language (tests/languages)."""
        await self.phone.says(spoken(self.language).in_their_words(english))

    @property
    def told(self) -> str:
        history = self.phone.person.history.removeprefix(self._history).strip("\n")
        screen = self.phone.person.transcript.removeprefix(self._screen).strip("\n")
        both = f"{apart(history)}\n\n\n=== On screen at the end ===\n\n{apart(screen)}\n"
        return re.sub(r"/start \S+", "/start <invitation>", both)


def apart(chat: str) -> str:
    """A blank line before each who speaks."""
    return re.sub(r"\n(?=(?:bot|patient|toast|alert)\b[^:\n]*: )", "\n\n", chat)


async def a_patient(ward: Ward, language: str) -> Chat:
    """Enrolled, and left in peace until the next morning's check-in is offered."""
    chat = Chat(await ward.enrolled(spoken(language).names[0], language, **spoken(language).home), language)
    ward.clock.passes(hours=20)
    chat.begins_here()
    await ward.time_passes(hours=4)
    return chat


async def a_newcomer(ward: Ward, language: str) -> tuple[Chat, str]:
    _id, token = await ward.invited(spoken(language).names[0], language, **spoken(language).home)
    return Chat(ward.phone(spoken(language).names[0].split()[0], language), language), token


Scene = Callable[[Ward, str], Awaitable[Chat]]


async def enrolment(ward: Ward, language: str) -> Chat:
    """A typing slip, a wrong date, a phone that is elsewhere; reads more before agreeing."""
    chat, token = await a_newcomer(ward, language)
    await chat.phone.opens(token)
    await chat.phone.taps(name_of(language))
    await chat.says("Amina")
    await chat.says("23 May 1986")
    await chat.says("23 May 1968")
    await chat.taps("No")
    await chat.says("late in the morning")
    await chat.phone.says("11:00")
    await chat.phone.taps(city_of("Europe/Athens", language))
    await chat.taps("Read more")
    await chat.taps("I agree")
    return chat


async def no_thanks(ward: Ward, language: str) -> Chat:
    """Reads what it is, and does not want it; then changes their mind."""
    chat, token = await a_newcomer(ward, language)
    await chat.phone.opens(token)
    await chat.phone.taps(name_of(language))
    await chat.phone.says("23/5/1968")
    await chat.taps("Yes")
    await chat.taps("No thanks")
    await chat.taps("Show it again")
    await chat.taps("I agree")
    return chat


async def symptom_check(ward: Ward, language: str) -> Chat:
    """A quiet day."""
    chat = await a_patient(ward, language)
    await chat.taps("Start")
    await chat.phone.taps("3")
    await chat.taps("No")
    await chat.taps("No")
    return chat


async def symptom_check_pain_and_breath(ward: Ward, language: str) -> Chat:
    """A bad day: pain of 9, fever, trouble breathing; a nurse answers."""
    chat = await a_patient(ward, language)
    await chat.taps("Start")
    await chat.phone.taps("9")
    await chat.says("my back, on the left")
    await chat.taps("Yes")
    await chat.says("39.2")
    await chat.taps("Yes")
    await a_nurse_answers(chat, "I am calling you now. Please pick up.")
    return chat


async def symptom_check_unclear(ward: Ward, language: str) -> Chat:
    """Answers that are none, a step back, an old button."""
    chat = await a_patient(ward, language)
    await chat.taps("Start")
    await chat.says("lots")
    await chat.phone.says("12")
    await chat.phone.taps("6")
    await chat.says("knee")
    await chat.says("a bit")
    await chat.taps("Send to the care team")
    await chat.taps("Back")
    await chat.says("my left knee")
    await chat.says("yes")
    await chat.says("The nurse said I should ask about my pills")
    await chat.says("100.4 F")
    await chat.phone.says("2")
    return chat


async def symptom_check_pause(ward: Ward, language: str) -> Chat:
    """Pauses, the bot restarts, goes on; then, the day after, lets it lie."""
    chat = await a_patient(ward, language)
    await chat.taps("Start")
    await chat.phone.taps("5")
    await chat.taps("Pause")
    await ward.restart()
    await ward.time_passes(hours=3)
    await chat.taps("Go on")
    await chat.says("my hip")
    await ward.restart()
    await chat.taps("No")
    await chat.taps("No")
    await ward.time_passes(hours=21)
    await chat.taps("Not today")
    return chat


async def free_text(ward: Ward, language: str) -> Chat:
    """A question in office hours, a picture, the nurse's answer, thanks; another question at night."""
    chat = Chat(await ward.enrolled(spoken(language).names[0], language, **spoken(language).home), language)
    chat.begins_here()
    await chat.says("Should I take the white pill before food?")
    chat.phone.person.sends_photo(b"jpeg", spoken(language).in_their_words("this one"))
    await ward.settle()
    await a_nurse_answers(chat, "Yes, half an hour before breakfast.")
    await chat.says("thank you")
    ward.clock.passes(hours=13)
    await chat.says("I forgot it this morning, what now?")
    await chat.phone.says("/help")
    return chat


async def red_flag_before_consent(ward: Ward, language: str) -> Chat:
    """Danger is answered before anything has been agreed to."""
    chat, token = await a_newcomer(ward, language)
    await chat.phone.opens(token)
    await chat.phone.taps(name_of(language))
    await chat.phone.says("23/5/1968")
    await chat.taps("Yes")
    chat.begins_here()
    await chat.says("I can't breathe and my chest hurts")
    await chat.says("I want to die")
    await chat.says("are you there")
    return chat


async def stranger(ward: Ward, language: str) -> Chat:
    """Nobody's patient: says hello, uses a link that is no good, presses things."""
    chat = Chat(ward.phone("Sam", language), language)
    await chat.phone.says("/start")
    await chat.says("hello?")
    await chat.phone.opens("an-old-link")
    await chat.phone.says("/check")
    await chat.says("my father took all his pills")
    return chat


async def pause_and_stop(ward: Ward, language: str) -> Chat:
    """A week's pause, back again, no more reminders, back again."""
    chat = await a_patient(ward, language)
    await chat.says("stop")
    await chat.taps("Keep everything as it is")
    await chat.phone.says("/stop")
    await chat.taps("Pause for a week")
    await ward.time_passes(days=1)
    await chat.taps("Go on now")
    await chat.phone.says("/stop")
    await chat.taps("Stop reminders")
    await chat.says("are you still there?")
    await chat.taps("Start reminders again")
    return chat


async def leaving(ward: Ward, language: str) -> Chat:
    """Leaves; what is written afterwards is a stranger's."""
    chat = await a_patient(ward, language)
    await chat.phone.says("/stop")
    await chat.taps("Leave for good")
    await chat.taps("No, stay")
    await chat.phone.says("/stop")
    await chat.taps("Leave for good")
    await chat.taps("Yes, leave")
    await chat.phone.taps(in_language(_("Start"), language))
    await chat.says("hello?")
    return chat


async def privacy_and_language(ward: Ward, language: str) -> Chat:
    """Reads what was agreed to, and changes the language."""
    chat = await a_patient(ward, language)
    await chat.phone.says("/privacy")
    await chat.phone.says("/language")
    await chat.phone.taps(name_of("es" if language == "en" else "en"))
    await chat.phone.says("/help")
    return chat


async def looking_back(ward: Ward, language: str) -> Chat:
    """Four days of check-ins; a picture of the pain, then the same in words."""
    chat = await a_patient(ward, language)
    for pain in "4332":
        await chat.taps("Start")
        await chat.phone.taps(pain)
        await chat.taps("No")
        await chat.taps("No")
        chat.begins_here()
        await ward.time_passes(days=1)
    await chat.phone.says("/trends")
    await chat.taps("Pain")
    await chat.taps("Send as words")
    await chat.taps("Pain")
    return chat


async def carer_of_two(ward: Ward, language: str) -> Chat:
    """One phone, two patients: every message says whom it is about."""
    first, second = spoken(language).names
    chat = Chat(ward.phone("Dana", language), language)
    for name in (first, second):
        _id, token = await ward.invited(name, language, role="carer", **spoken(language).home)
        await chat.phone.opens(token)
        if name == first:
            await chat.phone.taps(name_of(language))
        await chat.phone.says("23/5/1968")
        await chat.taps("Yes")
        await chat.taps("I agree")
    await ward.time_passes(days=1)
    await chat.phone.says("/check")
    await chat.phone.taps(second)
    await chat.phone.taps("2")
    await chat.taps("No")
    await chat.taps("No")
    await chat.says("slept badly again")
    await chat.phone.taps(first)
    await chat.says("stop")
    await chat.phone.taps(second)
    await chat.taps("Stop reminders")
    return chat


async def nobody_answers(ward: Ward, language: str) -> Chat:
    """Check-ins that nobody answers: once more in other words, then a rest; and back again, at another hour."""
    chat = await a_patient(ward, language)
    for _day in range(6):
        await ward.time_passes(hours=4)
        await ward.time_passes(hours=20)
    await chat.taps("Start check-ins again")
    await chat.phone.says("/hour")
    await chat.phone.says("18:30")
    await ward.time_passes(hours=34)
    await chat.taps("Not today")
    return chat


async def a_nurse_answers(chat: Chat, english: str) -> None:
    ward = chat.phone.ward
    nurse = await ward.run(staff.add, "nurse@example.org", "Grace", "no password")
    words = spoken(chat.language).in_their_words(english)
    await ward.run(messages.reply, chat.phone.patient_id, words, nurse.id, nurse.name)
    await ward.time_passes(seconds=11)


SCENES: tuple[Scene, ...] = (
    enrolment, no_thanks, symptom_check, symptom_check_pain_and_breath, symptom_check_unclear, symptom_check_pause, free_text,
    red_flag_before_consent, stranger, pause_and_stop, nobody_answers, leaving, privacy_and_language, looking_back,
    carer_of_two)


@pytest.mark.parametrize("language", shipped())
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_the_patient_reads_what_we_have_read_aloud(quick_ward: Ward, scene: Scene, language: str):
    chat = await scene(quick_ward, language)
    told, file = f"{scene.__doc__}\n\n{chat.told}", KEPT / f"{scene.__name__}.{language}.txt"
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        file.write_text(told, encoding="utf-8")
    assert told == file.read_text(encoding="utf-8"), "what the patient reads has changed: if on purpose, UPDATE_TRANSCRIPTS=1"


def test_no_transcript_is_kept_of_a_scene_that_is_no_longer_played():
    played = {f"{scene.__name__}.{language}.txt" for scene in SCENES for language in shipped()}
    assert {file.name for file in KEPT.glob("*.txt")} == played
