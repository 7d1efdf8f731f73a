"""What a patient can look back on: which readings count, what they come to, and the words for it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.charts import drawing
from care import conversations, goals, instruments, measuring, patients, thresholds, trend_words, trends
from care.heart.language import in_language, shipped
from care.tables import instrument_scores
from care.trends import KINDS, Point, Series
from tests.ward import Phone, Ward

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 10, tzinfo=LONDON)


def seen(kind: str, *readings: tuple[int, Any], unit: str = "") -> Series:
    """A series of (days ago, amount or amounts); the newest reading last."""
    points = tuple(
        Point(NOW - timedelta(days=ago), tuple(Decimal(str(part)) for part in (of if isinstance(of, tuple) else (of,))))
        for ago, of in readings)
    return Series(KINDS[kind], unit or KINDS[kind].unit, points, NOW, points[0] if KINDS[kind].instrument else None)


def daily(kind: str, *amounts: Any, unit: str = "") -> Series:
    """One reading a day up to today."""
    return seen(kind, *((len(amounts) - 1 - n, amount) for n, amount in enumerate(amounts)), unit=unit)


def title(series: Series, language: str = "en") -> str:
    return in_language(trend_words.title(series), language)


def caption(series: Series, language: str = "en") -> str:
    return in_language(trend_words.caption(series), language)


# Which readings count


async def answered(phone: Phone, key: str, value: Any, kind: str | None = None, unit: str | None = None) -> int:
    def act(turn):
        patient = patients.get(turn, phone.patient_id)
        conversation = conversations.current(turn, patient.id) or conversations.open_(turn, patient, "symptom_check", 1)
        conversations.take_back(turn, conversation, key)
        conversations.save_answer(turn, conversation, key, "?", value, str(value), kind=kind, unit=unit)
        conversations.end(turn, conversation, "finished")
        return conversation.id

    return await phone.ward.run(act)


async def looked(phone: Phone, kind: str, until: datetime | None = None) -> Series:
    return await phone.ward.clinic.read(
        lambda turn: trends.series(turn, patients.get(turn, phone.patient_id), KINDS[kind], until))


async def kinds(phone: Phone) -> list[str]:
    found = await phone.ward.clinic.read(lambda turn: trends.to_see(turn, patients.get(turn, phone.patient_id)))
    return [kind.name for kind in found]


def amounts(series: Series) -> list[tuple[float, ...]]:
    return [tuple(float(part) for part in point.amounts) for point in series.points]


async def test_answers_to_questions_and_measurements_of_any_flow_are_readings(ward: Ward):
    phone = await ward.enrolled()
    await answered(phone, "pain", 4)
    await answered(phone, "at_rest", {"systolic": 148, "diastolic": 91, "pulse": 72}, kind="blood_pressure", unit="mmHg")
    await answered(phone, "fever", "no")
    ward.clock.passes(minutes=5)
    await answered(phone, "again", {"systolic": 141, "diastolic": 88}, kind="blood_pressure", unit="mmHg")
    assert await kinds(phone) == ["blood_pressure", "pain"]
    assert amounts(await looked(phone, "blood_pressure")) == [(148, 91), (141, 88)]
    assert amounts(await looked(phone, "pain")) == [(4,)]


async def test_a_reading_is_nobody_elses(ward: Ward):
    amina, omar = await ward.enrolled("Amina Yusuf"), await ward.enrolled("Omar Said")
    await answered(amina, "pain", 4)
    await answered(omar, "pain", 9)
    assert amounts(await looked(amina, "pain")) == [(4,)]


async def test_an_old_reading_is_no_longer_shown(ward: Ward):
    phone = await ward.enrolled()
    await answered(phone, "pain", 4)
    ward.clock.passes(days=29)
    assert await kinds(phone) == []


async def test_a_picture_shows_the_readings_as_they_stood_when_it_was_asked_for(ward: Ward):
    phone = await ward.enrolled()

    def change(turn, conversation_id):
        conversation = conversations.of_patient(turn, phone.patient_id, conversation_id)
        conversations.take_back(turn, conversation, "pain")
        conversations.save_answer(turn, conversation, "pain", "?", 2, "2")

    asked_in = await answered(phone, "pain", 7)
    asked_at = ward.clock.now
    ward.clock.passes(minutes=10)
    await ward.run(change, asked_in)
    assert amounts(await looked(phone, "pain")) == [(2,)]
    assert amounts(await looked(phone, "pain", asked_at)) == [(7,)]


async def test_readings_are_shown_in_the_patients_own_unit_and_on_their_own_day(ward: Ward):
    phone = await ward.enrolled("Amina Yusuf", time_zone="Asia/Tokyo")
    ward.clock.passes(hours=7)  # still Monday in London
    await answered(phone, "weight", 72.57, kind="weight", unit="lb")
    await answered(phone, "sugar", 140, kind="glucose", unit="mmol/L")
    weight = await looked(phone, "weight")
    assert (weight.unit, amounts(weight), weight.last.day) == ("lb", [(160,)], date(2026, 11, 24))
    await ward.run(lambda turn: measuring.measures_in(turn, phone.patient_id, "weight", "kg"))
    assert amounts(await looked(phone, "weight")) == [(72.6,)]
    glucose = await looked(phone, "glucose")
    assert amounts(glucose) == [(7.8,)]
    assert [(float(goal.low), float(goal.high)) for goal in glucose.goals] == [(3.9, 10)]


async def test_totals_of_a_questionnaire_are_readings_unless_it_is_incomplete(ward: Ward):
    phone = await ward.enrolled()
    opened = await answered(phone, "fever", "no")
    totals = ((400, 21, None), (60, 18, None), (30, None, None), (15, 12, 1), (15, 11, None))  # days ago, total, corrected

    def file(turn):
        for ago, total, corrected in totals:
            at = turn.now - timedelta(days=ago)
            turn.db.execute(instrument_scores.insert(), {
                "patient_id": phone.patient_id, "conversation_id": opened, "instrument": "phq9", "locale": "en",
                "fingerprint": "x", "answers": {}, "total": total, "completed_at": at,
                "superseded_at": at if corrected else None})

    await ward.run(file)
    series = await looked(phone, "phq9")
    assert amounts(series) == [(18,), (11,)]
    assert series.began
    assert series.began.amounts == (21,), "when they began, whether or not it is still shown"
    assert await kinds(phone) == ["phq9"]


@pytest.mark.parametrize("value", [None, True, "yes", [1, 2], {"systolic": 120}, {}])
def test_what_holds_no_number_is_no_reading(value: Any):
    assert trends.amounts_of(value) == ()


# What they come to


def test_one_missed_day_of_daily_readings_is_a_gap_and_a_weekly_reader_has_none():
    assert [len(row) for row in seen("pain", (5, 1), (4, 1), (2, 1), (1, 1), (0, 1)).stretches()] == [2, 3]
    assert len(seen("weight", (21, 70), (14, 71), (7, 70), (0, 71)).stretches()) == 1
    assert len(seen("blood_pressure", *((ago, (140, 90)) for ago in (2, 2, 1, 1, 0, 0))).stretches()) == 1


def test_gaps_are_told_by_their_days():
    assert seen("pain", (9, 1), (8, 1), (4, 1), (3, 1), (2, 2)).gaps() == [(date(2026, 11, 16), date(2026, 11, 18))]


def test_averages_are_of_two_weeks_and_rounded_as_a_person_would():
    series = seen("blood_pressure", (20, (180, 120)), (3, (140, 84)), (2, (139, 85)), (1, (137, 85)), (0, (138, 86)))
    assert series.average(series.recent()) == (139, 85)
    assert daily("glucose", 7.1, 7.2, 7.2, unit="mmol/L").average(daily("glucose", 7.1, 7.2, 7.2).points) == (Decimal("7.2"),)


def test_of_equal_readings_the_latest_is_named():
    series = daily("pain", 8, 2, 8, 2, 5)
    assert (series.highest().day.day, series.lowest().day.day) == (21, 22)


@pytest.mark.parametrize("name", ["phq9", "gad7"])
def test_the_bands_are_those_of_the_instrument(name: str):
    bands = instruments.instrument(name, "en").bands
    ours = KINDS[name].bands
    assert [(band.least, band.name.text.replace(" or ", "-")) for band in ours] == [
        (band.least, band.name.replace("/", "-")) for band in bands]
    assert KINDS[name].most == bands[-1].most


# The words


def test_a_blood_pressure_says_its_average_the_goal_and_the_extremes():
    series = seen("blood_pressure", (20, (151, 92)), (3, (141, 86)), (2, (137, 84)), (1, (140, 85)), (0, (134, 81)))
    assert title(series) == "14-day average 138/84: above the usual goal"
    assert caption(series) == """\
