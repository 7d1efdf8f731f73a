"""Check-ins by the clock, as chats: offered together, put off, answered early, missed; and what happens when nobody answers."""

from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select

from care import check_windows, patients, plans, worklist
from care.check_windows import Window
from care.programmes import programmes
from care.tables import check_windows as table
from tests.ward import Phone, Ward

OFFER = "has a short check-in for you"


async def windows(ward: Ward) -> list[Window]:
    return await ward.clinic.read(lambda turn: [Window(*row) for row in turn.db.execute(select(table).order_by(table.c.id))])


async def outcomes(ward: Ward) -> list[str | None]:
    return [window.outcome for window in await windows(ward)]


async def put_into(ward: Ward, phone: Phone, programme: str, **how: Any) -> plans.CarePlan:
    def add(turn):
        return plans.add(turn, patients.get(turn, phone.patient_id), programmes()[programme], **how)

    return await ward.run(add)


async def plan(ward: Ward, phone: Phone) -> plans.CarePlan:
    return (await ward.clinic.read(plans.of_patient, phone.patient_id))[0]


async def at_their_hour(ward: Ward, days: int = 1) -> None:
    """Their nine o'clock; the ward opens at nine."""
    for _ in range(days):
        await ward.time_passes(hours=24)


async def answers(phone: Phone) -> None:
    for label in ("Start", "0", "No", "No"):
        await phone.taps(label)


async def test_whoever_agrees_is_asked_once_a_day_and_every_window_is_on_record(ward: Ward):
    phone = await ward.enrolled()
    for _ in range(3):
        await at_their_hour(ward)
        await answers(phone)
    assert phone.transcript.count(OFFER) == 0, "each offer became its questions"
    assert await outcomes(ward) == ["answered"] * 3
    assert [window.day for window in await windows(ward)] == [date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)]


