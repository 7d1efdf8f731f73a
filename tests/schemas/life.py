"""A morning in a small clinic that stops in the middle: a fixture's data, made by the product itself at the schema it then had.

`python -m tests.schemas.life FILE` lives it into a new SQLite file. It is written so that older checkouts can live it too: a
scene of a part that they do not have is left out.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta

from care.heart import schema
from care.heart.clinic import Clinic
from care.reactions import REACTIONS
from simulator.telegram import Telegram
from tests.ward import SETTINGS, TOKEN, Clock, Phone, Ward

Scene = Callable[[Ward, Phone], Awaitable[None]]


async def medicines(ward: Ward, amina: Phone) -> None:
    """Two doses of today are planned, an hour and ten hours from now."""
    from tests.care.medicines.pharmacy import daily, prescribed

    await prescribed(ward.clinic, amina.patient_id, daily("10:00", "20:00"))


async def questions(ward: Ward, amina: Phone) -> None:
    """Two people are in the middle of a check-in."""
    await amina.says("/check")
    await amina.taps("4")
    omar = await ward.enrolled("Omar Haddad", "es")
    await omar.says("/check")
    await omar.taps("9")


async def danger(ward: Ward, amina: Phone) -> None:
    """An obligation that nobody has taken on."""
    await amina.says("my chest hurts")


async def visits(ward: Ward, amina: Phone) -> None:
    """One visit is booked; another time is held while the patient decides."""
    from tests.care.appointments.practice import at, booked, held, open_practice

    practice = await ward.run(open_practice)
    await ward.run(booked, amina.patient_id, practice.check, at("2026-11-25", "10:00"))
    await ward.run(held, amina.patient_id, practice.call, at("2026-11-26", "10:00"))


async def telling_many(ward: Ward, _amina: Phone) -> None:
    """Something told to everybody, of which nothing has left."""
    from tests.care.broadcasting import sent_off, two_people

    one, _two = await two_people(ward.clinic)
    await sent_off(ward.clinic, one)
    from scheduler import jobs

    await jobs.run_due(ward.clinic)


async def a_message(ward: Ward, amina: Phone) -> None:
    """A message that was about to leave."""
    from care import patients
    from care.heart.screen import Screen
    from care.heart.turn import Lane, Turn

    def tell(turn: Turn) -> None:
        patient = patients.get(turn, amina.patient_id)
        assert patient
        turn.tell(patient, Screen("Dana: I will call you at ten."), Lane.REPLY)

    await ward.run(tell)


SCENES: tuple[Scene, ...] = (medicines, questions, danger, visits, telling_many, a_message)


async def lived(file: str) -> None:
    clock = Clock()
    url = f"sqlite:///{file}"
    await schema.upgrade(url)
    clinic = Clinic(url, SETTINGS, REACTIONS, clock)
    telegram = Telegram(clock, seed=1, pace=False)
    telegram.add_bot(TOKEN, "riverside_bot", "Riverside")
    ward = await Ward(clinic, telegram, clock).open()
    amina = await ward.enrolled()
    for scene in SCENES:
        clock.now += timedelta(minutes=1)
        try:
            await scene(ward, amina)
        except ImportError as lacking:
            print(f"left out {scene.__name__}: {lacking}")
    await clinic.close()


if __name__ == "__main__":
    asyncio.run(lived(sys.argv[1]))
