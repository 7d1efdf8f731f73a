"""Looking back on doses, one line a week, and the times in a calendar of one's own."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
import recurring_ical_events
from icalendar import Calendar

from bot.charts import dose_picture
from bot.charts.png import png
from care import patients, threads
from care.heart.language import in_language, shipped
from care.heart.settings import Settings
from care.medicines import calendar_feed, looking_back, orders
from care.medicines.looking_back import STATES
from tests.bot.test_doses import a_patient
from tests.care.medicines.pharmacy import DANA, daily, every
from tests.ward import SETTINGS, Ward


@pytest.fixture
def settings() -> Settings:
    return Settings(clinic=SETTINGS.clinic, staff=type(SETTINGS.staff)(secret="s" * 32, public_url="https://care.example"))


async def a_week(ward: Ward) -> object:
    """A dose in each of the four states, on days of their own; one of them is never answered, again and again."""
    phone = await a_patient(ward, daily("10:00"))
    ward.clock.passes(hours=1)
    for number in range(7):
        if number == 2:
            ward.clock.passes(hours=5)  # we are down
        await ward.time_passes()
        if number == 0:
            await phone.taps("Taken")
        elif number == 1:
            await phone.taps("Skip")
            await phone.taps("I forgot")
        await ward.time_passes(hours=8)
        ward.clock.passes(hours=11 if number == 2 else 16)
    return phone


async def another_week(ward: Ward) -> None:
    for _ in range(7):
        await ward.time_passes(hours=10)
        await ward.time_passes(hours=14)


async def test_looking_back_four_states_and_no_blame(quick_ward: Ward):
    phone = await a_week(quick_ward)
    await phone.says("/meds")
    await phone.taps("Looking back")
    caption = (
        "27 Oct to 30 Nov, as you told me:\n"
        "Amlodipine 5 mg, 10:00: 1 taken, 1 not taken, 4 no answer, 1 not asked by us\n\n"
        "Around 10:00 I hear from you least. Would another time be easier? Your care team can change it.")
    told = next(message for message in phone.person.chat.newest_first() if "photo" in message.content)
    assert told.content["caption"].split("\n", 1)[1] == caption.split("\n", 1)[1]
    patient = await quick_ward.clinic.read(patients.get, phone.patient_id)
    seen = await quick_ward.clinic.read(looking_back.seen, patient)
    assert seen.counts == {"taken": 1, "skipped": 1, "no_answer": 4, "missed_by_us": 1}
    for language in shipped():
        drawing = ElementTree.fromstring(dose_picture.drawn(seen, language))
        shown = " ".join(text.strip() for text in drawing.itertext())
        assert all(in_language(name, language) in shown for name in STATES.values())
    shapes = [re.sub(r"[\d.-]+", "", dose_picture.mark(state, 10, 10)) for state in STATES]
    assert len(set(shapes)) == 4, "told apart by their shapes alone"
    assert (await asyncio.to_thread(png, dose_picture.drawn(seen, "en"), 0.2))[:4] == b"\x89PNG"


async def test_one_line_each_sunday_for_whoever_wants_it(quick_ward: Ward):
    phone = await a_week(quick_ward)  # it is Monday
    await phone.says("/meds")
    await phone.taps("Looking back")
    await phone.taps("A line each week")
    await another_week(quick_ward)
    lines = [line for line in phone.lines if "your week" in line]
    assert lines == ["bot: Riverside: your week, 0 of 6. [Show]"]
    await phone.says("/meds")
    await phone.taps("Looking back")
    await phone.taps("No weekly line")
    await another_week(quick_ward)
    assert [line for line in phone.lines if "your week" in line] == lines


async def test_the_calendar_behind_a_secret_address_is_discreet_and_can_be_taken_back(quick_ward: Ward):
    phone = await a_patient(quick_ward, daily("10:00"), daily("10:00", "20:00"), every(8, "12:00"), discreet=True)
    await phone.says("/meds")
    await phone.taps("In my calendar")
    await phone.taps("New address")
    secret = re.search(r"https://care\.example/feeds/([\w-]+)\.ics", phone.transcript)[1]
    assert secret not in str(await quick_ward.clinic.read(threads.thread, phone.patient_id))
    feed = await quick_ward.clinic.read(calendar_feed.of, secret)
    assert b"Amlodipine" not in feed
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    times = sorted((event.decoded("dtstart").astimezone(UTC), str(event["summary"]))
                   for event in recurring_ical_events.of(Calendar.from_ical(feed)).between(now, now + timedelta(days=2)))
    assert [f"{at:%d %H:%M}" for at, _summary in times] == ["23 10:00", "23 12:00", "23 20:00", "24 10:00", "24 20:00"]
    assert {summary for _at, summary in times} == {"Riverside has something short for you."}
    unfolded = feed.decode().replace("\r\n ", "").split("\r\n")
    assert unfolded.count("DTSTART:20261123T100000Z") == 1, "two at once are one entry"
    assert len({line for line in unfolded if line.startswith("UID:")}) == unfolded.count("BEGIN:VEVENT")
    await phone.says("/meds")
    await phone.taps("Show names at once")
    assert b"Amlodipine 5 mg" in await quick_ward.clinic.read(calendar_feed.of, secret)
    await quick_ward.run(orders.stop, 1, DANA, "no more needed")
    assert b"Amlodipine" not in await quick_ward.clinic.read(calendar_feed.of, secret)
    await phone.taps("In my calendar")
    await phone.taps("Stop the calendar")
    assert await quick_ward.clinic.read(calendar_feed.of, secret) is None
    assert await quick_ward.clinic.read(calendar_feed.of, "x" * 32) is None
