"""The patient sees that a person has seen it; and where we cannot tell how urgent it is, the patient says so."""

from datetime import timedelta

from care import escalations, resting, staff, worklist
from care.medicines import orders
from tests.bot.test_doses import known
from tests.care.medicines.pharmacy import OMAR, daily, prescribed
from tests.ward import Ward


async def ana(ward: Ward) -> int:
    return (await ward.run(staff.add, "ana@example.org", "Ana Ruiz", "-")).id


async def open_now(ward: Ward) -> list[worklist.Item]:
    return await ward.clinic.read(worklist.waiting)


async def test_whoever_waits_reads_who_has_seen_it_and_by_when_to_hear_more(ward: Ward):
    phone, nurse = await ward.enrolled(), await ana(ward)
    await phone.says("can I have the appointment moved?")
    (waits,) = await open_now(ward)
    await ward.time_passes(minutes=5)
    phone.news()
    await ward.run(escalations.acknowledge, waits.escalation_id, nurse)
    await ward.settle()
    assert phone.news() == ("bot: Ana Ruiz from your care team saw this at 09:05. You will hear from us today before 11:00. "
                            "[Got it]")
    await phone.taps("Got it")
    assert phone.lines[-2].endswith("before 11:00."), "the button goes, the words stay"
    steps = await ward.clinic.read(escalations.steps, waits.escalation_id)
    assert [step.kind for step in steps] == ["acknowledged", "read"]
    assert len(await open_now(ward)) == 1, "reading clears nothing"


async def test_it_is_said_once_for_each_wait_and_not_where_it_is_closed_or_put_off(quick_ward: Ward):
    phone, nurse = await quick_ward.enrolled(), await ana(quick_ward)
    await phone.says("please call me")
    await phone.says("human")
    first, second = await open_now(quick_ward)
    phone.news()
    for item in (first, second):
        await quick_ward.run(escalations.acknowledge, item.escalation_id, nurse)
    await quick_ward.settle()
    assert phone.news().count("saw this") == 1
    await phone.says("human")
    for item in await open_now(quick_ward):
        await quick_ward.run(escalations.resolve, item.escalation_id, nurse, "reached")
    await phone.says("one more thing")
    (item,) = await open_now(quick_ward)
    until = quick_ward.clock.now + timedelta(hours=3)
    await quick_ward.run(resting.snooze, item.escalation_id, nurse, until, "later")
    await quick_ward.settle()
    assert "saw this" not in phone.news()


async def test_who_did_nothing_is_told_of_nobody_who_saw_it(quick_ward: Ward):
    phone, nurse = await known(quick_ward), await ana(quick_ward)
    await prescribed(quick_ward.clinic, phone.patient_id, daily("10:00"), medicine={"critical": True})
    await quick_ward.run(orders.decide, 1, OMAR, True)
    await quick_ward.time_passes(hours=1)
    await quick_ward.time_passes(hours=7)
    (item,) = await open_now(quick_ward)
    assert item.kind == "dose:no_answer:1"
    phone.news()
    await quick_ward.run(escalations.acknowledge, item.escalation_id, nurse)
    await quick_ward.settle()
    assert phone.news() == "", "they wrote nothing that somebody could have seen"


async def test_at_night_the_time_is_an_honest_one_and_the_emergency_line_stands_below(quick_ward: Ward):
    phone, nurse = await quick_ward.enrolled(), await ana(quick_ward)
    await quick_ward.time_passes(hours=12)
    await phone.says("when is my next visit?")
    (item,) = await open_now(quick_ward)
    phone.news()
    await quick_ward.run(escalations.acknowledge, item.escalation_id, nurse)
    await quick_ward.settle()
    told = phone.news()
    assert "saw this at 21:00. You will hear from us tomorrow before" in told
    assert "call 999" in told


async def test_a_patient_ranks_what_we_cannot_tell_and_silences_nothing(quick_ward: Ward):
    calm, worried = await quick_ward.enrolled("Calm Case"), await quick_ward.enrolled("Worried Case")
    await calm.does("sends_voice")
    await worried.does("sends_voice")
    for phone, said in ((calm, "It can wait"), (worried, "Yes, urgent")):
        assert "Is this urgent for you? [Yes, urgent] [It can wait]" in phone.transcript
        await phone.taps(said)
    assert [(item.patient_name, item.felt, item.severity) for item in await open_now(quick_ward)] == [
        ("Worried Case", "urgent", "routine"), ("Calm Case", "can_wait", "routine")]
    assert "I have moved it up." in worried.transcript
    assert "call 999" in worried.lines[-1] + worried.lines[-2]
    await calm.says("it hurts more now")
    assert [item.times_reported for item in await open_now(quick_ward)] == [1, 2]


async def test_an_old_button_ranks_nothing(quick_ward: Ward):
    phone, nurse = await quick_ward.enrolled(), await ana(quick_ward)
    await phone.does("sends_voice")
    (item,) = await open_now(quick_ward)
    await quick_ward.run(escalations.resolve, item.escalation_id, nurse, "reached")
    await phone.taps("Yes, urgent")
    assert (await quick_ward.clinic.read(escalations.get, item.escalation_id)).felt == 1
