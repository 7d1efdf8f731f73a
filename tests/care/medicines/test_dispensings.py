"""Coverage by the PQA's definitions, with worked examples; a FHIR MedicationDispense is read and never guessed."""

from datetime import date, timedelta

import pytest

from care.heart.clinic import Clinic
from care.medicines import dispensings, regimens
from care.medicines.dispensings import coverage
from tests.care.medicines.pharmacy import TODAY, a_patient, daily, prescribed


def day(number: int) -> date:
    """The first day of the period is 1."""
    return date(2026, 1, 1) + timedelta(days=number - 1)


@pytest.mark.parametrize(("fills", "days", "covered", "pdc", "mpr"), [
    # 30 days three times without a gap: all of 90 days.
    ([(1, 30), (31, 30), (61, 30)], 90, 90, 1.0, 1.0),
    # A gap of ten days: 80 of 90.
    ([(1, 30), (41, 30), (71, 20)], 90, 80, 80 / 90, 80 / 90),
    # Early by ten days: the second is begun when the first is used up; nothing is counted twice.
    ([(1, 30), (21, 30)], 90, 60, 60 / 90, 60 / 90),
    # More than there are days: PDC stays at 1, MPR does not.
    ([(1, 90), (61, 90)], 90, 90, 1.0, 2.0),
    # What reaches beyond the end covers nothing after it.
    ([(1, 30), (80, 30)], 90, 41, 41 / 90, 60 / 90),
    # The period begins with the first dispensing in it: days 11 to 90.
    ([(11, 40), (51, 40)], 80, 80, 1.0, 1.0),
    # Two on one day are one fill: no PDC.
    ([(1, 30), (1, 30)], 90, 60, None, 60 / 90),
    ([(1, 30)], 90, 30, None, 30 / 90),
    # Before the period, and after it, nothing counts.
    ([(-20, 30), (1, 10), (20, 10), (95, 30)], 90, 20, 20 / 90, 20 / 90)])
def test_days_covered(fills, days, covered, pdc, mpr):
    found = coverage([(day(number), supply) for number, supply in fills], day(1), day(90))
    assert (found.days, found.covered) == (days, covered)
    assert (found.pdc, found.mpr) == (pytest.approx(pdc) if pdc is not None else None, pytest.approx(mpr))


def test_adherent_from_eighty_percent_on():
    assert coverage([(day(1), 40), (day(41), 40)], day(1), day(100)).adherent is True
    assert coverage([(day(1), 40), (day(41), 39)], day(1), day(100)).adherent is False
    assert coverage([(day(1), 90)], day(1), day(100)).adherent is None
    assert coverage([], day(1), day(100)) is None


async def test_the_same_record_twice_is_one_and_the_newest_says_how_long_it_lasts(clinic: Clinic):
    patient_id = await a_patient(clinic)
    await prescribed(clinic, patient_id, daily("10:00"))
    for _ in range(2):
        await clinic.run("staff:1", dispensings.record, 1, TODAY - timedelta(days=3), 30)
    await clinic.run("staff:1", dispensings.record, 1, TODAY - timedelta(days=33), 30)
    assert len(await clinic.read(dispensings.of_medicine, 1)) == 2
    assert (await clinic.read(regimens.medicine, 1)).supply_ends_on == TODAY + timedelta(days=26)
    for wrong in ((TODAY, 0), (TODAY + timedelta(days=1), 30)):
        with pytest.raises(ValueError, match=r"days must|still to come"):
            await clinic.run("staff:1", dispensings.record, 1, *wrong)


DISPENSE = {
    "resourceType": "MedicationDispense", "status": "completed",
    "medicationCodeableConcept": {"coding": [{"display": "Amlodipine 5 mg"}]}, "whenHandedOver": "2026-11-20T16:10:00+01:00",
    "daysSupply": {"value": 30, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"},
    "quantity": {"value": 30, "unit": "tablet"}}


@pytest.mark.parametrize(("changed", "unread"), [
    ({}, None), ({"status": "in-progress"}, "status"),
    ({"whenHandedOver": None, "whenPrepared": "2026-11-20"}, "whenHandedOver"),
    ({"daysSupply": None}, "daysSupply"), ({"daysSupply": {"value": 4, "code": "wk"}}, "daysSupply"),
    ({"daysSupply": {"value": 30.5, "code": "d"}}, "daysSupply"),
    ({"daysSupply": {"value": 30, "code": "d", "comparator": "<"}}, "daysSupply"),
    ({"medicationCodeableConcept": {"text": "Lisinopril"}}, "Lisinopril"),
    ({"medicationCodeableConcept": 7}, "name its medicine"),
    ({"resourceType": "Patient"}, "not a FHIR R4 MedicationDispense")])
async def test_a_dispense_is_read_as_far_as_it_says_and_no_further(quick_clinic: Clinic, changed, unread):
    patient_id = await a_patient(quick_clinic)
    await prescribed(quick_clinic, patient_id, daily("10:00"))
    found = await quick_clinic.read(dispensings.read, patient_id, {**DISPENSE, **changed})
    if unread is None:
        assert (found.whole, found.medicine_id, found.handed_out_on, found.days) == (True, 1, date(2026, 11, 20), 30)
    else:
        assert any(unread in one for one in found.unread)
        assert not found.whole


@pytest.fixture
async def quick_clinic(sqlite_url, open_clinic) -> Clinic:
    return await open_clinic(sqlite_url)
