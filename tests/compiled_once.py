"""SQLAlchemy keeps what it has compiled with each engine, and almost every test opens its own: here each statement is compiled
once for all of the engines of one driver."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event


class Compiled(dict[Any, Any]):
    """A cache whose keys do not say which engine's dialect asked: they are all set up alike."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_without_dialect(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(_without_dialect(key), compiled)


def _without_dialect(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *statement = key
    assert isinstance(dialect, Dialect)
    return tuple(statement)


BY_DRIVER: dict[tuple[str, str], Compiled] = defaultdict(Compiled)


@event.listens_for(Engine, "engine_connect")
def share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=BY_DRIVER[connection.dialect.name, connection.dialect.driver])
