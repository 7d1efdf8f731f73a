"""The results of a broadcast as CSV, a few hundred rows at a time: however many they are, never all of them in memory."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from aiohttp import web

from care.broadcasts import results, texts
from care.broadcasts.results import Result
from staff_api.call import Call, found
from staff_api.shapes.forms import Id, in_utc

COLUMNS = ("patient_id", "name", "language", "status", "why", "due_at", "sent_at", "opened_at", "answered_at", "version")
AT_ONCE = 500
A_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would run


class CsvStream(web.StreamResponse):
    """Rows of comma-separated values, as they are read."""


async def get_results_csv(call: Call, broadcast_id: Id) -> CsvStream:
    """What became of it, person by person, for a spreadsheet."""
    found(await call.read(texts.get, broadcast_id))
    response = CsvStream(headers={
        "Content-Type": "text/csv; charset=utf-8; header=present",
        "Content-Disposition": f'attachment; filename="broadcast-{broadcast_id}.csv"'})
    await response.prepare(call.request)
    await response.write(b"\xef\xbb\xbf" + lines([COLUMNS]))  # without the mark, spreadsheets take it for another encoding
    after = 0
    while rows := await call.read(results.results, broadcast_id, after, AT_ONCE):
        await response.write(lines([cell(row, name) for name in COLUMNS] for row in rows))
        after = rows[-1].patient_id
    await response.write_eof()
    return response


def cell(row: Result, name: str) -> str:
    value: Any = getattr(row, name)
    if value is None:
        return ""
    said = in_utc(value) if name.endswith("_at") else str(value)
    return f"'{said}" if said.startswith(A_FORMULA) else said


def lines(rows: Iterable[Iterable[str]]) -> bytes:
    written = StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()
