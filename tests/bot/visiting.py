"""What tests of visits share: a patient's phone, a practice, and the way to a time."""

from datetime import UTC, datetime
from typing import Any

from care.appointments import appointments
from care.appointments.appointments import Appointment
from tests.care.appointments import practice
from tests.care.appointments.practice import Practice
from tests.ward import Phone, Ward

NEXT = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # Tuesday


async def a_patient(ward: Ward, name: str = "Amina Yusuf", **changed: Any) -> Phone:
    """A patient's phone, without the way in."""
    phone = ward.phone(name.split()[0])
    await phone.opens("")
    phone.patient_id = await ward.run(practice.somebody, name, phone.chat_id, **changed)
    phone.news()
    return phone


async def opened(ward: Ward, **more: Any) -> Practice:
    opened: Practice = await ward.run(practice.open_practice, **more)
    return opened


async def visits_of(phone: Phone, *states: str) -> list[Appointment]:
    found: list[Appointment] = await phone.ward.clinic.read(appointments.all_of_patient, phone.patient_id)
    return [one for one in found if not states or one.state in states]


def screen(phone: Phone) -> str:
    """What the message with buttons shows now."""
    return next(part for part in reversed(phone.transcript.split("bot: ")) if "[" in part.split("\npatient:")[0]).split(
        "\npatient:")[0]


async def books(phone: Phone, day: str = "Tue 24 Nov", half: str | None = "Afternoon", clock: str = "14:00") -> None:
    await phone.says("/appointments")
    await phone.taps("Book a visit")
    await phone.taps("Blood pressure check")
    await phone.taps(day)
    if half:
        await phone.taps(half)
    await phone.taps(clock)
