"""What visits ask of staff closes with what was asked for, by whoever did it; and every change is told to staff."""

import pytest
from sqlalchemy import select

from care import escalations, situations, staff, threads, visit_history, worklist
from care.appointments import appointments, booking, desk, offers, waiting
from care.appointments.errors import Refused, Taken
from care.tables import escalations as obligations
from care.tables.heart import VISIT_EVENTS
from tests.bot.visiting import NEXT, a_patient, books, opened, screen, visits_of
from tests.care.appointments import practice
from tests.care.appointments.practice import at
from tests.ward import Phone, Ward

LATER = at("2026-11-25", "10:00")


async def dana(ward: Ward) -> str:
    member = await ward.run(staff.add, "dana@example.org", "Dana Whitlock", "hash")
    return f"staff:{member.id}"


async def asks(ward: Ward) -> Phone:
    await opened(ward, needs_approval=True)
    phone = await a_patient(ward)
    await books(phone)
    await phone.taps("Ask for this time")
    return phone


async def closed(ward: Ward) -> list[tuple[int | None, str, str]]:
    return [(row.resolved_by, row.outcome, row.note) for row in await ward.clinic.read(
        lambda turn: turn.db.execute(select(obligations).where(obligations.c.resolved_at.is_not(None))).all())]


async def still_open(ward: Ward) -> list[str]:
    return [item.reason for item in await ward.clinic.read(worklist.waiting)]


@pytest.mark.parametrize("yes", [True, False])
async def test_a_request_that_is_decided_asks_nobody_any_more(quick_ward: Ward, yes: bool):
    await asks(quick_ward)
    nurse = await dana(quick_ward)
    [request] = await quick_ward.clinic.read(desk.requests)
    if yes:
        await quick_ward.run(lambda turn: booking.approve(turn, request), actor=nurse)
    else:
        await quick_ward.run(lambda turn: booking.refuse(turn, request, "Please call us."), actor=nurse)
    assert await still_open(quick_ward) == []
    assert await closed(quick_ward) == [(int(nurse[6:]), "settled", "Booked." if yes else "Declined.")]
    with pytest.raises(Refused, match="It waits for nobody's approval"):
        await quick_ward.run(lambda turn: booking.approve(turn, appointments.get(turn, request.id)), actor=nurse)


async def test_a_request_that_the_patient_takes_back_asks_nobody_any_more(quick_ward: Ward):
    phone = await asks(quick_ward)
    await phone.says("/appointments")
    await phone.taps("1. Tue 24 Nov, 14:00")
    await phone.taps("Cancel")
    await phone.taps("Yes, cancel it")
    assert await still_open(quick_ward) == []
    assert await closed(quick_ward) == [(None, "settled", "Not wanted any more.")]


async def test_a_request_that_nobody_decided_in_time_stays_with_people(quick_ward: Ward):
    await asks(quick_ward)
    await quick_ward.time_passes(days=2)
    assert await quick_ward.clinic.read(desk.requests) == []
    assert await still_open(quick_ward) == ["Asks for a visit: Blood pressure check, 2026-11-24 14:00"]


async def test_a_new_time_that_is_agreed_closes_the_wish_for_it(quick_ward: Ward):
    place = await opened(quick_ward, needs_approval=True)
    phone, nurse = await a_patient(quick_ward), await dana(quick_ward)
    visit = await quick_ward.run(practice.booked, phone.patient_id, place.check, NEXT, actor=nurse)

    def ask(turn):
        held = practice.held(turn, phone.patient_id, place.check, LATER, moves=visit.id)
        return booking.confirm(turn, held, practice.kind(turn, place.check))

    place_asked_for = await quick_ward.run(ask, actor="chat:1")
    await quick_ward.run(lambda turn: booking.approve(turn, appointments.get(turn, place_asked_for.id)), actor=nurse)
    assert [one.starts_at for one in await visits_of(phone, "booked")] == [LATER]
    assert await still_open(quick_ward) == []


@pytest.mark.parametrize(("then", "left"), [("moved", 0), ("cancelled", 0), ("arrived", 0), ("missed", 1)])
async def test_a_wish_that_came_too_late_for_the_chat_closes_with_what_the_desk_did(quick_ward: Ward, then: str, left: int):
    await opened(quick_ward)
    phone, nurse = await a_patient(quick_ward), await dana(quick_ward)
    await books(phone, day="Mon 23 Nov")
    await phone.taps("Book it")
    await phone.taps("Cancel")
    assert len(await still_open(quick_ward)) == 1
    [visit] = await visits_of(phone)
    kind = await quick_ward.clinic.read(practice.kind, visit.visit_type_id)
    if then == "missed":
        await quick_ward.time_passes(hours=6)
    act = {"moved": lambda turn: booking.move(turn, visit, kind, visit.site_id, LATER), "arrived": lambda turn: booking.arrived(
        turn, visit), "cancelled": lambda turn: booking.cancel(turn, visit), "missed": lambda turn: booking.missed(turn, visit)}
    await quick_ward.run(act[then], actor=nurse)
    assert len(await still_open(quick_ward)) == left