Blood pressure, 3 November to 23 November: 5 readings.
14-day average 138/84: above the usual goal.
The usual goal at home is below 135/85.
Highest: 151/92 on 3 November. Lowest: 134/81 on 23 November.
Last: 134/81 on 23 November.
No reading from 4 November to 19 November.

Your care team can see these readings."""
    assert "por encima de la meta habitual" in title(series, "es")
    assert title(daily("blood_pressure", *[(128, 79)] * 3)) == "14-day average 128/79: within the usual goal"
    assert title(daily("blood_pressure", *[(128, 85)] * 3)) == "14-day average 128/85: above the usual goal"
    assert title(daily("blood_pressure", *[(88, 62)] * 3)) == "14-day average 88/62: lower than usual"


def test_a_weight_says_its_change_over_three_and_seven_days():
    series = daily("weight", 72, 72.1, 72, 72.2, 72.1, 72.4, 72.9, 73.6)
    assert title(series) == "Up 1.6 kg in 7 days"
    assert "Up 1.5 kg in 3 days. Up 1.6 kg in 7 days." in caption(series)
    assert title(seen("weight", (9, 72), (1, 71), (0, 71))) == "Down 1 kg in 9 days"
    assert title(seen("weight", (4, 72), (1, 71), (0, 72))) == "The same as 4 days ago"
    assert title(seen("weight", (20, 72), (1, 71), (0, 72))) == "Last 72 kg, highest 72 kg"
    assert title(daily("weight", 161, 161, 161, 160, unit="st")) == "Down 1 lb in 3 days"


def test_a_blood_sugar_says_how_many_readings_were_in_range():
    series = daily("glucose", 3.8, 3.9, 9.9, 10, 7, unit="mmol/L")
    assert title(series) == "3 of 5 readings in the usual range"
    assert "The usual range is 3.9 mmol/L to 10 mmol/L." in caption(series)
    assert "3,9 mmol/L" in caption(series, "es")


def test_pain_is_compared_with_the_week_before():
    assert title(daily("pain", *[6] * 7, *[3] * 7)) == "Less pain than the week before"
    assert title(daily("pain", *[3] * 7, *[6] * 7)) == "More pain than the week before"
    assert title(daily("pain", *[3] * 10, *[4] * 4)) == "About as much pain as the week before"
    assert title(daily("pain", 3, 3, 5)) == "Last 5 out of 10, highest 5 out of 10"
    assert """\
