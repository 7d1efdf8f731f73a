"""An obligation's life: whose it is, by when, what was done about it. Only a person closes it, and red is never suppressed."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from care import conversations, escalations, messages, patients, resting, staff
from care.escalations import Refused, Severity
from tests.ward import BORN


@pytest.fixture
async def ann(clinic) -> int:
    return (await clinic.run("ops", staff.add, "ann@clinic.example", "Ann", "hash")).id


@pytest.fixture
async def ben(clinic) -> int:
    return (await clinic.run("ops", staff.add, "ben@clinic.example", "Ben", "hash")).id


@pytest.fixture
async def amina(clinic) -> int:
    def act(turn):
        patient = patients.add(turn, "Amina", BORN, "en")
        patients.link(turn, patient.id, 7, "self")
        patients.change(turn, patient.id, state="active", consented=True)
        return patient.id

    return await clinic.run("ops", act)


@pytest.fixture
def raise_(clinic, amina):
    async def raise_(severity: Severity, kind: str = "pain") -> int:
        return await clinic.run("chat:7", escalations.open_, amina, severity, kind, "Severe pain", "9", 7)

    return raise_


async def of(clinic, escalation_id: int) -> escalations.Escalation:
    return await clinic.read(escalations.get, escalation_id)


async def test_an_emergency_has_its_two_clocks_at_any_hour_the_rest_in_office_time(clinic, clock, raise_):
    clock.passes(hours=14)  # eleven at night
    red, amber, plain = [await of(clinic, await raise_(severity, severity.word)) for severity in Severity]
    assert (red.due_at - clock.now, red.resolve_by - clock.now) == (timedelta(minutes=15), timedelta(hours=4))
    assert [f"{one:%a %H:%M}" for one in (amber.due_at, amber.resolve_by)] == ["Tue 09:00", "Tue 18:00"]
    assert [f"{one:%a %H:%M}" for one in (plain.due_at, plain.resolve_by)] == ["Tue 10:00", "Mon 18:00"]


@pytest.mark.parametrize("careless", [
    "UPDATE escalations SET next_action_at = NULL", "UPDATE escalations SET resolved_at = opened_at",
    "UPDATE escalations SET resolved_at = opened_at, resolved_by = 1, next_action_at = NULL"])
async def test_the_database_itself_refuses_to_forget_one_or_to_close_one_without_a_person_and_evidence(
        clinic, raise_, ann, careless):
    raised = await raise_(Severity.URGENT)
    with pytest.raises(IntegrityError):
        await clinic.run("test", lambda turn: turn.db.execute(text(careless)))
    assert (await of(clinic, raised)).next_action_at


async def test_who_takes_it_on_owns_it_and_is_asked_again_when_it_should_be_closed(clinic, clock, raise_, ann):
    raised = await raise_(Severity.EMERGENCY)
    taken = await clinic.run("staff", escalations.acknowledge, raised, ann)
    assert (taken.owner_id, taken.next_action_at) == (ann, taken.resolve_by)
    clock.passes(hours=5)
    late = await clinic.run("staff", escalations.hand_over, raised, ann, ann, "still mine")
    assert late.next_action_at == clock.now + timedelta(minutes=5), "it should have been closed by now"


async def test_handed_over_it_is_the_others_who_have_still_to_take_it_on(clinic, raise_, ann, ben):
    raised = await raise_(Severity.EMERGENCY)
    await clinic.run("staff", escalations.acknowledge, raised, ann)
    given = await clinic.run("staff", escalations.hand_over, raised, ann, ben, "Ben knows her")
    assert (given.owner_id, given.acknowledged_by, given.acknowledged_at) == (ben, None, None)
    back = await clinic.run("staff", escalations.hand_over, raised, ben, None, "my shift is over")
    assert (back.owner_id, back.acknowledged_by) == (None, None)
    told = await clinic.read(escalations.steps, raised)
    assert [(one.kind, one.by, one.to, one.words) for one in told if one.by] == [
        ("acknowledged", "Ann", None, None), ("handed_over", "Ann", "Ben", "Ben knows her"),
        ("handed_over", "Ben", None, "my shift is over")]


async def test_from_hand_to_hand_it_is_due_when_it_was_due(clinic, clock, raise_, ann, ben):
    raised = await raise_(Severity.ROUTINE)
    due_at = (await of(clinic, raised)).due_at
    for to in (ben, None, ben):
        clock.passes(minutes=30)
        given = await clinic.run("staff", escalations.hand_over, raised, ann, to, "not mine")
        assert (given.due_at, given.next_action_at) == (due_at, due_at)
    clock.passes(hours=1)
    await clinic.run("staff", escalations.hand_over, raised, ann, ben, "overdue")
    assert [(step.kind, step.people) for step in await clinic.read(escalations.steps, raised)][-1] == ("called", ("Ben",))


async def test_taking_it_over_from_someone_is_taking_it_on(clinic, raise_, ann, ben):
    raised = await raise_(Severity.URGENT)
    await clinic.run("staff", escalations.acknowledge, raised, ann)
    mine = await clinic.run("staff", escalations.hand_over, raised, ben, ben, "Ann is in a meeting")
    assert (mine.owner_id, mine.acknowledged_by) == (ben, ben)


async def test_it_is_not_handed_to_nobody_known_nor_without_a_reason_nor_once_closed(clinic, raise_, ann, ben):
    raised = await raise_(Severity.URGENT)
    await clinic.run("ops", staff.deactivate, ben)
    for to, reason, why in ((ben, "x", "not on staff"), (99, "x", "not on staff"), (None, " ", "Say why")):
        with pytest.raises(Refused, match=why):
            await clinic.run("staff", escalations.hand_over, raised, ann, to, reason)
    await clinic.run("staff", escalations.resolve, raised, ann, "reached")
    with pytest.raises(Refused, match="closed"):
        await clinic.run("staff", escalations.hand_over, raised, ann, None, "x")
    with pytest.raises(Refused, match="closed"):
        await clinic.run("staff", resting.snooze, raised, ann, (await of(clinic, raised)).due_at, "x")
    assert await clinic.run("staff", escalations.hand_over, 99, ann, None, "x") is None


@pytest.mark.parametrize(("severity", "longest"), [
    (Severity.EMERGENCY, timedelta(hours=1)), (Severity.URGENT, timedelta(days=1)), (Severity.ROUTINE, timedelta(days=30))])
async def test_a_snooze_has_an_end_and_for_red_a_reason_and_an_hour_at_most(clinic, clock, raise_, ann, severity, longest):
    raised = await raise_(severity)
    for until in (clock.now, clock.now + longest + timedelta(seconds=1)):
        with pytest.raises(Refused, match="a moment to come"):
            await clinic.run("staff", resting.snooze, raised, ann, until, "on the phone with her")
    with pytest.raises(Refused, match="until when"):
        await clinic.run("staff", resting.snooze, raised, ann, None, "on the phone with her")
    if severity is Severity.EMERGENCY:
        with pytest.raises(Refused, match="Say why"):
            await clinic.run("staff", resting.snooze, raised, ann, clock.now + longest)
    assert (await of(clinic, raised)).acknowledged_by is None, "a refusal takes nothing on"
    put_off = await clinic.run("staff", resting.snooze, raised, ann, clock.now + longest, "on the phone with her")
    assert (put_off.next_action_at, put_off.snoozed_until, put_off.acknowledged_by) == (
        clock.now + longest, clock.now + longest, ann)


@pytest.mark.parametrize("how", ["writes", "answers"])
async def test_what_rests_until_the_patient_is_heard_is_back_then_and_waits_anew(clinic, clock, raise_, amina, ann, how):
    swollen, other = await raise_(Severity.URGENT), await raise_(Severity.URGENT, "answer:cough")
    await clinic.run(f"staff:{ann}", messages.reply, amina, "Which ankle?", ann, "Ann")
    put_off = await clinic.run("staff", resting.snooze, swollen, ann, None, or_reply=True)
    assert (put_off.snoozed_until, put_off.or_reply) == (clock.now + timedelta(days=1), True)
    await clinic.run("staff", resting.snooze, other, ann, clock.now + timedelta(hours=2))
    clock.now += timedelta(minutes=20)
    patient = await clinic.read(patients.get, amina)

    def is_heard(turn, outcome):
        if how == "writes":
            return messages.hear(turn, patient, messages.Written(1, "text", "the left one"))
        run = conversations.current(turn, amina) or conversations.open_(turn, patient, "symptom_check", 1)
        return conversations.end(turn, run, outcome)

    if how == "answers":
        await clinic.run("scheduler", is_heard, "expired")
        assert (await of(clinic, swollen)).snoozed_until, "questions that came to no answer are no answer"
    await clinic.run("chat", is_heard, "finished")
    back = await of(clinic, swollen)
    assert (back.snoozed_until, back.answered_at, back.waiting_since, back.owner_id) == (None, None, clock.now, ann)
    assert (await of(clinic, other)).snoozed_until, "that rests until its moment"
    assert [step.kind for step in await clinic.read(escalations.steps, swollen)][-2:] == ["heard", "called"], "at once"


async def test_what_rests_comes_back_with_the_next_report_and_red_with_a_new_ladder(clinic, clock, raise_, ann):
    raised = await raise_(Severity.ROUTINE)
    await clinic.run("staff", resting.snooze, raised, ann, clock.now + timedelta(days=7), "waiting for the lab")
    assert await raise_(Severity.ROUTINE) == raised
    back = await of(clinic, raised)
    assert (back.snoozed_until, back.next_action_at, back.reports) == (None, back.due_at, 2)
    await clinic.run("staff", resting.snooze, raised, ann, clock.now + timedelta(days=7), "waiting for the lab")
    await raise_(Severity.EMERGENCY)
    red = await of(clinic, raised)
    assert (red.severity, red.acknowledged_by, red.due_at) == (Severity.EMERGENCY, None, clock.now + timedelta(minutes=15))
    assert red.resolve_by == clock.now + timedelta(hours=4)


async def test_an_answer_lets_what_is_calm_wait_for_the_patient_and_never_an_emergency(clinic, raise_, amina, ann):
    calm, red = await raise_(Severity.ROUTINE, "message"), await raise_(Severity.EMERGENCY)
    alarmed = (await of(clinic, red)).next_action_at
    await clinic.run(f"staff:{ann}", messages.reply, amina, "How are you now?", ann, "Ann")
    assert (await of(clinic, calm)).next_action_at == (await of(clinic, calm)).resolve_by
    assert (await of(clinic, red)).next_action_at == alarmed
    assert (await of(clinic, red)).acknowledged_by is None


async def test_an_answer_taken_back_is_none(clinic, raise_, amina, ann):
    calm = await raise_(Severity.ROUTINE, "message")
    written = await clinic.run(f"staff:{ann}", messages.reply, amina, "How are you now?", ann, "Ann")
    assert await clinic.run(f"staff:{ann}", messages.undo, written.id, ann)
    back = await of(clinic, calm)
    assert (back.answered_at, back.next_action_at) == (None, back.due_at)


async def test_what_gets_worse_after_an_answer_has_the_clocks_of_what_it_is_now(clinic, clock, raise_, amina, ann):
    raised = await raise_(Severity.ROUTINE)
    await clinic.run(f"staff:{ann}", messages.reply, amina, "How are you now?", ann, "Ann")
    clock.passes(hours=1)
    await raise_(Severity.EMERGENCY)
    red = await of(clinic, raised)
    assert (red.due_at, red.resolve_by) == (clock.now + timedelta(minutes=15), clock.now + timedelta(hours=4))
    taken = await clinic.run("staff", escalations.acknowledge, raised, ann)
    assert taken.next_action_at == clock.now + timedelta(hours=4), "an emergency is not forgotten for a week"


async def test_an_answer_taken_back_postpones_no_call(clinic, clock, raise_, amina, ann):
    red, amber = await raise_(Severity.EMERGENCY), await raise_(Severity.URGENT, "zone:pressure")
    alarmed = (await of(clinic, red)).next_action_at
    clock.passes(minutes=1)
    written = await clinic.run(f"staff:{ann}", messages.reply, amina, "How are you now?", ann, "Ann")
    clock.passes(seconds=5)
    assert await clinic.run(f"staff:{ann}", messages.undo, written.id, ann)
    assert (await of(clinic, red)).next_action_at == alarmed, "the next is called when they would have been"
    assert (await of(clinic, amber)).next_action_at <= clock.now + timedelta(minutes=15), "and not when it is overdue"


async def test_trouble_of_the_clinic_itself_joins_too(clinic):
    first = await clinic.run("scheduler", escalations.open_, None, Severity.ROUTINE, "rota_gap", "Nobody is on call", "Tuesday")
    again = await clinic.run("scheduler", escalations.open_, None, Severity.URGENT, "rota_gap", "Nobody is on call", "today")
    assert first == again