async def test_nothing_but_a_calm_wish_is_closed_without_a_person(quick_ward: Ward):
    phone = await asks(quick_ward)
    with pytest.raises(ValueError, match="closed by a person"):
        await quick_ward.run(escalations.settle, phone.patient_id, "red_flag:chest_pain", "Gone.")
    [request] = await quick_ward.clinic.read(desk.requests)
    kind = f"visit_request:{request.id}"
    await quick_ward.run(escalations.open_, phone.patient_id, escalations.Severity.URGENT, kind, "Worse")
    await quick_ward.run(escalations.settle, phone.patient_id, kind, "Gone.", actor="chat:1")
    assert await still_open(quick_ward) == ["Worse"]


async def test_staff_read_in_the_thread_what_became_of_visits_and_who_did_it(quick_ward: Ward):
    place = await opened(quick_ward)
    phone, nurse = await a_patient(quick_ward), await dana(quick_ward)
    await books(phone)
    await phone.taps("Book it")
    [visit] = await visits_of(phone)
    kind = await quick_ward.clinic.read(practice.kind, place.check)
    await quick_ward.run(lambda turn: booking.move(turn, visit, kind, place.site, LATER), actor=nurse)
    await quick_ward.run(lambda turn: booking.cancel(turn, appointments.get(turn, visit.id)), actor=nurse)
    told = await quick_ward.clinic.read(threads.thread, phone.patient_id)
    words = [
        "Booked: Blood pressure check, Tue 24 Nov 2026, 14:00 (the patient)",
        "Moved to: Blood pressure check, Wed 25 Nov 2026, 10:00 (Dana Whitlock)",
        "Cancelled: Blood pressure check, Wed 25 Nov 2026, 10:00 (Dana Whitlock)"]
    assert [one.text for one in told if one.kind == "event"] == words
    assert [one.words for one in await quick_ward.clinic.read(visit_history.lately)] == words[::-1]
    assert tuple(visit_history.SAID) == VISIT_EVENTS


async def test_a_free_time_is_offered_by_hand_to_one_and_then_to_nobody(quick_ward: Ward):
    place = await opened(quick_ward)
    phone, other = await a_patient(quick_ward), await a_patient(quick_ward, "Omar Said")

    def waits(turn, which):
        return waiting.join(turn, practice.patient(turn, which), practice.kind(turn, place.check), "in_person")

    mine, theirs = [await quick_ward.run(waits, one.patient_id) for one in (phone, other)]
    await quick_ward.run(offers.offer_by_hand, mine, place.site, NEXT)
    await quick_ward.settle()
    assert "It is kept for you until 11:00. [Yes, I take it] [No, thank you]" in screen(phone)
    with pytest.raises(Taken, match="Dr Ortiz is on offer to somebody who waits"):
        await quick_ward.run(offers.offer_by_hand, theirs, place.site, NEXT)
    await phone.taps("No, thank you")
    assert "has become free" not in other.transcript
    again = await quick_ward.run(offers.offer_by_hand, mine, place.site, LATER)
    await quick_ward.settle()
    await phone.taps("Yes, I take it")
    assert [one.starts_at for one in await visits_of(phone, "booked")] == [LATER]
    assert [one.state for one in await quick_ward.clinic.read(offers.of_waiting, mine.id)] == ["declined", "accepted"]
    assert again.round == offers.BY_HAND
    with pytest.raises(Refused, match="They do not wait any more"):
        await quick_ward.run(lambda turn: offers.offer_by_hand(turn, waiting.get(turn, mine.id), place.site, LATER))


async def test_a_death_that_was_a_mistake_costs_nobody_their_place_in_the_waiting_list(quick_ward: Ward):
    place = await opened(quick_ward)
    phone = await a_patient(quick_ward)

    def waits(turn):
        return waiting.join(turn, practice.patient(turn, phone.patient_id), practice.kind(turn, place.check), "in_person")

    mine = await quick_ward.run(waits)
    quick_ward.clock.passes(days=2)
    wrong = await quick_ward.run(situations.begin, phone.patient_id, "deceased")
    assert await quick_ward.clinic.read(waiting.of_patient, phone.patient_id) == []
    quick_ward.clock.passes(minutes=5)
    await quick_ward.run(situations.undo, wrong.id)
    assert await quick_ward.clinic.read(waiting.of_patient, phone.patient_id) == [mine], "as long as they have waited"


async def test_after_the_loss_of_a_pregnancy_a_person_looks_at_the_visits_before_she_is_reminded_of_one(quick_ward: Ward):
    place = await opened(quick_ward)
    phone = await a_patient(quick_ward)
    await books(phone)
    await phone.taps("Book it")
    kind = await quick_ward.clinic.read(practice.kind, place.check)
    await quick_ward.run(lambda turn: waiting.join(turn, practice.patient(turn, phone.patient_id), kind, "in_person"))
    phone.news()
    await quick_ward.run(situations.begin, phone.patient_id, "pregnancy_loss", actor="staff:1")
    await quick_ward.settle()
    (item,) = await quick_ward.clinic.read(worklist.waiting)
    assert (item.kind, item.severity) == ("visits_after_loss", "urgent")
    assert item.reason == "A pregnancy was lost, with visits booked or waited for: which of them still stand?"
    assert phone.news() == ""
