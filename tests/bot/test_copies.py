"""A copy of the record, from the chat to the files: by a link that opens once, for whoever knows the date of birth."""

import io
import json
import re
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pypdf import PdfReader
from sqlalchemy import select

from care import copies, escalations, patients, threads
from care.heart.chat_names import actor_name
from care.tables import events
from staff_api.app import build
from tests.bot.checking_in import begin
from tests.ward import SETTINGS, Ward

HTTPS = replace(SETTINGS, staff=replace(SETTINGS.staff, public_url="https://care.example"))
BORN = {"day": "23", "month": "5", "year": "1968"}


@pytest.fixture
async def page(quick_ward: Ward):
    """Whoever opens a link in a browser: gives the path, gets status and text (or bytes)."""
    quick_ward.clinic.settings = HTTPS
    async with TestClient(TestServer(build(quick_ward.clinic))) as client:
        async def opened(path: str, **fields: str):
            async with (client.post(path, data=fields) if fields else client.get(path)) as answer:
                return answer.status, await answer.read()
        yield opened


async def asked(phone) -> str:
    """The path of the link that the chat gives."""
    await phone.says("/privacy")
    await phone.taps("Copy of the record")
    await phone.taps("Send me the link")
    return re.findall(r"https://care\.example(/copy/[\w-]+)", phone.transcript)[-1]


async def test_all_that_is_kept_is_had_by_link_and_date_of_birth_once(quick_ward: Ward, page):
    amina = await quick_ward.enrolled()
    for reading in ("148/91", "139/88", "151/93"):
        quick_ward.clock.passes(days=1)
        await begin(amina, "hypertension")
        await amina.says(reading)
        await amina.says("/stop")
    await amina.says("Мне лучше 🫀 and my ankles are swollen")
    path = await asked(amina)
    assert "Amina" not in amina.lines[-1]
    seen = [entry.text for entry in await quick_ward.clinic.read(threads.thread, amina.patient_id)]
    assert (threads.UNTOLD in seen, path in str(seen)) == (True, False), "whoever reads the thread cannot open it"

    status, text = await page(path)
    assert status == 200
    assert b"Amina" not in text
    assert (await page(path))[0] == 200  # to look uses nothing up
    status, text = await page(path, **BORN | {"year": "1986"})
    assert (status, b"You can try 2 more times." in text) == (403, True)
    status, text = await page(path, **BORN)
    assert status == 200
    await quick_ward.settle()
    assert "The copy was opened just now." in amina.transcript
    assert (await page(path))[0] == 404
    assert (await page(path, **BORN))[0] == 404

    key = re.search(rb'name="key" value="([\w-]+)"', text)[1].decode()
    got = {form: await page("/copy/file", key=key, form=form) for form in copies.FORMS}
    assert {status for status, _ in got.values()} == {200}
    pdf = PdfReader(io.BytesIO(got["pdf"][1]))
    said = "\n".join(sheet.extract_text() for sheet in pdf.pages)
    assert "Мне лучше ▯ and my ankles are swollen" in said
    assert "Your readings" in said
    assert "Blood pressure, 24 November to 26 November: 3 readings." in " ".join(said.split())
    assert "ankles" in json.loads(got["rows"][1])["patient_messages"][-1]["text"]
    kinds = [entry["resource"]["resourceType"] for entry in json.loads(got["fhir"][1])["entry"]]
    assert kinds.count("Observation") == 3
    assert (await page("/copy/file", key=key, form="everything"))[0] == 404
    quick_ward.clock.passes(minutes=16)
    assert (await page("/copy/file", key=key, form="pdf"))[0] == 404

    journal = await quick_ward.clinic.read(lambda turn: turn.db.execute(
        select(events.c.kind, events.c.actor, events.c.facts).where(events.c.kind.startswith("Copy"))).all())
    chat = actor_name(SETTINGS.staff.secret, f"chat:{amina.chat_id}")
    assert [(row.kind, row.actor) for row in journal] == [
        ("CopyMade", chat), ("CopyOpened", "copy"), *[("CopyTaken", "copy")] * 3]
    assert path.rpartition("/")[2] not in str(journal)


