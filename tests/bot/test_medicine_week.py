"""A week of a patient's medicines, as it is read on the phone. Kept in tests/transcripts/medicines, to be read.

When words or ways have changed on purpose: `UPDATE_TRANSCRIPTS=1 pytest tests/bot/test_medicine_week.py`, then read the diff
aloud.
"""

import os

import pytest

from care import patients
from tests.bot.test_transcripts import KEPT, Chat
from tests.care.medicines.pharmacy import TODAY, daily, prescribed
from tests.spoken import spoken
from tests.ward import BORN, Ward

WORDS = {
    "en": {"tablet": "1 tablet", "pressure": "your blood pressure", "mood": "your mood", "pain": "pain"},
    "es": {"tablet": "1 pastilla", "pressure": "su tensión", "mood": "su ánimo", "pain": "el dolor"}}


async def a_patient(ward: Ward, language: str) -> Chat:
    """A patient with two medicines in the morning and one for when it hurts."""
    name = spoken(language).names[0]
    phone = ward.phone(name.split()[0], language)
    await phone.opens("")

    def add(turn) -> int:
        patient = patients.add(turn, name, BORN, language, **spoken(language).home)
        patients.link(turn, patient.id, phone.chat_id, "self")
        patients.change(turn, patient.id, state="active", consented=True)
        return patient.id

    phone.patient_id, words = await ward.run(add), WORDS[language]
    await prescribed(ward.clinic, phone.patient_id, daily("08:00"), "Amlodipine 5 mg", {
        "purpose": words["pressure"], "supplied_on": TODAY, "supply_days": 15}, amount=words["tablet"])
    await prescribed(ward.clinic, phone.patient_id, daily("08:00"), "Sertraline 50 mg", {"purpose": words["mood"]},
                     amount=words["tablet"], food="with")
    await prescribed(ward.clinic, phone.patient_id, {"kind": "as_needed", "most": 2}, "Paracetamol 500 mg",
                     {"purpose": words["pain"]}, amount=words["tablet"])
    return Chat(phone, language)


async def next_morning(chat: Chat, hour: int = 8) -> None:
    """Tomorrow at this hour on the patient's wall; the night passes quietly."""
    ward = chat.phone.ward
    await ward.time_passes(hours=1)
    here = (await ward.clinic.read(patients.summary, chat.phone.patient_id)).local_time
    await ward.time_passes(hours=(hour - here.hour) % 24 or 24, minutes=-here.minute)


async def a_week(chat: Chat) -> None:
    ward = chat.phone.ward
    await next_morning(chat)  # Tuesday: taken at once
    await chat.taps("Show")
    await chat.taps("All taken")
    await next_morning(chat)  # Wednesday: in half an hour
    await chat.taps("Show")
    await chat.taps("Later")
    await chat.taps("In 30 minutes")
    await ward.time_passes(minutes=30)
    await chat.taps("Show")
    await chat.taps("All taken")
    await next_morning(chat)  # Thursday: one of the two
    await chat.taps("Show")
    await chat.taps("Choose")
    await chat.phone.taps({"en": "1 taken", "es": "1 tomado"}[chat.language])
    await chat.taps("Skip")
    await chat.taps("Side effect")
    await next_morning(chat)  # Friday: nothing is heard, then a change
    await chat.taps("Show")
    for _ in range(13):
        await ward.time_passes(minutes=30)
    await next_morning(chat, hour=10)  # Saturday: we were not there in time
    await chat.phone.says("/meds")
    await chat.phone.taps("Paracetamol 500 mg")
    await chat.taps("I took one")
    await next_morning(chat)  # Sunday
    await chat.taps("Show")
    await chat.taps("Skip all")
    await chat.taps("I forgot")
    await chat.taps("Change")
    await chat.phone.taps({"en": "1 taken", "es": "1 tomado"}[chat.language])
    await next_morning(chat)  # Monday: a week is left
    await chat.taps("Show")
    await chat.taps("All taken")
    await ward.time_passes(hours=2)
    await chat.taps("Show")
    await chat.taps("Something is in the way")
    await chat.taps("The pharmacy has none")


@pytest.mark.parametrize("language", WORDS)
async def test_the_patient_reads_what_we_have_read_aloud(quick_ward: Ward, language: str):
    chat = await a_patient(quick_ward, language)
    chat.begins_here()
    await a_week(chat)
    file = KEPT / "medicines" / f"week.{language}.txt"
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        file.write_text(chat.told, encoding="utf-8")
    kept = file.read_text(encoding="utf-8")
    assert chat.told == kept, "what the patient reads has changed: if on purpose, UPDATE_TRANSCRIPTS=1"
