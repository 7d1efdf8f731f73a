"""A patient takes everything along: to read, for another program, and row by row."""

import io
import json
import zipfile
from dataclasses import replace

from care import erasure, export, messages, staff, tables
from care.heart.settings import DatabaseSettings
from ops.export import exported
from tests.bot.checking_in import begin
from tests.care.medicines.pharmacy import daily, prescribed
from tests.ward import SETTINGS, Ward


async def test_all_that_is_kept_is_handed_over_and_nothing_of_anybody_else(quick_ward: Ward, sqlite_url):
    amina = await quick_ward.enrolled()
    other = await quick_ward.enrolled("Omar Haddad")
    dana = await quick_ward.run(staff.add, "dana@example.org", "Dana Whitlock", "not a hash")
    await prescribed(quick_ward.clinic, amina.patient_id, daily("11:00"))
    await begin(amina, "hypertension")
    await amina.says("148/91")
    await amina.says("Как дела? my ankles are swollen")
    await other.says("this is Omar's own")
    await quick_ward.run(messages.note, amina.patient_id, "a private thought", dana.id)
    await quick_ward.run(messages.reply, amina.patient_id, "I will call you.", dana.id, "Dana")
    await quick_ward.time_passes(minutes=1)

    settings = replace(SETTINGS, database=DatabaseSettings(url=sqlite_url))
    archive = zipfile.ZipFile(io.BytesIO(await exported(settings, amina.patient_id)))
    record = json.loads(archive.read("record.json"))
    expected = await quick_ward.clinic.read(lambda turn: {
        table.name for table in tables.metadata.sorted_tables
        if (theirs := erasure.rows_of(table, amina.patient_id)) is not None
        and turn.db.execute(table.select().where(theirs)).first()})
    assert record.keys() == expected
    everything = archive.read("record.json") + archive.read("fhir.json")
    assert b"Omar" not in everything
    assert "my ankles are swollen" in record["patient_messages"][-1]["text"]
    assert record["notes"][0]["text"] == "a private thought"
    assert not {"token_hash", "fingerprint"} & {name for rows in record.values() for row in rows for name in row}
    pdf = archive.read("record.pdf")
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 5_000


async def test_readings_and_messages_are_fhir_that_says_what_it_is(quick_ward: Ward, sqlite_url):
    amina = await quick_ward.enrolled()
    await begin(amina, "hypertension")
    await amina.says("148/91")
    settings = replace(SETTINGS, database=DatabaseSettings(url=sqlite_url))
    archive = zipfile.ZipFile(io.BytesIO(await exported(settings, amina.patient_id)))
    entries = [entry["resource"] for entry in json.loads(archive.read("fhir.json"))["entry"]]
    (pressure,) = [one for one in entries if one["resourceType"] == "Observation"]
    assert [part["valueQuantity"]["value"] for part in pressure["component"]] == [148, 91]
    assert pressure["code"]["coding"][0]["code"] == "85354-9"
    assert {one["resourceType"] for one in entries} == {"Patient", "Observation", "Communication"}


async def test_the_story_is_told_from_its_beginning_without_the_teams_notes(quick_ward: Ward, monkeypatch):
    monkeypatch.setattr(export, "A_PAGE", 20)
    amina = await quick_ward.enrolled()
    dana = await quick_ward.run(staff.add, "dana@example.org", "Dana Whitlock", "not a hash")
    for n in range(25):
        quick_ward.clock.passes(minutes=1)
        await amina.says(f"message {n} of mine")
    await quick_ward.run(messages.note, amina.patient_id, "a private thought", dana.id)
    told = [entry.text for entry in await quick_ward.clinic.read(export.story, amina.patient_id)]
    assert [text for text in told if text.endswith("of mine")] == [f"message {n} of mine" for n in range(25)]
    assert "a private thought" not in told


def test_an_export_is_for_its_owner_only_and_overwrites_nothing(place):
    place.lay_out()
    done = place.run("patient", "export", "7", "record.zip")
    assert (done.returncode, done.stderr) == (1, "There is no patient 7.\n")
    assert not (place.folder / "record.zip").exists()