async def test_not_today_is_an_answer(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await at_their_hour(quick_ward)
    await phone.taps("Not today")
    assert "I will ask again tomorrow" in phone.transcript
    await quick_ward.time_passes(hours=5)
    assert await outcomes(quick_ward) == ["not_today"]
    assert "still open" not in phone.transcript


async def test_a_weekly_programme_says_on_which_day_it_asks_again(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await quick_ward.run(plans.change, await plan(quick_ward, phone), None, "Wed")
    await at_their_hour(quick_ward, 2)
    await phone.taps("Not today")
    assert "I will ask again on Wednesday, 2 December 2026." in phone.transcript


async def test_whoever_answers_before_their_hour_is_not_asked_again_that_day(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await quick_ward.time_passes(hours=23)
    await phone.says("/check")
    for label in ("0", "No", "No"):
        await phone.taps(label)
    await quick_ward.time_passes(hours=1)
    assert OFFER not in phone.transcript
    assert await outcomes(quick_ward) == ["answered"]


async def test_one_message_for_everything_that_is_due_and_what_is_left_is_offered_again(ward: Ward):
    phone = await ward.enrolled()
    await put_into(ward, phone, "phq9", day_0=date(2026, 11, 24))
    await at_their_hour(ward)
    assert "Riverside has 2 short check-ins for you." in phone.transcript
    assert "Your answers" not in phone.transcript
    await phone.taps("How you are")
    for label in ("0", "No", "No"):
        await phone.taps(label)
    assert "Also for today:" in phone.transcript
    await phone.taps("How you feel")
    assert "Over the last 2 weeks" in phone.transcript
    for _ in range(9):
        await phone.says("0")
    assert await outcomes(ward) == ["answered", "answered"]
    assert [item.kind for item in await ward.clinic.read(worklist.waiting)] == []


async def test_two_programmes_are_to_choose_from(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await put_into(quick_ward, phone, "phq9")
    await phone.says("/check")
    assert "Which check-in would you like to do?" in phone.transcript
    await phone.taps("How you are")
    assert "How strong is your pain" in phone.transcript


async def test_a_questionnaire_that_may_not_be_asked_is_held_and_nobody_is_bothered(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await quick_ward.run(plans.end, await plan(quick_ward, phone))
    await put_into(quick_ward, phone, "phq9", schedule="daily", hour=time(9))
    await at_their_hour(quick_ward)
    await phone.taps("Start")
    for _ in range(9):
        await phone.says("0")
    await at_their_hour(quick_ward, 2)
    assert await outcomes(quick_ward) == ["answered", "held", "held"]


async def test_begun_and_left_is_partial_and_the_next_day_is_asked_again(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await at_their_hour(quick_ward)
    await phone.taps("Start")
    await phone.taps("0")
    await at_their_hour(quick_ward)
    assert OFFER in phone.transcript
    await quick_ward.time_passes(hours=1)
    assert await outcomes(quick_ward) == ["partial", None]


async def test_a_window_that_we_missed_is_ours_and_the_day_goes_on(ward: Ward):
    phone = await ward.enrolled()
    ward.clock.passes(days=3, hours=1)
    await ward.time_passes()
    assert await outcomes(ward) == ["missed_by_us", "missed_by_us", None]
    assert phone.transcript.count(OFFER) == 1, "one hour late is not too late; the days before are"
    await ward.time_passes(days=20)
    assert "silent" not in [item.kind for item in await ward.clinic.read(worklist.waiting)]


async def test_a_pause_holds_the_windows_and_nobody_is_silent_in_it(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("/stop")
    await phone.taps("Pause for a week")
    await at_their_hour(quick_ward, 9)
    assert (await outcomes(quick_ward))[:6] == ["held"] * 6
    assert (await outcomes(quick_ward))[6:] == ["silent", "silent", None], "the week is over at this very hour"


async def test_an_hour_of_ones_own_is_chosen_in_the_chat_by_tap_or_in_words(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.says("/hour")
    await phone.says("6:30 pm")
    assert "I will ask at that time from now on." in phone.transcript
    assert (await plan(quick_ward, phone)).hour == time(18, 30)
    await quick_ward.time_passes(hours=9, minutes=29)
    assert OFFER not in phone.transcript
    await quick_ward.time_passes(minutes=1)
    assert OFFER in phone.transcript


async def test_a_changed_hour_never_asks_twice_on_one_day(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await at_their_hour(quick_ward)
    changed = await quick_ward.run(plans.change, await plan(quick_ward, phone), time(20))
    assert changed.next_at == quick_ward.clock.now + timedelta(hours=35)


async def test_silence_is_asked_once_more_in_other_words_then_called_then_left_in_peace(ward: Ward):
    phone = await ward.enrolled()
    await at_their_hour(ward)
    await ward.time_passes(hours=4)
    assert phone.transcript.count("Your check-in of today is still open.") == 1
    await ward.time_passes(hours=4)
    assert phone.transcript.count("Your check-in of today is still open.") == 1
    await ward.time_passes(hours=16)
    assert "Hello from Riverside. How are you?" in phone.transcript
    assert await ward.clinic.read(worklist.waiting) == []
    await at_their_hour(ward)
    called = (await ward.clinic.read(worklist.waiting))[0]
    assert (called.kind, called.severity, called.reason, called.value) == (
        "silent", "routine", "Has not answered 2 check-ins in a row", "has not answered yet")
    await at_their_hour(ward, 4)
    assert await outcomes(ward) == ["silent"] * 6
    assert "I will not send check-ins for now." in phone.transcript
    known = phone.transcript
    await at_their_hour(ward, 3)
    assert phone.transcript == known
    await phone.taps("Start check-ins again")
    await at_their_hour(ward)
    assert phone.transcript.count("short check-in for you") == 7


async def test_any_answer_begins_the_count_anew_and_the_call_list_says_so(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await at_their_hour(quick_ward, 2)
    await phone.says("I am at my sister's this week")
    await at_their_hour(quick_ward, 2)
    assert "silent" not in [item.kind for item in await quick_ward.clinic.read(worklist.waiting)]
    await at_their_hour(quick_ward, 1)
    await answers(phone)
    values = {item.kind: item.value for item in await quick_ward.clinic.read(worklist.waiting)}
    assert values["silent"] == "has answered since"


async def test_a_check_in_of_ones_own_accord_ends_the_rest(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await at_their_hour(quick_ward, 8)
    assert (await plan(quick_ward, phone)).next_at is None
    await phone.says("/check")
    for label in ("0", "No", "No"):
        await phone.taps(label)
    assert (await plan(quick_ward, phone)).next_at == quick_ward.clock.now + timedelta(days=1)


async def test_what_was_never_delivered_is_not_silence(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await phone.does("blocks")
    await at_their_hour(quick_ward, 4)
    assert await outcomes(quick_ward) == ["held"] * 4
    assert [item.kind for item in await quick_ward.clinic.read(worklist.waiting)] == ["unreachable"]


async def test_a_plan_ends_with_its_last_day(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await quick_ward.run(plans.change, await plan(quick_ward, phone), None, "from day 1 daily to day 2")
    await at_their_hour(quick_ward, 5)
    assert await outcomes(quick_ward) == ["silent", "silent"]
    assert await quick_ward.clinic.read(plans.of_patient, phone.patient_id) == []


async def test_the_clock_may_look_as_often_as_it_likes(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    await quick_ward.time_passes(hours=24)
    await quick_ward.time_passes()
    await quick_ward.restart()
    await quick_ward.time_passes(minutes=1)
    assert phone.transcript.count(OFFER) == 1
    assert len(await windows(quick_ward)) == 1
    assert await quick_ward.clinic.read(check_windows.waiting, phone.patient_id)


async def test_the_clock_asks_an_index_for_what_is_due_and_not_every_patient(quick_ward: Ward):
    for name, column in (("care_plans", "next_at"), ("check_windows", "act_at")):
        plan = await quick_ward.clinic.read(lambda turn, name=name, column=column: turn.db.exec_driver_sql(
            f"EXPLAIN QUERY PLAN SELECT patient_id FROM {name} WHERE {column} <= '2026-11-23' ORDER BY {column}").all())
        assert [row[-1] for row in plan] == [f"SEARCH {name} USING COVERING INDEX ix_{name}_{column} ({column}<?)"]
