"""`python -m tests.care.appointments.visit_walk`: patients, the desk and the clock in any order, for as many steps as asked.
After every step the database is held against what must be true of visits, reminders and free time whatever happens."""

import argparse
import asyncio
import shutil
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from care import access, patients, situations
from care.appointments import (
    appointments,
    booking,
    calendars,
    desk,
    finding,
    notices,
    offers,
    video,
    visit_types,
    visits,
    waiting,
)
from care.appointments.appointments import Appointment
from care.appointments.errors import Refused
from care.appointments.intervals import minute
from care.appointments.opening import Hours
from care.appointments.visit_types import Instruction, NewVisitType
from care.heart import outbox, schema
from care.heart.outbox import Settled
from care.heart.settings import AppointmentSettings
from care.heart.turn import Turn
from care.tables import appointments as visits_table
from care.tables import outbox as outbox_table
from care.tables import slot_calendars, slot_offers, slots, taken_times, visit_notices
from scheduler import jobs
from tests.care.appointments import practice
from tests.evidence import ROOT, bound, commit, written
from tests.in_line import InLine, memory
from tests.ward import Clock

PAGE = ROOT / "docs" / "evidence" / "visit-walk.md"
JOBS = (jobs.let_go_of_held_times, jobs.remind_of_visits, jobs.end_offers)
A_LIFE, PEOPLE = 250, 5
HAPPENING = ("booked", "arrived")
IN_PLACE = ("held", "pending", "booked", "arrived", "fulfilled", "noshow")
GRID = 30  # minutes


@dataclass
class Tally:
    acts: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    states: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    offers: Counter[str] = field(default_factory=Counter)
    slots_looked_at: int = 0

    @property
    def steps(self) -> int:
        return self.acts.total()


