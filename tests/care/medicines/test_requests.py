"""FHIR MedicationRequests as they come from other systems: read whole, or shown to staff as unread; never guessed."""

import json
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.heart.settings import MedicineSettings
from care.medicines.requests import ABBREVIATIONS, EVENTS, read
from care.medicines.timing import AsNeeded, Daily, Interval, Monthly, Timing, Weekly

TODAY = date(2026, 11, 23)
CLOCK = MedicineSettings()
EIGHT, NOON, SIX, TEN = time(8), time(12), time(18), time(22)
TABLET = [{"doseQuantity": {"value": 1, "unit": "tablet"}}]


def request(*dosages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Metformin 500 mg"}, "requester": {"display": "Dr Lund"},
        "dosageInstruction": list(dosages), **more}


def dosage(repeat: dict[str, Any] | None = None, code: str | None = None, **more: Any) -> dict[str, Any]:
    timing: dict[str, Any] = {}
    if repeat is not None:
        timing["repeat"] = repeat
    if code:
        timing["code"] = {"coding": [{"code": code}]}
    return {"timing": timing, "doseAndRate": TABLET, **more}


def per(frequency: int, period: int, unit: str, **more: Any) -> dict[str, Any]:
    return {"frequency": frequency, "period": period, "periodUnit": unit, **more}


READ: list[tuple[dict[str, Any], Timing, str | None]] = [
    (dosage(per(1, 1, "d")), Daily((EIGHT,)), None),
    (dosage(per(2, 1, "d")), Daily((EIGHT, SIX)), None),
    (dosage(per(3, 1, "d")), Daily((EIGHT, NOON, SIX)), None),
    (dosage(code="QID"), Daily((EIGHT, NOON, SIX, TEN)), None),
    (dosage(code="BID"), Daily((EIGHT, SIX)), None),
    (dosage(per(2, 1, "d"), code="BID"), Daily((EIGHT, SIX)), None),
    (dosage(code="QOD"), Daily((EIGHT,), 2), None),
    (dosage(code="BED"), Daily((TEN,)), None),
    (dosage({"when": ["HS"]}), Daily((TEN,)), None),
    (dosage({"when": ["ACM"]}), Daily((EIGHT,)), "without"),
    (dosage({"when": ["PCM", "PCV"]}), Daily((EIGHT, SIX)), "with"),
    (dosage(per(3, 1, "d", when=["C"])), Daily((EIGHT, NOON, SIX)), "with"),
    (dosage(per(2, 1, "d", timeOfDay=["07:30:00", "19:30:00"])), Daily((time(7, 30), time(19, 30))), None),
    (dosage({"timeOfDay": ["07:30:00"], "dayOfWeek": ["mon", "thu"]}), Weekly((time(7, 30),), (0, 3)), None),
    (dosage(per(2, 1, "wk", dayOfWeek=["tue", "fri"])), Weekly((EIGHT,), (1, 4)), None),
    (dosage(per(1, 1, "wk")), Daily((EIGHT,), 7), None),
    (dosage(per(1, 2, "wk")), Daily((EIGHT,), 14), None),
    (dosage(per(1, 8, "h")), Interval(8, EIGHT), None),
    (dosage(code="Q6H"), Interval(6, EIGHT), None),
    (dosage(per(1, 1, "mo")), Monthly((EIGHT,), (23,)), None),
    (dosage(per(1, 1, "mo", boundsPeriod={"start": "2026-12-05"})), Monthly((EIGHT,), (5,)), None),
    (dosage(per(1, 6, "h"), asNeededBoolean=True, maxDosePerPeriod={
        "numerator": {"value": 4, "unit": "tablet"}, "denominator": {"value": 24, "unit": "h"}}), AsNeeded(4, 6), None),
    (dosage({}, asNeededBoolean=True, maxDosePerPeriod={
        "numerator": {"value": 3, "unit": "tablet"}, "denominator": {"value": 1, "code": "d"}}), AsNeeded(3), None),
]

UNREAD: list[tuple[dict[str, Any], str]] = [
    (dosage(per(5, 1, "d")), "at what times"),
    (dosage(per(2, 1, "wk")), "at what times"),
    (dosage(per(2, 2, "d")), "at what times"),
    (dosage(per(1, 1, "wk", dayOfWeek=["mon", "thu"])), "other days"),  # once a week, or twice?
    (dosage(per(2, 1, "wk", dayOfWeek=["mon", "thu"], timeOfDay=["08:00:00", "18:00:00"])), "other days"),
    (dosage(per(1, 1, "d", frequencyMax=2)), "frequencyMax"),
    (dosage(per(1, 1, "d", count=10)), "count"),
    (dosage(per(1.5, 1, "d")), "whole number"),
    (dosage(per(3, 1, "d"), code="BID"), "both BID and another frequency"),
    (dosage(code="Q5MIN"), "not known"),
    (dosage({"when": ["ACM", "PCV"]}), "one by one"),
    (dosage({"when": ["SOON"]}), "SOON"),
    (dosage({"when": ["HS"], "offset": 30}), "offset"),
    (dosage({"when": ["HS"], "timeOfDay": ["22:00:00"]}), "both times of day and events"),
    (dosage(per(3, 1, "d", timeOfDay=["08:00:00", "20:00:00"])), "other times than it says how often"),
    (dosage(per(1, 1, "d"), asNeededBoolean=True), "without a maximum"),
    (dosage(per(1, 1, "d"), asNeededCodeableConcept={"text": "pain"}), "asNeededCodeableConcept"),
    (dosage({}, asNeededBoolean=True, maxDosePerPeriod={
        "numerator": {"value": 2, "unit": "g"}, "denominator": {"value": 24, "unit": "h"}}), "another unit"),
    (dosage(per(1, 1, "d"), maxDosePerPeriod={"numerator": {"value": 4}}), "though it is not as needed"),
    (dosage(per(1, 1, "d")) | {"doseAndRate": []}, "how much"),
    (dosage(per(1, 1, "d")) | {"doseAndRate": [{"doseRange": {"low": {"value": 1}}}]}, "doseRange"),
    (dosage(per(1, 1, "d")) | {"timing": {"event": ["2026-11-24"]}}, "event"),
    (dosage(per(1, 1, "d")) | {"timing": {"code": {"text": "twice daily"}}}, "in words only"),
    (dosage(per(1, 3, "mo")), "Every 3 mo"),
    (dosage(per(1, 1, "d"), modifierExtension=[{"url": "x"}]), "modifierExtension"),
    (dosage({"boundsRange": {"low": {"value": 3}}}), "boundsRange"),
]


