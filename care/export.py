"""Everything about a patient, for the patient: every row of every table that is theirs, by the rule that erasure goes by.

What only the clinic's doors need (hashes of tokens) is left out; nothing else is.
"""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from care import erasure, threads
from care.heart.turn import Turn
from care.tables import metadata

LEFT_OUT = {"token_hash", "pass_hash", "fingerprint"}
A_PAGE = 200


def record(turn: Turn, patient_id: int) -> dict[str, list[dict[str, Any]]]:
    """All rows by table, as plain data. Empty if there is no such patient."""
    found = {}
    for table in metadata.sorted_tables:
        theirs = erasure.rows_of(table, patient_id)
        if theirs is None:
            continue
        columns = [column for column in table.c if column.name not in LEFT_OUT]
        order = [*table.primary_key.columns]
        rows = turn.db.execute(select(*columns).where(theirs).order_by(*order)).mappings()
        if said := [{name: plain(value) for name, value in row.items()} for row in rows]:
            found[table.name] = said
    return found


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date | time) else value


def story(turn: Turn, patient_id: int) -> list[threads.Entry]:
    """What was written, told and answered, from the beginning; without the team's private notes, which stand in `record`."""
    entries: list[threads.Entry] = []
    before: tuple[datetime, str] | None = None
    while page := threads.thread(turn, patient_id, before, A_PAGE):
        entries = page + entries
        before = page[0].position
    return [one for one in entries if one.kind not in ("note", "call")]
