"""What must always be true of the data: each promise is broken by hand, and is noticed."""

import pytest
import sqlalchemy as sa

from care import integrity, tables, worklist
from tests.care.medicines.pharmacy import daily, prescribed
from tests.ward import Ward


async def broken(ward: Ward) -> list[str]:
    return [one.invariant.name for one in await ward.clinic.read(integrity.check)]


async def a_busy_ward(ward: Ward):
    amina = await ward.enrolled()
    await prescribed(ward.clinic, amina.patient_id, daily("11:00"))
    await amina.says("/check")
    await amina.taps("4")
    await amina.says("I sleep badly")
    await ward.time_passes(hours=1)
    return amina


# By hand, on a database whose other rules are kept: what makes the data wrong, and the promise that it breaks.
HARM = {
    "dose_closed": "UPDATE doses SET closes_at = '2026-11-20 09:00:00.000000'",
    "dose_of_running_regimen": "UPDATE regimens SET state = 'stopped', plan_at = NULL",
    "dose_belongs": "UPDATE doses SET patient_id = (SELECT max(id) FROM patients)",
    "dose_prompt": "UPDATE doses SET prompt_id = 9999",
    "obligation_moves": "UPDATE escalations SET next_action_at = '2026-11-20 09:00:00.000000' WHERE resolved_at IS NULL",
    "message_settled": "UPDATE outbox SET outcome = NULL, expires_at = '2026-11-20 09:00:00.000000' WHERE id = 1",
    "update_handled": "UPDATE inbox SET outcome = NULL, received_at = '2026-11-20 09:00:00.000000' WHERE id = 1",
    "consent_as_given": "UPDATE patients SET consented = 0 WHERE id = 1",
    "situation_as_known": "UPDATE patients SET situation = 'travelling' WHERE id = 1",
    "active_has_a_phone": "UPDATE chat_links SET cut_at = '2026-11-23 09:00:00.000000'",
    "question_on_screen": "UPDATE conversations SET screen = 9999 WHERE ended_at IS NULL",
    "answer_belongs": "UPDATE conversations SET ended_at = '2026-11-20 09:00:00.000000', outcome = 'finished'",
    "dose_of_a_patient_with_us": "UPDATE patients SET state = 'left'",
    "message_to_the_dead": "UPDATE outbox SET outcome = NULL, lane = 2, expires_at = '2026-12-20 09:00:00.000000', "
                           "author = NULL, patient_id = 1 WHERE id = 5;"
                           "UPDATE patients SET situation = 'deceased' WHERE id = 1",
    "regimen_planned": "UPDATE regimens SET plan_at = NULL, begins_on = '2026-11-20'; DELETE FROM doses",
}


async def test_every_promise_is_kept_by_the_clinic_itself_and_noticed_when_it_is_broken(quick_ward: Ward):
    assert HARM.keys() == {one.name for one in integrity.INVARIANTS}
    await a_busy_ward(quick_ward)
    await quick_ward.invited("Omar Haddad")
    assert await broken(quick_ward) == []
    for name, harm in HARM.items():
        with pytest.raises(Undone):
            await quick_ward.run(harmed, harm, name)
    assert await broken(quick_ward) == []


async def test_an_empty_clinic_is_as_it_must_be_on_either_database(clinic):
    assert await clinic.read(integrity.check) == []


class Undone(Exception):
    """The harm was seen; the turn is undone."""


def harmed(turn, harm, name):
    for statement in harm.split(";"):
        turn.db.execute(sa.text(statement))
    found = {one.invariant.name: one for one in integrity.check(turn)}
    assert name in found, (name, list(found))
    assert str(found[name].ids[0]) in str(found[name])
    raise Undone


async def test_in_the_night_somebody_is_called_if_the_data_is_not_as_it_must_be_and_once_only(quick_ward: Ward):
    await quick_ward.enrolled()
    await quick_ward.run(lambda turn: turn.db.execute(sa.update(tables.patients).values(consented=False)))
    await quick_ward.time_passes(hours=8)  # five in the afternoon
    assert not await called(quick_ward)
    await quick_ward.time_passes(hours=10)
    await quick_ward.time_passes(hours=1)
    (value,) = await called(quick_ward)
    assert value == "consent_as_given: 1"


async def called(ward: Ward) -> list[str]:
    return [item.value for item in await ward.clinic.read(worklist.waiting) if item.reason.startswith("The data is not")]
