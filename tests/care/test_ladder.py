"""Who is called when nobody acts: on call, backup, lead, everyone, another channel, and again until a person takes it on."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from care import alerts, escalations, patients, resting, rota, staff
from care.escalations import Severity
from care.heart import journal
from care.heart.settings import AlertSettings, ObligationSettings, Settings
from scheduler import jobs
from tests.ward import BORN, SETTINGS

NAMES = ("ann", "ben", "cleo", "dov")


@pytest.fixture
def settings() -> Settings:
    return replace(SETTINGS, alerts=AlertSettings(
        smtp_host="127.0.0.1", smtp_port=9, smtp_security="none", email_from="careward@clinic.example",
        email_to=("duty@clinic.example",)))


@pytest.fixture
async def team(clinic) -> dict[str, int]:
    return {name: (await clinic.run("ops", staff.add, f"{name}@clinic.example", name.title(), "hash")).id for name in NAMES}


@pytest.fixture
async def planned(clinic, team) -> None:
    for name, role in zip(NAMES, rota.ROLES, strict=False):
        for day in range(7):
            await clinic.run("ops", rota.add_shift, team[name], role, time(0), time(0), day)


@pytest.fixture
async def amina(clinic) -> int:
    return (await clinic.run("ops", patients.add, "Amina Yusuf", BORN, "en")).id


@pytest.fixture
def raise_(clinic, amina):
    async def raise_(severity: Severity = Severity.EMERGENCY) -> int:
        return await clinic.run(
            "chat:7", escalations.open_, amina, severity, "red_flag:chest_pain", "Chest pain", "my heart", 7)

    return raise_


@pytest.fixture
def called(clinic, clock):
    """Who was called, and after how many minutes."""
    begun = clock.now

    async def called(escalation_id: int = 1) -> list[tuple[int, str, str]]:
        return [(int((step.at - begun).total_seconds() // 60), step.words or step.kind, " ".join(step.people))
                for step in await clinic.read(escalations.steps, escalation_id) if step.kind in ("called", "exhausted")]

    return called


async def minutes_pass(clinic, clock, minutes: int) -> None:
    for _ in range(minutes):
        clock.passes(minutes=1)
        await clinic.run("scheduler", lambda turn: None)
        await jobs.call_whoever_is_next(clinic)


async def test_one_after_another_is_called_then_everyone_then_another_channel_then_all_again(
        clinic, clock, team, planned, raise_, called):
    await raise_()
    await minutes_pass(clinic, clock, 26)
    everyone = "Ann Ben Cleo Dov"
    assert await called() == [
        (0, "on_call", "Ann"), (3, "backup", "Ben"), (6, "lead", "Cleo"), (9, "everyone", everyone), (12, "channels", ""),
        (15, "exhausted", ""), (15, "everyone", everyone), (15, "channels", ""),
        (20, "everyone", everyone), (20, "channels", ""), (25, "everyone", everyone), (25, "channels", "")]
    to = await clinic.read(lambda turn: [(one.address, one.rung) for one in turn.db.execute(alerts.alerts.select())])
    assert to[:8] == [("ann@clinic.example", "on_call"), ("ben@clinic.example", "backup"), ("cleo@clinic.example", "lead"),
                      *((f"{name}@clinic.example", "everyone") for name in NAMES), ("duty@clinic.example", "channels")]


async def test_as_soon_as_somebody_takes_it_on_nobody_else_is_called(clinic, clock, team, planned, raise_, called):
    raised = await raise_()
    await minutes_pass(clinic, clock, 4)
    await clinic.run("staff", escalations.acknowledge, raised, team["ben"])
    await minutes_pass(clinic, clock, 60)
    assert [one[1] for one in await called()] == ["on_call", "backup"]
    assert not await clinic.run("scheduler", alerts.claim), "what had not left yet need not leave any more"


async def test_taken_on_and_never_closed_it_is_its_owners_first_and_then_everybodys_again(
        clinic, clock, team, planned, raise_, called):
    raised = await raise_()
    await clinic.run("staff", escalations.acknowledge, raised, team["dov"])
    clock.passes(hours=4)
    await minutes_pass(clinic, clock, 4)
    assert (await called())[1:] == [(241, "owner", "Dov"), (244, "on_call", "Ann")]


async def test_who_is_off_shift_away_or_gone_is_passed_over_at_once(clinic, clock, team, planned, raise_, called):
    await clinic.run("staff", rota.add_absence, team["ann"], date(2026, 11, 23), date(2026, 11, 24))
    await clinic.run("ops", staff.deactivate, team["ben"])
    await raise_()
    await minutes_pass(clinic, clock, 4)
    assert await called() == [(0, "lead", "Cleo"), (3, "everyone", "Cleo Dov")]


async def test_who_has_two_roles_is_not_waited_for_twice(clinic, clock, team, raise_, called):
    for role in rota.ROLES:
        await clinic.run("ops", rota.add_shift, team["ann"], role, time(0), time(0), 0)
    await raise_()
    await minutes_pass(clinic, clock, 4)
    assert [one[1] for one in await called()] == ["on_call", "everyone"]


async def test_without_any_rota_everyone_is_called_at_once(clinic, clock, team, raise_, called):
    await raise_()
    assert await called() == [(0, "everyone", "Ann Ben Cleo Dov")]


async def test_with_everyone_away_everyone_is_called_all_the_same(clinic, team, raise_, called):
    for one in team.values():
        await clinic.run("staff", rota.add_absence, one, date(2026, 11, 23), date(2026, 11, 24))
    await raise_()
    assert await called() == [(0, "everyone", "Ann Ben Cleo Dov")]


async def test_with_nobody_on_staff_the_clinics_own_address_hears_of_it_at_once(clinic, clock, raise_, called):
    await raise_()
    assert await called() == [(0, "channels", "")]
    await minutes_pass(clinic, clock, 3)
    assert (await clinic.read(escalations.get, 1)).exhausted_at == clock.now


class TestWithNobodyAtAll:
    @pytest.fixture
    def settings(self) -> Settings:
        return SETTINGS

    async def test_it_is_exhausted_at_once_and_stays_open(self, clinic, clock, raise_, called):
        raised = await raise_()
        assert await called() == [(0, "exhausted", "")]
        await minutes_pass(clinic, clock, 30)
        there = await clinic.read(escalations.get, raised)
        assert (there.resolved_at, there.exhausted_at, there.next_action_at > clock.now) == (
            None, clock.now - timedelta(minutes=30), True)


async def test_what_is_urgent_waits_for_the_office_and_then_climbs_in_office_time(
        clinic, clock, team, planned, raise_, called):
    clock.passes(hours=8, minutes=50)  # ten to six in the evening
    await raise_(Severity.URGENT)
    await minutes_pass(clinic, clock, 15)
    assert [one[:2] for one in await called()] == [(530, "on_call")]
    clock.passes(hours=13, minutes=55)
    await minutes_pass(clinic, clock, 6)
    assert [(f"{step.at:%a %H:%M}", step.words) for step in await clinic.read(escalations.steps, 1)][1:] == [
        ("Tue 08:05", "backup")]


async def test_what_is_routine_is_called_out_only_when_it_is_overdue_and_never_by_mail(
        clinic, clock, team, planned, raise_, called):
    await raise_(Severity.ROUTINE)
    await minutes_pass(clinic, clock, 119)
    assert await called() == []
    await minutes_pass(clinic, clock, 2)
    assert await called() == [(120, "on_call", "Ann")]
    assert not await clinic.run("scheduler", alerts.claim)


async def test_a_worse_report_of_the_same_trouble_climbs_from_below_at_once(clinic, clock, team, planned, raise_, called):
    raised = await raise_(Severity.URGENT)
    await clinic.run("staff", resting.snooze, raised, team["dov"], clock.now + timedelta(hours=2), "on the phone with her")
    await minutes_pass(clinic, clock, 5)
    assert await raise_(Severity.EMERGENCY) == raised
    assert await called() == [(0, "on_call", "Ann"), (5, "owner", "Dov")], "Dov knows the patient"
    await minutes_pass(clinic, clock, 3)
    assert (await called())[-1] == (8, "on_call", "Ann")


async def test_who_it_is_handed_to_is_called_at_once_and_if_off_shift_the_ladder_is(
        clinic, clock, team, planned, raise_, called):
    raised = await raise_()
    await clinic.run("staff", escalations.hand_over, raised, team["ann"], team["dov"], "Dov knows her")
    assert (await called())[-1] == (0, "owner", "Dov")
    clock.passes(hours=14)  # the office is closed, and Dov is not on the rota
    await clinic.run("staff", escalations.hand_over, raised, team["ann"], team["dov"], "Dov knows her")
    assert (await called())[-1] == (840, "on_call", "Ann")


async def test_an_alert_carries_no_name_and_no_words_of_a_patient(clinic, team, planned, raise_):
    raised = await raise_()
    [alert] = await clinic.run("scheduler", alerts.claim)
    assert (alert.subject, alert.severity) == ("EMERGENCY: words that may mean danger", "emergency")
    assert alert.text == (
        "Riverside: EMERGENCY: words that may mean danger\nYou hear of it because you are on call.\n"
        "Act by 09:15, Mon 23 Nov. Take it on in the console, and nobody else is called:\n"
        f"http://127.0.0.1:8080/e/{raised}")
    told = await clinic.read(journal.since, 0)
    assert not [one for one in told if "Amina" in str(one.facts) or "my heart" in str(one.facts)]


class TestIfTheClinicWantsNames:
    @pytest.fixture
    def settings(self) -> Settings:
        return replace(SETTINGS, alerts=AlertSettings(
            smtp_host="x", email_from="a@b.example", name_patients=True, from_severity="routine"),
            obligations=ObligationSettings(emergency_ladder=("everyone",), emergency_step_minutes=1))

    async def test_they_are_in_the_alerts_and_the_ladder_is_as_the_clinic_made_it(self, clinic, clock, team, raise_, called):
        await raise_()
        await minutes_pass(clinic, clock, 1)
        assert (await clinic.run("scheduler", alerts.claim))[0].text.startswith(
            "Riverside: EMERGENCY: words that may mean danger (Amina Yusuf)")
        assert [one[1] for one in await called()] == ["everyone", "exhausted", "everyone"]
