"""Holding a thread through the door."""

from care import conversations


async def test_a_nurse_holds_a_thread_lets_it_go_and_ends_what_is_stuck(clinic, signed_in, add_patient):
    patient = await add_patient()
    await clinic.run("test", conversations.open_, patient, "diabetes", 1)
    at = f"/patients/{patient.id}"
    assert (await signed_in.get(f"{at}/chat")).json["asking"]["flow"] == "diabetes"
    held = await signed_in.post(f"{at}/hold", {"minutes": 15})
    assert (held.status, held.json["by"], held.json["ends_at"]) == (201, "Dana", "2026-11-23T09:15:00Z")
    chat = (await signed_in.get(f"{at}/chat")).json
    assert chat["hold"] == held.json
    assert chat["asking"]["paused_at"] == "2026-11-23T09:00:00Z"
    assert (await signed_in.post(f"{at}/hold", {"minutes": 1000})).code == "invalid_body"
    assert (await signed_in.post(f"{at}/hold/end")).status == 204
    assert (await signed_in.post(f"{at}/hold/end")).code == "conflict"
    assert (await signed_in.post(f"{at}/questions/end")).json["flow"] == "diabetes"
    assert (await signed_in.post(f"{at}/questions/end")).code == "not_found"
    assert (await signed_in.post("/patients/999/hold", {})).code == "not_found"
    thread = (await signed_in.get(f"{at}/thread")).json["items"]
    assert [entry["text"] for entry in thread if entry["kind"] == "event"] == [
        "Dana took the chat: the bot keeps quiet", "The hold of Dana ended: let go by Dana"]
