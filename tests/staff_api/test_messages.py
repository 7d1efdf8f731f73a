"""Replies, their undoing, notes, and the thread that shows them."""

import asyncio

from care import messages, patients, staff
from care.messages import Written
from tests.staff_api.test_worklist import all_pages


async def hear(clinic, patient, text: str) -> None:
    def act(turn):
        messages.hear(turn, patients.lock(turn, patient.id), Written(len(text), "text", text))

    await clinic.run(f"chat:{patient.chat_id}", act)


async def test_a_nurse_replies_and_the_thread_shows_it_under_her_name(clinic, signed_in, add_patient, clock):
    patient = await add_patient()
    await hear(clinic, patient, "My ankles are swollen")
    clock.passes(minutes=12)
    sent = await signed_in.post(f"/patients/{patient.id}/messages", {"text": "  Both ankles?  "})
    assert (sent.status, sent.json["undo_until"]) == (201, "2026-11-23T09:12:10Z")
    items = (await signed_in.get(f"/patients/{patient.id}/thread")).json["items"]
    assert ("patient", "My ankles are swollen") in [(entry["kind"], entry["text"]) for entry in items]
    assert (items[-1]["kind"], items[-1]["author"], items[-1]["text"]) == ("staff", "Dana", "Dana: Both ankles?")
    assert items[-1]["undo_until"] == sent.json["undo_until"]


async def test_a_reply_is_taken_back_within_ten_seconds_and_not_after(signed_in, add_patient, clock):
    patient = await add_patient()
    first = (await signed_in.post(f"/patients/{patient.id}/messages", {"text": "See you on the 12th"})).json
    second = (await signed_in.post(f"/patients/{patient.id}/messages", {"text": "See you on the 21st"})).json
    clock.passes(seconds=9)
    assert (await signed_in.post(f"/messages/{first['id']}/undo")).status == 204
    again = await signed_in.post(f"/messages/{first['id']}/undo")
    assert (again.status, again.code) == (409, "too_late")
    clock.passes(seconds=2)
    assert (await signed_in.post(f"/messages/{second['id']}/undo")).code == "too_late"
    assert (await signed_in.post("/messages/999/undo")).code == "too_late"
    states = [entry["state"] for entry in (await signed_in.get(f"/patients/{patient.id}/thread")).json["items"]]
    assert states == ["undone", "queued"]


async def test_a_double_click_sends_one_reply(signed_in, add_patient):
    patient = await add_patient()
    answers = await asyncio.gather(*(
        signed_in.post(f"/patients/{patient.id}/messages", {"text": "Hello"}, headers={"Idempotency-Key": "k"})
        for _ in range(10)))  # fmt: skip
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len((await signed_in.get(f"/patients/{patient.id}/thread")).json["items"]) == 1


async def test_a_key_of_one_person_is_not_another_persons(clinic, signed_in, door, add_patient):
    patient = await add_patient()
    for who in (signed_in, door):
        await who.post(f"/patients/{patient.id}/messages", {"text": "Hello"}, headers={"Idempotency-Key": "k"})
    assert len((await door.get(f"/patients/{patient.id}/thread")).json["items"]) == 2


async def test_an_idempotency_key_has_a_form(door, add_patient):
    patient = await add_patient()
    for key in ("", "x" * 256, "with space", "é"):
        answer = await door.post(f"/patients/{patient.id}/messages", {"text": "Hello"}, headers={"Idempotency-Key": key})
        assert (answer.status, answer.code) == (400, "invalid_header")


async def test_a_patient_who_cannot_be_reached_is_called_instead(signed_in, add_patient):
    patient = await add_patient(chat_id=None)
    answer = await signed_in.post(f"/patients/{patient.id}/messages", {"text": "Hello"})
    assert (answer.status, answer.code) == (409, "cannot_reach")
    assert (await signed_in.post("/patients/999/messages", {"text": "Hello"})).status == 404


async def test_a_reply_needs_words_that_fit(signed_in, add_patient):
    patient = await add_patient()
    for text in ("", "   ", "x" * 4001, "a\0b", None, 5):
        answer = await signed_in.post(f"/patients/{patient.id}/messages", {"text": text})
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/text")


async def test_a_note_stays_with_the_team(signed_in, add_patient):
    patient = await add_patient()
    assert (await signed_in.post(f"/patients/{patient.id}/notes", {"text": "Daughter calls on Fridays"})).status == 201
    [entry] = (await signed_in.get(f"/patients/{patient.id}/thread")).json["items"]
    assert (entry["kind"], entry["author"], entry["text"]) == ("note", "Dana", "Daughter calls on Fridays")
    assert (await signed_in.post("/patients/999/notes", {"text": "Hello"})).status == 404


async def test_a_program_writes_in_the_name_of_whoever_made_its_key(door, add_patient):
    patient = await add_patient()
    await door.post(f"/patients/{patient.id}/messages", {"text": "Hello"})
    [entry] = (await door.get(f"/patients/{patient.id}/thread")).json["items"]
    assert (entry["author"], entry["text"]) == ("Dana", "Dana: Hello")


async def test_a_program_whose_key_nobody_on_staff_made_reads_but_does_not_speak(clinic, stranger, add_patient):
    patient = await add_patient()
    _, secret = await clinic.run("ops", staff.new_key, "from the command line", ("messages:write", "patients:read"), None)
    program = stranger.as_(Authorization=f"Bearer {secret}")
    assert (await program.get(f"/patients/{patient.id}/thread")).status == 200
    answer = await program.post(f"/patients/{patient.id}/messages", {"text": "Hello"})
    assert (answer.status, answer.code) == (403, "people_only")


async def test_a_long_thread_is_read_backwards_without_gaps_while_it_grows(clinic, door, add_patient, clock):
    patient = await add_patient()
    for number in range(9):
        clock.passes(minutes=1)
        await clinic.run("staff:1", messages.reply, patient.id, f"{number}", 1, "Dana")
    first = await door.get(f"/patients/{patient.id}/thread?limit=4")
    assert [entry["text"] for entry in first.json["items"]] == ["Dana: 5", "Dana: 6", "Dana: 7", "Dana: 8"]
    clock.passes(minutes=1)
    await clinic.run("staff:1", messages.reply, patient.id, "late", 1, "Dana")
    second = await door.get(first.json["next"])
    assert [entry["text"] for entry in second.json["items"]] == ["Dana: 1", "Dana: 2", "Dana: 3", "Dana: 4"]
    assert [entry["text"] for entry in await all_pages(door, second.json["next"])] == ["Dana: 0"]


async def test_the_words_of_somebody_who_is_not_enrolled_can_be_read(clinic, door):
    await clinic.run("chat:55", messages.keep, 55, None, Written(1, "text", "Is anybody there?"))
    [entry] = (await door.get("/strangers/55/thread")).json["items"]
    assert (entry["kind"], entry["text"]) == ("patient", "Is anybody there?")
    assert (await door.get("/strangers/56/thread")).json["items"] == []
