"""Replies kept ready, quick answers, calls, and two people at one thread, by the staff's door."""

from datetime import timedelta

import pytest

from care import messages, staff, worklist
from tests.staff_api.test_messages import hear

OWN = {"title": "Fasting", "texts": {"en": {"text": "Dear {patient}, please come fasting on {next_visit}. {nurse}"},
                                     "es": {"text": "{patient}, venga en ayunas.", "answers": ["Sí", "No"]}}}


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """Only where its own statements are tried does it depend on the database."""
    return request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")


BOTH = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


async def test_a_clinic_keeps_its_own_replies(signed_in, with_scopes):
    added = await signed_in.post("/replies", OWN)
    assert (added.status, added.json["name"], added.json["untranslated"]) == (201, "own:1", ["fr", "de", "pt-BR", "ru"])
    listed = (await signed_in.get("/replies")).json["items"]
    assert {"own:1", "how_are_you"} <= {one["name"] for one in listed}
    assert (await signed_in.post("/replies", OWN)).json["detail"] == "There is a reply called “Fasting” already."
    for texts, said in (
            ({"en": {"text": "Hello {pateint}"}}, "{pateint} is nothing that can be filled in."),
            ({"xx": {"text": "Hello"}}, "xx is no language that patients are written to in"),
            ({"en": {"text": "Well?", "answers": ["Yes", "yes"]}}, "In English: two quick answers say the same.")):
        refused = await signed_in.post("/replies", {"title": "Another", "texts": texts})
        assert (refused.status, refused.code) == (409, "conflict")
        assert said in refused.json["detail"]
    changed = await signed_in.put("/replies/1", {"title": "Fasting, please", "texts": {"fr": {"text": "À jeun."}}})
    assert (changed.json["title"], list(changed.json["texts"])) == ("Fasting, please", ["fr"])
    reader = await with_scopes("content:read")
    assert (await reader.delete("/replies/1")).code == "missing_scope"
    assert (await signed_in.delete("/replies/1")).status == 204
    assert (await signed_in.delete("/replies/1")).status == (await signed_in.put("/replies/1", OWN)).status == 404
    assert (await signed_in.post("/replies", OWN)).status == 201, "its title is free again"


async def test_a_reply_is_shown_as_it_would_go_and_says_what_is_missing(clinic, signed_in, add_patient):
    await signed_in.post("/replies", OWN)
    patient = await add_patient(language="es")
    shown = {one["name"]: one for one in (await signed_in.get(f"/patients/{patient.id}/replies")).json["items"]}
    own = shown["own:1"]
    assert (own["language"], own["text"]) == ("es", "Amina Yusuf, venga en ayunas.")
    assert (own["answers"], own["gaps"]) == (["Sí", "No"], [])
    assert own["original"] == "Dear Amina Yusuf, please come fasting on {next_visit}. Dana"
    assert shown["how_are_you"]["text"] == "Buenos días, Amina Yusuf. Soy Dana. ¿Cómo se encuentra hoy?"
    assert (shown["please_call_us"]["language"], shown["please_call_us"]["gaps"]) == ("es", [])
    assert shown["next_visit"]["gaps"] == ["next_visit"]

    german = await add_patient("Jutta Weber", chat_id=8, language="de")
    own = {one["name"]: one for one in (await signed_in.get(f"/patients/{german.id}/replies")).json["items"]}["own:1"]
    assert (own["language"], own["gaps"]) == ("en", ["next_visit"])
    assert own["notes"] == [
        "There is no German text of this: it would go out in English.",
        "Nothing is known for {next_visit}, when the next visit is: write it yourself, or take it out."]
    refused = await signed_in.post(f"/patients/{german.id}/messages", {"text": own["text"]})
    assert (refused.status, refused.json["detail"]) == (409, "Fill in {next_visit}, or take it out.")