async def test_three_wrong_dates_lock_a_link_and_call_somebody(quick_ward: Ward, page):
    amina = await quick_ward.enrolled()
    path = await asked(amina)
    for wrong in ({"day": "24"}, {"month": "13"}, {"year": ""}):
        status, _ = await page(path, **BORN | wrong)
    assert status == 404
    assert (await page(path, **BORN))[0] == 404
    assert "copy_locked" in await quick_ward.clinic.read(escalations.open_kinds, amina.patient_id)


async def test_an_old_link_a_replaced_one_and_a_guess_open_nothing_and_guessing_ends(quick_ward: Ward, page):
    amina = await quick_ward.enrolled()
    first = await asked(amina)
    second = await asked(amina)
    assert (await page(first))[0] == 404
    assert (await page(second))[0] == 200
    quick_ward.clock.passes(minutes=31)
    assert (await page(second, **BORN))[0] == 404
    for number in range(18):
        assert (await page(f"/copy/{'x' * 30}{number}"))[0] == 404
    assert (await page(await asked(amina)))[0] == 429
    for _ in range(3):
        await amina.says("/privacy")
        await amina.taps("Copy of the record")
        await amina.taps("Send me the link")
    assert "You have had many links today." in amina.transcript


async def test_a_carer_gets_one_only_from_a_person(quick_ward: Ward, page):
    _, token = await quick_ward.invited(role="carer")
    rosa = quick_ward.phone("Rosa")
    await rosa.opens(token)
    for words in ("English", "1968-05-23", "Yes", "I agree"):
        await (rosa.says(words) if words[0].isdigit() else rosa.taps(words))
    patient_id = 1
    await rosa.says("/privacy")
    await rosa.taps("Delete everything")
    await rosa.taps("Ask to delete all")
    await quick_ward.run(lambda turn: escalations.open_(
        turn, patient_id, escalations.Severity.ROUTINE, "erasure_wanted", "Wishes to be forgotten"))
    await rosa.taps("Keep everything")  # of her own wish: the patient's stands
    assert await quick_ward.clinic.read(escalations.open_kinds, patient_id) == ["erasure_wanted"]
    await rosa.taps("Copy of the record")
    await rosa.taps("Send me the link")
    assert "Only the clinic can give a copy to somebody else." in rosa.transcript
    assert "/copy/" not in rosa.transcript
    assert "copy_wanted" in await quick_ward.clinic.read(escalations.open_kinds, patient_id)
    link = await quick_ward.clinic.read(lambda turn: patients.summary(turn, patient_id).links[0].id)
    await quick_ward.run(copies.hand_over, patient_id, link)
    await quick_ward.settle()
    assert "https://care.example/copy/" in rosa.transcript
    assert "copy_wanted" not in await quick_ward.clinic.read(escalations.open_kinds, patient_id)


async def test_where_no_page_can_be_reached_safely_the_wish_goes_to_a_person(quick_ward: Ward):
    amina = await quick_ward.enrolled()  # http://127.0.0.1 is no address for a phone
    await amina.says("/privacy")
    await amina.taps("Copy of the record")
    await amina.taps("Send me the link")
    assert "Your clinic gives you the copy in another way." in amina.transcript
    assert "copy_wanted" in await quick_ward.clinic.read(escalations.open_kinds, amina.patient_id)


async def test_who_wishes_to_be_forgotten_is_heard_and_nothing_goes_by_asking(quick_ward: Ward):
    amina = await quick_ward.enrolled()
    await amina.says("/privacy")
    await amina.taps("Delete everything")
    assert "A person looks at your wish first." in amina.transcript
    await amina.taps("Ask to delete all")
    assert "I have told the clinic. It will be decided" in amina.transcript
    assert "erasure_wanted" in await quick_ward.clinic.read(escalations.open_kinds, amina.patient_id)
    assert await quick_ward.clinic.read(patients.get, amina.patient_id)
    await amina.says("/privacy")
    await amina.taps("Delete everything")
    assert "The clinic knows that you wish this." in amina.transcript
    await amina.taps("Keep everything")
    assert "erasure_wanted" not in await quick_ward.clinic.read(escalations.open_kinds, amina.patient_id)
