"""A clinic for long campaigns: on SQLite its reads happen in line too, so no thread is waited for, and it lives in memory."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from care.heart.clinic import Clinic
from care.heart.sqlite import set_up_sqlite
from care.reactions import REACTIONS
from tests.ward import SETTINGS

MEMORY = Path("/dev/shm")  # what a campaign leaves need not outlive it: no disk is waited for


class InLine(Clinic):
    def __init__(self, database: Path, clock: Callable[[], Any]):
        super().__init__(f"sqlite:///{database}", SETTINGS, REACTIONS, clock)
        self._reading = create_engine(f"sqlite:///{database}", poolclass=StaticPool, hide_parameters=True)
        set_up_sqlite(self._reading, "BEGIN", "query_only=ON")

    async def read(self, look: Any, *args: Any, **kwargs: Any) -> Any:
        with self._reading.connect() as connection:
            return look(self._turn(connection, "reader"), *args, **kwargs)

    async def close(self) -> None:
        await super().close()
        self._reading.dispose()


def memory() -> Path | None:
    """Where to put a campaign's databases; None where the machine has no such place: then a folder like any other."""
    return MEMORY if MEMORY.is_dir() else None
