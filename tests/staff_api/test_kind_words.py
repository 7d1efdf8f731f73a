"""Plain messages answered with one kind reply: nothing unread is closed, and what is taken back is open again."""

import pytest

from care import escalations, messages, patients, worklist
from care.escalations import Severity
from tests.staff_api.test_messages import hear


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


async def plain(signed_in) -> list[dict]:
    return (await signed_in.get("/worklist?view=plain")).json["items"]


async def test_thanks_are_answered_and_closed_in_each_language(clinic, signed_in, add_patient, clock):
    for chat, (name, language) in enumerate((("Amina Yusuf", "en"), ("Lucía Gómez", "es")), 7):
        await hear(clinic, await add_patient(name, chat, language=language), "ok 👍")
    amina, lucia = await plain(signed_in)
    seen = (await signed_in.get(f"/escalations/{lucia['escalation_id']}/answer?reply=glad_to_hear")).json
    assert (seen["said"], seen["why_not"]) == ("ok 👍", None)
    assert seen["text"].startswith("Es una buena noticia")
    done = await signed_in.post(f"/escalations/{lucia['escalation_id']}/answer", {"reply": "glad_to_hear", "times_reported": 1})
    assert done.status == 200
    closed = (await signed_in.get(f"/escalations/{lucia['escalation_id']}")).json
    assert (closed["outcome"], closed["note"]) == ("other", "Answered with “Good to hear; write if it changes”")
    assert [one["escalation_id"] for one in await plain(signed_in)] == [amina["escalation_id"]]

    assert (await signed_in.post(f"/messages/{done.json['id']}/undo")).status == 204
    reopened = (await signed_in.get(f"/escalations/{lucia['escalation_id']}")).json
    assert (reopened["resolved_at"], reopened["outcome"], reopened["answered_at"]) == (None, None, None)
    assert reopened["next_action_at"] is not None
    course = (await signed_in.get(f"/escalations/{lucia['escalation_id']}/course")).json["steps"]
    assert [one["kind"] for one in course] == ["acknowledged", "resolved", "reopened"]


async def test_what_changed_since_somebody_looked_is_left(clinic, signed_in, add_patient):
    patient = await add_patient()
    await hear(clinic, patient, "thank you")
    (one,) = await plain(signed_in)
    address = f"/escalations/{one['escalation_id']}/answer"
    await hear(clinic, patient, "but my leg is blue now")
    late = await signed_in.post(address, {"reply": "glad_to_hear", "times_reported": 1})
    assert (late.status, late.json["detail"]) == (409, "Something new has come in since you looked.")
    assert await clinic.read(worklist.item, one["escalation_id"])
    both = await signed_in.post(address, {"reply": "glad_to_hear", "times_reported": 2})
    assert (both.status, both.json["detail"]) == (409, "They wrote more than once: read all of it.")

    other = await add_patient("Bob Hill", 8)
    await hear(clinic, other, "ok " * 70)
    (long,) = (item for item in await plain(signed_in) if item["patient_id"] == other.id)
    seen = (await signed_in.get(f"/escalations/{long['escalation_id']}/answer?reply=glad_to_hear")).json
    assert (seen["why_not"], seen["text"]) == ("It is long: read all of it.", None)


async def test_what_is_closed_is_answered_once(clinic, signed_in, add_patient):
    await hear(clinic, await add_patient(), "thank you")
    (one,) = await plain(signed_in)
    address = f"/escalations/{one['escalation_id']}/answer"
    first, same = [await signed_in.post(address, {"reply": "glad_to_hear", "times_reported": 1}, headers={
        "Idempotency-Key": "thanks"}) for _ in range(2)]
    assert (first.status, first.json) == (200, same.json)
    again = await signed_in.post(address, {"reply": "glad_to_hear", "times_reported": 1})
    assert (again.status, again.json["detail"]) == (409, "It is closed, or it is not yours to see.")


async def test_what_needs_a_person_is_never_closed_so(clinic, signed_in, add_patient, nurse):
    patient = await add_patient()
    await hear(clinic, patient, "thank you")
    (one,) = await plain(signed_in)
    address = f"/escalations/{one['escalation_id']}/answer?reply="

    async def why(reply: str = "glad_to_hear") -> str:
        return (await signed_in.get(address + reply)).json["why_not"]

    assert await why("no_such_reply") == "There is no such reply."
    assert await why("next_visit") == "The reply has a gap that nothing is known for."
    pain = await clinic.run("bot", escalations.open_, patient.id, Severity.URGENT, "pain", "Severe pain", "9")
    assert await why() == "More is open about them: read it first."
    assert (await signed_in.get(f"/escalations/{pain}/answer?reply=glad_to_hear")).json["why_not"] == (
        "It needs an answer of its own.")
    await clinic.run("ops", escalations.resolve, pain, nurse.id, "reached")
    await clinic.run("ops", escalations.change, one["escalation_id"], felt=worklist.FELT_URGENT)
    assert await why() == "They say that it is urgent."
    assert await plain(signed_in) == []


async def test_a_picture_that_says_thank_you_below_is_looked_at(clinic, signed_in, add_patient):
    patient = await add_patient()
    photo = messages.Written(5, "photo", "thank you", "file-5")
    await clinic.run("chat:7", lambda turn: messages.hear(turn, patients.get(turn, patient.id), photo))
    (one,) = await plain(signed_in)
    answer = {"reply": "glad_to_hear", "times_reported": 1}
    left = await signed_in.post(f"/escalations/{one['escalation_id']}/answer", answer)
    assert (left.status, left.json.get("detail")) == (409, "What they sent has to be looked at.")


async def test_a_reply_taken_back_opens_only_what_was_closed_with_it(clinic, add_patient, nurse):
    patient = await add_patient()
    await hear(clinic, patient, "thank you")
    (item,) = await clinic.read(worklist.of_patient, patient.id)
    reply = await clinic.run(f"staff:{nurse.id}", messages.reply, patient.id, "With pleasure", nurse.id, "Dana")
    await clinic.run(f"staff:{nurse.id}", escalations.resolve, item.escalation_id, nurse.id, "reached")
    await hear(clinic, patient, "one more thing")
    assert await clinic.run(f"staff:{nurse.id}", messages.undo, reply.id, nurse.id)
    (open_now,) = await clinic.read(worklist.of_patient, patient.id)
    assert open_now.escalation_id != item.escalation_id, "what came in meanwhile is open already"
