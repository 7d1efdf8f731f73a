"""A visit booked, confirmed, moved, cancelled, waited for and offered, as it is read on the phone in every language. Kept in
tests/transcripts/visits, to be read; when words have changed on purpose: `UPDATE_TRANSCRIPTS=1 pytest` this file."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from care.appointments import appointments, booking, visit_types
from care.appointments.visit_types import Instruction
from care.heart.language import Lines, Msg, WeekDay, _, in_language, shipped
from care.heart.turn import Turn
from tests.bot.test_transcripts import Chat
from tests.care.appointments import practice
from tests.care.appointments.practice import Practice, at
from tests.spoken import spoken
from tests.ward import Ward

KEPT = Path(__file__).parents[1] / "transcripts" / "visits"
TUESDAY, THURSDAY = date(2026, 11, 24), date(2026, 11, 26)
NAMES = {"en": "Blood pressure check", "es": "Control de la tensión", "fr": "Contrôle de la tension", "de": "Blutdruck messen",
         "pt-BR": "Medir a pressão", "ru": "Измерить давление"}
TO_PREPARE = {"en": "Please bring your list of medicines.", "es": "Traiga su lista de medicinas, por favor.",
              "fr": "Apportez la liste de vos médicaments, s'il vous plaît.", "de": "Bitte bringen Sie Ihre Liste mit.",
              "pt-BR": "Traga a lista dos seus remédios, por favor.", "ru": "Возьмите с собой список лекарств."}
WISH = {"en": "thursday morning please", "es": "el jueves por la mañana", "fr": "jeudi matin", "de": "Donnerstag Vormittag",
        "pt-BR": "quinta de manhã", "ru": "в четверг утром"}


def opened(turn: Turn) -> Practice:
    place = practice.open_practice(turn, cancel_minutes=60, names=NAMES, instructions=[Instruction(20, TO_PREPARE)])
    visit_types.close(turn, place.call)
    return place


async def a_life(ward: Ward, language: str) -> Chat:
    """Books, is reminded and says yes; moves it by typing when; cancels it; waits, and takes a time that becomes free."""
    place = await ward.run(opened)
    chat = Chat(ward.phone(spoken(language).names[0].split()[0], language), language)
    await chat.phone.opens("")
    home = {**spoken(language).home, "language": language}
    patient = await ward.run(practice.somebody, spoken(language).names[0], chat.phone.chat_id, **home)
    other = await ward.run(practice.somebody, "Omar Said")
    taken = await ward.run(practice.booked, other, place.check, at(THURSDAY, "09:00"))
    chat.begins_here()

    async def taps_day(day: date, *more: object) -> None:
        named = Msg("{day}", gaps=(("day", WeekDay(day)),))
        await chat.phone.taps(in_language(Lines((named, *more), ", "), language))  # type: ignore[arg-type]

    await chat.phone.says("/appointments")
    await chat.taps("Book a visit")
    await taps_day(TUESDAY)
    await chat.taps("Afternoon")
    await chat.phone.taps("14:00")
    await chat.taps("Book it")
    await ward.time_passes(hours=9)
    await chat.taps("Confirm")
    await chat.taps("Move it")
    await chat.phone.says(WISH[language])
    await taps_day(THURSDAY, _("morning"))
    await chat.phone.taps("10:00")
    await chat.taps("Move it here")
    await chat.taps("Cancel")
    await chat.taps("Yes, cancel it")
    await chat.taps("Book a visit")
    await chat.taps("None fits")
    await chat.taps("Mornings")
    await ward.run(lambda turn: booking.cancel(turn, appointments.get(turn, taken.id)))
    await ward.settle()
    await chat.taps("Yes, I take it")
    booked = await ward.clinic.read(appointments.of_patient, patient)
    assert [one.starts_at for one in booked] == [taken.starts_at]
    assert booked[0].starts_at - ward.clock.now > timedelta(days=1)
    return chat


@pytest.mark.parametrize("language", shipped())
async def test_a_visit_from_booking_to_waiting_as_it_is_read(quick_ward: Ward, language: str):
    told, file = f"{a_life.__doc__}\n\n{(await a_life(quick_ward, language)).told}", KEPT / f"visit.{language}.txt"
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(told, encoding="utf-8")
    assert told == file.read_text(encoding="utf-8"), "what the patient reads has changed: if on purpose, UPDATE_TRANSCRIPTS=1"
