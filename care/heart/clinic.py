"""The clinic: a database, a clock, settings and the table of reactions, opened once per process.

Whatever happens, happens in `run`: `await clinic.run("chat:7", conversations.put_aside, conversation_id)`.
How a turn reaches the disk is known here and in writer.py, and nowhere else.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from care.heart.postgresql import is_away, keep_rows_out_of_errors, stood_in_each_others_way
from care.heart.settings import Settings
from care.heart.sqlite import set_up_sqlite
from care.heart.turn import Reaction, Turn, Viewer
from care.heart.writer import NotSaved, Writer
from care.sealing import RING

P = ParamSpec("P")
T = TypeVar("T")
TURNS_AT_ONCE = 20  # on PostgreSQL; as many again of its connections are for reading
RECALLS_KEPT = 10_000
TRIES = 4  # of a turn that PostgreSQL undid because another stood in its way


def system_clock() -> datetime:
    return datetime.now(UTC)


class Clinic:
    def __init__(
        self, url: str, settings: Settings, reactions: dict[type, tuple[Reaction, ...]],
        clock: Callable[[], datetime] = system_clock,
    ):
        """Open the database at `url`: `sqlite:///clinic.db` or `postgresql://...`. Its errors never quote a patient."""
        self.settings, self._clock, self._reactions = settings, clock, reactions
        RING.use(settings.at_rest.keys)  # of the process: it has one clinic
        self._outbox_bell, self._journal_bell, self._recalls = Bell(), Bell(), Recalls()
        # First come, first served: left to the connection pool, whoever comes back at once gets ahead of those who wait.
        self._room = asyncio.Semaphore(TURNS_AT_ONCE)
        self._writer: Writer | None = None
        self._origin: str | None = None
        self._viewer: Viewer | None = None
        if make_url(url).get_backend_name() == "sqlite":
            writing = create_engine(make_url(url).set(drivername="sqlite"), hide_parameters=True)
            self._engine = create_async_engine(make_url(url).set(drivername="sqlite+aiosqlite"), hide_parameters=True)
            set_up_sqlite(
                writing, "BEGIN IMMEDIATE", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
            set_up_sqlite(self._engine.sync_engine, "BEGIN", "query_only=ON")
            self._writer, self._readers = Writer(writing), self._engine
        else:
            self._engine = create_async_engine(
                make_url(url).set(drivername="postgresql+asyncpg"), pool_size=TURNS_AT_ONCE, max_overflow=TURNS_AT_ONCE,
                hide_parameters=True)
            keep_rows_out_of_errors(self._engine.sync_engine)
            self._readers = self._engine.execution_options(postgresql_readonly=True)

    def heard_from(self, origin: str, viewer: Viewer | None = None) -> Self:
        """The same clinic; what is done through it is journalled as coming from there, an address and a request, and what
        is read is held to whom the viewer may see."""
        same = copy(self)
        same._origin, same._viewer = origin, viewer
        return same

    def now(self) -> datetime:
        return self._clock()

    @property
    def alone(self) -> bool:
        """True if no other process can write to this database: SQLite."""
        return self._writer is not None

    async def run(self, actor: str, act: Callable[Concatenate[Turn, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do `act(turn, ...)` wholly or not at all; return when it is safe on disk. Raises NotSaved if the database let it
        down; whatever `act` raises undoes the turn."""

        taken: Turn | None = None

        def turn(connection: Connection) -> T:
            nonlocal taken
            taken = self._turn(connection, actor)
            done = act(taken, *args, **kwargs)
            self._recalls.note(taken.recalled)  # before it is safe on disk: from then on nothing may begin to leave
            return done

        try:
            if self._writer:
                return await self._writer.run(turn)
            for left in reversed(range(TRIES)):
                try:
                    async with self._room, self._engine.begin() as connection:
                        return await connection.run_sync(turn)
                except (DBAPIError, OSError) as error:
                    begun, taken = taken is not None, None  # undone, whole; or, if it was lost while committing, perhaps done
                    if is_away(error, begun):
                        raise NotSaved(f"the database is away: {type(error).__name__}") from error
                    if not left or not stood_in_each_others_way(error):
                        raise
            raise AssertionError("the last try either returned or raised")
        finally:
            # Also when the caller has stopped waiting: what it began is done all the same.
            if taken and taken.told:
                self._outbox_bell.ring()
            if taken and taken.journalled:
                self._journal_bell.ring()

    async def read(self, look: Callable[Concatenate[Turn, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask what changes nothing, beside the turns; the database itself refuses a change."""
        async with self._readers.connect() as connection:
            return await connection.run_sync(lambda found: look(self._turn(found, "reader", self._viewer), *args, **kwargs))

    @property
    def outbox_rung(self) -> int:
        """How often the outbox's bell has rung: remember it before looking, and no ring is missed."""
        return self._outbox_bell.rung

    async def outbox_rings(self, at_most: float, heard: int | None = None) -> None:
        """Wait until a turn of this process put something into the outbox, or `at_most` seconds; not at all if it has rung
        more often than `heard`."""
        await self._outbox_bell.rings(at_most, heard)

    @property
    def journal_rung(self) -> int:
        return self._journal_bell.rung

    async def journal_rings(self, at_most: float, heard: int | None = None) -> None:
        """Wait until a turn of this process journalled something, or `at_most` seconds."""
        await self._journal_bell.rings(at_most, heard)

    @property
    def recalls(self) -> int:
        """How often this process has taken messages back: remember it before claiming."""
        return self._recalls.count

    def recalled(self, patient_id: int | None, since: int) -> bool:
        """Whether messages of this patient were, or are just being, taken back since `recalls` was this number."""
        return self._recalls.since(patient_id, since)

    def sweep(self) -> None:
        """On SQLite: leave nothing in the log beside the file, where what was removed could still be read. While somebody reads
        what is older, it stays for the next time."""
        if self._writer:
            self._writer.sweep()

    async def close(self) -> None:
        """Finish the turns already handed in, then let go of the database."""
        if self._writer:
            await self._writer.close()
        else:
            await self._given_back()
        await self._engine.dispose()

    async def _given_back(self) -> None:
        """A look that was just broken off gives its connection back a moment later; the pool would no longer close it."""
        pool: Any = self._engine.pool
        for _ in range(100):
            if not pool.checkedout():
                return
            await asyncio.sleep(0.01)

    def _turn(self, connection: Connection, actor: str, viewer: Viewer | None = None) -> Turn:
        return Turn(connection, self._clock(), actor, self.settings, self._reactions, self._origin, viewer)


class Bell:
    """Wakes everyone who waits for it. It counts its rings, so that who looks first and waits then can miss none."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[Any]] = set()
        self._rung = 0

    def ring(self) -> None:
        self._rung += 1
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    @property
    def rung(self) -> int:
        return self._rung

    async def rings(self, at_most: float, heard: int | None = None) -> None:
        if heard is not None and self._rung > heard:
            return
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(waiting, at_most)
        finally:
            self._waiting.discard(waiting)


class Recalls:
    """Whose messages were taken back, and in what order; of the oldest it only knows that there were some."""

    def __init__(self) -> None:
        self.count = 0
        self._last: dict[int, int] = {}
        self._forgotten = 0

    def note(self, patient_ids: set[int]) -> None:
        for patient_id in patient_ids:
            self.count += 1
            self._last.pop(patient_id, None)
            self._last[patient_id] = self.count
        while len(self._last) > RECALLS_KEPT:
            self._forgotten = self._last.pop(next(iter(self._last)))

    def since(self, patient_id: int | None, count: int) -> bool:
        return patient_id is not None and (self._last.get(patient_id, 0) > count or self._forgotten > count)