class Walk:
    def __init__(self, clinic: InLine, clock: Clock, seed: int, tally: Tally):
        self.clinic, self.clock, self.random, self.tally = clinic, clock, Random(seed), tally
        self.rooms: dict[tuple[int, int], str] = {}
        self.planned: dict[tuple[int, int], datetime] = {}  # when a visit's notices were planned, by visit and sequence

    async def open(self) -> None:
        def act(turn: Turn) -> None:
            site = calendars.site(turn, access.add_site(turn, "Riverside").id)
            mornings = [Hours(day, time(9), time(12)) for day in range(7)]
            self.doctor = calendars.add(turn, site.id, "clinician", "Dr Ortiz", mornings).id
            self.room = calendars.add(turn, site.id, "room", "Room 1", [Hours(day, time(0), time(0)) for day in range(7)]).id
            self.site, short = site.id, {"notice_minutes": 0, "ahead_days": 3, "cancel_minutes": 60}
            needs = [[self.doctor], [self.room]]
            self.kinds = [
                visit_types.add(turn, NewVisitType({"en": "Check"}, 30, needs, **short, instructions=[
                    Instruction(20, {"en": "Please do not eat before it."})])).id,
                visit_types.add(turn, NewVisitType({"en": "Talk"}, 30, [[self.doctor]], **short, needs_approval=True,
                                                    modes=("video", "in_person"))).id,
                visit_types.add(turn, NewVisitType({"en": "Class"}, 60, needs, **short, seats=2, step_minutes=GRID)).id]
            self.people = [practice.somebody(turn, f"Patient {number}", 100 + number) for number in range(PEOPLE)]

        await self.clinic.run("test", act)

    async def go(self, steps: int) -> None:
        for _ in range(steps):
            act = self.random.choices(list(ACTS), list(ACTS.values()))[0]
            self.tally.acts[act] += 1
            before = self.clock.now
            try:
                await getattr(self, act)()
            except Refused:
                self.tally.refused += 1
            await self.clinic.read(self.holds, act, before)
        await self.clinic.read(self.count)

    def count(self, turn: Turn) -> None:
        for table, counter in ((visits_table, self.tally.states), (visit_notices, self.tally.notices),
                               (slot_offers, self.tally.offers)):
            counter.update(turn.db.scalars(select(table.c.state)))

    # What happens

    async def run(self, act: Any, *args: Any) -> Any:
        return await self.clinic.run("chat:1", act, *args)

    def some_start(self) -> datetime:
        day = self.clock.now.replace(hour=9, minute=0) + timedelta(days=self.random.randrange(4))
        return day + timedelta(minutes=GRID * self.random.randrange(6))

    async def some_visit(self, *states: str) -> Appointment | None:
        found = await self.clinic.read(lambda turn: appointments.found_by(
            turn, select(*appointments.COLUMNS).where(visits_table.c.state.in_(states)).order_by(visits_table.c.id)))
        return self.random.choice(found) if found else None

    async def holds_a_time(self) -> None:
        await self.run(practice.held, self.random.choice(self.people), self.random.choice(self.kinds), self.some_start())

    async def holds_a_time_to_move_to(self) -> None:
        if visit := await self.some_visit("booked"):
            await self.run(practice.held, visit.patient_id, visit.visit_type_id, self.some_start(), visit.id)

    async def confirms(self) -> None:
        if held := await self.some_visit("held"):
            await self.changing(held, lambda turn, one, _patient: booking.confirm(
                turn, one, visit_types.get(turn, one.visit_type_id)))

    async def changing(self, visit: Appointment, act: Any) -> None:
        def within(turn: Turn) -> None:
            found = appointments.locked(turn, visit.id)
            assert found
            act(turn, *found)

        await self.run(within)

    async def says_they_come(self) -> None:
        if visit := await self.some_visit("booked"):
            await self.changing(visit, lambda turn, one, _patient: booking.comes(turn, one))

    async def joins_by_video(self) -> None:
        """Often when it is time to."""
        if visit := await self.some_visit("booked", "arrived", "cancelled"):
            if self.random.random() < 0.5:
                self.clock.now = max(self.clock.now, visit.starts_at - timedelta(minutes=10))

            def join(turn: Turn, one: Appointment, patient: patients.Patient) -> None:
                refused = video.join(turn, patient, one, 1)
                may = one.mode == "video" and one.state in HAPPENING and (
                    video.opens_at(turn, one) <= turn.now < video.closes_at(one))
                assert (refused is None) == may, "let in when it must not be, or not when it must"

            await self.changing(visit, join)

    async def desk_books(self) -> None:
        await self.run(practice.booked, self.random.choice(self.people), self.random.choice(self.kinds), self.some_start())

    async def desk_moves(self) -> None:
        start = self.some_start()
        if visit := await self.some_visit("booked", "pending"):
            await self.changing(visit, lambda turn, one, _patient: booking.move(
                turn, one, visit_types.get(turn, one.visit_type_id), self.site, start))

    async def cancels(self) -> None:
        if visit := await self.some_visit("booked", "pending"):
            await self.changing(visit, lambda turn, one, _patient: booking.cancel(turn, one))

    async def desk_approves(self) -> None:
        if request := await self.some_visit("pending"):
            await self.changing(request, lambda turn, one, _patient: booking.approve(turn, one))

    async def desk_refuses(self) -> None:
        if request := await self.some_visit("pending"):
            await self.changing(request, lambda turn, one, patient: visits.tell_refused(
                turn, patient, booking.refuse(turn, one, "no")))

    async def the_day_is_recorded(self) -> None:
        act = self.random.choice((booking.arrived, booking.fulfilled, booking.missed, booking.expected_after_all))
        if visit := await self.some_visit("booked", "arrived", "noshow"):
            await self.changing(visit, lambda turn, one, _patient: act(turn, one))

    async def joins_the_list(self) -> None:
        who, kind = self.random.choice(self.people), self.random.choice(self.kinds)
        urgency, moves = self.random.randrange(3), None
        if (visit := await self.some_visit("booked")) and self.random.random() < 0.3:
            who, kind, moves = visit.patient_id, visit.visit_type_id, visit.id
        await self.run(lambda turn: waiting.join(
            turn, practice.patient(turn, who), visit_types.get(turn, kind), "in_person", urgency=urgency, moves=moves))

    async def answers_an_offer(self) -> None:
        found = await self.clinic.read(lambda turn: list(turn.db.execute(
            select(slot_offers.c.id, slot_offers.c.patient_id).order_by(slot_offers.c.id.desc()).limit(6))))
        if found:
            offer_id, patient_id = self.random.choice(found)
            act = self.random.choice((offers.accept, offers.accept, offers.decline))

            def within(turn: Turn) -> None:
                patient, offer = practice.patient(turn, patient_id), offers.get(turn, offer_id)
                assert offer
                act(turn, patient, offer, None)

            await self.run(within)

    async def situation_changes(self) -> None:
        who = self.random.choice(self.people)
        try:
            if await self.clinic.read(situations.current, who):
                await self.run(situations.end, who)
            else:
                await self.run(situations.begin, who, self.random.choice(("in_hospital", "travelling")), None, "",
                               "Asia/Tokyo")
        except situations.Refused:
            pass

    async def stops_or_takes_up_reminders(self) -> None:
        who = self.random.choice(self.people)
        wanted = self.random.random() < 0.7
        await self.run(lambda turn: patients.change(turn, who, reminders=wanted))

    async def time_passes(self) -> None:
        self.clock.passes(minutes=self.random.choice((1, 6, 30, 120, 600)))
        for job in JOBS:
            await job(self.clinic)

    async def we_are_down_for_a_while(self) -> None:
        self.clock.passes(minutes=self.random.choice((120, 1500)))

    async def messages_leave(self) -> None:
        while claimed := await self.clinic.run("sender", outbox.claim, 50):
            await self.clinic.run("sender", outbox.settle, [Settled(one, "sent", 1000 + one.id) for one in claimed])

    # What must be true

    def holds(self, turn: Turn, act: str, before: datetime) -> None:
        found = appointments.found_by(turn, select(*appointments.COLUMNS))
        self._time_is_taken_by_who_is_there(turn, found, act)
        self._reminders_are_of_visits_that_are_there(turn, found, act, before)
        self._offers_are_of_who_waits(turn, act)
        self._every_call_has_a_room_of_its_own(turn, found, act)
        self._nobody_is_in_two_places(found, act)
        if self.random.random() < 0.1:
            self._no_time_is_lost(turn, found, act)

    def _time_is_taken_by_who_is_there(self, turn: Turn, found: list[Appointment], act: str) -> None:
        sitting: dict[int, list[int]] = defaultdict(list)
        for one in found:
            if one.state in IN_PLACE:
                sitting[one.slot_id].append(one.seat)
        taken = {row.id: row for row in turn.db.execute(select(slots).where(slots.c.freed_at.is_(None)))}
        assert set(taken) == set(sitting), (act, "slots are taken by nobody, or visits have none")
        assert all(len(set(seats)) == len(seats) <= taken[slot].seats for slot, seats in sitting.items()), (act, "a seat twice")
        on: dict[int, list[tuple[datetime, datetime, int]]] = defaultdict(list)
        for row in turn.db.execute(select(slot_calendars).where(slot_calendars.c.busy)):
            on[row.calendar_id].append((row.from_at, row.to_at, row.slot_id))
        assert {slot for spans in on.values() for _begin, _end, slot in spans} == set(sitting), (act, "busy for nobody")
        for spans in on.values():
            ordered = sorted(spans)
            assert all(one[1] <= two[0] for one, two in pairwise(ordered)), (act, "two at once")
        guard = {(row.calendar_id, row.quantum) for row in turn.db.execute(select(taken_times))}
        expected = {(calendar, quantum) for calendar, spans in on.items() for begin, end, _slot in spans
                    for quantum in range(minute(begin) // 5, minute(end) // 5)}
        assert guard == expected, (act, "the guard does not guard what is taken")

    def _reminders_are_of_visits_that_are_there(self, turn: Turn, found: list[Appointment], act: str, before: datetime) -> None:
        by_visit: dict[tuple[int, int], dict[tuple[str, int], Any]] = defaultdict(dict)
        for row in turn.db.execute(select(visit_notices)):
            by_visit[row.appointment_id, row.sequence][row.kind, row.number] = row
        waits = set(turn.db.scalars(select(outbox_table.c.id).where(outbox_table.c.outcome.is_(None))))
        now = {one.id: one for one in found}
        for (visit_id, sequence), rows in by_visit.items():
            for row in rows.values():
                on_the_day = row.kind in ("brief", "link")  # these go on when the patient has arrived
                states, until = (HAPPENING, now[visit_id].ends_at) if on_the_day else (("booked",), now[visit_id].starts_at)
                stands = now[visit_id].state in states and now[visit_id].sequence == sequence
                assert stands or row.state != "planned", (act, "planned for a visit that is not there", visit_id)
                assert stands or row.message not in waits, (act, "about to be sent for a visit that is not there", visit_id)
                assert row.told_at is None or row.told_at < until or row.sequence < now[visit_id].sequence, (
                    act, "told after it had begun", visit_id)
        zones = {patient_id: patients.get(turn, patient_id).time_zone for patient_id in self.people}  # type: ignore[union-attr]
        for one in found:
            if one.state == "booked":
                at = self.planned.setdefault((one.id, one.sequence), before if act == "time_passes" else turn.now)
                if act == "situation_changes":
                    continue  # a traveller's nights are elsewhere: what is planned stays
                for number, hours in enumerate((24, 2)):
                    due = {notices.awake(one.starts_at - timedelta(hours=hours), one.starts_at, zone)
                           for zone in ("Europe/London", "Asia/Tokyo", zones[one.patient_id])}
                    if all(when > at for when in due) and one.starts_at > at:
                        assert ("reminder", number) in by_visit[one.id, one.sequence], (act, "no reminder", one)
                if one.visit_type_id == self.kinds[0] and one.starts_at > at:
                    assert ("instruction", 0) in by_visit[one.id, one.sequence], (act, "nothing to prepare", one)

    def _every_call_has_a_room_of_its_own(self, turn: Turn, found: list[Appointment], act: str) -> None:
        rooms = [one.room for one in found if one.room]
        assert len(set(rooms)) == len(rooms), (act, "two visits in one room")
        for one in found:
            assert (one.room is not None) == (one.mode == "video"), (act, "a call without a room", one)
            assert (video.link(turn, one) is not None) == (one.mode == "video" and one.state in HAPPENING), (act, "a link", one)
            if one.room:
                was = self.rooms.setdefault((one.id, one.sequence), one.room)
                assert one.state == "cancelled" or was == one.room, (act, "the room changes without the time", one)

    def _offers_are_of_who_waits(self, turn: Turn, act: str) -> None:
        open_ = turn.db.execute(select(slot_offers).where(slot_offers.c.state == "open")).all()
        by_slot = Counter(one.slot_id for one in open_)
        assert all(count <= turn.settings.appointments.offer_to for count in by_slot.values()), (act, "offered to too many")

    def _nobody_is_in_two_places(self, found: list[Appointment], act: str) -> None:
        ahead = [one for one in found if one.state in ("held", "pending", "booked")]
        for one in ahead:
            for two in ahead:
                if one.id < two.id and one.patient_id == two.patient_id and one.starts_at < two.ends_at and (
                        two.starts_at < one.ends_at):
                    assert one.id == two.moves or two.id == one.moves, (act, "one patient, two visits", one, two)

    def _no_time_is_lost(self, turn: Turn, found: list[Appointment], act: str) -> None:
        """What is taken by nobody, and on offer to nobody, is free: for the visits that need both."""
        offered = {one.starts_at for one in turn.db.execute(select(slot_offers).where(
            slot_offers.c.state == "open", slot_offers.c.open_until > turn.now))}
        kind, today = visit_types.get(turn, self.kinds[0]), turn.now.date()
        free = {one.start for one in finding.on_days(turn, kind, self.site, today, today + timedelta(days=3), by_staff=True)}
        for ahead in range(4):
            for number in range(6):
                start = datetime.combine(today + timedelta(days=ahead), time(9), UTC) + timedelta(minutes=GRID * number)
                ends = start + timedelta(minutes=30)
                taken = any(one.state in IN_PLACE and one.starts_at < ends and one.ends_at > start for one in found)
                near = any(start - timedelta(minutes=30) <= one <= start + timedelta(minutes=30) for one in offered)
                if start > turn.now + timedelta(minutes=1) and not near:
                    assert (minute(start) in free) == (not taken), (act, "lost" if not taken else "free and taken", start)
                    self.tally.slots_looked_at += 1
        assert all(one.appointment.state == "booked" for one in desk.to_call(turn)), act


ACTS = {
    "holds_a_time": 14, "holds_a_time_to_move_to": 6, "confirms": 16, "says_they_come": 3, "desk_books": 10, "desk_moves": 7,
    "joins_by_video": 6, "cancels": 10, "desk_approves": 4, "desk_refuses": 2, "the_day_is_recorded": 4,
    "joins_the_list": 8, "answers_an_offer": 8, "situation_changes": 1,
    "stops_or_takes_up_reminders": 1, "time_passes": 14, "we_are_down_for_a_while": 1, "messages_leave": 8}


async def live(database: Path, seed: int, steps: int, tally: Tally) -> None:
    clock = Clock()
    clinic = InLine(database, clock)
    clinic.settings = replace(clinic.settings, appointments=AppointmentSettings(video_link="https://meet.example/{room}"))
    try:
        walk = Walk(clinic, clock, seed, tally)
        await walk.open()
        await walk.go(steps)
    finally:
        await clinic.close()


async def walk(steps: int, seed: int, folder: Path, empty: Path | None = None) -> Tally:
    """Life after life, each on a copy of an `empty` database; made here if there is none."""
    tally = Tally()
    if empty is None:
        empty = folder / "empty.db"
        await schema.upgrade(f"sqlite:///{empty}")
    while tally.steps < steps:
        database = Path(shutil.copy(empty, folder / f"{seed}.db"))
        try:
            await live(database, seed, min(A_LIFE, steps - tally.steps), tally)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}, step {tally.steps}: {broken}") from broken
        for file in folder.glob(f"{seed}.db*"):
            file.unlink()
        seed += 1
    return tally


def report(tally: Tally, seed: int) -> str:
    rows = "\n".join(f"| {name.replace('_', ' ')} | {count:,} |" for name, count in tally.acts.most_common())
    lives = -(-tally.steps // A_LIFE)

    def told(counter: Counter[str]) -> str:
        return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counter.most_common())

    return f"""\
# Visits, walked at random

`make visitwalk`, commit {commit()}, seeds from {seed} on. {PEOPLE} patients, one clinician, one room and three visit types (one
needs both and preparation, one approval and a video call, one is a group of two): times are held, confirmed, lapse, visits are
booked by the desk, moved, cancelled, asked for, approved, refused, joined, kept, missed; patients wait, are offered freed
times, accept and decline; the clock's jobs run, or do not, and messages leave, or do not: in any order.

After every step: what is taken is taken by somebody who is there, and nothing overlaps; the guard's rows are those of what is
taken, no more and no less; no reminder is planned, or waits to leave, for a visit that is not there or has moved; every visit
has its reminders, as far as their time was still to come; nothing was told after its visit had begun; no slot is offered to
more than the clinic chose; nobody is in two places; every video call has a room of its own, another with each new time, and
lets in who may come, when they may. In every tenth step: whatever nobody has is free, and nothing else is.

- steps: **{tally.steps:,}**, in {lives:,} lives of {A_LIFE}, each from an empty clinic; {tally.refused:,} of them were refused
- failures: **0**; so at 95 % {bound(0, tally.steps)} of steps fail, were steps independent; of lives {bound(0, lives)}
- appointments: {told(tally.states)}
- notices: {told(tally.notices)}; offers: {told(tally.offers)}
- {tally.slots_looked_at:,} times were looked at whether they are free

What it does not show: PostgreSQL and several processes (`make bookings`), the words (tests/bot/test_appointments.py),
overbooking, and calendars whose hours change meanwhile (`make slots`).

| act | steps |
| --- | --- |
{rows}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with TemporaryDirectory(dir=memory()) as folder:
        tally = asyncio.run(walk(given.steps, given.seed, Path(folder)))
    written(PAGE, report(tally, given.seed))


if __name__ == "__main__":
    sys.exit(main())