@pytest.mark.parametrize(("found", "timing", "food"), READ, ids=lambda value: json.dumps(value, default=str)[:60])
def test_what_is_written_plainly_is_read(found, timing, food):
    got = read(request(found), TODAY, CLOCK)
    assert got.whole, got
    order = got.dosages[0].order
    assert order is not None
    assert (order.timing, order.food, order.amount, order.prescriber) == (timing, food, "1 tablet", "Dr Lund")


@pytest.mark.parametrize(("found", "why"), UNREAD, ids=[why for _, why in UNREAD])
def test_what_is_not_understood_is_shown_and_never_guessed(found, why):
    (got,) = read(request(found), TODAY, CLOCK).dosages
    assert got.order is None
    assert why in (got.unread or "")


@pytest.mark.parametrize(("changed", "why"), [
    ({"status": "stopped"}, "only an active request"), ({"intent": "plan"}, "not an order"),
    ({"doNotPerform": True}, "not to be taken"),
    ({"dosageInstruction": []}, "no dosage instruction"), ({"medicationCodeableConcept": None}, "does not name its medicine"),
    ({"modifierExtension": [{}]}, "changes its meaning"),
])
def test_a_request_that_is_no_order_in_force_is_not_taken_over(changed, why):
    got = read(request(dosage(per(1, 1, "d")), **changed) | changed, TODAY, CLOCK)
    assert not got.whole
    assert why in " ".join(got.unread)


def test_dosages_side_by_side_are_several_orders_and_one_after_another_are_unread():
    morning, evening = dosage({"when": ["MORN"]}), dosage({"when": ["EVE"]}) | {
        "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablets"}}]}
    both = read(request(morning, evening), TODAY, CLOCK)
    assert [one.order.amount for one in both.dosages if one.order] == ["1 tablet", "2 tablets"]
    assert both.whole
    after = read(request({**morning, "sequence": 1}, {**evening, "sequence": 2}), TODAY, CLOCK)
    assert "enter them as steps" in after.unread[0]


def test_the_supply_the_reason_and_a_contained_medicine_are_read():
    got = read(request(
        dosage(per(1, 1, "d")), medicationCodeableConcept=None, medicationReference={"reference": "#m"},
        contained=[{"resourceType": "Medication", "id": "m", "code": {"coding": [{"display": "Ramipril 5 mg"}]}}],
        reasonCode=[{"text": "Blood pressure"}], authoredOn="2026-11-20T10:00:00Z",
        dispenseRequest={"expectedSupplyDuration": {"value": 4, "unit": "wk"}}), TODAY, CLOCK)
    assert got.medicine is not None
    assert (got.medicine.name, got.medicine.purpose, got.medicine.supplied_on, got.medicine.supply_days) == (
        "Ramipril 5 mg", "Blood pressure", date(2026, 11, 20), 28)


def test_a_week_of_tablets_ends_after_a_week():
    got = read(request(dosage(per(2, 1, "d", boundsDuration={"value": 7, "unit": "d"}))), TODAY, CLOCK).dosages[0].order
    assert got is not None
    assert (got.begins_on, got.ends_on) == (TODAY, date(2026, 11, 29))


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 30) | st.floats(allow_nan=False) | st.sampled_from(
        ["d", "h", "wk", "HS", "BID", "2026-11-23", "08:00:00", "mon", "x", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["value", "unit", "code", "coding", "text", "repeat", "frequency", "period", "periodUnit", "when", "timeOfDay",
         "dayOfWeek", "boundsPeriod", "boundsDuration", "start", "end", "doseQuantity", "numerator", "denominator", "display"]),
        inner, max_size=4), max_leaves=12)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(name=st.sampled_from(["timing", "doseAndRate", "maxDosePerPeriod", "asNeededBoolean", "sequence", "text"]), value=ANY,
       whole=st.sampled_from(["dispenseRequest", "requester", "reasonCode", "contained", "authoredOn", "medicationReference"]),
       other=ANY)
def test_whatever_it_holds_reading_it_never_fails(name, value, whole, other):
    got = read(request({**dosage(per(1, 1, "d")), name: value}, **{whole: other}), TODAY, CLOCK)
    assert len(got.dosages) == 1
    assert (got.dosages[0].order is None) == bool(got.dosages[0].unread)
    assert read(other, TODAY, CLOCK).whole is False


def test_every_word_stands_for_a_time_on_the_clock():
    assert {getattr(CLOCK, name) for name, _ in EVENTS.values()} <= {"08:00", "12:00", "18:00", "22:00"}
    assert set(ABBREVIATIONS) >= {"QD", "BID", "TID", "QID", "AM", "PM", "QOD", "BED", "WK", "MO", "Q4H", "Q6H", "Q8H"}
