"""What a nurse's day begins with: what was urgent while the office was closed, and whom to call."""

from datetime import UTC, datetime

import pytest

from care import contacts, escalations, handover, messages, patients
from care.escalations import Severity
from care.heart.time import OfficeHours
from tests.staff_api.test_mentions import as_one_of, team, url  # noqa: F401 - fixtures

HOURS = OfficeHours.read("Mon-Fri 08:00-12:00, Mon-Fri 13:00-18:00")


@pytest.mark.parametrize(("now", "closed"), [
    ("2026-11-23T09:00", "2026-11-20T18:00"), ("2026-11-23T12:30", "2026-11-23T12:00"),
    ("2026-11-23T23:00", "2026-11-23T18:00"), ("2026-11-24T07:00", "2026-11-20T18:00")])
def test_when_the_office_closed_last(now, closed):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = HOURS.closed_last(moment, "UTC", lambda day: moment.day == 24 and day.day == 23)  # a holiday before
    assert found == datetime.fromisoformat(closed).replace(tzinfo=UTC)
    assert OfficeHours.read("Sun 09:00-10:00").closed_last(moment, "UTC", lambda day: True) is None


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
async def test_the_handover_says_what_was_urgent_and_who_has_it(clinic, clock, nurse, signed_in, add_patient, as_one_of):  # noqa: F811
    amina, omar = await add_patient(), await add_patient("Omar Said", chat_id=8)
    raised = await clinic.run(
        "chat:7", escalations.open_, amina.id, Severity.EMERGENCY, "red_flag:chest", "Chest pain", "my chest")
    empty = (await signed_in.get("/handover")).json
    assert (empty["since"], empty["in_words"]) == ("2026-11-20T18:00:00Z", "1 emergency; 1 not acknowledged")
    await clinic.run("ops", escalations.acknowledge, raised, nurse.id)
    await clinic.run("ops", messages.log_call, amina.id, "reached", "", nurse.id)
    clock.passes(minutes=1)
    for kind, severity in (("zone:weight", Severity.URGENT), ("message", Severity.ROUTINE)):
        await clinic.run("chat:8", escalations.open_, omar.id, severity, kind, "2 kg more", None)
    found = (await signed_in.get("/handover")).json
    assert found["in_words"] == "1 emergency, 1 urgent; 1 not acknowledged"
    [open_one, taken] = found["events"]
    assert (open_one["item"]["patient_name"], open_one["calls"]) == ("Omar Said", [])
    assert (taken["item"]["acknowledged_by"], taken["calls"][0]["call"]) == ("Dana", "reached")
    await clinic.run("ops", escalations.resolve, raised, nurse.id, "reached")
    assert (await signed_in.get("/handover")).json["events"][1]["item"]["outcome"] == "reached"
    outside = await as_one_of("Cora Bell")
    assert {one["item"]["reason"] for one in (await outside.get("/handover")).json["events"]} == {
        "Somebody who reads records is needed"}, "a coordinator reads no reasons"
    hers = await as_one_of("Sofía Marín")
    assert (await hers.get("/handover")).json["in_words"] == "nothing urgent", "they are no patients of hers"
    clock.passes(days=1)
    assert (await clinic.read(handover.since_closing)).events == []


async def test_the_call_list_has_each_patient_once_with_numbers(clinic, signed_in, add_patient, as_one_of):  # noqa: F811
    silent, lost, well = await add_patient(), await add_patient("Omar Said", chat_id=8), await add_patient("Bo", chat_id=9)
    known = contacts.Contact(phone="+44 7700 900123", emergency_name="Omar", emergency_phone="+44 7700 900124")
    await clinic.run("ops", contacts.change, silent.id, known, None)
    for patient, severity, kind, reason in (
            (silent, Severity.ROUTINE, "silent", "Has not answered"),
            (silent, Severity.URGENT, "dose:no_answer:3", "No answer"),
            (lost, Severity.ROUTINE, "unreachable", "Cannot be reached"),
            (lost, Severity.ROUTINE, "message", "Wrote a message"),
            (well, Severity.URGENT, "zone:weight", "2 kg more")):
        await clinic.run("ops", escalations.open_, patient.id, severity, kind, reason)
    await clinic.run("ops", patients.change, lost.id, reachable=False)
    [first, second] = (await signed_in.get("/worklist/calls")).json["items"]
    assert (first["name"], first["severity"], first["phone"], first["emergency_name"]) == (
        "Amina Yusuf", "urgent", "+44 7700 900123", "Omar")
    assert [one["reason"] for one in first["reasons"]] == ["No answer", "Has not answered"]
    assert (second["phone"], [one["reason"] for one in second["reasons"]]) == (None, ["Cannot be reached", "Wrote a message"])
    outside = await as_one_of("Cora Bell")
    assert (await outside.get("/worklist/calls")).json["items"][0]["reasons"][0] == {
        "reason": "Somebody who reads records is needed", "value": None}
    assert (await (await as_one_of("Sofía Marín")).get("/worklist/calls")).json["items"] == []
