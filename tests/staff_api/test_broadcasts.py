"""Broadcasts through the door: written, counted, tried, approved by somebody else, steered, and handed out as a table."""

import csv
from io import StringIO

import pytest

from care import halts, staff
from care.broadcasts import trial
from care.heart import outbox
from care.heart.outbox import Settled
from care.patients import Stranger
from tests.care.broadcasting import goes_on, many

FLU = {"title": "Flu", "texts": {"en": "The flu clinic is open on Friday."}}


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


async def leave(clinic) -> int:
    claimed = await clinic.run("sender", outbox.claim, 100)
    await clinic.run("sender", outbox.settle, [Settled(one, "sent", 900 + one.id) for one in claimed])
    return len(claimed)


async def test_a_broadcast_from_the_first_word_to_the_last_person(door, clinic):
    await many(clinic, 2)
    await many(clinic, 1, first=50, reminders=False)
    made = await door.post("/broadcasts", {**FLU, "criteria": {"languages": ["en"]}})
    assert (made.status, made.json["state"], made.json["words"]) == (201, "draft", "Patients with English as their language.")
    here = f"/broadcasts/{made.json['id']}"
    counted = (await door.get(f"{here}/audience")).json
    assert (counted["meant"], counted["gets"], counted["second_person"]) == (3, 2, False)
    assert counted["left_out"] == [{"reason": "stopped", "words": "stopped messages", "patients": 1}]
    assert counted["reading"] == [{"language": "en", "patients": 2, "screens": [
        "Riverside has a message for you. [Show]", "A message from Riverside:\n\nThe flu clinic is open on Friday."]}]
    assert (await door.post(f"{here}/send")).json["state"] == "sending"
    assert (await door.post(f"{here}/send")).code == "conflict"
    await goes_on(clinic)
    assert await leave(clinic) == 2
    await goes_on(clinic)
    progress = (await door.get(f"{here}/progress")).json
    assert (progress["state"], progress["planned"], progress["halted"]) == ("finished", 3, False)
    assert {one["status"]: one["patients"] for one in progress["statuses"] if one["patients"]} == {"sent": 2, "left_out": 1}
    first = (await door.get(f"{here}/results?limit=1")).json
    assert first["items"][0]["status"] == "sent"
    rest = (await door.get(first["next"])).json
    assert [one["status"] for one in rest["items"]] == ["sent"]
    assert [one["why"] for one in (await door.get(f"{here}/results?status=left_out")).json["items"]] == ["stopped messages"]
    assert [one["id"] for one in (await door.get("/broadcasts")).json["items"]] == [made.json["id"]]


async def test_the_table_for_a_spreadsheet_runs_nothing_in_it(door, clinic):
    await many(clinic, 1)
    await clinic.run("ops", lambda turn: turn.db.exec_driver_sql("UPDATE patients SET name = '=HYPERLINK(\"x\"),\"a\"'"))
    made = await door.post("/broadcasts", FLU)
    await door.post(f"/broadcasts/{made.json['id']}/send")
    await goes_on(clinic)
    answer = await door.get(f"/broadcasts/{made.json['id']}/results.csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="broadcast-{made.json["id"]}.csv"'
    [row] = csv.DictReader(StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["name"], row["status"], row["sent_at"]) == ("'=HYPERLINK(\"x\"),\"a\"", "leaving", "")


async def test_many_need_a_second_person_and_a_key_is_its_makers_hand(door, clinic, stranger):
    await many(clinic, 51)
    made = await door.post("/broadcasts", FLU)
    here = f"/broadcasts/{made.json['id']}"
    assert (await door.post(f"{here}/send")).json["state"] == "waiting"
    assert (await door.post(f"{here}/approve")).code == "conflict"
    erik = await clinic.run("ops", staff.add, "erik@example.org", "Erik", "-")
    _, secret = await clinic.run(f"staff:{erik.id}", staff.new_key, "a program", ["broadcasts:approve"], None)
    second = stranger.as_(Authorization=f"Bearer {secret}")
    assert (await second.post(f"{here}/hand-back")).json["state"] == "draft"
    await door.post(f"{here}/send")
    approved = await second.post(f"{here}/approve")
    assert (approved.json["state"], approved.json["approver"]) == ("sending", "Erik")
    assert (await second.post(f"{here}/pause")).code == "missing_scope"
    assert (await door.post(f"{here}/pause")).json["state"] == "paused"
    changed = await door.put(here, {**FLU, "texts": {"en": "On Saturday."}})
    assert (changed.json["version"], changed.json["approver"]) == (2, None)
    assert (await door.post(f"{here}/resume")).json["state"] == "waiting", "what was changed is read again"
    assert (await door.post(f"{here}/cancel")).json["state"] == "cancelled"


async def test_it_is_tried_in_ones_own_chat(door, clinic, nurse):
    made = await door.post("/broadcasts", FLU)
    assert (await door.post(f"/broadcasts/{made.json['id']}/try")).code == "conflict"
    link = (await door.post("/trial-links")).json["link"]
    await clinic.run("chat:5", trial.take_link, Stranger(5, "en"), link.partition("start=")[2])
    assert (await door.post(f"/broadcasts/{made.json['id']}/try")).json == {"messages": 2}


@pytest.mark.parametrize(("body", "pointer"), [
    ({**FLU, "texts": {"xx": "hello"}}, "/texts"), ({**FLU, "criteria": {"programmes": ["gout"]}}, "/criteria"),
    ({**FLU, "topic": "gossip"}, "/topic"), ({**FLU, "on_date": "2026-12-01"}, "/on_date"),
    ({**FLU, "criteria": {"age_from": 900}}, "/criteria/age_from")])
async def test_what_cannot_be_says_where(door, body, pointer):
    refused = await door.post("/broadcasts", body)
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, pointer)


async def test_cohorts_are_counted_saved_changed_and_removed(door, clinic):
    await many(clinic, 3)
    assert (await door.post("/cohort-counts", {"age_from": 60})).json == {
        "words": "Patients 60 years old or older.", "patients": 3}
    made = await door.post("/cohorts", {"name": "Older", "criteria": {"age_from": 60}})
    assert (made.json["patients"], made.json["criteria"]["age_from"]) == (3, 60)
    assert (await door.post("/cohorts", {"name": "Older"})).code == "conflict"
    here = f"/cohorts/{made.json['id']}"
    assert (await door.put(here, {"name": "Oldest", "criteria": {"age_from": 90}})).json["patients"] == 0
    used = await door.post("/broadcasts", {**FLU, "cohort_id": made.json["id"]})
    assert used.json["words"] == "Patients 90 years old or older."
    assert (await door.delete(here)).status == 204
    assert (await door.get("/cohorts")).json["items"] == []
    assert (await door.delete(here)).status == 404


async def test_a_stop_of_all_sending_is_released_by_a_person(door, clinic):
    await clinic.run("scheduler", halts.halt, "lost", "much was lost.")
    [halt] = (await door.get("/halts")).json["items"]
    assert halt["reason"] == "much was lost."
    assert (await door.post(f"/halts/{halt['id']}/release")).status == 204
    assert (await door.post(f"/halts/{halt['id']}/release")).status == 404
