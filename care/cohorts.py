"""Cohorts: which patients are meant. A cohort is its criteria; who they are is looked up anew each time it is used."""

from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, true, update

from care import events
from care.heart.language import english
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import first_of_five
from care.programmes import programmes
from care.tables import answers, care_plans, chat_links, cohorts, conversations, patient_messages, patients, sites

EVERYBODY = true()


class Refused(ValueError):
    """These criteria, or this name, cannot be. The message says what would be right."""


@dataclass(frozen=True)
class Criteria:
    """Everybody who meets all of them; of those that have several values, any one will do. Without any: everybody.

    Ages are whole years on the clinic's calendar. `answered_within` and `silent_for` count days since a patient last answered
    a question or wrote. A condition is what a programme's check-in is about.
    """

    programmes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    answered_within: int | None = None
    silent_for: int | None = None
    reachable: bool | None = None

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Criteria":
        """From JSON, as `kept` gives it. Raises Refused."""
        known = {one.name for one in fields(cls)}
        if unknown := sorted(set(kept) - known):
            raise Refused(f"There is no {unknown[0]!r}: the criteria are {', '.join(sorted(known))}.")
        said: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
        return checked(cls(**said))

    def kept(self) -> dict[str, Any]:
        """What is said, and nothing else."""
        return {name: list(value) if isinstance(value, tuple) else value
                for name, value in asdict(self).items() if value not in ((), None)}


@dataclass(frozen=True)
class Cohort:
    id: int
    name: str
    criteria: Criteria
    saved_by: str


def checked(criteria: Criteria) -> Criteria:
    """The same, if it can be. Raises Refused."""
    if unknown := [name for name in criteria.programmes if name not in programmes()]:
        raise Refused(f"There is no programme {unknown[0]!r}: the programmes are {', '.join(programmes())}.")
    if unknown := [name for name in criteria.conditions if name not in conditions()]:
        raise Refused(f"There is no condition {unknown[0]!r}: the conditions are {', '.join(conditions())}.")
    for name, most in (("age_from", 130), ("age_to", 130), ("answered_within", 3650), ("silent_for", 3650)):
        value = getattr(criteria, name)
        if value is not None and not 0 <= value <= most:
            raise Refused(f"{name} must be 0 to {most}.")
    if criteria.age_from is not None and criteria.age_to is not None and criteria.age_from > criteria.age_to:
        raise Refused("Nobody is that old and that young: age_from must not be above age_to.")
    if criteria.answered_within and criteria.silent_for and criteria.answered_within <= criteria.silent_for:
        raise Refused("Nobody can have answered within that time and been silent for it: answered_within must be longer.")
    return criteria


def conditions() -> dict[str, str]:
    """What programmes are about, by the name of their check-in, with the first such programme's title."""
    found: dict[str, str] = {}
    for programme in programmes().values():
        found.setdefault(programme.flow, programme.title)
    return found


def of_pregnancy(criteria: Criteria) -> bool:
    """Whether these are, by what they are followed for, people who expect a child."""
    return any(one.pregnancy and (one.name in criteria.programmes or one.flow in criteria.conditions)
               for one in programmes().values())


def meant(turn: Turn, criteria: Criteria, *columns: Any, among: ColumnElement[bool] = EVERYBODY) -> Select[Any]:
    """These columns of every patient who is meant, or of those `among` whom it is asked: an age costs as many of these as were
    born near the border. It is the only place that knows how."""
    wanted = select(*columns).select_from(patients).where(among)
    names = {*criteria.programmes} if criteria.programmes else None
    if criteria.conditions:
        about = {name for name, programme in programmes().items() if programme.flow in criteria.conditions}
        names = about if names is None else names & about
    if names is not None:
        wanted = wanted.where(exists().where(
            care_plans.c.patient_id == patients.c.id, care_plans.c.ended_at.is_(None), care_plans.c.programme.in_(names)))
    if criteria.languages:
        wanted = wanted.where(patients.c.language.in_(criteria.languages))
    if criteria.sites:
        wanted = wanted.where(patients.c.site_id.in_(select(sites.c.id).where(sites.c.name.in_(criteria.sites))))
    today = local(turn.now, turn.settings.clinic.time_zone).date()
    if criteria.age_from is not None:
        wanted = wanted.where(_born_by(turn, _years_before(today, criteria.age_from), among))
    if criteria.age_to is not None:
        wanted = wanted.where(~_born_by(turn, _years_before(today, criteria.age_to + 1), among))
    if criteria.answered_within is not None:
        wanted = wanted.where(_heard_since(turn, criteria.answered_within))
    if criteria.silent_for is not None:
        wanted = wanted.where(~_heard_since(turn, criteria.silent_for))
    if criteria.reachable is not None:
        linked = exists().where(chat_links.c.patient_id == patients.c.id, chat_links.c.cut_at.is_(None))
        can = and_(patients.c.reachable, linked)
        wanted = wanted.where(can if criteria.reachable else ~can)
    return wanted


