"""Pools: what comes to them by itself, who sees it, who is called; and the views of the worklist."""

from datetime import timedelta

import pytest

from care import escalations, messages, patients, pools, sight, staff, worklist
from care.escalations import Severity
from scheduler import jobs
from staff_api.views import events

SOCIAL = {"name": "Social work", "takes": ["costs"], "members_only": True}


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """Only where its own statements are tried does it depend on the database."""
    return request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")


BOTH = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def colleague(stranger, clinic):
    """Somebody with a role and a reach, signed in."""

    async def signed_in(name: str, role: str = "nurse", reach: str | None = None):
        member = await clinic.run("ops", staff.add, f"{name}@riverside.example", name.title(), "hash", role, reach)
        opened = await clinic.run(f"staff:{member.id}", staff.sign_in, member.id)
        door = stranger.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)
        door.id = member.id
        return door

    return signed_in


async def opened(clinic, patient, kind: str, severity: Severity = Severity.ROUTINE) -> int:
    return await clinic.run("chat", escalations.open_, patient.id, severity, kind, "Trouble", None, patient.chat_id)


async def listed(door, view: str = "all", **query: object) -> list[str]:
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return [item["kind"] for item in (await door.get(f"/worklist?view={view}{more}")).json["items"]]


@pytest.mark.parametrize(("kind", "topic"), [
    ("message", "messages"), ("dose:cost:3", "costs"), ("dose:side_effect:3", "side_effects"),
    ("dose:no_answer:3", "medicines"),
    ("refill:3", "medicines"), ("visit_request:9", "visits"), ("zone:weight", "symptoms"), ("red_flag:self_harm", "danger"),
    ("instrument:phq9:q9", "mood"), ("backup_failed", "clinic"), ("emergency_access:1", None), ("messages", None)])
def test_a_kind_of_trouble_has_a_topic(kind: str, topic: str | None):
    assert pools.topic_of(kind) == topic


async def test_a_pool_is_made_changed_and_closed(clinic, signed_in, nurse):
    made = await signed_in.post("/pools", SOCIAL)
    assert (made.status, made.json["detail"]) == (409, "A pool that only its members see needs a member.")
    made = await signed_in.post("/pools", SOCIAL | {"members": [nurse.id]})
    assert (made.status, made.json["members"]) == (201, [{"staff_id": nurse.id, "name": "Dana"}])
    for body, said in (
            ({"name": "social WORK"}, "There is a pool called Social work already."),
            ({"name": "Money", "takes": ["costs"]}, "What care costs is taken by Social work already."),
            ({"name": "Money", "members": [99]}, "There is nobody on staff with the number 99.")):
        assert (await signed_in.post("/pools", body)).json["detail"] == said
    assert (await signed_in.post("/pools", {"name": "Money", "takes": ["gold"]})).status == 422
    changed = await signed_in.put("/pools/1", {"name": "Social workers", "takes": ["visits", "costs"]})
    assert (changed.json["takes"], changed.json["members"], changed.json["members_only"]) == (["costs", "visits"], [], False)
    assert (await signed_in.delete("/pools/1")).status == 204
    assert (await signed_in.delete("/pools/1")).status == (await signed_in.put("/pools/1", SOCIAL)).status == 404
    assert (await signed_in.get("/pools")).json["items"] == []


@BOTH
async def test_what_a_pool_takes_comes_to_it_and_only_its_members_see_it(clinic, signed_in, add_patient, colleague, clock):
    sofia, ana = await colleague("sofia", "social_worker"), await colleague("ana")
    await signed_in.post("/pools", SOCIAL | {"members": [sofia.id]})
    patient = await add_patient()
    cost, effect = await opened(clinic, patient, "dose:cost:3"), await opened(clinic, patient, "dose:side_effect:3")
    assert await listed(ana) == ["dose:side_effect:3"]
    assert await listed(sofia) == ["dose:cost:3", "dose:side_effect:3"], "her pool gives her the patient, whole"
    assert (await ana.get("/worklist/counts")).json["open"] == 1
    assert (await ana.get(f"/escalations/{cost}")).status == (await ana.post(f"/escalations/{cost}/acknowledge")).status == 404
    for who, heard in ((ana, [effect]), (sofia, [cost, effect])):
        viewer = sight.Looker(who.id, "clinic" if who is ana else "caseload", on_duty=False)
        _happened, shown = await clinic.heard_from("here", viewer).read(events.since, 0)
        assert [one.facts["escalation_id"] for one in shown if one.kind == "EscalationOpened"] == heard
        assert [int(row.split(",")[0]) for row in (await who.get("/exports/obligations.csv")).text.splitlines()[1:]] == heard
    assert (await sofia.get(f"/patients/{patient.id}/thread")).status == 200
    assert (await sofia.post(f"/escalations/{cost}/acknowledge")).json["owner_id"] == sofia.id
    given = await sofia.post(f"/escalations/{cost}/hand-over", {"to": ana.id, "reason": "knows the family"})
    assert (given.status, given.json["pool_id"]) == (200, 1)
    assert "dose:cost:3" in await listed(ana), "it is hers now"
    both = await ana.post(f"/escalations/{cost}/hand-over", {"to": ana.id, "pool_id": 1, "reason": "x"})
    assert (both.status, "not to both" in both.text) == (422, True)
    back = await ana.post(f"/escalations/{effect}/hand-over", {"pool_id": 1, "reason": "It is the price after all"})
    assert (back.json["pool_id"], back.json["owner_id"]) == (1, None)
    assert await listed(ana) == ["dose:cost:3"]
    assert [step["pool"] for step in (await sofia.get(f"/escalations/{effect}/course")).json["steps"]] == ["Social work"]
    team = await sofia.post(f"/escalations/{effect}/hand-over", {"reason": "for everybody"})
    assert (team.json["pool_id"], len(await listed(ana))) == (None, 2)


