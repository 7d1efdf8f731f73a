"""CSV as it leaves: RFC 4180 in UTF-8, a few hundred rows at a time, and no cell that a spreadsheet would run."""

import csv
import json
from collections.abc import AsyncIterable, Iterable, Sequence
from datetime import date, datetime, time
from io import StringIO
from typing import Any

from aiohttp import web

from staff_api.call import Call
from staff_api.shapes.forms import in_utc

AT_ONCE = 500
A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a cell begins that a spreadsheet would run
FULL_WIDTH = ("＝", "＋", "－", "＠")  # some take these for the same


class CsvStream(web.StreamResponse):
    """Rows of comma-separated values, as they are read."""


async def streamed(call: Call, name: str, columns: Sequence[str], batches: AsyncIterable[Iterable[Sequence[Any]]]) -> CsvStream:
    """Write a line of names, then rows as they come: however many there are, never all of them in memory."""
    response = CsvStream(headers={
        "Content-Type": "text/csv; charset=utf-8; header=present",
        "Content-Disposition": f'attachment; filename="{name}.csv"'})
    await response.prepare(call.request)
    await response.write(b"\xef\xbb\xbf" + lines([columns]))  # without the mark, spreadsheets take it for another encoding
    async for rows in batches:
        await response.write(lines([cell(one) for one in row] for row in rows))
    await response.write_eof()
    return response


def cell(value: Any) -> str:
    """As text; what a spreadsheet would take for a formula has an apostrophe before it. Numbers of our own are no formulas."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case datetime():
            return in_utc(value)
        case date() | time():
            return value.isoformat()
        case dict() | list():
            said = json.dumps(value, ensure_ascii=False)
        case _:
            said = str(value)
    return f"'{said}" if said.lstrip(" ").startswith((*A_FORMULA, *FULL_WIDTH)) else said


def lines(rows: Iterable[Iterable[str]]) -> bytes:
    written = StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()
