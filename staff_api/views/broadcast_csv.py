"""The results of a broadcast as CSV, a few hundred rows at a time."""

from collections.abc import AsyncIterator
from typing import Any

from care.broadcasts import results, texts
from staff_api.call import Call, found
from staff_api.csv_stream import AT_ONCE, CsvStream, streamed
from staff_api.shapes.forms import Id

COLUMNS = ("patient_id", "name", "language", "status", "why", "due_at", "sent_at", "opened_at", "answered_at", "version")


async def get_results_csv(call: Call, broadcast_id: Id) -> CsvStream:
    """What became of it, person by person, for a spreadsheet."""
    found(await call.read(texts.get, broadcast_id))
    return await streamed(call, f"broadcast-{broadcast_id}", COLUMNS, batches(call, broadcast_id))


async def batches(call: Call, broadcast_id: int) -> AsyncIterator[list[list[Any]]]:
    after = 0
    while rows := await call.read(results.results, broadcast_id, after, AT_ONCE):
        yield [[getattr(row, name) for name in COLUMNS] for row in rows]
        after = rows[-1].patient_id
