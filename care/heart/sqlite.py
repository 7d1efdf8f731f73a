"""SQLite, set up: we begin and commit in our own words."""

from typing import Any

from sqlalchemy import Connection, Engine, event


def set_up_sqlite(engine: Engine, begin: str, *pragmas: str) -> None:
    """Python's driver would begin late, and commit nothing without a word; so BEGIN and COMMIT are said literally."""

    @event.listens_for(engine, "connect")
    def opened(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in ("busy_timeout=5000", "trusted_schema=OFF", *pragmas):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begins(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine, "commit")
    def commits(connection: Connection) -> None:
        connection.exec_driver_sql("COMMIT")
