"""Cohorts: who is meant, in words and in the database; saved under a name and looked up anew."""

from datetime import date

import pytest

from care import cohorts, conversations, patients, plans
from care.cohorts import Criteria, Refused
from care.programmes import programmes
from care.sealing import RING, new_key
from care.tables import patients as table
from tests.care.broadcasting import many, somebody


def names(turn, criteria: Criteria) -> list[str]:
    return [row.name for row in turn.db.execute(cohorts.meant(turn, criteria, table.c.name).order_by(table.c.id))]


@pytest.fixture
async def found(clinic, clock):
    """Four people: in what they are, how old, in which language, heard from when."""

    def act(turn):
        def plan(patient_id, programme):
            plans.add(turn, patients.get(turn, patient_id), programmes()[programme])

        plan(somebody(turn, 1), "hypertension")
        plan(somebody(turn, 2, "es"), "diabetes")
        plan(somebody(turn, 3, reachable=False), "general")
        turn.db.execute(table.update().where(table.c.id == 2).values(patients.born(turn.now.date().replace(year=1990))))
        somebody(turn, None)
        running = conversations.open_(turn, patients.get(turn, 1), "symptom_check", 1)
        conversations.save_answer(turn, running, "pain", "How strong?", 3, "3")

    await clinic.run("ops", act)
    clock.passes(days=3)

    async def look(**criteria):
        return [int(name.split()[1]) if name[8:].isdigit() else 0
                for name in await clinic.read(names, Criteria(**criteria))]

    return look


async def test_each_criterion_finds_whom_it_says(found):
    assert await found() == [1, 2, 3, 0]
    assert await found(programmes=("hypertension", "diabetes")) == [1, 2]
    assert await found(conditions=("diabetes",)) == [2]
    assert await found(programmes=("hypertension",), conditions=("diabetes",)) == []
    assert await found(languages=("es",)) == [2]
    assert await found(age_to=36) == [2]
    assert await found(age_from=37) == [1, 3, 0]
    assert await found(answered_within=4) == [1]
    assert await found(answered_within=2) == []
    assert await found(silent_for=4, languages=("en",)) == [3, 0]
    assert await found(reachable=True) == [1, 2]
    assert await found(reachable=False) == [3, 0]


async def test_ages_are_exact_to_the_day_though_the_database_knows_five_years_alone(clinic, clock):
    def act(turn):
        for year in range(1949, 1957):
            for month, day in ((1, 1), (11, 23), (11, 24), (12, 31)):  # of which the second is today
                patients.add(turn, f"{year}-{month}-{day}", date(year, month, day), "en")
        return [(age, [row.date_of_birth for row in turn.db.execute(cohorts.meant(
            turn, Criteria(age_from=age, age_to=age), table.c.date_of_birth).order_by(table.c.id))]) for age in range(70, 78)]

    RING.use([new_key()])
    try:
        found = await clinic.run("ops", act)
    finally:
        RING.use([])
    days = ((11, 24, 1), (12, 31, 1), (1, 1, 0), (11, 23, 0))  # ... of the year before, or of the year
    assert found == [(age, sorted(born for month, day, before in days
                                  if (born := date(2026 - age - before, month, day)).year in range(1949, 1957)))
                     for age in range(70, 78)]


async def test_an_age_is_asked_of_more_people_than_a_statement_takes_values_and_of_a_few_among_them(open_clinic, postgres_url):
    many, clinic = 33_000, await open_clinic(postgres_url)

    def act(turn):
        one = patients.add(turn, "Ana", date(1956, 5, 23), "en")
        row = dict(turn.db.execute(table.select().where(table.c.id == one.id)).mappings().one())
        del row["id"]
        turn.db.execute(table.insert(), [row] * many)
        of_70 = Criteria(age_from=70, age_to=70)
        few = cohorts.meant(turn, of_70, table.c.id, among=table.c.id.in_([one.id, one.id + many, one.id + many + 1]))
        return cohorts.count(turn, of_70), list(turn.db.scalars(few.order_by(table.c.id))) == [one.id, one.id + many]

    assert await clinic.run("ops", act) == (many + 1, True)


@pytest.mark.parametrize(("criteria", "words"), [
    ({}, "Every patient of the clinic."),
    ({"programmes": ("hypertension", "asthma"), "age_from": 65, "languages": ("es",), "silent_for": 14, "reachable": True},
     "Patients in Blood pressure or Asthma, with Spanish as their language, 65 years old or older, not heard from for 14 days, "
     "who can be reached here."),
    ({"age_from": 18, "age_to": 40, "answered_within": 1},
     "Patients 18 to 40 years old, who answered or wrote in the last day."),
])
def test_criteria_are_said_in_words(criteria, words):
    assert cohorts.in_words(Criteria(**criteria)) == words
    assert Criteria.read(Criteria(**criteria).kept()) == Criteria(**criteria)


@pytest.mark.parametrize(("kept", "why"), [
    ({"programmes": ["gout"]}, "no programme 'gout'"), ({"age_from": 50, "age_to": 40}, "that old and that young"),
    ({"answered_within": 5, "silent_for": 7}, "must be longer"), ({"age_from": 900}, "0 to 130"),
    ({"colour": "red"}, "no 'colour'"), ({"conditions": ["luck"]}, "no condition 'luck'")])
def test_criteria_that_cannot_be_are_refused(kept, why):
    with pytest.raises(Refused, match=why):
        Criteria.read(kept)


async def test_a_saved_cohort_is_counted_anew_each_time(clinic):
    await many(clinic, 2)
    kept = await clinic.run("staff:1", cohorts.save, "Everybody", Criteria())
    assert await clinic.read(cohorts.count, kept.criteria) == 2
    await many(clinic, 3, first=50)
    assert await clinic.read(cohorts.count, (await clinic.read(cohorts.saved))[0].criteria) == 5
    with pytest.raises(Refused, match="of that name"):
        await clinic.run("staff:1", cohorts.save, "Everybody ", Criteria())
    changed = await clinic.run("staff:1", cohorts.save, "Everybody", Criteria(languages=("es",)), kept.id)
    assert await clinic.read(cohorts.count, changed.criteria) == 0
    assert await clinic.run("staff:1", cohorts.remove, kept.id)
    assert await clinic.read(cohorts.saved) == []
