"""Records as CSV, of the patients whom whoever asks may see; each export is on record, and from a budget of its own."""

from collections.abc import AsyncIterator
from typing import Any

from care import exports
from staff_api.call import Call
from staff_api.csv_stream import AT_ONCE, CsvStream, streamed
from staff_api.problems import Fault, Problem
from staff_api.shapes.exports import Export, Exports, ExportWanted, Kind


async def list_exports(call: Call) -> Exports:
    """What can be had as CSV, with every column and what it means: the data dictionary."""
    return Exports(items=[Export.model_validate({"kind": kind, **vars(one)}, from_attributes=True)
                          for kind, one in exports.EXPORTS.items()])


async def get_export(call: Call, kind: Kind, query: ExportWanted) -> CsvStream:
    """Records as CSV: UTF-8, a line of names above, times in UTC, the oldest first; of the patients whom you see.

    What a spreadsheet would take for a formula has an apostrophe before it. That it left is in the audit trail. A line that is
    written while you read may be in it or not; what is in it, is in it once.
    """
    if query.first_day and query.last_day and query.last_day < query.first_day:
        raise Problem("invalid_query", errors=[Fault(parameter="last_day", detail="Not before the first day.")])
    wanted = exports.Wanted(query.patient_id, query.first_day, query.last_day)
    await call.run(exports.begun, kind, wanted)
    return await streamed(call, kind, [one.name for one in exports.EXPORTS[kind].columns], batches(call, kind, wanted))


async def get_dictionary(call: Call, kind: Kind) -> CsvStream:
    """What the columns of an export mean, as CSV, to lie beside it."""
    async def rows() -> AsyncIterator[list[tuple[str, str]]]:
        yield [(one.name, one.means) for one in exports.EXPORTS[kind].columns]

    return await streamed(call, f"{kind}-dictionary", ("column", "meaning"), rows())


async def batches(call: Call, kind: str, wanted: exports.Wanted) -> AsyncIterator[list[tuple[Any, ...]]]:
    after = 0
    while rows := await call.read(exports.lines, kind, wanted, after, AT_ONCE):
        yield [row[1:] for row in rows]
        after = rows[-1][0]
