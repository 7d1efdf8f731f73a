"""On a journey the patient says by which clock each medicine goes; what runs in hours does not move."""

import pytest

from care import situations
from care.medicines import orders, regimens
from tests.bot.test_doses import a_patient
from tests.care.medicines.pharmacy import DANA, all_doses, daily, every, lines, prescribed
from tests.ward import Phone, Ward


async def to_tokyo(phone: Phone) -> None:
    await phone.says("/trip")
    await phone.taps("Asia")
    await phone.taps("Tokyo, 18:00")


async def test_by_the_clock_there_or_at_home_for_each_medicine_and_hours_stay_hours(ward: Ward):
    phone = await a_patient(ward, daily("20:00"), daily("10:00"), every(8, "10:00"))
    before = {one.id: one.due_at for one in await all_doses(ward.clinic) if one.slot >= 1000}
    await to_tokyo(phone)
    assert phone.transcript.split("bot: ")[-1] == """\
In Tokyo it is 18:00 now. By which clock shall I ask about your medicines?

1. Amlodipine 5 mg: at 20:00 there; by the clock at home at 05:00 there
2. Sertraline 50 mg: at 10:00 there; by the clock at home at 19:00 there

This goes by hours, and stays as it is: Metformin 500 mg.

If you are not sure, ask your care team first. [The clock there] [The clock at home] [Choose for each] [Back]
patient: [Asia]
patient: [Tokyo, 18:00]"""
    await phone.taps("Choose for each")
    await phone.taps("The clock there")
    assert await lines(ward.clinic, "planned") == [
        "23 10:00 planned", "23 10:00 planned", "23 20:00 planned", "24 10:00 planned", "24 20:00 planned",
        "25 10:00 planned", "25 20:00 planned"], "nothing has moved yet"
    await phone.taps("The clock at home")
    assert "Noted. Your clock is that of Tokyo: 18:00 now. Your care team can see it." in phone.transcript
    assert ("Amlodipine 5 mg: next on Monday, 23 November 2026 at 20:00\n"
            "Sertraline 50 mg: next on Monday, 23 November 2026 at 19:00") in phone.transcript
    found = await all_doses(ward.clinic)
    assert {one.id: one.due_at for one in found if one.slot >= 1000} == before
    by_zone = {(one.regimen_id, one.zone) for one in found if one.state == "planned" and one.slot < 1000}
    assert by_zone == {(1, "Asia/Tokyo"), (2, "Europe/London")}
    first, second, third = await ward.clinic.read(regimens.of_patient, phone.patient_id)
    assert (first.keeps_zone, second.keeps_zone, third.keeps_zone) == (None, "Europe/London", None)
    now_on = await ward.clinic.read(situations.current, phone.patient_id)
    assert (now_on.kind, now_on.by) == ("travelling", f"chat:{phone.chat_id}")


async def test_back_home_everything_goes_by_the_clock_of_home(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("20:00"))
    planned = await lines(quick_ward.clinic)
    await to_tokyo(phone)
    await phone.taps("The clock at home")
    assert await lines(quick_ward.clinic) == planned, "by the clock of home nothing moves"
    await phone.says("/trip")
    await phone.taps("I am back home")
    assert await lines(quick_ward.clinic) == planned
    assert [one.keeps_zone for one in await quick_ward.clinic.read(regimens.of_patient, phone.patient_id)] == [None]
    assert await quick_ward.clinic.read(situations.current, phone.patient_id) is None


async def test_when_staff_put_a_journey_on_record_the_patient_is_asked_without_a_word_of_medicines(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("20:00"))
    await quick_ward.run(situations.begin, phone.patient_id, "travelling", time_zone="Asia/Tokyo", actor="staff:1")
    await quick_ward.settle()
    assert phone.news() == (
        "bot: Riverside: your clock here is now that of Tokyo. Please see whether the times suit you. [Show]")
    await phone.taps("Show")
    await phone.taps("The clock at home")
    assert {one.zone for one in await all_doses(quick_ward.clinic) if one.state == "planned"} == {"Europe/London"}


async def test_a_list_that_staff_changed_meanwhile_is_asked_about_anew(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("20:00"), daily("10:00"))
    await to_tokyo(phone)
    await phone.taps("Choose for each")
    await phone.taps("The clock there")  # of Amlodipine
    await quick_ward.run(orders.stop, 1, DANA, "no more needed")
    await prescribed(quick_ward.clinic, phone.patient_id, daily("22:00"), "Insulin glargine")
    await phone.taps("The clock at home")  # of Sertraline, which was the second and is the first now
    assert await quick_ward.clinic.read(situations.current, phone.patient_id) is None, "nothing is guessed"
    assert "1. Sertraline 50 mg: at 10:00 there" in phone.transcript
    await phone.taps("The clock at home")
    assert [one.keeps_zone for one in await quick_ward.clinic.read(regimens.of_patient, phone.patient_id)] == [
        "Europe/London", "Europe/London"]


@pytest.mark.parametrize("data", [
    "trip:to:1:Atlantis", "trip:in:1:atlantis", "trip:by:1:Tokyo", "trip:each:1:Tokyo:0", "trip:by:9:Tokyo:0:0000",
    "trip:by:1:Tokyo:0:ffff", "trip:each:1:Tokyo:0:ffff:999"])
async def test_a_forged_button_changes_nothing(quick_ward: Ward, data: str):
    phone = await a_patient(quick_ward, daily("20:00"))
    await phone.says("/trip")
    before = await lines(quick_ward.clinic)
    await phone.does("tap_data", data)
    assert await lines(quick_ward.clinic) == before
    assert await quick_ward.clinic.read(situations.current, phone.patient_id) is None
