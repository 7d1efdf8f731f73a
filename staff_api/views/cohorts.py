"""Cohorts: criteria counted, said in words, and saved under a name."""

from dataclasses import asdict

from care import cohorts
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.problems import Fault, Problem
from staff_api.shapes.broadcasts import Cohort, CohortIn, Cohorts, CriteriaIn, Meant
from staff_api.shapes.forms import Id


async def list_cohorts(call: Call) -> Cohorts:
    """Every saved cohort, by name."""
    return Cohorts(items=[seen(one) for one in await call.read(cohorts.saved)])


async def get_cohort(call: Call, cohort_id: Id) -> Cohort:
    """One saved cohort, not counted."""
    return await call.read(cohort_now, cohort_id)


def cohort_now(turn: Turn, cohort_id: int) -> Cohort:
    return seen(found(cohorts.get(turn, cohort_id)))


async def count_cohort(call: Call, body: CriteriaIn) -> Meant:
    """How many meet these criteria now, and the criteria in words. Nothing is saved."""
    return await call.read(meant, wanted(body))


def meant(turn: Turn, criteria: cohorts.Criteria) -> Meant:
    return Meant(words=cohorts.in_words(criteria), patients=cohorts.count(turn, criteria))


async def save_cohort(call: Call, body: CohortIn) -> Cohort:
    """Save criteria under a name."""
    return await call.change(Cohort, saved, body, None)


async def change_cohort(call: Call, cohort_id: Id, body: CohortIn) -> Cohort:
    """Change what is saved under a name. Broadcasts to it that have not begun follow."""
    return await call.change(Cohort, saved, body, cohort_id)


def saved(turn: Turn, body: CohortIn, cohort_id: int | None) -> Cohort:
    try:
        kept = cohorts.save(turn, body.name, wanted(body.criteria), cohort_id)
    except cohorts.Refused as refused:
        raise Problem("conflict", str(refused))
    return seen(kept, cohorts.count(turn, kept.criteria))


async def remove_cohort(call: Call, cohort_id: Id) -> None:
    """Offer it no more."""
    if not await call.run(cohorts.remove, cohort_id):
        raise Problem("not_found")


def wanted(body: CriteriaIn) -> cohorts.Criteria:
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in body.model_dump().items()}
    try:
        return cohorts.checked(cohorts.Criteria(**given))
    except cohorts.Refused as refused:
        raise Problem("invalid_body", errors=[Fault(pointer="/criteria", detail=str(refused))])


def seen(cohort: cohorts.Cohort, patients: int | None = None) -> Cohort:
    return Cohort.model_validate({
        "id": cohort.id, "name": cohort.name, "criteria": asdict(cohort.criteria),
        "words": cohorts.in_words(cohort.criteria), "patients": patients})
