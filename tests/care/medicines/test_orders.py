"""What staff order: checked, shown before it is done, seen by a second person where it matters."""

from datetime import date, timedelta

import pytest

from care import patients
from care.heart.clinic import Clinic
from care.medicines import orders, regimens
from care.medicines.orders import NewMedicine, NotAllowed, Stale
from tests.care.medicines.pharmacy import DANA, OMAR, TODAY, a_patient, an_order, changed, daily, every, lines, prescribed
from tests.ward import Clock


@pytest.fixture
def url(sqlite_url: str) -> str:
    """None of this depends on the database."""
    return sqlite_url


CRITICAL = {"critical": True, "ingredient": "warfarin"}


@pytest.mark.parametrize(("order", "says"), [
    (an_order(daily("08:00"), amount=" "), "needs an amount"),
    (an_order(daily("08:00"), ends_on=TODAY - timedelta(days=1)), "cannot end before it begins"),
    (an_order(daily("08:00"), food="maybe"), "food must be"),
    (an_order(daily("08:00", "10:00"), window_minutes=61), "half the time between two doses"),
    (an_order(daily("08:00"), nudges=9), "nudges: 0 to 3")])
async def test_an_order_that_cannot_be_meant_is_refused_with_what_would_be_right(clinic: Clinic, order, says: str):
    with pytest.raises(ValueError, match=says):
        await clinic.run(DANA, orders.prescribe, await a_patient(clinic), NewMedicine("Aspirin"), order, DANA)
    assert await lines(clinic) == []


async def test_a_critical_medicine_waits_for_a_second_person(clinic: Clinic):
    ordered = await prescribed(clinic, await a_patient(clinic), daily("18:00"), "Warfarin 3 mg", CRITICAL)
    assert (ordered.state, await lines(clinic)) == ("waiting", [])
    with pytest.raises(NotAllowed, match="second person"):
        await clinic.run(DANA, orders.decide, ordered.id, DANA, True)
    agreed = await clinic.run(OMAR, orders.decide, ordered.id, OMAR, True)
    assert (agreed.state, agreed.decided_by) == ("in force", OMAR)
    assert (await lines(clinic))[0] == "23 18:00 planned"
    with pytest.raises(NotAllowed, match="already"):
        await clinic.run(OMAR, orders.decide, ordered.id, OMAR, False)


async def test_a_refused_start_is_no_regimen(clinic: Clinic):
    ordered = await prescribed(clinic, await a_patient(clinic), daily("18:00"), "Warfarin 3 mg", CRITICAL)
    await clinic.run(DANA, orders.decide, ordered.id, DANA, False)  # whoever ordered it may take it back
    assert (await clinic.read(regimens.get, ordered.regimen_id)).state == "stopped"


async def test_a_change_of_a_critical_medicine_waits_and_the_old_order_holds_meanwhile(clinic: Clinic):
    ordered = await prescribed(clinic, await a_patient(clinic), daily("18:00"), "Warfarin 3 mg", CRITICAL)
    await clinic.run(OMAR, orders.decide, ordered.id, OMAR, True)
    change = await changed(clinic, ordered.regimen_id, daily("19:00"))
    assert (await lines(clinic))[0] == "23 18:00 planned"
    with pytest.raises(Stale):
        await changed(clinic, ordered.regimen_id, daily("20:00"))
    await clinic.run(OMAR, orders.decide, change.id, OMAR, True)
    assert (await lines(clinic))[0] == "23 19:00 planned"


async def test_stopping_waits_for_nobody_and_ends_what_waited(clinic: Clinic):
    ordered = await prescribed(clinic, await a_patient(clinic), daily("18:00"), "Warfarin 3 mg", CRITICAL)
    await clinic.run(DANA, orders.stop, ordered.regimen_id, DANA, "wrong patient")
    with pytest.raises(NotAllowed):
        await clinic.run(OMAR, orders.decide, ordered.id, OMAR, True)
    assert await clinic.read(orders.waiting, ordered.regimen_id) is None


async def test_two_people_cannot_change_the_same_order_unaware(clinic: Clinic):
    ordered = await prescribed(clinic, await a_patient(clinic), daily("18:00"))
    await clinic.run(DANA, orders.change, ordered.regimen_id, 1, an_order(daily("19:00")), DANA, "later")
    with pytest.raises(Stale):
        await clinic.run(OMAR, orders.change, ordered.regimen_id, 1, an_order(daily("20:00")), OMAR, "later still")


async def test_the_history_tells_what_changed(clinic: Clinic):
    ordered = await prescribed(clinic, await a_patient(clinic), daily("18:00"))
    await changed(clinic, ordered.regimen_id, daily("19:00"), amount="2 tablets")
    await clinic.run(DANA, orders.stop, ordered.regimen_id, DANA, "swelling")
    stop, change, start = await clinic.read(orders.history, ordered.regimen_id)
    assert (start.kind, change.kind, stop.kind, stop.why) == ("start", "change", "stop", "swelling")
    assert [(one.before, one.after) for one in change.changes if one.field == "amount"] == [("1 tablet", "2 tablets")]
    assert [one.field for one in change.changes] == ["timing", "amount"]


async def test_the_preview_is_what_comes(clinic: Clinic, clock: Clock):
    patient_id = await a_patient(clinic)
    patient = await clinic.read(patients.get, patient_id)
    order = an_order(daily("18:00", every=2))
    shown = await clinic.read(orders.preview, patient, order)
    assert [one.local_date for one in shown] == [TODAY + timedelta(days=2 * n) for n in range(7)]
    await prescribed(clinic, patient_id, daily("18:00", every=2))
    planned = await lines(clinic)
    assert planned == [f"{one.local_date:%d} {one.local_time:%H:%M} planned" for one in shown[:len(planned)]]
    by_hours = await clinic.read(orders.preview, patient, an_order(every(72, "10:00")))
    assert [one.local_date for one in by_hours] == [TODAY + timedelta(days=3 * n) for n in range(5)]
    assert await clinic.read(orders.preview, patient, an_order({"kind": "as_needed", "most": 4})) == []


async def test_the_same_ingredient_twice_is_shown_to_whoever_prescribes(clinic: Clinic):
    patient_id = await a_patient(clinic)
    await prescribed(clinic, patient_id, daily("18:00"), "Coumadin 3 mg", {"ingredient": "Warfarin"})
    for new, found in ((NewMedicine("Warfarin"), 1), (NewMedicine("Marevan", "warfarin "), 1), (NewMedicine("Aspirin"), 0)):
        assert len(await clinic.read(orders.duplicates, patient_id, new)) == found


async def test_an_order_as_data_is_the_same_order():
    order = an_order({"kind": "steps", "steps": [{"begins": "2026-11-24", "times": ["08:00"], "amount": "4 tablets"}]},
                     ends_on=date(2026, 12, 24), food="with", window_minutes=30)
    assert orders.read_order(orders.as_data(order)) == order