async def test_quick_answers_go_with_a_reply(clinic, signed_in, add_patient):
    patient = await add_patient()
    sent = await signed_in.post(f"/patients/{patient.id}/messages", {"text": "Better?", "answers": ["Yes", "No"]})
    assert sent.status == 201
    [entry] = (await signed_in.get(f"/patients/{patient.id}/thread")).json["items"]
    assert (entry["text"], entry["answers"]) == ("Dana: Better?", ["Yes", "No"])
    five = await signed_in.post(f"/patients/{patient.id}/messages", {"text": "Better?", "answers": list("abcde")})
    assert (five.status, five.json["errors"][0]["pointer"]) == (422, "/answers")


@BOTH
async def test_a_second_answer_is_asked_about(clinic, signed_in, add_patient):
    patient = await add_patient()
    marek = (await clinic.run("ops", staff.add, "marek@riverside.example", "Marek", "hash")).id
    theirs = await clinic.run(f"staff:{marek}", messages.reply, patient.id, "Take half of it", marek, "Marek")
    body = {"text": "Take all of it", "last_seen": 0}
    refused = await signed_in.post(f"/patients/{patient.id}/messages", body)
    assert (refused.status, refused.code) == (409, "answered_meanwhile")
    assert refused.json["detail"].startswith("Marek has answered meanwhile: “Marek: Take half of it”")
    assert (await signed_in.post(f"/patients/{patient.id}/messages", body | {"last_seen": theirs.id})).status == 201
    assert (await signed_in.post(f"/patients/{patient.id}/messages", body)).code == "answered_meanwhile"
    assert (await signed_in.post(f"/patients/{patient.id}/messages", {"text": "Take all of it"})).status == 201, "not asked"
    await clinic.run(f"staff:{marek}", messages.undo, theirs.id, marek)
    assert (await signed_in.post(f"/patients/{patient.id}/messages", body)).status == 201, "what was taken back answers nobody"


async def test_a_call_is_logged_and_answers_whoever_was_reached(clinic, signed_in, add_patient):
    patient = await add_patient()
    await hear(clinic, patient, "Please call me")
    assert (await signed_in.post(f"/patients/{patient.id}/calls", {"call": "no_answer"})).status == 201
    assert (await clinic.read(worklist.waiting))[0].waiting_since
    await signed_in.post(f"/patients/{patient.id}/calls", {"call": "reached", "text": "Ankles, since Monday"})
    assert (await clinic.read(worklist.waiting))[0].waiting_since is None
    calls = [(one["state"], one["text"], one["author"]) for one in
             (await signed_in.get(f"/patients/{patient.id}/thread")).json["items"] if one["kind"] == "call"]
    assert calls == [("no_answer", "", "Dana"), ("reached", "Ankles, since Monday", "Dana")]
    assert (await signed_in.post(f"/patients/{patient.id}/calls", {"call": "shouted"})).status == 422
    assert (await signed_in.post("/patients/999/calls", {"call": "reached"})).status == 404


@BOTH
async def test_whoever_looks_at_a_thread_learns_who_else_does(clinic, signed_in, add_patient, clock):
    patient = await add_patient()
    marek = (await clinic.run("ops", staff.add, "marek@riverside.example", "Marek", "hash")).id
    opened = await clinic.run(f"staff:{marek}", staff.sign_in, marek)
    other = signed_in.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)
    here = f"/patients/{patient.id}/presence"
    assert (await signed_in.post(here, {"writing": True})).json == {"items": []}
    assert (await other.post(here, {})).json["items"] == [{"staff_id": 1, "name": "Dana", "writing": True}]
    assert [one["name"] for one in (await signed_in.post(here, {})).json["items"]] == ["Marek"]
    assert (await other.delete(here)).status == 204
    assert (await signed_in.post(here, {})).json == {"items": []}
    clock.now += timedelta(seconds=21)
    assert (await other.post(here, {})).json == {"items": []}, "whoever has closed the page is gone soon"
