"""What a patient hears when staff change or stop a medicine, and whose clock an order means that only says "morning"."""

from datetime import time

from care.medicines import day_hours, orders, regimens, requests
from care.medicines.orders import About
from care.medicines.timing import Daily
from tests.bot.test_doses import a_patient
from tests.care.medicines.pharmacy import DANA, OMAR, TODAY, all_doses, an_order, changed, daily
from tests.care.medicines.test_requests import dosage, request
from tests.ward import Ward


async def test_a_change_is_told_once_discreetly_and_shown_at_a_tap(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("08:00"), discreet=True)
    await changed(quick_ward.clinic, 1, daily("08:00"), nudges=2)
    await quick_ward.settle()
    assert phone.news() == "", "how often they are reminded is nothing that they were told"
    await changed(quick_ward.clinic, 1, daily("08:00", "20:00"), amount="2 tablets", food="with")
    await quick_ward.settle()
    assert phone.news() == "bot: Riverside has something short for you. [Show]"
    await phone.taps("Show")
    shown = phone.transcript.split("bot: ")[-1]
    assert shown.startswith("""\
Your care team changed how you take this medicine:
Amlodipine 5 mg: 2 tablets, every day at 08:00, 20:00, with food

If anything is not clear, please write it here. [Your medicines] [Why this message?]""")
    await phone.taps("Why this message?")
    why = phone.news()
    assert "Dr Ortiz changed something on your list." in why
    await phone.does("tap_data", "order:show:99")
    assert "toast: This button does not work any more." in phone.person.history


async def test_what_changes_at_night_is_told_in_the_morning_and_only_as_it_is_then(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("12:00"))
    await quick_ward.time_passes(hours=3)
    await phone.taps("Taken")
    await quick_ward.time_passes(hours=10)  # ten in the evening
    phone.news()
    await changed(quick_ward.clinic, 1, daily("12:00"), amount="2 tablets")
    await quick_ward.settle()
    await quick_ward.run(orders.stop, 1, DANA, "cough")
    await quick_ward.settle()
    assert phone.news() == ""
    await quick_ward.time_passes(hours=10)
    assert phone.news() == """\
bot: Your care team stopped this medicine: Amlodipine 5 mg
I do not ask about it any more.

If anything is not clear, please write it here. [Your medicines] [Why this message?]"""
    await phone.says("/why")
    assert "Dr Ortiz stopped something on your list." in phone.news()


async def test_whoever_has_paused_messages_hears_of_it_when_the_pause_is_over(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("12:00"), discreet=True)
    await phone.says("/stop")
    await phone.taps("Pause for a week")
    await changed(quick_ward.clinic, 1, daily("12:00"), amount="2 tablets")
    phone.news()
    await quick_ward.time_passes(days=6, hours=23)
    assert phone.news() == ""
    await quick_ward.time_passes(hours=1, minutes=1)
    assert phone.news() == "bot: Riverside has something short for you. [Show]"
    await phone.taps("Show")
    assert "Amlodipine 5 mg: 2 tablets" in phone.news()

    await phone.says("/stop")
    await phone.taps("Pause for a week")
    await changed(quick_ward.clinic, 1, daily("12:00"), amount="3 tablets")
    phone.news()
    await phone.taps("Go on now")
    assert phone.lines[-1] == "bot: Riverside has something short for you. [Show]"


async def test_what_is_known_of_a_medicine_changes_like_its_order_and_the_dose_stays_the_same(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("12:00"))
    before = [(one.id, one.due_at) for one in await all_doses(quick_ward.clinic)]
    about = About("Amlodipine 10 mg", None, "your heart", "Take it when you notice.", critical=True)

    def change(turn):
        regimen = regimens.get(turn, 1)
        return orders.change(turn, 1, regimen.version, an_order(daily("12:00")), DANA, "as agreed", about)

    ordered = await quick_ward.run(change)
    assert ordered.state == "waiting", "it becomes critical: a second person must agree"
    assert {(one.field, one.before, one.after) for one in ordered.changes} == {
        ("name", "Amlodipine 5 mg", "Amlodipine 10 mg"), ("purpose", None, "your heart"),
        ("missed_advice", None, "Take it when you notice."), ("critical", False, True)}
    assert (await quick_ward.clinic.read(regimens.get, 1)).medicine.name == "Amlodipine 5 mg"
    await quick_ward.run(orders.decide, ordered.id, OMAR, True)
    medicine = (await quick_ward.clinic.read(regimens.get, 1)).medicine
    assert (medicine.name, medicine.purpose, medicine.critical) == ("Amlodipine 10 mg", "your heart", True)
    assert [(one.id, one.due_at) for one in await all_doses(quick_ward.clinic)] == before
    await quick_ward.settle()
    assert "Amlodipine 10 mg: 1 tablet, every day at 12:00" in phone.news()
    await quick_ward.time_passes(hours=3)
    assert "1. Amlodipine 10 mg, 1 tablet" in phone.news()


async def test_morning_is_when_the_patient_says_it_is(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("08:00"))
    await phone.says("/meds")
    await phone.taps("My times of day")
    await phone.taps("Morning")
    await phone.taps("06:30")
    assert "Morning: 06:30\nNoon: 12:00\nEvening: 18:00\nBedtime: 22:00" in phone.transcript
    clock = await quick_ward.clinic.read(day_hours.of, phone.patient_id)
    [read] = requests.read(request(dosage(code="BID")), TODAY, clock).dosages
    assert read.order.timing == Daily((time(6, 30), time(18)))
    assert (await quick_ward.clinic.read(regimens.get, 1)).timing == Daily((time(8),)), "an order keeps its times"
    await phone.taps("Evening")
    await phone.does("tap_data", f"meds:at:{phone.patient_id}:evening:1130")
    assert "toast: First comes your morning, then noon, then evening, then bedtime." in phone.person.history
    await phone.does("tap_data", f"meds:hours:{phone.patient_id}")
    await phone.taps("As at the clinic")
    assert not any((await quick_ward.clinic.read(day_hours.own, phone.patient_id)).values())
