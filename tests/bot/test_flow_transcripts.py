"""Every flow in every language, as a patient meets it: on a quiet day, on one that worries, and on one of danger.

They are kept in tests/transcripts/flows, to be read aloud; a new flow, or a new language, is walked through by itself. When
words or ways have changed on purpose: `UPDATE_TRANSCRIPTS=1 pytest tests/bot/test_flow_transcripts.py`, then read the diff.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import talk
from bot.flows import FLOWS
from bot.flows.engine import Ask, Flow
from bot.flows.kinds import BELIEVED, Choose, Here, Photo
from bot.flows.samples import samples
from care import consent, conversations, patients, zone_rules
from care.conversations import Conversation
from care.heart.language import shipped
from tests.bot.test_transcripts import apart
from tests.ward import BORN, Phone, Ward

KEPT = Path(__file__).parents[1] / "transcripts" / "flows"
HOMES = {
    "en": ("Amina", "GB", "Europe/London"), "es": ("Carmen", "ES", "Europe/Madrid"), "fr": ("Claire", "FR", "Europe/Paris"),
    "de": ("Hanne", "DE", "Europe/Berlin"), "pt-BR": ("Ana", "BR", "America/Sao_Paulo"), "ru": ("Anna", "RU", "Europe/Moscow")}
DAYS = QUIET, WORRYING, DANGEROUS = "A quiet day", "A worrying day", "A day of danger"
MOST = 80  # steps; more is a dead end


async def a_patient(ward: Ward, language: str) -> Phone:
    """Enrolled on record, without the chat that leads there."""
    name, country, zone = HOMES.get(language, HOMES["en"])
    phone = ward.phone(name, language)

    def settle_in(turn: Any) -> int:
        added = patients.add(turn, name, BORN, language, country=country, time_zone=zone)
        patients.link(turn, added.id, phone.chat_id, "self")
        found = patients.get(turn, added.id)
        assert found
        consent.give(turn, found, consent.VERSION)
        return added.id

    phone.patient_id = await ward.run(settle_in)
    await phone.says("/language")
    phone.person.taps(next(
        button["text"] for row in phone.person.last.buttons for button in row if button["callback_data"] == f"lang:{language}"))
    await ward.settle()
    return phone


async def walked(ward: Ward, flow: Flow, language: str, day: str) -> str:
    """The whole of one walk, as it happened."""
    phone = await a_patient(ward, language)
    before = phone.person.history
    await ward.run(lambda turn: talk.begin(turn, patients.in_chat(turn, phone.chat_id)[0], flow.name))
    await ward.settle()
    for _step in range(MOST):
        running, answers = await ward.clinic.read(standing, phone.patient_id)
        if running is None:
            return apart(phone.person.history.removeprefix(before).strip("\n"))
        question = flow.question(running.asked)
        assert question
        await answers_it(phone, flow, question, answers, day)
    raise AssertionError(f"{flow.name} in {language} does not end:\n{phone.transcript[-2000:]}")


def standing(turn: Any, patient_id: int) -> tuple[Conversation | None, dict[str, Any]]:
    running = conversations.current(turn, patient_id)
    return running, conversations.answers_of(turn, running) if running else {}


async def answers_it(phone: Phone, flow: Flow, question: Ask, answers: dict[str, Any], day: str) -> None:
    """By a button where there is one, else in words. Asked whether it was meant so, they say it was."""
    language = phone.person.user.language_code or "en"
    buttons = [button for row in phone.person.last.buttons for button in row]
    if meant := [button for button in buttons if f":{BELIEVED}" in button["callback_data"]]:
        await phone.taps(meant[0]["text"])
        return
    if isinstance(question.kind, Photo):
        await phone.does("sends_photo", b"jpeg")
        return
    ways = list(enumerate(samples(question.kind, language)))
    choose = min if day == QUIET else max
    _at, words = choose(ways, key=lambda way: (*worry(flow, question, answers, way[1], language, day), way[0]))
    if any(button["text"] == words for button in buttons):
        await phone.taps(words)
    else:
        await phone.says(words)


def worry(
    flow: Flow, question: Ask, answers: dict[str, Any], words: str, language: str, day: str,
) -> tuple[int, int, int, bool]:
    """How much an answer asks for: the zones that it is in, by what the day is of; how much more is asked then; and whether it
    is a yes."""
    try:
        value = question.kind.hear(words, Here(language=language)).value
    except Choose:
        value = None  # it will be asked about
    check_in = zone_rules.of(flow.name)
    zones = [rule.zone for rule in (check_in.rules if check_in else ())
             if question.key in (rule.key, rule.again) and rule.of == "value" and rule.met_by(value)]
    red, amber = zones.count("red"), zones.count("amber")
    given = {**answers, question.key: value}
    return -red if day == WORRYING else red, amber, sum(ask.applies(given) for ask in flow.questions), value == "yes"


@pytest.mark.parametrize("language", shipped())
@pytest.mark.parametrize("name", FLOWS)
async def test_every_flow_reads_as_it_was_read_aloud(quick_ward: Ward, name: str, language: str):
    settings = quick_ward.clinic.settings
    quick_ward.clinic.settings = replace(settings, clinic=replace(settings.clinic, languages=shipped()))
    flow, file = FLOWS[name], KEPT / f"{name}.{language}.txt"
    days: dict[str, str] = {}
    for day in DAYS:
        walk = await walked(quick_ward, flow, language, day)
        if walk not in days.values():
            days[day] = walk
    told = "\n\n\n".join(f"=== {day} ===\n\n{walk}" for day, walk in days.items()) + "\n"
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        KEPT.mkdir(exist_ok=True)
        file.write_text(told, encoding="utf-8")
    assert told == file.read_text(encoding="utf-8"), "what the patient reads has changed: if on purpose, UPDATE_TRANSCRIPTS=1"


def test_no_transcript_is_kept_of_a_flow_that_is_gone():
    assert {file.name for file in KEPT.glob("*.txt")} == {f"{name}.{language}.txt" for name in FLOWS for language in shipped()}