def _heard_since(turn: Turn, days: int) -> Any:
    since = turn.now - timedelta(days=days)
    answered = exists().where(
        conversations.c.patient_id == patients.c.id, conversations.c.heard_at >= since,
        exists().where(answers.c.conversation_id == conversations.c.id, answers.c.answered_at >= since))
    wrote = exists().where(patient_messages.c.patient_id == patients.c.id, patient_messages.c.at >= since)
    return or_(answered, wrote)


def _born_by(turn: Turn, day: date, among: ColumnElement[bool]) -> ColumnElement[bool]:
    """Born on that day or before it. Days of birth are sealed, which the database cannot compare: it tells by the five years
    that stand beside them, and of those who were born in the same five years as this day the days are opened here."""
    five = first_of_five(day.year)
    near = turn.db.execute(select(patients.c.id, patients.c.date_of_birth).where(among, patients.c.born_from == five))
    # Written into the statement: PostgreSQL takes no more than 32,767 values beside it.
    ids = [row.id for row in near if row.date_of_birth <= day]
    by_then: Any = bindparam("by_then", ids, expanding=True, literal_execute=True, unique=True)
    return or_(patients.c.born_from < five, patients.c.id.in_(by_then))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February: a birthday then is kept on the 28th
        return day.replace(year=day.year - years, day=28)


def in_words(criteria: Criteria) -> str:
    """The criteria as a sentence for staff."""
    said = []
    if criteria.programmes:
        said.append("in " + _any(programmes()[name].title for name in criteria.programmes))
    if criteria.conditions:
        said.append("followed for " + _any(conditions()[name] for name in criteria.conditions))
    if criteria.languages:
        said.append("with " + _any(english(code) for code in criteria.languages) + " as their language")
    if criteria.sites:
        said.append("of " + _any(criteria.sites))
    match criteria.age_from, criteria.age_to:
        case int(youngest), int(oldest):
            said.append(f"{youngest} to {oldest} years old")
        case int(youngest), None:
            said.append(f"{youngest} years old or older")
        case None, int(oldest):
            said.append(f"{oldest} years old or younger")
    if criteria.answered_within is not None:
        said.append(f"who answered or wrote in the last {_days(criteria.answered_within)}")
    if criteria.silent_for is not None:
        said.append(f"not heard from for {_days(criteria.silent_for)}")
    if criteria.reachable is not None:
        said.append("who can be reached here" if criteria.reachable else "who cannot be reached here")
    return f"Patients {', '.join(said)}." if said else "Every patient of the clinic."


def _any(names: Any) -> str:
    return " or ".join(names)


def _days(number: int) -> str:
    return "day" if number == 1 else f"{number} days"


def count(turn: Turn, criteria: Criteria) -> int:
    """How many are meant now, whether they can be written to or not."""
    return turn.db.scalar(meant(turn, criteria, func.count())) or 0


def save(turn: Turn, name: str, criteria: Criteria, cohort_id: int | None = None) -> Cohort:
    """Keep criteria under a name, or change what is kept there. Raises Refused."""
    name, checked_ = name.strip(), checked(criteria)
    if not 1 <= len(name) <= 100:
        raise Refused("Give the cohort a name of at most 100 characters.")
    taken = turn.db.scalar(select(cohorts.c.id).where(cohorts.c.name == name, cohorts.c.removed_at.is_(None)))
    if taken and taken != cohort_id:
        raise Refused("There is a cohort of that name: give another name, or change that one.")
    kept = {"name": name, "criteria": checked_.kept(), "saved_by": turn.actor, "saved_at": turn.now}
    if cohort_id is None:
        cohort_id = turn.insert(cohorts, kept)
    elif not turn.db.execute(update(cohorts).where(cohorts.c.id == cohort_id, cohorts.c.removed_at.is_(None)).values(
            **kept)).rowcount:
        raise Refused("There is no such cohort any more.")
    turn.happened(events.CohortSaved(None, cohort_id))
    return Cohort(cohort_id, name, checked_, turn.actor)


def remove(turn: Turn, cohort_id: int) -> bool:
    """Offer it no more. A broadcast to it that has not begun keeps the criteria that it was counted with."""
    gone = turn.db.execute(update(cohorts).where(cohorts.c.id == cohort_id, cohorts.c.removed_at.is_(None)).values(
        removed_at=turn.now)).rowcount
    if gone:
        turn.happened(events.CohortRemoved(None, cohort_id))
    return bool(gone)


def saved(turn: Turn) -> list[Cohort]:
    return [_cohort(row) for row in turn.db.execute(
        select(cohorts).where(cohorts.c.removed_at.is_(None)).order_by(cohorts.c.name))]


def get(turn: Turn, cohort_id: int) -> Cohort | None:
    """A cohort that is still offered."""
    row = turn.db.execute(select(cohorts).where(cohorts.c.id == cohort_id, cohorts.c.removed_at.is_(None))).first()
    return _cohort(row) if row else None


def _cohort(row: Any) -> Cohort:
    return Cohort(row.id, row.name, Criteria.read(row.criteria), row.saved_by)
