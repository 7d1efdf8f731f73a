"""Clinical words: one person proposes, another approves; put back by the same two; what patients were asked, as it was."""

from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from bot.flows import FLOWS
from care import canned_replies, clinical_words, staff
from care.heart.language import in_language
from care.heart.settings import WordSettings
from care.lessons import library
from care.publications import Piece
from care.tables import broadcast_texts, events, word_proposals
from tests.care.broadcasting import WORDS, goes_on
from tests.care.lessons.written import ENGLISH, write
from tests.staff_api.conftest import QUICK

SYSTOLIC = "hypertension.systolic"
LESSON = "/clinical-words/lesson/low_sugar.en"
JUICE, TEA = "Drink a glass of juice:", "Drink a glass of sweet tea:"


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """Only where its own statements are tried does it depend on the database."""
    return request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")


@pytest.fixture
def settings(settings, request: pytest.FixtureRequest):
    return replace(settings, words=WordSettings("held" if "held" in request.function.__name__ else "shown"))


@pytest.fixture(autouse=True)
def rewrite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One lesson is all there is; given other words, its file is another."""
    folders = count()

    def act(words: str = ENGLISH) -> None:
        monkeypatch.setattr(library, "OURS", write(tmp_path / f"lessons{next(folders)}", english=words))

    act()
    return act


@pytest.fixture
def as_role(stranger, clinic):
    async def door(name: str, role: str):
        person = await clinic.run("ops", staff.add, f"{name.lower()}@riverside.example", name, QUICK.hash("x"), role)
        opened = await clinic.run(f"staff:{person.id}", staff.sign_in, person.id)
        return stranger.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)

    return door


async def read_by_patients(clinic) -> str:
    found = await clinic.read(lambda turn: library.of(turn).get("low_sugar"))
    return found.english.cards[1].text.words.splitlines()[0] if found else "nothing"


async def proposed(door, **what) -> dict:
    answer = await door.post("/word-proposals", {"kind": "lesson", "name": "low_sugar.en", "note": "Tea is at hand.", **what})
    assert answer.status == 201, answer.text
    return answer.json


async def agreed(door, proposal: dict) -> dict:
    answer = await door.post(f"/word-proposals/{proposal['id']}/approve", {"note": "Read it."})
    assert answer.status == 200, answer.text
    return answer.json


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
async def test_whoever_proposes_words_cannot_approve_them_and_a_second_person_can(clinic, signed_in, as_role, door):
    await clinic.run("ops", clinical_words.take_stock)
    eve, carla = await as_role("Eve", "content_editor"), await as_role("Carla", "clinician")
    assert (await signed_in.get(LESSON)).json["now"]["state"] == "never"
    first = await proposed(eve)
    again = await carla.post("/word-proposals", {"kind": "lesson", "name": "low_sugar.en", "note": "Me too."})
    assert (again.status, again.json["detail"][:20]) == (409, "A proposal of Eve wa")
    assert (await eve.post(f"/word-proposals/{first['id']}/approve", {})).code == "missing_scope"
    done = await agreed(carla, first)
    assert (done["state"], done["proposer"], done["decider"], done["decision_note"]) == ("approved", "Eve", "Carla", "Read it.")
    twice = await carla.post(f"/word-proposals/{first['id']}/approve", {})
    assert twice.json["detail"] == "It is decided: approved by Carla."
    now = (await signed_in.get(LESSON)).json["now"]
    assert (now["state"], now["used"], now["approved"]["decider"]) == ("approved", "filed", "Carla")

    own = await proposed(carla, name="low_sugar.fr")
    refused = await carla.post(f"/word-proposals/{own['id']}/approve", {})
    assert (refused.status, refused.json["detail"][:34]) == (409, "Whoever proposed it cannot be the ")
    by_key = await door.post(f"/word-proposals/{own['id']}/approve", {})
    assert (by_key.status, by_key.json["decider"]) == (200, "Dana"), "a key acts for who made it"

    theirs = await proposed(carla, kind="zones", name="hypertension")
    with pytest.raises(IntegrityError):
        await clinic.run("ops", lambda turn: turn.db.execute(update(word_proposals).where(
            word_proposals.c.id == theirs["id"]).values(state="approved", decided_by=word_proposals.c.proposed_by)))
    gone = await carla.post(f"/word-proposals/{theirs['id']}/refuse", {"note": "A slip."})
    assert gone.json["state"] == "withdrawn"
    journal = await clinic.read(lambda turn: turn.db.execute(select(events.c.kind, events.c.facts).where(
        events.c.kind.in_(("WordsProposed", "WordsDecided"))).order_by(events.c.id)).all())
    assert [facts.get("state", "proposed") for _kind, facts in journal] == [
        "proposed", "approved", "proposed", "approved", "proposed", "withdrawn"]


async def test_a_proposal_and_its_approval_that_are_sent_twice_are_done_once(clinic, as_role):
    await clinic.run("ops", clinical_words.take_stock)
    eve, carla = await as_role("Eve", "content_editor"), await as_role("Carla", "clinician")
    for act, by, name in (("approve", carla, "hypertension"), ("refuse", eve, "asthma")):
        words = {"kind": "zones", "name": name, "note": "As reviewed."}
        first, again = [await eve.post("/word-proposals", words, headers={"Idempotency-Key": name}) for _ in range(2)]
        assert (first.status, again.status, first.json) == (201, 201, again.json)
        here = f"/word-proposals/{first.json['id']}/{act}"
        first, again = [await by.post(here, {"note": "So."}, headers={"Idempotency-Key": act}) for _ in range(2)]
        assert (first.status, again.status, first.json) == (200, 200, again.json)


async def test_a_changed_lesson_is_said_to_be_changed_and_is_put_back_by_two(clinic, signed_in, as_role, rewrite):
    eve = await as_role("Eve", "content_editor")
    await clinic.run("ops", clinical_words.take_stock)
    old = await proposed(eve)
    await agreed(signed_in, old)
    rewrite(ENGLISH.replace(JUICE, TEA))
    await clinic.run("ops", clinical_words.take_stock)
    whole = (await signed_in.get(LESSON)).json
    assert (whole["now"]["state"], whole["now"]["used"], len(whole["uses"])) == ("changed", "filed", 2)
    assert {f"-{JUICE}", f"+{TEA}"} <= set(whole["changes"])
    assert await read_by_patients(clinic) == TEA, "as always, unless the clinic has chosen otherwise"

    back = await proposed(eve, fingerprint=old["fingerprint"])
    assert await read_by_patients(clinic) == TEA, "a proposal alone changes nothing"
    await agreed(signed_in, back)
    assert await read_by_patients(clinic) == JUICE
    assert (await signed_in.get(LESSON)).json["now"]["state"] == "put_back"
    await agreed(signed_in, await proposed(eve))
    assert await read_by_patients(clinic) == TEA

    waits = await proposed(eve, fingerprint=old["fingerprint"])
    rewrite(ENGLISH.replace(JUICE, "Drink a cola:"))
    await clinic.run("ops", clinical_words.take_stock)
    late = await signed_in.post(f"/word-proposals/{waits['id']}/approve", {})
    assert late.status == 409, "nobody agrees to what they did not see"
    assert late.json["detail"].startswith("What is in use has changed")

    zones = await signed_in.post("/word-proposals", {
        "kind": "zones", "name": "pain", "note": "As before.", "fingerprint": "0" * 32})
    assert zones.status == 404


async def test_where_words_are_held_nothing_unapproved_reaches_a_patient(clinic, signed_in, as_role, rewrite):
    eve = await as_role("Eve", "content_editor")
    await clinic.run("ops", clinical_words.take_stock)
    assert await read_by_patients(clinic) == "nothing"
    told = (await signed_in.get("/worklist")).json["items"]
    assert any((one["reason"] or "").startswith("Clinical words are in use that no second person") for one in told)
    await agreed(signed_in, await proposed(eve))
    assert await read_by_patients(clinic) == JUICE
    rewrite(ENGLISH.replace(JUICE, TEA))
    await clinic.run("ops", clinical_words.take_stock)
    assert await read_by_patients(clinic) == JUICE, "the last approved one"
    assert [one["name"] for one in (await signed_in.get("/clinical-words?kind=lesson&state=changed")).json["items"]] == [
        "low_sugar.en"]
    await agreed(signed_in, await proposed(eve))
    assert await read_by_patients(clinic) == TEA

    ready = await signed_in.post("/replies", {"title": "Fasting", "texts": {"en": {"text": "Come fasting."}}})
    assert "own:1" not in {one.name for one in await clinic.read(canned_replies.in_force)}
    first = await proposed(eve, kind="reply", name="own:1")
    await agreed(signed_in, first)
    assert ready.status == 201
    assert "own:1" in {one.name for one in await clinic.read(canned_replies.in_force)}
    await signed_in.put("/replies/1", {"title": "Fasting", "texts": {"en": {"text": "Eat well."}}})
    used = {one.name: one for one in await clinic.read(canned_replies.in_force)}
    assert used["own:1"].texts["en"].text == "Come fasting."
    await agreed(signed_in, await proposed(eve, kind="reply", name="own:1", fingerprint=first["fingerprint"]))
    assert (await signed_in.get("/replies/1")).json["texts"]["en"]["text"] == "Come fasting."


async def test_a_threshold_of_the_clinic_is_set_and_put_back_by_two(  # with the settings as they come
        clinic, signed_in, as_role, add_patient):
    carla, amina = await as_role("Carla", "clinician"), await add_patient()
    alone = await carla.put(f"/thresholds/{SYSTOLIC}", {"number": 150})
    assert (alone.status, alone.json["detail"][:31]) == (409, "A second person approves what h")
    assert (await carla.put(f"/patients/{amina.id}/thresholds/{SYSTOLIC}", {"number": 150})).status == 200, "one patient's own"

    async def by_two(number: float | None) -> dict:
        answer = await carla.post("/threshold-proposals", {"name": SYSTOLIC, "number": number, "note": "Guideline."})
        assert answer.status == 201, answer.text
        return await agreed(signed_in, answer.json)

    first = await by_two(150)
    assert (await signed_in.get(f"/thresholds/{SYSTOLIC}")).json["number"] == 150
    await by_two(155)
    back = await proposed(carla, kind="threshold", name=SYSTOLIC, fingerprint=first["fingerprint"])
    await agreed(signed_in, back)
    assert (await signed_in.get(f"/thresholds/{SYSTOLIC}")).json["number"] == 150
    await by_two(None)
    assert (await signed_in.get(f"/thresholds/{SYSTOLIC}")).json["origin"] == "file"
    for body, status in (({"name": SYSTOLIC, "number": 9999}, 422), ({"name": "no.such", "number": 1}, 404)):
        assert (await carla.post("/threshold-proposals", {**body, "note": "x"})).status == status
    await clinic.run("ops", clinical_words.take_stock)
    assert (await signed_in.get(f"/clinical-words/threshold/{SYSTOLIC}")).json["now"]["state"] == "approved"


async def test_every_version_of_what_comes_with_the_program_can_be_read_as_it_was(clinic, signed_in, clock):
    await clinic.run("ops", clinical_words.take_stock, (Piece("flow", "pain", "How strong is it?"),))
    before = clock().isoformat().replace("+00:00", "Z")
    first = (await signed_in.get("/clinical-words/flow/pain")).json["now"]["fingerprint"]
    clock.passes(minutes=9)
    assert await clinic.run("ops", clinical_words.take_stock, (Piece("flow", "pain", "How bad is it?"),)) == 1
    assert await clinic.run("ops", clinical_words.take_stock, (Piece("flow", "pain", "How bad is it?"),)) == 0
    then = await signed_in.get(f"/clinical-words/flow/pain/then?at={before}")
    assert (then.json["source"], then.json["fingerprint"]) == ("How strong is it?", first)
    assert (await signed_in.get("/clinical-words/flow/pain")).json["source"] == "How bad is it?"
    assert (await signed_in.get("/clinical-words/flow/pain/then?at=2020-01-01T00:00:00Z")).status == 404
    back = await signed_in.post("/word-proposals", {"kind": "flow", "name": "pain", "note": "x", "fingerprint": first})
    assert (back.status, back.json["detail"][:25]) == (409, "It comes with the program")


async def test_what_a_patient_was_asked_is_shown_as_it_was_whatever_became_of_the_words(
    clinic, signed_in, ward, clock, monkeypatch,
):
    flow = FLOWS["symptom_check"]
    await clinic.run("ops", clinical_words.take_stock, (Piece("flow", flow.name, "as it was"),))
    used = (await signed_in.get("/clinical-words/flow/symptom_check")).json["now"]["fingerprint"]
    phone = await ward.enrolled(language="es")
    here = f"/patients/{phone.patient_id}"
    await phone.taps("Probar ahora")
    await phone.taps("3")
    await signed_in.post(f"{here}/questionnaires", {"name": "phq9"})
    await ward.settle()
    await phone.taps("Empezar")
    await phone.taps("Varios días")
    sent = await signed_in.post(f"{here}/offers", {"kind": "lesson", "name": "low_sugar"})
    replied = await signed_in.post("/replies", {"title": "Fasting", "texts": {"es": {"text": "Venga en ayunas."}}})
    words = next(one["text"] for one in (await signed_in.get(f"{here}/replies")).json["items"] if one["title"] == "Fasting")
    await signed_in.post(f"{here}/messages", {"text": words})
    flu = await signed_in.post("/broadcasts", {"title": "Flu", "texts": WORDS})
    await signed_in.post(f"/broadcasts/{flu.json['id']}/send")
    await goes_on(clinic)
    await ward.settle()
    await phone.taps("Ver")

    clock.passes(minutes=1)
    asks = replace(flow.questions[0], text="Pain?")
    monkeypatch.setitem(FLOWS, flow.name, replace(flow, version=2, items=(asks, *flow.items[1:])))
    monkeypatch.setattr(library, "OURS", library.OURS.parent)
    await clinic.run("ops", clinical_words.take_stock, (Piece("flow", flow.name, "as it is"),))
    await clinic.run("ops", lambda turn: turn.db.execute(update(broadcast_texts).values(text="Otra cosa.")))
    await signed_in.put(f"/replies/{replied.json['id']}", {"title": "Fasting", "texts": {"es": {"text": "Coma bien."}}})

    asked = {one["flow"]: one for one in (await signed_in.get(f"{here}/asked")).json["items"]}
    check, phq = asked["symptom_check"], asked["phq9"]
    assert "1 de 3" in check["question"]
    assert in_language(flow.questions[0].text, "es") in check["question"]
    assert check["choices"][:11] == [str(number) for number in range(11)]
    assert (check["version"], check["words"], check["words_fingerprint"]) == (1, "3", used)
    assert "Poco interés o placer en hacer cosas" in phq["question"]
    assert "Ningún día" in phq["choices"]
    assert (phq["words"], phq["asked_at"] <= phq["answered_at"]) == ("Varios días", True)
    thread = (await signed_in.get(f"{here}/thread")).json["items"]
    for told in ("Venga en ayunas.", WORDS["es"]):  # by a person, and by a broadcast
        assert any(one["text"].endswith(told) for one in thread)
    given = (await signed_in.get(f"{here}/lessons")).json["items"][0]
    again = await signed_in.get(f"/lesson-deliveries/{given['id']}")
    assert sent.status == 201
    assert again.json["cards"][1].startswith(JUICE), "whatever became of the lesson since"
    page = await signed_in.get(f"{here}/asked?limit=1")
    assert [one["flow"] for one in (await signed_in.get(page.json["next"])).json["items"]] == ["symptom_check"]
