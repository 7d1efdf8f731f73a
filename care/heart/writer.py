"""The writer: on SQLite a turn is done in line, and one commit at the end of the loop's pass makes all of them safe.

There is no thread: beside a busy loop a writer thread starves for the interpreter, and was measured up to five times
slower. In return a turn that takes long stops everyone, so big work is cut into many turns.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

logger = logging.getLogger(__name__)
T = TypeVar("T")

MOST = 256  # turns in one commit


class NotSaved(Exception):
    """The turn was undone through no fault of its own (a full disk, a lost commit, a server that is away); it may be run again.
    If the server went while it committed, it may have been done: what must not be done twice says so in the database."""


class Writer:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._waiting: list[asyncio.Future[None]] = []  # for turns that are done, and not yet safe
        self._closed = False

    async def run(self, turn: Callable[[Connection], T]) -> T:
        """Do the turn, and return once it is safe on disk. Who stops waiting has it done all the same."""
        if self._closed:
            raise NotSaved("the clinic is closed")
        result = self._do(turn)
        safe = asyncio.get_running_loop().create_future()
        self._waiting.append(safe)
        if len(self._waiting) >= MOST:
            self._commit()
        await safe
        return result

    def sweep(self) -> None:
        """Put the write-ahead log into the file, and empty it."""
        self._commit()
        if self._connection and not self._connection.in_transaction():
            driver: Any = self._connection.connection.driver_connection
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    async def close(self) -> None:
        """Make safe what is done, then stop."""
        self._closed = True
        self._commit()
        if self._connection:
            self._connection.close()
        self._engine.dispose()

    def _do(self, turn: Callable[[Connection], T]) -> T:
        """Do one turn in a savepoint of its own, so that its failure costs nobody else."""
        connection = self._begun()
        driver: Any = connection.connection.driver_connection  # SQLAlchemy would compile each SAVEPOINT anew
        driver.execute("SAVEPOINT turn").close()
        try:
            result = turn(connection)
            driver.execute("RELEASE turn").close()
            return result
        except BaseException as error:
            if driver.in_transaction:
                driver.execute("ROLLBACK TO turn").close()
                driver.execute("RELEASE turn").close()
            else:
                self._lost(error)  # a full disk can undo the whole transaction, not only this turn
            raise

    def _begun(self) -> Connection:
        """The connection, in a transaction that will be committed when this pass of the loop is over."""
        if self._connection is None:
            self._connection = self._engine.connect()
        if not self._connection.in_transaction():
            try:
                self._connection.begin()
            except DBAPIError as error:
                self._lost(error)
                raise NotSaved(str(error)) from error
            asyncio.get_running_loop().call_soon(self._commit)
        return self._connection

    def _commit(self) -> None:
        if self._connection is None or not self._connection.in_transaction():
            return
        try:
            self._connection.commit()
        except Exception as error:
            self._lost(error)
        else:
            self._answer(lambda safe: safe.set_result(None))

    def _lost(self, error: BaseException) -> None:
        """Tell everyone whose turn is gone; what failed below the turns is not to be trusted, so open it anew."""
        logger.error("%d turns were not saved: %s", len(self._waiting), error)
        if self._connection:
            self._connection.invalidate()
            self._connection.close()
        self._connection = None
        self._answer(lambda safe: safe.set_exception(NotSaved(str(error))))

    def _answer(self, tell: Callable[[asyncio.Future[None]], None]) -> None:
        waiting, self._waiting = self._waiting, []
        for safe in waiting:
            if not safe.done():  # else nobody waits for it any more
                tell(safe)
