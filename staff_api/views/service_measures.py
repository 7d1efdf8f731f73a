"""How the service did: for programs, as CSV, and for the console's page."""

from collections.abc import AsyncIterator
from typing import Any

from care import service_measures
from care.heart.turn import Turn
from staff_api.call import Call
from staff_api.csv_stream import CsvStream, streamed
from staff_api.shapes.service_measures import GroupMeasured, Measured, Period, ServiceMeasures, WeekMeasured

OF_ALL = tuple(Measured.model_fields)
OF_A_WEEK = ("first_day", "taking_part", "alerts_per_patient", *OF_ALL)


async def get_service_measures(call: Call, query: Period) -> ServiceMeasures:
    """Reach, replies, how soon alerts were taken on and answered, what came of them, and what we missed: by week, and for each
    language and age. It names nobody; of fewer than five patients nothing is told."""
    return await call.read(measured, query.weeks)


def measured(turn: Turn, weeks: int) -> ServiceMeasures:
    return ServiceMeasures(
        weeks=[WeekMeasured.of_week(week) for week in service_measures.by_week(turn, weeks)],
        groups=[GroupMeasured.of_group(group) for group in service_measures.by_group(turn, weeks)])


async def get_service_measures_csv(call: Call, query: Period) -> CsvStream:
    """The same week by week, for a spreadsheet."""
    found = await call.read(measured, query.weeks)

    async def rows() -> AsyncIterator[list[list[Any]]]:
        yield [[getattr(week, name) for name in OF_A_WEEK] for week in found.weeks]

    return await streamed(call, "service-measures", OF_A_WEEK, rows())


async def get_service_measures_by_group_csv(call: Call, query: Period) -> CsvStream:
    """The same for each language and age, over the whole period; a line without numbers is of fewer than five patients, or
    would give such a group away."""
    found = await call.read(measured, query.weeks)

    async def rows() -> AsyncIterator[list[list[Any]]]:
        yield [[group.by, group.name, group.patients, *(getattr(group.measured, name, None) for name in OF_ALL)]
               for group in found.groups]

    return await streamed(call, "service-measures-by-group", ("by", "group", "patients", *OF_ALL), rows())
