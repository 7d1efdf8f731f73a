"""`python -m ops.migration "What changes"`: write the next migration, from what the tables are and what the newest one made.

What Alembic cannot see (a changed CHECK, moved data) is written by hand; the tests compare the outcome with the tables.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import Script
from sqlalchemy import Connection

from care.heart import schema

COMMENT = re.compile(r"^    # ###.*\n", re.MULTILINE)


async def write(message: str) -> Path | None:
    """The new file; None if there is nothing to change."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/head.db"
        await schema.upgrade(url)
        engine = schema._engine(url)
        try:
            async with engine.connect() as connection:
                found = await connection.run_sync(revise, message)
        finally:
            await engine.dispose()
    return tidied(Path(found.path)) if found else None


def revise(connection: Connection, message: str) -> Script | None:
    def drop_if_empty(_context: object, _revision: object, directives: list[object]) -> None:
        if directives[0].upgrade_ops.is_empty():  # type: ignore[attr-defined]
            directives.clear()

    number = f"{int(schema.head()) + 1:04}"
    made = command.revision(
        schema.configured(connection), message, autogenerate=True, rev_id=number, process_revision_directives=drop_if_empty)
    return made if isinstance(made, Script) else None


def tidied(file: Path) -> Path:
    """Without the generator's comments."""
    file.write_text(COMMENT.sub("", file.read_text(encoding="utf-8")).rstrip() + "\n", encoding="utf-8")
    return file


def main() -> int:
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        print('Say what changes: python -m ops.migration "Patients have a nickname"', file=sys.stderr)
        return 2
    file = asyncio.run(write(sys.argv[1].strip()))
    if file is None:
        print("The tables are what the newest migration makes: nothing to write.")
        return 0
    print(f"Wrote {file}. Read it, and write by hand what it cannot see.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
