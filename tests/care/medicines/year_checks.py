"""What must be true of a year, whatever went wrong in it: looked up in the database and in what was noted outside it."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from care.medicines.planning import AGAIN
from care.medicines.timing import AsNeeded, Interval
from tests.care.medicines import naive
from tests.care.medicines.year import A_DAY, Record, Year

FINAL = ("taken", "skipped", "no_answer", "missed_by_us", "cancelled")
BY_WORD = {"taken", "skipped", "cancelled"}  # what a patient may say of a dose that has ended
A_MOMENT = timedelta(minutes=20)
WRONG = ("not_ended", "after_window", "asked_twice", "stopped", "missing", "doubled")


@dataclass
class Findings:
    """What was found wrong, a line each; and how much was looked at."""

    not_ended: list[str] = field(default_factory=list)  # due, and without a final state; or ended more than once
    after_window: list[str] = field(default_factory=list)
    asked_twice: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)  # asked about, though the medicine was stopped
    missing: list[str] = field(default_factory=list)  # ordered for that time, and no dose of it was ever on record
    doubled: list[str] = field(default_factory=list)  # two doses of one regimen at one instant
    doses: Counter[str] = field(default_factory=Counter)
    compared: int = 0  # occurrences worked out a second time

    def add(self, other: "Findings") -> None:
        for name in WRONG:
            getattr(self, name).extend(getattr(other, name))
        self.doses += other.doses
        self.compared += other.compared

    @property
    def wrong(self) -> list[str]:
        return [f"{name}: {one}" for name in WRONG for one in getattr(self, name)]


def look(year: Year) -> Findings:
    found = Findings()
    rows = {row["id"]: row for row in year.rows.execute("SELECT * FROM doses")}
    found.doses.update(row["state"] for row in rows.values())
    _ended_once(year, rows, found)
    _asked_in_time_and_once(year.record, found)
    _none_missing(year, rows, found)
    due = Counter((row["regimen_id"], row["due_at"]) for row in rows.values()
                  if row["state"] != "cancelled" and row["slot"] < 10_000)
    found.doubled += [f"regimen {regimen} at {at}: {times} doses" for (regimen, at), times in due.items() if times > 1]
    return found


def moment(kept: str) -> datetime:
    return datetime.fromisoformat(kept).replace(tzinfo=UTC)


def _ended_once(year: Year, rows: dict[int, Any], found: Findings) -> None:
    """One final state, changed after that by the patient's word only; or called off, and wanted again."""
    for row in rows.values():
        if moment(row["closes_at"]) < year.clock.true and row["state"] not in FINAL:
            found.not_ended.append(f"dose {row['id']} of {row['due_at']} is {row['state']} still")
    by_word = Counter(json.loads(row["facts"])["dose_id"] for row in year.rows.execute(
        "SELECT facts FROM events WHERE kind = 'DoseEnded' AND actor LIKE 'chat:%'") if json.loads(row["facts"])["amended"])
    changed = Counter[int]()
    for row in year.rows.execute("SELECT * FROM seen WHERE before IN ('taken', 'skipped', 'no_answer', 'missed_by_us')"):
        changed[row["dose"]] += 1
        if row["after"] not in BY_WORD:
            found.not_ended.append(f"dose {row['dose']} was {row['before']}, then {row['after']}")
    found.not_ended += [f"dose {dose} was changed {times} times, by word {by_word[dose]}" for dose, times in changed.items()
                        if times > by_word[dose]]


def _asked_in_time_and_once(record: Record, found: Findings) -> None:
    first: dict[tuple[int, str], set[int]] = {}
    for asked in record.asked:
        here = [row for row in asked.doses if row["prompt_id"] == asked.prompt_id and row["state"] == "asked"]
        for row in here:
            if row["regimen_id"] in record.stopped and row["regimen_state"] == "stopped":
                found.stopped.append(f"dose {row['id']} at {asked.at}")
            early = asked.at < moment(row["due_at"]) and not record.put_off[row["id"]]  # Later, said while the clock was wrong
            if early or asked.at >= moment(row["ask_until"]):
                found.after_window.append(f"dose {row['id']}, due {row['due_at']}, until {row['ask_until']}, at {asked.at}")
            if row["nudged"] == 0:
                first.setdefault((row["id"], row["due_at"]), set()).add(asked.prompt_id)
        if not here:
            states = ", ".join(sorted({row["state"] for row in asked.doses}))
            ended_by_us = all(row["state"] in ("cancelled", "missed_by_us") for row in asked.doses)
            if ended_by_us:
                found.stopped.append(f"prompt {asked.prompt_id} at {asked.at}: {states}")
    found.asked_twice += [f"dose {dose}, due {due}: by {len(by)} messages" for (dose, due), by in first.items()
                          if len(by) > 1 + record.put_off[dose]]


def _none_missing(year: Year, rows: dict[int, Any], found: Findings) -> None:
    """Whatever an order planned while it stood is on record, by another way of reckoning. Which dose it is, its day and its
    number on that day say; after travel it may have been due by the clock of the place before. Intervals have no plan to
    compare."""
    kept = {(row["regimen_id"], row["local_date"], row["slot"] % AGAIN) for row in rows.values()}
    for one in year.record.segments:
        order, how = one.order, one.order.timing
        if isinstance(how, Interval | AsNeeded):
            continue
        # An order that was written a day ahead plans nothing for that day.
        since = one.since + (A_MOMENT if one.clock_right else A_DAY + A_MOMENT)
        until = min(one.until or year.clock.true, year.clock.true)
        for day, at in naive.expand(how, order.begins_on, order.ends_on, one.zone, since.date() - A_DAY, until.date() + A_DAY):
            if since <= at < until:
                found.compared += 1
                times = naive.times_of(how, day, (day - order.begins_on).days)
                # A clock change may push two times onto one moment: they are one dose, under either number.
                slots = [slot for slot, time in enumerate(times)
                         if naive.instant_of(datetime.combine(day, time), one.zone) == at]
                if not any((one.regimen_id, day.isoformat(), slot) in kept for slot in slots):
                    found.missing.append(f"regimen {one.regimen_id} ({one.zone}, since {one.since}, clock right "
                                         f"{one.clock_right}): {day} {slots} {at}")