Less pain than the week before.
Average of the last 7 days: 3 out of 10. Of the 7 days before: 6.""" in caption(daily("pain", *[6] * 7, *[3] * 7))


def test_of_oxygen_the_lowest_is_named_and_of_fever_the_highest():
    assert title(daily("oxygen", 95, 91, 94)) == "Last 94 %, lowest 91 %"
    assert title(daily("temperature", 37.1, 38.6, 37.9)) == "Last 37.9 °C, highest 38.6 °C"


def test_a_questionnaire_says_its_totals_its_change_and_that_it_is_no_diagnosis():
    series = seen("phq9", (42, 18), (28, 15), (14, 14), (0, 8))
    assert title(series) == "Down 6 points since last time: 8 of 27"
    assert caption(series) == """\
Mood questions (PHQ-9), 12 October to 23 November.
Totals: 18 on 12 October, 15 on 26 October, 14 on 9 November, 8 on 23 November.
The last one, 8 of 27, is in the range called “mild”.
Last time it was 14. It has gone down by 6. That is a real change for the better. When you began, it was 18. \
Now it is half of that, or less.
A higher number means that these problems trouble you more often.

This is not a diagnosis. It helps your care team to see how you are.
Your care team can see your answers. If you feel worse, write to us here."""
    assert title(seen("phq9", (28, 8), (14, 8), (0, 9))) == "Up 1 point since last time: 9 of 27"
    assert title(seen("phq9", (28, 8), (14, 8), (0, 8))) == "The same as last time: 8 of 27"


@pytest.mark.parametrize("language", shipped())
def test_too_few_readings_are_told_in_a_sentence(language: str):
    few = seen("pain", (3, 4), (0, 2))
    assert not few.enough
    said = caption(few, language)
    assert len(said.splitlines()) == 4
    assert all(number in said for number in "42")
    assert caption(Series(KINDS["pain"], "/10", (), NOW), language)


def worst() -> list[Series]:
    """The longest that there is to say, of each kind."""
    high = {"blood_pressure": (199, 119), "phq9": 27}
    every = [daily(name, *[high.get(name, 10)] * 28) for name in KINDS if name != "phq9"]
    gapped = [seen(name, *((ago, high.get(name, 10)) for ago in (27, 26, 20, 19, 13, 12, 2, 1))) for name in KINDS]
    return [*every, *gapped, seen("phq9", *((ago * 14, 10 + ago % 17) for ago in range(23, -1, -1)))]


@pytest.mark.parametrize("language", shipped())
def test_a_caption_is_never_longer_than_telegram_takes(language: str):
    for series in worst():
        assert len(caption(series, language)) <= 1024 - 100, series.kind.name  # a carer's begins with the patient's name
        assert title(series, language)


@pytest.mark.parametrize("language", shipped())
def test_what_to_look_at_fits_on_a_button(language: str):
    assert [kind.name for kind in KINDS.values() if len(in_language(kind.what, language)) > 24] == []


# Goals


def test_every_goal_says_where_it_is_from_and_the_upper_end_may_be_set_around_it():
    for goal in goals.goals():
        assert goal.source
        assert goal.low < goal.between[0] <= goal.below <= goal.between[1]


async def test_a_goal_set_for_a_patient_goes_before_the_clinics_and_each_is_called_theirs(ward: Ward):
    phone, other = await ward.enrolled(), await ward.enrolled("Omar Said")
    for one in (phone, other):
        for n, (upper, lower) in enumerate(((141, 82), (138, 81), (140, 80))):
            await answered(one, f"bp{n}", {"systolic": upper, "diastolic": lower}, kind="blood_pressure", unit="mmHg")
    assert "above the usual goal" in title(await looked(phone, "blood_pressure"))
    before = ward.clock.now
    ward.clock.passes(minutes=1)
    await ward.run(thresholds.set_, "goals.systolic", 130, None, True)
    await ward.run(thresholds.set_, "goals.systolic", 145, phone.patient_id)
    mine, theirs = await looked(phone, "blood_pressure"), await looked(other, "blood_pressure")
    assert title(mine) == "14-day average 140/81: within your goal"
    assert "Your goal is below 145/85." in caption(mine)
    assert "Your goal is below 130/85." in caption(theirs)
    assert "Your goal" in drawing.drawn(mine, "en")
    then = await looked(phone, "blood_pressure", before)
    assert "The usual goal at home is below 135/85." in caption(then), "a picture is of its moment"
    ward.clock.passes(minutes=1)
    await ward.run(thresholds.remove, "goals.systolic", phone.patient_id)
    assert "Your goal is below 130/85." in caption(await looked(phone, "blood_pressure"))


async def test_a_range_of_ones_own_is_in_ones_own_unit(quick_ward: Ward):
    phone = await quick_ward.enrolled()
    for n, amount in enumerate((150, 170, 200)):
        await answered(phone, f"sugar{n}", amount, kind="glucose", unit="mmol/L")
    await quick_ward.run(thresholds.set_, "goals.glucose", 160, phone.patient_id)
    said = caption(await looked(phone, "glucose"))
    assert "Your range is 3.9 mmol/L to 8.9 mmol/L." in said
    assert title(await looked(phone, "glucose")) == "1 of 3 readings in your range"


def test_worry_is_told_without_the_limits_of_change_that_only_the_other_form_has():
    series = seen("gad7", (28, 15), (14, 12), (0, 6))
    assert title(series) == "Down 6 points since last time: 6 of 21"
    assert "in the range called “mild”" in caption(series)
    assert "real change" not in caption(series)
