"""Who needs a person now, in the order in which they need one."""

from care import escalations
from care.escalations import Severity


async def raise_for(clinic, patient, severity: Severity, kind: str = "pain") -> int:
    return await clinic.run("system", escalations.open_, patient.id, severity, kind, "Severe pain", "9")


async def all_pages(door, address: str) -> list[dict]:
    items, following = [], address
    while following:
        answer = await door.get(following)
        assert answer.status == 200
        items += answer.json["items"]
        following = answer.json["next"]
    return items


async def test_the_most_severe_come_first_then_whoever_has_waited_longest(clinic, door, add_patient, clock):
    expected = {}
    for number, severity in enumerate((2, 0, 1, 1, 2, 0)):
        clock.passes(minutes=1)
        patient = await add_patient(f"Patient {number}", chat_id=100 + number)
        expected[number] = await raise_for(clinic, patient, Severity(severity))
    items = await all_pages(door, "/worklist?limit=2")
    assert [item["escalation_id"] for item in items] == [expected[n] for n in (1, 5, 2, 3, 0, 4)]
    first = items[0]
    assert (first["severity"], first["reason"], first["value"]) == ("emergency", "Severe pain", "9")
    assert first["patient_name"] == "Patient 1"
    assert first["waiting_since"] == "2026-11-23T09:02:00Z"


async def test_pages_hold_still_while_new_trouble_comes_in(clinic, door, add_patient, clock):
    old = []
    for number in range(6):
        clock.passes(minutes=1)
        old.append(await raise_for(clinic, await add_patient(f"Old {number}", chat_id=100 + number), Severity.URGENT))
    first = await door.get("/worklist?limit=3")
    for number in range(4):
        clock.passes(minutes=1)
        patient = await add_patient(f"New {number}", chat_id=200 + number)
        await raise_for(clinic, patient, Severity.EMERGENCY if number % 2 else Severity.URGENT)
    rest = await all_pages(door, first.json["next"])
    seen = [item["escalation_id"] for item in first.json["items"] + rest]
    assert seen[:6] == old
    assert len(seen) == len(set(seen))


async def test_the_end_of_the_list_is_said(door, clinic, add_patient):
    await raise_for(clinic, await add_patient(), Severity.ROUTINE)
    assert (await door.get("/worklist?limit=1")).json["next"] is None


async def test_a_cursor_that_was_changed_or_belongs_elsewhere_is_refused(door, clinic, add_patient, clock):
    for number in range(3):
        await raise_for(clinic, await add_patient(f"Ana {number}", chat_id=number + 1), Severity.URGENT)
    following = (await door.get("/worklist?limit=1")).json["next"]
    names = (await door.get("/patients?limit=1&name=Ana")).json["next"]
    cursor = following.rpartition("cursor=")[2]
    for wrong in ("x", "AAAA" * 12, cursor[:-2] + "xx", names.partition("cursor=")[2].partition("&")[0]):
        answer = await door.get(f"/worklist?cursor={wrong}")
        assert (answer.status, answer.code) == (400, "invalid_cursor")
    assert (await door.get(names.replace("name=Ana", "name=Bob"))).code == "invalid_cursor"
    clock.passes(days=1, seconds=1)
    assert (await door.get(following)).code == "invalid_cursor"


async def test_the_counts_follow_what_is_done(clinic, door, add_patient):
    patient = await add_patient()
    first = await raise_for(clinic, patient, Severity.EMERGENCY)
    await raise_for(clinic, patient, Severity.URGENT, "fever")
    assert (await door.get("/worklist/counts")).json == {"open": 2, "emergency": 1, "unacknowledged": 2}
    await door.post(f"/escalations/{first}/acknowledge")
    assert (await door.get("/worklist/counts")).json == {"open": 2, "emergency": 1, "unacknowledged": 1}
    await door.post(f"/escalations/{first}/resolve", {"outcome": "reached"})
    assert (await door.get("/worklist/counts")).json == {"open": 1, "emergency": 0, "unacknowledged": 1}


async def test_taking_it_on_puts_a_name_on_it_and_leaves_it_open(clinic, signed_in, nurse, add_patient):
    raised = await raise_for(clinic, await add_patient(), Severity.EMERGENCY)
    taken = await signed_in.post(f"/escalations/{raised}/acknowledge")
    assert (taken.json["acknowledged_by"], taken.json["acknowledged_at"]) == (nurse.id, "2026-11-23T09:00:00Z")
    assert taken.json["resolved_at"] is None
    assert (await signed_in.get(f"/escalations/{raised}")).json == taken.json
    [item] = (await signed_in.get("/worklist")).json["items"]
    assert item["acknowledged_by"] == "Dana"


async def test_an_escalation_is_closed_with_a_reason(clinic, signed_in, nurse, add_patient):
    raised = await raise_for(clinic, await add_patient(), Severity.URGENT)
    closed = await signed_in.post(f"/escalations/{raised}/resolve", {"outcome": "advice_given", "note": " Rest. "})
    assert (closed.json["outcome"], closed.json["note"], closed.json["resolved_by"]) == ("advice_given", "Rest.", nurse.id)
    assert (await signed_in.get("/worklist")).json["items"] == []


async def test_an_escalation_is_not_closed_without_saying_what_was_done(clinic, signed_in, add_patient):
    raised = await raise_for(clinic, await add_patient(), Severity.URGENT)
    for wrong in ({}, {"outcome": "bored"}, {"outcome": "other"}, {"outcome": "other", "note": "  "}):
        answer = await signed_in.post(f"/escalations/{raised}/resolve", wrong)
        assert (answer.status, answer.code) == (422, "invalid_body")
    assert len((await signed_in.get("/worklist")).json["items"]) == 1


async def test_what_does_not_exist_is_neither_taken_on_nor_closed(signed_in):
    assert (await signed_in.post("/escalations/5/acknowledge")).status == 404
    assert (await signed_in.post("/escalations/5/resolve", {"outcome": "reached"})).status == 404
