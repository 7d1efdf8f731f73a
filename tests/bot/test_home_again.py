"""What a patient hears of their medicines when they come home: what was changed meanwhile, of each medicine once."""

from datetime import timedelta

from care import situations
from care.medicines import orders
from tests.bot.test_doses import a_patient
from tests.care.medicines.pharmacy import DANA, OMAR, TODAY, changed, daily, prescribed
from tests.ward import Phone, Ward


async def goes(ward: Ward, phone: Phone, kind: str = "in_hospital") -> situations.Situation:
    return await ward.run(situations.begin, phone.patient_id, kind, actor="staff:1")


async def comes_home(ward: Ward, phone: Phone) -> None:
    await ward.run(situations.end, phone.patient_id, actor="staff:1")
    await ward.settle()


async def test_at_home_again_the_patient_hears_what_is_new_changed_and_stopped_and_takes_no_old_dose(quick_ward: Ward):
    ward = quick_ward
    phone = await a_patient(ward, daily("18:00"), daily("18:00"), daily("18:00"))
    await goes(ward, phone)
    ward.clock.passes(hours=2)
    await changed(ward.clinic, 1, daily("18:00"), amount="3 tablets")
    await ward.run(orders.stop, 2, DANA, "falls")
    await changed(ward.clinic, 3, daily("18:00"), nudges=2)  # nothing that they were told
    ward.clock.passes(days=2)
    await changed(ward.clinic, 1, daily("18:00"), amount="2 tablets", food="with")
    await prescribed(ward.clinic, phone.patient_id, daily("20:00"), "Furosemide 40 mg", {"critical": True})
    waiting = (await ward.clinic.read(orders.waiting, 4)).id
    await prescribed(ward.clinic, phone.patient_id, daily("20:00"), "Cefuroxime 500 mg", ends_on=TODAY + timedelta(days=1))
    await ward.settle()
    await ward.run(orders.decide, waiting, OMAR, True)
    await ward.time_passes(hours=1)
    assert phone.news() == ""
    await comes_home(ward, phone)
    assert phone.news() == """\
bot: Your medicines have changed. This is how it is now:

Changed: Amlodipine 5 mg: 2 tablets, every day at 18:00, with food

Stopped: Sertraline 50 mg. I do not ask about it any more.

New: Furosemide 40 mg: 1 tablet, every day at 20:00

If anything is not clear, or if you were told something else, please write it here. [Your medicines] [Why this message?]"""
    await phone.taps("Why this message?")
    assert "Something on your list changed while I did not ask you about it." in phone.news()
    await ward.time_passes(hours=6, minutes=1)
    assert "1. Amlodipine 5 mg, 2 tablets, with food\n2. Metformin 500 mg, 1 tablet" in phone.news()
    await goes(ward, phone)
    ward.clock.passes(hours=1)
    await comes_home(ward, phone)
    assert "changed" not in phone.news(), "it is said once"


async def test_what_waited_to_be_told_before_the_stay_is_told_after_it_and_discreetly(quick_ward: Ward):
    ward = quick_ward
    phone = await a_patient(ward, daily("12:00"), discreet=True)
    ward.clock.passes(hours=14)  # eleven at night: it waits for the morning
    await changed(ward.clinic, 1, daily("12:00"), amount="2 tablets")
    await ward.settle()
    ward.clock.passes(hours=1)
    stay = await goes(ward, phone)
    ward.clock.passes(hours=20)
    await goes(ward, phone, "transferred")
    ward.clock.passes(hours=20)
    phone.news()
    await comes_home(ward, phone)
    assert phone.news() == "bot: Riverside has something short for you. [Show]"
    await phone.taps("Show")
    assert "Changed: Amlodipine 5 mg: 2 tablets, every day at 12:00" in phone.news()
    other = await ward.enrolled("Omar Said")
    await other.does("tap_data", f"order:home:{stay.id}")
    assert "toast: This button does not work any more." in other.person.history


async def test_what_was_changed_and_changed_back_is_nothing_to_be_told(quick_ward: Ward):
    ward = quick_ward
    phone = await a_patient(ward, daily("12:00"))
    wrong = await goes(ward, phone)
    ward.clock.passes(minutes=5)
    await changed(ward.clinic, 1, daily("12:00"), amount="2 tablets")
    await changed(ward.clinic, 1, daily("12:00"))
    await ward.settle()
    await ward.run(situations.undo, wrong.id)
    await ward.settle()
    assert phone.news() == ""


async def test_a_change_that_could_not_leave_for_a_day_is_still_told(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("12:00"))
    await changed(quick_ward.clinic, 1, daily("12:00"), amount="2 tablets")
    quick_ward.clock.passes(hours=26)  # the machine was away
    await quick_ward.settle()
    assert "Amlodipine 5 mg: 2 tablets" in phone.news()


async def test_a_list_that_telegram_would_refuse_comes_in_two_messages(quick_ward: Ward):
    ward = quick_ward
    phone = await a_patient(ward, daily("12:00"), daily("12:00"))
    await goes(ward, phone)
    ward.clock.passes(minutes=5)
    for number in range(12):
        await prescribed(ward.clinic, phone.patient_id, daily("20:00"), f"Medicine {number} " + "x" * 400)
    await comes_home(ward, phone)
    heard = phone.news()
    assert [heard.count(words) for words in ("have changed", "New: Medicine", "[Your medicines]", "bot: ")] == [1, 12, 1, 2]
    assert heard.endswith("please write it here. [Your medicines] [Why this message?]")