async def test_whom_the_ladder_calls_sees_it_and_danger_is_everybodys(clinic, signed_in, add_patient, colleague, clock):
    sofia, ana = await colleague("sofia", "social_worker"), await colleague("ana")
    await signed_in.post("/pools", SOCIAL | {"members": [sofia.id], "takes": ["costs", "danger"]})
    patient = await add_patient()
    await opened(clinic, patient, "red_flag:self_harm", Severity.EMERGENCY)
    assert await listed(ana) == ["red_flag:self_harm"]
    steps = (await ana.get("/escalations/1/course")).json["steps"]
    assert (steps[0]["words"], "Sofia" in steps[0]["people"]) == ("everyone", True), "there is no rota; nobody waits longer"
    urgent = await opened(clinic, patient, "dose:cost:3", Severity.URGENT)
    assert "dose:cost:3" not in await listed(ana)
    steps = (await sofia.get(f"/escalations/{urgent}/course")).json["steps"]
    assert [(one["words"], one["people"]) for one in steps] == [("pool", ["Sofia"])], "its pool is called first"
    for _ in range(6):
        clock.passes(minutes=15)
        await jobs.call_whoever_is_next(clinic)
        await listed(ana)  # or her session would end
    assert "dose:cost:3" in await listed(ana), "others have been called"


@BOTH
async def test_views_hold_what_they_say(clinic, signed_in, nurse, add_patient, clock):
    amina, boris, cleo = [await add_patient(name, number) for number, name in enumerate(("Amina", "Boris", "Cleo"), 7)]
    for patient, kind in ((amina, "message"), (boris, "person"), (cleo, "silent"), (cleo, "zone:weight")):
        await opened(clinic, patient, kind)
    await clinic.run("ops", patients.change, cleo.id, reachable=False)
    await clinic.run(f"staff:{nurse.id}", messages.reply, amina.id, "Yes", nurse.id, "Dana")
    await signed_in.post("/escalations/2/acknowledge")
    await signed_in.post("/escalations/4/snooze", {
        "until": (clock.now + timedelta(hours=1)).isoformat(), "reason": "The scales are broken"})
    assert {view: sorted(await listed(signed_in, view)) for view in ("attention", "mine", "unassigned", "patients_turn")} == {
        "attention": ["person", "silent"], "mine": ["person", "zone:weight"], "unassigned": ["message", "silent"],
        "patients_turn": ["message"]}
    assert await listed(signed_in, "snoozed") == ["zone:weight"]
    assert await listed(signed_in, "silent") == ["silent"]
    assert sorted(await listed(signed_in, "unreachable")) == ["silent", "zone:weight"]
    await signed_in.post("/escalations/3/resolve", {"outcome": "reached"})
    [done] = (await signed_in.get("/worklist?view=done")).json["items"]
    assert (done["kind"], done["outcome"], done["resolved_at"]) == ("silent", "reached", "2026-11-23T09:00:00Z")
    counted = (await signed_in.get("/worklist/views")).json
    assert counted["views"] == {"attention": 1, "mine": 2, "unassigned": 1, "plain": 0, "patients_turn": 1, "snoozed": 1,
                                "silent": 0, "unreachable": 1, "done": 1, "all": 3}
    assert (await signed_in.get("/worklist?view=else")).status == 400
    clock.passes(hours=16)
    assert await clinic.read(worklist.waiting, None, 50, "done") == [], "of today"


async def test_a_page_of_a_view_goes_on_where_it_ended(clinic, signed_in, add_patient):
    await signed_in.post("/pools", {"name": "Nurses", "takes": ["messages"]})
    for number in range(3):
        await opened(clinic, await add_patient(f"Patient {number}", number + 7), "message")
    await opened(clinic, await add_patient("Ada", 30), "zone:weight")
    assert await listed(signed_in, pool_id=1) == ["message"] * 3
    first = (await signed_in.get("/worklist?view=attention&limit=3")).json
    assert [one["kind"] for one in (await signed_in.get(first["next"])).json["items"]] == ["zone:weight"]
    assert (await signed_in.get("/worklist/views")).json["pools"] == [{"id": 1, "name": "Nurses", "open": 3}]
